//! What a table has from its parents: partitions from the partitioned table, heirs from those of INHERITS.

use crate::model::{Column, Database, Extras, Fact, RelationName, Table};

/// Gives heirs what their parents' columns bring, and takes from partitions what they repeat.
pub(super) fn complete(database: &mut Database) {
    merge_columns(database);
    drop_inherited(database);
}

/// A column that an heir repeats is one with its parent's: it is NOT NULL where either is, and without a default of its
/// own it has the parent's ("CREATE TABLE", INHERITS).
fn merge_columns(database: &mut Database) {
    let heirs: Vec<(RelationName, Vec<Column>)> = database
        .tables
        .values()
        .map(|table| (table.name.clone(), columns_of_parents(database, table, 0)))
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    for (name, inherited) in heirs {
        let Some(table) = database.tables.get_mut(&name) else { continue };
        for parent in inherited {
            let Some(column) = table.column_mut(&parent.name) else { continue };
            if parent.nullable == Fact::Known(false) {
                column.nullable = Fact::Known(false);
            }
            if matches!(column.default, Fact::Known(None)) && matches!(column.generation, Fact::Known(None)) {
                column.default = parent.default;
            }
        }
    }
}

/// The columns of a table's parents and of theirs. A chain is as long as its levels; the bound keeps a circle from
/// going on.
fn columns_of_parents(database: &Database, table: &Table, level: usize) -> Vec<Column> {
    let Extras::Postgres(extras) = &table.extras else { return Vec::new() };
    if level == 16 {
        return Vec::new();
    }
    let parents = extras.inherits.iter().filter_map(|name| database.tables.get(name));
    parents
        .flat_map(|parent| {
            let above = columns_of_parents(database, parent, level + 1);
            parent.columns.iter().cloned().chain(above)
        })
        .collect()
}

/// A partition has the columns, checks and primary key of its parent; only what it declares beyond them is its own. What
/// pg_dump repeats for each partition becomes the parent's when it is attached. Of indexes and other keys a partition may
/// have one that equals its parent's, so that the order of the statements decides, and who reads them.
/// <https://www.postgresql.org/docs/current/ddl-partitioning.html>
fn drop_inherited(database: &mut Database) {
    let partitions: Vec<(RelationName, Table)> = database
        .tables
        .values()
        .filter_map(|table| {
            let mut parent = Some(parent_of(table)?);
            let mut ancestors = Table::new(table.name.clone(), table.extras.clone());
            // A chain of partitions is as long as its levels; the bound keeps a circle from going on.
            for _level in 0..16 {
                let Some(found) = parent.and_then(|name| database.tables.get(name)) else { break };
                gather(&mut ancestors, found);
                parent = parent_of(found);
            }
            Some((table.name.clone(), ancestors))
        })
        .collect();
    for (name, ancestors) in partitions {
        if let Some(table) = database.tables.get_mut(&name) {
            keep_own(table, &ancestors);
        }
    }
}

pub(super) fn parent_of(table: &Table) -> Option<&RelationName> {
    match &table.extras {
        Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    }
}

fn gather(all: &mut Table, table: &Table) {
    all.columns.extend(table.columns.iter().cloned());
    all.primary_key = all.primary_key.take().or(table.primary_key.clone());
    all.checks.extend(table.checks.iter().cloned());
}

fn keep_own(table: &mut Table, parent: &Table) {
    table.columns.retain(|column| parent.column(&column.name).is_none());
    let columns = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
    if columns(table) == columns(parent) {
        table.primary_key = None;
    }
    table.checks.retain(|check| {
        !parent.checks.iter().any(|other| other.name.name().is_some() && other.name.name() == check.name.name())
    });
}
