//! What the engine can do, and what it has to do otherwise.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, DataType, Database, Expr, Extras, ForeignKey, GeneratedStorage, Index, IndexTarget, Name,
    RelationName, Table,
};
use crate::plan::dependents::{ColumnRef, foreign_keys_aside, parts_aside};
use crate::plan::{Hazard, Lower, Op, Position, Todo, Unnamed};

use super::complete::{self, serves};
use super::together::together;
use super::{MySql, collation, narrow};

impl Lower for MySql {
    fn lower(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
        let todos = todos.into_iter().flat_map(index_anew);
        let mut todos: Vec<Todo> = todos.flat_map(|todo| computed_anew(todo, databases)).collect();
        if !self.has_default_charset_keyword() {
            todos.iter_mut().for_each(|todo| name_default_collation(todo, databases));
        }
        drop_automatic_indexes(self, &mut todos, databases.from);
        let converted = inherited_collations(&mut todos);
        let remade = remade(&todos);
        parts_aside(&mut todos, databases, &remade);
        let mut retyped = retyped(&todos);
        retyped.extend(converted);
        let supports = dropped_supports(&todos);
        foreign_keys_aside(&mut todos, databases, |table, key| is_touched(table, key, &retyped, &supports));
        let todos = together(column_checks(todos, databases.from), databases);
        todos.into_iter().map(|todo| with_column_checks(todo, databases.to)).collect()
    }

    fn narrows(&self, types: Pair<&DataType>) -> bool {
        narrow::narrows(types.map(|ty| &ty.kind))
    }

    fn forgets_computed(&self) -> bool {
        false
    }

    fn moves_columns(&self) -> bool {
        true
    }

    fn checks_references(&self) -> bool {
        true
    }

    fn indexes_foreign_keys(&self) -> bool {
        true
    }

    fn shares_names(&self) -> bool {
        false
    }

    fn drawn_sequence(&self, _default: &Expr, _schema: Option<&Name>) -> Option<RelationName> {
        None
    }

    fn numbers_by_sequence(&self) -> bool {
        false
    }

    fn counts_on(&self, part: Unnamed<'_>) -> bool {
        matches!(part, Unnamed::Constraint(Constraint::ForeignKey(_)))
    }

    fn given_name(&self, part: Unnamed<'_>, table: &RelationName, in_use: &BTreeSet<Name>) -> Name {
        complete::given_name(self, part, table, in_use)
    }

    fn hazards(&self, op: &Op) -> Vec<Hazard> {
        let text = match op {
            Op::AlterColumn(_, columns, _) if !columns.as_ref().as_ref().map(|column| column.ty.known()).is_same() => {
                "copies the table and blocks writes while it does"
            }
            Op::Together(..) => "copies the table and blocks writes while it does",
            Op::AlterTable(tables) if tables.from.extras != tables.to.extras => "may copy the table",
            _ => return Vec::new(),
        };
        vec![Hazard::Locks(text.to_owned())]
    }
}

fn same_cause(todo: &Todo, ops: impl IntoIterator<Item = Op>) -> Vec<Todo> {
    ops.into_iter().map(|op| Todo { op, causes: todo.causes.clone(), held: todo.held.clone() }).collect()
}

/// A table goes back to the collation of its database by that one's name.
fn name_default_collation(todo: &mut Todo, databases: Pair<&Database>) {
    let Op::AlterTable(tables) = &mut todo.op else { return };
    let Pair { from, to } = tables.as_mut();
    let (Extras::MySql(from), Extras::MySql(to)) = (&from.extras, &mut to.extras) else { return };
    let is_default = to.charset.is_none() && to.collation.is_none();
    if is_default && (from.charset.is_some() || from.collation.is_some()) {
        let default = databases.to.default_collation.as_ref().or(databases.from.default_collation.as_ref());
        to.collation = default.cloned();
    }
}

/// An index's comment cannot be altered.
fn index_anew(todo: Todo) -> Vec<Todo> {
    match &todo.op {
        Op::AlterIndex(table, indexes) if indexes.from.comment != indexes.to.comment => {
            let drop = Op::DropIndex(table.clone(), Box::new(indexes.from.clone()));
            let create = Op::CreateIndex(table.clone(), Box::new(indexes.to.clone()));
            same_cause(&todo, [drop, create])
        }
        Op::RenameConstraint(table, constraints) => {
            let drop = Op::DropConstraint(table.clone(), constraints.from.clone());
            let add = Op::AddConstraint(table.clone(), constraints.to.clone());
            same_cause(&todo, [drop, add])
        }
        _ => vec![todo],
    }
}

