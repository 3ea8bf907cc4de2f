//! The canonical form of PostgreSQL's expressions.
//!
//! The catalog prints an expression as the parser resolved it: with the casts that operators and functions asked for
//! and a type on every literal (`ruleutils.c`). Here both sides are resolved in the same way, as far as types are
//! known: chapter 10 of the manual, "Type Conversion", in a nutshell.

mod assign;
mod functions;
mod literals;
mod operators;
mod resolve;
mod types;

use crate::dialect::expression;
use crate::diff::{ExprContext, ExprRole, Pair, Verdict};
use crate::model::{DataType, Database, Expr, Reason, Table};
use crate::sql::canon::{Grammar, Node, lower};

use super::Postgres;

/// Whether two expressions mean the same in that place.
pub(super) fn verdict(dialect: &Postgres, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    expression::verdict(exprs, context, super::types::QUOTING, |expr, side| {
        let place = Place { dialect, database: side.database, table: side.table, result: side.result };
        canonical(expr, place, context.role)
    })
}

/// Where an expression stands on one side.
#[derive(Clone, Copy)]
struct Place<'a> {
    dialect: &'a Postgres,
    database: &'a Database,
    table: Option<&'a Table>,
    result: Option<&'a DataType>,
}

/// The canonical tree, and whether the type of everything in it is known.
fn canonical(expr: &Expr, place: Place<'_>, role: ExprRole) -> Result<(Node, bool), Reason> {
    let grammar = Grammar {
        syntax: place.dialect,
        parser: &sqlparser::dialect::PostgreSqlDialect {},
        double_quotes_may_be_text: false,
        function: match place.dialect.extract_is_date_part() {
            true => functions::canonical_name_before_14,
            false => functions::canonical_name,
        },
        pipes_concat: true,
        cast_type: None,
    };
    let node = lower(&expr.text, grammar)?;
    let mut resolver = resolve::Resolver::new(place);
    let node = match role {
        ExprRole::Default | ExprRole::OnUpdate | ExprRole::Generated => resolver.assigned(node),
        ExprRole::Check | ExprRole::Predicate => resolver.condition(node),
        ExprRole::IndexKey | ExprRole::View => resolver.resolve(node).0,
    };
    Ok((node, resolver.typed))
}
