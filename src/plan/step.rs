//! The plan: what will be run, step by step, and the way back.

use super::Op;

/// What the user allows a plan to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Emit destructive statements as live statements.
    pub allow_drop: bool,
    /// Prefer `IF [NOT] EXISTS` where the engine has it.
    pub idempotent: bool,
}

/// The way from one schema to another, and back.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps in the order in which they run; those that are withheld stand last, and build on the others.
    pub steps: Vec<Step>,
    /// The steps that undo the live ones, in the order in which they run.
    pub reverse: Vec<Step>,
    /// Differences that no statement of this engine mends, and other remarks on the way there.
    pub notes: Vec<Note>,
    /// What stands around the statements of [`Plan::steps`].
    pub frame: Frame,
    /// What stands around the statements of [`Plan::reverse`].
    pub reverse_frame: Frame,
}

impl Plan {
    /// The statements that run, in order, with what stands around them except for the transaction.
    pub fn live_statements(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(|step| !step.withheld).flat_map(|step| &step.sql).map(String::as_str)
    }
}

/// One operation with its statements.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub op: Op,
    /// The changes that it mends or makes way for, as positions in [`Diff::changes`](crate::diff::Diff::changes).
    pub causes: Vec<usize>,
    /// The statements, each without a final semicolon. A statement may begin with comment lines.
    pub sql: Vec<String>,
    /// What may go wrong on a database with rows and users.
    pub hazards: Vec<Hazard>,
    /// Whether the statements may only stand in the file as a comment, for the reason in `reason`.
    pub withheld: bool,
    /// Why the step is withheld, as one sentence without a final stop.
    pub reason: Option<String>,
    /// False for statements that cannot run inside a transaction.
    pub transactional: bool,
}

/// Something that may go wrong when a step runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// Data or a guarantee is lost.
    Destructive(String),
    /// The step fails if existing rows do not satisfy it, or needs a value that only the user knows.
    NeedsData(String),
    /// The table is rewritten or locked.
    Locks(String),
}

impl Hazard {
    /// What may go wrong, as one sentence without a final stop.
    pub fn text(&self) -> &str {
        match self {
            Hazard::Destructive(text) | Hazard::NeedsData(text) | Hazard::Locks(text) => text,
        }
    }
}

/// A remark on a change that has no step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The change, as a position in [`Diff::changes`](crate::diff::Diff::changes).
    pub cause: Option<usize>,
    /// The remark, as one sentence without a final stop.
    pub text: String,
}

/// What stands around the statements of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// A setting of the session that the statements need: what makes it, at the head of the file, and what takes it back,
    /// at its end, since what is withheld may be uncommented.
    pub setting: Option<[String; 2]>,
    /// Statements before the transaction, such as SQLite's `PRAGMA foreign_keys = OFF`.
    pub before: Vec<String>,
    /// Whether the engine runs DDL inside a transaction, so that the transactional steps stand between BEGIN and COMMIT.
    pub transaction: bool,
    /// Statements at the end of the transaction.
    pub checks: Vec<String>,
    /// Statements after the transaction.
    pub after: Vec<String>,
}
