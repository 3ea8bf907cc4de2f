//! The order of operations: a topological sort of the graph that their effects span. The same operations always come
//! out in the same order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::model::{Constraint, Kind};

use super::resource::{Effects, Resource, Resources};
use super::{Op, Todo};

/// Why one operation comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    /// Only the order matters.
    Before,
    /// The second cannot run at all without the first.
    Requires,
}

/// The graph of operations: nodes are positions in the list, in the list's order.
pub(super) type Graph = DiGraph<usize, Edge>;

/// Sorts operations so that each finds what it needs.
pub(super) fn sort(todos: Vec<Todo>, resources: &Resources<'_>) -> Vec<Todo> {
    let graph = graph(&todos, resources);
    let order = topological(&graph, |node| rank(&todos[node].op));
    let causes: Vec<BTreeSet<usize>> = (0..todos.len()).map(|at| causes_around(&todos, &graph, at)).collect();
    let todos = todos.into_iter().zip(causes).map(|(todo, causes)| Todo { causes, ..todo });
    let mut todos: Vec<Option<Todo>> = todos.map(Some).collect();
    order.into_iter().filter_map(|position| todos[position].take()).collect()
}

/// The causes of an operation. One that only steps aside has those of what it makes way for: what depends on it going,
/// or what its return depends on.
fn causes_around(todos: &[Todo], graph: &Graph, at: usize) -> BTreeSet<usize> {
    let is_drop = matches!(
        todos[at].op,
        Op::DropView(_) | Op::DropIndex(..) | Op::DropConstraint(..) | Op::DropColumn(..) | Op::DropTable(_)
    );
    let direction = if is_drop { Direction::Outgoing } else { Direction::Incoming };
    let mut seen = BTreeSet::from([at]);
    let mut here = vec![at];
    while !here.is_empty() {
        let causes: BTreeSet<usize> = here.iter().flat_map(|at| todos[*at].causes.iter().copied()).collect();
        if !causes.is_empty() {
            return causes;
        }
        let around = here.iter().flat_map(|at| graph.neighbors_directed(NodeIndex::new(*at), direction));
        let around: BTreeSet<usize> = around.map(NodeIndex::index).collect();
        here = around.into_iter().filter(|next| seen.insert(*next)).collect();
    }
    BTreeSet::new()
}

/// The dependency graph of operations.
pub(super) fn graph(todos: &[Todo], resources: &Resources<'_>) -> Graph {
    let effects: Vec<Effects> = todos.iter().map(|todo| resources.effects(&todo.op)).collect();
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> = (0..todos.len()).map(|position| graph.add_node(position)).collect();
    let creators = index(&effects, |effects| &effects.creates);
    let droppers = index(&effects, |effects| &effects.drops);
    let alterers = index(&effects, |effects| &effects.alters);

    let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
    let mut connect = |before: usize, after: usize, edge: Edge| {
        if before != after {
            let known = edges.entry((before, after)).or_insert(edge);
            *known = edge.max(*known);
        }
    };
    for (position, effects) in effects.iter().enumerate() {
        for resource in &effects.uses {
            each(&creators, resource, |creator| connect(creator, position, Edge::Requires));
            let needs_type = matches!(&todos[position].op, Op::AddConstraint(_, Constraint::ForeignKey(_)));
            let edge = if needs_type { Edge::Requires } else { Edge::Before };
            each(&alterers, resource, |alterer| connect(alterer, position, edge));
        }
        for resource in &effects.alters {
            each(&creators, resource, |creator| connect(creator, position, Edge::Requires));
        }
        for resource in &effects.releases {
            each(&droppers, resource, |dropper| connect(position, dropper, Edge::Requires));
            each(&alterers, resource, |alterer| connect(position, alterer, Edge::Before));
        }
        for resource in &effects.creates {
            let is_exclusive = !matches!(resource, Resource::Key(..) | Resource::Support(..) | Resource::Place(..));
            let edge = if is_exclusive { Edge::Requires } else { Edge::Before };
            if is_exclusive {
                each(&droppers, resource, |dropper| connect(dropper, position, edge));
            }
        }
    }
    for ((before, after), edge) in edges {
        graph.add_edge(nodes[before], nodes[after], edge);
    }
    graph
}

