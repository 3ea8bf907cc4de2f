//! The plan: what will be run, step by step.

/// What the user allows a plan to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// Emit destructive statements as live statements.
    pub allow_drop: bool,
    /// Prefer `IF [NOT] EXISTS` where the engine has it.
    pub idempotent: bool,
}

/// The way from one schema to another.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps in the order in which they run.
    pub steps: Vec<Step>,
}

/// One operation with its statements.
#[derive(Clone, Debug)]
pub struct Step {
    /// The changes that it mends, as positions in [`Diff::changes`](crate::diff::Diff::changes).
    pub causes: Vec<usize>,
    /// The statements, each without a final semicolon.
    pub sql: Vec<String>,
    /// The statements that undo it; `None` where nothing can.
    pub reverse: Option<Vec<String>>,
    /// What may go wrong on a database with rows and users.
    pub hazards: Vec<Hazard>,
    /// Whether the statements may only stand in the file as a comment, since the user did not allow them.
    pub withheld: bool,
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
