//! What the engine can do, and what it has to do otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, DataType, Database, Expr, Extras, ForeignKey, GeneratedStorage, Index, IndexTarget, Name,
    RelationName, Table,
};
use crate::plan::dependents::{
    Aside, ColumnRef, by_table, columns_of, computed_from, constraint_uses, foreign_keys_aside, index_computes,
    parts_aside, views_aside,
};
use crate::plan::partition::Lineage;
use crate::plan::{Hazard, Lower, Op, Todo, all_constraints, carrying, identity_index};

use super::{Postgres, casts, complete, overrides, parts};

impl Lower for Postgres {
    fn lower(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
        let mut todos = parts::follow_parents(todos, databases);
        overrides::keep(&mut todos, databases.to);
        let changed = retyped(&todos);
        let of_table = by_table(&changed);
        let todos = todos.into_iter().flat_map(|todo| self.computed_anew(todo, &of_table, databases.from));
        let mut todos: Vec<Todo> = todos.flat_map(unchecked_apart).collect();
        todos.iter_mut().for_each(|todo| keep_lasting_columns(todo, databases));
        computed_columns_aside(&mut todos, databases);
        let lineage = Lineage::of(databases.from);
        let mut remade = remade(&todos);
        lineage.with_heirs(&mut remade);
        parts_aside(&mut todos, databases, &remade);
        enum_parts_aside(&mut todos, databases);
        let mut todos = parts::parts_of_indexes(todos, databases);
        let mut retyped = retyped(&todos);
        for (table, column) in todos.iter().flat_map(|todo| replaced_columns(&todo.op)) {
            retyped.insert((table.clone(), column.name.clone()));
        }
        lineage.with_heirs(&mut retyped);
        let mut keys = dropped_keys(&todos);
        keys.extend(carrying_keys(&retyped, databases.from));
        foreign_keys_aside(&mut todos, databases, |table, key| {
            both_ends_change(table, key, &retyped)
                || keys.contains(&(key.references.clone(), referenced(key, databases)))
        });
        let (relations, grouped) = changed_relations(&todos, &retyped, &remade, databases.to);
        views_aside(&mut todos, databases, &relations, &grouped);
        identities_again(&mut todos, databases);
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

    fn shares_names(&self) -> bool {
        true
    }

    fn drawn_sequence(&self, default: &Expr, schema: Option<&Name>) -> Option<RelationName> {
        complete::nextval_of(self, default, schema.cloned())
    }

    fn numbers_by_sequence(&self) -> bool {
        true
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
    fn computed_anew(
        &self,
        todo: Todo,
        retyped: &BTreeMap<&RelationName, BTreeSet<&Name>>,
        before: &Database,
    ) -> Vec<Todo> {
        let Op::AlterColumn(table, columns, _) = &todo.op else { return vec![todo] };
        let text = |column: &Column| {
            let generated = column.generated.known().and_then(Option::as_ref);
            generated.map(|generated| (generated.expr.text.clone(), generated.storage))
        };
        let texts = columns.as_ref().as_ref().map(text);
        let others = retyped.get(table).into_iter().flatten().filter(|name| ***name != columns.from.name);
        let others: BTreeSet<&Name> = others.copied().collect();
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
    let dropped: BTreeSet<ColumnRef> = dropped_columns(todos).collect();
    for (table, names) in by_table(&changed) {
        let Some(tables) = databases.map(|database| database.tables.get(table)).both() else { continue };
        for name in computed_from(tables.from, &names) {
            // One that is computed no longer keeps its values, and lets go of the others before they change.
            let stays = |to: &&Column| to.generated.known().is_some_and(Option::is_some);
            let columns = Pair::new(tables.from.column(name), tables.to.column(name).filter(stays)).both();
            let Some(columns) = columns.filter(|_| !dropped.contains(&(table.clone(), name.clone()))) else { continue };
            todos.push(Todo::aside(Op::DropColumn(table.clone(), Box::new(columns.from.clone()))));
            todos.push(Todo::aside(Op::AddColumn(table.clone(), Box::new(columns.to.clone()), None)));
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
    dropped_columns(todos).filter(|column| added.contains(column)).collect()
}

fn dropped_columns(todos: &[Todo]) -> impl Iterator<Item = ColumnRef> {
    todos.iter().filter_map(|todo| match &todo.op {
        Op::DropColumn(table, column) => Some((table.clone(), column.name.clone())),
        _ => None,
    })
}

/// The columns that move to another type of the same name.
fn replaced_columns(op: &Op) -> &[(RelationName, Column)] {
    match op {
        Op::ReplaceEnum { columns, .. } => columns,
        _ => &[],
    }
}

/// The relations that views must not read while they change, and those whose primary key goes.
fn changed_relations(
    todos: &[Todo],
    retyped: &BTreeSet<ColumnRef>,
    remade: &BTreeSet<ColumnRef>,
    after: &Database,
) -> (BTreeSet<RelationName>, BTreeSet<RelationName>) {
    let mut relations: BTreeSet<RelationName> = retyped.iter().chain(remade).map(|(table, _)| table.clone()).collect();
    let mut grouped = BTreeSet::new();
    for todo in todos {
        match &todo.op {
            Op::DropView(view) => drop(relations.insert(view.name.clone())),
            // A view comes in its place, which others read on.
            Op::DropTable(table) if after.views.contains_key(&table.name) => {
                relations.insert(table.name.clone());
            }
            Op::DropConstraint(table, Constraint::PrimaryKey(_)) => drop(grouped.insert(table.clone())),
            _ => {}
        }
    }
    (relations, grouped)
}

/// What tells the rows of a table apart for replication is forgotten with its index, even if that comes back.
fn identities_again(todos: &mut Vec<Todo>, databases: Pair<&Database>) {
    let mut gone: BTreeSet<(&RelationName, Name)> = BTreeSet::new();
    let mut set = BTreeSet::new();
    for todo in todos.iter() {
        match &todo.op {
            Op::DropIndex(table, index) => drop(gone.insert((table, index.name.clone()))),
            Op::DropConstraint(table, constraint) => {
                gone.extend(constraint.name().name().map(|name| (table, name.clone())));
            }
            Op::AlterTable(tables) if identity_of(&tables.from) != identity_of(&tables.to) => {
                set.insert(tables.to.name.clone());
            }
            _ => {}
        }
    }
    let mut again = Vec::new();
    for (table, index) in gone.into_iter().filter(|(table, _)| !set.contains(*table)) {
        let Some(tables) = databases.map(|database| database.tables.get(table)).both() else { continue };
        if identity_index(tables.to) == Some(index) && identity_of(tables.from) == identity_of(tables.to) {
            let mut before = tables.to.clone();
            if let Extras::Postgres(extras) = &mut before.extras {
                extras.replica_identity = None;
            }
            again.push(Todo::aside(Op::AlterTable(Box::new(Pair::new(before, tables.to.clone())))));
        }
    }
    todos.extend(again);
}

fn identity_of(table: &Table) -> Option<&String> {
    match &table.extras {
        Extras::Postgres(extras) => extras.replica_identity.as_ref(),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    }
}

/// Conditions keep their literals as values of the old type, so they step aside while an enum is replaced.
fn enum_parts_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>) {
    let columns = todos.iter().flat_map(|todo| replaced_columns(&todo.op));
    let columns: Vec<ColumnRef> = columns.map(|(table, column)| (table.clone(), column.name.clone())).collect();
    let mut aside = Aside::of(todos);
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
            aside.constraint(&table, constraint);
        }
        let indexes = tables.from.indexes.iter().filter(|index| index_computes(index, &names));
        for index in indexes.filter(|index| tables.to.indexes.iter().any(|other| other.name == index.name)) {
            aside.index(&table, index);
        }
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

/// The keys whose index is made anew with a column that it carries (INCLUDE), which the server refuses while a foreign key
/// refers to them.
fn carrying_keys(retyped: &BTreeSet<ColumnRef>, before: &Database) -> BTreeSet<(RelationName, BTreeSet<Name>)> {
    let tables = by_table(retyped).into_iter();
    let tables = tables.filter_map(|(table, names)| Some((before.tables.get(table)?, names)));
    let keys = tables.flat_map(|(table, names)| {
        carrying(table, |name| names.contains(name)).into_iter().map(|columns| (table.name.clone(), columns))
    });
    keys.collect()
}

fn set(names: &[Name]) -> BTreeSet<Name> {
    names.iter().cloned().collect()
}

pub(super) fn index_columns(index: &Index) -> BTreeSet<Name> {
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