fn index(effects: &[Effects], of: impl Fn(&Effects) -> &BTreeSet<Resource>) -> BTreeMap<Resource, Vec<usize>> {
    let mut map: BTreeMap<Resource, Vec<usize>> = BTreeMap::new();
    for (position, effects) in effects.iter().enumerate() {
        for resource in of(effects) {
            map.entry(resource.clone()).or_default().push(position);
        }
    }
    map
}

fn each(map: &BTreeMap<Resource, Vec<usize>>, resource: &Resource, visit: impl FnMut(usize)) {
    map.get(resource).into_iter().flatten().copied().for_each(visit);
}

/// Kahn's algorithm. Of the operations that are ready the one of the lowest rank comes first, then the first of the
/// list. A circle is broken by the first that can run at all; where names exchanged make one, by the first of the list.
fn topological(graph: &Graph, rank: impl Fn(usize) -> u8) -> Vec<usize> {
    let mut waiting: Vec<usize> =
        graph.node_indices().map(|node| graph.neighbors_directed(node, Direction::Incoming).count()).collect();
    let mut left: BTreeSet<usize> = (0..waiting.len()).collect();
    let mut ready: BinaryHeap<Reverse<(u8, usize)>> =
        left.iter().filter(|node| waiting[**node] == 0).map(|node| Reverse((rank(*node), *node))).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while !left.is_empty() {
        let next = match ready.pop() {
            Some(Reverse((_, node))) => node,
            None => match left.iter().find(|node| can_run(graph, **node, &left)).or(left.first()) {
                Some(first) => *first,
                None => break,
            },
        };
        if !left.remove(&next) {
            continue;
        }
        order.push(next);
        for after in graph.neighbors_directed(NodeIndex::new(next), Direction::Outgoing) {
            let after = after.index();
            waiting[after] = waiting[after].saturating_sub(1);
            if waiting[after] == 0 && left.contains(&after) {
                ready.push(Reverse((rank(after), after)));
            }
        }
    }
    order
}

/// Whether nothing that is left has to run before an operation for it to run at all.
fn can_run(graph: &Graph, node: usize, left: &BTreeSet<usize>) -> bool {
    let mut before = graph.edges_directed(NodeIndex::new(node), Direction::Incoming);
    before.all(|edge| *edge.weight() == Edge::Before || !left.contains(&edge.source().index()))
}

/// Which of several possible operations a reader expects first. This decides nothing that matters to the engine.
fn rank(op: &Op) -> u8 {
    match op {
        Op::CreateSchema(_) => 0,
        Op::ExtendEnum(_) => 1,
        Op::DropView(_) => 2,
        Op::DropConstraint(_, Constraint::ForeignKey(_)) => 3,
        Op::DropConstraint(..) | Op::DropIndex(..) => 4,
        Op::CreateEnum(_) | Op::ReplaceEnum { .. } | Op::CreateDomain(_) => 5,
        Op::CreateOther(object) => match object.kind {
            Kind::Extension => 1,
            Kind::Trigger | Kind::Policy | Kind::Event | Kind::Grant => 21,
            _ => 5,
        },
        Op::CreateSequence(_) | Op::AlterSequence(_) => 6,
        Op::CreateTable(_) => 7,
        Op::AlterTable(_) => 8,
        Op::AddColumn(..) => 9,
        Op::AlterColumn(..) | Op::RebuildTable(_) | Op::Together(..) => 10,
        Op::DropColumn(..) => 11,
        Op::RenameConstraint(..) | Op::AlterIndex(..) => 12,
        Op::CreateIndex(..) => 13,
        Op::AddConstraint(_, Constraint::ForeignKey(_)) => 15,
        Op::AddConstraint(..) => 14,
        Op::OwnSequence(_) => 16,
        Op::DropTable(_) => 17,
        Op::DropSequence(_) | Op::DropEnum(_) => 18,
        Op::DropSchema(_) => 19,
        Op::CreateView(_) => 20,
        Op::Comment(..) => 21,
    }
}
