//! The way back: what undoes an operation.

use crate::model::Database;

use super::apply::{place_of_new, position_in};
use super::dependents::columns_of;
use super::{Held, Op, Rebuild, Todo};

/// The operations that undo `todos`, in the opposite order. `before` is the schema that they lead back to.
pub(super) fn reverse(todos: &[Todo], before: &Database) -> Vec<Todo> {
    todos
        .iter()
        .rev()
        .flat_map(|todo| {
            let op = undo(&todo.op, before);
            // A sequence is made before the table that owns it.
            let owner = match &op {
                Some(Op::CreateSequence(sequence)) if sequence.owned_by.is_some() => {
                    Some(Op::OwnSequence(sequence.clone()))
                }
                _ => None,
            };
            op.into_iter().chain(owner).map(|op| {
                let held = lost(&op).map(Held::Destructive);
                Todo { op, causes: todo.causes.clone(), held }
            })
        })
        .collect()
}

/// What undoing leaves undone, where it does.
fn lost(undoing: &Op) -> Option<String> {
    match undoing {
        Op::CreateTable(_) => Some("the table comes back empty: its former rows are lost".to_owned()),
        Op::AddColumn(..) => Some("the column comes back empty: its former values are lost".to_owned()),
        Op::DropTable(_) => Some("the rows written since are lost".to_owned()),
        Op::DropColumn(..) => Some("the values written since are lost".to_owned()),
        _ => None,
    }
}

/// The operation that undoes `op`; `None` where another one does it on the way.
fn undo(op: &Op, before: &Database) -> Option<Op> {
    Some(match op {
        Op::CreateSchema(name) => Op::DropSchema(name.clone()),
        Op::DropSchema(name) => Op::CreateSchema(name.clone()),
        Op::CreateEnum(ty) => Op::DropEnum(ty.clone()),
        Op::DropEnum(ty) => Op::CreateEnum(ty.clone()),
        Op::ExtendEnum(types) => {
            Op::ReplaceEnum { columns: columns_of(&types.from.name, before), types: types.clone().swap() }
        }
        Op::ReplaceEnum { types, .. } => {
            Op::ReplaceEnum { columns: columns_of(&types.from.name, before), types: types.clone().swap() }
        }
        // A domain stays: nothing is compared with it, and the way there may have found it in place.
        Op::CreateDomain(_) | Op::CreateOther(_) => return None,
        Op::CreateSequence(sequence) => Op::DropSequence(sequence.clone()),
        Op::DropSequence(sequence) => Op::CreateSequence(sequence.clone()),
        Op::AlterSequence(sequences) => Op::AlterSequence(Box::new((**sequences).clone().swap())),
        Op::OwnSequence(_) => return None,
        Op::HandSequence(table, columns, sequence) => {
            Op::HandSequence(table.clone(), Box::new((**columns).clone().swap()), sequence.clone())
        }
        Op::CreateTable(table) => Op::DropTable(table.clone()),
        Op::DropTable(table) => Op::CreateTable(table.clone()),
        Op::AlterTable(tables) => Op::AlterTable(Box::new((**tables).clone().swap())),
        Op::AddColumn(table, column, _) => Op::DropColumn(table.clone(), column.clone()),
        Op::DropColumn(table, column) => {
            let place = before.tables.get(table).and_then(|before| place_of_new(before, &column.name));
            Op::AddColumn(table.clone(), column.clone(), place)
        }
        Op::AlterColumn(table, columns, position) => {
            let before = before.tables.get(table).filter(|_| position.is_some());
            let back = before.and_then(|before| position_in(before, &columns.from.name));
            Op::AlterColumn(table.clone(), Box::new((**columns).clone().swap()), back)
        }
        Op::AddConstraint(table, constraint) => Op::DropConstraint(table.clone(), constraint.clone()),
        Op::DropConstraint(table, constraint) => Op::AddConstraint(table.clone(), constraint.clone()),
        Op::RenameConstraint(table, constraints) => Op::RenameConstraint(table.clone(), constraints.clone().swap()),
        Op::CreateIndex(table, index) => Op::DropIndex(table.clone(), index.clone()),
        Op::DropIndex(table, index) => Op::CreateIndex(table.clone(), index.clone()),
        Op::AlterIndex(table, indexes) => Op::AlterIndex(table.clone(), Box::new((**indexes).clone().swap())),
        Op::Comment(commented, comments) => Op::Comment(commented.clone(), comments.clone().swap()),
        Op::CreateView(view) => Op::DropView(view.clone()),
        Op::DropView(view) => Op::CreateView(view.clone()),
        Op::RebuildTable(rebuild) => Op::RebuildTable(Box::new(Rebuild {
            tables: rebuild.tables.clone().swap(),
            triggers: rebuild.triggers.clone(),
        })),
        Op::Together(table, ops) => {
            Op::Together(table.clone(), ops.iter().rev().filter_map(|op| undo(op, before)).collect())
        }
    })
}
