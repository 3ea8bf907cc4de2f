//! Equality as the engine sees it.

use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{Attribute, Column, Expr, Reason};

use super::Sqlite;

impl Compare for Sqlite {
    fn expressions(&self, exprs: Pair<&Expr>, _context: ExprContext<'_>) -> Verdict {
        Verdict::Undecided(Reason::new(format!("cannot tell whether `{}` is `{}`", exprs.from, exprs.to)))
    }

    fn collations(&self, columns: Pair<&Column>, _tables: Pair<TableIn<'_>>) -> Verdict {
        columns.map(|column| column.collation.as_ref()).is_same().into()
    }

    fn orders_columns(&self) -> bool {
        false
    }

    fn extras(&self, _tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        Vec::new()
    }
}
