//! The names of what a declaration leaves unnamed: the engine gives one that is free in the table as it is, and not the one
//! that it would give in a table of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Pair;
use crate::model::{Constraint, ConstraintName, Database, Index, Name, RelationName, Table};

use super::resource::constraints;
use super::{Held, Op, PlanOptions, Planner, Todo};

/// Something that nobody named.
#[derive(Clone, Copy, Debug)]
pub enum Unnamed<'a> {
    /// A constraint.
    Constraint(&'a Constraint),
    /// An index.
    Index(&'a Index),
}

impl Unnamed<'_> {
    /// The name that it would have in a table of its own.
    pub fn implied(&self) -> Option<&Name> {
        match self {
            Unnamed::Constraint(constraint) => constraint.name().name(),
            Unnamed::Index(index) => Some(&index.name),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Unnamed::Constraint(constraint) => Sort::of(constraint),
            Unnamed::Index(_) => Sort::Index,
        }
    }
}

/// What may not bear one name twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Index,
    ForeignKey,
    Check,
}

impl Sort {
    fn of(constraint: &Constraint) -> Self {
        match constraint {
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => Sort::Index,
            Constraint::ForeignKey(_) => Sort::ForeignKey,
            Constraint::Check(_) => Sort::Check,
        }
    }
}

/// Gives what comes without a name one that is free when it comes.
pub(super) fn settle(todos: &mut [Todo], databases: Pair<&Database>, dialect: &dyn Planner, options: &PlanOptions) {
    let dropped: BTreeSet<(RelationName, Name)> = todos.iter().filter_map(|todo| dropped(todo, options)).collect();
    let mut given: BTreeMap<RelationName, Vec<(Sort, Name)>> = BTreeMap::new();
    for todo in todos.iter() {
        if let Some((table, sort, name)) = chosen(&todo.op) {
            given.entry(table.clone()).or_default().push((sort, name.clone()));
        }
    }
    for todo in todos {
        let Some(name) = table_of(&todo.op).cloned() else { continue };
        let given = given.entry(name.clone()).or_default();
        let mut taken: Vec<(Sort, Name)> = databases.from.tables.get(&name).map(names).unwrap_or_default();
        taken.retain(|(_, other)| !dropped.contains(&(name.clone(), other.clone())));
        taken.extend(given.iter().cloned());
        let mut settle = |part: Unnamed<'_>| {
            let among = |sort: Sort| dialect.default_schema().is_some() || sort == part.sort();
            let in_use = taken.iter().filter(|(sort, _)| among(*sort)).map(|(_, name)| name.clone()).collect();
            let name = match part.implied() {
                Some(implied) if dialect.counts_on(part) || BTreeSet::contains(&in_use, implied) => {
                    dialect.given_name(part, &name, &in_use)
                }
                Some(implied) => implied.clone(),
                None => return None,
            };
            taken.push((part.sort(), name.clone()));
            given.push((part.sort(), name.clone()));
            Some(name)
        };
        match &mut todo.op {
            Op::CreateTable(table) => {
                for key in table.foreign_keys.iter_mut().filter(|key| matches!(key.name, ConstraintName::Implied(_))) {
                    if let Some(name) = settle(Unnamed::Constraint(&Constraint::ForeignKey(key.clone()))) {
                        key.name = ConstraintName::Implied(name);
                    }
                }
            }
            Op::AddConstraint(_, constraint) if is_unnamed(constraint) => {
                if let Some(name) = settle(Unnamed::Constraint(constraint)) {
                    *constraint = constraint.clone().named(ConstraintName::Implied(name));
                }
            }
            Op::CreateIndex(_, index) if index.name_is_implied => {
                if let Some(name) = settle(Unnamed::Index(index)) {
                    index.name = name;
                }
            }
            _ => {}
        }
    }
}

fn is_unnamed(constraint: &Constraint) -> bool {
    let is_its_columns = matches!(constraint, Constraint::Check(check) if check.of_column.is_some());
    matches!(constraint.name(), ConstraintName::Implied(_)) && !is_its_columns
}

fn table_of(op: &Op) -> Option<&RelationName> {
    match op {
        Op::CreateTable(table) => Some(&table.name),
        Op::AddConstraint(table, _) | Op::CreateIndex(table, _) => Some(table),
        _ => None,
    }
}

/// The name that an operation brings by the declaration's choice.
fn chosen(op: &Op) -> Option<(&RelationName, Sort, &Name)> {
    match op {
        Op::AddConstraint(table, constraint) => Some((table, Sort::of(constraint), constraint.name().explicit()?)),
        Op::CreateIndex(table, index) if !index.name_is_implied => Some((table, Sort::Index, &index.name)),
        Op::AlterIndex(table, indexes) => Some((table, Sort::Index, &indexes.to.name)),
        Op::RenameConstraint(table, constraints) => {
            Some((table, Sort::of(&constraints.to), constraints.to.name().explicit()?))
        }
        _ => None,
    }
}

/// The name that an operation sets free, if it runs.
fn dropped(todo: &Todo, options: &PlanOptions) -> Option<(RelationName, Name)> {
    let runs = match &todo.held {
        None => true,
        Some(Held::Destructive(_)) => options.allow_drop,
        Some(Held::Impossible(_) | Held::Dependent(_)) => false,
    };
    let (table, name) = match &todo.op {
        Op::DropConstraint(table, constraint) => (table, constraint.name().name()?),
        Op::DropIndex(table, index) => (table, &index.name),
        Op::AlterIndex(table, indexes) => (table, &indexes.from.name),
        Op::RenameConstraint(table, constraints) => (table, constraints.from.name().name()?),
        _ => return None,
    };
    runs.then(|| (table.clone(), name.clone()))
}

/// The names in a table.
fn names(table: &Table) -> Vec<(Sort, Name)> {
    let constraints = constraints(table);
    let constraints = constraints.iter().filter_map(|one| Some((Sort::of(one), one.name().name()?.clone())));
    constraints.chain(table.indexes.iter().map(|index| (Sort::Index, index.name.clone()))).collect()
}