/// A virtual column cannot become a stored or an ordinary one, nor the reverse (MySQL manual, 15.1.9.2): it is made
/// anew. Stored and ordinary turn into each other.
fn computed_anew(todo: Todo, databases: Pair<&Database>) -> Vec<Todo> {
    let Op::AlterColumn(table, columns, position) = &todo.op else { return vec![todo] };
    let is_virtual = columns.as_ref().as_ref().map(|column| {
        let generated = column.generated.known().and_then(Option::as_ref);
        generated.is_some_and(|generated| generated.storage == GeneratedStorage::Virtual)
    });
    if is_virtual.is_same() {
        return vec![todo];
    }
    let drop = Op::DropColumn(table.clone(), Box::new(columns.from.clone()));
    let position = position.clone().or_else(|| same_place(databases.from.tables.get(table)?, &columns.from.name));
    let add = Op::AddColumn(table.clone(), Box::new(columns.to.clone()), position);
    same_cause(&todo, [drop, add])
}

/// Where a column stands that goes and comes back: behind its neighbour, if it is not the last one anyway.
fn same_place(table: &Table, name: &Name) -> Option<Position> {
    let at = table.columns.iter().position(|column| column.name == *name)?;
    if at + 1 == table.columns.len() {
        return None;
    }
    Some(Position::behind(at.checked_sub(1).map(|before| &table.columns[before].name)))
}

/// A table's new collation holds for columns to come; those that had the old one by inheritance are modified with it.
fn inherited_collations(todos: &mut Vec<Todo>) -> BTreeSet<ColumnRef> {
    let mut modified = Vec::new();
    let mut converted = BTreeSet::new();
    for todo in todos.iter() {
        let Op::AlterTable(tables) = &todo.op else { continue };
        let text = tables.as_ref().as_ref().map(|table| match &table.extras {
            Extras::MySql(extras) => Some((&extras.charset, &extras.collation)),
            Extras::Postgres(_) | Extras::Sqlite(_) => None,
        });
        if text.is_same() {
            continue;
        }
        for column in tables.to.columns.iter().filter(|column| inherits_collation(column)) {
            let live = tables.from.column(&column.name).filter(|live| inherits_collation(live));
            let is_modified = todos.iter().any(|other| match &other.op {
                Op::AlterColumn(table, columns, _) => *table == tables.to.name && columns.to.name == column.name,
                Op::DropColumn(table, dropped) => *table == tables.to.name && dropped.name == column.name,
                _ => false,
            });
            let Some(live) = live else { continue };
            converted.insert((tables.to.name.clone(), live.name.clone()));
            if is_modified {
                continue;
            }
            let same = Box::new(Pair::new(live.clone(), live.clone()));
            let op = Op::AlterColumn(tables.to.name.clone(), same, None);
            modified.push(Todo { op, causes: todo.causes.clone(), held: todo.held.clone() });
        }
    }
    todos.extend(modified);
    converted
}

/// Whether a column holds text and sorts it as its table says.
fn inherits_collation(column: &Column) -> bool {
    let is_text = column.ty.known().is_some_and(|ty| collation::applies(&ty.kind));
    is_text && column.charset.is_none() && column.collation.is_none()
}

/// The index that the engine made by itself behind a foreign key stays when the key goes (MySQL manual, 15.1.20.5). Where
/// the schema knows of no index there, it is such a one.
fn drop_automatic_indexes(dialect: &MySql, todos: &mut Vec<Todo>, before: &Database) {
    let mut indexes = Vec::new();
    for todo in todos.iter() {
        let Op::DropConstraint(name, Constraint::ForeignKey(key)) = &todo.op else { continue };
        let Some(table) = before.tables.get(name) else { continue };
        let leads = |columns: &[Name]| columns.starts_with(&key.columns);
        let is_served = table.primary_key.as_ref().is_some_and(|primary| leads(&primary.columns))
            || table.indexes.iter().any(|index| serves(dialect, index, &key.columns))
            || table.uniques.iter().any(|unique| leads(&unique.columns));
        if !is_served {
            let index = complete::key_index(table, key);
            let op = Op::DropIndex(name.clone(), Box::new(index));
            indexes.push(Todo { op, causes: todo.causes.clone(), held: todo.held.clone() });
        }
    }
    todos.extend(indexes);
}

/// A column's own check is a part of the column's definition: what gives or takes one is done by the operation on the
/// column, or by a MODIFY of its own.
fn column_checks(todos: Vec<Todo>, before: &Database) -> Vec<Todo> {
    let (own, mut out): (Vec<Todo>, Vec<Todo>) = todos.into_iter().partition(|todo| owner(&todo.op).is_some());
    for todo in own {
        let Some((name, column)) = owner(&todo.op) else { continue };
        let holds = |other: &&mut Todo| match &other.op {
            Op::AddColumn(table, added, _) => table == name && added.name == *column,
            Op::AlterColumn(table, columns, _) => table == name && columns.from.name == *column,
            Op::DropColumn(table, dropped) => table == name && dropped.name == *column,
            _ => false,
        };
        // A column that is made anew is dropped first.
        if let Some(host) = out.iter_mut().rev().find(holds) {
            host.causes.extend(&todo.causes);
            host.held = host.held.take().or(todo.held);
        } else if let Some(column) = before.tables.get(name).and_then(|table| table.column(column)) {
            let same = Box::new(Pair::new(column.clone(), column.clone()));
            out.push(Todo { op: Op::AlterColumn(name.clone(), same, None), causes: todo.causes, held: todo.held });
        }
    }
    out
}

