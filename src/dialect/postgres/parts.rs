//! Keys and indexes of partitioned tables and of their partitions, which the server makes and drops as one (PostgreSQL
//! manual, "Table Partitioning").

use std::collections::{BTreeMap, HashMap};

use crate::diff::Pair;
use crate::model::{Constraint, Database, Extras, IndexTarget, Name, RelationName, Table};
use crate::plan::dependents::Aside;
use crate::plan::partition::{Lineage, taken_over};
use crate::plan::{Op, RenderStyle, Todo, all_constraints};

use super::{Postgres, overrides};

impl Postgres {
    /// An index of a partitioned table holds the constraints that stand on its parts, and they hold it: neither goes
    /// before the other ("DROP INDEX").
    pub(super) fn together(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        match op {
            Op::DropIndex(table, index) => vec![format!("DROP INDEX {} CASCADE", self.index_name(table, &index.name))],
            Op::DropConstraint(..) => self.statements(op, RenderStyle { idempotent: true }),
            _ => self.statements(op, style),
        }
    }
}

/// What is done to a partitioned table is done to its partitions by the server, which refuses it on them alone.
pub(super) fn follow_parents(todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
    let parent_of = |name: &RelationName| {
        let table = databases.to.tables.get(name).or_else(|| databases.from.tables.get(name))?;
        match &table.extras {
            Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent.clone()),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        }
    };
    let todos = without_taken_over(todos, databases);
    let marks: HashMap<(RelationName, String), usize> =
        todos.iter().enumerate().filter_map(|(at, todo)| Some((mark(&todo.op)?, at))).collect();
    let followed: Vec<Option<usize>> = todos
        .iter()
        .map(|todo| {
            let is_own = overrides::is_own(&todo.op, databases.to);
            let (table, what) = mark(&todo.op).filter(|_| !marks.is_empty() && !is_own)?;
            marks.get(&(parent_of(&table)?, what)).copied()
        })
        .collect();
    merged(todos, &followed)
}

/// What is added to a partitioned table takes over what its partitions have of the kind.
fn without_taken_over(todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
    let taken_over = taken_over(&todos, databases);
    let followed: Vec<Option<usize>> = (0..todos.len()).map(|at| taken_over.get(&at).copied()).collect();
    merged(todos, &followed)
}

/// Without the operations that another one does on the way, which has their causes too.
fn merged(mut todos: Vec<Todo>, followed: &[Option<usize>]) -> Vec<Todo> {
    for (at, by) in followed.iter().enumerate() {
        if let Some(by) = by {
            let causes = todos[at].causes.clone();
            todos[*by].causes.extend(causes);
        }
    }
    todos.into_iter().zip(followed).filter(|(_, by)| by.is_none()).map(|(todo, _)| todo).collect()
}

/// What an operation does to a part of its table, in words that are the same for a partition and its parent.
fn mark(op: &Op) -> Option<(RelationName, String)> {
    Some(match op {
        Op::AddColumn(table, column, _) => (table.clone(), format!("add {}", column.name)),
        Op::DropColumn(table, column) => (table.clone(), format!("drop {}", column.name)),
        Op::AlterColumn(table, change, _) => (table.clone(), format!("alter {}", change.to.name)),
        Op::AddConstraint(table, constraint) => (table.clone(), format!("constrain {}", shape(constraint)?)),
        Op::DropConstraint(table, constraint) => (table.clone(), format!("free {}", shape(constraint)?)),
        _ => return None,
    })
}

/// A primary key and the checks of one name are the same on all levels; other parts a partition may have for itself.
fn shape(constraint: &Constraint) -> Option<String> {
    match constraint {
        Constraint::PrimaryKey(key) => Some(format!("primary key {:?}", key.columns)),
        Constraint::Check(check) => Some(format!("check {:?}", check.name.name())),
        Constraint::Unique(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => None,
    }
}

/// An index of a partitioned table and the constraints that partitions have made of its parts (ADD CONSTRAINT … USING
/// INDEX) go together; a constraint that stays comes back.
pub(super) fn parts_of_indexes(todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
    let lineage = Lineage::of(databases.from);
    let mut held: HashMap<(RelationName, Name), usize> = HashMap::new();
    for (at, todo) in todos.iter().enumerate() {
        let Op::DropIndex(table, index) = &todo.op else { continue };
        let is_whole = databases.from.tables.get(table).is_some_and(is_partitioned);
        if !index.unique || !is_whole {
            continue;
        }
        let columns: Vec<&Name> = index.keys.iter().filter_map(|key| column_of(&key.target)).collect();
        for part in lineage.partitions(table) {
            let constraints = all_constraints(part).into_iter().filter(|constraint| key_columns(constraint) == columns);
            let names = constraints.filter_map(|constraint| constraint.name().name().cloned());
            held.extend(names.map(|name| ((part.name.clone(), name), at)));
        }
    }
    if held.is_empty() {
        return todos;
    }
    let mut todos = todos;
    let mut aside = Aside::of(&mut todos);
    for (table, name) in held.keys() {
        let constraint = |database: &Database| {
            let table = database.tables.get(table)?;
            all_constraints(table).into_iter().find(|constraint| constraint.name().name() == Some(name))
        };
        if let Some(both) = databases.map(constraint).both() {
            aside.constraint(table, both.from);
        }
    }
    let mut taken: BTreeMap<usize, Vec<Todo>> = BTreeMap::new();
    let mut out: Vec<(usize, Todo)> = Vec::new();
    for (at, todo) in todos.into_iter().enumerate() {
        let by = match &todo.op {
            Op::DropConstraint(table, constraint) => {
                constraint.name().name().and_then(|name| held.get(&(table.clone(), name.clone())))
            }
            _ => None,
        };
        match by {
            Some(by) => taken.entry(*by).or_default().push(todo),
            None => out.push((at, todo)),
        }
    }
    let joined = out.into_iter().map(|(at, todo)| match (taken.remove(&at), &todo.op) {
        (Some(constraints), Op::DropIndex(table, _)) => {
            let causes = constraints.iter().flat_map(|one| one.causes.iter().copied()).chain(todo.causes.clone());
            let ops = std::iter::once(todo.op.clone()).chain(constraints.iter().map(|one| one.op.clone())).collect();
            Todo { causes: causes.collect(), op: Op::Together(table.clone(), ops), held: todo.held }
        }
        (Some(_) | None, _) => todo,
    });
    joined.collect()
}

fn is_partitioned(table: &Table) -> bool {
    matches!(&table.extras, Extras::Postgres(extras) if extras.partition_by.is_some())
}

/// The columns of a key.
fn key_columns(constraint: &Constraint) -> Vec<&Name> {
    match constraint {
        Constraint::PrimaryKey(key) => key.columns.iter().collect(),
        Constraint::Unique(unique) => unique.columns.iter().collect(),
        Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => Vec::new(),
    }
}

fn column_of(target: &IndexTarget) -> Option<&Name> {
    match target {
        IndexTarget::Column(name) => Some(name),
        IndexTarget::Expr(_) => None,
    }
}
