//! Names: folding and quoting (MySQL manual, 9.2 "Schema Object Names"; MariaDB, "Identifier Names").

use crate::model::{Engine, LetterCase, Name};
use crate::sql::Rules;
use crate::sql::lex::{Token, TokenKind, tokens};

pub(super) fn default_schema() -> Option<Name> {
    None
}

/// Databases, tables, views and triggers: whether case counts is up to `lower_case_table_names`.
pub(super) fn relation(text: &str, letter_case: LetterCase) -> Name {
    match letter_case {
        LetterCase::Counts => Name::exact(text),
        LetterCase::Ignored => Name::insensitive(text),
    }
}

/// Columns, indexes and constraints are case-insensitive on every platform (9.2.3 "Identifier Case Sensitivity").
pub(super) fn column(text: &str, _quoted: bool) -> Name {
    Name::insensitive(text)
}

/// Every name in backticks, as SHOW CREATE TABLE prints it: the reserved words differ from release to release.
pub(super) fn quote(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

/// A string for the default SQL mode, in which a backslash escapes (9.1.1 "String Literals").
pub(super) fn string_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        match c {
            '\'' => literal.push_str("''"),
            '\\' => literal.push_str("\\\\"),
            '\0' => literal.push_str("\\0"),
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// Whether a string of the statement has a backslash, which NO_BACKSLASH_ESCAPES reads otherwise.
pub(super) fn has_escapes(statement: &str, engine: Engine) -> bool {
    let is_one = |token: &Token| token.kind == TokenKind::String && statement[token.start..token.end].contains('\\');
    statement.contains('\\') && tokens(statement, Rules::of(engine)).0.iter().any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_exact_unless_the_server_says_otherwise_and_columns_are_not() {
        assert_ne!(relation("Users", LetterCase::Counts), relation("users", LetterCase::Counts));
        assert_eq!(relation("Users", LetterCase::Ignored), relation("users", LetterCase::Ignored));
        assert_eq!(column("Id", true), column("ID", false));
    }

    #[test]
    fn backticks_and_backslashes() {
        assert_eq!(quote("a`b"), "`a``b`");
        assert_eq!(string_literal("it's a\\b"), "'it''s a\\\\b'");
        for (statement, escapes) in
            [("SELECT 'a\\\\b'", true), ("-- a\\b\nSELECT `c\\d`, 'e'", false), ("SELECT 1", false)]
        {
            assert_eq!(has_escapes(statement, Engine::MariaDb), escapes, "{statement}");
        }
    }
}
