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

/// Whether both conditions list the values of one and the same thing, and the second lists one that the first has not.
pub(super) fn lacks_values(
    conditions: Pair<&Expr>,
    context: ExprContext<'_>,
    canonical: impl Fn(&Expr, Side<'_>) -> Result<(Node, bool), Reason>,
) -> bool {
    let tables = context.tables.map_or(Pair::new(None, None), |tables| tables.map(Some));
    let sides = conditions.zip(context.databases.zip(tables));
    let lists = sides.map(|(expr, (database, table))| {
        let (node, _) = canonical(expr, Side { database, table, result: None }).ok()?;
        listed(&node)
    });
    match lists.both() {
        Some(Pair { from: (live, has), to: (declared, wants) }) => {
            live == declared && wants.iter().any(|value| !has.contains(value))
        }
        None => false,
    }
}

/// What a condition admits, where it is a list of texts: the value that is looked up, and the texts.
fn listed(node: &Node) -> Option<(Node, Vec<String>)> {
    let text = |node: &Node| match node {
        Node::Text(text) | Node::Literal { text, .. } => Some(text.clone()),
        Node::Cast(inner, _) => match &**inner {
            Node::Text(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    match node {
        Node::Op(symbol, operands) if symbol == "in" => {
            let (value, items) = operands.split_first()?;
            Some((value.clone(), items.iter().map(text).collect::<Option<Vec<_>>>()?))
        }
        Node::Op(symbol, operands) if symbol == "=" => match operands.as_slice() {
            [value, item] => Some((value.clone(), vec![text(item)?])),
            _ => None,
        },
        Node::Op(symbol, operands) if symbol == "or" => {
            let lists: Vec<(Node, Vec<String>)> = operands.iter().map(listed).collect::<Option<_>>()?;
            let (value, _) = lists.first()?.clone();
            let is_one = lists.iter().all(|(other, _)| *other == value);
            is_one.then(|| (value, lists.into_iter().flat_map(|(_, items)| items).collect()))
        }
        _ => None,
    }
}
