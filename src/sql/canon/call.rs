//! The names and arguments of function calls.

use sqlparser::ast::{Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName};

use sqlparser::ast::Expr;

/// Whether an unquoted name is one of the standard's functions without parentheses.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 10] = [
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "localtime",
        "localtimestamp",
        "session_user",
    ];
    KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// The function's own name; `None` where a schema other than the system's qualifies it.
pub(super) fn name(path: &ObjectName) -> Option<&Ident> {
    let parts: Option<Vec<&Ident>> = path.0.iter().map(|part| part.as_ident()).collect();
    match parts?.as_slice() {
        [name] => Some(name),
        [schema, name] if schema.value == "pg_catalog" => Some(name),
        _ => None,
    }
}

/// The arguments of a call that has nothing but arguments; `None` for DISTINCT, FILTER, OVER, named arguments and
/// the like.
pub(super) fn plain_arguments(function: &Function) -> Option<Vec<&Expr>> {
    let plain = function.filter.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
        && function.null_treatment.is_none()
        && matches!(function.parameters, FunctionArguments::None);
    match &function.args {
        _ if !plain => None,
        FunctionArguments::None => Some(Vec::new()),
        FunctionArguments::Subquery(_) => None,
        FunctionArguments::List(list) if list.duplicate_treatment.is_some() || !list.clauses.is_empty() => None,
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            })
            .collect(),
    }
}
