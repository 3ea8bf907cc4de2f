//! The commands that write: generate, inspect, init, completions, and where output goes.

use std::process::Stdio;

use crate::bench::{Bench, exists};

const LIVE: &str = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50));
INSERT INTO users VALUES (1, 'a');";

const SCHEMA: (&str, &str) = (
    "schema.sql",
    "CREATE TABLE users (\n  id integer NOT NULL PRIMARY KEY,\n  email varchar(50),\n  phone text\n);\n",
);

const CONFIG: (&str, &str) =
    ("drift.toml", "[declared]\nsql = [\"schema.sql\"]\n[targets.main]\nurl = \"sqlite:app.db\"\n");

fn drifted() -> Bench {
    Bench::with_sqlite(&[SCHEMA, CONFIG], LIVE)
}

#[test]
fn generate_writes_the_migration_and_its_reverse_and_never_over_a_file() {
    let bench = drifted();
    bench.run(&["generate", "--name", "Add phone"]).exits(2).prints(&[
        "1 error",
        "wrote migrations/0001_add_phone.sql",
        "wrote migrations/0001_add_phone.down.sql",
    ]);
    let up = bench.read("migrations/0001_add_phone.sql");
    assert!(up.contains("column.missing  schema.sql:4") && up.contains("ADD COLUMN"), "{up}");
    bench.run(&["generate", "--out", "fix.sql"]).exits(2);
    bench.run(&["generate", "--out", "fix.sql"]).exits(1).says(&["fix.sql exists and is not replaced", "--force"]);
    bench.run(&["generate", "--out", "fix.sql", "--force"]).exits(2);
    assert_eq!(bench.run(&["generate", "--out", "-"]).exits(2).out, up);
    bench.execute(&up);
    bench.run(&["check"]).exits(0).prints(&["in sync"]);
    bench.run(&["generate", "--name", "again"]).exits(0).prints(&["in sync", "nothing to generate"]);
    assert!(!exists(&bench, "migrations/0002_again.sql"));
    bench.execute(&bench.read("migrations/0001_add_phone.down.sql"));
    bench.run(&["check"]).exits(2).prints(&["column.missing", "phone"]);
}

#[test]
fn generate_asks_which_target_is_meant() {
    let two = "[targets.a]\nurl = \"sqlite:app.db\"\n[targets.b]\nurl = \"sqlite:app.db\"\n";
    let bench =
        Bench::with_sqlite(&[SCHEMA, ("drift.toml", &format!("[declared]\nsql = [\"schema.sql\"]\n{two}"))], LIVE);
    bench.run(&["generate"]).exits(1).says(&["there are 2 targets", "--target a or --target b"]);
    bench.run(&["generate", "--target", "b", "--out", "-"]).exits(2).prints(&["ADD COLUMN"]);
}

#[test]
fn a_destructive_statement_is_a_comment_until_it_is_allowed() {
    let bench = Bench::with_sqlite(&[SCHEMA, CONFIG], &format!("{LIVE} CREATE TABLE old (x integer);"));
    let careful = bench.run(&["check", "--format", "sql"]).exits(2);
    let is_live = |text: &str| text.lines().any(|line| line.starts_with("DROP TABLE"));
    assert!(!is_live(&careful.out) && careful.out.contains("DROP TABLE"), "{}", careful.out);
    let bold = bench.run(&["check", "--format", "sql", "--allow-drop"]).exits(2);
    assert!(is_live(&bold.out), "{}", bold.out);
}

#[test]
fn a_snapshot_is_a_source() {
    let bench = drifted();
    bench.run(&["inspect", "--format", "json", "--output", "live.json"]).exits(0);
    bench.run(&["diff", "--from", "live.json", "--to", "sqlite:app.db"]).exits(0).prints(&["in sync"]);
    bench.run(&["diff", "--from", "live.json", "--to", "schema.sql"]).exits(2).prints(&["phone"]);
    bench.run(&["inspect", "schema.sql", "--dialect", "sqlite", "--format", "json", "-o", "declared.json"]).exits(0);
    let run = bench.run(&["diff", "--from", "live.json", "--to", "declared.json", "--format", "json"]).exits(2);
    assert_eq!(run.json()["findings"][0]["declared_at"]["line"], 4);
}

#[test]
fn diff_prints_the_migration_between_any_two_sources() {
    let bench = Bench::new(&[
        ("a.sql", "CREATE TABLE t (id integer NOT NULL PRIMARY KEY);"),
        ("b.sql", "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text);"),
    ]);
    for dialect in ["postgres", "mysql", "mariadb", "sqlite"] {
        let args = ["diff", "--from", "a.sql", "--to", "b.sql", "--dialect", dialect, "--format", "sql"];
        bench.run(&args).exits(2).prints(&["ADD COLUMN"]);
        bench.run(&["diff", "--from", "a.sql", "--to", "a.sql", "--dialect", dialect]).exits(0);
    }
    bench.write("drift.toml", "dialect = \"postgres\"\n");
    bench.run(&["diff", "--from", "a.sql", "--to", "b.sql"]).exits(2).prints(&["column.missing", "b.sql:1"]);
    let exec = "exec:cat b.sql";
    bench.run(&["diff", "--from", exec, "--to", "b.sql"]).exits(0);
}

