//! Files in every encoding and with every kind of line ends.

use crate::bench::Bench;

const SCHEMA: &str = "-- größer\nCREATE TABLE users (\n  id integer NOT NULL PRIMARY KEY,\n  name text DEFAULT 'Zoë',\n  \
                      CHECK (name <> 'é')\n);\nCREATE VIEW names AS\nSELECT name\nFROM users;\n";

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn bench(files: &[(&str, Vec<u8>)]) -> Bench {
    let bench = Bench::with_sqlite(&[], SCHEMA);
    for (file, bytes) in files {
        std::fs::write(bench.path(file), bytes).unwrap();
    }
    bench
}

#[test]
fn sql_files_are_read_whatever_wrote_them() {
    for (what, bytes, warns) in [
        ("UTF-8 with a mark", format!("\u{feff}{SCHEMA}").into_bytes(), false),
        ("UTF-16", utf16(SCHEMA, true), false),
        ("UTF-16 without a mark", utf16(SCHEMA, false), false),
        ("Latin-1", latin1(SCHEMA), true),
        ("CRLF", SCHEMA.replace('\n', "\r\n").into_bytes(), false),
        ("lone CR", SCHEMA.replace('\n', "\r").into_bytes(), false),
        ("no newline at the end", SCHEMA.trim_end().as_bytes().to_vec(), false),
    ] {
        let bench = bench(&[("schema.sql", bytes)]);
        let run = bench.run(&["check", "--url", "sqlite:app.db", "--declared", "schema.sql"]).exits(0);
        let run = run.prints(&["in sync"]);
        assert_eq!(run.err.contains("the file is not UTF-8"), warns, "{what}: {}", run.err);
    }
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let schema = SCHEMA.replace("'Zoë'", "'Chloë'").replace("FROM users", "FROM users ORDER BY 1");
    for (what, bytes) in [
        ("UTF-8 with a mark", format!("\u{feff}{schema}").into_bytes()),
        ("UTF-16", utf16(&schema, true)),
        ("UTF-16 with CRLF", utf16(&schema.replace('\n', "\r\n"), true)),
        ("Latin-1", latin1(&schema)),
        ("CRLF", schema.replace('\n', "\r\n").into_bytes()),
        ("lone CR", schema.replace('\n', "\r").into_bytes()),
    ] {
        let bench = bench(&[("schema.sql", bytes)]);
        let run =
            bench.run(&["check", "--url", "sqlite:app.db", "--declared", "schema.sql", "--format", "json"]).exits(2);
        let found = run.json().to_string();
        let at = |line: u32| format!("\"line\":{line}");
        assert!(found.contains("column.default") && found.contains(&at(4)), "{what}: {found}");
        assert!(found.contains("view.definition") && found.contains(&at(7)), "{what}: {found}");
    }
}

#[test]
fn binary_rows_of_a_dump_spoil_nothing_else() {
    let mut bytes = SCHEMA.as_bytes().to_vec();
    bytes.extend(b"INSERT INTO users VALUES (1, '\xff\xfe\x80\x01');\n");
    let bench = bench(&[("schema.sql", bytes)]);
    let run = bench.run(&["check", "--url", "sqlite:app.db", "--declared", "schema.sql"]).exits(0);
    run.says(&["schema.sql:10", "the file is not UTF-8"]).prints(&["in sync"]);
}

#[test]
fn nul_bytes_are_told_with_their_line() {
    let nul = |text: &str| text.replace("users", "us\0ers").into_bytes();
    let bench = bench(&[("schema.sql", nul(SCHEMA)), ("models.py", b"a = 1\nb = '\0'\nc = \0\n".to_vec())]);
    let run = bench.run(&["check", "--url", "sqlite:app.db", "--declared", "schema.sql"]).exits(0);
    let run = run.says(&["warning: schema.sql:2", "a NUL byte", "save the file as plain text"]);
    run.prints(&["users", "undecided"]).omits(&["table.extra"]);
    bench.run(&["check", "--url", "sqlite:app.db", "--declared", "models.py"]).exits(1).says(&["models.py:3"]);
    std::fs::write(bench.path("drift.toml"), b"[declared]\nsql = \"a\0b\"\n").unwrap();
    bench.run(&["check"]).exits(1).says(&["drift.toml:2"]);
}