/// The column whose own check an operation gives or takes.
fn owner(op: &Op) -> Option<(&RelationName, &Name)> {
    match op {
        Op::AddConstraint(table, Constraint::Check(check)) | Op::DropConstraint(table, Constraint::Check(check)) => {
            Some((table, check.of_column.as_ref()?))
        }
        _ => None,
    }
}

/// The operation with the column's own checks, as they are afterwards, beside each definition of a column.
fn with_column_checks(mut todo: Todo, after: &Database) -> Todo {
    let ops = match &todo.op {
        Op::Together(_, ops) => ops.clone(),
        op => vec![op.clone()],
    };
    let mut out = Vec::new();
    let mut has_checks = None;
    for op in ops {
        let column = match &op {
            Op::AddColumn(table, column, _) => Some((table, &column.name)),
            Op::AlterColumn(table, columns, _) => Some((table, &columns.to.name)),
            _ => None,
        };
        let checks: Vec<Op> = column.into_iter().flat_map(|(table, column)| own_checks(table, column, after)).collect();
        if let Some(Op::AddConstraint(name, _)) = checks.first() {
            has_checks = Some(name.clone());
        }
        out.push(op);
        out.extend(checks);
    }
    if let Some(table) = has_checks {
        todo.op = Op::Together(table, out);
    }
    todo
}

fn own_checks(name: &RelationName, column: &Name, after: &Database) -> Vec<Op> {
    let checks = after.tables.get(name).into_iter().flat_map(|table| &table.checks);
    let own = checks.filter(|check| check.of_column.as_ref() == Some(column));
    own.map(|check| Op::AddConstraint(name.clone(), Constraint::Check(check.clone()))).collect()
}

/// The columns that are dropped and added again.
fn remade(todos: &[Todo]) -> BTreeSet<ColumnRef> {
    let added: BTreeSet<ColumnRef> = todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::AddColumn(table, column, _) => Some((table.clone(), column.name.clone())),
            _ => None,
        })
        .collect();
    let dropped = todos.iter().filter_map(|todo| match &todo.op {
        Op::DropColumn(table, column) => Some((table.clone(), column.name.clone())),
        _ => None,
    });
    dropped.filter(|column| added.contains(column)).collect()
}

/// The columns that the engine does not let change while a foreign key holds them (errors 1832 and 1833).
fn retyped(todos: &[Todo]) -> BTreeSet<ColumnRef> {
    let text = |column: &Column| (column.charset.clone(), column.collation.clone());
    todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::AlterColumn(table, columns, _) => {
                let columns = columns.as_ref().as_ref();
                let changes = !columns.map(|column| column.ty.known()).is_same() || !columns.map(text).is_same();
                changes.then(|| (table.clone(), columns.to.name.clone()))
            }
            _ => None,
        })
        .collect()
}

/// The leading columns of the indexes that are dropped, even if only to come back in another form.
fn dropped_supports(todos: &[Todo]) -> Vec<(RelationName, Vec<Name>)> {
    todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::DropIndex(table, index) => Some((table.clone(), index_columns(index))),
            Op::DropConstraint(table, Constraint::PrimaryKey(key)) => Some((table.clone(), key.columns.clone())),
            Op::DropConstraint(table, Constraint::Unique(unique)) => Some((table.clone(), unique.columns.clone())),
            _ => None,
        })
        .collect()
}

pub(super) fn index_columns(index: &Index) -> Vec<Name> {
    let columns = index.keys.iter().map_while(|key| match &key.target {
        IndexTarget::Column(name) => Some(name.clone()),
        IndexTarget::Expr(_) => None,
    });
    columns.collect()
}

/// Whether a foreign key holds on to something that changes: a column's type, or an index that it stands on.
fn is_touched(
    table: &Table,
    key: &ForeignKey,
    retyped: &BTreeSet<ColumnRef>,
    supports: &[(RelationName, Vec<Name>)],
) -> bool {
    let ends = [(&table.name, &key.columns), (&key.references, &key.referenced_columns)];
    ends.iter().any(|(table, columns)| {
        let is_retyped = columns.iter().any(|column| retyped.contains(&((*table).clone(), column.clone())));
        let wanted: BTreeSet<&Name> = columns.iter().collect();
        let is_support = supports.iter().any(|(other, leading)| {
            let leading: BTreeSet<&Name> = leading.iter().take(wanted.len()).collect();
            other == *table && leading == wanted
        });
        is_retyped || is_support
    })
}
