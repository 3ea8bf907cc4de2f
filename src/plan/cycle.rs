//! Foreign keys that run in circles: they are added when both tables stand, and dropped while both still do.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
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

/// For each table that stands in a circle, the other tables of it.
fn circles<'a>(tables: impl Iterator<Item = &'a Table>) -> BTreeMap<RelationName, BTreeSet<RelationName>> {
    let tables: Vec<&Table> = tables.collect();
    let mut graph: DiGraph<&RelationName, ()> = DiGraph::new();
    let nodes: BTreeMap<&RelationName, _> =
        tables.iter().map(|table| (&table.name, graph.add_node(&table.name))).collect();
    for table in &tables {
        for key in &table.foreign_keys {
            if let (Some(from), Some(to)) = (nodes.get(&table.name), nodes.get(&key.references)) {
                graph.update_edge(*from, *to, ());
            }
        }
    }
    let mut circles = BTreeMap::new();
    for component in tarjan_scc(&graph) {
        let members: BTreeSet<RelationName> = component.iter().map(|node| graph[*node].clone()).collect();
        for member in &members {
            let others = members.iter().filter(|other| *other != member).cloned().collect();
            circles.insert(member.clone(), others);
        }
    }
    circles
}

fn take_apart(
    table: &mut Table,
    circles: &BTreeMap<RelationName, BTreeSet<RelationName>>,
    also: impl Fn(&Table, &ForeignKey) -> bool,
) -> Vec<ForeignKey> {
    let others = circles.get(&table.name);
    let is_apart = |table: &Table, key: &ForeignKey| {
        others.is_some_and(|others| others.contains(&key.references)) || also(table, key)
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
