//! Tools that run migrations written in SQL or XML: Flyway, Liquibase, goose, golang-migrate, dbmate, sqlx, Diesel, refinery,
//! SeaORM.

use crate::explain::kind::ErrorKind;
use crate::explain::tool::MigrationTool::{
    Dbmate, Diesel, Flyway, GolangMigrate, Goose, Liquibase, Refinery, SeaOrm, Sqlx, Supabase,
};

use super::super::Phrase;
use super::{phrase, wrapper};

pub(super) const PHRASES: &[Phrase] = &[
    // Flyway: org.flywaydb.core.internal.info.MigrationInfoImpl, command.DbMigrate, resolver.CompositeMigrationResolver
    phrase(
        Flyway,
        "",
        ErrorKind::FailedMigration,
        r"Detected failed (?:migration to version|repeatable migration:) (?<revision>\w+(?:\.\w+)*)",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::FailedMigration,
        r"contains a failed (?:repeatable )?migration to version (?<revision>\w+(?:\.\w+)*)",
    ),
    wrapper(
        Flyway,
        "",
        r"(?:Migration|Script|migration|script) (?:\S*/)?(?<revision>[VRBU][\w.]*?__?\w[\w.-]*\.(?:sql|java)) failed",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::UnknownRevision,
        r"Detected applied migration not resolved locally: (?<revision>\w[\w ]*(?:\.\w+)*)",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::PendingMigrations,
        r"(?s)Detected resolved (?:repeatable )?migration not applied to database: (?<revision>\w[\w ]*(?:\.\w+)*)[^D]{0,120}?(?:either run migrate|\*:pending)",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::OutOfOrder,
        r"Detected resolved (?:repeatable )?migration not applied to database: (?<revision>\w[\w ]*(?:\.\w+)*)",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::ChangedMigration,
        r"Migration (?:checksum|description|type) mismatch for migration (?:version )?(?<revision>\w+(?:\.\w+)*)",
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::MissingBaseline,
        r#"Found non-empty schema\(?s?\)? [^\n]{1,200}?(?:but no|without) (?:schema history|metadata) table"#,
    ),
    phrase(
        Flyway,
        "",
        ErrorKind::DuplicateRevision,
        r"Found more than one (?:repeatable )?migration with (?:version|description) (?<revision>\w[\w ]*(?:\.\w+)*)",
    ),
    phrase(Flyway, "", ErrorKind::MigrationLock, r"acquire (?:Flyway|PostgreSQL|MySQL)?\s?advisory lock"),
    // Liquibase: liquibase.exception
    phrase(
        Liquibase,
        "",
        ErrorKind::ChangedMigration,
        r#"(?<revision>[^\s:"]+::[^\s:"]+::[^\s:",]+) was: \S+ but is now: \S+"#,
    ),
    wrapper(Liquibase, "", r#"Migration failed for change ?set (?<revision>[^\s:"]+::[^\s:"]+::[^\s:",]+)"#),
    phrase(Liquibase, "", ErrorKind::MigrationLock, r"Could not acquire change log lock"),
    phrase(Liquibase, "", ErrorKind::MigrationLock, r"Waiting for changelog lock"),
    phrase(
        Liquibase,
        "",
        ErrorKind::DuplicateRevision,
        r#"change ?sets had duplicate identifiers\s+(?<revision>[^\s:"]+::[^\s:"]+::[^\s:",]+)"#,
    ),
    phrase(
        Liquibase,
        "",
        ErrorKind::UnknownRevision,
        r"ChangeLogParseException: [^\n]{0,200}?The file (?<revision>\S+) was not found",
    ),
    // goose: up.go, migrate.go, migration.go, provider_errors.go
    phrase(
        Goose,
        "",
        ErrorKind::OutOfOrder,
        r"found \d+ missing migrations before current version (?<other>\d+)(?::(?<versions>(?:\s+version \d+: \S+)+))?",
    ),
    phrase(
        Goose,
        "",
        ErrorKind::OutOfOrder,
        r"detected \d+ missing \(out-of-order\) migrations? lower than (?:database )?version \((?<other>\d+)\)[^:\n]{0,60}: versions? (?<revisions>\d+(?:,\s?\d+)*)",
    ),
    phrase(
        Goose,
        "",
        ErrorKind::DuplicateRevision,
        r"duplicate (?:migration )?version (?<revision>\d+)(?: detected|:)",
    ),
    wrapper(Goose, "", r"ERROR (?:\S*/)?(?<revision>\d\w*)\.sql: failed to run SQL migration"),
    wrapper(Goose, "", r"partial migration error \(type:\w+,version:(?<revision>\d+)\)"),
    phrase(Goose, "", ErrorKind::WrongRecord, r"version (?<revision>\d+): migration (?:already|not) applied"),
    // golang-migrate: migrate.go, source/errors.go, database/driver.go
    phrase(GolangMigrate, "", ErrorKind::FailedMigration, r"[Dd]irty database version (?<revision>\d+)"),
    phrase(GolangMigrate, "", ErrorKind::UnknownRevision, r"no migration found for version (?<revision>\d+)"),
    phrase(GolangMigrate, "", ErrorKind::DuplicateRevision, r"duplicate migration file: (?:\S*/)?(?<revision>\d+)_\S+"),
    phrase(GolangMigrate, "", ErrorKind::MigrationLock, r"can't acquire (?:database )?lock"),
    // dbmate: pkg/dbmate/db.go
    phrase(
        Dbmate,
        "",
        ErrorKind::OutOfOrder,
        r"migration `(?<revision>\w+)` is out of order with already applied migrations(?:, the version number has to be higher than the applied migration `(?<other>\w+)`)?",
    ),
    phrase(Dbmate, "", ErrorKind::UnknownRevision, r"can't find migration file"),
    // sqlx: sqlx-core/src/migrate/error.rs; a panic prints the variant
    phrase(
        Sqlx,
        "",
        ErrorKind::UnknownRevision,
        r"migration (?<revision>\d+) (?:was previously applied but is missing in the resolved migrations|is not present in the migration source)",
    ),
    phrase(Sqlx, "", ErrorKind::UnknownRevision, r"\bVersion(?:Missing|NotPresent)\((?<revision>\d+)\)"),
    phrase(
        Sqlx,
        "",
        ErrorKind::ChangedMigration,
        r"migration (?<revision>\d+) was previously applied but has been modified",
    ),
    phrase(Sqlx, "", ErrorKind::ChangedMigration, r"\bVersionMismatch\((?<revision>\d+)\)"),
    phrase(Sqlx, "", ErrorKind::FailedMigration, r"migration (?<revision>\d+) is partially applied"),
    phrase(Sqlx, "", ErrorKind::FailedMigration, r"\bDirty\((?<revision>\d+)\)"),
    phrase(
        Sqlx,
        "",
        ErrorKind::OutOfOrder,
        r"migration (?<revision>\d+) is older than the latest applied migration (?<other>\d+)",
    ),
    phrase(Sqlx, "", ErrorKind::OutOfOrder, r"\bVersionTooOld\((?<revision>\d+), (?<other>\d+)\)"),
    wrapper(Sqlx, "", r"while executing migration (?<revision>\d+)"),
    wrapper(Sqlx, "", r"while executing migrations: "),
    // Diesel: diesel_migrations/src/errors.rs
    wrapper(Diesel, "", r"Failed to run (?<revision>\d[\w-]*) with: "),
    phrase(
        Diesel,
        "",
        ErrorKind::UnknownRevision,
        r"Unable to find migration version (?<revision>\S+) to revert in the migrations directory",
    ),
    phrase(Diesel, "", ErrorKind::IrreversibleMigration, r"Missing `down\.sql` file to revert migration"),
    // refinery-core/src/error.rs
    phrase(
        Refinery,
        "",
        ErrorKind::ChangedMigration,
        r"applied migration (?<revision>[VU]\d+__\w+) is different than filesystem one",
    ),
    phrase(
        Refinery,
        "",
        ErrorKind::UnknownRevision,
        r"migration (?<revision>[VU]\d+__\w+) is missing from the filesystem",
    ),
    phrase(
        Refinery,
        "",
        ErrorKind::DuplicateRevision,
        r"migration (?<revision>[VU]\d+__\w+) is repeated, migration versions must be unique",
    ),
    // Supabase's command line: internal/migration/up
    phrase(
        Supabase,
        "",
        ErrorKind::UnknownRevision,
        r"(?s)Remote migration versions not found in local migrations directory(?:.{0,300}?--status reverted (?<revision>\d+))?",
    ),
    phrase(
        Supabase,
        "",
        ErrorKind::OutOfOrder,
        r"(?s)Found local migration files to be inserted before the last migration on remote database(?:.{0,200}?supabase/migrations/(?<revision>\d+)_)?",
    ),
    // sea-orm-migration/src/migrator.rs
    phrase(SeaOrm, "", ErrorKind::UnknownRevision, r"Migration file of version '(?<revision>[^'\n]+)' is missing"),
];
