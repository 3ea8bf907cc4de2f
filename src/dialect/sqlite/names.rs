//! Names: folding and quoting (<https://sqlite.org/lang_keywords.html>).

use crate::model::Name;

pub(super) fn default_schema() -> Option<Name> {
    None
}

pub(super) fn relation(text: &str, _quoted: bool) -> Name {
    Name::insensitive(text)
}

pub(super) fn column(text: &str, _quoted: bool) -> Name {
    Name::insensitive(text)
}

/// Quotes what is no plain identifier and every keyword, also those that SQLite would let pass today.
pub(super) fn quote(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && KEYWORDS.binary_search(&text.to_ascii_uppercase().as_str()).is_err() {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

pub(super) fn string_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The name that is the whole of a text, without its quotes.
pub(super) fn only_name(text: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for (open, close) in [('"', "\""), ('`', "`"), ('[', "]")] {
        let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) else { continue };
        let doubled = format!("{close}{close}");
        let plain = inner.replace(&doubled, "");
        return (!plain.contains(close)).then(|| inner.replace(&doubled, close));
    }
    (text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(is_word)).then(|| text.to_owned())
}

/// The keywords of the page above, sorted.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "ABORT", "ACTION", "ADD", "AFTER", "ALL", "ALTER", "ALWAYS", "ANALYZE", "AND", "AS", "ASC", "ATTACH",
    "AUTOINCREMENT", "BEFORE", "BEGIN", "BETWEEN", "BY", "CASCADE", "CASE", "CAST", "CHECK", "COLLATE",
    "COLUMN", "COMMIT", "CONFLICT", "CONSTRAINT", "CREATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME",
    "CURRENT_TIMESTAMP", "DATABASE", "DEFAULT", "DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DETACH",
    "DISTINCT", "DO", "DROP", "EACH", "ELSE", "END", "ESCAPE", "EXCEPT", "EXCLUDE", "EXCLUSIVE", "EXISTS",
    "EXPLAIN", "FAIL", "FILTER", "FIRST", "FOLLOWING", "FOR", "FOREIGN", "FROM", "FULL", "GENERATED", "GLOB",
    "GROUP", "GROUPS", "HAVING", "IF", "IGNORE", "IMMEDIATE", "IN", "INDEX", "INDEXED", "INITIALLY", "INNER",
    "INSERT", "INSTEAD", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "KEY", "LAST", "LEFT", "LIKE", "LIMIT",
    "MATCH", "MATERIALIZED", "NATURAL", "NO", "NOT", "NOTHING", "NOTNULL", "NULL", "NULLS", "OF", "OFFSET",
    "ON", "OR", "ORDER", "OTHERS", "OUTER", "OVER", "PARTITION", "PLAN", "PRAGMA", "PRECEDING", "PRIMARY",
    "QUERY", "RAISE", "RANGE", "RECURSIVE", "REFERENCES", "REGEXP", "REINDEX", "RELEASE", "RENAME", "REPLACE",
    "RESTRICT", "RETURNING", "RIGHT", "ROLLBACK", "ROW", "ROWS", "SAVEPOINT", "SELECT", "SET", "TABLE", "TEMP",
    "TEMPORARY", "THEN", "TIES", "TO", "TRANSACTION", "TRIGGER", "UNBOUNDED", "UNION", "UNIQUE", "UPDATE",
    "USING", "VACUUM", "VALUES", "VIEW", "VIRTUAL", "WHEN", "WHERE", "WINDOW", "WITH", "WITHOUT",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_insensitive_and_quoted_where_needed() {
        assert_eq!(relation("Users", true), relation("USERS", false));
        assert_eq!(quote("Users"), "Users");
        assert_eq!(quote("order"), "\"order\"");
        assert_eq!(quote("a b"), "\"a b\"");
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn a_name_alone_is_told_from_an_expression() {
        for (text, name) in
            [("\"a\"\"b\"", Some("a\"b")), ("[x y]", Some("x y")), ("abc", Some("abc")), ("`q`", Some("q"))]
        {
            assert_eq!(only_name(text).as_deref(), name, "{text}");
        }
        for text in ["\"a\" || \"b\"", "a + b", "f()", "'a'", "1", ""] {
            assert_eq!(only_name(text), None, "{text}");
        }
    }
}
