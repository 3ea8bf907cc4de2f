//! Histories of SQL files, in the layout of each tool: their records, their next migration, and what is wrong with them.

use drift::model::Engine;
use serde_json::json;

use super::{ENGINES, NICKNAME, Project, USERS, expect, problems};
use crate::support::Session;

/// The two migrations in the files of some tool, and the records of a database that has the first.
struct Layout {
    name: &'static str,
    files: [(&'static str, &'static str); 2],
    records: &'static str,
    run: &'static str,
    pending: &'static str,
    /// The files of the next migration, below `db`; what is a time stands as `<14>` or `<date>`.
    next: &'static [&'static str],
}

pub const CREATE: &str = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL);\n";
pub const ADD: &str = "ALTER TABLE users ADD COLUMN phone VARCHAR(20);\n";

const LAYOUTS: [Layout; 8] = [
    Layout {
        name: "Flyway",
        files: [("db/V1__users.sql", CREATE), ("db/V2__phone.sql", ADD)],
        records: "CREATE TABLE flyway_schema_history (installed_rank INTEGER NOT NULL PRIMARY KEY, version VARCHAR(50),
                  description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, checksum INTEGER, success INTEGER NOT NULL);
                  INSERT INTO flyway_schema_history VALUES (1, '1', 'users', 'SQL', NULL, 1);",
        run: "flyway migrate",
        pending: "2",
        next: &["V3__add_nickname.sql"],
    },
    Layout {
        name: "dbmate",
        files: [
            (
                "db/20240101000000_users.sql",
                "-- migrate:up\nCREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL);\n-- migrate:down\nDROP TABLE users;\n",
            ),
            (
                "db/20240102000000_phone.sql",
                "-- migrate:up\nALTER TABLE users ADD COLUMN phone VARCHAR(20);\n-- migrate:down\nALTER TABLE users DROP COLUMN phone;\n",
            ),
        ],
        records: "CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY);
                  INSERT INTO schema_migrations VALUES ('20240101000000');",
        run: "dbmate up",
        pending: "20240102000000",
        next: &["<14>_add_nickname.sql"],
    },
    Layout {
        name: "golang-migrate",
        files: [("db/000001_users.up.sql", CREATE), ("db/000002_phone.up.sql", ADD)],
        records: "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);
                  INSERT INTO schema_migrations VALUES (1, false);",
        run: "migrate up",
        pending: "000002",
        next: &["000003_add_nickname.up.sql", "000003_add_nickname.down.sql"],
    },
    Layout {
        name: "sqlx",
        files: [("db/0001_users.sql", CREATE), ("db/0002_phone.sql", ADD)],
        records: "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL,
                  checksum BLOB);
                  INSERT INTO _sqlx_migrations VALUES (1, true, NULL);",
        run: "sqlx migrate run",
        pending: "0002",
        next: &["0003_add_nickname.sql"],
    },
    Layout {
        name: "Diesel",
        files: [("db/2024-01-01-000000_users/up.sql", CREATE), ("db/2024-01-02-000000_phone/up.sql", ADD)],
        records: "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY, run_on TIMESTAMP);
                  INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000');",
        run: "diesel migration run",
        pending: "20240102000000",
        next: &["<date>_add_nickname/up.sql", "<date>_add_nickname/down.sql"],
    },
    Layout {
        name: "Prisma",
        files: [("db/20240101000000_users/migration.sql", CREATE), ("db/20240102000000_phone/migration.sql", ADD)],
        records: "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL,
                  finished_at TIMESTAMP NULL, migration_name VARCHAR(255) NOT NULL, rolled_back_at TIMESTAMP NULL,
                  started_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
                  INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES
                  ('a', '6a7e5cfa95e22c0b0a19cdb0fd9e4e1d', CURRENT_TIMESTAMP, '20240101000000_users');",
        run: "prisma migrate deploy",
        pending: "20240102000000_phone",
        next: &["<14>_add_nickname/migration.sql"],
    },
    Layout {
        name: "goose",
        files: [
            (
                "db/00001_users.sql",
                "-- +goose Up\nCREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL);\n-- +goose Down\nDROP TABLE users;\n",
            ),
            (
                "db/00002_phone.sql",
                "-- +goose Up\nALTER TABLE users ADD COLUMN phone VARCHAR(20);\n-- +goose Down\nALTER TABLE users DROP COLUMN phone;\n",
            ),
        ],
        records: "CREATE TABLE goose_db_version (id INTEGER NOT NULL PRIMARY KEY, version_id BIGINT NOT NULL,
                  is_applied BOOLEAN NOT NULL);
                  INSERT INTO goose_db_version VALUES (1, 0, true), (2, 1, true), (3, 2, true), (4, 2, false);",
        run: "goose up",
        pending: "00002",
        next: &["00003_add_nickname.sql"],
    },
    Layout {
        name: "numbered SQL files",
        files: [("db/001_users.sql", CREATE), ("db/002_phone.sql", ADD)],
        records: "",
        run: "db/002_phone.sql",
        pending: "002",
        next: &["003_add_nickname.sql"],
    },
];

