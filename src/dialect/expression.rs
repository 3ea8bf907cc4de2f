//! What the engines share in comparing expressions.

use crate::diff::{ExprContext, Pair, Verdict};
use crate::model::{DataType, Database, Expr, Reason, Table};
use crate::sql::canon::{Node, compare};
use crate::sql::{Quoting, same_tokens};

/// Where an expression stands, on one side.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) database: &'a Database,
    pub(super) table: Option<&'a Table>,
    pub(super) result: Option<&'a DataType>,
}

/// Compares two expressions by their canonical trees. `canonical` makes a tree and says whether the type of everything
/// in it was known.
pub(super) fn verdict(
    exprs: Pair<&Expr>,
    context: ExprContext<'_>,
    quoting: Quoting,
    canonical: impl Fn(&Expr, Side<'_>) -> Result<(Node, bool), Reason>,
) -> Verdict {
    if same_tokens(&exprs.from.text, &exprs.to.text, quoting) {
        return Verdict::Same;
    }
    let undecided = |why: &str| {
        let (from, to) = (&exprs.from.text, &exprs.to.text);
        Verdict::Undecided(Reason::new(format!("cannot tell whether `{from}` means `{to}`{why}")))
    };
    let tables = context.tables.map_or(Pair::new(None, None), |tables| tables.map(Some));
    let results = context.result.map_or(Pair::new(None, None), |results| results.map(Some));
    let places = context.databases.zip(tables).zip(results);
    let sides =
        exprs.zip(places).map(|(expr, ((database, table), result))| canonical(expr, Side { database, table, result }));
    match (sides.from, sides.to) {
        (Ok((from, from_typed)), Ok((to, to_typed))) => match compare(&from, &to, from_typed && to_typed) {
            Some(same) => same.into(),
            None => undecided(""),
        },
        (Err(reason), _) | (_, Err(reason)) => undecided(&format!(": {reason}")),
    }
}
