//! How MySQL and MariaDB tell of errors: <https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>
//! and <https://mariadb.com/kb/en/mariadb-error-code-reference/>.

use regex::Captures;

use crate::explain::kind::ErrorKind;
use crate::model::Engine;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: Some(Engine::MySql), kind, code, pattern, tool: None, wraps: false }
}

pub(super) const PHRASES: &[Phrase] = &[
    phrase("1054", ErrorKind::UnknownColumn, r"Unknown column '(?<path>[^']+)' in '?(?<clause>[\w ]+)"),
    phrase("1072", ErrorKind::UnknownColumn, r"Key column '(?<column>[^']+)' doesn't exist in table"),
    phrase("1091", ErrorKind::UnknownColumn, r"Can't DROP COLUMN [`'](?<column>[^`']+)[`']; check that it exists"),
    phrase(
        "1091",
        ErrorKind::UnknownIndex,
        r"Can't DROP (?:INDEX|KEY) [`'](?<object>[^`']+)[`']; check that it exists",
    ),
    phrase(
        "1091",
        ErrorKind::UnknownConstraint,
        r"Can't DROP (?:FOREIGN KEY|CONSTRAINT|CHECK|PARTITION) [`'](?<constraint>[^`']+)[`']; check that it exists",
    ),
    phrase(
        "1091",
        ErrorKind::UnknownIndex,
        r"Can't DROP [`'](?<object>[^`']+)[`']; check that (?:column/key|it) exists",
    ),
    phrase("1176", ErrorKind::UnknownIndex, r"Key '(?<object>[^']+)' doesn't exist in table '(?<table>[^']+)'"),
    phrase("1060", ErrorKind::DuplicateColumn, r"Duplicate column name '(?<column>[^']+)'"),
    phrase("1050", ErrorKind::DuplicateTable, r"Table '(?<path>[^']+)' already exists"),
    phrase("1061", ErrorKind::DuplicateObject, r"Duplicate key name '(?<object>[^']+)'"),
    phrase(
        "1826",
        ErrorKind::DuplicateObject,
        r"Duplicate (?:foreign key constraint|FOREIGN KEY constraint|CHECK constraint|check constraint) name '(?<object>[^']+)'",
    ),
    phrase("1068", ErrorKind::DuplicateObject, r"Multiple primary key defined"),
    phrase("1007", ErrorKind::DuplicateObject, r"Can't create database '(?<object>[^']+)'; database exists"),
    phrase(
        "1304",
        ErrorKind::DuplicateObject,
        r"(?:PROCEDURE|FUNCTION|Trigger|TRIGGER|EVENT) '?(?<path>[\w$.]+)'? already exists",
    ),
    phrase(
        "1142",
        ErrorKind::PermissionDenied,
        r"(?<command>[A-Z][A-Z ]+?) command denied to user '[^']*'@'[^']*' for (?:table|column '[^']+' in table) (?:'(?<path>[^']+)'|`(?<schema>[^`]+)`\.`(?<table>[^`]+)`)",
    ),
    phrase(
        "1044",
        ErrorKind::PermissionDenied,
        r"Access denied for user '[^']*'@'[^']*' to database '(?<schema>[^']+)'",
    ),
    phrase("1615", ErrorKind::StalePlan, r"Prepared statement needs to be re-prepared"),
    phrase(
        "1822",
        ErrorKind::MissingUnique,
        r"Failed to add the foreign key constraint\. Missing (?:unique key|index) for constraint '(?<constraint>[^']+)' in the referenced table '(?<table>[^']+)'",
    ),
    phrase("1824", ErrorKind::UnknownTable, r"Failed to open the referenced table '(?<path>[^']+)'"),
    phrase(
        "3780",
        ErrorKind::TypeMismatch,
        r"Referencing column '(?<column>[^']+)' and referenced column '[^']+' in foreign key constraint '(?<constraint>[^']+)' are incompatible",
    ),
    phrase(
        "1005",
        ErrorKind::TypeMismatch,
        r#"Can't create table `(?<schema>[^`]+)`\.`(?<table>[^`]+)` \(errno: 150 "Foreign key constraint is incorrectly formed"\)"#,
    ),
    phrase(
        "1553",
        ErrorKind::DependentObjects,
        r"Cannot drop index '(?<object>[^']+)': needed in a foreign key constraint",
    ),
    phrase(
        "1828",
        ErrorKind::DependentObjects,
        r"Cannot (?:drop|change) column '(?<column>[^']+)': (?:needed|used) in a foreign key constraint '(?<object>[^']+)'(?: of table '(?<schema>[^'.]+)\.(?<table>[^']+)')?",
    ),
    phrase(
        "3730",
        ErrorKind::DependentObjects,
        r"Cannot drop table '(?<table>[^']+)' referenced by a foreign key constraint '(?<object>[^']+)'",
    ),
    phrase(
        "3837",
        ErrorKind::DependentObjects,
        r"Column '(?<column>[^']+)' has a (?:functional index|generated column|partitioning function|check constraint) dependency",
    ),
    phrase(
        "3105",
        ErrorKind::GeneratedColumn,
        r"The value specified for generated column '(?<column>[^']+)' in table '(?<table>[^']+)' (?:is not allowed|has been ignored)",
    ),
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
        r"(?:foreign key constraint fails )?\(`(?<schema>[^`]+)`\.`(?<table>[^`]+)`, CONSTRAINT `(?<constraint>[^`]+)` FOREIGN KEY \((?<columns>[^)]*)\)",
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

/// What the numbers stand for, and those SQLSTATEs that say as much.
pub(super) const KINDS: &[(&str, ErrorKind)] = &[
    ("1054", ErrorKind::UnknownColumn),
    ("42S22", ErrorKind::UnknownColumn),
    ("1072", ErrorKind::UnknownColumn),
    ("1146", ErrorKind::UnknownTable),
    ("1051", ErrorKind::UnknownTable),
    ("42S02", ErrorKind::UnknownTable),
    ("1049", ErrorKind::UnknownSchema),
    ("1305", ErrorKind::MissingFunction),
    ("4091", ErrorKind::MissingSequence),
    ("1364", ErrorKind::NotNull),
    ("1048", ErrorKind::NotNull),
    ("1265", ErrorKind::MissingEnumValue),
    ("1366", ErrorKind::TypeMismatch),
    ("1292", ErrorKind::TypeMismatch),
    ("1406", ErrorKind::ValueTooLong),
    ("1264", ErrorKind::ValueOutOfRange),
    ("1062", ErrorKind::UniqueViolation),
    ("1452", ErrorKind::FkViolation),
    ("1451", ErrorKind::FkViolation),
    ("4025", ErrorKind::CheckViolation),
    ("3819", ErrorKind::CheckViolation),
    ("1060", ErrorKind::DuplicateColumn),
    ("42S21", ErrorKind::DuplicateColumn),
    ("1050", ErrorKind::DuplicateTable),
    ("42S01", ErrorKind::DuplicateTable),
    ("1061", ErrorKind::DuplicateObject),
    ("1091", ErrorKind::UnknownIndex),
    ("1142", ErrorKind::PermissionDenied),
    ("1044", ErrorKind::PermissionDenied),
    ("1615", ErrorKind::StalePlan),
];
