//! Every attribute of every kind of object, engine by engine, as `fixtures/attributes` lists them: where it differs, a
//! comparison says so. It is a finding or stands among what was not compared, and never passes for equal; where it does
//! not differ, nothing is said.
//!
//! `DRIFT_UPDATE=1 tests/run --test attributes` writes the outcomes anew, to be judged before they are committed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::support::{Database, block_on};
use drift::catalog::{self, DatabaseUrl, ReadOptions};
use drift::dialect::{Dialect, dialect};
use drift::diff::{Diff, Pair, diff};
use drift::model::{Engine, Kind, Name, ObjectPath, RelationName, ServerVersion, Uncaptured};
use drift::snapshot::{Scope, Snapshot};
use drift::source::{LoadContext, sql};

/// One attribute with the scripts that differ in it alone.
struct Attribute {
    title: String,
    outcome: String,
    /// The oldest version of the engine that has it, from a line `Needs: 18`.
    needs: Option<ServerVersion>,
    scripts: Pair<String>,
    /// The word that stands in every name of this attribute's objects.
    mark: String,
}

#[test]
fn no_attribute_of_postgresql_is_passed_over() {
    check(Engine::Postgres, "postgres");
}

#[test]
fn no_attribute_of_mariadb_is_passed_over() {
    check(Engine::MariaDb, "mariadb");
}

#[test]
fn no_attribute_of_sqlite_is_passed_over() {
    check(Engine::Sqlite, "sqlite");
}

fn check(engine: Engine, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/attributes/{file}.md"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let version = live(engine, "").version;
    let (attributes, newer): (Vec<Attribute>, Vec<Attribute>) = attributes(&text)
        .into_iter()
        .partition(|attribute| attribute.needs.is_none_or(|needed| version.is_none_or(|version| needed <= version)));
    assert!(attributes.len() > 20, "{} lists too little", path.display());
    if !newer.is_empty() {
        let titles: Vec<&str> = newer.iter().map(|attribute| attribute.title.as_str()).collect();
        println!("left out, since this {engine} is too old for them: {}", titles.join(", "));
    }
    let scripts = Pair::new(script(&attributes, |pair| &pair.from), script(&attributes, |pair| &pair.to));
    let dialect = dialect(engine, None);
    let live = scripts.as_ref().map(|script| live(engine, script));
    let declared = scripts.as_ref().map(|script| declared(script, dialect.as_ref()));
    let changed = [
        ("database to database", compared(&live.from, &live.to, dialect.as_ref())),
        ("database to declaration", compared(&live.from, &declared.to, dialect.as_ref())),
        ("declaration to database", compared(&declared.from, &live.to, dialect.as_ref())),
    ];
    let unchanged =
        [compared(&live.from, &declared.from, dialect.as_ref()), compared(&live.to, &declared.to, dialect.as_ref())];
    let mut wrong = String::new();
    let mut updated = text.clone();
    for attribute in &attributes {
        let outcomes: Vec<&str> = changed.iter().map(|(_, diff)| outcome(diff, attribute)).collect();
        let shown = match outcomes.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => (*first).to_owned(),
            _ => outcomes.join(", "),
        };
        updated = updated.replacen(
            &format!("## {}\n\nOutcome: {}\n", attribute.title, attribute.outcome),
            &format!("## {}\n\nOutcome: {shown}\n", attribute.title),
            1,
        );
        if outcomes.contains(&"silence") || shown != attribute.outcome {
            for (sides, diff) in &changed {
                let _ = writeln!(wrong, "{} ({sides}):\n{}", attribute.title, told(diff, attribute));
            }
        }
        for diff in &unchanged {
            let told = told(diff, attribute);
            if !told.is_empty() && !always_told(&attribute.title) {
                let _ = writeln!(wrong, "{}: the same on both sides, but\n{told}", attribute.title);
            }
        }
    }
    if std::env::var_os("DRIFT_UPDATE").is_some() {
        std::fs::write(&path, updated).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Objects of which drift knows no more than that they are there, so that it can never call them equal.
fn always_told(title: &str) -> bool {
    let unread = ["statistics object", "rule", "publication", "collation", "index of a materialized view"];
    let in_part = ["privileges of a table", "privileges of a column", "table of a composite type", "WITHOUT OVERLAPS"];
    unread.contains(&title) || in_part.contains(&title)
}

fn attributes(text: &str) -> Vec<Attribute> {
    let sections = text.split("\n## ").skip(1);
    let attribute = |(at, section): (usize, &str)| {
        let mark = format!("t{at:03}");
        let (title, rest) = section.split_once('\n').expect("a title is a line");
        let outcome = rest.trim_start().lines().next().and_then(|line| line.strip_prefix("Outcome:"));
        let needs = rest.lines().find_map(|line| line.strip_prefix("Needs: "));
        let mut blocks = rest.split("```sql\n").skip(1).map(|block| {
            let script = block.split("```").next().unwrap_or_default();
            script.replace("$t", &mark)
        });
        let (from, to) = (blocks.next(), blocks.next());
        Attribute {
            title: title.to_owned(),
            outcome: outcome.unwrap_or_else(|| panic!("{title} has no line `Outcome:`")).trim().to_owned(),
            needs: needs.map(|version| ServerVersion::parse(version).expect("a version")),
            scripts: Pair::new(from.expect("a first script"), to.expect("a second script")),
            mark,
        }
    };
    sections.enumerate().map(attribute).collect()
}

fn script(attributes: &[Attribute], side: impl Fn(&Pair<String>) -> &String) -> String {
    attributes.iter().map(|attribute| side(&attribute.scripts).as_str()).collect()
}

fn live(engine: Engine, script: &str) -> Snapshot {
    let database = Database::create(engine);
    database.execute(script);
    let url = DatabaseUrl::parse(database.url()).expect("the URL of a test's database");
    block_on(catalog::read(&url, &ReadOptions::default())).unwrap_or_else(|error| panic!("{error}"))
}

fn declared(script: &str, dialect: &dyn Dialect) -> Snapshot {
    let context = LoadContext { dialect, default_schema: None, root: &PathBuf::new(), base: None };
    sql::load_text(script, Path::new("schema.sql"), &context)
}

fn compared(from: &Snapshot, to: &Snapshot, dialect: &dyn Dialect) -> Diff {
    diff(Pair::new(from, to), dialect)
}

/// What a comparison says of an attribute's objects: a finding counts before what was not compared.
fn outcome(diff: &Diff, attribute: &Attribute) -> &'static str {
    let is_found = diff.changes.iter().any(|change| {
        let paths = [&change.paths.from, &change.paths.to];
        paths.into_iter().flatten().any(|path| concerns(path, attribute))
    });
    let is_told = diff.not_compared.iter().any(|entry| entry.objects.iter().any(|path| concerns(path, attribute)));
    let is_undecided =
        diff.undecided.iter().any(|fact| fact.object.as_ref().is_some_and(|path| concerns(path, attribute)));
    match () {
        () if is_found => "found",
        () if is_told || is_counted(diff, attribute) => "not compared",
        () if is_undecided => "undecided",
        () => "silence",
    }
}

