//! What the differ asks an engine.

use crate::model::{Attribute, Column, DataType, Database, Expr, Name, Reason, Table};

use super::Pair;

/// Whether two values mean the same to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They mean the same.
    Same,
    /// They do not.
    Differs,
    /// It cannot be told.
    Undecided(Reason),
}

impl From<bool> for Verdict {
    fn from(same: bool) -> Self {
        if same { Verdict::Same } else { Verdict::Differs }
    }
}

/// What an expression is for; some spellings mean the same only in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExprRole {
    /// A column's DEFAULT.
    Default,
    /// `ON UPDATE` of MySQL.
    OnUpdate,
    /// A CHECK condition.
    Check,
    /// A generated column's expression.
    Generated,
    /// An index key.
    IndexKey,
    /// An index predicate.
    Predicate,
    /// A view's query.
    View,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub struct ExprContext<'a> {
    /// What it is for.
    pub role: ExprRole,
    /// Both sides' databases, for the types of what a query names.
    pub databases: Pair<&'a Database>,
    /// The table whose columns it may name, on each side.
    pub tables: Option<Pair<&'a Table>>,
    /// The type that its value takes, on each side: the column's, for a default or a generated column.
    pub result: Option<Pair<&'a DataType>>,
}

/// A table with the database around it: what collations are inherited from.
#[derive(Clone, Copy, Debug)]
pub struct TableIn<'a> {
    /// The database.
    pub database: &'a Database,
    /// The table.
    pub table: &'a Table,
}

/// Equality as the engine sees it. Every method is pure.
pub trait Compare {
    /// Whether two expressions mean the same in that place. Equal texts never reach this.
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict;

    /// Whether two columns, both present, have the same type.
    fn types(&self, types: Pair<&DataType>) -> Verdict {
        types.is_same().into()
    }

    /// Whether two columns sort and encode text the same way, after inheritance from table and database.
    fn collations(&self, columns: Pair<&Column>, tables: Pair<TableIn<'_>>) -> Verdict;

    /// By what a column that names no collation sorts, for display; `None` where that is not known.
    fn inherited_collation(&self, _table: TableIn<'_>) -> Option<String> {
        None
    }

    /// Whether the engine can move a column inside its table, so that another order is a finding that can be mended.
    fn orders_columns(&self) -> bool;

    /// What differs in the attributes that only this engine's tables have: attribute and both values for display.
    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)>;

    /// What differs, or may differ, in how a table is partitioned: the verdict and both values for display. `None`
    /// where nothing does, or where [`Compare::extras`] tells it.
    fn partitioning(&self, _tables: Pair<TableIn<'_>>) -> Option<(Verdict, Pair<Option<String>>)> {
        None
    }

    /// Whether every database has this schema by itself, so that a declaration need not name it.
    fn is_own_schema(&self, _name: &Name) -> bool {
        false
    }
}
