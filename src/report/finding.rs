//! The report as data: the published JSON is these types.

use serde::Serialize;

use crate::diff::Severity;
use crate::model::{Engine, Kind, ObjectPath};
use crate::plan::output::Migration;
use crate::snapshot::Span;

/// What came of one comparison.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was made.
    Compared(Box<Comparison>),
    /// It could not be made; the message has been shown as an error.
    Failed {
        /// The target, where the configuration names it.
        target: Option<String>,
        /// Why, without passwords.
        message: String,
    },
}

/// A comparison that was made.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was found.
    pub report: Report,
    /// The migration that mends it.
    pub migration: Migration,
}

/// What a comparison found.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// The version of this form: within one, keys are only ever added.
    pub version: u32,
    /// Whether nothing at all differs, as far as it could be compared.
    pub in_sync: bool,
    /// The target, where the configuration names it.
    pub target: Option<String>,
    /// What is there: the live database of `check`. A URL has no password.
    pub from: String,
    /// What should be there: the declared schema of `check`.
    pub to: String,
    /// The engine whose rules applied.
    pub engine: Engine,
    /// The schema that names without one mean; null on engines without schemas.
    pub default_schema: Option<String>,
    /// The differences.
    pub findings: Vec<Finding>,
    /// What could not be decided: neither drift nor in sync.
    pub undecided: Vec<UndecidedFact>,
    /// What was left out of the comparison.
    pub not_compared: Vec<NotComparedKind>,
    /// What a source passed over.
    pub warnings: Vec<WarningNote>,
    /// Where the database stands in its migration history; null where none was given.
    pub history: Option<ChainStanding>,
    /// Counts.
    pub summary: Summary,
    /// What can be done next, for people.
    #[serde(skip)]
    pub next: Option<String>,
}

/// One difference.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// The stable code, such as `column.missing`. Each has a page under docs/reference/findings.
    pub code: String,
    /// How grave it is, after the configuration's say.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// What is the matter, as one sentence without a final stop.
    pub message: String,
    /// What is there; null where there is nothing.
    pub from: Option<String>,
    /// What should be there; null where there should be nothing.
    pub to: Option<String>,
    /// Where the object is declared, or else its table.
    pub declared_at: Option<DeclaredAt>,
    /// Why it came about.
    pub cause: Cause,
    /// The statements that mend it; one that needs `--allow-drop` is a comment.
    pub fix: Vec<String>,
}

/// An object as reports name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ObjectRef {
    /// What it is: `table`, `column`, `index`, ...
    pub kind: String,
    /// Its schema, where the engine has schemas.
    pub schema: Option<String>,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectRef {
    /// The relation that the object is or belongs to, without `default_schema`: `users`, `billing.invoices`.
    pub fn relation(&self, default_schema: Option<&str>) -> String {
        let name = self.table.as_ref().unwrap_or(&self.name);
        match self.schema.as_deref() {
            Some(schema) if Some(schema) != default_schema => format!("{schema}.{name}"),
            Some(_) | None => name.clone(),
        }
    }

    /// The object's full name without `default_schema`: `users.email`.
    pub fn shown(&self, default_schema: Option<&str>) -> String {
        match self.table {
            Some(_) => format!("{}.{}", self.relation(default_schema), self.name),
            None => self.relation(default_schema),
        }
    }
}

impl From<&ObjectPath> for ObjectRef {
    fn from(path: &ObjectPath) -> Self {
        let text = |name: &crate::model::Name| name.as_str().to_owned();
        ObjectRef {
            kind: path.kind.key().to_owned(),
            schema: path.schema.as_ref().map(text),
            table: path.table.as_ref().map(text),
            name: text(&path.name),
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DeclaredAt {
    /// The file, relative to where drift was run.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl From<&Span> for DeclaredAt {
    fn from(span: &Span) -> Self {
        DeclaredAt { file: span.file.display().to_string(), line: span.line, column: span.column }
    }
}

impl std::fmt::Display for DeclaredAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Why a difference came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// A migration that mends it exists, and is not applied.
    Pending {
        /// The revision that mends it.
        revision: String,
        /// The whole answer in one sentence.
        detail: String,
    },
    /// No migration was ever written.
    Unwritten {
        /// The whole answer in one sentence.
        detail: String,
    },
    /// The database was changed by hand: neither the declaration nor the history knows of it.
    Unrecorded {
        /// The whole answer in one sentence.
        detail: String,
    },
    /// The version table is wrong about a revision.
    Misrecorded {
        /// The revision.
        revision: String,
        /// The whole answer in one sentence.
        detail: String,
    },
    /// It cannot be told, since no migration history was given.
    Unknown,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cause::Pending { detail, .. } => write!(f, "pending: {detail}"),
            Cause::Unwritten { detail } => write!(f, "unwritten: {detail}"),
            Cause::Unrecorded { detail } => write!(f, "unrecorded: {detail}"),
            Cause::Misrecorded { detail, .. } => write!(f, "misrecorded: {detail}"),
            Cause::Unknown => write!(f, "unknown: no migration history was given"),
        }
    }
}

impl Cause {
    /// Whether a migration that is written will mend the difference.
    pub fn is_pending(&self) -> bool {
        matches!(self, Cause::Pending { .. })
    }

    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Cause::Pending { .. } => "pending",
            Cause::Unwritten { .. } => "unwritten",
            Cause::Unrecorded { .. } => "unrecorded",
            Cause::Misrecorded { .. } => "misrecorded",
            Cause::Unknown => "unknown",
        }
    }
}

