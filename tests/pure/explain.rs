//! Real error texts, each explained against the shop that they come from, and each in other shapes: escaped into JSON,
//! among the lines of a log, and many times over.

use std::path::{Path, PathBuf};

use drift::dialect::dialect;
use drift::diff::Pair;
use drift::explain::reference::{Reference, Tally};
use drift::explain::scan::scan;
use drift::explain::verdict::{Explanation, Knowledge, explain};
use drift::model::Engine;
use drift::snapshot::Snapshot;
use drift::source::{LoadContext, python, sql};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/errors")
}

/// The shop on an engine: what is live, and what its code declares.
fn shop(engine: Engine) -> Pair<Snapshot> {
    let dialect = dialect(engine, None);
    let context = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: &fixtures(), base: None };
    let live = fixtures().join(format!("shop/live.{}.sql", engine.key()));
    let live = sql::load(&[live], &context).unwrap();
    assert_eq!(live.warnings, [], "the shop's SQL is understood");
    Pair::new(live, python::load(&[fixtures().join("shop/models.py")], &context).unwrap())
}

fn references(text: &str) -> Vec<Reference> {
    let mut tally = Tally::default();
    scan(&mut text.as_bytes(), &mut |line, record| tally.add(record, line)).unwrap();
    tally.into_references()
}

struct Shops(Vec<(Engine, Pair<Snapshot>)>);

impl Shops {
    fn new() -> Shops {
        Shops([Engine::Postgres, Engine::MariaDb, Engine::Sqlite].map(|engine| (engine, shop(engine))).into())
    }

    fn explain(&self, engine: &str, reference: Reference) -> Option<Explanation> {
        let engine = match engine {
            "postgresql" => Engine::Postgres,
            "sqlite" => Engine::Sqlite,
            _ => Engine::MariaDb,
        };
        let (_, shop) = self.0.iter().find(|(known, _)| *known == engine).unwrap();
        explain(reference, Knowledge::of(Pair::new(Some(&shop.from), Some(&shop.to))))
    }
}

/// A text with what it is about. What a strict one does not name must not be named.
struct Sample {
    value: Value,
    strict: bool,
}

impl Sample {
    fn text(&self, key: &str) -> Option<&str> {
        self.value[key].as_str()
    }

    fn name(&self, position: usize) -> String {
        format!("{position}: {} {}", self.text("driver").unwrap(), self.text("case").unwrap())
    }

    /// What is wrong with an answer; `None` where it is right.
    fn wrong(&self, answers: &[Explanation]) -> Option<String> {
        let [answer] = answers else { return Some(format!("{} errors were found instead of one", answers.len())) };
        let kind = serde_json::to_value(answer.kind).unwrap();
        let table = answer.table.clone().map(|table| match (&answer.schema, self.text("table")) {
            (Some(schema), Some(wanted)) if wanted.contains('.') => format!("{schema}.{table}"),
            (_, _) => table,
        });
        let is = |wanted: Option<&str>, found: Option<&str>| (wanted.is_none() && !self.strict) || wanted == found;
        let has =
            |wanted: Option<&str>, found: &[String]| wanted.is_none_or(|wanted| found.iter().any(|one| one == wanted));
        let right = kind == self.value["kind"]
            && is(self.text("table"), table.as_deref())
            && is(self.text("column"), answer.column.as_deref())
            && has(self.text("revision"), &answer.revisions)
            && has(self.text("command"), &answer.fix);
        let found = (&answer.column, &answer.revisions, &answer.fix);
        (!right).then(|| format!("{kind} {table:?} {found:?} {}", answer.message))
    }
}

fn samples() -> Vec<Sample> {
    let read = |(file, strict): (&str, bool)| {
        let text = std::fs::read_to_string(fixtures().join(file)).unwrap();
        let sample = |line| Sample { value: serde_json::from_str(line).unwrap(), strict };
        text.lines().map(sample).collect::<Vec<_>>()
    };
    [("samples.jsonl", false), ("tools.jsonl", true), ("localised.jsonl", true), ("more.jsonl", true)]
        .into_iter()
        .flat_map(read)
        .collect()
}

/// One text says that `age` has the wrong type and is recorded as a `tenant_code` that is too long: PostgreSQL met the
/// other fault of that statement first. The text is right.
fn is_recorded_wrongly(sample: &Sample) -> bool {
    sample.text("kind") == Some("value_too_long") && sample.text("text").unwrap().contains("is of type integer")
}

