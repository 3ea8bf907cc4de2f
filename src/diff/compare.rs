//! What the differ asks an engine.

use crate::model::{Attribute, Column, DataType, Database, Expr, Index, IndexKey, Name, Reason, Table, View};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Equality as the engine sees it. Every method is pure, and tables are compared side by side.
pub trait Compare: Sync {
    /// Whether two expressions mean the same in that place. Equal texts never reach this.
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict;

    /// Whether two views, of the same kind, answer alike: the same columns with the same values.
    fn views(&self, views: Pair<&View>, databases: Pair<&Database>) -> Verdict;

    /// The verdict on two expressions after a server gave the form that it resolved each to, by the declared types of
    /// the columns. `verdict` was the engine's own.
    fn answered(&self, verdict: Verdict, _exprs: Pair<&Expr>, forms: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        if forms.map(|form| &form.text).is_same() {
            return Verdict::Same;
        }
        match self.expressions(forms, context) {
            Verdict::Undecided(_) => verdict,
            decided => decided,
        }
    }

    /// Whether two columns, both present, have the same type.
    fn types(&self, types: Pair<&DataType>) -> Verdict {
        (types.from.admits(types.to) || types.to.admits(types.from)).into()
    }

    /// Whether two keys of an index, both columns, count the same part of their values. `indexes` are those that they
    /// belong to, if they belong to any.
    fn prefixes(&self, keys: Pair<&IndexKey>, _indexes: Option<Pair<&Index>>, _tables: Pair<TableIn<'_>>) -> bool {
        keys.map(|key| key.prefix_length).is_same()
    }

    /// Whether a condition surely refuses a value that another lists: a check on an enumeration that lacks a value.
    fn lacks_values(&self, _conditions: Pair<&Expr>, _context: ExprContext<'_>) -> bool {
        false
    }

    /// Whether two columns sort and encode text the same way, after inheritance from table and database.
    fn collations(&self, columns: Pair<&Column>, tables: Pair<TableIn<'_>>) -> Verdict;

    /// By what a column that names no collation sorts, for display; `None` where that is not known.
    fn inherited_collation(&self, _table: TableIn<'_>) -> Option<String> {
        None
    }

    /// Whether two keys of an index, of one method, have the same operator class.
    fn operator_classes(&self, keys: Pair<&IndexKey>) -> Verdict {
        keys.map(|key| &key.opclass).is_same().into()
    }

    /// Whether the engine can move a column inside its table, so that another order is a finding that can be mended.
    fn orders_columns(&self) -> bool;

    /// What differs in the attributes that only this engine's tables have: attribute and both values for display.
    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)>;

    /// What differs, or may differ, in how a table is partitioned: the verdict and both values for display. `None`
    /// where nothing does, or where [`Compare::extras`] tells it. `expressions` compares what stands in keys and bounds.
    fn partitioning(
        &self,
        _tables: Pair<TableIn<'_>>,
        _expressions: &dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict,
    ) -> Option<(Verdict, Pair<Option<String>>)> {
        None
    }

    /// Whether every database has this schema by itself, so that a declaration need not name it.
    fn is_own_schema(&self, _name: &Name) -> bool {
        false
    }
}
