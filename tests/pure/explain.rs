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

    fn explain(&self, engine: &str, reference: Reference) -> Explanation {
        let engine = match engine {
            "postgresql" => Engine::Postgres,
            "sqlite" => Engine::Sqlite,
            _ => Engine::MariaDb,
        };
        let (_, shop) = self.0.iter().find(|(known, _)| *known == engine).unwrap();
        explain(
            reference,
            Knowledge { sides: Pair::new(Some(&shop.from), Some(&shop.to)), report: None, migrations: None },
        )
    }
}

struct Sample(Value);

impl Sample {
    fn text(&self, key: &str) -> Option<&str> {
        self.0[key].as_str()
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
        let is = |wanted: Option<&str>, found: Option<&str>| wanted.is_none() || wanted == found;
        let right = kind == self.0["kind"]
            && is(self.text("table"), table.as_deref())
            && is(self.text("column"), answer.column.as_deref());
        (!right).then(|| format!("{kind} {table:?} {:?}", answer.column))
    }
}

fn samples() -> Vec<Sample> {
    let text = std::fs::read_to_string(fixtures().join("samples.jsonl")).unwrap();
    text.lines().map(|line| Sample(serde_json::from_str(line).unwrap())).collect()
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
            references(&text).into_iter().map(|reference| shops.explain(engine, reference)).collect();
        match sample.wrong(&answers) {
            None => right += 1,
            Some(found) if is_recorded_wrongly(sample) => {
                assert_eq!(found, "\"type_mismatch\" Some(\"customers\") Some(\"age\")", "the text is what counts");
                right += 1;
            }
            Some(found) => wrong.push(format!("{}\n  {found}\n  {}", sample.name(position), sample.0)),
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
        (0..2000).map(|n| format!("2026-11-21 14:37:02,{n:03} INFO request {n} took {n} ms\n")).collect();
    check(|text| format!("{noise}{text}\n{noise}"));
}
