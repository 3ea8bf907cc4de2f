//! What has to step aside while something that it hangs on changes. Which engine needs that, and when, is for its
//! lowering to say.
//!
//! Only what is in the schema both before and after is looked at: the rest has operations of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::diff::Pair;
use crate::model::{
    CheckConstraint, Column, Constraint, ConstraintName, Database, Fact, ForeignKey, Index, IndexTarget, Kind, Name,
    OpaqueObject, RelationName, Table, View,
};

use super::resource::constraints;
use super::{Op, Todo, Words};

/// A column by its table and name.
pub type ColumnRef = (RelationName, Name);

/// Operations, with what they drop, to which what steps aside is added.
pub struct Aside<'t> {
    todos: &'t mut Vec<Todo>,
    dropped: BTreeSet<Part>,
}

/// Something that is dropped at most once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    View(RelationName),
    Constraint(RelationName, ConstraintName),
    Index(RelationName, Name),
}

impl<'t> Aside<'t> {
    /// What is dropped, or renamed, already needs not step aside.
    pub fn of(todos: &'t mut Vec<Todo>) -> Self {
        let dropped = todos.iter().filter_map(|todo| match &todo.op {
            Op::DropView(view) => Some(Part::View(view.name.clone())),
            Op::DropConstraint(table, dropped) => Some(Part::Constraint(table.clone(), dropped.name().clone())),
            Op::RenameConstraint(table, constraints) => {
                Some(Part::Constraint(table.clone(), constraints.from.name().clone()))
            }
            Op::DropIndex(table, dropped) => Some(Part::Index(table.clone(), dropped.name.clone())),
            _ => None,
        });
        Aside { dropped: dropped.collect(), todos }
    }

    /// Adds DROP and ADD of a constraint.
    pub fn constraint(&mut self, table: &RelationName, constraint: Constraint) {
        if self.dropped.insert(Part::Constraint(table.clone(), constraint.name().clone())) {
            self.todos.push(Todo::aside(Op::DropConstraint(table.clone(), constraint.clone())));
            self.todos.push(Todo::aside(Op::AddConstraint(table.clone(), constraint)));
        }
    }

    /// Adds DROP and CREATE of an index.
    pub fn index(&mut self, table: &RelationName, index: &Index) {
        if self.dropped.insert(Part::Index(table.clone(), index.name.clone())) {
            self.todos.push(Todo::aside(Op::DropIndex(table.clone(), Box::new(index.clone()))));
            self.todos.push(Todo::aside(Op::CreateIndex(table.clone(), Box::new(index.clone()))));
        }
    }

    fn view(&mut self, view: &View, after: &View) {
        if self.dropped.insert(Part::View(view.name.clone())) {
            self.todos.push(Todo::aside(Op::DropView(view.clone())));
            self.todos.push(Todo::aside(Op::CreateView(after.clone())));
        }
    }
}

/// Adds DROP and CREATE for the views that read one of `relations`, directly or through other views; of `grouped` only
/// those that group rows, which may do so by the primary key.
pub fn views_aside(
    todos: &mut Vec<Todo>,
    databases: Pair<&Database>,
    relations: &BTreeSet<RelationName>,
    grouped: &BTreeSet<RelationName>,
) {
    if relations.is_empty() && grouped.is_empty() {
        return;
    }
    let word = |name: &RelationName| name.name.as_str().to_lowercase();
    let names = relations.iter().chain(grouped).chain(databases.from.views.keys());
    let names: HashSet<String> = names.map(word).collect();
    let mut readers: HashMap<&str, Vec<&View>> = HashMap::new();
    let mut grouping: BTreeSet<&RelationName> = BTreeSet::new();
    for view in databases.from.views.values() {
        let words = Words::of(&view.query.text);
        let read = words.iter().filter_map(|word| names.get(word));
        read.for_each(|name| readers.entry(name.as_str()).or_default().push(view));
        grouping.extend(words.group().then_some(&view.name));
    }
    let mut seen: BTreeSet<&RelationName> = relations.iter().collect();
    let mut open: Vec<(String, bool)> = relations.iter().map(|name| (word(name), true)).collect();
    open.extend(grouped.iter().map(|name| (word(name), false)));
    let mut aside = Aside::of(todos);
    while let Some((name, all)) = open.pop() {
        for view in readers.get(name.as_str()).into_iter().flatten() {
            if (all || grouping.contains(&view.name)) && seen.insert(&view.name) {
                open.push((word(&view.name), true));
                if let Some(after) = databases.to.views.get(&view.name) {
                    aside.view(view, after);
                }
            }
        }
    }
}

/// Adds DROP and ADD for the foreign keys for which `is_touched` holds; it is given the key's own table.
pub fn foreign_keys_aside(
    todos: &mut Vec<Todo>,
    databases: Pair<&Database>,
    is_touched: impl Fn(&Table, &ForeignKey) -> bool,
) {
    let mut aside = Aside::of(todos);
    for table in databases.from.tables.values() {
        let Some(after) = databases.to.tables.get(&table.name) else { continue };
        for key in table.foreign_keys.iter().filter(|key| after.foreign_keys.contains(key) && is_touched(table, key)) {
            aside.constraint(&table.name, Constraint::ForeignKey(key.clone()));
        }
    }
}

/// Adds DROP and ADD for the constraints, and DROP and CREATE for the indexes, that hang on one of `columns`.
pub fn parts_aside(todos: &mut Vec<Todo>, databases: Pair<&Database>, columns: &BTreeSet<ColumnRef>) {
    let mut aside = Aside::of(todos);
    for (name, names) in by_table(columns) {
        let Some(tables) = databases.map(|database| database.tables.get(name)).both() else { continue };
        for constraint in constraints(tables.from).into_iter().filter(|constraint| constraint_uses(constraint, &names))
        {
            if constraints(tables.to).iter().any(|other| other.name() == constraint.name()) {
                aside.constraint(name, constraint);
            }
        }
        for index in tables.from.indexes.iter().filter(|index| index_uses(index, &names)) {
            if tables.to.indexes.iter().any(|other| other.name == index.name) {
                aside.index(name, index);
            }
        }
    }
}

/// The names of columns by their tables.
pub fn by_table(columns: &BTreeSet<ColumnRef>) -> BTreeMap<&RelationName, BTreeSet<&Name>> {
    let mut tables: BTreeMap<&RelationName, BTreeSet<&Name>> = BTreeMap::new();
    for (table, column) in columns {
        tables.entry(table).or_default().insert(column);
    }
    tables
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
