//! What the engine adds to DDL by itself.

use crate::model::Database;

use super::MySql;

pub(super) fn complete(_dialect: &MySql, _database: &mut Database) {
    todo!("dialect/complete")
}
