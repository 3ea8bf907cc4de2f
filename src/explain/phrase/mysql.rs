//! How MySQL and MariaDB tell of errors: <https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>
//! and <https://mariadb.com/kb/en/mariadb-error-code-reference/>.

use regex::Captures;

use crate::explain::kind::ErrorKind;
use crate::model::Engine;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: Some(Engine::MySql), kind, code, pattern }
}

pub(super) const PHRASES: &[Phrase] = &[
    phrase("1054", ErrorKind::UnknownColumn, r"Unknown column '(?<path>[^']+)' in '?(?<clause>[\w ]+)"),
    phrase("1072", ErrorKind::UnknownColumn, r"Key column '(?<column>[^']+)' doesn't exist in table"),
    phrase("1091", ErrorKind::UnknownColumn, r"Can't DROP COLUMN [`'](?<column>[^`']+)[`']; check that it exists"),
    phrase("1146", ErrorKind::UnknownTable, r"Table '(?<path>[^']+)' doesn't exist"),
    phrase("1051", ErrorKind::UnknownTable, r"Unknown table '(?<path>[^']+)'"),
    phrase("1049", ErrorKind::UnknownSchema, r"Unknown database '(?<schema>[^']+)'"),
    phrase("1305", ErrorKind::MissingFunction, r"(?:FUNCTION|PROCEDURE) (?<path>[^\s']+) does not exist"),
    phrase("4091", ErrorKind::MissingSequence, r"Unknown SEQUENCE: '(?<path>[^']+)'"),
    phrase("1364", ErrorKind::NotNull, r"Field '(?<column>[^']+)' doesn't have a default value"),
    phrase("1048", ErrorKind::NotNull, r"Column '(?<column>[^']+)' cannot be null"),
    phrase("1265", ErrorKind::MissingEnumValue, r"Data truncated for column '(?<column>[^']+)'"),
    phrase(
        "1366",
        ErrorKind::TypeMismatch,
        r"Incorrect (?<type>[\w ]+?) value: '(?<value>.*?)' for column `(?<schema>[^`]+)`\.`(?<table>[^`]+)`\.`(?<column>[^`]+)`",
    ),
    phrase(
        "1366",
        ErrorKind::TypeMismatch,
        r"Incorrect (?<type>[\w ]+?) value: '(?<value>.*?)' for column '?(?<column>[^'\s]+)'?",
    ),
    phrase("1292", ErrorKind::TypeMismatch, r"[Ii]ncorrect (?<type>[\w ]+?) value: '(?<value>.*?)'"),
    phrase("1406", ErrorKind::ValueTooLong, r"Data too long for column '(?<column>[^']+)'"),
    phrase("1264", ErrorKind::ValueOutOfRange, r"Out of range value for column '(?<column>[^']+)'"),
    phrase(
        "1062",
        ErrorKind::UniqueViolation,
        r"Duplicate entry '(?<value>.*?)' for key '(?:(?<table>[^'.]+)\.)?(?<constraint>[^']+)'",
    ),
    phrase(
        "1452",
        ErrorKind::FkViolation,
        r"foreign key constraint fails \(`(?<schema>[^`]+)`\.`(?<table>[^`]+)`, CONSTRAINT `(?<constraint>[^`]+)` FOREIGN KEY \((?<columns>[^)]*)\)",
    ),
    phrase("1452", ErrorKind::FkViolation, r"a foreign key constraint fails"),
    phrase(
        "4025",
        ErrorKind::CheckViolation,
        r"CONSTRAINT `(?<constraint>[^`]+)` failed for `(?<schema>[^`]+)`\.`(?<table>[^`]+)`",
    ),
    phrase("3819", ErrorKind::CheckViolation, r"Check constraint '(?<constraint>[^']+)' is violated"),
];

/// Which of the two speaks: newer MariaDB names the clause by its keyword (`in 'WHERE'`) where MySQL says
/// `in 'where clause'`, and it alone quotes a column's whole path, has sequences, and numbers a failing check 4025.
pub(super) fn family(captures: &Captures<'_>) -> Engine {
    let clause = captures.name("clause").map(|clause| clause.as_str());
    let keyword = clause.is_some_and(|clause| clause.chars().all(|c| c.is_ascii_uppercase() || c == ' '));
    let whole = &captures[0];
    let only_mariadb = whole.starts_with("CONSTRAINT `") || whole.starts_with("Unknown SEQUENCE");
    let path = whole.starts_with("Incorrect") && captures.name("schema").is_some();
    if keyword || only_mariadb || path { Engine::MariaDb } else { Engine::MySql }
}

/// The kind behind one of the SQLSTATEs that MySQL has beside its numbers, for messages that give only that.
pub(super) fn kind_of_sqlstate(code: &str) -> Option<ErrorKind> {
    match code {
        "42S22" => Some(ErrorKind::UnknownColumn),
        "42S02" => Some(ErrorKind::UnknownTable),
        _ => None,
    }
}
