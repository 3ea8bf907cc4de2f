//! Values that are computed once, when they are written down: the bounds of partitions. The server computes what stands
//! there and keeps the value in its key's type ("CREATE TABLE", `partition_bound_expr`).

use crate::model::{DataType, Database, Expr, Table, TypeKind};
use crate::sql::canon::{Node, decimal, lower, rescaled, timestamp};

use super::literals::literal;
use super::resolve::Resolver;
use super::types::Ty;
use super::{Place, Postgres, grammar};

/// The canonical value of a constant in a type; `None` where it is not known, as for a moment without an offset.
pub(in crate::dialect::postgres) fn constant(
    dialect: &Postgres,
    text: &str,
    ty: &TypeKind,
    (database, table): (&Database, &Table),
) -> Option<Node> {
    let place = Place { dialect, database, table: Some(table), result: None, known: None };
    let node = lower(text, grammar(dialect)).ok()?;
    in_type(fold(node, place)?, ty, place)
}

/// The type of an expression over a table's columns, where it is known; without length and precision.
pub(in crate::dialect::postgres) fn type_of(
    dialect: &Postgres,
    expr: &Expr,
    (database, table): (&Database, &Table),
) -> Option<TypeKind> {
    let place = Place { dialect, database, table: Some(table), result: None::<&DataType>, known: None };
    let node = lower(&expr.text, grammar(dialect)).ok()?;
    match Resolver::new(place).resolve(node).1 {
        Ty::Known(kind) => Some(kind),
        Ty::Untyped => Some(TypeKind::builtin("text")),
        Ty::Unknown => None,
    }
}

/// The value of an expression without columns and functions, as far as it is arithmetic.
fn fold(node: Node, place: Place<'_>) -> Option<Node> {
    match node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Literal { .. } => Some(node),
        Node::Cast(inner, ty) => in_type(fold(*inner, place)?, &ty, place),
        Node::Op(symbol, operands) => {
            let numbers: Option<Vec<i128>> =
                operands.into_iter().map(|operand| integer(&fold(operand, place)?)).collect();
            compute(&symbol, &numbers?).map(|number| Node::Number(number.to_string()))
        }
        Node::Column(_)
        | Node::Qualified(_)
        | Node::Quoted(_)
        | Node::Call(..)
        | Node::Case { .. }
        | Node::Array(_)
        | Node::Row(_)
        | Node::Collate(..)
        | Node::Relation(_)
        | Node::Clause(..)
        | Node::Opaque(_) => None,
    }
}

fn integer(node: &Node) -> Option<i128> {
    match node {
        Node::Number(text) => text.parse().ok(),
        Node::Literal { ty, text } if ty.builtin_name() == Some("integer") => text.parse().ok(),
        _ => None,
    }
}

/// Division of integers cuts off, as it does there.
fn compute(symbol: &str, operands: &[i128]) -> Option<i128> {
    match (symbol, operands) {
        ("-", [only]) => only.checked_neg(),
        ("+", [first, rest @ ..]) => rest.iter().try_fold(*first, |sum, next| sum.checked_add(*next)),
        ("*", [first, rest @ ..]) => rest.iter().try_fold(*first, |product, next| product.checked_mul(*next)),
        ("-", [left, right]) => left.checked_sub(*right),
        ("/", [left, right]) => left.checked_div(*right),
        ("%", [left, right]) => left.checked_rem(*right),
        _ => None,
    }
}

/// A value in another type. What would be rounded is left open.
fn in_type(value: Node, ty: &TypeKind, place: Place<'_>) -> Option<Node> {
    let text = match value {
        Node::Null => return Some(Node::Null),
        Node::Bool(value) => value.to_string(),
        Node::Number(text) | Node::Text(text) | Node::Literal { text, .. } => text,
        _ => return None,
    };
    let plain = super::types::plain(ty, place);
    match plain.builtin_name() {
        Some("numeric") => {
            let scale = match ty {
                TypeKind::Builtin { args, .. } => args.get(1).and_then(|scale| scale.parse::<usize>().ok()),
                TypeKind::Values { .. } | TypeKind::Array(_) | TypeKind::User { .. } => None,
            };
            let number = rescaled(&decimal(&text)?, None)?;
            let fits = scale.is_none_or(|scale| rescaled(&number, Some(scale)).is_some());
            fits.then(|| Node::literal("numeric", number))
        }
        Some("timestamp with time zone") => match timestamp(&text)? {
            (moment, Some(offset)) => Some(Node::literal("timestamp with time zone", in_utc(&moment, offset)?)),
            (_, None) => None,
        },
        _ => match literal(&text, &plain, place) {
            Node::Opaque(_) => None,
            known => Some(known),
        },
    }
}

/// A moment in UTC, of one whose clock is ahead by so many seconds.
fn in_utc(moment: &str, offset: i32) -> Option<String> {
    let number = |from: usize, to: usize| moment.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let total = days(year, month, day) * 86_400 + seconds - i64::from(offset);
    Some(format!("{total}{}", moment.get(19..).unwrap_or_default()))
}

/// The days since the first of March of the year 0 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Engine, Extras, Name, PostgresTable, RelationName};
    use crate::sql::Syntax;

    fn value(text: &str, ty: &str) -> Option<Node> {
        let dialect = Postgres::new(None);
        let name = RelationName::new(None, Name::exact("t"));
        let table = Table::new(name, Extras::Postgres(PostgresTable::default()));
        let kind = dialect.data_type(ty).unwrap().kind;
        assert_eq!(dialect.engine(), Engine::Postgres);
        constant(&dialect, text, &kind, (&Database::default(), &table))
    }

    #[test]
    fn a_constant_is_read_in_its_keys_type() {
        for (one, other, ty) in [
            ("1", "'1'", "text"),
            ("(1 + 9) * 2", "'20'", "varchar(5)"),
            ("1+9", "10", "integer"),
            ("-(2 - 7)", "'5'", "bigint"),
            ("7 / 2", "3", "smallint"),
            ("1.50", "'1.5'", "numeric(10,2)"),
            ("true", "'t'", "boolean"),
            ("DATE '2024-01-01'", "'2024-01-01'", "date"),
            ("'2024-01-01'", "'2024-01-01 00:00:00'", "timestamp"),
            ("'2024-01-01'::date", "'2024-01-01 00:00:00'", "timestamp"),
            ("'2024-01-01 02:00:00+02'", "'2024-01-01 00:00:00+00'", "timestamptz"),
            ("'2024-03-01 00:30:00+01'", "'2024-02-29 23:30:00+00'", "timestamptz"),
            ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'{a0eebc999c0b4ef8bb6d6bb9bd380a11}'", "uuid"),
            ("'a  '", "'a'", "char(3)"),
        ] {
            assert!(value(one, ty).is_some(), "{one} as {ty}");
            assert_eq!(value(one, ty), value(other, ty), "{one} and {other} as {ty}");
        }
        for (one, other, ty) in [("1", "'01'", "text"), ("1", "2", "integer"), ("'a'", "'a '", "text")] {
            assert_ne!(value(one, ty), value(other, ty), "{one} and {other} as {ty}");
        }
        for (open, ty) in [("now()", "date"), ("'today'", "date"), ("1.5", "integer"), ("'2024-01-01'", "timestamptz")]
        {
            assert_eq!(value(open, ty), None, "{open} as {ty}");
        }
    }
}
