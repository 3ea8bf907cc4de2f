//! What the engine adds to DDL by itself.

use std::collections::BTreeMap;

use crate::model::{Database, Extras, Fact, IndexTarget, Name, Table};

use super::Sqlite;

pub(super) fn complete(_dialect: &Sqlite, database: &mut Database) {
    let keys: BTreeMap<_, _> = database
        .tables
        .iter()
        .filter_map(|(name, table)| Some((name.clone(), table.primary_key.as_ref()?.columns.clone())))
        .collect();
    for table in database.tables.values_mut() {
        key_columns(table);
        elide_collations(table);
        for key in table.foreign_keys.iter_mut().filter(|key| key.referenced_columns.is_empty()) {
            if let Some(columns) = keys.get(&key.references) {
                key.referenced_columns.clone_from(columns);
            }
        }
    }
}

/// A key column of a WITHOUT ROWID or STRICT table, and the rowid's alias, never hold NULL. Every other one may, which is
/// an old mistake that SQLite keeps: <https://www.sqlite.org/lang_createtable.html#primkeyconst>.
fn key_columns(table: &mut Table) {
    let Some(key) = &table.primary_key else { return };
    let Extras::Sqlite(extras) = &table.extras else { return };
    let only = if let [only] = key.columns.as_slice() { Some(only) } else { None };
    for column in &mut table.columns {
        if !key.columns.contains(&column.name) {
            continue;
        }
        let is_integer = column.ty.known().is_some_and(|ty| ty.written.eq_ignore_ascii_case("integer"));
        let is_rowid = only == Some(&column.name) && is_integer;
        if is_rowid || extras.without_rowid || extras.strict {
            column.nullable = Fact::Known(false);
        }
    }
}

/// A key sorts by its column's collation, which is BINARY where the column says none.
fn elide_collations(table: &mut Table) {
    let Table { columns, indexes, .. } = table;
    for key in indexes.iter_mut().flat_map(|index| &mut index.keys) {
        let IndexTarget::Column(name) = &key.target else { continue };
        let Some(column) = columns.iter().find(|column| column.name == *name) else { continue };
        let implied = column.collation.as_ref().map_or("binary", Name::key);
        if key.collation.as_ref().is_some_and(|chosen| chosen.key() == implied) {
            key.collation = None;
        }
    }
}
