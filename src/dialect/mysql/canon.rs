//! The canonical form of MySQL's and MariaDB's expressions.
//!
//! Both servers print an expression from their own tree (`Item::print`): functions under one of their names, NOT pushed
//! to the comparisons, literals as they were written. A default is printed as a value of the column's type.

use crate::dialect::expression;
use crate::diff::{ExprContext, ExprRole, Pair, Verdict};
use crate::model::{Expr, Reason, Table, TypeKind};
use crate::sql::canon::{Grammar, Node, decimal, lower, rescaled, timestamp};

use super::{MySql, types};

/// Whether two expressions mean the same in that place.
pub(super) fn verdict(dialect: &MySql, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    expression::verdict(exprs, context, types::QUOTING, |expr, side| {
        let node = folded(read(dialect, expr)?, side.table);
        let node = match (context.role, side.result) {
            (ExprRole::Default | ExprRole::OnUpdate, Some(result)) => stored(node, &result.kind),
            _ => node,
        };
        Ok((node, true))
    })
}

fn read(dialect: &MySql, expr: &Expr) -> Result<Node, Reason> {
    let grammar = Grammar {
        syntax: dialect,
        parser: &sqlparser::dialect::MySqlDialect {},
        double_quotes_may_be_text: false,
        function: canonical_name,
        pipes_concat: false,
        cast_type: Some(cast_type),
    };
    // MySQL's information_schema escapes the quotes of the strings inside an expression: `_utf8mb4\\'a\\'`.
    match expr.text.contains("\\'") && introduces_escaped_quote(&expr.text) {
        true => lower(&expr.text.replace("\\'", "'"), grammar),
        false => lower(&expr.text, grammar),
    }
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
        Node::Call(name, args) => call(name, args),
        Node::Op(symbol, operands) => operation(symbol, operands),
        other => other,
    }
}

fn call(name: String, args: Vec<Node>) -> Node {
    match (name.as_str(), args.as_slice()) {
        ("current_timestamp" | "current_time", [Node::Number(digits)]) if digits == "0" => Node::Call(name, Vec::new()),
        ("mod", [left, right]) => Node::op("%", [left.clone(), right.clone()]),
        ("date_add" | "adddate", [moment, interval @ Node::Call(..)]) => {
            Node::op("+", [moment.clone(), interval.clone()])
        }
        ("date_sub" | "subdate", [moment, interval @ Node::Call(..)]) => {
            Node::op("-", [moment.clone(), interval.clone()])
        }
        ("datediff", [left, right]) => {
            Node::op("-", [Node::call("to_days", [left.clone()]), Node::call("to_days", [right.clone()])])
        }
        ("instr" | "position", [text, part]) => Node::call("locate", [part.clone(), text.clone()]),
        // The catalog prints the database of a sequence, which the declaration need not name.
        ("nextval" | "lastval", [Node::Qualified(path)]) => match path.last() {
            Some(sequence) => Node::call(&name, [Node::Column(sequence.clone())]),
            None => Node::Call(name, args),
        },
        ("isnull", [value]) => Node::op("is null", [value.clone()]),
        ("date", [moment]) => Node::Cast(Box::new(moment.clone()), TypeKind::builtin("date")),
        ("regexp_like", [text, pattern]) => Node::op("regexp", [text.clone(), pattern.clone()]),
        _ => Node::Call(name, args),
    }
}

fn operation(symbol: String, mut operands: Vec<Node>) -> Node {
    match (symbol.as_str(), operands.len()) {
        ("not", 1) => negated(operands.remove(0)),
        ("in", _) => {
            let value = operands.remove(0);
            Node::junction("or", operands.into_iter().map(|item| Node::op("=", [value.clone(), item])))
        }
        ("->", 2) => Node::Call("json_extract".into(), operands),
        ("->>", 2) => Node::call("json_unquote", [Node::Call("json_extract".into(), operands)]),
        _ => Node::Op(symbol, operands),
    }
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

/// A default as the column's type keeps it.
fn stored(node: Node, column: &TypeKind) -> Node {
    let (name, args) = match column {
        TypeKind::Builtin { name, args } => (name.split(' ').next().unwrap_or(name), args.as_slice()),
        TypeKind::Values { .. } => ("varchar", [].as_slice()),
        TypeKind::Array(_) | TypeKind::User { .. } => return node,
    };
    let number = |node: &Node| match node {
        Node::Number(text) => Some(text.clone()),
        Node::Text(text) => decimal(text),
        Node::Literal { ty, text } if ty.builtin_name() == Some("bit") => {
            u64::from_str_radix(text, 2).ok().map(|value| value.to_string())
        }
        _ => None,
    };
    let canonical = match name {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "float" | "double" | "year" => {
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
        "date" | "datetime" | "timestamp" => moment(&node),
        "time" => time(&node),
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

/// A date with its time, zero dates included (11.2 "Date and Time Data Types").
fn moment(node: &Node) -> Option<Node> {
    let text = match node {
        Node::Text(text) => text,
        Node::Cast(inner, _) => match &**inner {
            Node::Text(text) => text,
            _ => return None,
        },
        _ => return None,
    };
    if text.starts_with("0000-00-00") {
        return Some(Node::Text("0000-00-00 00:00:00".into()));
    }
    match timestamp(text)? {
        (moment, None) => Some(Node::Text(moment)),
        (_, Some(_)) => None,
    }
}

/// `HH:MM:SS` with the fraction that says something; other spellings of a time are left as they are.
fn time(node: &Node) -> Option<Node> {
    let Node::Text(text) = node else { return None };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let seconds = parts.get(2).unwrap_or(&"00");
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(Node::Text(format!("{:0>2}:{:0>2}:{seconds:0>2}{dot}{fraction}", parts[0], parts[1])))
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
