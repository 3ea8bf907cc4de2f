//! The canonical form of MySQL's and MariaDB's expressions.
//!
//! Both servers print an expression from their own tree (`Item::print`): functions under one of their names, NOT pushed
//! to the comparisons, literals as they were written. A default is printed as a value of the column's type.

use crate::dialect::expression;
use crate::dialect::view::{self, Known};
use crate::diff::{ExprContext, ExprRole, Pair, Verdict};
use crate::model::{Database, Expr, Reason, Table, TypeKind, View};
use crate::sql::canon::{Grammar, Node, decimal, lower, lower_query, rescaled};

use super::moment::{self, Precision};
use super::{MySql, types};

/// Whether two expressions mean the same in that place.
pub(super) fn verdict(dialect: &MySql, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    // MariaDB's catalog cannot hold all of Unicode: such a character is a question mark there.
    let lossy = |text: &str| text.chars().map(|c| if c > '\u{ffff}' { '?' } else { c }).collect::<String>();
    let texts = exprs.map(|expr| lossy(&expr.text));
    if texts.is_same() && texts.from != exprs.to.text {
        let (from, to) = (&exprs.from.text, &exprs.to.text);
        return Verdict::Undecided(Reason::new(format!(
            "the catalog writes characters outside of the Basic Multilingual Plane as `?`: `{from}` may be `{to}`"
        )));
    }
    expression::verdict(exprs, context, types::QUOTING, |expr, side| {
        let node = folded(read(dialect, expr)?, side.table);
        let node = side.table.into_iter().fold(node, beside_moments);
        let node = if context.role == ExprRole::Check { condition(node) } else { node };
        let node = match (context.role, side.result) {
            (ExprRole::Default | ExprRole::OnUpdate, Some(result)) => stored(dialect, node, &result.kind),
            _ => node,
        };
        Ok((node, true))
    })
}

/// Whether a check lacks a value that the declared one lists.
pub(super) fn lacks_values(dialect: &MySql, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
    expression::lacks_values(conditions, context, |expr, side| Ok((folded(read(dialect, expr)?, side.table), true)))
}

/// The tree of an expression that stands alone.
pub(super) fn alone(dialect: &MySql, expr: &Expr) -> Result<Node, Reason> {
    Ok(folded(read(dialect, expr)?, None))
}

fn read(dialect: &MySql, expr: &Expr) -> Result<Node, Reason> {
    // Another spelling of `b'101'`.
    if let Some(bits) =
        expr.text.trim().strip_prefix("0b").filter(|bits| bits.bytes().all(|bit| matches!(bit, b'0' | b'1')))
    {
        return lower(&format!("b'{bits}'"), grammar(dialect));
    }
    // MySQL's information_schema escapes the quotes of the strings inside an expression: `_utf8mb4\\'a\\'`.
    match expr.text.contains("\\'") && introduces_escaped_quote(&expr.text) {
        true => lower(&expr.text.replace("\\'", "'"), grammar(dialect)),
        false => lower(&expr.text, grammar(dialect)),
    }
}

fn grammar(dialect: &MySql) -> Grammar<'_> {
    Grammar {
        syntax: dialect,
        lowered: &dialect.lowered,
        parser: &sqlparser::dialect::MySqlDialect {},
        double_quotes_may_be_text: false,
        function: canonical_name,
        pipes_concat: false,
        nulls_are_largest: false,
        cast_type: Some(cast_type),
    }
}

/// Whether two views answer alike.
pub(super) fn views(dialect: &MySql, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
    view::verdict(views, databases, types::QUOTING, |view, database| {
        let known = Known::new(database, None, grammar(dialect));
        let query = lower_query(&view.query.text, &view.columns, known.grammar, &known)?;
        Ok((folded(query.node, None), true))
    })
}

/// Whether a backslash stands where a string would have to begin.
fn introduces_escaped_quote(text: &str) -> bool {
    ["_utf8mb4\\'", "_utf8mb3\\'", "_latin1\\'"].iter().any(|start| text.contains(start))
}

/// The types of CAST are words of their own (12.11 "Cast Functions and Operators").
fn cast_type(written: &str) -> Option<TypeKind> {
    let name = written.to_lowercase().replace(", ", ",");
    Some(TypeKind::builtin(match name.as_str() {
        "signed integer" | "int" | "integer" => "signed",
        "unsigned integer" => "unsigned",
        other => other,
    }))
}