/// Kinds that are read and not compared are counted, and not named.
fn is_counted(diff: &Diff, attribute: &Attribute) -> bool {
    let kind = match attribute.title.as_str() {
        "domain" => Kind::Domain,
        "trigger" => Kind::Trigger,
        "policy" => Kind::Policy,
        "procedure" => Kind::Routine,
        "privileges of a table" | "privileges of a column" => Kind::Grant,
        "index of a materialized view" => Kind::Index,
        _ => return false,
    };
    diff.not_compared.iter().any(|entry| entry.kind == kind)
}

fn concerns(path: &ObjectPath, attribute: &Attribute) -> bool {
    [&path.schema, &path.table, &Some(path.name.clone())]
        .into_iter()
        .flatten()
        .any(|name| name.as_str().contains(&attribute.mark))
}

/// Everything that a comparison says of an attribute's objects.
fn told(diff: &Diff, attribute: &Attribute) -> String {
    let mut out = String::new();
    for change in diff.changes.iter().filter(|change| concerns(change.path(), attribute)) {
        let _ = writeln!(out, "  {} {} {:?}", change.code, change.path(), change.values);
    }
    for entry in diff.not_compared.iter().filter(|entry| entry.objects.iter().any(|path| concerns(path, attribute))) {
        let _ = writeln!(out, "  not compared: {}", entry.reason);
    }
    out
}

#[test]
fn an_attribute_with_another_value_in_each_object_is_one_line() {
    let told = |tables: usize| -> Vec<(usize, String)> {
        let snapshot = || Snapshot::empty(Engine::Postgres, None, Scope::default());
        let mut live = snapshot();
        for at in 0..tables {
            let name = RelationName::new(None, Name::exact(format!("t{at}")));
            live.database.uncaptured.set(Uncaptured::new(ObjectPath::table(&name), "OWN", at.to_string()));
        }
        let found = compared(&live, &snapshot(), dialect(Engine::Postgres, None).as_ref());
        found.not_compared.into_iter().map(|entry| (entry.count, entry.reason.to_string())).collect()
    };
    assert_eq!(told(3).len(), 3);
    let many = told(2000);
    assert_eq!((many.len(), many[0].0), (1, 2000), "{many:?}");
    assert!(many[0].1.starts_with("OWN 0, or one of 1999 other values, stands on one side"), "{many:?}");
}
