//! Names: folding and quoting (PostgreSQL manual, 4.1.1 "Identifiers and Key Words").

use crate::model::{Engine, Name};
use crate::sql::Rules;
use crate::sql::lex::{Token, TokenKind, tokens};

/// The longest identifier in bytes; the server cuts what is longer (`NAMEDATALEN` - 1).
const MAX_BYTES: usize = 63;

pub(super) fn default_schema() -> Option<Name> {
    Some(Name::exact("public"))
}

pub(super) fn relation(text: &str, quoted: bool) -> Name {
    fold(text, quoted)
}

pub(super) fn column(text: &str, quoted: bool) -> Name {
    fold(text, quoted)
}

/// Unquoted names are lower-cased, in ASCII only, as the server does for every multi-byte encoding.
fn fold(text: &str, quoted: bool) -> Name {
    let cut = truncate(text);
    Name::exact(if quoted { cut.to_owned() } else { cut.to_ascii_lowercase() })
}

/// The name as the server stores it.
fn truncate(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Quotes like the server's `quote_ident`: only what is not plain lower case, or is a keyword that is not unreserved.
pub(super) fn quote(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && KEYWORDS.binary_search(&text).is_err() {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

/// A standard string; with backslashes it is written as an escape string, so that it means the same whatever
/// `standard_conforming_strings` says.
pub(super) fn string_literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

/// The statement with each standard string that has a backslash as an escape string: views and defaults hold what was
/// written. Strings that only white space parts are one, and have the form of the first.
pub(super) fn with_escape_strings(sql: String) -> String {
    if !sql.contains('\\') {
        return sql;
    }
    let tokens = tokens(&sql, Rules::of(Engine::Postgres)).0;
    let text = |token: &Token| &sql[token.start..token.end];
    let mut written = String::with_capacity(sql.len() + 8);
    let mut end = 0;
    for run in tokens.chunk_by(|a, b| a.kind == TokenKind::String && b.kind == TokenKind::String) {
        let [first, ..] = run else { continue };
        let is_standard = first.kind == TokenKind::String && text(first).starts_with('\'');
        if !is_standard || !run.iter().any(|token| text(token).contains('\\')) {
            continue;
        }
        written.push_str(&sql[end..first.start]);
        written.push('E');
        end = first.start;
        for token in run {
            written.push_str(&sql[end..token.start]);
            written.push_str(&text(token).replace('\\', "\\\\"));
            end = token.end;
        }
    }
    written + &sql[end..]
}

/// Every keyword that is not unreserved (appendix C, PostgreSQL 12 to 18), sorted.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between",
    "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce",
    "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user",
    "dec", "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists",
    "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest",
    "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect",
    "interval", "into", "is", "isnull", "join", "json", "json_array", "json_arrayagg", "json_exists",
    "json_object", "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value",
    "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "merge_action",
    "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric",
    "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing", "position",
    "precision", "primary", "real", "references", "returning", "right", "row", "select", "session_user",
    "setof", "similar", "smallint", "some", "substring", "symmetric", "system_user", "table", "tablesample",
    "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true", "union", "unique", "user", "using",
    "values", "varchar", "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat",
    "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize",
    "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unquoted_names_fold_to_lower_case() {
        assert_eq!(relation("Users", false), Name::exact("users"));
        assert_eq!(column("Users", true), Name::exact("Users"));
        assert_eq!(column("ÄB", false), Name::exact("Äb"));
        assert_eq!(column(&"x".repeat(70), true).as_str().len(), 63);
    }

    #[test]
    fn quotes_stand_where_they_are_needed() {
        for (name, quoted) in [
            ("users", "users"),
            ("Users", "\"Users\""),
            ("user", "\"user\""),
            ("order", "\"order\""),
            ("name", "name"),
            ("values", "\"values\""),
            ("a b", "\"a b\""),
            ("a\"b", "\"a\"\"b\""),
            ("1st", "\"1st\""),
            ("", "\"\""),
        ] {
            assert_eq!(quote(name), quoted);
        }
    }

    #[test]
    fn the_keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn literals() {
        assert_eq!(string_literal("it's"), "'it''s'");
        assert_eq!(string_literal("a\\b"), "E'a\\\\b'");
        for (sql, expected) in [
            (r"SELECT 'a', 'b\c'::text, E'd\\e', 'f'", r"SELECT 'a', E'b\\c'::text, E'd\\e', 'f'"),
            (r"-- it's a\b", r"-- it's a\b"),
            (r#"SELECT "g\h", $$i\j$$"#, r#"SELECT "g\h", $$i\j$$"#),
            ("SELECT 'k'\n'l\\m'", "SELECT E'k'\n'l\\\\m'"),
            ("SELECT E'n'\n'o\\\\p'", "SELECT E'n'\n'o\\\\p'"),
        ] {
            assert_eq!(with_escape_strings(sql.to_owned()), expected);
        }
    }
}
