//! Equality as the engine sees it.

use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{Attribute, Column, Expr};

use super::MySql;

impl Compare for MySql {
    fn expressions(&self, _exprs: Pair<&Expr>, _context: ExprContext<'_>) -> Verdict {
        todo!("dialect/compare")
    }

    fn collations(&self, _columns: Pair<&Column>, _tables: Pair<TableIn<'_>>) -> Verdict {
        todo!("dialect/compare")
    }

    fn orders_columns(&self) -> bool {
        true
    }

    fn extras(&self, _tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        todo!("dialect/compare")
    }
}
