//! What partitions have by themselves and what their table brings: a key or index that is added to the whole takes over
//! those of its partitions that are like it, so these need not go
//! (<https://www.postgresql.org/docs/current/ddl-partitioning.html>).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diff::Pair;
use crate::model::{Constraint, Database, Fact, Index, RelationName, Table};

use super::dependents::ColumnRef;
use super::side::{Side, parent_of};
use super::{Held, Op, Todo};

/// What is taken over is no loss, and goes if, and only if, that comes which takes it over.
pub(super) fn lend(todos: &mut [Todo], databases: Pair<&Database>) {
    for (dropped, added) in taken_over(todos, databases) {
        let causes = todos[added].causes.clone();
        todos[dropped].causes.extend(causes);
        todos[added].causes = todos[dropped].causes.clone();
        todos[dropped].held.take_if(|held| matches!(held, Held::Destructive(_)));
    }
}

/// The operations that drop a part of a partition which is like one that is added to its table, with that addition, as
/// positions.
pub fn taken_over(todos: &[Todo], databases: Pair<&Database>) -> BTreeMap<usize, usize> {
    let parts = |is_wanted: fn(&Op) -> bool| {
        let wanted = todos.iter().enumerate().filter(move |(_, todo)| is_wanted(&todo.op));
        wanted.filter_map(|(at, todo)| part(&todo.op).map(|(table, shape)| (table, shape, at)))
    };
    let dropped = parts(|op| matches!(op, Op::DropConstraint(..) | Op::DropIndex(..)));
    let dropped = dropped.filter(|(table, ..)| parent(table, databases).is_some());
    let mut dropped = dropped.peekable();
    if dropped.peek().is_none() {
        return BTreeMap::new();
    }
    let added = parts(|op| matches!(op, Op::AddConstraint(..) | Op::CreateIndex(..)));
    let added: HashMap<(&RelationName, String), usize> = added.map(|(table, shape, at)| ((table, shape), at)).collect();
    let taken = dropped.filter_map(|(table, shape, at)| {
        let mut above = ancestors(table, databases);
        above.find_map(|above| added.get(&(above, shape.clone()))).map(|by| (at, *by))
    });
    taken.collect()
}

/// The tables that a partition is a part of before and after, from the nearest up.
fn ancestors<'a>(table: &'a RelationName, databases: Pair<&'a Database>) -> impl Iterator<Item = &'a RelationName> {
    let all = std::iter::successors(parent(table, databases), move |above| parent(above, databases));
    // No table is a part of itself; what a file says may be otherwise.
    all.take(databases.from.tables.len())
}

fn parent<'a>(table: &RelationName, databases: Pair<&'a Database>) -> Option<&'a RelationName> {
    let parents = databases.map(|database| database.tables.get(table).and_then(|table| parent_of(&table.extras)));
    parents.both().filter(Pair::is_same).map(|both| both.to)
}

/// The key or index that an operation is about, in words that are the same for a partition and its table.
fn part(op: &Op) -> Option<(&RelationName, String)> {
    match op {
        Op::AddConstraint(table, constraint) | Op::DropConstraint(table, constraint) => {
            constraint_shape(constraint).map(|shape| (table, shape))
        }
        Op::CreateIndex(table, index) | Op::DropIndex(table, index) => Some((table, index_shape(index))),
        _ => None,
    }
}

fn constraint_shape(constraint: &Constraint) -> Option<String> {
    Some(match constraint {
        Constraint::PrimaryKey(key) => {
            format!("primary key {:?} {:?} {:?}", key.columns, key.include, key.deferrability)
        }
        Constraint::Unique(unique) => format!(
            "unique {:?} {:?} {} {:?}",
            unique.columns, unique.include, unique.nulls_not_distinct, unique.deferrability
        ),
        Constraint::ForeignKey(key) => {
            let mut key = key.clone();
            key.name = crate::model::ConstraintName::None;
            format!("foreign key {key:?}")
        }
        // A check of the same name is merged, and stays the partition's own beside.
        Constraint::Check(_) | Constraint::Exclusion(_) => return None,
    })
}

fn index_shape(index: &Index) -> String {
    let predicate = match &index.predicate {
        Fact::Known(predicate) => predicate.as_ref().map(|expr| expr.text.as_str()),
        Fact::Unknown(_) => None,
    };
    format!(
        "index {} {} {:?} {:?} {:?} {predicate:?}",
        index.unique, index.nulls_not_distinct, index.method, index.keys, index.include
    )
}

/// What hangs on the tables of a schema by inheritance.
pub struct Lineage<'a>(Side<'a>);

impl<'a> Lineage<'a> {
    /// That of `database`.
    pub fn of(database: &'a Database) -> Self {
        Lineage(Side::new(database))
    }

    /// The partitions of a table, and theirs, down to the last.
    pub fn partitions(&self, name: &RelationName) -> Vec<&'a Table> {
        let names = self.0.partitions(name);
        names.into_iter().filter_map(|name| self.0.database.tables.get(name)).collect()
    }

    /// Adds the same columns of partitions and heirs, which have them from there.
    pub fn with_heirs(&self, columns: &mut BTreeSet<ColumnRef>) {
        let inherited: Vec<ColumnRef> = columns
            .iter()
            .flat_map(|(table, column)| self.0.heirs(table).into_iter().map(|heir| (heir.clone(), column.clone())))
            .collect();
        columns.extend(inherited);
    }
}
