//! How PostgreSQL tells of errors: <https://www.postgresql.org/docs/current/errcodes-appendix.html>, with the
//! sentences of the server's source.

use crate::explain::kind::ErrorKind;
use crate::model::Engine;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: Some(Engine::Postgres), kind, code, pattern, tool: None, wraps: false }
}

pub(super) const PHRASES: &[Phrase] = &[
    phrase(
        "42701",
        ErrorKind::DuplicateColumn,
        r#"column "(?<column>[^"]+)" of relation "(?<table>[^"]+)" already exists"#,
    ),
    phrase("42701", ErrorKind::DuplicateColumn, r#"column "(?<column>[^"]+)" specified more than once"#),
    phrase(
        "42710",
        ErrorKind::DuplicateObject,
        r#"(?:constraint|trigger|policy|rule|statistics object) "(?<object>[^"]+)" for (?:relation|table) "(?<table>[^"]+)" already exists"#,
    ),
    phrase("42P07", ErrorKind::DuplicateTable, r#"relation "(?<path>[^"]+)" already exists"#),
    phrase(
        "42710",
        ErrorKind::DuplicateObject,
        r#"(?:type|extension|schema|enum label|collation|publication|sequence|function) "(?<path>[^"]+)" already exists"#,
    ),
    phrase("42P16", ErrorKind::DuplicateObject, r#"multiple primary keys for table "(?<table>[^"]+)" are not allowed"#),
    // Two sessions that make the same object at once, or a type that is left from a table.
    phrase(
        "23505",
        ErrorKind::DuplicateObject,
        r#"(?s)duplicate key value violates unique constraint "pg_\w+_index"(?:.{0,40}?Key \([^)]*\)=\((?<object>[^,)]+))?"#,
    ),
    phrase(
        "42704",
        ErrorKind::UnknownConstraint,
        r#"constraint "(?<constraint>[^"]+)" (?:of relation|for table|for relation) "(?<table>[^"]+)" does not exist"#,
    ),
    phrase("42704", ErrorKind::UnknownConstraint, r#"constraint "(?<constraint>[^"]+)" does not exist"#),
    phrase("42704", ErrorKind::UnknownIndex, r#"index "(?<path>[^"]+)" does not exist"#),
    phrase(
        "42704",
        ErrorKind::MissingExtension,
        r#"operator class "(?<object>[^"]+)" does not exist for access method "[^"]+""#,
    ),
    phrase(
        "42704",
        ErrorKind::MissingExtension,
        r#"data type (?<type>[\w .\[\]]+) has no default operator class for access method "(?<object>[^"]+)""#,
    ),
    phrase("42704", ErrorKind::MissingExtension, r#"access method "(?<object>[^"]+)" does not exist"#),
    phrase("42704", ErrorKind::MissingExtension, r#"extension "(?<object>[^"]+)" does not exist"#),
    phrase("0A000", ErrorKind::MissingExtension, r#"extension "(?<object>[^"]+)" is not available"#),
    phrase(
        "58P01",
        ErrorKind::MissingExtension,
        r#"could not open extension control file "(?:[^"\n]*/)?(?<object>[^"/\n]+)\.control""#,
    ),
    phrase(
        "2BP01",
        ErrorKind::DependentObjects,
        r#"cannot drop column (?<column>\S+) of (?:table|view|materialized view|foreign table) (?<table>\S+) because other objects depend on it"#,
    ),
    phrase(
        "2BP01",
        ErrorKind::DependentObjects,
        r#"cannot drop (?:constraint|index|rule|trigger) (?<object>\S+) on (?:table|view) (?<table>\S+) because other objects (?:depend on|require) it"#,
    ),
    phrase(
        "2BP01",
        ErrorKind::DependentObjects,
        r#"cannot drop (?:table|view|materialized view|foreign table) (?<table>\S+) because other objects depend on it"#,
    ),
    phrase(
        "2BP01",
        ErrorKind::DependentObjects,
        r#"cannot drop (?:[a-z]+ ){1,3}?(?<object>\S+) because other objects (?:depend on|require) it"#,
    ),
    phrase(
        "0A000",
        ErrorKind::DependentObjects,
        r"cannot (?:alter type of|drop) a? ?column (?:used by|used in|referenced by) a (?:view or rule|trigger definition|policy definition|generated column|publication WHERE clause|function or procedure)",
    ),
    phrase("42501", ErrorKind::PermissionDenied, r#"permission denied for schema "?(?<schema>[^\s"',;:]+)"#),
    phrase(
        "42501",
        ErrorKind::PermissionDenied,
        r#"permission denied for (?:table|relation|view|materialized view|foreign table) "?(?<table>[^\s"',;:]+)"#,
    ),
    phrase(
        "42501",
        ErrorKind::PermissionDenied,
        r#"permission denied for (?:sequence|function|procedure|type|database|language|tablespace|column|large object) "?(?<object>[^\s"',;:]+)"#,
    ),
    phrase(
        "42501",
        ErrorKind::PermissionDenied,
        r#"must be owner of (?:table|relation|view|materialized view) "?(?<table>[^\s"',;:]+)"#,
    ),
    phrase(
        "42501",
        ErrorKind::PermissionDenied,
        r#"(?:must be owner of [a-z]+|permission denied to (?:create|drop|alter) [a-z]+) "?(?<object>[^\s"',;:]+)"#,
    ),
    phrase("42501", ErrorKind::PermissionDenied, r"permission denied to create database"),
    phrase(
        "42501",
        ErrorKind::PermissionDenied,
        r#"new row violates row-level security policy (?:"[^"]+" )?for table "(?<table>[^"]+)""#,
    ),
    phrase("0A000", ErrorKind::StalePlan, r"cached plan must not change result type"),
    phrase(
        "0A000",
        ErrorKind::StalePlan,
        r"cached statement plan is invalid due to a database schema or configuration change",
    ),
    phrase("428C9", ErrorKind::GeneratedColumn, r#"cannot insert a non-DEFAULT value into column "(?<column>[^"]+)""#),
    phrase("428C9", ErrorKind::GeneratedColumn, r#"column "(?<column>[^"]+)" can only be updated to DEFAULT"#),
    phrase(
        "42804",
        ErrorKind::TypeMismatch,
        r#"(?:default for |generation expression for )?column "(?<column>[^"]+)" cannot be cast automatically to type (?<type>[a-z_][\w ."]*(?:\(\d+(?:,\d+)?\))?(?:\[\])?)"#,
    ),
    phrase(
        "42804",
        ErrorKind::TypeMismatch,
        r#"(?s)foreign key constraint "(?<constraint>[^"]+)" cannot be implemented(?:.{0,40}?Key columns? "(?<column>[^"]+)")?"#,
    ),
    phrase(
        "55P04",
        ErrorKind::MissingEnumValue,
        r#"unsafe use of new value "(?<value>[^"]+)" of enum type "?(?<path>[^\s"]+)"#,
    ),
    phrase(
        "",
        ErrorKind::TypeMismatch,
        r"invalid input for query argument \$(?<argument>\d+)(?: in element #\d+ of executemany\(\) sequence)?: (?<value>'[^'\n]*'|[^\s(]+)",
    ),
    phrase(
        "42703",
        ErrorKind::UnknownColumn,
        r#"column "(?<column>[^"]+)" of relation "(?<table>[^"]+)" does not exist"#,
    ),
    phrase(
        "42703",
        ErrorKind::UnknownColumn,
        r#"column "(?<column>[^"]+)" (?:named in key |named in partition key |referenced in foreign key constraint )?does not exist"#,
    ),
    phrase("42703", ErrorKind::UnknownColumn, r#"column (?<path>[^\s"`]+(?: [^\s"`]+){0,3}?) does not exist"#),
    phrase("42703", ErrorKind::UnknownColumn, r#"record "[^"]+" has no field "(?<column>[^"]+)""#),
    phrase("42P01", ErrorKind::UnknownTable, r#"(?:relation|table|view) "(?<path>[^"]+)" does not exist"#),
    phrase("42P01", ErrorKind::MissingSequence, r#"sequence "(?<path>[^"]+)" does not exist"#),
    phrase("3F000", ErrorKind::UnknownSchema, r#"schema "(?<schema>[^"]+)" does not exist"#),
    phrase("42704", ErrorKind::MissingType, r#"type "(?<path>[^"]+)" does not exist"#),
    phrase("42704", ErrorKind::MissingType, r"type (?<path>[^\s:`]+) does not exist"),
    phrase(
        "42883",
        ErrorKind::MissingFunction,
        r"(?:function|procedure|routine) (?<path>[^\s(]+)\([^)]*\) does not exist",
    ),
    phrase(
        "42883",
        ErrorKind::TypeMismatch,
        r"operator does not exist: (?<type>[\w .\[\](),]+?) (?<value>[-+*/<>=~!@#%^&|?]+ [\w .\[\](),]+)",
    ),
    phrase(
        "42804",
        ErrorKind::TypeMismatch,
        r#"column "(?<column>[^"]+)" is of type (?<type>.+?) but (?:default )?expression is of type"#,
    ),
    phrase("42804", ErrorKind::TypeMismatch, r"[A-Z]+ types (?<type>[\w ]+) and (?<value>[\w ]+) cannot be matched"),
    phrase("42846", ErrorKind::TypeMismatch, r"cannot cast type (?<value>[\w .\[\]]+?) to (?<type>[\w.\[\]]+)"),
    phrase("22P02", ErrorKind::MissingEnumValue, r#"invalid input value for enum (?<path>[^:]+): "(?<value>[^"]*)""#),
    phrase(
        "22P02",
        ErrorKind::TypeMismatch,
        r#"invalid input syntax for (?:type )?(?<type>(?:integer|bigint|smallint|numeric|real|double precision|boolean|uuid|json|jsonb|bytea|inet|cidr|macaddr|oid|money|xml|point|tsvector)\b)(?:: "(?<value>[^"]*)")?"#,
    ),
    phrase(
        "22007",
        ErrorKind::TypeMismatch,
        r#"invalid input syntax for (?:type )?(?<type>[a-z][\w ]*?)(?:: "(?<value>[^"]*)"|$)"#,
    ),
    phrase("22001", ErrorKind::ValueTooLong, r"value too long for type (?<type>[a-z ]+(?:\(\d+\))?)"),
    phrase("22003", ErrorKind::ValueOutOfRange, r#"value "(?<value>[^"]*)" is out of range for type (?<type>[a-z ]+)"#),
    phrase("22003", ErrorKind::ValueOutOfRange, r"(?<type>smallint|integer|bigint|real|double precision) out of range"),
    phrase("22003", ErrorKind::ValueOutOfRange, r"numeric field overflow"),
    phrase(
        "23502",
        ErrorKind::NotNull,
        r#"null value in column "(?<column>[^"]+)" (?:of relation "(?<table>[^"]+)" )?violates not-null constraint"#,
    ),
    phrase(
        "23502",
        ErrorKind::NotNull,
        r#"column "(?<column>[^"]+)" (?:of relation "(?<table>[^"]+)" )?contains null values"#,
    ),
    phrase(
        "42P10",
        ErrorKind::MissingUnique,
        r"there is no unique or exclusion constraint matching the ON CONFLICT specification",
    ),
    phrase(
        "42830",
        ErrorKind::MissingUnique,
        r#"there is no unique constraint matching given keys for referenced table "(?<table>[^"]+)""#,
    ),
    phrase(
        "23503",
        ErrorKind::FkViolation,
        r#"update or delete on table "[^"]+" violates foreign key constraint "(?<constraint>[^"]+)" on table "(?<table>[^"]+)""#,
    ),
    phrase(
        "23503",
        ErrorKind::FkViolation,
        r#"on table "(?<table>[^"]+)" violates foreign key constraint "(?<constraint>[^"]+)""#,
    ),
    phrase(
        "23505",
        ErrorKind::UniqueViolation,
        r#"duplicate key value violates unique constraint "(?<constraint>[^"]+)""#,
    ),
    phrase(
        "23514",
        ErrorKind::CheckViolation,
        r#"relation "(?<table>[^"]+)" (?:violates check|is violated by some row)(?: constraint "(?<constraint>[^"]+)")?"#,
    ),
    phrase(
        "23514",
        ErrorKind::CheckViolation,
        r#"value for domain (?<type>\S+) violates check constraint "(?<constraint>[^"]+)""#,
    ),
    phrase("23514", ErrorKind::CheckViolation, r#"no partition of relation "(?<table>[^"]+)" found for row"#),
];

/// What appendix A's codes stand for, where a code stands for one kind of error.
pub(super) const KINDS: &[(&str, ErrorKind)] = &[
    ("42703", ErrorKind::UnknownColumn),
    ("42P01", ErrorKind::UnknownTable),
    ("3F000", ErrorKind::UnknownSchema),
    ("42704", ErrorKind::MissingType),
    ("42883", ErrorKind::MissingFunction),
    ("42804", ErrorKind::TypeMismatch),
    ("42846", ErrorKind::TypeMismatch),
    ("22P02", ErrorKind::MissingEnumValue),
    ("22007", ErrorKind::TypeMismatch),
    ("22001", ErrorKind::ValueTooLong),
    ("22003", ErrorKind::ValueOutOfRange),
    ("23502", ErrorKind::NotNull),
    ("42P10", ErrorKind::MissingUnique),
    ("42830", ErrorKind::MissingUnique),
    ("23503", ErrorKind::FkViolation),
    ("23505", ErrorKind::UniqueViolation),
    ("23514", ErrorKind::CheckViolation),
    ("42701", ErrorKind::DuplicateColumn),
    ("42P07", ErrorKind::DuplicateTable),
    ("42710", ErrorKind::DuplicateObject),
    ("42P06", ErrorKind::DuplicateObject),
    ("2BP01", ErrorKind::DependentObjects),
    ("42501", ErrorKind::PermissionDenied),
    ("428C9", ErrorKind::GeneratedColumn),
];

/// The condition names of appendix A as psycopg, asyncpg, PG::Error and others write them in their classes.
pub(super) const CLASSES: &[(&str, &str)] = &[
    ("UndefinedColumn", "42703"),
    ("UndefinedTable", "42P01"),
    ("InvalidSchemaName", "3F000"),
    ("UndefinedObject", "42704"),
    ("UndefinedFunction", "42883"),
    ("DatatypeMismatch", "42804"),
    ("CannotCoerce", "42846"),
    ("InvalidTextRepresentation", "22P02"),
    ("InvalidDatetimeFormat", "22007"),
    ("StringDataRightTruncation", "22001"),
    ("NumericValueOutOfRange", "22003"),
    ("NotNullViolation", "23502"),
    ("InvalidColumnReference", "42P10"),
    ("InvalidForeignKey", "42830"),
    ("ForeignKeyViolation", "23503"),
    ("UniqueViolation", "23505"),
    ("CheckViolation", "23514"),
    ("DuplicateColumn", "42701"),
    ("DuplicateTable", "42P07"),
    ("DuplicateObject", "42710"),
    ("DuplicateSchema", "42P06"),
    ("DependentObjectsStillExist", "2BP01"),
    ("InsufficientPrivilege", "42501"),
];