/// Where a database stands in its migration history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ChainStanding {
    /// Whose history it is, as messages name it.
    pub tool: String,
    /// What the database records, or what was found of each migration where no tool keeps records.
    pub stands_at: Vec<String>,
    /// The revisions without a successor.
    pub heads: Vec<String>,
    /// The revisions that have not run, in their order.
    pub pending: Vec<String>,
    /// The command that runs them; null where nothing is pending.
    pub run: Option<String>,
    /// What is wrong with the chain or with the records.
    pub problems: Vec<ChainProblem>,
}

/// Something that is wrong with a migration chain or with what a database records of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ChainProblem {
    /// The stable code, such as `history.several_heads`.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// What it is, as one sentence.
    pub message: String,
    /// Where.
    pub at: Vec<DeclaredAt>,
    /// What to do.
    pub help: String,
    /// The command that does it, where one does.
    pub command: Option<String>,
}

/// A fact that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UndecidedFact {
    /// The object, or the one in which such objects may stand; null where it may be any.
    pub object: Option<ObjectRef>,
    /// What about it: an attribute such as `default`, or `existence`.
    pub facet: String,
    /// The kind of object that the facet belongs to.
    pub kind: String,
    /// Why, as one sentence without a final stop.
    pub reason: String,
    /// Where the construct stands.
    pub declared_at: Option<DeclaredAt>,
}

impl UndecidedFact {
    /// The facet of facts that are not about an attribute.
    pub(super) const EXISTENCE: &str = "existence";

    /// Whether it is about there being such an object.
    pub fn is_existence(&self) -> bool {
        self.facet == Self::EXISTENCE
    }
}

/// What was left out: objects of a kind, or something about single objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NotComparedKind {
    /// The kind.
    pub kind: String,
    /// How many of them there are.
    pub count: usize,
    /// The objects, where something about each of them was left out.
    pub objects: Vec<ObjectRef>,
    /// Why, as one sentence without a final stop.
    pub reason: String,
}

impl NotComparedKind {
    /// The reason, with the first of the objects: `STORAGE EXTERNAL … (users.bio, users.note and 3 more)`.
    pub fn shown(&self, default_schema: Option<&str>) -> String {
        const SHOWN: usize = 3;
        if self.objects.is_empty() {
            return self.reason.clone();
        }
        let names: Vec<String> = self.objects.iter().take(SHOWN).map(|object| object.shown(default_schema)).collect();
        let more = match self.objects.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} ({}{more})", self.reason, names.join(", "))
    }
}

/// Something that a source passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WarningNote {
    /// What happened, as one sentence without a final stop.
    pub message: String,
    /// What can be done about it.
    pub help: Option<String>,
    /// Where.
    pub at: Option<DeclaredAt>,
}

/// Counts of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Findings that break running code.
    pub error: usize,
    /// Findings that running code may survive.
    pub warning: usize,
    /// Cosmetic findings.
    pub info: usize,
    /// Facts that could not be decided.
    pub undecided: usize,
    /// Tables that were compared: those on either side, but for what is left out and what could not be seen.
    pub tables: usize,
}

impl Summary {
    /// The counts in words: `3 errors, 1 warning; 2 undecided`.
    pub fn words(&self) -> String {
        let named = [(self.error, "error"), (self.warning, "warning"), (self.info, "info")];
        let findings: Vec<String> = named
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| match (count, word) {
                (1, word) | (_, word @ "info") => format!("{count} {word}"),
                (_, word) => format!("{count} {word}s"),
            })
            .collect();
        let findings = if findings.is_empty() { "no drift".to_owned() } else { findings.join(", ") };
        match self.undecided {
            0 => findings,
            count => format!("{findings}; {count} undecided"),
        }
    }
}

impl Report {
    /// The severity of the gravest finding, or problem of the history.
    pub fn gravest(&self) -> Option<Severity> {
        let problems = self.history.iter().flat_map(|chain| &chain.problems).map(|problem| problem.severity);
        self.findings.iter().map(|finding| finding.severity).chain(problems).max()
    }

    /// Whether nothing differs but what migrations that are written will mend.
    pub fn is_all_pending(&self) -> bool {
        self.findings.iter().all(|finding| finding.cause.is_pending())
    }

    /// How many findings have which cause, in words: `3 pending (run alembic upgrade head), 1 unwritten`. `None` where
    /// no history was given or nothing differs.
    pub fn causes(&self) -> Option<String> {
        let chain = self.history.as_ref()?;
        let count = |word: &str| self.findings.iter().filter(|finding| finding.cause.word() == word).count();
        let run = chain.run.as_ref().map(|run| format!(" (run `{run}`)")).unwrap_or_default();
        let parts: Vec<String> = ["pending", "unwritten", "unrecorded", "misrecorded", "unknown"]
            .into_iter()
            .map(|word| (word, count(word)))
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| match word {
                "pending" => format!("{count} pending{run}"),
                "unknown" => format!("{count} of unknown cause"),
                word => format!("{count} {word}"),
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// How far no difference is no difference: a table or view that the user may not see can be anything.
    pub fn in_sync_words(&self) -> &'static str {
        let is_unseen = |fact: &UndecidedFact| {
            fact.is_existence() && [Kind::Table, Kind::View].iter().any(|kind| kind.key() == fact.kind)
        };
        if self.undecided.iter().any(is_unseen) { "in sync as far as could be seen" } else { "in sync" }
    }

    /// Whether everything on both sides was read, understood and compared.
    pub fn is_complete(&self) -> bool {
        self.undecided.is_empty() && self.not_compared.is_empty() && self.warnings.is_empty()
    }
}
