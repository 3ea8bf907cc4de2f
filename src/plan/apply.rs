//! What an operation leaves behind: the schema after it, as a value.
//!
//! Only what the model holds is changed here; nothing is looked up in the declared schema.

use crate::model::{Column, ColumnOverride, Columns, Constraint, Database, Fact, Name, RelationName, Table};

use super::{Op, Position, extras};

/// Changes `database` as `op` would.
pub(super) fn apply(database: &mut Database, op: &Op) {
    match op {
        Op::CreateSchema(name) => drop(database.schemas.insert(name.clone())),
        Op::DropSchema(name) => drop(database.schemas.remove(name)),
        Op::CreateEnum(ty) => drop(database.enums.insert(ty.name.clone(), ty.clone())),
        Op::DropEnum(ty) => drop(database.enums.remove(&ty.name)),
        Op::ExtendEnum(types) | Op::ReplaceEnum { types, .. } => {
            if let Some(ty) = database.enums.get_mut(&types.from.name) {
                ty.values.clone_from(&types.to.values);
            }
        }
        Op::CreateDomain(domain) => drop(database.domains.insert(domain.name.clone(), domain.clone())),
        Op::CreateOther(object) => database.opaque.push(object.clone()),
        Op::CreateSequence(sequence) => drop(database.sequences.insert(sequence.name.clone(), sequence.clone())),
        Op::DropSequence(sequence) => drop(database.sequences.remove(&sequence.name)),
        Op::AlterSequence(sequences) => {
            database.sequences.insert(sequences.to.name.clone(), sequences.to.clone());
        }
        Op::OwnSequence(_) => {}
        Op::HandSequence(table, columns, sequence) => {
            match columns.to.is_numbered() {
                true => drop(database.sequences.remove(&sequence.name)),
                false => drop(database.sequences.insert(sequence.name.clone(), sequence.clone())),
            }
            let column = database.tables.get_mut(table).and_then(|table| table.column_mut(&columns.to.name));
            if let Some(column) = column {
                *column = columns.to.clone();
            }
        }
        Op::CreateTable(table) => drop(database.tables.insert(table.name.clone(), (**table).clone())),
        Op::DropTable(table) => drop(database.tables.remove(&table.name)),
        Op::RebuildTable(rebuild) => {
            database.tables.insert(rebuild.tables.to.name.clone(), rebuild.tables.to.clone());
        }
        Op::CreateView(view) => drop(database.views.insert(view.name.clone(), view.clone())),
        Op::DropView(view) => drop(database.views.remove(&view.name)),
        Op::Together(_, ops) => ops.iter().for_each(|op| apply(database, op)),
        Op::Comment(commented, comments) => comment(database, &commented.name, &comments.to),
        Op::AlterTable(tables) => {
            if let Some(table) = database.tables.get_mut(&tables.from.name) {
                extras::change(&mut table.extras, tables.as_ref().as_ref().map(|table| &table.extras));
            }
        }
        Op::AddColumn(name, ..)
        | Op::DropColumn(name, _)
        | Op::AlterColumn(name, ..)
        | Op::AddConstraint(name, _)
        | Op::DropConstraint(name, _)
        | Op::RenameConstraint(name, _)
        | Op::CreateIndex(name, _)
        | Op::DropIndex(name, _)
        | Op::AlterIndex(name, _) => {
            if let Some(table) = database.tables.get_mut(name) {
                apply_to_table(table, op);
            }
        }
    }
}

fn comment(database: &mut Database, name: &RelationName, text: &Option<String>) {
    if let Some(table) = database.tables.get_mut(name) {
        table.comment = text.clone().into();
    } else if let Some(view) = database.views.get_mut(name) {
        view.comment.clone_from(text);
    } else if let Some(sequence) = database.sequences.get_mut(name) {
        sequence.comment.clone_from(text);
    }
    if let Some(ty) = database.enums.get_mut(name) {
        ty.comment.clone_from(text);
    }
}