/// The name under which a function stands in canonical trees.
fn canonical_name(name: &str) -> &str {
    match name {
        "lcase" => "lower",
        "ucase" => "upper",
        "now" | "localtime" | "localtimestamp" => "current_timestamp",
        "curdate" => "current_date",
        "curtime" => "current_time",
        "substr" | "mid" => "substring",
        "character_length" => "char_length",
        "octet_length" => "length",
        "ceiling" => "ceil",
        "power" => "pow",
        "session_user" | "system_user" => "user",
        "schema" => "database",
        "dayofmonth" => "day",
        "sha" => "sha1",
        "trim" => "btrim",
        "std" | "stddev" => "stddev_pop",
        other => other,
    }
}

/// The tree with the rewrites of both servers applied from the leaves up.
fn folded(node: Node, table: Option<&Table>) -> Node {
    match node.map(&mut |child| folded(child, table)) {
        Node::Qualified(path) => match path.as_slice() {
            [.., owner, column]
                if table.is_some_and(|table| table.name.name.key().eq_ignore_ascii_case(owner.key())) =>
            {
                Node::Column(column.clone())
            }
            _ => Node::Qualified(path),
        },
        Node::Bool(value) => Node::Number(if value { "1" } else { "0" }.into()),
        // Bits are bytes: MariaDB prints `b'101'` as `0x05`.
        Node::Literal { ty, text } if ty.builtin_name() == Some("bit") => match u64::from_str_radix(&text, 2) {
            Ok(value) => Node::literal("hex", format!("{value:0width$x}", width = text.len().div_ceil(8) * 2)),
            Err(_) => Node::Literal { ty, text },
        },
        Node::Call(name, args) => call(name, args),
        Node::Op(symbol, operands) => operation(symbol, operands),
        Node::Clause(word, parts) if matches!(word.as_str(), "where" | "having" | "on") => {
            Node::Clause(word, parts.into_iter().map(condition).collect())
        }
        other => other,
    }
}

/// A condition that compares a value with zero is the value, which is how the servers keep it the other way round; MySQL
/// says so since 8.0.19.
fn condition(node: Node) -> Node {
    match node {
        Node::Op(symbol, operands) if matches!(symbol.as_str(), "and" | "or") => {
            Node::junction(&symbol, operands.into_iter().map(condition))
        }
        Node::Op(not, mut inner) if not == "not" && inner.len() == 1 => match inner.remove(0) {
            Node::Op(symbol, mut operands) if symbol == "=" && operands.len() == 2 && is_zero(&operands[1]) => {
                operands.remove(0)
            }
            other => Node::op("not", [other]),
        },
        other => other,
    }
}

fn call(name: String, args: Vec<Node>) -> Node {
    match (name.as_str(), args.as_slice()) {
        ("current_timestamp" | "current_time", [Node::Number(digits)]) if digits == "0" => Node::Call(name, Vec::new()),
        // How the servers keep COUNT(*).
        ("count", [Node::Clause(word, _)]) if word == "all rows" => Node::call("count", [Node::Number("0".into())]),
        ("group_concat", [.., Node::Clause(word, separator)])
            if word == "separator" && *separator == [Node::Text(",".into())] =>
        {
            Node::Call(name, args[..args.len() - 1].to_vec())
        }
        ("if", [first, rest @ ..]) => {
            Node::Call(name, [condition(first.clone())].into_iter().chain(rest.iter().cloned()).collect())
        }
        ("mod", [left, right]) => Node::op("%", [left.clone(), right.clone()]),
        ("date_add" | "adddate", [moment, interval @ Node::Call(..)]) => {
            Node::op("+", [moment.clone(), interval.clone()])
        }
        ("date_sub" | "subdate", [moment, interval @ Node::Call(..)]) => {
            Node::op("-", [moment.clone(), interval.clone()])
        }
        ("adddate", [moment, days]) => Node::op("+", [moment.clone(), of_days(days)]),
        ("subdate", [moment, days]) => Node::op("-", [moment.clone(), of_days(days)]),
        ("timestampadd", [Node::Column(unit), number, moment]) => {
            let interval = Node::call("interval", [number.clone(), Node::Text(unit.as_str().to_lowercase())]);
            Node::op("+", [moment.clone(), interval])
        }
        ("time", [moment]) => Node::Cast(Box::new(moment.clone()), TypeKind::builtin("time")),
        ("timestamp", [moment]) => Node::Cast(Box::new(moment.clone()), TypeKind::builtin("datetime")),
        ("datediff", [left, right]) => {
            Node::op("-", [Node::call("to_days", [left.clone()]), Node::call("to_days", [right.clone()])])
        }
        ("instr" | "position", [text, part]) => Node::call("locate", [part.clone(), text.clone()]),
        // The catalog prints the database of a sequence, which the declaration need not name.
        ("nextval" | "lastval", [Node::Qualified(path)]) => match path.last() {
            Some(sequence) => Node::call(&name, [Node::Column(sequence.clone())]),
            None => Node::Call(name, args),
        },
        // MariaDB computes it in advance.
        ("pi", []) => Node::Number("3.141592653589793".into()),
        ("isnull", [value]) => Node::op("is null", [value.clone()]),
        ("date", [moment]) => Node::Cast(Box::new(moment.clone()), TypeKind::builtin("date")),
        ("regexp_like", [text, pattern]) => Node::op("regexp", [text.clone(), pattern.clone()]),
        _ => Node::Call(name, args),
    }
}

