//! From rows to the model: what is seldom said of a column of a table, or of a key of an index. Pure.

use std::collections::HashMap;

use sqlx::postgres::types::Oid;

use crate::model::{Kind, Name, ObjectPath, RelationName, Uncaptured};

use super::lookup::{Lookup, options};
use super::rows;

/// What drift's model has no place for, in the tables of these names. The parameters of an index's operator classes have one.
pub(super) fn uncaptured(
    rows: &rows::Tables,
    lookup: &Lookup<'_>,
    tables: &HashMap<Oid, RelationName>,
) -> Vec<Uncaptured> {
    let indexes: HashMap<Oid, &rows::Index> = rows.indexes.iter().map(|row| (row.oid, row)).collect();
    let mut uncaptured = Vec::new();
    for row in &rows.attributes {
        if let Some(table) = tables.get(&row.relation_oid) {
            if let Some(column) = lookup.column(row.relation_oid, row.number) {
                of_column(row, path(Kind::Column, table, &column.name), &mut uncaptured);
            }
        } else if let Some(index) = indexes.get(&row.relation_oid)
            && let Some(table) = tables.get(&index.table_oid)
            && let Some(statistics) = &row.statistics
        {
            let object = path(Kind::Index, table, &index.name);
            uncaptured.push(Uncaptured::new(object, format!("STATISTICS of key {}", row.number), statistics));
        }
    }
    uncaptured
}

fn path(kind: Kind, table: &RelationName, name: &str) -> ObjectPath {
    ObjectPath::of_table(kind, table, Name::exact(name))
}

fn of_column(row: &rows::Attributes, column: ObjectPath, uncaptured: &mut Vec<Uncaptured>) {
    let words = [
        ("STORAGE", &row.storage),
        ("COMPRESSION", &row.compression),
        ("STATISTICS", &row.statistics),
        ("GRANT", &row.grants),
    ];
    for (word, value) in words {
        uncaptured.extend(value.as_ref().map(|value| Uncaptured::new(column.clone(), word, value)));
    }
    for (name, value) in options(row.options.as_deref().unwrap_or_default()) {
        uncaptured.push(Uncaptured::new(column.clone(), name, value));
    }
}
