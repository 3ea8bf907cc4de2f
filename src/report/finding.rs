//! The report as data: the published JSON is these types.

use serde::Serialize;

use crate::diff::Severity;
use crate::model::{Engine, Kind, ObjectPath};
use crate::plan::output::Migration;
use crate::snapshot::Span;

use super::{NotComparedKind, UndecidedFact, WarningNote};

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
    /// What came of it.
    pub verdict: Verdict,
    /// Whether nothing differs, and everything that is wanted was compared.
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

/// What came of a comparison that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something differs.
    Drift,
    /// Nothing differs in what was compared, and something that is wanted was not: see `not_compared`.
    NothingDiffers,
    /// Nothing differs, and everything that is wanted was compared.
    InSync,
}

impl Verdict {
    /// The verdict on so many findings, beside what was left out.
    pub(super) fn of(findings: &[Finding], not_compared: &[NotComparedKind]) -> Verdict {
        match (findings.is_empty(), not_compared.iter().all(|left_out| left_out.declared.is_empty())) {
            (false, _) => Verdict::Drift,
            (true, false) => Verdict::NothingDiffers,
            (true, true) => Verdict::InSync,
        }
    }
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
    /// The counts in words: `3 errors, 1 warning; 2 undecided`. `none` stands for no finding.
    fn words(&self, none: &str) -> String {
        let named = [(self.error, "error"), (self.warning, "warning"), (self.info, "info")];
        let findings: Vec<String> = named
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| match (count, word) {
                (1, word) | (_, word @ "info") => format!("{count} {word}"),
                (_, word) => format!("{count} {word}s"),
            })
            .collect();
        let findings = if findings.is_empty() { none.to_owned() } else { findings.join(", ") };
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

    /// The verdict where nothing differs: a table or view that the user may not see can be anything, and so can what is
    /// wanted and was not compared.
    pub fn in_sync_words(&self) -> &'static str {
        let is_unseen = |fact: &UndecidedFact| {
            fact.is_existence() && [Kind::Table, Kind::View].iter().any(|kind| kind.key() == fact.kind)
        };
        match self.verdict {
            Verdict::Drift | Verdict::NothingDiffers => "nothing differs in what was compared",
            Verdict::InSync if self.undecided.iter().any(is_unseen) => "in sync as far as could be seen",
            Verdict::InSync => "in sync",
        }
    }

    /// The findings in numbers, or that there are none: `3 errors, 1 warning; 2 undecided`.
    pub fn headline(&self) -> String {
        match self.verdict {
            Verdict::Drift | Verdict::InSync => self.summary.words("no drift"),
            Verdict::NothingDiffers => self.summary.words(self.in_sync_words()),
        }
    }

    /// What is wanted and was not compared, a line for each kind and reason.
    pub fn wanted_not_compared(&self) -> Vec<String> {
        let default_schema = self.default_schema.as_deref();
        let line =
            |left_out: &NotComparedKind| Some(format!("{}: {}", left_out.wanted(default_schema)?, left_out.reason));
        self.not_compared.iter().filter_map(line).collect()
    }

    /// The lines at the top of a migration.
    pub fn header(&self) -> Vec<String> {
        let target = self.target.as_deref().map(|target| format!(" ({target})")).unwrap_or_default();
        let mut lines =
            vec![format!("Written by drift: from {}{target}", self.from), format!("                  to {}", self.to)];
        lines.extend(self.wanted_not_compared().iter().map(|line| format!("Not compared: {line}")));
        lines
    }

    /// Whether everything on both sides was read, understood and compared.
    pub fn is_complete(&self) -> bool {
        self.undecided.is_empty() && self.not_compared.is_empty() && self.warnings.is_empty()
    }
}
