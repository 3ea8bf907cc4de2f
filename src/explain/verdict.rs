//! What became of the thing that an error missed: whether the database lacks it, nobody declares it, or all is well by
//! now.

use serde::Serialize;

use crate::diff::describe_column;
use crate::message::nearest;
use crate::model::{Engine, Name, ObjectPath, RelationName};
use crate::report::{Cause, DeclaredAt, Finding, Report};
use crate::snapshot::Snapshot;

use super::kind::ErrorKind;
use super::migrations::Migrations;
use super::reference::Reference;
use super::search::{self, Candidate, Sides};
use super::words;

/// What is to be said of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is declared, and the database lacks it or has it otherwise.
    MissingInDatabase,
    /// Nothing that was read declares it.
    NotDeclared,
    /// The declared and the live schema agree about it by now.
    InSync,
    /// What was read does not suffice to tell.
    Unresolved,
}

/// An error with its answer: one entry of `drift explain --format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Explanation {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The engine whose words these are, where the words or the database tell.
    pub engine: Option<Engine>,
    /// SQLSTATE, the vendor's number or the result code's name.
    pub code: Option<String>,
    /// The schema of the table.
    pub schema: Option<String>,
    /// The table, or the relation that is missing.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The type, function, constraint or value that the message names.
    pub name: Option<String>,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// The answer in one sentence.
    pub message: String,
    /// Where it is declared.
    pub declared_at: Option<DeclaredAt>,
    /// What the declaration says, in the engine's words.
    pub declared: Option<String>,
    /// Why it is so; absent where nothing differs.
    pub cause: Option<Cause>,
    /// What mends it, one statement or command an entry. A command comes first, and the statements do the same.
    pub fix: Vec<String>,
    /// How many entries of `fix` are commands.
    #[serde(skip)]
    pub commands: usize,
    /// Names that were probably meant.
    pub similar: Vec<String>,
    /// All objects that can be meant, where there are several: `table.column`.
    pub candidates: Vec<String>,
    /// What limits the answer, and what helps.
    pub notes: Vec<String>,
    /// How often the error stands in the text.
    pub count: u64,
    /// The line of the text on which it stands first, from 1.
    pub line: u64,
    /// The message as it stood there.
    pub text: String,
}

/// What is known about the schemas.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    /// The live schema (`from`) and the declared one (`to`), each where it could be read.
    pub sides: Sides<'a>,
    /// What differs between them.
    pub report: Option<&'a Report>,
    /// The migrations, where nothing could be compared.
    pub migrations: Option<&'a Migrations>,
}

/// What an error is about, as far as message, statement and schemas tell.
pub(super) struct Subject {
    pub(super) schema: Option<String>,
    pub(super) table: Option<String>,
    pub(super) column: Option<String>,
    /// Whether each side has it: `None` where the side was not read.
    pub(super) live: Option<bool>,
    pub(super) declared: Option<bool>,
}

/// The answer to `reference`.
pub fn explain(mut reference: Reference, knowledge: Knowledge<'_>) -> Explanation {
    if reference.kind == ErrorKind::UnknownTable && is_sequence(&reference, knowledge.sides) {
        reference.kind = ErrorKind::MissingSequence;
    }
    let candidates = search::candidates(&reference, knowledge.sides);
    let subject = Subject::of(&reference, &candidates, knowledge.sides);
    let finding = knowledge.report.and_then(|report| matching(report, &reference, &subject));
    let verdict = verdict(&subject, finding);
    let similar = match verdict {
        Verdict::NotDeclared | Verdict::Unresolved => similar(&reference, &subject, knowledge.sides),
        Verdict::MissingInDatabase | Verdict::InSync => Vec::new(),
    };
    let (origin, declared) = knowledge.sides.to.map(|declared| as_declared(declared, &subject)).unwrap_or_default();
    let command = finding.and_then(|finding| command(finding, knowledge.report));
    let by_migrations = match (finding, verdict) {
        (None, Verdict::MissingInDatabase) => knowledge.migrations.and_then(|all| all.cause(&reference, &subject)),
        (_, _) => None,
    };
    let (by_migrations, run) = by_migrations.unzip();
    let command = command.or(run.flatten());
    let engine = knowledge.sides.from.or(knowledge.sides.to).map(|snapshot| snapshot.engine).or(reference.engine);
    Explanation {
        message: words::sentence(&reference, &subject, verdict, knowledge),
        notes: words::notes(&reference, knowledge),
        kind: reference.kind,
        engine,
        code: Some(reference.code).filter(|code| !code.is_empty()),
        schema: subject.schema,
        table: subject.table,
        column: subject.column,
        name: reference.type_name.or(reference.function).or(reference.constraint).or(reference.value),
        verdict,
        declared_at: finding.and_then(|finding| finding.declared_at.clone()).or(origin),
        declared: finding.and_then(|finding| finding.to.clone()).or(declared),
        cause: finding.map(|finding| finding.cause.clone()).or(by_migrations),
        commands: command.iter().len(),
        fix: command.into_iter().chain(finding.iter().flat_map(|finding| finding.fix.iter().cloned())).collect(),
        similar,
        candidates: if candidates.len() > 1 { candidates.iter().map(shown).collect() } else { Vec::new() },
        count: reference.count,
        line: reference.line,
        text: reference.text,
    }
}

