//! The forms in which a plan is handed to the user: plain SQL files today; a revision of a migration tool is one more
//! implementation of [`OutputForm`].
//!
//! A form must not change what a plan does, and writes no files itself.

use crate::diff::Diff;
use crate::snapshot::Origins;

use super::Plan;

mod sql;

pub use sql::SqlFiles;

/// What a form needs beside the plan, to say why each statement stands there.
#[derive(Clone, Copy, Debug)]
pub struct OutputContext<'a> {
    /// The lines at the top of each file, without comment signs.
    pub header: &'a [String],
    /// The comparison whose changes the plan mends.
    pub diff: &'a Diff,
    /// Where the objects are declared.
    pub origins: &'a Origins,
}

/// A migration as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// The way there.
    pub up: String,
    /// The way back, where the form keeps it in a file of its own.
    pub down: Option<String>,
}

/// A form of migration file.
pub trait OutputForm {
    /// Writes `plan` down.
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration;
}
