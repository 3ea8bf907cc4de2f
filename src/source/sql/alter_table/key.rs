//! Constraints and indexes by their names: dropped, renamed, altered.

use crate::model::{ConstraintName, Extras, Index, Kind, Name, RelationName, Table};

use super::super::constraint::{deferrability, enforced};
use super::super::cursor::{Cursor, Read};
use super::super::reader::{Reader, problem};
use super::target;

/// Removes a constraint by name, whatever its kind.
pub(super) fn drop_constraint(
    reader: &mut Reader<'_>,
    table: &RelationName,
    name: &Name,
    if_exists: bool,
    cursor: &Cursor<'_>,
) -> Read<()> {
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        if remove_constraint(target(reader, table, cursor)?, name) {
            return Ok(());
        }
    }
    if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no constraint {name}"))) }
}

pub(in super::super) fn remove_constraint(table: &mut Table, name: &Name) -> bool {
    let is = |other: &ConstraintName| other.name() == Some(name);
    let count = |table: &Table| {
        table.uniques.len()
            + table.foreign_keys.len()
            + table.checks.len()
            + table.exclusions.len()
            + usize::from(table.primary_key.is_some())
            + table.indexes.len()
    };
    let before = count(table);
    table.uniques.retain(|unique| !is(&unique.name));
    table.foreign_keys.retain(|key| !is(&key.name));
    table.checks.retain(|check| !is(&check.name));
    table.exclusions.retain(|exclusion| !is(&exclusion.name));
    if table.primary_key.as_ref().is_some_and(|key| is(&key.name)) {
        table.primary_key = None;
    }
    if matches!(table.extras, Extras::MySql(_)) && count(table) == before {
        // There a unique constraint is an index.
        table.indexes.retain(|index| !(index.unique && index.name == *name));
    }
    count(table) < before
}

/// Removes an index by name.
pub(in super::super) fn drop_index(
    reader: &mut Reader<'_>,
    table: &RelationName,
    name: &Name,
    if_exists: bool,
    cursor: &Cursor<'_>,
) -> Read<()> {
    if name.key() == "primary" && reader.grammar.unique_is_index {
        target(reader, table, cursor)?.primary_key = None;
        return Ok(());
    }
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        let table = target(reader, table, cursor)?;
        let before = table.indexes.len();
        table.indexes.retain(|index| index.name != *name);
        if table.indexes.len() < before {
            return Ok(());
        }
    }
    if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no index {name}"))) }
}

pub(super) fn rename_index(
    reader: &mut Reader<'_>,
    table: &RelationName,
    from: &Name,
    to: Name,
    cursor: &Cursor<'_>,
) -> Read<()> {
    let has = |table: &Table| table.indexes.iter().any(|index| index.name == *from);
    if !has(target(reader, table, cursor)?) {
        reader.complete_table(table);
    }
    reader.spans.rename_index(table, from, &to);
    reader.move_notes(&[Kind::Index], table, from, Some(&to));
    let missing = problem(cursor, format!("table {table} has no index {from}"));
    let found = target(reader, table, cursor)?.indexes.iter_mut().find(|index| index.name == *from);
    let index: &mut Index = found.ok_or(missing)?;
    index.name = to;
    index.name_is_implied = false;
    Ok(())
}

/// Gives a constraint a chosen name; false where there is none of the old name.
pub(in super::super) fn rename_constraint(
    reader: &mut Reader<'_>,
    table: &RelationName,
    from: &Name,
    to: &Name,
) -> bool {
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        let Some(table) = reader.table(table) else { return false };
        let names = (table.primary_key.iter_mut().map(|key| &mut key.name))
            .chain(table.uniques.iter_mut().map(|unique| &mut unique.name))
            .chain(table.foreign_keys.iter_mut().map(|key| &mut key.name))
            .chain(table.checks.iter_mut().map(|check| &mut check.name))
            .chain(table.exclusions.iter_mut().map(|exclusion| &mut exclusion.name));
        for name in names {
            if name.name() == Some(from) {
                *name = ConstraintName::Explicit(to.clone());
                return true;
            }
        }
    }
    false
}

pub(super) fn alter_constraint(
    reader: &mut Reader<'_>,
    cursor: &mut Cursor<'_>,
    table: &RelationName,
    name: &Name,
) -> Read<()> {
    let enforced = enforced(cursor);
    let deferrability = deferrability(cursor);
    let target = target(reader, table, cursor)?;
    if let Some(enforced) = enforced {
        let checks = target.checks.iter_mut().filter(|check| check.name.name() == Some(name));
        checks.for_each(|check| check.enforced = enforced);
        let keys = target.foreign_keys.iter_mut().filter(|key| key.name.name() == Some(name));
        keys.for_each(|key| key.enforced = enforced);
    } else {
        let keys = target.foreign_keys.iter_mut().filter(|key| key.name.name() == Some(name));
        keys.for_each(|key| key.deferrability = deferrability);
    }
    Ok(())
}
