//! What partitions and heirs have otherwise in a column of their parent, while the parent's changes (PostgreSQL manual, "ALTER
//! TABLE").

use crate::diff::Pair;
use crate::model::{Column, Database, Fact, RelationName};
use crate::plan::{Op, Todo};

/// ALTER COLUMN of a table sets what its partitions and heirs have otherwise, too, so that they are given it again.
pub(super) fn keep(todos: &mut Vec<Todo>, after: &Database) {
    let mut again: Vec<(RelationName, Column)> = Vec::new();
    for todo in todos.iter() {
        let (table, to) = match &todo.op {
            Op::AlterColumn(table, columns, _) if sets(columns) => (table, &columns.to),
            Op::AddColumn(table, column, _) => (table, &**column),
            _ => continue,
        };
        for heir in after.heirs(table).into_iter().filter(|heir| !heir.override_of(&to.name).is_none()) {
            again.push((heir.name.clone(), Column { comment: Fact::Known(None), ..to.clone() }));
        }
    }
    for (name, from) in again {
        let Some(table) = after.tables.get(&name) else { continue };
        let Some(to) = after.inherited_column(table, &from.name) else { continue };
        let known = todos.iter_mut().find_map(|todo| match &mut todo.op {
            Op::AlterColumn(other, columns, _) if *other == name && columns.to.name == from.name => Some(columns),
            _ => None,
        });
        match known {
            Some(columns) => {
                columns.from.nullable = from.nullable;
                columns.from.default = from.default;
            }
            None => todos.push(Todo::aside(Op::AlterColumn(name, Box::new(Pair::new(from, to)), None))),
        }
    }
}

/// Whether a change of a column is one of what partitions and heirs may have otherwise.
fn sets(columns: &Pair<Column>) -> bool {
    let text = |column: &Column| column.default.known().cloned().flatten().map(|expr| expr.text);
    let columns = columns.as_ref();
    !columns.map(text).is_same() || !columns.map(|column| column.nullable.known().copied()).is_same()
}

/// Whether an operation sets what its table has otherwise than its parent, so that the parent's does not do it on the way.
pub(super) fn is_own(op: &Op, after: &Database) -> bool {
    let Op::AlterColumn(table, columns, _) = op else { return false };
    after.tables.get(table).is_some_and(|table| !table.override_of(&columns.to.name).is_none())
}
