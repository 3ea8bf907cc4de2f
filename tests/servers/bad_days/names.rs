//! Names of every kind, through `check`, `generate`, the migration and its way back, and every form of report.

use drift::model::Engine;

use crate::bench::Bench;
use crate::support::Database;

/// Names that every engine takes.
const NAMES: &[&str] = &[
    "a b",
    " lead",
    "a.b",
    "UPPER",
    "Mixed",
    "select",
    "user",
    "größe",
    "表",
    "naïve-name",
    "100%",
    "%s",
    "$1",
    "a$b",
    "it's",
    "a\"b",
    "a`b",
    "[a]",
    "a\\b",
    "a\\",
    "-- x",
    "/* x",
    "*/",
    ";",
    "a,b",
    "(a)",
    "{a}",
    "<b>&amp;",
    "|",
    "`",
    "```",
    "@here",
    "#1",
    "_x_",
    "*x*",
    "~x~",
    "tab\there",
    "line\nfeed",
    "cr\rhere",
    "bell\u{7}\u{1b}[31mred",
    "\u{202e}rtl",
    "null",
    "0",
    "1a",
    "a=b",
    "${HOME}",
    "::",
    "😀",
];

const ENGINES: [Engine; 4] = [Engine::Postgres, Engine::MariaDb, Engine::MySql, Engine::Sqlite];

fn is_mysql(engine: Engine) -> bool {
    matches!(engine, Engine::MySql | Engine::MariaDb)
}

fn names(engine: Engine) -> Vec<String> {
    let longest = match engine {
        Engine::Postgres => 63,
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => 64,
    };
    let plain = NAMES.iter().map(|name| (*name).to_owned());
    plain
        .chain([format!("l{}", "o".repeat(longest - 1)), format!("{}é", "ü".repeat(longest / 2 - 2))])
        // What lies outside of the first plane MySQL and MariaDB refuse in names, and a control character as well.
        .filter(|name| !is_mysql(engine) || !name.chars().any(|c| c > '\u{ffff}'))
        .collect()
}

