//! Expressions: equal texts are the same; for the rest the engine is asked.

use crate::model::Expr;

use super::{Compare, ExprContext, ExprRole, Pair, Verdict};

/// Whether two expressions in one place mean the same.
pub(super) fn verdict(compare: &dyn Compare, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    if exprs.map(|expr| expr.text.trim()).is_same() { Verdict::Same } else { compare.expressions(exprs, context) }
}

/// Whether two expressions that may be absent mean the same.
pub(super) fn optional(compare: &dyn Compare, exprs: Pair<Option<&Expr>>, context: ExprContext<'_>) -> Verdict {
    match exprs.both() {
        Some(both) => verdict(compare, both, context),
        None if exprs.map(|expr| expr.is_none()).is_same() => Verdict::Same,
        None if context.role == ExprRole::Default => {
            // A default of NULL is no default; PostgreSQL's catalog keeps `NULL::character varying`.
            let null = Expr::new("NULL");
            let verdict = verdict(compare, exprs.map(|expr| expr.unwrap_or(&null)), context);
            (verdict == Verdict::Same).into()
        }
        None => Verdict::Differs,
    }
}

/// The text of an expression that may be absent, for messages.
pub(super) fn shown(expr: Option<&Expr>) -> Option<String> {
    expr.map(|expr| expr.text.clone())
}
