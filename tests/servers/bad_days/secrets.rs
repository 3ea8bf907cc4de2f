//! Passwords of every kind work, and none shows.

use drift::model::Engine;

use super::{SERVERS, changed, name};
use crate::bench::Bench;
use crate::support::Database;

const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY);\n");

/// Everything that URLs, shells and files take for something else.
const PASSWORD: &str = "p@s:s/w#o%r?d&'\"1 2\\3ü€${x}";

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn passwords_of_every_kind_work_and_never_show() {
    for engine in SERVERS {
        let database = Database::create(engine);
        database.execute(SCHEMA.1);
        let user = format!("s_{}", name(&database));
        let quoted = PASSWORD.replace('\'', "''");
        let create = match engine {
            Engine::Postgres => format!("CREATE ROLE {user} LOGIN PASSWORD '{quoted}'"),
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
                let quoted = quoted.replace('\\', "\\\\");
                let grant = format!("GRANT ALL ON {}.* TO '{user}'@'%'", name(&database));
                format!("CREATE USER '{user}'@'%' IDENTIFIED BY '{quoted}'; {grant}")
            }
        };
        database.execute(&create);
        let without = changed(&database, |url| {
            url.set_username(&user).unwrap();
            url.set_password(None).unwrap();
        });
        let with = without.replacen('@', &format!(":{}@", encoded(PASSWORD)), 1);
        let config = "[declared]\nsql = [\"schema.sql\"]\n[targets.main]\nurl = \"${DATABASE_URL}\"\n";
        let bench = Bench::new(&[SCHEMA, ("drift.toml", config), (".env", &format!("DATABASE_URL='{with}'\n"))]);
        let wrong = with.replace(&encoded("d&"), &encoded("wrong"));
        let absent = with.replace(name(&database), "no_such_database");
        let variable = if engine == Engine::Postgres { "PGPASSWORD" } else { "MYSQL_PWD" };
        for (args, environment, code) in [
            (&["check", "-vvv"][..], None, 0),
            (&["check", "-vvv", "--url", &with], None, 0),
            (&["check", "-vvv", "--url", &without], Some((variable, PASSWORD)), 0),
            (&["check", "-vvv"], Some(("DATABASE_URL", with.as_str())), 0),
            (&["check", "--format", "json"], None, 0),
            (&["check", "--format", "sql"], None, 0),
            (&["inspect", "--format", "sql"], None, 0),
            (&["check", "-vvv", "--url", &without], None, 1),
            (&["check", "-vvv", "--url", &wrong], None, 1),
            (&["check", "-vvv", "--url", &absent], None, 1),
            (&["check", "-vvv", &with], None, 1),
            (&["check", "--declared", &with, "--url", "sqlite:absent.db"], None, 1),
        ] {
            let mut command = bench.command(args);
            command.envs(environment);
            let output = command.output().unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
            for secret in [PASSWORD, &encoded(PASSWORD), &encoded("p@s:s/w"), &encoded("€${x}"), "p@s:s", "€${x}"] {
                assert!(!text.contains(secret), "{args:?}: {secret} shows in:\n{text}");
            }
        }
        let word = if engine == Engine::Postgres { "ROLE" } else { "USER" };
        database.execute(&format!("DROP {word} {user}"));
    }
}

/// What people type instead of a URL: of each the password stays hidden, and what is right is said.
#[test]
fn mistyped_urls_never_show_their_password() {
    let bench = Bench::new(&[SCHEMA]);
    for (text, help) in [
        ("postgres//postgres:geheim@127.0.0.1/db", "postgres://USER:***@HOST:PORT/DATABASE"),
        ("postgres:/postgres:geheim@127.0.0.1/db", "postgres://"),
        ("postgres:postgres:geheim@127.0.0.1/db", "postgres://"),
        ("postgres:geheim@127.0.0.1/db", "postgres://USER:***@HOST:PORT/DATABASE"),
        ("root:geh eim's@127.0.0.1/db", "postgres://USER:***@HOST:PORT/DATABASE"),
        ("//root:geheim@127.0.0.1/db", "postgres://USER:***@HOST:PORT/DATABASE"),
        ("postgres://root:geheim@127.0.0.1:geheim/db", "percent-encode"),
        ("postgres://root:geheim@geheim/a@127.0.0.1:1/db?sslmode=disable", "127.0.0.1"),
        ("mysql://root:S3cret@geheim/More@127.0.0.1:1/db", "127.0.0.1"),
        ("postgres://root:a@geheim/b?c=d@e:f@127.0.0.1:1/db", "percent-encode"),
        ("host=127.0.0.1 port=1 user=postgres password=geheim dbname=db", "127.0.0.1"),
        ("host=127.0.0.1 port=1 user=postgres password='geheim eim' dbname=db", "127.0.0.1"),
        ("Server=h;Uid=root;Pwd=geheim;", "postgres://"),
        ("Data Source=h;User Id=root;Password=\"geheim\";", "postgres://"),
        ("password=geheim", "postgres://"),
        ("jdbc:postgresql://127.0.0.1:1/db?user=u&password=geheim", "127.0.0.1"),
        ("DATABASE_URL=postgres://root:geheim@127.0.0.1/db", "postgres://"),
    ] {
        for args in [
            &["diff", "--from", text, "--to", "schema.sql"][..],
            &["check", "--declared", "schema.sql", "--url", text],
            &["inspect", text],
        ] {
            let output = bench.command(args).output().unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
            assert!(!said.contains("geh") && !said.contains("eim"), "{args:?}: the password shows in\n{said}");
            assert!(said.contains(help), "{args:?}: no {help} in\n{said}");
        }
    }
}
