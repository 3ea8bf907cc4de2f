//! ALTER COLUMN and what it does to columns that a table has from others: without ONLY, what is set in a table is set in its
//! partitions and heirs, too. <https://www.postgresql.org/docs/current/sql-altertable.html>

use crate::model::{ColumnOverride, Fact, Name, RelationName};

use super::super::cursor::{Cursor, Read};
use super::super::reader::Reader;
use super::column;

/// What may differ between a table and those that have the column from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Default,
    NotNull,
}

impl Setting {
    /// The setting that the action which stands here changes.
    pub(super) fn at(cursor: &Cursor<'_>) -> Option<Self> {
        match () {
            () if cursor.at_any(&["SET DEFAULT", "DROP DEFAULT"]) => Some(Setting::Default),
            () if cursor.at_any(&["SET NOT NULL", "DROP NOT NULL"]) => Some(Setting::NotNull),
            () => None,
        }
    }
}

/// The tables that have a column from `table` directly.
fn children(reader: &Reader<'_>, table: &RelationName) -> Vec<RelationName> {
    let is_child = |other: &&crate::model::Table| other.parents().any(|parent| parent == table);
    reader.database.tables.values().filter(is_child).map(|table| table.name.clone()).collect()
}

/// Before a column is changed in one table ONLY: those below keep what they have.
pub(super) fn before(reader: &mut Reader<'_>, table: &RelationName, name: &Name, setting: Setting) {
    if !reader.only {
        return;
    }
    for child in children(reader, table) {
        let Some(found) = reader.database.tables.get(&child).filter(|found| found.column(name).is_none()) else {
            continue;
        };
        let Some(column) = reader.database.inherited_column(found, name) else { continue };
        let known = found.override_of(name);
        let change = match setting {
            Setting::Default => ColumnOverride { default: Some(column.default), ..known },
            Setting::NotNull => ColumnOverride { not_null: column.nullable == Fact::Known(false), ..known },
        };
        reader.database.tables.entry(child).and_modify(|child| child.set_override(change));
    }
}

/// After a column is changed: those below follow, unless it was changed in one table ONLY.
pub(super) fn after(reader: &mut Reader<'_>, table: &RelationName, name: &Name, setting: Setting) {
    if reader.only {
        return;
    }
    let Some(found) = reader.database.tables.get(table) else { return };
    let Some(column) = reader.database.column_of(found, name) else { return };
    for child in children(reader, table) {
        let Some(found) = reader.database.tables.get_mut(&child) else { continue };
        let known = found.override_of(name);
        if let Some(own) = found.column_mut(name) {
            match setting {
                Setting::Default => own.default = column.default.clone(),
                Setting::NotNull => own.nullable = column.nullable.clone(),
            }
        } else {
            found.set_override(match setting {
                Setting::Default => ColumnOverride { default: None, ..known },
                Setting::NotNull => ColumnOverride { not_null: false, ..known },
            });
        }
        after(reader, &child, name, setting);
    }
}

/// A column that the table has from its parents is changed.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    let setting = Setting::at(cursor);
    let Some(known) = reader.database.tables.get(table).map(|table| table.override_of(name)) else { return Ok(()) };
    let change = if cursor.eat("SET DEFAULT") {
        ColumnOverride { default: Some(Fact::Known(reader.default_expr(cursor)?)), ..known }
    } else if cursor.eat("DROP DEFAULT") {
        ColumnOverride { default: Some(Fact::Known(None)), ..known }
    } else if cursor.eat("SET NOT NULL") {
        ColumnOverride { not_null: true, ..known }
    } else if cursor.eat("DROP NOT NULL") {
        ColumnOverride { not_null: false, ..known }
    } else if cursor.at_any(&["SET STATISTICS", "SET STORAGE", "SET COMPRESSION", "RESET"]) {
        return column::alter_column(reader, cursor, table, name);
    } else {
        cursor.skip_all();
        return Ok(());
    };
    reader.database.tables.entry(table.clone()).and_modify(|table| table.set_override(change));
    if let Some(setting) = setting {
        after(reader, table, name, setting);
    }
    Ok(())
}