fn of_days(number: &Node) -> Node {
    Node::call("interval", [number.clone(), Node::Text("day".into())])
}

fn operation(symbol: String, mut operands: Vec<Node>) -> Node {
    match (symbol.as_str(), operands.len()) {
        ("not", 1) => negated(operands.remove(0)),
        ("and" | "or", _) => condition(Node::Op(symbol, operands)),
        ("xor" | "is true" | "is not true" | "is false" | "is not false", _) => {
            Node::Op(symbol, operands.into_iter().map(condition).collect())
        }
        ("=", 2) if is_zero(&operands[0]) => {
            operands.reverse();
            Node::Op(symbol, operands)
        }
        ("is unknown", 1) => Node::op("is null", operands),
        ("is not unknown", 1) => Node::op("is not null", operands),
        ("in", _) => {
            let value = operands.remove(0);
            Node::junction("or", operands.into_iter().map(|item| Node::op("=", [value.clone(), item])))
        }
        ("->", 2) => Node::Call("json_extract".into(), operands),
        ("->>", 2) => Node::call("json_unquote", [Node::Call("json_extract".into(), operands)]),
        _ => Node::Op(symbol, operands),
    }
}

/// A string beside a column of dates or times is read as one, so that a literal of that type (`DATE'2020-01-31'`) says no
/// more than the string (MySQL manual, 14.3 "Type Conversion in Expression Evaluation").
fn beside_moments(node: Node, table: &Table) -> Node {
    match node.map(&mut |child| beside_moments(child, table)) {
        Node::Op(symbol, operands) if matches!(symbol.as_str(), "=" | "<" | "<=" | "is distinct from") => {
            let column = operands.iter().find_map(|operand| match operand {
                Node::Column(name) => table.column(name)?.ty.known()?.kind.builtin_name(),
                _ => None,
            });
            Node::Op(symbol, operands.into_iter().map(|operand| untyped(operand, column)).collect())
        }
        other => other,
    }
}

/// A literal of a date or a time without its type, where a column of type `column` has it anyway.
fn untyped(operand: Node, column: Option<&str>) -> Node {
    let Node::Cast(inner, literal) = operand else { return operand };
    // What CAST would cut off counts for the string.
    let is_whole = |text: &str| match (column, literal.builtin_name()) {
        (Some("date" | "datetime" | "timestamp"), Some("date")) => !text.contains([' ', 'T', ':', '.']),
        (Some("datetime" | "timestamp"), Some("datetime" | "timestamp")) => !text.contains('.'),
        (Some("time"), Some("time")) => !text.contains('.'),
        _ => false,
    };
    match *inner {
        Node::Text(text) if is_whole(&text) => Node::Text(text),
        other => Node::Cast(Box::new(other), literal),
    }
}

fn is_zero(node: &Node) -> bool {
    matches!(node, Node::Number(digits) if digits == "0")
}

/// NOT, as `Item_func_not` pushes it down; of a value it is a comparison with zero.
fn negated(condition: Node) -> Node {
    match condition {
        Node::Op(symbol, mut operands) => match (symbol.as_str(), operands.len()) {
            ("not" | "and" | "or", _) => {
                let negation = Node::negation(Node::Op(symbol, operands));
                negation.map(&mut |part| match part {
                    Node::Op(inner, mut inner_operands) if inner == "not" && inner_operands.len() == 1 => {
                        negated(inner_operands.remove(0))
                    }
                    other => other,
                })
            }
            ("<", 2) => {
                operands.reverse();
                Node::op("<=", operands)
            }
            ("<=", 2) => {
                operands.reverse();
                Node::op("<", operands)
            }
            ("is null", 1) => Node::op("is not null", operands),
            ("is not null", 1) => Node::op("is null", operands),
            ("=" | "like" | "regexp" | "xor" | "is distinct from", _) => Node::op("not", [Node::Op(symbol, operands)]),
            (test, _) if test.starts_with("is ") => Node::op("not", [Node::Op(symbol, operands)]),
            _ => Node::op("=", [Node::Op(symbol, operands), Node::Number("0".into())]),
        },
        value => Node::op("=", [value, Node::Number("0".into())]),
    }
}

