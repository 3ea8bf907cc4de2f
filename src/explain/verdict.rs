//! What became of the thing that an error missed: whether the database lacks it, nobody declares it, or all is well by
//! now.

use serde::Serialize;

use crate::model::Engine;
use crate::report::{Cause, DeclaredAt, Finding, Report};

use super::chain::{self, Chain, Differences};
use super::extension::{self, Missed};
use super::kind::{About, ErrorKind};
use super::migrations::Migrations;
use super::phrase::Certainty;
use super::reference::Reference;
use super::search::{self, Candidate, Sides};
use super::subject::{Subject, relation};
use super::tool::MigrationTool;
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
    /// The migrations, or the records of what has run, are at fault.
    BrokenHistory,
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
    /// The type, function, constraint, value, object or revision that the message names.
    pub name: Option<String>,
    /// The migration tool whose words these are, or that ran the statement.
    pub tool: Option<MigrationTool>,
    /// The revisions that it is about; of an error of the server, the migration in which it was met.
    pub revisions: Vec<String>,
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

/// The statements that give a table, with its schema before it, a unique key on some columns.
pub type UniqueKey<'a> = dyn Fn(Option<&str>, &str, &[String]) -> Vec<String> + 'a;

/// What is known about the schemas and their migrations.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    /// The live schema (`from`) and the declared one (`to`), each where it could be read.
    pub sides: Sides<'a>,
    /// What differs between them.
    pub report: Option<&'a Report>,
    /// What the migrations build, where nothing could be compared or it is asked which of them makes something.
    pub migrations: Option<&'a Migrations>,
    /// The migrations themselves.
    pub chain: Option<&'a Chain>,
    /// The statements that give a table of a schema a unique key on some columns, in the engine's words.
    pub unique_key: &'a UniqueKey<'a>,
}

impl<'a> Knowledge<'a> {
    /// What the two sides are alone.
    pub fn of(sides: Sides<'a>) -> Knowledge<'a> {
        Knowledge { sides, report: None, migrations: None, chain: None, unique_key: &|_, _, _| Vec::new() }
    }
}

/// The answer to `reference`; `None` where it turns out to be no error of a database.
pub fn explain(mut reference: Reference, knowledge: Knowledge<'_>) -> Option<Explanation> {
    if reference.kind.about() == About::History {
        return Some(of_history(reference, knowledge));
    }
    if reference.kind == ErrorKind::UnknownTable && is_sequence(&reference, knowledge.sides) {
        reference.kind = ErrorKind::MissingSequence;
    }
    let candidates = search::candidates(&reference, knowledge.sides);
    let subject = Subject::of(&reference, &candidates, knowledge.sides);
    if !is_about_database(&reference, &subject, &candidates, knowledge) {
        return None;
    }
    let missed = extension::missed(&reference, knowledge.sides.from, knowledge.sides.to);
    let found = Found {
        finding: knowledge.report.and_then(|report| matching(report, &reference, &subject)),
        missed: missed.filter(|_| subject.live != Some(true) && subject.declared != Some(true)),
    };
    Some(of_schema(reference, &subject, &candidates, &found, knowledge))
}

/// What answers an error beside its subject.
pub(super) struct Found<'a> {
    /// The difference that is the reason.
    pub(super) finding: Option<&'a Finding>,
    /// The extension that brings what is missing.
    pub(super) missed: Option<Missed>,
}

/// Whether a sentence of a programming language is about a table at all.
fn is_about_database(
    reference: &Reference,
    subject: &Subject,
    candidates: &[Candidate],
    knowledge: Knowledge<'_>,
) -> bool {
    let is_read = knowledge.sides.from.is_some() || knowledge.sides.to.is_some();
    match reference.certainty {
        Certainty::Sure => true,
        Certainty::IfClass => !is_read || !candidates.is_empty(),
        Certainty::IfColumn => subject.live == Some(true) || subject.declared == Some(true),
    }
}

