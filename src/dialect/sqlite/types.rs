//! Types: their canonical kinds (<https://sqlite.org/datatype3.html>).
//!
//! SQLite keeps a column's type as any text and derives an affinity from it. The kind is that text in upper case with
//! plain synonyms merged, so that `INT` and `INTEGER` do not differ while `TEXT` and `JSON` do: readers of the schema
//! see the name. The length stays, although the engine ignores it.

use crate::model::{DataType, Reason, TypeKind};
use crate::sql::{Quoting, Token, tokens};

use super::Sqlite;

/// How texts are quoted.
pub(super) const QUOTING: Quoting = Quoting { identifiers: &['"', '`', '['], strings: &['\''], backslash: false };

pub(super) fn parse(_dialect: &Sqlite, written: &str) -> Result<DataType, Reason> {
    let tokens = tokens(written, QUOTING)?;
    let end = tokens.iter().position(|token| token.is_symbol('(')).unwrap_or(tokens.len());
    let mut words = Vec::new();
    for token in &tokens[..end] {
        match token {
            Token::Word(text) | Token::Quoted(text) | Token::Text(text) => words.push(text.to_uppercase()),
            Token::Number(_) | Token::Symbol(_) => return Err(malformed(written)),
        }
    }
    let name = synonym(&words.join(" "));
    let args = arguments(&tokens[end..]).ok_or_else(|| malformed(written))?;
    let args = match (name.as_str(), args.as_slice()) {
        ("NUMERIC", [precision]) => vec![precision.clone(), "0".into()],
        _ => args,
    };
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(DataType::new(TypeKind::Builtin { name, args }, written))
}

fn malformed(written: &str) -> Reason {
    Reason::new(format!("`{written}` is not a type name followed by at most two numbers"))
}

/// The arguments in parentheses; `None` where anything else stands there.
fn arguments(tokens: &[Token]) -> Option<Vec<String>> {
    let Some((open, rest)) = tokens.split_first() else { return Some(Vec::new()) };
    let (close, inside) = rest.split_last()?;
    if !open.is_symbol('(') || !close.is_symbol(')') {
        return None;
    }
    let mut args = Vec::new();
    for (position, token) in inside.iter().enumerate() {
        match token {
            Token::Number(text) | Token::Word(text) | Token::Text(text) if position % 2 == 0 => args.push(text.clone()),
            Token::Symbol(',') if position % 2 == 1 => {}
            _ => return None,
        }
    }
    Some(args)
}

/// One name for the spellings of one type of the SQL standard; all of a group have the same affinity.
fn synonym(name: &str) -> String {
    match name {
        "INT" => "INTEGER",
        "BOOL" => "BOOLEAN",
        "DEC" | "DECIMAL" => "NUMERIC",
        "CHARACTER" => "CHAR",
        "CHARACTER VARYING" | "CHAR VARYING" | "VARYING CHARACTER" => "VARCHAR",
        "NATIONAL CHARACTER" | "NATIVE CHARACTER" | "NATIONAL CHAR" => "NCHAR",
        "NATIONAL VARCHAR" | "NATIONAL CHARACTER VARYING" | "NATIONAL CHAR VARYING" => "NVARCHAR",
        "DOUBLE PRECISION" => "DOUBLE",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(text: &str) -> DataType {
        parse(&Sqlite::new(None), text).unwrap()
    }

    #[test]
    fn synonyms_merge_and_names_do_not() {
        for (one, other) in [
            ("int", "INTEGER"),
            ("bool", "BOOLEAN"),
            ("character  varying(20)", "VARCHAR (20)"),
            ("decimal(10, 2)", "NUMERIC(10,2)"),
            ("numeric(10)", "numeric(10,0)"),
            ("\"text\"", "TEXT"),
            ("", ""),
        ] {
            assert_eq!(sqlite(one), sqlite(other), "{one}");
        }
        for (one, other) in [("TEXT", "JSON"), ("VARCHAR(20)", "VARCHAR(50)"), ("", "BLOB"), ("BIGINT", "INTEGER")] {
            assert_ne!(sqlite(one), sqlite(other), "{one}");
        }
    }
}
