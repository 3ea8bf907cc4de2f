//! What users get wrong, and what they are told: what, where, and what to do.

use crate::bench::Bench;

/// One mistake, and what standard error says about it.
struct Mistake {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    args: &'static [&'static str],
    says: &'static [&'static str],
}

const CHECK_SQLITE: &[&str] = &["check", "--url", "sqlite:app.db", "--declared", "schema.sql"];
const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");

const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "no configuration and no flags",
        files: &[],
        args: &["check"],
        says: &["nothing to compare: no drift.toml", "run `drift init`", "drift check --url sqlite:app.db --declared"],
    },
    Mistake {
        name: "a database and nothing declared",
        files: &[],
        args: &["check", "--url", "sqlite:app.db"],
        says: &["nothing is declared", "--declared app/models"],
    },
    Mistake {
        name: "a declaration and no database",
        files: &[("drift.toml", "[declared]\nsql = [\"schema.sql\"]\n"), SCHEMA],
        args: &["check"],
        says: &["drift.toml names no live database", "[targets.NAME]"],
    },
    Mistake {
        name: "an unknown key",
        files: &[("drift.toml", "[declared]\nmodel = [\"app\"]\n")],
        args: &["check"],
        says: &["unknown key `model` in [declared]", "drift.toml:2:1", "did you mean `models`?"],
    },
    Mistake {
        name: "every mistake of a file at once",
        files: &[("drift.toml", "dialekt = \"postgres\"\n[gate]\nfail_on = \"warn\"\n")],
        args: &["check"],
        says: &["drift.toml:1:1", "did you mean `dialect`?", "drift.toml:3:11", "did you mean \"warning\"?"],
    },
    Mistake {
        name: "an unknown finding code",
        files: &[("drift.toml", "[gate]\nseverity = { \"index.extr\" = \"info\" }\n")],
        args: &["check"],
        says: &["no finding with the code `index.extr`", "drift.toml:2:14", "did you mean \"index.extra\"?"],
    },
    Mistake {
        name: "a variable that is not set",
        files: &[
            ("drift.toml", "[declared]\nsql = [\"schema.sql\"]\n[targets.production]\nurl = \"${DATABASE_URL}\"\n"),
            SCHEMA,
        ],
        args: &["check"],
        says: &["environment variable `DATABASE_URL` is not set", "drift.toml:4:7", "export DATABASE_URL", ".env"],
    },
    Mistake {
        name: "a variable that stands in a line of .env that is none",
        files: &[
            ("drift.toml", "[declared]\nsql = [\"schema.sql\"]\n[targets.production]\nurl = \"${DATABASE_URL}\"\n"),
            SCHEMA,
            (".env", "DATABASE_URL postgres://app:geheim@db/app\n"),
        ],
        args: &["check"],
        says: &["`DATABASE_URL` is not set", "1 line of .env is not NAME=value"],
    },
    Mistake {
        name: "a glob that fits nothing",
        files: &[
            ("drift.toml", "[declared]\nmodels = [\"app/**/*.py\"]\n[targets.a]\nurl = \"sqlite:app.db\"\n"),
            ("app/readme.txt", ""),
        ],
        args: &["check"],
        says: &["app/**/*.py: no file or folder found", "drift.toml:2:11", "paths are relative to"],
    },
    Mistake {
        name: "a path that does not exist",
        files: &[("drift.toml", "[declared]\nsql = [\"scheme.sql\"]\n[targets.a]\nurl = \"sqlite:app.db\"\n")],
        args: &["check"],
        says: &["cannot read scheme.sql", "drift.toml:2:8"],
    },
    Mistake {
        name: "a URL of no engine",
        files: &[
            ("drift.toml", "[declared]\nsql = [\"schema.sql\"]\n[targets.a]\nurl = \"oracle://u:geheim@h/d\"\n"),
            SCHEMA,
        ],
        args: &["check"],
        says: &["drift.toml:4:7", "oracle"],
    },
    Mistake {
        name: "an unknown target",
        files: &[("drift.toml", "[targets.production]\nurl = \"sqlite:app.db\"\n")],
        args: &["check", "--target", "prodution"],
        says: &["drift.toml has no target `prodution`", "did you mean `production`?"],
    },
    Mistake {
        name: "a configuration that is not there",
        files: &[],
        args: &["check", "--config", "other.toml"],
        says: &["cannot read other.toml"],
    },
    Mistake {
        name: "an argument in the wrong place, with a password",
        files: &[],
        args: &["check", "postgres://app:geheim@db/app"],
        says: &["unexpected argument", "postgres://app:******@db/app"],
    },
    Mistake {
        name: "an unknown kind of source",
        files: &[SCHEMA],
        args: &["diff", "--from", "model:schema.sql", "--to", "schema.sql"],
        says: &["`model:` is not a kind of source", "did you mean `models:`?"],
    },
    Mistake {
        name: "no engine named anywhere",
        files: &[SCHEMA],
        args: &["diff", "--from", "schema.sql", "--to", "schema.sql"],
        says: &["no URL says which engine", "--dialect postgres"],
    },
    Mistake {
        name: "an engine that the database is not",
        files: &[SCHEMA, ("app.db", "")],
        args: &["check", "--url", "sqlite:app.db", "--declared", "schema.sql", "--dialect", "postgres"],
        says: &["--dialect says PostgreSQL, but the other side is SQLite"],
    },
    Mistake {
        name: "an SQLite file that is not there",
        files: &[SCHEMA],
        args: CHECK_SQLITE,
        says: &["cannot read the SQLite database", "app.db"],
    },
    Mistake {
        name: "a Python file with a syntax error",
        files: &[
            ("app.db", ""),
            ("app/models.py", "from sqlalchemy import Column\n\nclass User(Base:\n    __tablename__ = 'users'\n"),
        ],
        args: &["check", "--url", "sqlite:app.db", "--declared", "app"],
        says: &["app/models.py:3", "class User(Base:", "help: correct or simplify"],
    },
    Mistake {
        name: "a program that fails",
        files: &[("app.db", "")],
        args: &["check", "--url", "sqlite:app.db", "--declared", "exec:echo no such module >&2; exit 3"],
        says: &["failed", "exit status: 3", "| no such module"],
    },
    Mistake {
        name: "a snapshot that is none",
        files: &[("app.db", ""), ("prod.json", "{}")],
        args: &["check", "--url", "sqlite:app.db", "--declared", "snapshot:prod.json"],
        says: &["prod.json: this is not a snapshot", "drift inspect"],
    },
];

