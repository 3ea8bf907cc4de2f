//! How differences are mended: operations in dependency order, with their SQL, their reverse and their hazards.
//!
//! This module must not look for differences: it takes a [`Diff`](crate::diff::Diff) as it is.

mod op;
mod render;
mod step;

pub use op::Op;
pub use render::Render;
pub use step::{Hazard, Plan, PlanOptions, Step};