/// The command that mends a finding: what is pending is to be run, which mends more than the one statement.
fn command(finding: &Finding, report: Option<&Report>) -> Option<String> {
    let chain = report?.history.as_ref()?;
    match &finding.cause {
        Cause::Pending { .. } => chain.run.clone(),
        Cause::Misrecorded { .. } => {
            let wrong = chain.problems.iter().find(|problem| problem.code == "history.misrecorded")?;
            wrong.command.clone()
        }
        Cause::Unwritten { .. } | Cause::Unrecorded { .. } | Cause::Unknown => None,
    }
}

/// Whether a relation that is missing is declared as a sequence: PostgreSQL has one message for both.
fn is_sequence(reference: &Reference, sides: Sides<'_>) -> bool {
    let Some(name) = reference.table.as_deref() else { return false };
    let mut snapshots = [sides.to, sides.from].into_iter().flatten();
    snapshots.any(|snapshot| relation(&snapshot.database.sequences, reference.schema.as_deref(), name).is_some())
}

fn shown(candidate: &Candidate) -> String {
    let Candidate { table, column } = candidate;
    column.as_ref().map_or_else(|| table.to_string(), |column| format!("{table}.{column}"))
}

pub(super) fn same(name: &Name, text: &str) -> bool {
    name.as_str().eq_ignore_ascii_case(text)
}

/// The relation of that name: in its schema, else in any.
pub(super) fn relation<'s, T>(
    all: &'s std::collections::BTreeMap<RelationName, T>,
    schema: Option<&str>,
    name: &str,
) -> Option<(&'s RelationName, &'s T)> {
    let mut named = all.iter().filter(|(known, _)| same(&known.name, name)).collect::<Vec<_>>();
    named.sort_by_key(|(known, _)| match (&known.schema, schema) {
        (Some(known), Some(schema)) => !same(known, schema),
        (_, _) => true,
    });
    named.into_iter().next()
}

impl Subject {
    fn of(reference: &Reference, candidates: &[Candidate], sides: Sides<'_>) -> Subject {
        let first = candidates.first();
        let text = |name: &Name| name.as_str().to_owned();
        let mut subject = Subject {
            schema: first.and_then(|one| one.table.schema.as_ref()).map(text).or_else(|| reference.schema.clone()),
            // An alias that no schema knows may as well be the table's name.
            table: first
                .map(|one| text(&one.table.name))
                .or_else(|| reference.table.clone())
                .or_else(|| reference.qualifier.clone()),
            column: first.and_then(|one| one.column.clone()).or_else(|| reference.columns.first().cloned()),
            live: None,
            declared: None,
        };
        subject.live = sides.from.and_then(|snapshot| subject.is_in(reference, snapshot));
        subject.declared = sides.to.and_then(|snapshot| subject.is_in(reference, snapshot));
        subject
    }

    /// Whether a schema has what the error is about; `None` where that cannot be told.
    fn is_in(&self, reference: &Reference, snapshot: &Snapshot) -> Option<bool> {
        let database = &snapshot.database;
        let schema = self.schema.as_deref();
        let table = || self.table.as_deref().and_then(|table| relation(&database.tables, schema, table));
        let view = || self.table.as_deref().and_then(|table| relation(&database.views, schema, table));
        Some(match reference.kind {
            ErrorKind::UnknownSchema => {
                let wanted = schema?;
                database.schemas.iter().any(|schema| same(schema, wanted))
            }
            ErrorKind::UnknownTable => table().is_some() || view().is_some(),
            ErrorKind::MissingSequence => relation(&database.sequences, schema, self.table.as_deref()?).is_some(),
            ErrorKind::MissingType => {
                let wanted = reference.type_name.as_deref()?;
                relation(&database.enums, schema, wanted).is_some()
                    || relation(&database.domains, schema, wanted).is_some()
            }
            ErrorKind::MissingEnumValue => {
                let (wanted, value) = (reference.type_name.as_deref()?, reference.value.as_deref()?);
                let (_, ty) = relation(&database.enums, schema, wanted)?;
                ty.values.iter().any(|known| known == value)
            }
            // Functions are listed and not compared.
            ErrorKind::MissingFunction => return None,
            ErrorKind::UnknownColumn
            | ErrorKind::NotNull
            | ErrorKind::TypeMismatch
            | ErrorKind::ValueTooLong
            | ErrorKind::ValueOutOfRange
            | ErrorKind::MissingUnique
            | ErrorKind::FkViolation
            | ErrorKind::UniqueViolation
            | ErrorKind::CheckViolation => {
                let column = self.column.as_deref()?;
                table().is_some_and(|(_, table)| table.columns.iter().any(|known| same(&known.name, column)))
            }
        })
    }
}