/// Changes one table; operations on anything else leave it as it is.
fn apply_to_table(table: &mut Table, op: &Op) {
    match op {
        Op::AddColumn(_, column, position) => place(&mut table.columns, (**column).clone(), position.as_ref()),
        Op::DropColumn(_, column) => table.columns.retain(|other| other.name != column.name),
        Op::AlterColumn(_, columns, position) => {
            let at = table.columns.place(&columns.from.name);
            if at.is_none() && table.parents().next().is_some() {
                table.set_override(ColumnOverride {
                    name: columns.to.name.clone(),
                    not_null: columns.to.nullable == Fact::Known(false),
                    default: Some(columns.to.default.clone()),
                    comment: columns.to.comment.known().cloned().flatten(),
                });
            } else if let (Some(at), None) = (at, position) {
                table.columns.change(|list| list[at] = columns.to.clone());
            } else {
                table.columns.retain(|column| column.name != columns.from.name);
                place(&mut table.columns, columns.to.clone(), position.as_ref());
            }
        }
        Op::AddConstraint(_, constraint) => add(table, constraint),
        Op::DropConstraint(_, constraint) => remove(table, constraint),
        Op::RenameConstraint(_, constraints) => {
            remove(table, &constraints.from);
            add(table, &constraints.to);
        }
        Op::CreateIndex(_, index) => table.indexes.push((**index).clone()),
        Op::DropIndex(_, index) => table.indexes.retain(|other| other.name != index.name),
        Op::AlterIndex(_, indexes) => {
            for index in &mut table.indexes {
                if index.name == indexes.from.name {
                    *index = indexes.to.clone();
                }
            }
        }
        Op::CreateSchema(_)
        | Op::DropSchema(_)
        | Op::CreateEnum(_)
        | Op::DropEnum(_)
        | Op::ExtendEnum(_)
        | Op::ReplaceEnum { .. }
        | Op::CreateDomain(_)
        | Op::CreateOther(_)
        | Op::CreateSequence(_)
        | Op::DropSequence(_)
        | Op::AlterSequence(_)
        | Op::OwnSequence(_)
        | Op::HandSequence(..)
        | Op::CreateTable(_)
        | Op::DropTable(_)
        | Op::AlterTable(_)
        | Op::Comment(..)
        | Op::CreateView(_)
        | Op::DropView(_)
        | Op::RebuildTable(_)
        | Op::Together(..) => {}
    }
}

/// Puts a column where `position` says, or at the end.
fn place(columns: &mut Columns, column: Column, position: Option<&Position>) {
    let at = match position {
        Some(Position::First) => Some(0),
        Some(Position::After(name)) => columns.place(name).map(|at| at + 1),
        None => None,
    };
    columns.change(|list| list.insert(at.unwrap_or(list.len()), column));
}

fn add(table: &mut Table, constraint: &Constraint) {
    match constraint {
        Constraint::PrimaryKey(key) => table.primary_key = Some(key.clone()),
        Constraint::Unique(unique) => table.uniques.push(unique.clone()),
        Constraint::ForeignKey(key) => table.foreign_keys.push(key.clone()),
        Constraint::Check(check) => table.checks.push(check.clone()),
        Constraint::Exclusion(exclusion) => table.exclusions.push(exclusion.clone()),
    }
}

/// Removes the one constraint that is meant: by its name, or by its definition where it has none.
fn remove(table: &mut Table, constraint: &Constraint) {
    match constraint {
        Constraint::PrimaryKey(_) => table.primary_key = None,
        Constraint::Unique(unique) => remove_first(&mut table.uniques, |other| other == unique),
        Constraint::ForeignKey(key) => remove_first(&mut table.foreign_keys, |other| other == key),
        Constraint::Check(check) => remove_first(&mut table.checks, |other| {
            let text = |fact: &crate::model::Fact<crate::model::Expr>| fact.known().map(|expr| expr.text.clone());
            other.name == check.name && text(&other.expr) == text(&check.expr)
        }),
        Constraint::Exclusion(exclusion) => remove_first(&mut table.exclusions, |other| other.name == exclusion.name),
    }
}

fn remove_first<T>(list: &mut Vec<T>, is_meant: impl FnMut(&T) -> bool) {
    if let Some(at) = list.iter().position(is_meant) {
        list.remove(at);
    }
}

/// Where a new column of that name goes: `None` where it stands last, which is where columns go by themselves.
pub(super) fn place_of_new(table: &Table, name: &Name) -> Option<Position> {
    let is_last = table.columns.last().is_some_and(|column| column.name == *name);
    if is_last { None } else { position_in(table, name) }
}

/// The column before `name`, or `First`.
pub(super) fn position_in(table: &Table, name: &Name) -> Option<Position> {
    let at = table.columns.place(name)?;
    Some(Position::behind(at.checked_sub(1).map(|before| &table.columns[before].name)))
}
