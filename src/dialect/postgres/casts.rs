//! Which types turn into which by themselves (PostgreSQL manual, 10.4 "Value Storage", `pg_cast`), and which lose
//! something on the way.

use crate::diff::Pair;
use crate::model::TypeKind;

const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];
const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const TEXTS: [&str; 5] = ["character", "character varying", "text", "citext", "name"];

/// Whether ALTER COLUMN TYPE finds a cast that assignment may use, so that it needs no USING.
pub(super) fn has_assignment_cast(kinds: Pair<&TypeKind>) -> bool {
    match (kinds.from, kinds.to) {
        (TypeKind::Array(from), TypeKind::Array(to)) => has_assignment_cast(Pair::new(&**from, &**to)),
        // Every type turns into text by its output function.
        (_, TypeKind::Builtin { name, .. }) if TEXTS.contains(&name.as_str()) => true,
        (TypeKind::Builtin { name: from, .. }, TypeKind::Builtin { name: to, .. }) => {
            from == to || class(from).is_some_and(|class_of_from| Some(class_of_from) == class(to))
        }
        (from, to) => from == to,
    }
}

/// Types of one class assign to each other.
fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        name if NUMBERS.contains(&name) => "number",
        "date" | "timestamp without time zone" | "timestamp with time zone" => "timestamp",
        "time without time zone" | "time with time zone" | "interval" => "time",
        "json" | "jsonb" => "json",
        "bit" | "bit varying" => "bit",
        "cidr" | "inet" => "network",
        _ => return None,
    })
}

/// The USING expression between types without such a cast.
pub(super) fn using(column: &str, kinds: Pair<&TypeKind>, written: &str) -> String {
    let builtin = kinds.map(TypeKind::builtin_name);
    match (builtin.from, builtin.to) {
        // Only integer itself has casts from and to boolean.
        (Some("boolean"), Some(to)) if NUMBERS.contains(&to) && to != "integer" => {
            format!("{column}::integer::{written}")
        }
        (Some(from), Some("boolean")) if NUMBERS.contains(&from) && from != "integer" => format!("({column} <> 0)"),
        (Some(from), _) if TEXTS.contains(&from) => format!("{column}::{written}"),
        (Some(_), Some(_)) if is_direct(kinds) => format!("{column}::{written}"),
        _ if matches!(kinds.from, TypeKind::Array(_)) && matches!(kinds.to, TypeKind::Array(_)) => {
            format!("{column}::text[]::{written}")
        }
        _ => format!("{column}::text::{written}"),
    }
}

/// Whether an explicit cast exists between two types of different classes.
fn is_direct(kinds: Pair<&TypeKind>) -> bool {
    matches!(
        (kinds.from.builtin_name(), kinds.to.builtin_name()),
        (Some("integer"), Some("boolean"))
            | (Some("boolean"), Some("integer"))
            | (Some("timestamp without time zone" | "timestamp with time zone"), Some("time without time zone"))
            | (Some("integer" | "bigint"), Some("bit" | "money"))
            | (Some("bit"), Some("integer" | "bigint"))
    )
}

/// Whether values of the first type may not fit into the second, or lose something there.
pub(super) fn narrows(kinds: Pair<&TypeKind>) -> bool {
    match (kinds.from, kinds.to) {
        (TypeKind::Array(from), TypeKind::Array(to)) => narrows(Pair::new(&**from, &**to)),
        (_, TypeKind::Builtin { name, args }) if is_text(name) && args.is_empty() && name != "character" => false,
        (TypeKind::Builtin { name: from, args: before }, TypeKind::Builtin { name: to, args: after }) => {
            builtin_narrows(Pair::new((from, before), (to, after)))
        }
        (from, to) => from != to,
    }
}

fn is_text(name: &str) -> bool {
    TEXTS.contains(&name)
}

