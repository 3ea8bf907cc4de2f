//! How PostgreSQL tells of errors: <https://www.postgresql.org/docs/current/errcodes-appendix.html>, with the
//! sentences of the server's source.

use crate::explain::kind::ErrorKind;
use crate::model::Engine;

use super::Phrase;

const fn phrase(code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: Some(Engine::Postgres), kind, code, pattern }
}

pub(super) const PHRASES: &[Phrase] = &[
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
];