fn of_schema(
    reference: Reference,
    subject: &Subject,
    candidates: &[Candidate],
    found: &Found<'_>,
    knowledge: Knowledge<'_>,
) -> Explanation {
    let finding = found.finding;
    let verdict = verdict(&reference, subject, found);
    let mut similar = match verdict {
        Verdict::NotDeclared | Verdict::Unresolved => subject.similar(&reference, knowledge.sides),
        Verdict::MissingInDatabase | Verdict::InSync | Verdict::BrokenHistory => Vec::new(),
    };
    if let Some(elsewhere) = &subject.elsewhere {
        similar.insert(0, elsewhere.to_string());
    }
    let (origin, declared) = knowledge.sides.to.map(|declared| subject.as_declared(declared)).unwrap_or_default();
    // What is declared under that name in another schema is not it.
    let is_another = reference.kind.about() == About::Relation && subject.declared == Some(false);
    let origin = origin.filter(|_| !is_another);
    let command = finding.and_then(|finding| command(finding, knowledge.report));
    let by_migrations = match (finding, verdict) {
        (None, Verdict::MissingInDatabase) => knowledge.migrations.and_then(|all| all.cause(&reference, subject)),
        (None, _) if reference.kind.is_presence() => {
            knowledge.migrations.and_then(|all| all.made_already(&reference, subject, knowledge.chain))
        }
        (_, _) => None,
    };
    let (by_migrations, run) = by_migrations.unzip();
    let command = command.or(run.flatten());
    let engine = knowledge.sides.from.or(knowledge.sides.to).map(|snapshot| snapshot.engine).or(reference.engine);
    let mut fix: Vec<String> = finding.iter().flat_map(|finding| finding.fix.iter().cloned()).collect();
    if fix.is_empty() {
        fix = words::fix(&reference, subject, found, verdict, knowledge);
    }
    Explanation {
        message: words::sentence(&reference, subject, found, verdict, knowledge),
        notes: words::notes(&reference, subject, knowledge),
        kind: reference.kind,
        engine,
        code: Some(reference.code).filter(|code| !code.is_empty()),
        schema: subject.schema.clone(),
        table: subject.table.clone(),
        column: subject.column.clone(),
        name: (reference.type_name)
            .or(reference.function)
            .or(reference.constraint)
            .or(reference.object)
            .or(reference.value),
        tool: reference.tool,
        revisions: reference.revisions,
        verdict,
        declared_at: finding.and_then(|finding| finding.declared_at.clone()).or(origin),
        declared: finding.and_then(|finding| finding.to.clone()).or(declared),
        cause: finding.map(|finding| finding.cause.clone()).or(by_migrations),
        commands: command.iter().len(),
        fix: command.into_iter().chain(fix).collect(),
        similar,
        candidates: if candidates.len() > 1 { candidates.iter().map(shown).collect() } else { Vec::new() },
        count: reference.count,
        line: reference.line,
        text: reference.text,
    }
}

