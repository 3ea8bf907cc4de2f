//! Servers that cannot be reached, and passwords that must not show.

use drift::model::Engine;

use crate::bench::{Bench, PASSWORD};
use crate::support::Database;

const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY);\n");

fn check(url: &str) -> Vec<String> {
    ["check", "-vv", "--url", url, "--declared", "schema.sql"].map(str::to_owned).to_vec()
}

/// The URL of the test's database with other parts.
fn changed(database: &Database, change: impl FnOnce(&mut url::Url)) -> String {
    let mut url = url::Url::parse(database.url()).unwrap();
    change(&mut url);
    url.to_string()
}

#[test]
fn a_server_that_cannot_be_read_is_told_with_a_remedy() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        let database = Database::create(engine);
        let secret = |url: &mut url::Url| url.set_password(Some(PASSWORD)).unwrap();
        let name = engine.to_string();
        for (url, says) in [
            (
                changed(&database, |url| {
                    url.set_username("nobody_here").unwrap();
                    secret(url)
                }),
                ["wrong user or password", "check user and password"],
            ),
            (
                changed(&database, |url| {
                    url.set_host(Some("no-such-host.invalid")).unwrap();
                    secret(url)
                }),
                ["the host is unknown", "check the host's name"],
            ),
            (
                changed(&database, |url| {
                    url.set_port(Some(1)).unwrap();
                    secret(url)
                }),
                ["nothing listens there", "check host and port"],
            ),
        ] {
            let args = check(&url);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let run = Bench::new(&[SCHEMA]).run(&args).exits(1).says(&says).says(&["cannot connect to", &name]);
            assert_eq!(run.out, "");
        }
    }
}

#[test]
fn a_url_from_the_environment_is_read_and_its_password_never_shows() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        let database = Database::create(engine);
        database.execute("CREATE TABLE users (id integer NOT NULL PRIMARY KEY)");
        let config = "[declared]\nsql = [\"schema.sql\"]\n[targets.main]\nurl = \"${DATABASE_URL}\"\n";
        let bench = Bench::new(&[SCHEMA, ("drift.toml", config)]);
        let own = url::Url::parse(database.url()).unwrap();
        let password = own.password().unwrap_or_default();
        bench.write(".env", &format!("DATABASE_URL={}\n", database.url()));
        let run = bench.run(&["check", "-vv"]).exits(0).prints(&["in sync"]);
        if !password.is_empty() {
            assert!(!run.out.contains(&format!(":{password}@")) && !run.err.contains(&format!(":{password}@")));
        }
        // The process's own environment speaks before the file.
        let output = bench.command(&["check"]).env("DATABASE_URL", "sqlite:gone.db").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("gone.db"));
    }
}

#[test]
fn schemas_that_nobody_declares_are_left_out_and_listed() {
    let database = Database::create(Engine::Postgres);
    database.execute(
        "CREATE TABLE users (id integer NOT NULL PRIMARY KEY); CREATE SCHEMA audit; CREATE TABLE audit.log (x int);",
    );
    let bench = Bench::new(&[SCHEMA]);
    let args = ["check", "--url", database.url(), "--declared", "schema.sql"];
    bench.run(&args).exits(0).prints(&["in sync", "schema audit (1 table) is not declared"]);
    bench.run(&[&args[..], &["--strict"]].concat()).exits(3);
    bench.write("drift.toml", "[compare]\nschemas = [\"public\", \"audit\"]\n");
    bench.run(&args).exits(2).prints(&["audit.log", "table.extra"]);
    bench.write("drift.toml", "[compare]\nschemas = [\"public\"]\n");
    bench.run(&[&args[..], &["--strict"]].concat()).exits(0);
}
