//! What kind of database error a text tells of.

use serde::Serialize;

/// The kinds of database error that a schema can be the cause of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A column that the statement names does not exist.
    UnknownColumn,
    /// A table or view does not exist.
    UnknownTable,
    /// A schema, or on MySQL a database, does not exist.
    UnknownSchema,
    /// A type does not exist.
    MissingType,
    /// A function or procedure does not exist with these arguments.
    MissingFunction,
    /// A sequence does not exist.
    MissingSequence,
    /// No unique constraint or index matches an `ON CONFLICT` or a foreign key.
    MissingUnique,
    /// An enumeration, or a check that lists values, does not know a value.
    MissingEnumValue,
    /// A column that demands a value got none.
    NotNull,
    /// A value or expression has another type than the column.
    TypeMismatch,
    /// A text does not fit into its column.
    ValueTooLong,
    /// A number does not fit into its column.
    ValueOutOfRange,
    /// A row refers to one that is not there, or is still referred to.
    FkViolation,
    /// A value exists already.
    UniqueViolation,
    /// A row breaks a check.
    CheckViolation,
}

impl ErrorKind {
    /// Whether the error names something that the database does not have.
    pub fn is_absence(self) -> bool {
        match self {
            ErrorKind::UnknownColumn
            | ErrorKind::UnknownTable
            | ErrorKind::UnknownSchema
            | ErrorKind::MissingType
            | ErrorKind::MissingFunction
            | ErrorKind::MissingSequence
            | ErrorKind::MissingUnique
            | ErrorKind::MissingEnumValue => true,
            ErrorKind::NotNull
            | ErrorKind::TypeMismatch
            | ErrorKind::ValueTooLong
            | ErrorKind::ValueOutOfRange
            | ErrorKind::FkViolation
            | ErrorKind::UniqueViolation
            | ErrorKind::CheckViolation => false,
        }
    }

    /// Whether the error is about a column, or at least about a table that the statement names.
    pub fn is_about_column(self) -> bool {
        match self {
            ErrorKind::UnknownColumn
            | ErrorKind::NotNull
            | ErrorKind::TypeMismatch
            | ErrorKind::ValueTooLong
            | ErrorKind::ValueOutOfRange
            | ErrorKind::MissingEnumValue
            | ErrorKind::MissingUnique
            | ErrorKind::FkViolation
            | ErrorKind::UniqueViolation
            | ErrorKind::CheckViolation => true,
            ErrorKind::UnknownTable
            | ErrorKind::UnknownSchema
            | ErrorKind::MissingType
            | ErrorKind::MissingFunction
            | ErrorKind::MissingSequence => false,
        }
    }
}
