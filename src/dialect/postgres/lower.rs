//! What the engine can do, and what it has to do otherwise.

use crate::diff::Pair;
use crate::model::{DataType, Database};
use crate::plan::{Hazard, Lower, Op, Todo};

use super::Postgres;

impl Lower for Postgres {
    fn lower(&self, todos: Vec<Todo>, _databases: Pair<&Database>) -> Vec<Todo> {
        todos
    }

    fn narrows(&self, _types: Pair<&DataType>) -> bool {
        false
    }

    fn moves_columns(&self) -> bool {
        false
    }

    fn checks_references(&self) -> bool {
        true
    }

    fn indexes_foreign_keys(&self) -> bool {
        false
    }

    fn hazards(&self, _op: &Op) -> Vec<Hazard> {
        Vec::new()
    }
}
