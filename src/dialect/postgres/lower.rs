//! What the engine can do, and what it has to do otherwise.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, DataType, Database, Extras, ForeignKey, GeneratedStorage, Index, IndexTarget, Name,
    RelationName, Table,
};
use crate::plan::dependents::{
    ColumnRef, columns_of, computed_from, constraint_uses, foreign_keys_aside, index_computes, parts_aside, views_aside,
};
use crate::plan::{Hazard, Lower, Op, Todo, all_constraints};

use super::{Postgres, casts};

impl Lower for Postgres {
    fn lower(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
        let todos = follow_parents(todos, databases);
        let changed = retyped(&todos);
        let todos = todos.into_iter().flat_map(|todo| self.computed_anew(todo, &changed, databases.from));
        let mut todos: Vec<Todo> = todos.flat_map(unchecked_apart).collect();
        todos.iter_mut().for_each(|todo| keep_lasting_columns(todo, databases));
        computed_columns_aside(&mut todos, databases);
        let retyped = retyped(&todos);
        let remade = remade(&todos);
        parts_aside(&mut todos, databases, &remade);
        enum_parts_aside(&mut todos, databases);
        let keys = dropped_keys(&todos);
        foreign_keys_aside(&mut todos, databases, |table, key| {
            both_ends_change(table, key, &retyped)
                || keys.contains(&(key.references.clone(), referenced(key, databases)))
        });
        let mut relations: BTreeSet<RelationName> =
            retyped.iter().chain(&remade).map(|(table, _)| table.clone()).collect();
        for todo in &todos {
            match &todo.op {
                Op::ReplaceEnum { columns, .. } => relations.extend(columns.iter().map(|(table, _)| table.clone())),
                Op::DropView(view) => drop(relations.insert(view.name.clone())),
                _ => {}
            }
        }
        views_aside(&mut todos, databases, &relations);
        todos
    }

    fn narrows(&self, types: Pair<&DataType>) -> bool {
        casts::narrows(types.map(|ty| &ty.kind))
    }

    fn forgets_computed(&self) -> bool {
        !self.drops_expression(GeneratedStorage::Stored)
    }

    fn moves_columns(&self) -> bool {
        false
    }

    fn checks_references(&self) -> bool {
        true
    }

    fn indexes_foreign_keys(&self) -> bool {
        false
    }

    fn hazards(&self, op: &Op) -> Vec<Hazard> {
        let text = match op {
            Op::AlterColumn(_, columns, _) if rewrites(columns) => "rewrites the table while it is locked",
            Op::AddColumn(_, column, _) if column.generated.known().is_some_and(Option::is_some) => {
                "rewrites the table while it is locked"
            }
            Op::CreateIndex(..) => "blocks writes to the table while it is built",
            Op::ExtendEnum(_) => {
                "stands outside the transaction, since a new label cannot be used in the one that adds it"
            }
            Op::ReplaceEnum { .. } => "rewrites every table that has the type while they are locked",
            _ => return Vec::new(),
        };
        vec![Hazard::Locks(text.to_owned())]
    }
}

/// Whether a change of type rewrites the table: all but longer texts do.
fn rewrites(columns: &Pair<Column>) -> bool {
    columns.as_ref().map(|column| column.ty.known()).both().is_some_and(|types| {
        let texts =
            types.map(|ty| ty.kind.builtin_name().is_some_and(|name| name == "text" || name == "character varying"));
        !types.is_same() && (!(texts.from && texts.to) || casts::narrows(types.map(|ty| &ty.kind)))
    })
}

/// Only columns that have the type before and after are moved with it: others come, go or change their type beside it.
fn keep_lasting_columns(todo: &mut Todo, databases: Pair<&Database>) {
    let Op::ReplaceEnum { types, columns } = &mut todo.op else { return };
    let [before, after] = [databases.from, databases.to].map(|database| columns_of(&types.from.name, database));
    let has = |all: &[(RelationName, Column)], (table, column): &(RelationName, Column)| {
        all.iter().any(|(other, own)| other == table && own.name == column.name)
    };
    columns.retain(|column| has(&before, column) && has(&after, column));
}

