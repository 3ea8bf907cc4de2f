//! What has to step aside while something that it hangs on changes. Which engine needs that, and when, is for its
//! lowering to say.
//!
//! Only what is in the schema both before and after is looked at: the rest has operations of its own.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{
    CheckConstraint, Column, Constraint, Database, Fact, ForeignKey, Index, IndexTarget, Kind, Name, OpaqueObject,
    RelationName, Table, View,
};

use super::resource::constraints;
use super::{Op, Todo, Words};

/// A column by its table and name.
pub type ColumnRef = (RelationName, Name);

/// Adds DROP and CREATE for the views that read one of `relations`, directly or through other views.
pub fn views_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>, relations: &BTreeSet<RelationName>) {
    let mut read = relations.clone();
    let mut aside: Vec<&View> = Vec::new();
    loop {
        let more: Vec<&View> = databases
            .from
            .views
            .values()
            .filter(|view| !read.contains(&view.name))
            .filter(|view| {
                let words = Words::of(&view.query.text);
                read.iter().any(|name| words.mention_relation(name))
            })
            .collect();
        if more.is_empty() {
            break;
        }
        read.extend(more.iter().map(|view| view.name.clone()));
        aside.extend(more);
    }
    for view in aside {
        let is_dropped = todos.iter().any(|todo| matches!(&todo.op, Op::DropView(other) if other.name == view.name));
        if let (false, Some(after)) = (is_dropped, databases.to.views.get(&view.name)) {
            todos.push(Todo::aside(Op::DropView(view.clone())));
            todos.push(Todo::aside(Op::CreateView(after.clone())));
        }
    }
}

/// Adds DROP and ADD for the foreign keys for which `is_touched` holds; it is given the key's own table.
pub fn foreign_keys_aside(
    todos: &mut Vec<Todo>,
    databases: Pair<&Database>,
    is_touched: impl Fn(&Table, &ForeignKey) -> bool,
) {
    let mut aside = Vec::new();
    for table in databases.from.tables.values() {
        let Some(after) = databases.to.tables.get(&table.name) else { continue };
        for key in table.foreign_keys.iter().filter(|key| after.foreign_keys.contains(key) && is_touched(table, key)) {
            aside.push((table.name.clone(), Constraint::ForeignKey(key.clone())));
        }
    }
    for (table, constraint) in aside {
        constraint_aside(todos, &table, constraint);
    }
}

/// Adds DROP and ADD for the constraints, and DROP and CREATE for the indexes, that hang on one of `columns`.
pub fn parts_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>, columns: &BTreeSet<ColumnRef>) {
    for table in databases.from.tables.values() {
        let Some(after) = databases.to.tables.get(&table.name) else { continue };
        let names: BTreeSet<&Name> =
            columns.iter().filter(|(name, _)| *name == table.name).map(|(_, column)| column).collect();
        if names.is_empty() {
            continue;
        }
        for constraint in constraints(table).into_iter().filter(|constraint| constraint_uses(constraint, &names)) {
            if constraints(after).iter().any(|other| other.name() == constraint.name()) {
                constraint_aside(todos, &table.name, constraint);
            }
        }
        for index in table.indexes.iter().filter(|index| index_uses(index, &names)) {
            if after.indexes.iter().any(|other| other.name == index.name) {
                index_aside(todos, &table.name, index);
            }
        }
    }
}

/// The triggers of a table.
pub fn triggers_of(database: &Database, table: &RelationName) -> Vec<OpaqueObject> {
    let is_meant = |object: &&OpaqueObject| object.kind == Kind::Trigger && object.table.as_ref() == Some(table);
    database.opaque.iter().filter(is_meant).cloned().collect()
}

/// The computed columns of a table whose expressions mention one of `names`.
pub fn computed_from<'a>(table: &'a Table, names: &BTreeSet<&Name>) -> Vec<&'a Name> {
    let computed = table.columns.iter().filter(|column| {
        let generated = column.generated.known().and_then(Option::as_ref);
        generated.is_some_and(|generated| mentions(&generated.expr.text, names))
    });
    computed.map(|column| &column.name).filter(|name| !names.contains(name)).collect()
}