#[test]
fn mistakes_are_told_with_their_place_and_remedy_and_exit_with_1() {
    let mut failed = Vec::new();
    for mistake in MISTAKES {
        let told = std::panic::catch_unwind(|| {
            let run = Bench::new(mistake.files).run(mistake.args).exits(1).says(mistake.says).says(&["error"]);
            assert_eq!(run.out, "", "nothing is a result");
        });
        if told.is_err() {
            failed.push(mistake.name);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("; "));
}

#[test]
fn sql_that_does_not_parse_in_the_middle_of_a_file_is_a_warning_with_its_line() {
    let schema = "CREATE TABLE users (id integer PRIMARY KEY);\n\nCREATE GIZMO frobnicate WITH nonsense;\n\n\
                  CREATE TABLE items (id integer PRIMARY KEY);\n";
    let bench = Bench::with_sqlite(
        &[("schema.sql", schema)],
        "CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE items (id integer PRIMARY KEY);",
    );
    let run = bench.run(CHECK_SQLITE).exits(0).says(&["warning", "schema.sql:3"]).prints(&["in sync"]);
    drop(run);
    let strict = [CHECK_SQLITE, &["--strict"]].concat();
    bench.run(&strict).exits(3);
    let quiet = bench.run(&[CHECK_SQLITE, &["-q"]].concat()).exits(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn help_and_version_exit_with_0() {
    let bench = Bench::new(&[]);
    bench.run(&["--help"]).exits(0).prints(&["Exit codes", "check", "generate"]);
    bench.run(&["check", "--help"]).exits(0).prints(&["--declared", "--fail-on"]);
    bench.run(&["--version"]).exits(0).prints(&["drift "]);
}