/// The codes of the findings that answer an error of a kind, the most telling first.
fn codes(kind: ErrorKind) -> &'static [&'static str] {
    match kind {
        ErrorKind::UnknownColumn => &["column.missing", "table.missing"],
        ErrorKind::UnknownTable => &["table.missing", "view.missing"],
        ErrorKind::UnknownSchema => &["schema.missing"],
        ErrorKind::MissingType => &["enum.missing", "domain.missing"],
        ErrorKind::MissingFunction => &[],
        ErrorKind::MissingSequence => &["sequence.missing"],
        ErrorKind::MissingUnique => &["unique.missing", "primary_key.missing", "index.missing", "unique.columns"],
        ErrorKind::MissingEnumValue => &["enum.value_missing", "column.type", "check.expression", "check.missing"],
        ErrorKind::NotNull => &["column.extra", "column.nullable", "column.default", "column.identity"],
        ErrorKind::TypeMismatch | ErrorKind::ValueTooLong | ErrorKind::ValueOutOfRange => &["column.type"],
        ErrorKind::FkViolation => &["foreign_key.extra", "foreign_key.columns", "foreign_key.actions"],
        ErrorKind::UniqueViolation => {
            &["unique.extra", "index.extra", "unique.columns", "index.columns", "index.unique"]
        }
        ErrorKind::CheckViolation => &["check.extra", "check.expression"],
    }
}

/// The finding that answers an error.
fn matching<'r>(report: &'r Report, reference: &Reference, subject: &Subject) -> Option<&'r Finding> {
    let same = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (_, _) => false,
    };
    let is_about = |finding: &&Finding| {
        let object = &finding.object;
        let (name, table) = (Some(object.name.as_str()), object.table.as_deref());
        match object.kind.as_str() {
            "table" | "view" | "sequence" => same(name, subject.table.as_deref()),
            "schema" => same(name, subject.schema.as_deref()),
            "enum" | "domain" => same(name, reference.type_name.as_deref()),
            "column" => same(table, subject.table.as_deref()) && same(name, subject.column.as_deref()),
            _ => same(table, subject.table.as_deref()),
        }
    };
    let about: Vec<&Finding> = report.findings.iter().filter(is_about).collect();
    codes(reference.kind).iter().find_map(|code| about.iter().find(|finding| finding.code == *code).copied())
}

fn verdict(subject: &Subject, finding: Option<&Finding>) -> Verdict {
    match (finding, subject.declared, subject.live) {
        (Some(finding), _, _) if finding.code.ends_with(".extra") => Verdict::NotDeclared,
        (Some(_), _, _) => Verdict::MissingInDatabase,
        (None, Some(true), Some(true)) => Verdict::InSync,
        // The error says that the database lacks it; the database itself was not asked.
        (None, Some(true), Some(false) | None) => Verdict::MissingInDatabase,
        (None, Some(false), _) => Verdict::NotDeclared,
        (None, None, Some(true)) => Verdict::InSync,
        (None, None, Some(false) | None) => Verdict::Unresolved,
    }
}

/// Names close to the one that the message has: in the same place of either side.
fn similar(reference: &Reference, subject: &Subject, sides: Sides<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for snapshot in [sides.to, sides.from].into_iter().flatten() {
        let database = &snapshot.database;
        let table =
            subject.table.as_deref().and_then(|table| relation(&database.tables, subject.schema.as_deref(), table));
        match (reference.kind, &subject.column, table) {
            (ErrorKind::UnknownColumn, Some(_), Some((_, table))) => {
                names.extend(table.columns.iter().map(|column| column.name.as_str().to_owned()));
            }
            (ErrorKind::UnknownTable, _, _) => {
                let relations = database.tables.keys().chain(database.views.keys());
                names.extend(relations.map(|name| name.name.as_str().to_owned()));
            }
            (ErrorKind::MissingType, _, _) => {
                names.extend(database.enums.keys().map(|name| name.name.as_str().to_owned()));
            }
            (_, _, _) => {}
        }
    }
    let wanted = match reference.kind {
        ErrorKind::UnknownColumn => subject.column.as_deref(),
        ErrorKind::UnknownTable => subject.table.as_deref(),
        ErrorKind::MissingType => reference.type_name.as_deref(),
        _ => None,
    };
    let Some(wanted) = wanted else { return Vec::new() };
    let mut found = Vec::new();
    while let Some(name) = nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned) {
        names.retain(|other| *other != name);
        found.push(name);
        if found.len() == 3 {
            break;
        }
    }
    found.retain(|name| name != wanted);
    found
}

/// Where the declared side has it, and what it says of a column.
fn as_declared(declared: &Snapshot, subject: &Subject) -> (Option<DeclaredAt>, Option<String>) {
    let table = subject.table.as_deref();
    let found = table.and_then(|table| relation(&declared.database.tables, subject.schema.as_deref(), table));
    let Some((name, table)) = found else { return (None, None) };
    let column = subject.column.as_deref().and_then(|wanted| table.columns.iter().find(|one| same(&one.name, wanted)));
    let path = match column {
        Some(column) => ObjectPath::of_table(crate::model::Kind::Column, name, column.name.clone()),
        None => ObjectPath::table(name),
    };
    (declared.origins.find(&path).map(DeclaredAt::from), column.map(describe_column))
}