impl Postgres {
    /// An expression cannot be changed, nor given to a column that has none, nor keep a column from another type ("ALTER
    /// TABLE"): the computed column is made anew. So is one that becomes an ordinary column where DROP EXPRESSION is not
    /// for it.
    fn computed_anew(&self, todo: Todo, retyped: &BTreeSet<ColumnRef>, before: &Database) -> Vec<Todo> {
        let Op::AlterColumn(table, columns, _) = &todo.op else { return vec![todo] };
        let text = |column: &Column| {
            let generated = column.generated.known().and_then(Option::as_ref);
            generated.map(|generated| (generated.expr.text.clone(), generated.storage))
        };
        let texts = columns.as_ref().as_ref().map(text);
        let others = retyped.iter().filter(|(other, name)| other == table && *name != columns.from.name);
        let others: BTreeSet<&Name> = others.map(|(_, name)| name).collect();
        let rests_on_others = || {
            before.tables.get(table).is_some_and(|table| computed_from(table, &others).contains(&&columns.from.name))
        };
        let stays = match (&texts.from, &texts.to) {
            (None, None) => true,
            (Some((_, storage)), None) => self.drops_expression(*storage),
            (from, to) => from == to && !rests_on_others(),
        };
        if stays {
            return vec![todo];
        }
        let drop = Op::DropColumn(table.clone(), Box::new(columns.from.clone()));
        let add = Op::AddColumn(table.clone(), Box::new(columns.to.clone()), None);
        [drop, add].into_iter().map(|op| Todo { op, causes: todo.causes.clone(), held: todo.held.clone() }).collect()
    }
}

/// CREATE TABLE takes NOT VALID and has the constraint valid all the same, since the table is empty: only ALTER TABLE
/// adds one that is not.
fn unchecked_apart(todo: Todo) -> Vec<Todo> {
    let Todo { op: Op::CreateTable(mut table), causes, held } = todo else { return vec![todo] };
    let checks: Vec<_> = table.checks.extract_if(.., |check| !check.validated).map(Constraint::Check).collect();
    let keys: Vec<_> = table.foreign_keys.extract_if(.., |key| !key.validated).map(Constraint::ForeignKey).collect();
    let name = table.name.clone();
    let added = checks.into_iter().chain(keys).map(|constraint| Op::AddConstraint(name.clone(), constraint));
    let ops: Vec<Op> = std::iter::once(Op::CreateTable(table)).chain(added).collect();
    ops.into_iter().map(|op| Todo { op, causes: causes.clone(), held: held.clone() }).collect()
}

/// Computed columns step aside while a column that they are computed from changes its type.
fn computed_columns_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>) {
    let changed = retyped(todos);
    for table in databases.from.tables.values() {
        let names: BTreeSet<&Name> =
            changed.iter().filter(|(name, _)| *name == table.name).map(|(_, column)| column).collect();
        let Some(after) = databases.to.tables.get(&table.name).filter(|_| !names.is_empty()) else { continue };
        for name in computed_from(table, &names) {
            let has_op = todos.iter().any(|todo| match &todo.op {
                Op::DropColumn(other, column) => *other == table.name && column.name == *name,
                _ => false,
            });
            // One that is computed no longer keeps its values, and lets go of the others before they change.
            let stays = |to: &&Column| to.generated.known().is_some_and(Option::is_some);
            if let (false, Some(from), Some(to)) = (has_op, table.column(name), after.column(name).filter(stays)) {
                todos.push(Todo::aside(Op::DropColumn(table.name.clone(), Box::new(from.clone()))));
                todos.push(Todo::aside(Op::AddColumn(table.name.clone(), Box::new(to.clone()), None)));
            }
        }
    }
}

/// The columns whose type or collation changes.
fn retyped(todos: &[Todo]) -> BTreeSet<ColumnRef> {
    let is_retyped = |columns: &Pair<Column>| {
        let columns = columns.as_ref();
        !columns.map(|column| column.ty.known()).is_same() || !columns.map(|column| &column.collation).is_same()
    };
    todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::AlterColumn(table, columns, _) if is_retyped(columns) => Some((table.clone(), columns.to.name.clone())),
            _ => None,
        })
        .collect()
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

