//! What the planner asks an engine.

use super::Op;

/// An engine's DDL. Every method is pure.
pub trait Render {
    /// Replaces operations that the engine cannot do by those that it can: a table rebuild in SQLite, one MODIFY for
    /// several attributes in MySQL.
    fn lower(&self, ops: Vec<Op>) -> Vec<Op> {
        ops
    }

    /// The statements of an operation, each without a final semicolon.
    fn render(&self, op: &Op) -> Vec<String>;
}
