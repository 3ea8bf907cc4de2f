//! What has to wait for the user: destructive operations without leave, those that cannot be written down, and all
//! that depend on them.

use std::collections::BTreeSet;

use petgraph::Direction;
use petgraph::visit::EdgeRef;

use super::order::{Edge, graph};
use super::resource::Resources;
use super::{Held, PlanOptions, Todo};

/// Operations that run, and those that stand in the file as comments.
pub(super) struct Split {
    pub(super) live: Vec<Todo>,
    pub(super) withheld: Vec<Todo>,
}

/// Parts `todos` by what the user allows.
pub(super) fn split(todos: Vec<Todo>, resources: &Resources<'_>, options: &PlanOptions) -> Split {
    let graph = graph(&todos, resources);
    let mut held: BTreeSet<usize> = (0..todos.len()).filter(|at| waits(&todos[*at], options)).collect();
    loop {
        let causes: BTreeSet<usize> = held.iter().flat_map(|at| todos[*at].causes.iter().copied()).collect();
        let mut more = BTreeSet::new();
        for node in graph.node_indices().filter(|node| held.contains(&node.index())) {
            let edges = graph.edges_directed(node, Direction::Outgoing);
            let dependents = edges.filter(|edge| *edge.weight() == Edge::Requires).map(|edge| edge.target().index());
            more.extend(dependents);
        }
        more.extend((0..todos.len()).filter(|at| !todos[*at].causes.is_disjoint(&causes)));
        let before = held.len();
        held.extend(more);
        if held.len() == before {
            break;
        }
    }
    let (mut live, mut withheld) = (Vec::new(), Vec::new());
    for (at, mut todo) in todos.into_iter().enumerate() {
        if held.contains(&at) {
            todo.held.get_or_insert_with(|| Held::Dependent("it depends on a step that is withheld".to_owned()));
            withheld.push(todo);
        } else {
            live.push(todo);
        }
    }
    Split { live, withheld }
}

fn waits(todo: &Todo, options: &PlanOptions) -> bool {
    match &todo.held {
        Some(Held::Destructive(_)) => !options.allow_drop,
        Some(Held::Impossible(_) | Held::Dependent(_)) => true,
        None => false,
    }
}
