//! The order of operations: a topological sort of the graph that their effects span. The same operations always come
//! out in the same order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::diff::Pair;
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
    let around = Pair::new(Direction::Incoming, Direction::Outgoing).map(|way| causes_along(&todos, &graph, way));
    let (mut incoming, mut outgoing) = (around.from, around.to);
    let mut todos: Vec<Option<Todo>> = todos.into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|at| {
        let todo = todos[at].take()?;
        let around = if is_drop(&todo.op) { &mut outgoing } else { &mut incoming };
        Some(Todo { causes: std::mem::take(&mut around[at]), ..todo })
    });
    sorted.collect()
}

fn is_drop(op: &Op) -> bool {
    matches!(op, Op::DropView(_) | Op::DropIndex(..) | Op::DropConstraint(..) | Op::DropColumn(..) | Op::DropTable(_))
}

/// The causes of each operation. One that only steps aside has those of what it makes way for: what depends on it
/// going, or what its return depends on. Those are the nearest that have causes, in the given direction.
fn causes_along(todos: &[Todo], graph: &Graph, direction: Direction) -> Vec<BTreeSet<usize>> {
    let mut causes: Vec<BTreeSet<usize>> = todos.iter().map(|todo| todo.causes.clone()).collect();
    let mut here: Vec<usize> = (0..todos.len()).filter(|at| !causes[*at].is_empty()).collect();
    let mut reached: Vec<bool> = causes.iter().map(|causes| !causes.is_empty()).collect();
    while !here.is_empty() {
        let mut next: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for at in &here {
            let around = graph.neighbors_directed(NodeIndex::new(*at), direction.opposite());
            for other in around.map(NodeIndex::index).filter(|other| !reached[*other]) {
                next.entry(other).or_default().extend(causes[*at].iter().copied());
            }
        }
        here = next.keys().copied().collect();
        for (at, found) in next {
            reached[at] = true;
            causes[at] = found;
        }
    }
    causes
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
            // A foreign key stands between columns whose types compare; what its key carries beside may be as it is.
            let is_key = matches!(&todos[position].op, Op::AddConstraint(_, Constraint::ForeignKey(_)));
            let needs_type = is_key && !matches!(resource, Resource::Key(..));
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
/// list. A circle is broken by the first that can run at all, since all that is left before it only matters for the
/// order; where names exchanged make one, by the first of the list.
fn topological(graph: &Graph, rank: impl Fn(usize) -> u8) -> Vec<usize> {
    let mut waiting: Vec<Waiting> = graph.node_indices().map(|node| Waiting::of(graph, node)).collect();
    let mut left: BTreeSet<usize> = (0..waiting.len()).collect();
    let mut possible: BTreeSet<usize> = left.iter().copied().filter(|node| waiting[*node].required == 0).collect();
    let mut ready: BinaryHeap<Reverse<(u8, usize)>> =
        left.iter().filter(|node| waiting[**node].any == 0).map(|node| Reverse((rank(*node), *node))).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while !left.is_empty() {
        let next = match ready.pop() {
            Some(Reverse((_, node))) => node,
            None => match possible.first().or(left.first()) {
                Some(first) => *first,
                None => break,
            },
        };
        if !left.remove(&next) {
            continue;
        }
        possible.remove(&next);
        order.push(next);
        for edge in graph.edges_directed(NodeIndex::new(next), Direction::Outgoing) {
            let after = edge.target().index();
            waiting[after].any -= 1;
            waiting[after].required -= usize::from(*edge.weight() == Edge::Requires);
            if !left.contains(&after) {
                continue;
            }
            if waiting[after].required == 0 {
                possible.insert(after);
            }
            if waiting[after].any == 0 {
                ready.push(Reverse((rank(after), after)));
            }
        }
    }
    order
}

/// How many operations one waits for.
struct Waiting {
    any: usize,
    /// Those without which it cannot run at all.
    required: usize,
}

impl Waiting {
    fn of(graph: &Graph, node: NodeIndex) -> Self {
        let mut waiting = Waiting { any: 0, required: 0 };
        for edge in graph.edges_directed(node, Direction::Incoming) {
            waiting.any += 1;
            waiting.required += usize::from(*edge.weight() == Edge::Requires);
        }
        waiting
    }
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
        Op::AddColumn(..) | Op::HandSequence(..) => 9,
        Op::Together(_, ops) if matches!(ops.first(), Some(Op::AddColumn(..))) => 9,
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