/// A literal as the column's type keeps it.
pub(super) fn stored(dialect: &MySql, node: Node, column: &TypeKind) -> Node {
    let (name, args) = match column {
        TypeKind::Builtin { name, args } => (name.split(' ').next().unwrap_or(name), args.as_slice()),
        TypeKind::Values { name, values } => return member(node, name == "set", values),
        TypeKind::Array(_) | TypeKind::User { .. } => return node,
    };
    let number = |node: &Node| match node {
        Node::Number(text) => Some(text.clone()),
        Node::Text(text) => decimal(text),
        Node::Literal { ty, text } if ty.builtin_name() == Some("bit") => {
            u64::from_str_radix(text, 2).ok().map(|value| value.to_string())
        }
        Node::Literal { ty, text } if ty.builtin_name() == Some("hex") => {
            u64::from_str_radix(text, 16).ok().map(|value| value.to_string())
        }
        _ => None,
    };
    let canonical = match name {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "float" | "double" => {
            number(&node).and_then(|text| rescaled(&text, None)).map(Node::Number)
        }
        "decimal" => {
            let scale = args.get(1).and_then(|scale| scale.parse().ok());
            let kept = number(&node).and_then(|text| rescaled(&text, scale));
            // Zeros at the end only show the scale, which is the type's.
            kept.and_then(|text| rescaled(&text, None)).map(Node::Number)
        }
        "bit" => number(&node)
            .and_then(|text| text.parse::<u64>().ok())
            .map(|value| Node::literal("bit", format!("{value:b}"))),
        "date" | "datetime" | "timestamp" | "time" | "year" => return moment_of(dialect, node, name, args),
        // Filled up to its length with zero bytes.
        "binary" => match string(&node).as_ref().unwrap_or(&node) {
            Node::Text(text) => Some(Node::Text(text.trim_end_matches('\0').to_owned())),
            _ => None,
        },
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "varbinary" | "json" => string(&node),
        _ => None,
    };
    canonical.unwrap_or(node)
}

/// A literal in a column of dates or times. What is none that is known here stays open.
fn moment_of(dialect: &MySql, node: Node, column: &str, args: &[String]) -> Node {
    let (text, is_text) = match &node {
        Node::Text(text) => (text, true),
        Node::Number(text) => (text, false),
        Node::Cast(inner, _) => match &**inner {
            Node::Text(text) => (text, true),
            _ => return node,
        },
        _ => return node,
    };
    let digits = args.first().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let precision = Precision::of(dialect.engine, digits);
    let kept = match column {
        "date" => moment::date(text),
        "time" => moment::time(text, precision),
        "year" => return moment::year(text, is_text).map_or(node, Node::Number),
        _ => moment::datetime(text, precision),
    };
    kept.map_or_else(|| Node::Opaque(text.clone()), Node::Text)
}

/// A member of an ENUM as its type spells it, or the members of a SET in the order of their type. A text that is none, or
/// a number, stays as it is.
fn member(node: Node, is_set: bool, values: &[String]) -> Node {
    let node = string(&node).filter(|_| !matches!(node, Node::Number(_))).unwrap_or(node);
    let Node::Text(text) = &node else { return node };
    let find = |text: &str| {
        let text = text.trim_end_matches(' ');
        let exact = values.iter().position(|value| value == text);
        exact.or_else(|| values.iter().position(|value| value.to_lowercase() == text.to_lowercase()))
    };
    if !is_set {
        return find(text).map_or(node, |at| Node::Text(values[at].clone()));
    }
    let members: Option<std::collections::BTreeSet<usize>> =
        text.split(',').filter(|part| !part.is_empty()).map(find).collect();
    members.map_or(node, |members| {
        Node::Text(members.into_iter().map(|at| values[at].as_str()).collect::<Vec<_>>().join(","))
    })
}

fn string(node: &Node) -> Option<Node> {
    match node {
        Node::Number(text) => Some(Node::Text(text.clone())),
        Node::Literal { ty, text } if ty.builtin_name() == Some("hex") => {
            let bytes: Option<Vec<u8>> =
                (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect();
            String::from_utf8(bytes?).ok().map(Node::Text)
        }
        _ => None,
    }
}
