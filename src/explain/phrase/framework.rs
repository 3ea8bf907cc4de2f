//! How drivers and frameworks tell of errors in words of their own. What they pass on from the server is found by the
//! server's words.

use crate::explain::kind::ErrorKind;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: None, kind, code, pattern, tool: None, wraps: false }
}

pub(super) const PHRASES: &[Phrase] = &[
    // Prisma: https://www.prisma.io/docs/orm/reference/error-reference
    phrase(
        "P2022",
        ErrorKind::UnknownColumn,
        r"The column [`'](?<path>[^`']+)[`'] does not exist in the current database",
    ),
    phrase(
        "P2021",
        ErrorKind::UnknownTable,
        r"The table [`'](?<path>[^`']+)[`'] does not exist in the current database",
    ),
    phrase("P2000", ErrorKind::ValueTooLong, r"too long for the column's type\.(?: Column: (?<column>[\w$]+))?"),
    phrase(
        "P2011",
        ErrorKind::NotNull,
        r"Null constraint violation on the (?:fields: \((?<columns>[^)]*)\)|constraint: `(?<constraint>[^`]+)`)",
    ),
    phrase(
        "P2002",
        ErrorKind::UniqueViolation,
        r"Unique constraint failed on the (?:fields: \((?<columns>[^)]*)\)|constraint: `(?<constraint>[^`]+)`)",
    ),
    phrase(
        "P2003",
        ErrorKind::FkViolation,
        r"Foreign key constraint (?:failed|violated) on the (?:field|constraint): `(?<constraint>[^`]+)`",
    ),
    phrase(
        "P2032",
        ErrorKind::TypeMismatch,
        r#"Error converting field "(?<column>[^"]+)" of expected (?:non-nullable )?type "?(?<type>\w+)"#,
    ),
    phrase("P2023", ErrorKind::TypeMismatch, r"Inconsistent column data: .{0,80}?column '?(?<column>[\w$]+)"),
    // sqlx: https://docs.rs/sqlx/latest/sqlx/enum.Error.html
    phrase("", ErrorKind::TypeMismatch, r#"decoding column "?(?<column>[^":]+)"?: mismatched types"#),
    phrase("", ErrorKind::UnknownColumn, r"no column found for name: (?<column>[\w$]+)"),
    // database/sql of Go
    phrase("", ErrorKind::TypeMismatch, r#"Scan error on column index \d+, name "(?<column>[^"]+)""#),
    // Hibernate's schema validation
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"missing column \[(?<column>[^\]]+)\] in table \[(?:[^\].]+\.)*(?<table>[^\].]+)\]",
    ),
    phrase("", ErrorKind::UnknownTable, r"missing table \[(?<path>[^\]]+)\]"),
    phrase("", ErrorKind::MissingSequence, r"missing sequence \[(?<path>[^\]]+)\]"),
    phrase(
        "",
        ErrorKind::TypeMismatch,
        r"wrong column type encountered in column \[(?<column>[^\]]+)\] in table \[(?:[^\].]+\.)*(?<table>[^\].]+)\]",
    ),
    // JDBC: pgjdbc
    phrase("", ErrorKind::UnknownColumn, r"The column name (?<column>[\w$]+) was not found in this ResultSet"),
    // ActiveRecord and ActiveModel
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"unknown attribute [`'](?<column>[^'`\n]+)['`](?: for (?:an instance of |#<)?(?<model>[A-Z]\w*(?:::[A-Z]\w*)*))?",
    ),
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"missing attribute:? [`']?(?<column>\w+)['`]?(?: for (?<model>[A-Z]\w*(?:::[A-Z]\w*)*))?",
    ),
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"undefined (?:local variable or )?method [`'](?<column>[a-z_]\w*)=?['`] for (?:an instance of |#<)(?<member>[A-Z]\w*(?:::[A-Z]\w*)*)",
    ),
    phrase("", ErrorKind::UnknownTable, r"Could not find table '(?<path>[^'\n]+)'"),
    // Django's query sets
    phrase("", ErrorKind::UnknownColumn, r"Cannot resolve keyword '(?<column>\w+)' into field"),
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"(?<maybe>[A-Z]\w*)\(\) got (?:an )?unexpected keyword arguments?:? '(?<column>\w+)'",
    ),
    // SQLAlchemy's mapper, and Python's own words for a model that lacks an attribute
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r#"Entity namespace for "(?<table>[^"\n]+)" has no property "(?<column>[^"\n]+)""#,
    ),
    phrase("", ErrorKind::UnknownColumn, r"'(?<column>\w+)' is an invalid keyword argument for (?<model>[A-Z]\w*)"),
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"(?:type object )?'(?<maybe>[A-Z]\w*)'(?: object)? has no attribute '(?<column>[a-z]\w*)'",
    ),
    // Prisma's client, TypeORM, Sequelize
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"Unknown (?:field|argument|arg) `(?<column>\w+)` for (?:\w+ )+statement on model `(?<model>\w+)`",
    ),
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r#"Property "(?<column>[^"\n]+)" was not found in "(?<model>[^"\n]+)"\. Make sure your query is correct"#,
    ),
    // Hibernate's queries
    phrase(
        "",
        ErrorKind::UnknownColumn,
        r"[Cc]ould not resolve (?:attribute|property):? '?(?<column>\w+)'? of:? '?(?:[\w$]+\.)*(?<model>[A-Z][\w$]*)",
    ),
    // SQLAlchemy: a value in the database that the code's Enum does not know
    phrase(
        "",
        ErrorKind::MissingEnumValue,
        r"'(?<value>[^']*)' is not among the defined enum values\. Enum name: (?<type>[\w$]+)",
    ),
];
