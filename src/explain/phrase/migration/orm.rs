//! Tools that write migrations from models: Alembic, Prisma, Drizzle, TypeORM, Knex, Sequelize.

use crate::explain::kind::ErrorKind;
use crate::explain::tool::MigrationTool::{Alembic, Drizzle, Knex, Prisma, Sequelize, TypeOrm};

use super::super::Phrase;
use super::{phrase, wrapper};

pub(super) const PHRASES: &[Phrase] = &[
    // Alembic: alembic/script/base.py, alembic/script/revision.py and alembic/command.py
    phrase(
        Alembic,
        "",
        ErrorKind::UnknownRevision,
        r#"Can't locate revision identified by ['"](?<revision>[^'"\n]+)['"]"#,
    ),
    phrase(Alembic, "", ErrorKind::UnknownRevision, r"No such revision or branch '(?<revision>[^'\n]+)'"),
    phrase(
        Alembic,
        "",
        ErrorKind::SeveralHeads,
        r"Multiple heads are present for given argument '[^'\n]*'; (?<revisions>\w+(?:, \w+)*)",
    ),
    phrase(Alembic, "", ErrorKind::SeveralHeads, r"Multiple head(?:s| revisions) are present"),
    phrase(Alembic, "", ErrorKind::SeveralHeads, r"The script directory has multiple heads"),
    phrase(Alembic, "", ErrorKind::PendingMigrations, r"Target database is not up to date"),
    phrase(Alembic, "", ErrorKind::PendingMigrations, r"Database is not on all head revisions"),
    phrase(
        Alembic,
        "",
        ErrorKind::UnwrittenChanges,
        r"New upgrade operations detected: \[\(?'(?:add_column|remove_column)', (?:None|'(?<schema>[^']*)'), '(?<table>[^']+)', Column\('(?<column>[^']+)'",
    ),
    phrase(
        Alembic,
        "",
        ErrorKind::UnwrittenChanges,
        r"New upgrade operations detected: \[\(?'(?:add_table|remove_table)', Table\('(?<table>[^']+)'",
    ),
    phrase(
        Alembic,
        "",
        ErrorKind::UnwrittenChanges,
        r"New upgrade operations detected: \[\[?\(?'modify_\w+', (?:None|'(?<schema>[^']*)'), '(?<table>[^']+)', '(?<column>[^']+)'",
    ),
    phrase(Alembic, "", ErrorKind::UnwrittenChanges, r"New upgrade operations detected"),
    phrase(
        Alembic,
        "",
        ErrorKind::MissingParent,
        r"Revision (?<revision>[\w.-]+) referenced from (?:\S+ -> )?(?<other>[\w.-]+)[^\n]*? is not present",
    ),
    phrase(Alembic, "", ErrorKind::DuplicateRevision, r"Revision (?<revision>[\w.-]+) is present more than once"),
    phrase(
        Alembic,
        "",
        ErrorKind::RevisionCycle,
        r"(?:[Cc]ycle|[Ss]elf-loop) is detected in revisions \((?<revisions>[^)\n]*)\)",
    ),
    phrase(
        Alembic,
        "",
        ErrorKind::WrongRecord,
        r"Requested revision (?<revision>\S+) overlaps with other requested revisions (?<other>\S+)",
    ),
    // Prisma: the error reference, and the texts of its schema engine
    phrase(
        Prisma,
        "P3009",
        ErrorKind::FailedMigration,
        r"(?s)migrate found failed migrations in the target database.{0,400}?The `(?<revision>[^`\n]+)` migration started at",
    ),
    phrase(Prisma, "P3009", ErrorKind::FailedMigration, r"migrate found failed migrations in the target database"),
    phrase(
        Prisma,
        "P3009",
        ErrorKind::FailedMigration,
        r"The `(?<revision>[^`\n]+)` migration started at [^\n]{0,60} failed",
    ),
    phrase(Prisma, "P3005", ErrorKind::MissingBaseline, r"The database schema is not empty"),
    wrapper(Prisma, "P3006", r"Migration `(?<revision>[^`\n]+)` failed to apply cleanly to the shadow database"),
    wrapper(Prisma, "P3018", r"(?s)A migration failed to apply\..{0,400}?Migration name: (?<revision>\S+)"),
    wrapper(Prisma, "P3018", r"A migration failed to apply\."),
    phrase(
        Prisma,
        "P3008",
        ErrorKind::WrongRecord,
        r"The migration `(?<revision>[^`\n]+)` is already recorded as applied",
    ),
    phrase(
        Prisma,
        "P3011",
        ErrorKind::WrongRecord,
        r"Migration `(?<revision>[^`\n]+)` cannot be rolled back because it was never applied",
    ),
    phrase(
        Prisma,
        "P3012",
        ErrorKind::WrongRecord,
        r"Migration `(?<revision>[^`\n]+)` cannot be rolled back because it is not in a failed state",
    ),
    phrase(Prisma, "P3014", ErrorKind::PermissionDenied, r"Prisma Migrate could not create the shadow database"),
    phrase(
        Prisma,
        "P3015",
        ErrorKind::UnknownRevision,
        r"Could not find the migration file at (?:\S*/)?(?<revision>\d\w+)/migration\.sql",
    ),
    phrase(
        Prisma,
        "P3017",
        ErrorKind::UnknownRevision,
        r"The migration `?(?<revision>[\w-]+)`? could not be found\. Please make sure that the migration exists",
    ),
    phrase(
        Prisma,
        "P3019",
        ErrorKind::ProviderMismatch,
        r"The datasource provider `(?<value>[^`\n]+)` specified in your schema does not match the one specified in the migration_lock\.toml",
    ),
    phrase(
        Prisma,
        "",
        ErrorKind::UnknownRevision,
        r"applied to the database but missing from the local migrations directory:\s*(?<revisions>[\w-]+(?:,\s*[\w-]+)*)",
    ),
    phrase(
        Prisma,
        "",
        ErrorKind::ChangedMigration,
        r"The migration `(?<revision>[^`\n]+)` was modified after it was applied",
    ),
    phrase(
        Prisma,
        "",
        ErrorKind::UnrecordedChanges,
        r"Drift detected: Your database schema is not in sync with your migration history",
    ),
    phrase(
        Prisma,
        "",
        ErrorKind::PendingMigrations,
        r"Following migrations? have not yet been applied:\s*(?<revision>[\w-]+)",
    ),
    // Drizzle: drizzle-orm/migrator.js, drizzle-kit
    phrase(
        Drizzle,
        "",
        ErrorKind::SeveralHeads,
        r"\[(?<revisions>[^\]\n]+)\] are pointing to a parent snapshot: [^\n]{0,200} which is a collision",
    ),
    phrase(Drizzle, "", ErrorKind::UnknownRevision, r"No file (?:\S*/)?(?<revision>\d\w*)\.sql found in \S+ folder"),
    phrase(Drizzle, "", ErrorKind::UnknownRevision, r"Can't find meta/_journal\.json file"),
    // TypeORM: typeorm/migration/MigrationExecutor.js
    wrapper(TypeOrm, "", r#"Migration "(?<revision>[^"\n]+)" failed, error:"#),
    phrase(
        TypeOrm,
        "",
        ErrorKind::UnknownRevision,
        r"No migration (?<revision>\w+) was found in the source code\. Make sure you have this migration",
    ),
    phrase(TypeOrm, "", ErrorKind::DuplicateRevision, r"Duplicate migrations: (?<revisions>\w+(?:, \w+)*)"),
    // Knex: knex/lib/migrations/migrate/Migrator.js
    phrase(
        Knex,
        "",
        ErrorKind::UnknownRevision,
        r"The migration directory is corrupt, the following files are missing: (?<revisions>[\w.-]+(?:, [\w.-]+)*)",
    ),
    phrase(Knex, "", ErrorKind::MigrationLock, r"Migration table is already locked"),
    wrapper(Knex, "", r#"migration file "(?<revision>[^"\n]+)" failed"#),
    phrase(Knex, "", ErrorKind::WrongRecord, r#"Migration "(?<revision>[^"\n]+)" was not run"#),
    // Sequelize's umzug
    wrapper(Sequelize, "", r"Migration (?<revision>\S+) \((?:up|down)\) failed: Original error"),
    phrase(
        Sequelize,
        "",
        ErrorKind::UnknownRevision,
        r#"Couldn't find migration to apply with name "(?<revision>[^"\n]+)""#,
    ),
];