fn constraint_aside(todos: &mut Vec<Todo>, table: &RelationName, constraint: Constraint) {
    let is_meant = |other: &RelationName, dropped: &Constraint| other == table && dropped.name() == constraint.name();
    let is_dropped = todos.iter().any(|todo| match &todo.op {
        Op::DropConstraint(other, dropped) => is_meant(other, dropped),
        Op::RenameConstraint(other, constraints) => is_meant(other, &constraints.from),
        _ => false,
    });
    if !is_dropped {
        todos.push(Todo::aside(Op::DropConstraint(table.clone(), constraint.clone())));
        todos.push(Todo::aside(Op::AddConstraint(table.clone(), constraint)));
    }
}

fn index_aside(todos: &mut Vec<Todo>, table: &RelationName, index: &Index) {
    let is_dropped = todos.iter().any(|todo| match &todo.op {
        Op::DropIndex(other, dropped) => other == table && dropped.name == index.name,
        _ => false,
    });
    if !is_dropped {
        todos.push(Todo::aside(Op::DropIndex(table.clone(), Box::new(index.clone()))));
        todos.push(Todo::aside(Op::CreateIndex(table.clone(), Box::new(index.clone()))));
    }
}

/// Whether a constraint hangs on one of those columns of its table.
pub fn constraint_uses(constraint: &Constraint, names: &BTreeSet<&Name>) -> bool {
    let any = |columns: &[Name]| columns.iter().any(|name| names.contains(name));
    match constraint {
        Constraint::PrimaryKey(key) => any(&key.columns) || any(&key.include),
        Constraint::Unique(unique) => any(&unique.columns) || any(&unique.include),
        Constraint::ForeignKey(key) => any(&key.columns),
        Constraint::Check(check) => check_mentions(check, names),
        Constraint::Exclusion(exclusion) => {
            exclusion.elements.iter().any(|element| target_uses(&element.key.target, names))
                || exclusion.predicate.as_ref().is_some_and(|expr| mentions(&expr.text, names))
        }
    }
}

/// The columns whose type is, or is an array of, the enum `name`.
pub fn columns_of(name: &RelationName, database: &Database) -> Vec<(RelationName, Column)> {
    let is_meant = |column: &&Column| {
        let ty = column.ty.known().and_then(|ty| ty.kind.user_type());
        ty.is_some_and(|ty| ty.name == name.name && (ty.schema.is_none() || ty.schema == name.schema))
    };
    let tables = database.tables.values();
    tables
        .flat_map(|table| table.columns.iter().filter(is_meant).map(|column| (table.name.clone(), column.clone())))
        .collect()
}

/// Whether an index hangs on one of those columns of its table.
pub fn index_uses(index: &Index, names: &BTreeSet<&Name>) -> bool {
    index.keys.iter().any(|key| target_uses(&key.target, names))
        || index.include.iter().any(|name| names.contains(name))
        || matches!(&index.predicate, Fact::Known(Some(expr)) if mentions(&expr.text, names))
}

/// Whether an expression of an index, or its predicate, mentions one of those columns.
pub fn index_computes(index: &Index, names: &BTreeSet<&Name>) -> bool {
    let in_key = index.keys.iter().any(|key| match &key.target {
        IndexTarget::Expr(_) => target_uses(&key.target, names),
        IndexTarget::Column(_) => false,
    });
    in_key || matches!(&index.predicate, Fact::Known(Some(expr)) if mentions(&expr.text, names))
}

fn check_mentions(check: &CheckConstraint, names: &BTreeSet<&Name>) -> bool {
    check.expr.known().is_some_and(|expr| mentions(&expr.text, names))
}

fn target_uses(target: &IndexTarget, names: &BTreeSet<&Name>) -> bool {
    match target {
        IndexTarget::Column(name) => names.contains(name),
        IndexTarget::Expr(Fact::Known(expr)) => mentions(&expr.text, names),
        IndexTarget::Expr(Fact::Unknown(_)) => false,
    }
}

fn mentions(text: &str, names: &BTreeSet<&Name>) -> bool {
    let words = Words::of(text);
    names.iter().any(|name| words.mention(name))
}