fn quoted(engine: Engine, name: &str) -> String {
    match engine {
        Engine::MySql | Engine::MariaDb => format!("`{}`", name.replace('`', "``")),
        Engine::Postgres | Engine::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn text(engine: Engine, text: &str) -> String {
    let text = text.replace('\'', "''");
    format!("'{}'", if is_mysql(engine) { text.replace('\\', "\\\\") } else { text })
}

/// A table of each name, with a column, a key, an index, a check, a default and a reference that have it too.
fn schema(engine: Engine) -> String {
    let mut schema = String::new();
    for (number, name) in names(engine).iter().enumerate() {
        // Index and constraint names are unique in a PostgreSQL schema, where a table is one of them.
        let (table, column) = (quoted(engine, name), quoted(engine, name));
        let other = quoted(engine, &format!("{number} {}", name.chars().take(20).collect::<String>()));
        let up = quoted(engine, &format!("up{number} {}", name.chars().take(20).collect::<String>()));
        let text = text(engine, name);
        schema += &format!(
            "CREATE TABLE {table} ({column} integer NOT NULL PRIMARY KEY, above integer, note varchar(99) DEFAULT {text}, \
             CONSTRAINT {other} CHECK ({column} > 0 AND note <> {text}), \
             CONSTRAINT {up} FOREIGN KEY (above) REFERENCES {table} ({column}));\n\
             CREATE INDEX {} ON {table} ({column}, note);\n",
            quoted(engine, &format!("i{number} {}", name.chars().take(20).collect::<String>())),
        );
    }
    schema
}

#[test]
fn names_of_every_kind_are_found_mended_and_taken_back() {
    for engine in ENGINES {
        let schema = schema(engine);
        let (live, built) = (Database::create(engine), Database::create(engine));
        built.execute(&schema);
        let bench = Bench::new(&[("schema.sql", &schema)]);
        let check = |database: &Database| bench.run(&["check", "--url", database.url(), "--declared", "schema.sql"]);
        check(&built).exits(0).prints(&["in sync"]).omits(&["undecided"]);
        let args = ["generate", "--url", live.url(), "--declared", "schema.sql", "--out", "up.sql", "--allow-drop"];
        bench.run(&args).exits(2);
        live.execute(&bench.read("up.sql"));
        check(&live).exits(0).prints(&["in sync"]).omits(&["undecided"]);
        live.execute(&bench.read("up.down.sql"));
        let empty = bench.run(&["inspect", live.url()]).exits(0);
        assert!(!empty.out.contains("CREATE TABLE"), "{engine}: {}", empty.out);
        // What a database is printed as builds it again.
        let printed = bench.run(&["inspect", built.url()]).exits(0).out;
        live.execute(&printed);
        check(&live).exits(0).prints(&["in sync"]);
        let snapshot = bench.run(&["inspect", built.url(), "--format", "json"]).exits(0).out;
        bench.write("snapshot.json", &snapshot);
        bench.run(&["diff", "--from", "snapshot.json", "--to", "schema.sql"]).exits(0);
    }
}

/// Characters that do something instead of being seen.
fn acts(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_name_is_obeyed_by_a_terminal_or_a_reader() {
    for engine in ENGINES {
        let schema = schema(engine);
        let live = Database::create(engine);
        let bench = Bench::new(&[("schema.sql", &schema)]);
        for (from, to) in [(live.url(), "schema.sql"), ("schema.sql", live.url())] {
            for format in ["table", "markdown", "json"] {
                let run = bench.run(&["diff", "--from", from, "--to", to, "--format", format]).exits(2);
                // JSON is for programs: it escapes what controls, and keeps the rest as it is.
                let acts = |c: char| if format == "json" { c.is_control() } else { acts(c) };
                let bad: Vec<&str> = run.out.lines().filter(|line| line.contains(acts)).collect();
                assert!(bad.is_empty(), "{engine} {format}: {bad:?}");
                assert!(!run.err.contains(self::acts), "{}", run.err);
                if format == "markdown" {
                    is_plain_markdown(&run.out);
                }
            }
        }
        // Comments of a migration hold on to the end of their line, whatever the engine takes for one.
        let run = bench.run(&["diff", "--from", live.url(), "--to", "schema.sql", "--format", "sql"]).exits(2);
        let bad: Vec<&str> = run.out.lines().filter(|line| line.starts_with("--") && line.contains(acts)).collect();
        assert!(bad.is_empty(), "{bad:?}");
        let mermaid = bench.run(&["inspect", "schema.sql", "--dialect", engine.key(), "--format", "mermaid"]).exits(0);
        assert!(!mermaid.out.contains("<b>") && !mermaid.out.contains(acts), "{}", mermaid.out);
    }
}

/// Nothing of a name opens a tag, ends a table's row, or mentions anybody: outside of code, names do not stand.
fn is_plain_markdown(text: &str) {
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks.len() >= open.len() && line == ticks => fence = None,
            Some(_) => continue,
            None if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => {
                fence = Some(ticks);
                continue;
            }
            None => {}
        }
        let outside = without_code(line);
        let tags = ["<details>", "</details>", "<summary>", "</summary>"];
        let rest = tags.iter().fold(outside.clone(), |rest, tag| rest.replace(tag, ""));
        assert!(!rest.contains(['<', '@']), "{line}");
        if line.starts_with('|') {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 6, "{line}");
        }
    }
    assert_eq!(fence, None, "a block is left open");
}

/// The line without its code spans, which begin and end with equally many backticks.
fn without_code(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        outside += &rest[..at];
        let tail = &rest[at..];
        let ticks = tail.len() - tail.trim_start_matches('`').len();
        let body = &tail[ticks..];
        let runs = body.match_indices('`').map(|(at, _)| at);
        let close = runs
            .filter(|at| !body[..*at].ends_with('`'))
            .find(|at| body[*at..].len() - body[*at..].trim_start_matches('`').len() == ticks);
        match close {
            Some(close) => rest = &body[close + ticks..],
            None => return outside + body,
        }
    }
    outside + rest
}
