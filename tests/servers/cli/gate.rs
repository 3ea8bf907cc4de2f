//! The gate: which findings end with which exit code, and what is left out.

use crate::bench::Bench;

const LIVE: &str = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50), old_name text);
CREATE INDEX old_index ON users (email);
CREATE TABLE tmp_import (x integer);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);";

const SCHEMA: (&str, &str) =
    ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50), phone text);\n");

const TARGET: &str = "[declared]\nsql = [\"schema.sql\"]\n[targets.main]\nurl = \"sqlite:app.db\"\n";

fn bench(more: &str) -> Bench {
    Bench::with_sqlite(&[SCHEMA, ("drift.toml", &format!("{TARGET}{more}"))], LIVE)
}

#[test]
fn findings_exit_with_2_and_show_code_object_and_line() {
    let run = bench("").run(&["check"]).exits(2);
    run.prints(&["main", "users", "column.missing", "phone", "schema.sql:1", "column.extra", "old_name"])
        .prints(&["table.extra", "tmp_import", "index.extra", "1 error", "next: drift generate --target main"])
        .omits(&["alembic_version"]);
}

#[test]
fn the_gate_is_where_the_configuration_or_the_flag_puts_it() {
    for (more, args, code) in [
        ("", &["check"][..], 2),
        ("[gate]\nfail_on = \"never\"\n", &["check"], 0),
        ("[gate]\nfail_on = \"never\"\n", &["check", "--fail-on", "error"], 2),
        ("[gate]\nseverity = { \"column.missing\" = \"info\" }\n", &["check", "--fail-on", "error"], 0),
        ("[gate]\nseverity = { \"index.extra\" = \"error\" }\n", &["check", "--fail-on", "error"], 2),
        ("[compare]\nignore = [\"*\"]\n", &["check"], 0),
    ] {
        bench(more).run(args).exits(code);
    }
}

#[test]
fn what_is_ignored_is_left_out_on_both_sides() {
    let ignoring = |patterns: &str| bench(&format!("[compare]\nignore = [{patterns}]\n"));
    ignoring("\"tmp_*\"").run(&["check"]).exits(2).omits(&["tmp_import"]).prints(&["old_name"]);
    ignoring("\"tmp_*\", \"users.old_*\", \"users.phone\"").run(&["check"]).exits(0).prints(&["in sync"]);
    ignoring("\"USERS.*\", \"tmp_import\"").run(&["check"]).exits(0).prints(&["in sync"]);
}

#[test]
fn info_alone_is_reported_and_passes() {
    let bench = Bench::with_sqlite(
        &[SCHEMA, ("drift.toml", TARGET)],
        "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50), phone text);
         CREATE INDEX old_index ON users (email);",
    );
    let run = bench.run(&["check", "--format", "json"]).exits(0);
    assert_eq!(run.json()["in_sync"], false);
    assert_eq!(run.json()["summary"]["info"], 1);
    bench.run(&["check", "--fail-on", "info"]).exits(2);
    bench.run(&["diff", "--from", "sqlite:app.db", "--to", "schema.sql"]).exits(2);
}

#[test]
fn the_gravest_of_several_targets_counts_and_a_failed_one_is_never_in_sync() {
    let config = "[declared]\nsql = [\"schema.sql\"]\n[targets.good]\nurl = \"sqlite:app.db\"\n\
                  [targets.gone]\nurl = \"sqlite:gone.db\"\n[targets.unset]\nurl = \"${DRIFT_TEST_NOWHERE}\"\n";
    let live = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50), phone text);";
    let bench = Bench::with_sqlite(&[SCHEMA, ("drift.toml", config)], live);
    bench.run(&["check", "--target", "good"]).exits(0).prints(&["in sync"]);
    bench.run(&["check"]).exits(1).prints(&["good", "in sync", "gone could not be compared"]).says(&["gone.db"]);
    let run = bench.run(&["check", "--format", "json"]).exits(1);
    let json = run.json();
    assert_eq!(json[0]["in_sync"], true);
    assert_eq!(json[1]["in_sync"], false);
    assert_eq!(json[1]["target"], "gone");
    assert!(json[2]["error"].as_str().unwrap().contains("DRIFT_TEST_NOWHERE"));
}