#[test]
fn every_tool_keeps_its_own_records() {
    for engine in ENGINES {
        for layout in &LAYOUTS {
            let project = Project::new(engine, &layout.files);
            project.database.execute(&format!("{USERS} {}", records(layout, engine)));
            let report = project.check("db");
            assert_eq!(report["history"]["tool"], layout.name, "{report:#}");
            let pending = format!("pending {}", layout.pending);
            expect(&report, &[("column.missing phone", &pending), NICKNAME]);
            let run = report["history"]["run"].as_str().unwrap_or_default();
            assert!(run.ends_with(layout.run), "{}: {run}", layout.name);
        }
    }
}

fn records(layout: &Layout, engine: Engine) -> String {
    match engine {
        Engine::Postgres => layout.records.replace("BLOB", "BYTEA"),
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => layout.records.to_owned(),
    }
}

/// The files that `generate` says that it wrote, below `db`, with their texts.
fn generate(project: &Project, history: &str, name: &str) -> Vec<(String, String)> {
    let url = project.database.url();
    let (exit, out, error) =
        project.run(&["generate", "--url", url, "--declared", "models.py", "--history", history, "--name", name]);
    assert_eq!(exit, 2, "{out}{error}");
    let files = out.lines().filter_map(|line| line.trim().strip_prefix("wrote "));
    let files = files.map(|line| line.split(" (").next().expect("a part").to_owned());
    let read = |file: String| {
        let text = std::fs::read_to_string(project.folder.path().join(&file)).expect("it was written");
        (file.strip_prefix("db/").expect("it stands in the folder").to_owned(), text)
    };
    files.map(read).collect()
}

/// A name with what is a time in it as `<14>` or `<date>`.
fn timeless(name: &str) -> String {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    if digits(name) == 14 {
        return format!("<14>{}", &name[14..]);
    }
    let is_dash = |(at, c): (usize, char)| if [4, 7, 10].contains(&at) { c == '-' } else { c.is_ascii_digit() };
    let is_date = name.len() > 17 && name.chars().take(17).enumerate().all(is_dash);
    if is_date { format!("<date>{}", &name[17..]) } else { name.to_owned() }
}

/// What goes there and what goes back of a migration's files.
fn ways(files: &[(String, String)]) -> [String; 2] {
    let (_, up) = &files[0];
    if let Some((_, down)) = files.get(1) {
        return [up.clone(), down.clone()];
    }
    for head in ["-- migrate:down", "-- +goose Down"] {
        if let Some((up, down)) = up.split_once(head) {
            return [up.to_owned(), format!("{head}{down}")];
        }
    }
    let (up, down) = up.split_once("-- The way back, for which there is no file here:").expect("a comment");
    let down = down.lines().map(|line| line.trim_start_matches("--").trim_start());
    [up.to_owned(), down.filter(|line| !line.starts_with("column.")).collect::<Vec<_>>().join("\n")]
}

