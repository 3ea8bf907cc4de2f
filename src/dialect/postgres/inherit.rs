//! What a table has from its parents: partitions from the partitioned table, heirs from those of INHERITS.

use crate::model::{Column, ColumnOverride, Database, Extras, Fact, Name, RelationName, Table};

use crate::sql::Syntax;

use super::Postgres;
use super::definition::default_text;

/// Gives heirs what their parents' columns bring, and takes from partitions what they repeat.
pub(super) fn complete(database: &mut Database) {
    merge_columns(database);
    drop_inherited(database);
    require_keys(database);
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
    let partitions: Vec<(RelationName, Vec<ColumnOverride>, Table)> = database
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
            let repeated = table.columns.iter().filter_map(|column| {
                Some(ColumnOverride::between(column, &database.column_of_parents(table, &column.name)?))
            });
            Some((table.name.clone(), repeated.collect(), ancestors))
        })
        .collect();
    for (name, repeated, ancestors) in partitions {
        if let Some(table) = database.tables.get_mut(&name) {
            table.columns.retain(|column| !repeated.iter().any(|other| other.name == column.name));
            repeated.into_iter().for_each(|change| table.set_override(change));
            keep_own(table, &ancestors);
        }
    }
}

/// The columns of a primary key are NOT NULL, those too that a table has from its parents.
fn require_keys(database: &mut Database) {
    let mut required: Vec<(RelationName, Name)> = Vec::new();
    for table in database.tables.values().filter(|table| table.parents().next().is_some()) {
        let key = table.primary_key.iter().flat_map(|key| &key.columns).filter(|name| table.column(name).is_none());
        let nullable = key.filter(|name| {
            database.column_of_parents(table, name).is_some_and(|column| column.nullable != Fact::Known(false))
        });
        required.extend(nullable.map(|name| (table.name.clone(), name.clone())));
    }
    for (table, name) in required {
        if let Some(table) = database.tables.get_mut(&table) {
            let change = ColumnOverride { not_null: true, ..table.override_of(&name) };
            table.set_override(change);
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
    all.primary_key = all.primary_key.take().or(table.primary_key.clone());
    all.checks.extend(table.checks.iter().cloned());
}

fn keep_own(table: &mut Table, parent: &Table) {
    let columns = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
    if columns(table) == columns(parent) {
        table.primary_key = None;
    }
    table.checks.retain(|check| {
        !parent.checks.iter().any(|other| other.name.name().is_some() && other.name.name() == check.name.name())
    });
}

impl Postgres {
    /// A column inside the parentheses of PARTITION OF; `None` where nothing is to be said there.
    pub(super) fn overridden(&self, change: &ColumnOverride) -> Option<String> {
        let mut out = self.quote(&change.name);
        if let Some(Fact::Known(Some(default))) = &change.default {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if change.not_null {
            out.push_str(" NOT NULL");
        }
        (out != self.quote(&change.name)).then_some(out)
    }

    /// What is said of an inherited column behind CREATE TABLE: for an heir all, since a column inside the parentheses
    /// would be its own.
    pub(super) fn set_override(
        &self,
        table: &RelationName,
        change: &ColumnOverride,
        is_partition: bool,
    ) -> Vec<String> {
        let column = self.quote(&change.name);
        let alter = |action: String| self.alter(table, &format!("ALTER COLUMN {column} {action}"));
        let mut out = Vec::new();
        match &change.default {
            Some(Fact::Known(Some(default))) if !is_partition => {
                out.push(alter(format!("SET DEFAULT {}", default.text)))
            }
            Some(Fact::Known(None)) => out.push(alter("DROP DEFAULT".to_owned())),
            Some(Fact::Known(Some(_)) | Fact::Unknown(_)) | None => {}
        }
        if change.not_null && !is_partition {
            out.push(alter("SET NOT NULL".to_owned()));
        }
        let object = format!("COLUMN {}.{column}", self.relation(table));
        out.extend(change.comment.as_ref().map(|text| self.comment_on(&object, Some(text))));
        out
    }
}
