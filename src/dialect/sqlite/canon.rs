//! The canonical form of SQLite's expressions. The engine keeps them as they were written, so what has to be made equal
//! is what two authors may write.

use crate::dialect::expression::{self, Side};
use crate::dialect::view::{self, Known};
use crate::diff::{ExprContext, ExprRole, Pair, Verdict};
use crate::model::{Database, Expr, Name, TypeKind, View};
use crate::sql::canon::{Grammar, Node, decimal, lower, lower_query, rescaled};

use super::{Sqlite, types};

/// Whether two expressions mean the same in that place.
pub(super) fn verdict(dialect: &Sqlite, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
    expression::verdict(exprs, context, types::QUOTING, |expr, side| {
        let node = folded(lower(&expr.text, grammar(dialect))?, side);
        let node = match (context.role, side.result) {
            (ExprRole::Default, Some(result)) => stored(node, &result.kind),
            _ => node,
        };
        Ok((node, true))
    })
}

/// Whether a check lacks a value that the declared one lists.
pub(super) fn lacks_values(dialect: &Sqlite, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
    expression::lacks_values(conditions, context, |expr, side| {
        Ok((folded(lower(&expr.text, grammar(dialect))?, side), true))
    })
}

fn grammar(dialect: &Sqlite) -> Grammar<'_> {
    Grammar {
        syntax: dialect,
        lowered: &dialect.lowered,
        parser: &sqlparser::dialect::SQLiteDialect {},
        double_quotes_may_be_text: true,
        function: canonical_name,
        pipes_concat: true,
        nulls_are_largest: false,
        cast_type: None,
    }
}

/// Whether two views answer alike.
pub(super) fn views(dialect: &Sqlite, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
    view::verdict(views, databases, types::QUOTING, |view, database| {
        // A name in double quotes is taken for a column: as a string it would be a mistake in a view.
        let grammar = Grammar { double_quotes_may_be_text: false, ..grammar(dialect) };
        let known = Known::new(database, None, grammar);
        let query = lower_query(&view.query.text, &view.columns, known.grammar, &known)?;
        Ok((folded(query.node, Side { database, table: None, result: None }), true))
    })
}

fn canonical_name(name: &str) -> &str {
    match name {
        "substring" => "substr",
        "iif" => "if",
        other => other,
    }
}

fn folded(node: Node, side: Side<'_>) -> Node {
    match node.map(&mut |child| folded(child, side)) {
        Node::Qualified(path) => match (path.as_slice(), side.table) {
            ([.., owner, column], Some(table)) if table.name.name == *owner => Node::Column(column.clone()),
            _ => Node::Qualified(path),
        },
        // A double-quoted name that is no column is a string (<https://sqlite.org/quirks.html>, section 8).
        Node::Quoted(text) => {
            let name = Name::insensitive(text.as_str());
            match side.table {
                Some(table) if table.column(&name).is_some() => Node::Column(name),
                Some(_) => Node::Text(text),
                None => Node::Quoted(text),
            }
        }
        Node::Bool(value) => Node::Number(if value { "1" } else { "0" }.into()),
        // The same text in the same second: `YYYY-MM-DD HH:MM:SS` in UTC.
        Node::Call(name, args) => match (name.as_str(), args.as_slice()) {
            ("datetime", [Node::Text(now)]) if now.eq_ignore_ascii_case("now") => Node::call("current_timestamp", []),
            ("date", [Node::Text(now)]) if now.eq_ignore_ascii_case("now") => Node::call("current_date", []),
            ("time", [Node::Text(now)]) if now.eq_ignore_ascii_case("now") => Node::call("current_time", []),
            ("ifnull", [_, _]) => Node::Call("coalesce".into(), args),
            _ => Node::Call(name, args),
        },
        Node::Op(symbol, mut operands) if symbol == "in" => {
            let value = operands.remove(0);
            Node::junction("or", operands.into_iter().map(|item| Node::op("=", [value.clone(), item])))
        }
        other => other,
    }
}