fn check(shape: impl Fn(&str) -> String) {
    let shops = Shops::new();
    let samples = samples();
    let mut wrong = Vec::new();
    let mut right = 0;
    for (position, sample) in samples.iter().enumerate() {
        let text = shape(sample.text("text").unwrap());
        let engine = sample.text("engine").unwrap();
        let answers: Vec<Explanation> =
            references(&text).into_iter().filter_map(|reference| shops.explain(engine, reference)).collect();
        match sample.wrong(&answers) {
            None => right += 1,
            Some(found) if is_recorded_wrongly(sample) => {
                let by_text = "\"type_mismatch\" Some(\"customers\") (Some(\"age\")";
                assert!(found.starts_with(by_text), "the text is what counts: {found}");
                right += 1;
            }
            Some(found) => wrong.push(format!("{}\n  {found}\n  {}", sample.name(position), sample.value)),
        }
    }
    println!("{right} of {} error texts are understood", samples.len());
    assert!(wrong.is_empty(), "{} are not understood:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_sample_is_understood() {
    check(str::to_owned);
}

#[test]
fn every_sample_is_understood_inside_a_json_log() {
    check(|text| {
        let first = serde_json::json!({"level": "info", "msg": "GET /customers", "port": 1054});
        let line = serde_json::json!({"level": "error", "ts": "2026-11-21T14:37:02Z", "msg": text, "pid": 1146});
        format!("{first}\n{line}\n{first}\n")
    });
}

#[test]
fn every_sample_is_understood_among_other_lines() {
    let noise: String =
        (0..400).map(|n| format!("2026-11-21 14:37:02,{n:03} INFO request {n} took {n} ms\n")).collect();
    check(|text| format!("{noise}{text}\n{noise}"));
}

/// What is answered where the live and the declared schema are these, in PostgreSQL's words.
fn answer(live: &str, declared: &str, text: &str) -> String {
    let dialect = dialect(Engine::Postgres, None);
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let schema = drift::model::Name::exact("public");
        let context =
            LoadContext { dialect: dialect.as_ref(), default_schema: Some(&schema), root: folder.path(), base: None };
        sql::load(&[path], &context).unwrap()
    };
    let (live, declared) = (read("live.sql", live), read("schema.sql", declared));
    let knowledge = Knowledge::of(Pair::new(Some(&live), Some(&declared)));
    let answers = references(text).into_iter().filter_map(|reference| explain(reference, knowledge));
    let shown = answers.map(|answer| {
        let verdict = serde_json::to_value(answer.verdict).unwrap();
        format!("{} | {} | {}", verdict.as_str().unwrap(), answer.message, answer.fix.join(" "))
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_has_the_name_elsewhere_is_not_it() {
    let schema = "CREATE SCHEMA app; CREATE TABLE app.orders (id int); CREATE TABLE customers (id int); \
                  CREATE TYPE app.mood AS ENUM ('a');";
    for (text, expected) in [
        (
            "relation \"orders\" does not exist",
            "in_sync | table orders is in schema app, where a name without a schema is not looked for | \
             SET search_path TO app, public;",
        ),
        (
            "relation \"app.orders\" does not exist",
            "in_sync | table orders is there by now: the declared and the live schema agree about it | ",
        ),
        (
            "relation \"Customers\" does not exist",
            "in_sync | there is no table Customers, but public.customers: in quotes, letters keep their case | ",
        ),
        (
            "relation \"billing.orders\" does not exist",
            "not_declared | table billing.orders is not there; there is app.orders | ",
        ),
        (
            "type \"mood\" does not exist",
            "in_sync | type mood is in schema app, where a name without a schema is not looked for | \
             SET search_path TO app, public;",
        ),
    ] {
        assert_eq!(answer(schema, schema, text), expected, "{text}");
    }
}

#[test]
fn what_an_extension_brings_is_missed_with_it() {
    let declared = "CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE TABLE a (id int);";
    for (text, expected) in [
        (
            "type \"citext\" does not exist",
            "missing_in_database | extension citext is declared, and missing in the database | \
             CREATE EXTENSION IF NOT EXISTS citext;",
        ),
        (
            "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"",
            "missing_in_database | gin_trgm_ops comes with the extension pg_trgm, which is declared, and missing in the \
             database | CREATE EXTENSION IF NOT EXISTS pg_trgm;",
        ),
        (
            "function uuid_generate_v4() does not exist",
            "not_declared | uuid_generate_v4 comes with the extension uuid-ossp, which is missing in the database | \
             CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";",
        ),
        ("type \"colour\" does not exist", "not_declared | type colour is not declared anywhere | "),
    ] {
        assert_eq!(answer("CREATE TABLE a (id int);", declared, text), expected, "{text}");
    }
}

#[test]
fn what_nothing_tells_is_not_named() {
    let schema = "CREATE TABLE a (id int, n int); CREATE TABLE b (id int, m int);";
    for (text, expected) in [
        (
            "invalid input syntax for type integer: \"forty\"",
            "unresolved | a column that the message does not name: nothing that could be read tells more | ",
        ),
        (
            "invalid input syntax for type integer: \"forty\"\nLINE 1: INSERT INTO a VALUES (f('forty'), 1)\n                                    ^",
            "unresolved | a column of a: nothing that could be read tells more | ",
        ),
        ("undefined method 'name' for #<Widget id: 1>", ""),
        ("AttributeError: 'Response' object has no attribute 'json'", ""),
        ("undefined method 'each' for an instance of String", ""),
        ("ValueError: invalid literal for int() with base 10: 'x'", ""),
        ("PermissionError: [Errno 13] Permission denied: '/data'", ""),
        ("FileExistsError: [Errno 17] File already exists: 'a'", ""),
    ] {
        assert_eq!(answer(schema, schema, text), expected, "{text}");
    }
}
