//! An operation with the changes that call for it, on its way to becoming a step.

use std::collections::BTreeSet;

use super::Op;

/// An operation that is to be done.
#[derive(Clone, Debug)]
pub struct Todo {
    /// What is done.
    pub op: Op,
    /// The changes that it mends, as positions in [`Diff::changes`](crate::diff::Diff::changes).
    pub causes: BTreeSet<usize>,
    /// Why it must not run without the user's leave or help.
    pub held: Option<Held>,
}

/// Why an operation is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Data or a guarantee would be lost; `--allow-drop` gives leave.
    Destructive(String),
    /// It cannot be written down, since a fact is missing or the engine has no way.
    Impossible(String),
    /// It depends on one that is held back.
    Dependent(String),
}

impl Held {
    /// Why, as one sentence without a final stop.
    pub fn reason(&self) -> &str {
        match self {
            Held::Destructive(reason) | Held::Impossible(reason) | Held::Dependent(reason) => reason,
        }
    }
}

impl Todo {
    /// An operation for one change.
    pub fn new(op: Op, causes: impl IntoIterator<Item = usize>) -> Self {
        Todo { op, causes: causes.into_iter().collect(), held: None }
    }

    /// An operation that no change calls for by itself.
    pub fn aside(op: Op) -> Self {
        Todo::new(op, [])
    }

    /// The same operation, held back where `held` says so.
    #[must_use]
    pub fn held(mut self, held: Option<Held>) -> Self {
        self.held = held;
        self
    }
}
