//! ADD, MODIFY and CHANGE: columns, constraints and indexes that come or are defined anew.

use crate::model::{
    Constraint, ConstraintName, IndexTarget, Kind, Name, ObjectPath, PrimaryKey, RelationName, Table, UniqueConstraint,
};

use super::super::column::Parts;
use super::super::constraint::deferrability;
use super::super::create_table::{add, add_constraint};
use super::super::cursor::{Cursor, Read};
use super::super::reader::{Reader, problem};
use super::super::rename;
use super::{target, with_table};

pub(super) fn add_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("SYSTEM VERSIONING") {
        reader.beyond(ObjectPath::table(table), "WITH SYSTEM VERSIONING", "");
        return Ok(());
    }
    if cursor.eat("PARTITION") || cursor.eat("PERIOD") {
        cursor.skip_all();
        return Ok(());
    }
    let mut parts = Parts::default();
    if reader.at_constraint(cursor) {
        if cursor.mentions(&["USING"]) && using_index(reader, cursor, table)? {
            return Ok(());
        }
        let if_not_exists = cursor.mentions(&["EXISTS"]);
        let outcome = reader.constraint(cursor, table, &mut parts);
        outcome?;
        return add_keys(reader, cursor, table, parts, if_not_exists);
    }
    cursor.eat("COLUMN");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    if cursor.at_symbol(b'(') {
        for mut item in cursor.parens()?.items() {
            if reader.at_constraint(&item) {
                reader.constraint(&mut item, table, &mut parts)?;
            } else {
                reader.column(&mut item, table, &mut parts)?;
            }
        }
    } else {
        let at = *cursor;
        let name = reader.name(&mut cursor.clone())?;
        if target(reader, table, cursor)?.column(&name).is_some() {
            cursor.skip_all();
            if !if_not_exists {
                let span = reader.span(&at);
                let message = format!("column {name} of table {table} is added twice");
                let path = ObjectPath::of_table(Kind::Column, table, name);
                reader.warn_repeated(
                    path,
                    span,
                    message,
                    "the first definition counts; write IF NOT EXISTS, or remove one",
                );
            }
            return Ok(());
        }
        reader.column(cursor, table, &mut parts)?;
    }
    let position = position(reader, cursor)?;
    with_table(reader, table, |reader, table| {
        let added = parts.columns.len();
        add(reader, table, parts);
        place(table, added, position);
    });
    Ok(())
}

fn kind_of(constraint: &Constraint) -> Kind {
    match constraint {
        Constraint::PrimaryKey(_) => Kind::PrimaryKey,
        Constraint::Unique(_) => Kind::Unique,
        Constraint::ForeignKey(_) => Kind::ForeignKey,
        Constraint::Check(_) => Kind::Check,
        Constraint::Exclusion(_) => Kind::Exclusion,
    }
}

/// Adds constraints and indexes, unless one of that name exists and that is allowed.
fn add_keys(
    reader: &mut Reader<'_>,
    cursor: &Cursor<'_>,
    table: &RelationName,
    mut parts: Parts,
    if_not_exists: bool,
) -> Read<()> {
    let existing = target(reader, table, cursor)?;
    let taken: Vec<Name> = constraint_names(existing);
    let indexes: Vec<Name> = existing.indexes.iter().map(|index| index.name.clone()).collect();
    let mut doubled = Vec::new();
    parts.constraints.retain(|(constraint, span)| {
        let name = constraint.name().explicit().filter(|name| taken.contains(name));
        doubled.extend(name.map(|name| (kind_of(constraint), name.clone(), span.clone())));
        name.is_none()
    });
    parts.indexes.retain(|(index, span)| {
        let is_taken = !index.name_is_implied && indexes.contains(&index.name);
        doubled.extend(is_taken.then(|| (Kind::Index, index.name.clone(), span.clone())));
        !is_taken
    });
    for (kind, name, span) in doubled {
        if !if_not_exists {
            let message = format!("{name} is added to table {table} twice");
            let path = ObjectPath::of_table(kind, table, name);
            reader.warn_repeated(path, span, message, "the first definition counts; remove one of the two");
        }
    }
    with_table(reader, table, |reader, table| add(reader, table, parts));
    Ok(())
}

/// The names of a table's constraints, chosen or implied.
fn constraint_names(table: &Table) -> Vec<Name> {
    let names = (table.primary_key.iter().map(|key| &key.name))
        .chain(table.uniques.iter().map(|unique| &unique.name))
        .chain(table.foreign_keys.iter().map(|key| &key.name))
        .chain(table.checks.iter().map(|check| &check.name))
        .chain(table.exclusions.iter().map(|exclusion| &exclusion.name));
    names.filter_map(|name| name.name().cloned()).collect()
}

