//! The canonical form of PostgreSQL's expressions.
//!
//! The catalog prints an expression as the parser resolved it: with the casts that operators and functions asked for
//! and a type on every literal (`ruleutils.c`). Here both sides are resolved in the same way, as far as types are
//! known: chapter 10 of the manual, "Type Conversion", in a nutshell.

mod assign;
mod constant;
mod functions;
mod literals;
mod operators;
mod query;
mod resolve;
mod types;

use crate::dialect::expression;
use crate::dialect::view::{self, Known};
use crate::diff::{ExprContext, ExprRole, Pair, Verdict};
use crate::model::{DataType, Database, Expr, Reason, Table, View};
use crate::sql::canon::{Grammar, Node, lower, lower_query};
use crate::sql::{Syntax, Token, tokens};

use super::Postgres;
use super::types::QUOTING;

pub(super) use constant::{constant, type_of};

/// Whether two expressions mean the same in that place.
pub(super) fn verdict(dialect: &Postgres, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    expression::verdict(exprs, context, QUOTING, |expr, side| {
        let place = Place { dialect, database: side.database, table: side.table, result: side.result, known: None };
        canonical(expr, place, context.role)
    })
}

/// Whether a check lacks a value that the declared one lists.
pub(super) fn lacks_values(dialect: &Postgres, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
    expression::lacks_values(conditions, context, |expr, side| {
        let place = Place { dialect, database: side.database, table: side.table, result: side.result, known: None };
        canonical(expr, place, context.role)
    })
}

/// Whether what the server makes of an expression depends on its time zone, or on the moment: a declared
/// `'2024-01-01'` of a `timestamptz` was read where the column was made, and `'today'` on another day.
pub(super) fn depends_on_settings(exprs: Pair<&Expr>, forms: Pair<&Expr>) -> bool {
    let relative = |expr: &Expr| {
        let text = expr.text.to_lowercase();
        ["'now", "'today", "'tomorrow", "'yesterday", "'allballs"].iter().any(|word| text.contains(word))
    };
    let zoned = |expr: &Expr| {
        let types = ["'::timestamp with time zone", "'::time with time zone"];
        types.iter().any(|ty| expr.text.contains(ty))
    };
    // A moment that does not say its offset.
    let local = |expr: &Expr| {
        let texts = tokens(&expr.text, QUOTING).unwrap_or_default();
        texts.iter().any(|token| match token {
            Token::Text(text) => {
                let clock = text.split_once(':').map_or("", |(_, clock)| clock);
                text.starts_with(|c: char| c.is_ascii_digit()) && !clock.contains(['+', '-', 'Z', 'z'])
            }
            Token::Word(_) | Token::Quoted(_) | Token::Number(_) | Token::Symbol(_) => false,
        })
    };
    let (relative, zoned, local) = (exprs.map(relative), forms.map(zoned), exprs.map(local));
    relative.from || relative.to || (zoned.from || zoned.to) && (local.from || local.to)
}

/// Whether one of the expressions chooses a collation.
pub(super) fn collates(exprs: Pair<&Expr>) -> bool {
    let says = exprs.map(|expr| expr.text.to_lowercase().contains("collate"));
    says.from || says.to
}

/// Where an expression stands on one side.
#[derive(Clone, Copy)]
struct Place<'a> {
    dialect: &'a Postgres,
    database: &'a Database,
    table: Option<&'a Table>,
    result: Option<&'a DataType>,
    /// What a query may read from.
    known: Option<&'a Known<'a>>,
}

/// The canonical tree, and whether the type of everything in it is known.
fn canonical(expr: &Expr, place: Place<'_>, role: ExprRole) -> Result<(Node, bool), Reason> {
    let grammar = grammar(place.dialect);
    let node = lower(&expr.text, grammar)?;
    let mut resolver = resolve::Resolver::new(place);
    let node = match role {
        ExprRole::Default | ExprRole::OnUpdate | ExprRole::Generated => resolver.assigned(node),
        ExprRole::Check | ExprRole::Predicate => resolver.condition(node),
        ExprRole::IndexKey => resolver.resolve(node).0,
    };
    Ok((node, resolver.typed))
}

/// Whether two views answer alike.
pub(super) fn views(dialect: &Postgres, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
    view::verdict(views, databases, QUOTING, |view, database| {
        let known = Known::new(database, dialect.default_schema(), grammar(dialect));
        let query = lower_query(&view.query.text, &view.columns, known.grammar, &known)?;
        let place = Place { dialect, database, table: None, result: None, known: Some(&known) };
        let mut resolver = resolve::Resolver::new(place);
        let node = resolver.resolve(query.node).0;
        Ok((node, resolver.typed))
    })
}

fn grammar(dialect: &Postgres) -> Grammar<'_> {
    Grammar {
        syntax: dialect,
        lowered: &dialect.lowered,
        parser: &sqlparser::dialect::PostgreSqlDialect {},
        double_quotes_may_be_text: false,
        function: match dialect.extract_is_date_part() {
            true => functions::canonical_name_before_14,
            false => functions::canonical_name,
        },
        pipes_concat: true,
        nulls_are_largest: true,
        cast_type: None,
    }
}