#[test]
fn the_next_migration_is_written_as_its_folder_has_the_others() {
    for engine in ENGINES {
        // What differs between the servers does not hang on the layout.
        let count = if matches!(engine, Engine::Postgres | Engine::Sqlite) { LAYOUTS.len() } else { 3 };
        for layout in LAYOUTS.iter().rev().take(count) {
            let project = Project::new(engine, &layout.files);
            project.database.execute(&format!("{USERS} {}", records(layout, engine)));
            let files = generate(&project, "db", "Add nickname!");
            let names: Vec<String> = files.iter().map(|(name, _)| timeless(name)).collect();
            assert_eq!(names, layout.next, "{}", layout.name);

            // Now it is a migration like the others: what it mends waits for it.
            let entry = files[0].0.split('/').next().expect("a name");
            let version = match layout.name {
                "Flyway" => "3".to_owned(),
                "Prisma" => entry.to_owned(),
                "Diesel" => entry.split('_').next().expect("a version").replace('-', ""),
                _ => entry.split('_').next().expect("a version").to_owned(),
            };
            let pending = [format!("pending {}", layout.pending), format!("pending {version}")];
            let report = project.check("db");
            expect(&report, &[("column.missing phone", &pending[0]), ("column.missing nickname", &pending[1])]);
            let (exit, out, _) = project.run(&[
                "diff",
                "--from",
                "migrations:db",
                "--to",
                "models.py",
                "--dialect",
                &engine_word(engine),
            ]);
            assert_eq!(exit, 0, "{}: what all of them build is what is declared\n{out}", layout.name);

            // It runs, and leads back.
            let [up, down] = ways(&files);
            project.database.execute(&format!("{ADD} {up}"));
            let in_sync = ["check", "--url", project.database.url(), "--declared", "models.py"];
            let (exit, out, _) = project.run(&in_sync);
            assert_eq!(exit, 0, "{}: {out}", layout.name);
            project.database.execute(&down);
            let (exit, out, _) = project.run(&in_sync);
            assert!(exit == 2 && out.contains("nickname") && !out.contains("phone"), "{}: {out}", layout.name);
        }
    }
}

/// A table of SQLite is built anew, which must not happen inside a transaction that somebody else has opened.
#[test]
fn each_tool_is_told_that_a_migration_opens_its_own_transaction() {
    const UP: &str =
        "-- migrate:up\nCREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(20) NOT NULL);\n";
    const GOOSE: &str =
        "-- +goose Up\nCREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(20) NOT NULL);\n";
    let create = CREATE.replace("80", "20");
    let create = create.as_str();
    let begins = "PRAGMA legacy_alter_table = ON;\n\nBEGIN;";
    for (files, written, words) in [
        (
            &[("V1__a.sql", create)][..],
            &["V2__x.sql", "V2__x.sql.conf"][..],
            &[begins, "executeInTransaction=false\n"][..],
        ),
        (
            &[("V1__a.sql", create), ("U1__a.sql", "DROP TABLE users;")],
            &["V2__x.sql", "U2__x.sql", "V2__x.sql.conf", "U2__x.sql.conf"],
            &[begins, begins, "executeInTransaction=false\n", "executeInTransaction=false\n"],
        ),
        (&[("1_a.sql", UP)], &["2_x.sql"], &["-- migrate:up transaction:false\n"]),
        (&[("1_a.sql", GOOSE)], &["2_x.sql"], &["-- +goose NO TRANSACTION\n"]),
        (&[("1_a.up.sql", create)], &["2_x.up.sql", "2_x.down.sql"], &["\nCOMMIT;\n\nPRAGMA foreign_keys = OFF;"]),
        (&[("1_a.sql", create), ("Cargo.toml", "sqlx = '0.8'")], &["2_x.sql"], &["-- no-transaction\n"]),
        (
            &[("1_a.up.sql", create), ("1_a.down.sql", "DROP TABLE users;"), ("Cargo.toml", "sqlx = '0.8'")],
            &["2_x.up.sql", "2_x.down.sql"],
            &["-- no-transaction\n", "-- no-transaction\n"],
        ),
        (
            &[("1_a/up.sql", create)],
            &["2_x/up.sql", "2_x/down.sql", "2_x/metadata.toml"],
            &[begins, begins, "run_in_transaction = false\n"],
        ),
        (&[("20240101000000_a/migration.sql", create)], &["<14>_x/migration.sql"], &[begins]),
        (
            &[("1_a.sql", create), ("1_a.down.sql", "DROP TABLE users;")],
            &["2_x.sql", "2_x.down.sql"],
            &[begins, begins],
        ),
    ] {
        let project = Project::new(Engine::Sqlite, &[]);
        for (file, text) in files {
            project.write(&format!("db/{file}"), text);
        }
        let posts =
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);";
        let rows = "INSERT INTO users VALUES (1, 'a'); INSERT INTO posts VALUES (1, 1);";
        project.database.execute(&format!("{create} {posts} {rows}"));
        project.write("drift.toml", "[compare]\nignore = ['posts']\n");
        let found = generate(&project, "db", "x");
        let names: Vec<String> = found.iter().map(|(name, _)| timeless(name)).collect();
        assert_eq!(names, written, "{files:?}");
        for ((name, text), word) in found.iter().zip(words) {
            assert!(text.contains(word), "{name}: {word}\n{text}");
            // It has to be the first thing in the file.
            assert!(!word.starts_with("-- no") || text.starts_with(word), "{name}: {text}");
        }
        let [up, _] = ways(&found);
        // Where the tool cannot be told, its own transaction stands around the file.
        let is_wrapped = words[0].starts_with("\nCOMMIT");
        let up = if is_wrapped { format!("BEGIN;\n{up}\nCOMMIT;") } else { up };
        project.database.execute(&format!("PRAGMA foreign_keys = ON;\n{up}"));
        let (exit, out, _) = project.run(&["check", "--url", project.database.url(), "--declared", "models.py"]);
        assert_eq!(exit, 0, "{files:?}: {out}");
        assert_eq!(project.database.query("SELECT count(*) FROM posts"), [["1"]], "{files:?}: {up}");
    }
}

