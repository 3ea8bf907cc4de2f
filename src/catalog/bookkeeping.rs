//! The tables in which migration tools keep their own books. They are no part of anybody's schema, so neither a live
//! nor a declared schema counts them.

use crate::model::{Database, RelationName};

/// Only names that no application would choose for a table of its own.
const TABLES: &[&str] = &[
    "__diesel_schema_migrations",
    "__efmigrationshistory",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "aerich",
    "alembic_version",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "phinxlog",
    "refinery_schema_history",
    "schema_migrations",
    "schemamigrations",
    "schemaversion",
    "seaql_migrations",
    "sequelizemeta",
    "typeorm_metadata",
    "yoyo_lock",
    "_yoyo_log",
    "_yoyo_migration",
    "_yoyo_version",
];

/// Whether a table of this name is a migration tool's own, whatever its schema and case.
pub fn is_bookkeeping(table: &RelationName) -> bool {
    let name = table.name.as_str().to_lowercase();
    TABLES.contains(&name.as_str())
}

/// Takes the migration tools' tables, and the sequences that such tables own, out of a schema.
pub fn remove_bookkeeping(database: &mut Database) {
    database.tables.retain(|name, _| !is_bookkeeping(name));
    database
        .sequences
        .retain(|_, sequence| !sequence.owned_by.as_ref().is_some_and(|(table, _)| is_bookkeeping(table)));
    database.opaque.retain(|object| !object.table.as_ref().is_some_and(is_bookkeeping));
    database.uncaptured.retain(|entry| !is_bookkeeping(&entry.relation()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    #[test]
    fn books_are_told_by_name_whatever_their_case() {
        let named = |name: &str| RelationName::new(None, Name::exact(name));
        assert!(is_bookkeeping(&named("alembic_version")));
        assert!(is_bookkeeping(&named("SequelizeMeta")));
        assert!(!is_bookkeeping(&named("migrations")));
    }
}