/// What the engine has, and the same written so that the name cannot be told.
const UNTOLD: &[[&str; 3]] = &[
    ["postgres", "CREATE TABLE users (id integer);", "CREATE TABLE us\0ers (id integer);"],
    ["postgres", "CREATE VIEW users AS SELECT 1 AS a;", "CREATE VIEW us\0ers AS SELECT 1 AS a;"],
    ["postgres", "CREATE SEQUENCE users;", "CREATE SEQUENCE us\0ers;"],
    ["postgres", "CREATE TYPE users AS ENUM ('a');", "CREATE TYPE us\0ers AS ENUM ('a');"],
    ["postgres", "CREATE DOMAIN users AS text;", "CREATE DOMAIN us\0ers AS text;"],
    ["postgres", "CREATE INDEX users ON kept (a);", "CREATE INDEX us\0ers ON kept (a);"],
    ["postgres", "CREATE INDEX users ON kept (a);", "CREATE INDEX users ON ke\0pt (a);"],
    ["postgres", "ALTER TABLE kept ADD COLUMN users integer;", "ALTER TABLE ke\0pt ADD COLUMN users integer;"],
    ["postgres", "CREATE TABLE t (a integer, users text);", "CREATE TABLE t (a integer, us\0ers text);"],
    ["mysql", "CREATE TABLE t (a integer, users text);", "CREATE TABLE t (a integer, \"users\" text);"],
    ["mysql", "CREATE TABLE users (id integer);", "CREATE TABLE \"users\" (\"id\" integer);"],
    ["mysql", "CREATE TABLE app.users (id integer);", "CREATE TABLE app.\"users\" (id integer);"],
    ["mysql", "CREATE INDEX users ON kept (a);", "CREATE INDEX \"users\" ON \"kept\" (\"a\");"],
];

#[test]
fn what_a_statement_declares_whose_name_cannot_be_told_is_nobodys_extra() {
    for [dialect, live, declared] in UNTOLD {
        let kept = "CREATE TABLE kept (a integer);\n";
        let bench = Bench::new(&[]);
        bench.write("live.sql", &format!("{kept}{live}\n"));
        bench.write("schema.sql", &format!("{kept}{declared}\n"));
        let run = bench.run(&["diff", "--dialect", dialect, "--from", "live.sql", "--to", "schema.sql"]);
        let run = run.exits(0).prints(&["undecided"]).says(&["schema.sql:2"]);
        let hint = if *dialect == "mysql" { "SET sql_mode = 'ANSI_QUOTES'" } else { "save the file as plain text" };
        run.says(&[hint]);
    }
}

const MODELS: &str = "from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, Text\n\n\
                      users = Table(\n    \"users\", MetaData(),\n    Column(\"id\", Integer, primary_key=True),\n    \
                      Column(\"name\", Text, server_default=\"Zoë\"),\n    CheckConstraint(\"name <> 'é'\"),\n)\n";

#[test]
fn models_are_read_whatever_wrote_them() {
    let cookie = |text: &str| format!("# -*- coding: latin-1 -*-\n{text}");
    for (what, bytes, warns) in [
        ("UTF-8 with a mark", format!("\u{feff}{MODELS}").into_bytes(), false),
        ("Latin-1 that says so", latin1(&cookie(MODELS)), false),
        ("Latin-1 that does not", latin1(MODELS), true),
        ("CRLF", MODELS.replace('\n', "\r\n").into_bytes(), false),
        ("lone CR", MODELS.replace('\n', "\r").into_bytes(), false),
    ] {
        let bench = bench(&[("models.py", bytes)]);
        let run = bench.run(&["check", "--url", "sqlite:app.db", "--declared", "models.py"]).exits(0);
        let run = run.prints(&["in sync"]);
        assert_eq!(run.err.contains("the file is not UTF-8"), warns, "{what}: {}", run.err);
    }
}

#[test]
fn the_configuration_and_its_environment_are_read_whatever_wrote_them() {
    let config = "[declared]\nsql = [\"schema.sql\"]\n[targets.\"größe\"]\nurl = \"${DATABASE_URL}\"\n";
    let environment = "DATABASE_URL=sqlite:app.db\n";
    for (config_bytes, environment_bytes) in [
        (format!("\u{feff}{config}").into_bytes(), format!("\u{feff}{environment}").into_bytes()),
        (utf16(config, true), utf16(environment, true)),
        (config.replace('\n', "\r\n").into_bytes(), environment.replace('\n', "\r\n").into_bytes()),
        (
            config.replace('\n', "\r").into_bytes(),
            format!("# caf\u{e9}\r{environment}").replace('\n', "\r").into_bytes(),
        ),
    ] {
        let files = [("schema.sql", SCHEMA.into()), ("drift.toml", config_bytes), (".env", environment_bytes)];
        bench(&files).run(&["check"]).exits(0).prints(&["in sync"]);
    }
    let latin = bench(&[("schema.sql", SCHEMA.into()), ("drift.toml", latin1(config))]);
    latin.run(&["check"]).exits(1).says(&["drift.toml", "not UTF-8 in line 3", "save it as UTF-8"]);
}