#[test]
fn inspect_prints_sql_and_diagrams() {
    let bench = drifted();
    bench.run(&["inspect", "sqlite:app.db"]).exits(0).prints(&["CREATE TABLE", "users", "email"]);
    bench.run(&["inspect", "--format", "mermaid"]).exits(0).prints(&["erDiagram\n    users {\n", " id PK"]);
}

#[test]
fn a_report_goes_to_a_file_without_colours() {
    let bench = drifted();
    let run = bench.run(&["check", "--color", "always", "--output", "report.txt"]).exits(2);
    assert_eq!(run.out, "");
    assert!(bench.read("report.txt").contains("column.missing") && !bench.read("report.txt").contains('\x1b'));
    bench.run(&["check", "--color", "always"]).exits(2).prints(&["\x1b["]);
    bench.run(&["check"]).exits(2).omits(&["\x1b["]);
    bench.run(&["check", "--output", "no/such/folder/r.txt"]).exits(1).says(&["cannot write no/such/folder/r.txt"]);
    bench.run(&["check", "--format", "markdown"]).exits(2).prints(&["### main: 1 error", "| error |"]);
}

#[test]
fn a_reader_that_goes_away_is_no_accident() {
    let bench = drifted();
    for args in [&["check"][..], &["inspect"], &["completions", "bash"], &["--help"], &["generate", "--out", "-"]] {
        let mut child = bench.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked") && output.status.code() != Some(1), "{args:?}: {}\n{err}", output.status);
    }
}

#[test]
fn init_writes_a_configuration_that_check_runs() {
    let bench = Bench::with_sqlite(
        &[(
            "app/models.py",
            "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n\
           Base = declarative_base()\nclass User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n",
        )],
        "CREATE TABLE users (id INTEGER NOT NULL, PRIMARY KEY (id));",
    );
    bench.run(&["init"]).exits(0).prints(&["wrote drift.toml", "app/models.py", "sqlite:app.db", "next: drift check"]);
    bench.run(&["check"]).exits(0).prints(&["in sync"]);
    bench.run(&["init"]).exits(1).says(&["drift.toml exists and is not replaced"]);
}

#[test]
fn init_names_a_variable_and_never_its_value() {
    let bench = Bench::new(&[
        (".env", "DATABASE_URL=postgres://app:geheim@db/app\n"),
        ("db/schema.sql", "CREATE TABLE a (b int);"),
    ]);
    bench.run(&["init"]).exits(0).prints(&["${DATABASE_URL}", "db/schema.sql"]);
    let text = bench.read("drift.toml");
    assert!(text.contains("url = \"${DATABASE_URL}\"") && !text.contains("geheim"), "{text}");
}

#[test]
fn a_repository_with_several_parts_gets_a_target_for_each() {
    const MODEL: &str = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n\
        Base = declarative_base()\nclass T(Base):\n    __tablename__ = 'invoices'\n    id = Column(Integer, primary_key=True)\n";
    let people = MODEL.replace("invoices", "people");
    let bench = Bench::with_sqlite(
        &[
            ("services/billing/models.py", MODEL),
            (
                "services/billing/migrations/0001_invoices.sql",
                "CREATE TABLE invoices (id INTEGER NOT NULL, PRIMARY KEY (id));",
            ),
            ("services/users/models.py", &people),
            (
                "services/users/migrations/0001_people.sql",
                "CREATE TABLE people (id INTEGER NOT NULL, PRIMARY KEY (id));",
            ),
            (".env", "BILLING_DATABASE_URL=sqlite:app.db\nUSERS_DATABASE_URL=sqlite:app.db\n"),
        ],
        "CREATE TABLE invoices (id INTEGER NOT NULL, PRIMARY KEY (id));",
    );
    bench.run(&["init"]).exits(0).prints(&[
        "services/billing/migrations",
        "${USERS_DATABASE_URL}",
        "next: drift check",
    ]);
    // Each target is compared with its own part alone.
    bench.run(&["check", "--target", "users"]).exits(2).prints(&["people", "0001_people.sql adds it"]);
    bench.run(&["explain", "--target", "users", "no such table: people"]).prints(&["table people is missing"]);
    bench.run(&["explain", "no such table: invoices"]).prints(&["table invoices is there by now"]);
}

#[test]
fn completions_exist_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        Bench::new(&[]).run(&["completions", shell]).exits(0).prints(&["drift"]);
    }
}

#[test]
fn a_folder_of_migrations_is_a_schema_without_its_ways_back() {
    let bench = Bench::with_sqlite(&[SCHEMA, CONFIG], LIVE);
    bench.run(&["inspect", "--output", "migrations/0000_start.sql"]).exits(1).says(&["cannot write"]);
    bench.write("migrations/0000_start.sql", &bench.run(&["inspect"]).exits(0).out);
    // As the folder has it: a file of its own would run as a migration where the others have none.
    bench.run(&["generate"]).exits(2).prints(&["0001_mend_drift.sql"]).omits(&[".down.sql"]);
    std::fs::remove_file(bench.path("migrations/0001_mend_drift.sql")).expect("it was written");
    bench.write("migrations/0000_start.down.sql", "DROP TABLE users;");
    bench.run(&["generate"]).exits(2).prints(&["0001_mend_drift.sql", "0001_mend_drift.down.sql"]);
    bench.execute(&bench.read("migrations/0001_mend_drift.sql"));
    bench.run(&["diff", "--from", "sqlite:app.db", "--to", "migrations"]).exits(0).prints(&["in sync"]);
}