/// `ADD CONSTRAINT name {PRIMARY KEY | UNIQUE} USING INDEX index`: the index becomes the constraint's.
fn using_index(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<bool> {
    let start = cursor.mark();
    let mut name = None;
    if cursor.eat("CONSTRAINT") && !cursor.at_any(&["PRIMARY KEY", "UNIQUE"]) {
        name = Some(reader.name(cursor)?);
    }
    let is_primary = cursor.eat("PRIMARY KEY");
    if !(is_primary || cursor.eat("UNIQUE")) || !cursor.eat("USING INDEX") {
        cursor.back_to(start);
        return Ok(false);
    }
    let span = reader.span(cursor);
    let index = reader.name(cursor)?;
    let missing = problem(cursor, format!("table {table} has no index {index}"));
    let found = target(reader, table, cursor)?;
    let at = found.indexes.iter().position(|other| other.name == index).ok_or(missing)?;
    let index = found.indexes.remove(at);
    let columns: Vec<Name> = index
        .keys
        .iter()
        .filter_map(|key| match &key.target {
            IndexTarget::Column(name) => Some(name.clone()),
            IndexTarget::Expr(_) => None,
        })
        .collect();
    let name = ConstraintName::Explicit(name.unwrap_or(index.name));
    let deferrability = deferrability(cursor);
    let constraint = if is_primary {
        Constraint::PrimaryKey(PrimaryKey { include: index.include, deferrability, ..PrimaryKey::new(name, columns) })
    } else {
        Constraint::Unique(UniqueConstraint {
            name,
            columns,
            without_overlaps: false,
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            deferrability,
        })
    };
    reader.spans.constraint(table, &constraint, span);
    add_constraint(target(reader, table, cursor)?, constraint);
    Ok(true)
}

/// Where a column goes: `FIRST`, `AFTER column`, or at the end.
enum Position {
    Last,
    First,
    After(Name),
}

fn position(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<Position> {
    if cursor.eat("FIRST") {
        Ok(Position::First)
    } else if cursor.eat("AFTER") {
        Ok(Position::After(reader.name(cursor)?))
    } else {
        Ok(Position::Last)
    }
}

/// Moves the last `count` columns to their position.
fn place(table: &mut Table, count: usize, position: Position) {
    let start = table.columns.len().saturating_sub(count);
    let at = match position {
        Position::Last => return,
        Position::First => 0,
        Position::After(name) => match table.columns.place(&name) {
            Some(at) => at + 1,
            None => return,
        },
    };
    table.columns.change(|list| {
        let moved = list.split_off(start);
        let at = at.min(list.len());
        list.splice(at..at, moved);
    });
}

/// MODIFY and CHANGE: the new definition replaces the whole of the old one, but for its keys.
pub(super) fn redefine(
    reader: &mut Reader<'_>,
    cursor: &mut Cursor<'_>,
    table: &RelationName,
    old: &Name,
    if_exists: bool,
) -> Read<()> {
    let Some(at) = target(reader, table, cursor)?.columns.place(old) else {
        cursor.skip_all();
        return if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no column {old}"))) };
    };
    reader.move_notes(&[Kind::Column], table, old, None);
    let mut parts = Parts::default();
    let outcome = reader.column(cursor, table, &mut parts);
    let new_name = parts.columns.first().map(|(column, _)| column.name.clone());
    if let Some(new_name) = new_name.as_ref().filter(|new| *new != old) {
        rename::column(reader, table, old, new_name);
    }
    if reader.grammar.check_named_after_column {
        // There a CHECK inside a column definition is a part of it, and goes with it.
        target(reader, table, cursor)?.checks.retain(|check| check.of_column.is_none() || check.of_column != new_name);
    }
    let position = if outcome.is_ok() { position(reader, cursor)? } else { Position::Last };
    with_table(reader, table, |reader, table| {
        let columns = std::mem::take(&mut parts.columns);
        for (column, span) in columns {
            reader.spans.column(&table.name, &column.name, span);
            table.columns.change(|list| list[at] = column);
        }
        add(reader, table, parts);
        if !matches!(position, Position::Last) {
            table.columns.change(|list| {
                let moved = list.remove(at);
                list.push(moved);
            });
            place(table, 1, position);
        }
    });
    outcome
}