#[test]
fn a_type_that_a_numbered_file_changes_is_pending_until_it_has_run() {
    for engine in ENGINES.into_iter().filter(|engine| *engine != Engine::Sqlite) {
        let widen = match engine {
            Engine::Postgres => "ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(80);",
            _ => "ALTER TABLE users MODIFY email VARCHAR(80) NOT NULL;",
        };
        let first = CREATE.replace("80", "20");
        let project =
            Project::new(engine, &[("db/1_users.sql", &first), ("db/2_email.sql", widen), ("db/3_phone.sql", ADD)]);
        project.database.execute(&first);
        let report = project.check("db");
        let pending = [("column.type email", "pending 2"), ("column.missing phone", "pending 3"), NICKNAME];
        expect(&report, &pending);
        assert!(report["history"]["run"].as_str().is_some_and(|run| run.contains("2_email.sql")), "{report:#}");
        project.database.execute(widen);
        expect(&project.check("db"), &pending[1..]);
        // A type that no file gave it was changed by hand.
        project.database.execute(&widen.replace("80", "90"));
        expect(&project.check("db"), &[("column.type email", "unrecorded"), pending[1], NICKNAME]);
    }
}

/// A new value of an enum cannot be used in the transaction that adds it, and a file that is sent as one message is one.
#[test]
fn a_value_that_is_added_can_be_used_in_the_same_file() {
    const MODELS: &str = "
from sqlalchemy import Column, Enum, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Person(Base):
    __tablename__ = 'people'
    id = Column(Integer, primary_key=True, autoincrement=False)
    state = Column(Enum('sad', 'ok', name='mood'), server_default='ok')
";
    let create =
        "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, state mood);\n";
    let dbmate = format!("-- migrate:up\n{create}");
    for (file, text) in [
        ("1_a.up.sql", create),
        ("1_a.sql", &dbmate),
        ("2024-01-01-000000_a/up.sql", create),
        ("20240101000000_a/migration.sql", create),
    ] {
        let project = Project::new(Engine::Postgres, &[(&format!("db/{file}"), text)]);
        project.write("models.py", MODELS);
        project.database.execute(create);
        let files = generate(&project, "db", "ok");
        let mut session = Session::connect(Engine::Postgres, project.database.url());
        let [up, down] = ways(&files);
        session.query(&up).unwrap_or_else(|error| panic!("{file}: {error}\n{up}"));
        let in_sync = ["check", "--url", project.database.url(), "--declared", "models.py"];
        let (exit, out, _) = project.run(&in_sync);
        assert_eq!(exit, 0, "{file}: {out}");
        if !file.ends_with("migration.sql") {
            session.query(&down).unwrap_or_else(|error| panic!("{file}: {error}\n{down}"));
            assert_eq!(project.run(&in_sync).0, 2);
        }
    }
}

