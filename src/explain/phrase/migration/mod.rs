//! How the tools that run migrations tell of errors, by the texts of their sources. What they pass on from the server is
//! found by the server's words.

mod framework;
mod orm;
mod sql;

use crate::explain::kind::ErrorKind;
use crate::explain::tool::MigrationTool;

use super::Phrase;

pub(super) const PHRASES: &[&[Phrase]] = &[orm::PHRASES, framework::PHRASES, sql::PHRASES];

const fn phrase(tool: MigrationTool, code: &'static str, kind: ErrorKind, pattern: &'static str) -> Phrase {
    Phrase { engine: None, kind, code, pattern, tool: Some(tool), wraps: false }
}

/// A sentence around the server's own words: it says which migration failed with them.
const fn wrapper(tool: MigrationTool, code: &'static str, pattern: &'static str) -> Phrase {
    Phrase { wraps: true, ..phrase(tool, code, ErrorKind::FailedMigration, pattern) }
}

/// Words of which one stands in every one of these phrases.
pub(super) const TRIGGERS: &[&str] = &[
    // Alembic
    "an't locate revision",
    "No such revision or branch",
    "ultiple head",
    "is not up to date",
    "not on all head revisions",
    "upgrade operations detected",
    " is not present",
    "present more than once",
    "is detected in revisions",
    "overlaps with other requested",
    // Flyway
    "ailed migration to version",
    "failed repeatable migration",
    "not resolved locally",
    "not applied to database",
    " mismatch for migration",
    "ound non-empty schema",
    "ore than one migration",
    "ore than one repeatable",
    "advisory lock",
    ".sql failed",
    ".java failed",
    // Liquibase
    "but is now:",
    "failed for changeset",
    "failed for change set",
    "change log lock",
    "changelog lock",
    "duplicate identifiers",
    "ChangeLogParseException",
    // goose
    "missing migrations before",
    "missing (out-of-order)",
    "duplicate version",
    "duplicate migration",
    "to run SQL migration",
    "partial migration error",
    "migration already applied",
    "migration not applied",
    // golang-migrate, dbmate
    "irty database version",
    "no migration found for version",
    "acquire database lock",
    "can't acquire lock",
    "out of order with already applied",
    "can't find migration file",
    // sqlx, Diesel, refinery, SeaORM
    "was previously applied but",
    "partially applied",
    "in the migration source",
    "latest applied migration",
    "VersionMi",
    "Dirty(",
    "VersionTooOld",
    "VersionNotPresent",
    "while executing migration",
    "Failed to run ",
    "to find migration version",
    "`down.sql` file",
    "than filesystem one",
    "from the filesystem",
    "versions must be unique",
    "Migration file of version",
    "not found in local migrations directory",
    "before the last migration on remote",
    // Prisma, Drizzle
    "schema is not empty",
    "found failed migrations",
    "migration started at",
    "shadow database",
    "A migration failed to apply",
    "cannot be rolled back because",
    "could not be found. Please make sure that the migration",
    "find the migration file at",
    "recorded as applied",
    "modified after it was applied",
    "from the local migrations directory",
    "Drift detected",
    "have not yet been applied",
    "migration_lock.toml",
    "parent snapshot",
    "_journal.json",
    "No file ",
    // Django
    "nonexistent parent node",
    "nonexistent node",
    "applied before its dependency",
    "onflicting migrations",
    "unapplied migration",
    "reflected in a migration",
    "a migration matching",
    "CircularDependencyError",
    "is not reversible",
    // Rails
    "igrations are pending",
    "have the version number",
    "ultiple migrations have",
    "No migration with version",
    "another migration process",
    "IrreversibleMigration",
    "later migrations canceled",
    // Knex, TypeORM, Sequelize
    "migration directory is corrupt",
    "table is already locked",
    "migration file \"",
    "was not run",
    "failed, error:",
    "in the source code. Make sure you have this migration",
    "uplicate migrations:",
    "failed: Original error",
    "find migration to apply",
];