#[test]
fn the_nearest_configuration_above_is_found_and_its_paths_are_its_own() {
    let bench = bench("");
    std::fs::create_dir_all(bench.path("deep/below")).unwrap();
    let output = bench.command(&["check"]).current_dir(bench.path("deep/below")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("../../schema.sql:1"), "{text}");
}

#[test]
fn what_is_ignored_inside_a_table_survives_its_rebuild() {
    let bench = Bench::with_sqlite(
        &[
            ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50));\n"),
            ("drift.toml", &format!("{TARGET}[compare]\nignore = [\"users.legacy_*\"]\n")),
        ],
        "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50) NOT NULL, legacy_id integer);
         INSERT INTO users VALUES (1, 'a', 42);",
    );
    let migration = bench.run(&["check", "--format", "sql", "--allow-drop"]).exits(2).out;
    bench.execute(&format!("{migration}\nCREATE TABLE kept AS SELECT legacy_id / (legacy_id = 42) AS x FROM users;"));
    bench.run(&["check", "--fail-on", "error"]).exits(0).prints(&["kept"]).omits(&["users"]);
}

#[test]
fn several_model_sources_make_one_schema() {
    let base = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n";
    let model = |class: &str, table: &str| {
        format!(
            "from sqlalchemy import Column, Integer\nfrom base import Base\n\n\nclass {class}(Base):\n    \
             __tablename__ = \"{table}\"\n    id = Column(Integer, primary_key=True)\n"
        )
    };
    let bench = Bench::with_sqlite(
        &[("base.py", base), ("a.py", &model("A", "a")), ("b.py", &model("B", "b"))],
        "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY); CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY);",
    );
    let args = ["check", "--url", "sqlite:app.db", "--declared", "models:a.py", "--declared", "models:b.py"];
    bench.run(&args).exits(0);
}

/// A declared trigger is not compared, so "in sync" is not the word; the migration of something else names it, too.
#[test]
fn what_is_declared_and_not_compared_is_no_sync() {
    const TRIGGER: &str = "CREATE TRIGGER audit AFTER INSERT ON users BEGIN SELECT 1; END;\n";
    let schema = format!("{}{TRIGGER}", SCHEMA.1);
    let bench = Bench::with_sqlite(&[("schema.sql", &schema), ("drift.toml", TARGET)], SCHEMA.1);
    let words = "nothing differs in what was compared: sqlite:app.db matches schema.sql (1 table compared; not compared: \
                 trigger users.audit)";
    bench.run(&["check"]).exits(0).prints(&[words]);
    bench.run(&["check", "--strict"]).exits(3);
    let sql = bench.run(&["check", "--format", "sql"]).exits(0);
    sql.prints(&["-- nothing differs", "-- not compared: trigger users.audit: "]).omits(&["in sync"]);
    let run = bench.run(&["check", "--format", "json"]).exits(0);
    assert_eq!((&run.json()["in_sync"], &run.json()["verdict"]), (&false.into(), &"nothing_differs".into()));
    bench.run(&["generate"]).exits(0).prints(&["nothing differs in what was compared", "nothing to generate"]);
    bench.execute("ALTER TABLE users DROP COLUMN phone;");
    bench
        .run(&["check", "--format", "sql"])
        .exits(2)
        .prints(&["-- Not compared: trigger users.audit: ", "ADD COLUMN phone"]);
    // What the database alone has was not asked for.
    bench.write("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(50));\n");
    bench.execute(TRIGGER);
    bench.run(&["check"]).exits(0).prints(&["in sync: ", "(1 table compared)"]);
}
