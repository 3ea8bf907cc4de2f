//! What kind of database error a text tells of.

use serde::Serialize;

/// The kinds of error that a schema or its migrations can be the cause of.
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
    /// A constraint does not exist.
    UnknownConstraint,
    /// An index does not exist.
    UnknownIndex,
    /// An extension of PostgreSQL is not installed, or what only an extension brings is missing: an operator class.
    MissingExtension,
    /// A column is there already.
    DuplicateColumn,
    /// A table or view is there already.
    DuplicateTable,
    /// A type, schema, index, constraint, function or the like is there already.
    DuplicateObject,
    /// A statement gives a value to a column that the database computes.
    GeneratedColumn,
    /// Other objects stand on what a statement changes or drops.
    DependentObjects,
    /// The role may not do it.
    PermissionDenied,
    /// A connection holds a statement that was prepared before the schema changed.
    StalePlan,
    /// The database records a revision, or a command names one, that no migration file has.
    UnknownRevision,
    /// The history has several heads.
    SeveralHeads,
    /// Migrations have not run.
    PendingMigrations,
    /// The code declares what no migration makes.
    UnwrittenChanges,
    /// The database has what the migrations do not make.
    UnrecordedChanges,
    /// A migration failed, and may have run in part.
    FailedMigration,
    /// A migration that has not run stands before one that has.
    OutOfOrder,
    /// The records of what has run do not fit the order of the migrations, or what was asked of them.
    WrongRecord,
    /// The file of a migration was changed after it ran.
    ChangedMigration,
    /// Several files have the same revision.
    DuplicateRevision,
    /// A revision follows one that no file has.
    MissingParent,
    /// Revisions follow each other in a circle.
    RevisionCycle,
    /// Another run of the tool holds its lock, or left it behind.
    MigrationLock,
    /// The database has tables, and no record of what has run.
    MissingBaseline,
    /// A migration does not say how to go back.
    IrreversibleMigration,
    /// The migrations are written for another engine.
    ProviderMismatch,
}

/// What a kind of error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A column of a table.
    Column,
    /// A value of an enumeration, or of a column that lists its values.
    Value,
    /// A constraint, and the columns that it is on.
    Key,
    /// A table or view.
    Relation,
    /// A sequence.
    Sequence,
    /// A schema.
    Schema,
    /// A type.
    Type,
    /// A function.
    Function,
    /// An index.
    Index,
    /// An extension, or what only an extension brings.
    Extension,
    /// An object of any kind.
    Object,
    /// The migrations, and the records of them.
    History,
}

impl ErrorKind {
    /// What it is about.
    pub fn about(self) -> About {
        match self {
            ErrorKind::UnknownColumn
            | ErrorKind::NotNull
            | ErrorKind::TypeMismatch
            | ErrorKind::ValueTooLong
            | ErrorKind::ValueOutOfRange
            | ErrorKind::DuplicateColumn
            | ErrorKind::GeneratedColumn
            | ErrorKind::DependentObjects
            | ErrorKind::StalePlan => About::Column,
            ErrorKind::MissingEnumValue => About::Value,
            ErrorKind::MissingUnique
            | ErrorKind::FkViolation
            | ErrorKind::UniqueViolation
            | ErrorKind::CheckViolation
            | ErrorKind::UnknownConstraint => About::Key,
            ErrorKind::UnknownTable | ErrorKind::DuplicateTable => About::Relation,
            ErrorKind::MissingSequence => About::Sequence,
            ErrorKind::UnknownSchema => About::Schema,
            ErrorKind::MissingType => About::Type,
            ErrorKind::MissingFunction => About::Function,
            ErrorKind::UnknownIndex => About::Index,
            ErrorKind::MissingExtension => About::Extension,
            ErrorKind::DuplicateObject | ErrorKind::PermissionDenied => About::Object,
            ErrorKind::UnknownRevision
            | ErrorKind::SeveralHeads
            | ErrorKind::PendingMigrations
            | ErrorKind::UnwrittenChanges
            | ErrorKind::UnrecordedChanges
            | ErrorKind::FailedMigration
            | ErrorKind::OutOfOrder
            | ErrorKind::WrongRecord
            | ErrorKind::ChangedMigration
            | ErrorKind::DuplicateRevision
            | ErrorKind::MissingParent
            | ErrorKind::RevisionCycle
            | ErrorKind::MigrationLock
            | ErrorKind::MissingBaseline
            | ErrorKind::IrreversibleMigration
            | ErrorKind::ProviderMismatch => About::History,
        }
    }

    /// Whether the error names something that the database does not have.
    pub fn is_absence(self) -> bool {
        match self.about() {
            About::Column => self == ErrorKind::UnknownColumn,
            About::Key => matches!(self, ErrorKind::MissingUnique | ErrorKind::UnknownConstraint),
            About::Relation => self == ErrorKind::UnknownTable,
            About::Value
            | About::Sequence
            | About::Schema
            | About::Type
            | About::Function
            | About::Index
            | About::Extension => true,
            About::Object | About::History => false,
        }
    }

    /// Whether the error names something that the database has already.
    pub fn is_presence(self) -> bool {
        matches!(self, ErrorKind::DuplicateColumn | ErrorKind::DuplicateTable | ErrorKind::DuplicateObject)
    }

    /// Whether the error is about a column, or at least about a table that the statement names.
    pub fn is_about_column(self) -> bool {
        matches!(self.about(), About::Column | About::Value | About::Key)
    }
}