fn builtin_narrows(types: Pair<(&String, &Vec<String>)>) -> bool {
    let (from, before) = (types.from.0.as_str(), types.from.1);
    let (to, after) = (types.to.0.as_str(), types.to.1);
    let rank = |name: &str| INTEGERS.iter().position(|other| *other == name);
    match (rank(from), rank(to)) {
        (Some(from), Some(to)) => return to < from,
        (Some(from), None) if to == "numeric" => return !after.is_empty() && digits(after) < [5, 10, 19][from],
        (Some(from), None) if to == "double precision" => return from == 2,
        _ => {}
    }
    match (from, to) {
        (from, to) if is_text(from) && is_text(to) => longer(before, after),
        (from, to) if from == to => match from {
            "numeric" => numeric_narrows(before, after),
            _ => longer(before, after),
        },
        ("real", "double precision") | ("real" | "double precision", "numeric") => !after.is_empty(),
        ("date", "timestamp without time zone" | "timestamp with time zone")
        | ("json", "jsonb")
        | ("jsonb", "json")
        | ("cidr", "inet")
        | ("bit", "bit varying") => longer(before, after),
        // The same instants, read in another way.
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => longer(before, after),
        ("time without time zone", "time with time zone") => longer(before, after),
        _ => true,
    }
}

/// The digits before the point.
fn digits(args: &[String]) -> i64 {
    number(args, 0) - number(args, 1)
}

fn number(args: &[String], at: usize) -> i64 {
    args.get(at).and_then(|arg| arg.parse().ok()).unwrap_or(0)
}

fn numeric_narrows(before: &[String], after: &[String]) -> bool {
    match (before.is_empty(), after.is_empty()) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => digits(after) < digits(before) || number(after, 1) < number(before, 1),
    }
}

/// Whether a length or precision shrinks; none means no limit.
fn longer(before: &[String], after: &[String]) -> bool {
    match (before.first(), after.first()) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(_), Some(_)) => number(after, 0) < number(before, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, args: &[&str]) -> TypeKind {
        TypeKind::Builtin { name: name.to_owned(), args: args.iter().map(|arg| (*arg).to_owned()).collect() }
    }

    #[test]
    fn what_shrinks_narrows() {
        let narrow = |from: &TypeKind, to: &TypeKind| narrows(Pair::new(from, to));
        let (varchar, longer) = (kind("character varying", &["20"]), kind("character varying", &["50"]));
        let (int, bigint, text) = (kind("integer", &[]), kind("bigint", &[]), kind("text", &[]));
        assert!(!narrow(&varchar, &longer));
        assert!(narrow(&longer, &varchar));
        assert!(!narrow(&varchar, &text));
        assert!(narrow(&text, &varchar));
        assert!(!narrow(&int, &bigint));
        assert!(narrow(&bigint, &int));
        assert!(!narrow(&int, &text));
        assert!(narrow(&text, &int));
        assert!(!narrow(&kind("numeric", &["8", "2"]), &kind("numeric", &["10", "2"])));
        assert!(narrow(&kind("numeric", &["10", "2"]), &kind("numeric", &["10", "4"])));
        assert!(!narrow(&int, &kind("numeric", &[])));
        assert!(!narrow(&kind("timestamp without time zone", &[]), &kind("timestamp with time zone", &[])));
        assert!(narrow(&kind("timestamp without time zone", &[]), &kind("date", &[])));
    }

    #[test]
    fn casts_that_assignment_does_not_find_are_spelt_out() {
        let spelt = |from: &str, to: &str| using("c", Pair::new(&kind(from, &[]), &kind(to, &[])), to);
        assert!(!has_assignment_cast(Pair::new(&kind("text", &[]), &kind("integer", &[]))));
        assert!(has_assignment_cast(Pair::new(&kind("integer", &[]), &kind("text", &[]))));
        assert_eq!(spelt("text", "integer"), "c::integer");
        assert_eq!(spelt("bigint", "boolean"), "(c <> 0)");
        assert_eq!(spelt("boolean", "bigint"), "c::integer::bigint");
    }
}
