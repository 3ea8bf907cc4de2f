//! What has to wait for the user: destructive operations without leave, those that cannot be written down, and all
//! that depend on them.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::graph::NodeIndex;
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
    let mut of_cause: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, todo) in todos.iter().enumerate() {
        todo.causes.iter().for_each(|cause| of_cause.entry(*cause).or_default().push(at));
    }
    let mut open: Vec<usize> = held.iter().copied().collect();
    while let Some(at) = open.pop() {
        let edges = graph.edges_directed(NodeIndex::new(at), Direction::Outgoing);
        let dependents = edges.filter(|edge| *edge.weight() == Edge::Requires).map(|edge| edge.target().index());
        // Each cause is looked up once: what it calls for is held from then on.
        let same_cause = todos[at].causes.iter().filter_map(|cause| of_cause.remove(cause)).flatten();
        let more: Vec<usize> = dependents.chain(same_cause).filter(|at| held.insert(*at)).collect();
        open.extend(more);
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
