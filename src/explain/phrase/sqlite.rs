//! How SQLite tells of errors: the messages of its source, and the result codes of <https://www.sqlite.org/rescode.html>.

use crate::explain::kind::ErrorKind;
use crate::model::Engine;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: Some(Engine::Sqlite), kind, code, pattern, tool: None, wraps: false }
}

pub(super) const PHRASES: &[Phrase] = &[
    phrase(
        "SQLITE_ERROR",
        ErrorKind::DependentObjects,
        r#"error in (?:view|trigger|index|table) (?<object>[\w$."]+)(?: after (?:drop column|rename))?: no such (?:column|table): (?<path>"[^"]+"|[\w$.]+)"#,
    ),
    phrase(
        "SQLITE_ERROR",
        ErrorKind::DependentObjects,
        r#"cannot drop (?:PRIMARY KEY|UNIQUE) column: "(?<column>[^"]+)""#,
    ),
    phrase("SQLITE_ERROR", ErrorKind::DuplicateColumn, r"duplicate column name: (?<column>[\w$]+)"),
    phrase("SQLITE_ERROR", ErrorKind::DuplicateTable, r#"(?:table|view) [`"']?(?<table>[\w$]+)[`"']? already exists"#),
    phrase(
        "SQLITE_ERROR",
        ErrorKind::DuplicateTable,
        r"there is already (?:a table|another table or index) (?:named|with this name): ?(?<table>[\w$]+)",
    ),
    phrase(
        "SQLITE_ERROR",
        ErrorKind::DuplicateObject,
        r#"(?:index|trigger) [`"']?(?<object>[\w$]+)[`"']? already exists"#,
    ),
    phrase("SQLITE_ERROR", ErrorKind::UnknownIndex, r"no such index: (?<path>[\w$.]+)"),
    phrase("SQLITE_ERROR", ErrorKind::NotNull, r"Cannot add a NOT NULL column with default value NULL"),
    phrase(
        "SQLITE_ERROR",
        ErrorKind::GeneratedColumn,
        r#"cannot (?:INSERT into|UPDATE) generated column "(?<column>[^"]+)""#,
    ),
    phrase("SQLITE_ERROR", ErrorKind::MissingUnique, r#"foreign key mismatch - "[^"]+" referencing "(?<table>[^"]+)""#),
    phrase("SQLITE_SCHEMA", ErrorKind::StalePlan, r"database schema has changed"),
    phrase("SQLITE_READONLY", ErrorKind::PermissionDenied, r"attempt to write a readonly database"),
    phrase("SQLITE_ERROR", ErrorKind::UnknownColumn, r#"no such column: (?<path>"[^"]+"|[\w$.]+)"#),
    phrase("SQLITE_ERROR", ErrorKind::UnknownColumn, r"table (?<table>[\w$.]+) has no column named (?<column>[\w$]+)"),
    phrase("SQLITE_ERROR", ErrorKind::UnknownTable, r"no such (?:table|view): (?<path>[\w$.]+)"),
    phrase("SQLITE_ERROR", ErrorKind::UnknownSchema, r"unknown database (?<schema>[\w$]+)"),
    phrase("SQLITE_ERROR", ErrorKind::MissingFunction, r"no such function: (?<function>[\w$]+)"),
    phrase(
        "SQLITE_ERROR",
        ErrorKind::MissingUnique,
        r"ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint",
    ),
    phrase("SQLITE_CONSTRAINT_NOTNULL", ErrorKind::NotNull, r"NOT NULL constraint failed: (?<path>[\w$.]+)"),
    phrase(
        "SQLITE_CONSTRAINT_CHECK",
        ErrorKind::MissingEnumValue,
        r#"CHECK constraint failed: (?<check>["`\[]?(?<column>[\w$]+)["`\]]?\s+(?i:in)\s*\(\s*'.*\))"#,
    ),
    phrase("SQLITE_CONSTRAINT_CHECK", ErrorKind::CheckViolation, r"CHECK constraint failed: (?<check>[^\n\\]+)"),
    phrase(
        "SQLITE_CONSTRAINT_UNIQUE",
        ErrorKind::UniqueViolation,
        r"UNIQUE constraint failed: (?<table>[\w$]+)\.(?<columns>[\w$]+(?:, [\w$.]+)*)",
    ),
    phrase("SQLITE_CONSTRAINT_FOREIGNKEY", ErrorKind::FkViolation, r"FOREIGN KEY constraint failed"),
    phrase(
        "SQLITE_CONSTRAINT_DATATYPE",
        ErrorKind::TypeMismatch,
        r"cannot store \w+ value in (?<type>\w+) column (?<path>[\w$.]+)",
    ),
    phrase("SQLITE_MISMATCH", ErrorKind::TypeMismatch, r"\bdatatype mismatch\b"),
];
