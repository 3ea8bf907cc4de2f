//! What the engine adds to DDL by itself.

use crate::model::Database;

use super::Postgres;

pub(super) fn complete(_dialect: &Postgres, _database: &mut Database) {
    todo!("dialect/complete")
}