#[test]
fn what_failed_halfway_has_to_run_again() {
    for engine in ENGINES {
        let files = [("db/1_users.up.sql", CREATE), ("db/2_phone.up.sql", ADD)];
        let project = Project::new(engine, &files);
        project.database.execute(&format!(
            "{USERS} CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);
             INSERT INTO schema_migrations VALUES (2, true);"
        ));
        let report = project.check("db");
        expect(&report, &[("column.missing phone", "pending 2"), NICKNAME]);
        assert_eq!(problems(&report)[0].0, "history.incomplete", "{report:#}");
    }
}

fn engine_word(engine: Engine) -> String {
    engine.to_string().to_lowercase().replace("postgresql", "postgres")
}

#[test]
fn a_file_that_was_changed_after_it_ran_is_told() {
    use std::fmt::Write as _;
    let project = Project::new(Engine::Sqlite, &[("db/1_users.up.sql", CREATE), ("db/2_phone.up.sql", ADD)]);
    project.write("db/1_users.down.sql", "DROP TABLE users;\n");
    // What `sqlx migrate run` writes: the SHA-384 of the file.
    let digest = <sha2::Sha384 as sha2::Digest>::digest(CREATE);
    let digest = digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    project.database.execute(&format!(
        "{USERS} CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
         execution_time BIGINT NOT NULL);
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (1, 'users', true, x'{digest}', 1);"
    ));
    // The layout of golang-migrate and sqlx is the same; the table tells.
    let report = project.check("db");
    assert_eq!(report["history"]["tool"], "sqlx", "{report:#}");
    assert_eq!(problems(&report), []);
    project.write("db/1_users.up.sql", &format!("{CREATE}-- changed\n"));
    assert_eq!(problems(&project.check("db"))[0].0, "history.changed_file");
}