/// Conditions keep their literals as values of the old type, so they step aside while an enum is replaced.
fn enum_parts_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>) {
    let columns: Vec<ColumnRef> = todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::ReplaceEnum { columns, .. } => Some(columns),
            _ => None,
        })
        .flatten()
        .map(|(table, column)| (table.clone(), column.name.clone()))
        .collect();
    for (table, column) in columns {
        let tables = databases.map(|database| database.tables.get(&table));
        let Some(tables) = tables.both() else { continue };
        let names = BTreeSet::from([&column]);
        let conditions = all_constraints(tables.from).into_iter().filter(|constraint| {
            matches!(constraint, Constraint::Check(_) | Constraint::Exclusion(_)) && constraint_uses(constraint, &names)
        });
        for constraint in
            conditions.filter(|one| all_constraints(tables.to).iter().any(|other| other.name() == one.name()))
        {
            pair_up(
                todos,
                Op::DropConstraint(table.clone(), constraint.clone()),
                Op::AddConstraint(table.clone(), constraint),
            );
        }
        let indexes = tables.from.indexes.iter().filter(|index| index_computes(index, &names));
        for index in indexes.filter(|index| tables.to.indexes.iter().any(|other| other.name == index.name)) {
            let index = Box::new(index.clone());
            pair_up(todos, Op::DropIndex(table.clone(), index.clone()), Op::CreateIndex(table.clone(), index));
        }
    }
}

/// Adds a drop and the creation that follows, unless that drop is planned already.
fn pair_up(todos: &mut Vec<Todo>, drop: Op, create: Op) {
    let is_planned = todos.iter().any(|todo| match (&todo.op, &drop) {
        (Op::DropConstraint(table, one), Op::DropConstraint(other, two)) => table == other && one.name() == two.name(),
        (Op::DropIndex(table, one), Op::DropIndex(other, two)) => table == other && one.name == two.name,
        _ => false,
    });
    if !is_planned {
        todos.extend([Todo::aside(drop), Todo::aside(create)]);
    }
}

/// A foreign key stands between columns whose types compare; while both change, neither order of the two works.
fn both_ends_change(table: &Table, key: &ForeignKey, retyped: &BTreeSet<ColumnRef>) -> bool {
    let changes = |table: &RelationName, columns: &[Name]| {
        columns.iter().any(|column| retyped.contains(&(table.clone(), column.clone())))
    };
    changes(&table.name, &key.columns) && changes(&key.references, &key.referenced_columns)
}

/// The keys that are dropped, even if only to come back in another form.
fn dropped_keys(todos: &[Todo]) -> BTreeSet<(RelationName, BTreeSet<Name>)> {
    todos
        .iter()
        .filter_map(|todo| match &todo.op {
            Op::DropConstraint(table, Constraint::PrimaryKey(key)) => Some((table.clone(), set(&key.columns))),
            Op::DropConstraint(table, Constraint::Unique(unique)) => Some((table.clone(), set(&unique.columns))),
            Op::DropIndex(table, index) if index.unique => Some((table.clone(), index_columns(index))),
            _ => None,
        })
        .collect()
}

fn set(names: &[Name]) -> BTreeSet<Name> {
    names.iter().cloned().collect()
}

fn index_columns(index: &Index) -> BTreeSet<Name> {
    let columns = index.keys.iter().filter_map(|key| match &key.target {
        IndexTarget::Column(name) => Some(name.clone()),
        IndexTarget::Expr(_) => None,
    });
    columns.collect()
}

fn referenced(key: &ForeignKey, databases: Pair<&Database>) -> BTreeSet<Name> {
    if !key.referenced_columns.is_empty() {
        return set(&key.referenced_columns);
    }
    let parent = databases.from.tables.get(&key.references).and_then(|table| table.primary_key.as_ref());
    parent.map(|key| set(&key.columns)).unwrap_or_default()
}

/// What is done to a partitioned table is done to its partitions by the server, which refuses it on them alone.
fn follow_parents(todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
    let parent_of = |name: &RelationName| {
        let table = databases.to.tables.get(name).or_else(|| databases.from.tables.get(name))?;
        match &table.extras {
            Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent.clone()),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        }
    };
    let marks: BTreeSet<(RelationName, String)> = todos.iter().filter_map(|todo| mark(&todo.op)).collect();
    let (inherited, mut own): (Vec<Todo>, Vec<Todo>) = todos.into_iter().partition(|todo| {
        mark(&todo.op)
            .is_some_and(|(table, what)| parent_of(&table).is_some_and(|parent| marks.contains(&(parent, what))))
    });
    for todo in inherited {
        let wanted = mark(&todo.op).and_then(|(table, what)| Some((parent_of(&table)?, what)));
        if let Some(parent) = own.iter_mut().find(|other| mark(&other.op) == wanted) {
            parent.causes.extend(todo.causes);
        }
    }
    own
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
