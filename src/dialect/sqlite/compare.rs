//! Equality as the engine sees it.

use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{Attribute, Column, Database, Expr, Extras, Table, View};

use super::{Sqlite, canon};

impl Compare for Sqlite {
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        canon::verdict(self, exprs, context)
    }

    fn views(&self, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
        canon::views(self, views, databases)
    }

    fn lacks_values(&self, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
        canon::lacks_values(self, conditions, context)
    }

    /// A column without a collation compares bytes (<https://sqlite.org/datatype3.html>, section 7).
    fn collations(&self, columns: Pair<&Column>, _tables: Pair<TableIn<'_>>) -> Verdict {
        let collation = |column: &Column| {
            column.collation.as_ref().map_or("binary".to_owned(), |name| name.as_str().to_lowercase())
        };
        columns.map(collation).is_same().into()
    }

    /// ALTER TABLE only appends, and a table is not copied for its columns' order alone.
    fn orders_columns(&self) -> bool {
        false
    }

    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        let options = tables.map(|table| options(table.table));
        if options.is_same() { Vec::new() } else { vec![(Attribute::Options, options)] }
    }
}

/// What stands behind the closing parenthesis of CREATE TABLE.
fn options(table: &Table) -> Option<String> {
    let Extras::Sqlite(extras) = &table.extras else { return None };
    let words = [(extras.without_rowid, "WITHOUT ROWID"), (extras.strict, "STRICT")];
    let words: Vec<&str> = words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
