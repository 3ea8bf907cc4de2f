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

/// The function's name, folded, with its schema where one is written that is not the system's.
pub(super) fn name(path: &ObjectName) -> Option<String> {
    let fold = |ident: &Ident| {
        if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
    };
    let parts: Option<Vec<String>> = path.0.iter().map(|part| part.as_ident().map(fold)).collect();
    match parts?.as_slice() {
        [name] => Some(name.clone()),
        [schema, name] if schema == "pg_catalog" => Some(name.clone()),
        [schema, name] => Some(format!("{schema}.{name}")),
        _ => None,
    }
}

/// Whether two names, as [`name`] gives them, are of one function: a name without a schema was found on the search
/// path, which the other side does not know.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    match (one.split_once('.'), other.split_once('.')) {
        (Some((_, own)), None) => own == other,
        (None, Some((_, own))) => own == one,
        _ => one == other,
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