/// What `drift history` says of files, which nothing else is known of.
fn judged(files: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (file, text) in files {
        std::fs::create_dir_all(folder.path().join("db")).expect("a folder");
        std::fs::write(folder.path().join("db").join(file), text).expect("a file");
    }
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_drift"))
        .args(["history", "db"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().expect("an exit code"), text + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_file_that_needs_what_only_a_later_one_makes_is_told() {
    let posts = "CREATE TABLE posts (id INTEGER PRIMARY KEY,\n user_id INTEGER REFERENCES users (id));\n";
    let index = "\nCREATE INDEX by_email ON users (email);\n";
    let typed = "CREATE TABLE posts (state post_state);";
    let ty = "CREATE TYPE post_state AS ENUM ('draft', 'sent');";
    let guarded = "ALTER TABLE IF EXISTS users ADD COLUMN age INTEGER; DROP TABLE IF EXISTS users;";
    let trusting = format!("SET FOREIGN_KEY_CHECKS = 0;\n{posts}");
    let order =
        |at: &str, what: &str| format!("db/001_a.sql needs {what}, which db/002_b.sql creates only later\n  {at}");
    let table = |at| order(at, "table users");
    for (first, second, dialect, expected) in [
        (posts, CREATE, "postgres", Some(table("db/001_a.sql:2\n"))),
        (posts, CREATE, "mysql", Some(table("db/001_a.sql:2\n"))),
        // SQLite looks for the table when a row comes.
        (posts, CREATE, "sqlite", None),
        (&trusting, CREATE, "mysql", None),
        (index, CREATE, "sqlite", Some(table("db/001_a.sql:2\n"))),
        (ADD, CREATE, "mariadb", Some(table("db/001_a.sql:1\n"))),
        (typed, ty, "postgres", Some(order("db/001_a.sql:1\n", "type post_state"))),
        (guarded, CREATE, "postgres", None),
        (CREATE, posts, "postgres", None),
    ] {
        let (exit, text) = judged(&[("001_a.sql", first), ("002_b.sql", second)], &["--dialect", dialect]);
        match expected {
            Some(expected) => {
                assert!(exit == 2 && text.contains(&expected), "{dialect} {first}\n{expected}\n{text}");
                assert!(text.contains("help: on an empty database 001 fails: let 002 run before it"), "{text}");
            }
            None => assert_eq!((exit, text.contains("history.order")), (0, false), "{dialect} {first}\n{text}"),
        }
    }
}

#[test]
fn what_no_file_makes_was_there_before_the_first() {
    let other = "ALTER TABLE users ADD COLUMN age INTEGER;\n";
    let (exit, text) = judged(&[("001_a.sql", ADD), ("002_b.sql", other)], &["--dialect", "postgres"]);
    assert_eq!(exit, 0, "{text}");
    let note = "note  history.baseline  baseline assumed: table users is changed, and no migration creates it\n  \
                db/001_a.sql:1\n  db/002_b.sql:1\n";
    assert!(text.contains(note), "{text}");
    // The same is known of Alembic's revisions.
    let project = Project::alembic(Engine::Sqlite);
    let first = "revision = '001'\ndown_revision = None\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n";
    project.write("migrations/versions/001_users.py", first);
    let (exit, text, _) = project.run(&["history", "."]);
    assert!(exit == 0 && text.contains("baseline assumed: table users is changed"), "{text}");
}

#[test]
fn numbers_that_collide_skip_or_lead_nowhere_back_are_told() {
    for (files, exit, words) in [
        (
            &["001_a.sql", "002_b.sql", "02_c.sql"][..],
            2,
            &[
                "warning  history.duplicate_id  two files have the number 002: 002_b.sql, 02_c.sql; their order is by name",
                "the next free one is 03",
            ][..],
        ),
        (
            &["V1__a.sql", "V1.0__b.sql", "V2__c.sql"],
            2,
            &[
                "error  history.duplicate_id  two files have the number 1: V1__a.sql, V1.0__b.sql; Flyway keeps one record",
            ],
        ),
        (
            &["1_a.up.sql", "1_a.down.sql", "1_b.up.sql"],
            2,
            &["golang-migrate keeps one record", "1_a.up.sql, 1_b.up.sql"],
        ),
        (
            &["001_a.sql", "003_b.sql", "007_c.sql"],
            0,
            &["number 2 is skipped", "the 3 numbers between 3 and 7 are skipped"],
        ),
        (&["002_a.sql"], 0, &["note  history.number_gap  the numbers start with 2"]),
        (
            &["1_a.up.sql", "1_a.down.sql", "2_b.up.sql"],
            0,
            &["history.no_downgrade  2 does not say how to go back\n  db/2_b.up.sql"],
        ),
        (
            &["V1__a.sql", "U1__a.sql", "V2__b.sql"],
            0,
            &["history.no_downgrade  2 does not say how to go back\n  db/V2__b.sql"],
        ),
        (&["001_a.sql", "001_a.down.sql", "002_b.sql"], 0, &["history.no_downgrade  002 does not say how to go back"]),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|file| (*file, "SELECT 1;")).collect();
        let (found, text) = judged(&files, &[]);
        assert_eq!(found, exit, "{files:?}\n{text}");
        for word in words {
            assert!(text.contains(word), "{files:?}: {word}\n{text}");
        }
    }
    for (files, says) in [
        (&["001_a.sql", "002_b.sql"][..], false),
        (&["V1__a.sql", "V2__b.sql", "R__c.sql"], false),
        (&["20240101000000_a.sql", "20240301000000_b.sql"], false),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|file| (*file, "SELECT 1;")).collect();
        assert_eq!(judged(&files, &[]).1.contains("note  "), says, "{files:?}");
    }
}

#[test]
fn flyway_s_records_are_read_as_flyway_means_them() {
    let table = "CREATE TABLE flyway_schema_history (installed_rank INTEGER NOT NULL PRIMARY KEY, version VARCHAR(50),
                 description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, checksum INTEGER, success INTEGER NOT NULL);";
    // What Flyway computes of these lines, whatever ends them.
    let view = "CREATE VIEW emails AS SELECT email FROM users;\n";
    let (users, emails) = ("374026447", "1394747136");
    for engine in ENGINES {
        let files = [("db/V1__users.sql", CREATE), ("db/V2__phone.sql", ADD), ("db/R__emails.sql", view)];
        let project = Project::new(engine, &files);
        let row = |rank: u32, version: &str, words: &str, kind: &str, checksum: &str, success: u32| {
            format!(
                "INSERT INTO flyway_schema_history VALUES ({rank}, {version}, '{words}', '{kind}', {checksum}, {success});"
            )
        };
        let again = |rows: &[String]| {
            project.database.execute(&format!("DELETE FROM flyway_schema_history; {}", rows.concat()))
        };
        let history = || project.check("db")["history"].clone();
        project.database.execute(&format!("{USERS} {view} {table}"));
        let ran = [row(1, "'1'", "users", "SQL", users, 1), row(2, "NULL", "emails", "SQL", emails, 1)];
        again(&ran);
        let report = history();
        assert_eq!((&report["pending"], &report["problems"]), (&json!(["2"]), &json!([])), "{report:#}");

        // A script that runs again is pending when it changes; another must not change.
        project.write("db/R__emails.sql", &view.replace("SELECT email", "SELECT id, email"));
        project.write("db/V1__users.sql", &CREATE.replace('\n', "\r\n"));
        assert_eq!((&history()["pending"], &history()["problems"]), (&json!(["2", "emails"]), &json!([])));
        project.write("db/V1__users.sql", &CREATE.replace("80", "90"));
        let report = history();
        assert_eq!(report["problems"][0]["code"], "history.changed_file", "{report:#}");
        assert_eq!(report["problems"][0]["at"][0]["file"], "db/V1__users.sql");
        project.write("db/V1__users.sql", CREATE);

        // A baseline covers what came before it, and what was undone has not run.
        again(&[row(1, "'1.5'", "<< Flyway Baseline >>", "BASELINE", "NULL", 1)]);
        assert_eq!((&history()["pending"], &history()["problems"]), (&json!(["2", "emails"]), &json!([])));
        let undone = [row(3, "'2'", "phone", "SQL", "NULL", 1), row(4, "'2'", "phone", "UNDO_SQL", "NULL", 1)];
        again(&[ran.as_slice(), undone.as_slice()].concat());
        assert_eq!(history()["pending"], json!(["2", "emails"]));
        again(&[ran[0].clone(), row(2, "'2'", "phone", "SQL", "NULL", 0)]);
        assert_eq!(history()["problems"][0]["code"], "history.incomplete");
    }
}

#[test]
fn a_target_that_is_named_says_where_it_stands() {
    let project = Project::new(Engine::Postgres, &LAYOUTS[0].files);
    project.database.execute(&format!("{USERS} {}", LAYOUTS[0].records));
    let url = project.database.url();
    project.write("drift.toml", &format!("[history]\npath = 'db'\n[targets.main]\nurl = '{url}'\n"));
    let (exit, text, _) = project.run(&["history", "--target", "main"]);
    assert!(exit == 0 && text.contains("  main  stands at 1, 1 pending (run `flyway migrate`)\n"), "{text}");
    let (_, text, _) = project.run(&["history", "--url", url, "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(shown["targets"][0]["stands_at"], json!(["1"]), "{text}");
    assert_eq!(shown["targets"][0]["pending"], json!(["2"]), "{text}");
    // Who does not ask does not wait for a server.
    let (_, text, _) = project.run(&["history", "--format", "json"]);
    assert!(text.contains("\"targets\": []"), "{text}");
}
