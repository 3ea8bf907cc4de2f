//! One statement for a primary key and the AUTO_INCREMENT that hangs on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Pair;
use crate::model::{Column, Constraint, Database, Generation, Index, Name, RelationName};
use crate::plan::{Op, Todo, must_be_given};

use super::lower::index_columns;

/// A primary key and AUTO_INCREMENT hold each other, so what changes them on one table is one statement.
pub(super) fn together(todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
    let mut changes_key: BTreeMap<RelationName, usize> = BTreeMap::new();
    for todo in &todos {
        if let Some(table) = key_change(&todo.op) {
            *changes_key.entry(table.clone()).or_default() += 1;
        }
    }
    let mut joined: BTreeMap<RelationName, Vec<Todo>> = BTreeMap::new();
    let mut out = Vec::new();
    for todo in todos {
        let table = part_of(&todo.op).filter(|table| changes_key.contains_key(*table));
        match table.filter(|table| belongs(&todo.op, table, databases)).cloned() {
            Some(table) => joined.entry(table).or_default().push(todo),
            None => out.push(todo),
        }
    }
    for (table, mut todos) in joined {
        if todos.len() == 1 {
            out.extend(todos);
            continue;
        }
        todos.sort_by_key(|todo| clause_rank(&todo.op));
        let causes = todos.iter().flat_map(|todo| todo.causes.iter().copied()).collect();
        let held = todos.iter().find_map(|todo| todo.held.clone());
        let ops = todos.into_iter().map(|todo| todo.op).collect();
        out.push(Todo { op: Op::Together(table, ops), causes, held });
    }
    out
}

/// The table whose primary key or numbering an operation changes.
fn key_change(op: &Op) -> Option<&RelationName> {
    match op {
        Op::AddConstraint(table, Constraint::PrimaryKey(_)) | Op::DropConstraint(table, Constraint::PrimaryKey(_)) => {
            Some(table)
        }
        Op::AddColumn(table, column, _) | Op::DropColumn(table, column) if counts(column) => Some(table),
        Op::AlterColumn(table, columns, _) if counts(&columns.from) != counts(&columns.to) => Some(table),
        _ => None,
    }
}

/// The table of which an operation that ALTER TABLE can join changes a part.
fn part_of(op: &Op) -> Option<&RelationName> {
    match op {
        Op::AddColumn(table, ..)
        | Op::DropColumn(table, _)
        | Op::AlterColumn(table, ..)
        | Op::CreateIndex(table, _)
        | Op::DropIndex(table, _) => Some(table),
        Op::AddConstraint(table, constraint) | Op::DropConstraint(table, constraint) => match constraint {
            Constraint::PrimaryKey(_) | Constraint::Unique(_) => Some(table),
            Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => None,
        },
        _ => None,
    }
}

/// Whether an operation concerns the key columns or the numbered column of its table, before or after.
fn belongs(op: &Op, table: &RelationName, databases: Pair<&Database>) -> bool {
    let mut names: BTreeSet<&Name> = BTreeSet::new();
    for database in [databases.from, databases.to] {
        if let Some(table) = database.tables.get(table) {
            names.extend(table.primary_key.iter().flat_map(|key| &key.columns));
            names.extend(table.columns.iter().filter(|column| counts(column)).map(|column| &column.name));
        }
    }
    let leads = |index: &Index| {
        let numbered = [databases.from, databases.to].into_iter().filter_map(|database| database.tables.get(table));
        let mut numbered = numbered.flat_map(|table| &table.columns).filter(|column| counts(column));
        numbered.any(|column| index_columns(index).first() == Some(&column.name))
    };
    match op {
        Op::AddColumn(_, column, _) => names.contains(&column.name) && (counts(column) || !must_be_given(column)),
        Op::DropColumn(_, column) => names.contains(&column.name),
        Op::AlterColumn(_, columns, _) => names.contains(&columns.to.name),
        Op::CreateIndex(_, index) | Op::DropIndex(_, index) => leads(index),
        Op::AddConstraint(_, Constraint::PrimaryKey(_)) | Op::DropConstraint(_, Constraint::PrimaryKey(_)) => true,
        _ => false,
    }
}

/// The order of clauses in one statement, in which the engine itself takes them.
fn clause_rank(op: &Op) -> u8 {
    match op {
        Op::DropConstraint(..) | Op::DropIndex(..) => 0,
        Op::DropColumn(..) => 1,
        Op::AlterColumn(..) => 2,
        Op::AddColumn(..) => 3,
        _ => 4,
    }
}

fn counts(column: &Column) -> bool {
    column.generation.known() == Some(&Some(Generation::AutoIncrement))
}
