//! What the engine adds to DDL by itself.

use crate::model::Database;

use super::Sqlite;

pub(super) fn complete(_dialect: &Sqlite, _database: &mut Database) {
    todo!("dialect/complete")
}
