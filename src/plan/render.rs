//! What the planner asks an engine.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{DataType, Database, Expr, Name, RelationName};
use crate::sql::Syntax;

use super::{Frame, Hazard, Op, Todo, Unnamed};

/// How statements are to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderStyle {
    /// Prefer `IF [NOT] EXISTS` where the engine has it.
    pub idempotent: bool,
}

/// An engine's DDL. Every method is pure.
pub trait Render {
    /// The statements of an operation, each without a final semicolon.
    fn render(&self, op: &Op, style: RenderStyle) -> Vec<String>;

    /// An expression as DEFAULT takes it.
    fn default_value(&self, expr: &Expr) -> String;

    /// Whether the operation may run inside a transaction, and be undone with it.
    fn transactional(&self, op: &Op) -> bool;

    /// What stands around the statements of these operations.
    fn frame(&self, ops: &[&Op]) -> Frame;

    /// [`Frame::setting`]: without it these statements could mean something else where the server has odd modes.
    fn setting(&self, statements: &[&str]) -> Option<[String; 2]>;
}

/// What an engine can do, and what it has to do otherwise. Every method is pure.
pub trait Lower {
    /// Replaces operations that the engine cannot do by those that it can (a table rebuild in SQLite, one statement
    /// for a primary key and the AUTO_INCREMENT that hangs on it in MySQL), and adds those that it needs around them (a view
    /// that has to step aside while a column changes its type). `databases` is the schema before and after all of `todos`.
    fn lower(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo>;

    /// Whether values of the first type may not fit into the second, or lose something there.
    fn narrows(&self, types: Pair<&DataType>) -> bool;

    /// Whether a stored column that is computed no longer loses its values.
    fn forgets_computed(&self) -> bool;

    /// Whether ALTER TABLE can put a column in another place.
    fn moves_columns(&self) -> bool;

    /// Whether CREATE TABLE needs the tables that its foreign keys refer to.
    fn checks_references(&self) -> bool;

    /// Whether a foreign key stands on an index of its own columns that must not go before it.
    fn indexes_foreign_keys(&self) -> bool;

    /// Whether the indexes of a schema share one space of names with its tables, views and sequences.
    fn shares_names(&self) -> bool;

    /// The sequence of which a default is the next number, where it is nothing else. `schema` is that of the table.
    fn drawn_sequence(&self, default: &Expr, schema: Option<&Name>) -> Option<RelationName>;

    /// Whether a numbered column stands on a sequence, which goes with the numbering.
    fn numbers_by_sequence(&self) -> bool;

    /// Whether the engine numbers such objects on from those that are there, whatever the declaration alone implies.
    fn counts_on(&self, _part: Unnamed<'_>) -> bool {
        false
    }

    /// The name that the engine gives to a part of `table` that nobody named, where its implied one is in use.
    fn given_name(&self, part: Unnamed<'_>, _table: &RelationName, in_use: &BTreeSet<Name>) -> Name {
        let stem = part.implied().map_or("", Name::as_str);
        let mut numbered = (1..).map(|number: u32| Name::exact(format!("{stem}{number}")));
        numbered.find(|name| !in_use.contains(name)).unwrap_or_else(|| Name::exact(stem))
    }

    /// What this engine does to a database with rows and users when it runs `op`, beyond what is true of every engine.
    fn hazards(&self, op: &Op) -> Vec<Hazard>;
}

/// Everything that the planner asks of an engine.
pub trait Planner: Syntax + Lower + Render {}

impl<T: Syntax + Lower + Render> Planner for T {}