/// A default as the column's affinity keeps it (<https://sqlite.org/datatype3.html>, section 3.1).
fn stored(node: Node, column: &TypeKind) -> Node {
    let name = column.builtin_name().unwrap_or_default();
    let textual = !name.contains("INT") && ["CHAR", "CLOB", "TEXT"].iter().any(|part| name.contains(part));
    let untouched = !name.contains("INT") && (name.contains("BLOB") || name.is_empty());
    match node {
        // A name alone is a string, quoted or not: a default sees no columns.
        Node::Quoted(text) => stored(Node::Text(text), column),
        Node::Column(name) => stored(Node::Text(name.as_str().to_owned()), column),
        node if untouched => node,
        Node::Number(text) if textual => Node::Text(text),
        Node::Number(text) => Node::Number(rescaled(&text, None).unwrap_or(text)),
        Node::Text(text) if !textual => match decimal(&text).and_then(|number| rescaled(&number, None)) {
            Some(number) => Node::Number(number),
            None => Node::Text(text),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, Extras, RelationName, SqliteTable, Table};
    use crate::sql::Syntax;

    fn compared(role: ExprRole, ty: &str, one: &str, other: &str) -> Verdict {
        let dialect = Sqlite::new(None);
        let name = RelationName::new(None, Name::insensitive("t"));
        let mut table = Table::new(name, Extras::Sqlite(SqliteTable::default()));
        for column in ["id", "big", "name", "status", "is_active", "doc"] {
            table.columns.push(Column::new(Name::insensitive(column), dialect.data_type("TEXT").unwrap()));
        }
        let (database, ty) = (Database::default(), dialect.data_type(ty).unwrap());
        let context = ExprContext {
            role,
            databases: Pair::new(&database, &database),
            tables: Some(Pair::new(&table, &table)),
            result: Some(Pair::new(&ty, &ty)),
        };
        verdict(&dialect, Pair::new(&Expr::new(one), &Expr::new(other)), context)
    }

    #[test]
    fn spellings_of_a_default_meet() {
        for (ty, one, other) in [
            ("INTEGER", "0", "'0'"),
            ("BOOLEAN", "1", "'1'"),
            ("BOOLEAN", "true", "1"),
            ("BOOLEAN", "(0)", "FALSE"),
            ("REAL", "1", "1.0"),
            ("NUMERIC(10,2)", "0", "0.00"),
            ("TEXT", "0", "'0'"),
            ("VARCHAR(20)", "\"abc\"", "'abc'"),
            ("DATETIME", "CURRENT_TIMESTAMP", "(current_timestamp)"),
            ("DATETIME", "CURRENT_TIMESTAMP", "(datetime('now'))"),
            ("TEXT", "( lower( hex(randomblob(16)) ) )", "(LOWER(HEX(RANDOMBLOB(16))))"),
        ] {
            assert_eq!(compared(ExprRole::Default, ty, one, other), Verdict::Same, "{one} {other}");
        }
    }

    #[test]
    fn other_defaults_differ() {
        for (ty, one, other) in [
            ("INTEGER", "0", "1"),
            ("TEXT", "'a'", "'A'"),
            ("TEXT", "'1'", "'1.0'"),
            ("DATETIME", "CURRENT_TIMESTAMP", "CURRENT_DATE"),
            ("DATETIME", "(datetime('now'))", "(datetime('now', 'localtime'))"),
            ("BLOB", "x'00'", "x'01'"),
        ] {
            assert_eq!(compared(ExprRole::Default, ty, one, other), Verdict::Differs, "{one} {other}");
        }
    }

    #[test]
    fn spellings_of_a_condition_meet() {
        for (one, other) in [
            ("id > 0", "(\"id\">0)"),
            ("[id] > 0", "`ID` > 0"),
            ("t.id > 0", "0 < id"),
            ("status in ('a','b')", "\"status\" IN ('a', 'b')"),
            ("status = 'a' OR status = 'b'", "status IN ('a', 'b')"),
            ("status == 'a'", "status = 'a'"),
            ("status != \"a\"", "status <> 'a'"),
            ("id BETWEEN 0 AND 9", "id >= 0 AND id <= 9"),
            ("id ISNULL", "id IS NULL"),
            ("id NOTNULL", "id IS NOT NULL"),
            ("id NOT NULL", "id IS NOT NULL"),
            ("is_active", "(is_active)"),
            ("is_active = true", "is_active = 1"),
            ("name  LIKE 'a%'", "name like 'a%'"),
            ("cast(name as INT) > 0", "CAST(name AS integer) > 0"),
            ("substr(name, 1, 2) = 'ab'", "substring(name, 1, 2) = 'ab'"),
        ] {
            assert_eq!(compared(ExprRole::Check, "TEXT", one, other), Verdict::Same, "{one} {other}");
        }
    }

    #[test]
    fn other_conditions_differ() {
        for (one, other) in [
            ("id > 0", "id >= 0"),
            ("id > 0", "big > 0"),
            ("status IN ('a')", "status IN ('a', 'b')"),
            ("status LIKE 'a%'", "status GLOB 'a%'"),
            ("status NOT LIKE 'a%'", "status LIKE 'a%'"),
            ("id > 0 AND big > 0", "id > 0 OR big > 0"),
            ("name COLLATE NOCASE = 'a'", "name COLLATE BINARY = 'a'"),
            ("length(name) > 2", "length(status) > 2"),
            ("is_active", "NOT is_active"),
        ] {
            assert_eq!(compared(ExprRole::Check, "TEXT", one, other), Verdict::Differs, "{one} {other}");
        }
    }
}