/// The answer to an error of a migration tool.
fn of_history(reference: Reference, knowledge: Knowledge<'_>) -> Explanation {
    let by_cause = |word: &str| {
        let findings = knowledge.report?.history.as_ref().and(knowledge.report)?.findings.iter();
        Some(findings.filter(|finding| finding.cause.word() == word).map(|finding| finding.message.clone()).collect())
    };
    let differences = Differences { unwritten: by_cause("unwritten"), unrecorded: by_cause("unrecorded") };
    let chain::Answer { verdict, message, at, commands, similar, notes } =
        chain::answer(&reference, knowledge.chain, &differences);
    Explanation {
        kind: reference.kind,
        engine: reference.engine,
        code: Some(reference.code).filter(|code| !code.is_empty()),
        schema: reference.schema,
        table: reference.table,
        column: reference.columns.into_iter().next(),
        name: reference.revisions.first().cloned(),
        tool: reference.tool.or(knowledge.chain.and_then(|chain| chain.tool)),
        revisions: reference.revisions,
        verdict,
        message,
        declared_at: at,
        declared: None,
        cause: None,
        commands: commands.len(),
        fix: commands,
        similar,
        candidates: Vec::new(),
        notes,
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
        ErrorKind::UnknownConstraint => {
            &["unique.missing", "foreign_key.missing", "check.missing", "primary_key.missing", "exclusion.missing"]
        }
        ErrorKind::UnknownIndex => &["index.missing"],
        ErrorKind::MissingExtension => &["extension.missing"],
        ErrorKind::GeneratedColumn => &["column.generated", "column.identity"],
        ErrorKind::DuplicateColumn => &["column.extra"],
        ErrorKind::DuplicateTable => &["table.extra", "view.extra"],
        ErrorKind::DuplicateObject => {
            &["enum.extra", "domain.extra", "index.extra", "unique.extra", "foreign_key.extra", "check.extra"]
        }
        // What is in the way there is no difference.
        ErrorKind::DependentObjects | ErrorKind::PermissionDenied | ErrorKind::StalePlan => &[],
        ErrorKind::UnknownRevision
        | ErrorKind::SeveralHeads
        | ErrorKind::PendingMigrations
        | ErrorKind::UnwrittenChanges
        | ErrorKind::UnrecordedChanges
        | ErrorKind::FailedMigration
        | ErrorKind::OutOfOrder
        | ErrorKind::WrongRecord
        | ErrorKind::ChangedMigration
        | ErrorKind::DuplicateRevision
        | ErrorKind::MissingParent
        | ErrorKind::RevisionCycle
        | ErrorKind::MigrationLock
        | ErrorKind::MissingBaseline
        | ErrorKind::IrreversibleMigration
        | ErrorKind::ProviderMismatch => &[],
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
            "enum" | "domain" => same(name, reference.type_name.as_deref().or(reference.object.as_deref())),
            "column" => same(table, subject.table.as_deref()) && same(name, subject.column.as_deref()),
            // A constraint or index that the error names is that one and no other of the table.
            _ => {
                let named = reference.constraint.as_deref().or(reference.object.as_deref());
                let by_name = named.is_none() || !is_named(reference.kind) || same(name, named);
                by_name
                    && (same(table, subject.table.as_deref()) || (subject.table.is_none() && is_named(reference.kind)))
            }
        }
    };
    let about: Vec<&Finding> = report.findings.iter().filter(is_about).collect();
    codes(reference.kind).iter().find_map(|code| about.iter().find(|finding| finding.code == *code).copied())
}

/// Whether an error of this kind is about the very object that it names.
fn is_named(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::UnknownConstraint | ErrorKind::UnknownIndex | ErrorKind::DuplicateObject)
}

fn verdict(reference: &Reference, subject: &Subject, found: &Found<'_>) -> Verdict {
    if let Some(missed) = &found.missed {
        return match (missed.declared, missed.live) {
            (_, Some(true)) => Verdict::InSync,
            (Some(true), _) => Verdict::MissingInDatabase,
            (Some(false), _) => Verdict::NotDeclared,
            (None, Some(false)) => Verdict::MissingInDatabase,
            (None, None) => Verdict::Unresolved,
        };
    }
    match (found.finding, subject.declared, subject.live) {
        (Some(finding), _, _) if finding.code.ends_with(".extra") => Verdict::NotDeclared,
        (Some(_), _, _) => Verdict::MissingInDatabase,
        // Nothing is missing: something is in the way.
        (None, _, live) if matches!(reference.kind, ErrorKind::DependentObjects | ErrorKind::PermissionDenied) => {
            if live == Some(true) {
                Verdict::InSync
            } else {
                Verdict::Unresolved
            }
        }
        (None, _, _) if reference.kind == ErrorKind::StalePlan => Verdict::InSync,
        (None, Some(true), Some(true)) => Verdict::InSync,
        (None, Some(false), Some(true)) if reference.kind.is_presence() => Verdict::NotDeclared,
        (None, _, Some(true)) if reference.kind.is_presence() => Verdict::InSync,
        (None, _, Some(false)) if reference.kind.is_presence() => Verdict::InSync,
        (None, _, None) if reference.kind.is_presence() => Verdict::Unresolved,
        // It is there under another schema, where the statement does not look.
        (None, _, Some(false)) if subject.elsewhere.is_some() && reference.schema.is_none() => Verdict::InSync,
        // The error says that the database lacks it; the database itself was not asked.
        (None, Some(true), Some(false) | None) => Verdict::MissingInDatabase,
        (None, Some(false), _) => Verdict::NotDeclared,
        (None, None, Some(true)) => Verdict::InSync,
        (None, None, Some(false) | None) => Verdict::Unresolved,
    }
}
