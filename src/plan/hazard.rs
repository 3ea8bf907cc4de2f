//! What may go wrong on a database with rows and users, whatever the engine.

use crate::diff::Pair;
use crate::model::{Column, Constraint, Fact, RelationName};

use super::{Hazard, Op};

/// The hazards of an operation on every engine.
pub(super) fn of(op: &Op) -> Vec<Hazard> {
    match op {
        Op::AddColumn(_, column, _) if must_be_given(column) => {
            vec![Hazard::NeedsData(format!("rows that exist need a value for {} first: see TODO", column.name))]
        }
        Op::AlterColumn(_, columns, _) => altered(columns),
        Op::AddConstraint(_, constraint) => {
            added(constraint).map(|text| Hazard::NeedsData(text.to_owned())).into_iter().collect()
        }
        Op::CreateIndex(_, index) if index.unique => {
            vec![Hazard::NeedsData("fails if rows hold the same value twice".to_owned())]
        }
        Op::Together(_, ops) => ops.iter().flat_map(of).collect(),
        _ => Vec::new(),
    }
}

/// The table that has to have rows for the operation to go wrong.
pub(super) fn table_of(op: &Op) -> Option<&RelationName> {
    match op {
        Op::AddColumn(table, ..)
        | Op::AlterColumn(table, ..)
        | Op::AddConstraint(table, _)
        | Op::CreateIndex(table, _)
        | Op::Together(table, _) => Some(table),
        _ => None,
    }
}

/// Whether a column takes a value that neither its default nor the engine gives.
pub fn must_be_given(column: &Column) -> bool {
    column.nullable == Fact::Known(false)
        && column.default.known().is_none_or(|default| match default {
            Some(expr) => expr.text.eq_ignore_ascii_case("null"),
            None => true,
        })
        && column.generation.known().is_none_or(Option::is_none)
        && column.generated.known().is_none_or(Option::is_none)
}

/// Whether a column that admits NULL is to admit it no longer.
pub fn becomes_required(columns: Pair<&Column>) -> bool {
    columns.from.nullable == Fact::Known(true)
        && columns.to.nullable == Fact::Known(false)
        && columns.to.generated.known().is_none_or(Option::is_none)
}

fn altered(columns: &Pair<Column>) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    if becomes_required(columns.as_ref()) {
        hazards.push(Hazard::NeedsData(format!("fails if rows hold NULL in {}: see TODO", columns.to.name)));
    }
    hazards
}

fn added(constraint: &Constraint) -> Option<&'static str> {
    match constraint {
        Constraint::PrimaryKey(_) => Some("fails if rows hold the same key twice, or NULL"),
        Constraint::Unique(_) => Some("fails if rows hold the same value twice"),
        Constraint::ForeignKey(key) if key.validated && key.enforced => Some("fails if rows have no parent"),
        Constraint::Check(check) if check.validated && check.enforced => Some("fails if rows do not satisfy it"),
        Constraint::ForeignKey(_) | Constraint::Check(_) => None,
        Constraint::Exclusion(_) => Some("fails if rows exclude each other"),
    }
}
