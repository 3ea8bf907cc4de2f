//! Foreign keys that run in circles: they are added when both tables stand, and dropped while both still do.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use crate::model::{Constraint, ForeignKey, RelationName, Table};

use super::{Op, Todo};

/// Takes those foreign keys out of CREATE TABLE and DROP TABLE that no order of the tables could satisfy.
pub(super) fn split(todos: Vec<Todo>) -> Vec<Todo> {
    let created = circles(todos.iter().filter_map(|todo| match &todo.op {
        Op::CreateTable(table) => Some(&**table),
        _ => None,
    }));
    let dropped = circles(todos.iter().filter_map(|todo| match &todo.op {
        Op::DropTable(table) => Some(&**table),
        _ => None,
    }));
    let mut out = Vec::new();
    for mut todo in todos {
        match &mut todo.op {
            Op::CreateTable(table) => {
                let apart = take_apart(table, &created, references_own_index);
                let name = table.name.clone();
                let (causes, held) = (todo.causes.clone(), todo.held.clone());
                out.push(todo);
                out.extend(apart.into_iter().map(|key| {
                    let op = Op::AddConstraint(name.clone(), Constraint::ForeignKey(key));
                    Todo { op, causes: causes.clone(), held: held.clone() }
                }));
            }
            Op::DropTable(table) => {
                let apart = take_apart(table, &dropped, |_, _| false);
                let name = table.name.clone();
                let (causes, held) = (todo.causes.clone(), todo.held.clone());
                out.extend(apart.into_iter().map(|key| {
                    let op = Op::DropConstraint(name.clone(), Constraint::ForeignKey(key));
                    Todo { op, causes: causes.clone(), held: held.clone() }
                }));
                out.push(todo);
            }
            _ => out.push(todo),
        }
    }
    out
}

/// For each table that stands in a circle, the number of its circle.
fn circles<'a>(tables: impl Iterator<Item = &'a Table>) -> BTreeMap<RelationName, usize> {
    let tables: Vec<&Table> = tables.collect();
    let mut graph: DiGraph<&RelationName, ()> = DiGraph::new();
    let nodes: BTreeMap<&RelationName, _> =
        tables.iter().map(|table| (&table.name, graph.add_node(&table.name))).collect();
    for table in &tables {
        for key in &table.foreign_keys {
            if let (Some(from), Some(to)) = (nodes.get(&table.name), nodes.get(&key.references)) {
                graph.add_edge(*from, *to, ());
            }
        }
    }
    // Its walks do not call themselves, however long the chain is.
    let circles = kosaraju_scc(&graph).into_iter().filter(|circle| circle.len() > 1).enumerate();
    circles
        .flat_map(|(number, circle)| circle.into_iter().map(move |node| (node, number)))
        .map(|(node, number)| (graph[node].clone(), number))
        .collect()
}

fn take_apart(
    table: &mut Table,
    circles: &BTreeMap<RelationName, usize>,
    also: impl Fn(&Table, &ForeignKey) -> bool,
) -> Vec<ForeignKey> {
    let own = circles.get(&table.name);
    let is_apart = |table: &Table, key: &ForeignKey| {
        let is_circular = own.is_some() && own == circles.get(&key.references) && key.references != table.name;
        is_circular || also(table, key)
    };
    let (apart, kept) = table.foreign_keys.iter().cloned().partition(|key| is_apart(table, key));
    table.foreign_keys = kept;
    apart
}

/// Whether a foreign key refers to its own table by a unique index, which is only made after the table.
fn references_own_index(table: &Table, key: &ForeignKey) -> bool {
    let set = |names: &[crate::model::Name]| names.iter().cloned().collect::<BTreeSet<_>>();
    let wanted = set(&key.referenced_columns);
    let is_key = table.primary_key.as_ref().is_some_and(|primary| set(&primary.columns) == wanted)
        || table.uniques.iter().any(|unique| set(&unique.columns) == wanted);
    key.references == table.name && !wanted.is_empty() && !is_key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConstraintName, Deferrability, Extras, MatchType, Name, PostgresTable, ReferentialAction};

    fn key(references: RelationName) -> ForeignKey {
        ForeignKey {
            name: ConstraintName::None,
            columns: Vec::new(),
            references,
            referenced_columns: Vec::new(),
            period: false,
            on_delete: ReferentialAction::NoAction,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: MatchType::Simple,
            deferrability: Deferrability::NotDeferrable,
            validated: true,
            enforced: true,
        }
    }

    /// Each of so many tables refers to the one before it, and the first to itself or to the last.
    fn kept_keys(count: usize, closed: bool) -> usize {
        let name = |at: usize| RelationName::new(None, Name::exact(format!("t{at}")));
        let todos = (0..count).map(|at| {
            let mut table = Table::new(name(at), Extras::Postgres(PostgresTable::default()));
            let before = if at == 0 && closed { count - 1 } else { at.saturating_sub(1) };
            table.foreign_keys.push(key(name(before)));
            Todo::aside(Op::CreateTable(Box::new(table)))
        });
        let kept = |todo: &Todo| match &todo.op {
            Op::CreateTable(table) => table.foreign_keys.len(),
            _ => 0,
        };
        split(todos.collect()).iter().map(kept).sum()
    }

    /// As many as would leave no room on the stack, or in memory, to what goes from table to table by calling itself, or
    /// lists the others of its circle for each.
    #[test]
    fn a_circle_may_be_of_any_length() {
        assert_eq!(kept_keys(50_000, true), 0);
        assert_eq!(kept_keys(50_000, false), 50_000);
    }
}
