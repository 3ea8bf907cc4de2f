//! How differences are mended: operations in dependency order, with their SQL, their reverse and their hazards.
//!
//! This module must not look for differences: it takes a [`Diff`] as it is. It must not know an
//! engine's name either: it asks [`Planner`].

use crate::diff::{Diff, Pair};
use crate::snapshot::Snapshot;

mod op;
mod render;
mod step;
mod todo;
pub mod output;

pub use op::{Commented, Op, Position, Rebuild};
pub use render::{Lower, Planner, Render, RenderStyle};
pub use step::{Frame, Hazard, Note, Plan, PlanOptions, Step};
pub use todo::{Held, Todo};

/// The way from `snapshots.from` to `snapshots.to`, as far as `diff` says that they differ.
pub fn plan(_diff: &Diff, _snapshots: Pair<&Snapshot>, _dialect: &dyn Planner, _options: &PlanOptions) -> Plan {
    Plan::default()
}

/// The statements that build a whole schema from nothing.
pub fn create_all(_snapshot: &Snapshot, _dialect: &dyn Planner) -> Plan {
    Plan::default()
}
