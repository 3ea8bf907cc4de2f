//! The forms in which a plan is handed to the user: SQL files, plain or of a migration tool, or a revision of Alembic.
//!
//! A form must not change what a plan does, and writes no files itself.

use crate::diff::{Change, Diff, What};
use crate::snapshot::Origins;

use super::{Hazard, Plan, Step};

mod alembic;
mod framing;
mod sql;

pub use alembic::{AlembicRevision, Operations};
pub use framing::{Framing, Reverse, Transactions, Without};
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
    /// What a file beside it has to tell the tool.
    pub settings: Option<String>,
}

/// A form of migration file.
pub trait OutputForm {
    /// Writes `plan` down.
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration;
}

/// One line for each change: its code, and where it is declared, or the object that is not.
fn labels(causes: &[usize], context: OutputContext<'_>) -> Vec<String> {
    let changes = causes.iter().filter_map(|cause| context.diff.changes.get(*cause));
    let label = |change: &Change| {
        let value = match change.code.what {
            What::ValueMissing | What::ValueExtra => change.values.as_ref().map(Option::as_deref).either(),
            What::Missing | What::Extra | What::Differs(_) => None,
        };
        let value = value.map(|value| format!("  {value}")).unwrap_or_default();
        format!("{}  {}{value}", change.code, place(change, context.origins))
    };
    changes.map(label).collect()
}

fn place(change: &Change, origins: &Origins) -> String {
    let declared = match change.code.what {
        What::Extra => None,
        What::Missing | What::ValueMissing | What::ValueExtra | What::Differs(_) => change.paths.to.as_ref(),
    };
    match declared.and_then(|path| origins.find(path)) {
        Some(span) => span.to_string(),
        None => change.path().to_string(),
    }
}

/// What may go wrong with a step, a line each.
fn hazards(step: &Step) -> Vec<String> {
    let line = |hazard: &Hazard| match hazard {
        Hazard::Destructive(text) => format!("destructive: {text}"),
        Hazard::NeedsData(text) => format!("caution: {text}"),
        Hazard::Locks(text) => format!("note: {text}"),
    };
    step.hazards.iter().map(line).collect()
}
