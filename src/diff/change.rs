//! The outcome of a comparison.

use serde::Serialize;

use crate::model::{Kind, ObjectPath, Reason};
use crate::snapshot::Undecided;

use super::{Code, Pair, Severity};

/// Everything that a comparison found, and what it could not.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// The differences, in the order of the walk.
    pub changes: Vec<Change>,
    /// What one side could not compute, or the engine could not decide.
    pub undecided: Vec<Undecided>,
    /// What stands outside the scope of one side.
    pub not_compared: Vec<NotCompared>,
}

/// One difference. What the plan needs beyond this it looks up in the snapshots, by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is the matter.
    pub code: Code,
    /// The object on each side that has it. The names may differ where the definition matched.
    pub paths: Pair<Option<ObjectPath>>,
    /// The differing value on each side, as messages show it; `None` where there is none.
    pub values: Pair<Option<String>>,
    /// How grave it is, before configuration has its say.
    pub severity: Severity,
}

impl Change {
    /// The object, by its declared path if it is declared.
    ///
    /// # Panics
    /// Never: a change has a path on one side at least.
    pub fn path(&self) -> &ObjectPath {
        self.paths.as_ref().map(Option::as_ref).either().expect("a change concerns an object of one side")
    }

    /// What tells one difference from another, whichever schemas it is between.
    pub fn key(&self) -> (Code, ObjectPath) {
        (self.code, self.path().clone())
    }
}

/// What was left out of the comparison although one side has it: objects of a kind, or something about single objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NotCompared {
    /// The kind.
    pub kind: Kind,
    /// How many of them there are.
    pub count: usize,
    /// The objects, where something about each of them was left out.
    pub objects: Vec<ObjectPath>,
    /// Those that the side has which is wanted: a schema that equals it in all that was compared may still lack them.
    pub declared: Vec<ObjectPath>,
    /// Why they were not compared.
    pub reason: Reason,
}
