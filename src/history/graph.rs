//! The chain as a graph: which revisions are heads, in which order they run, and what is wrong with it.
//!
//! This module must not know what a revision does or where it was read from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::revision::Revision;

/// What is wrong with a chain, by the positions of the revisions concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// More than one revision has no successor.
    SeveralHeads(Vec<usize>),
    /// A revision follows one that no file has.
    MissingParent {
        /// The revision.
        revision: usize,
        /// The identifier that nobody has.
        parent: String,
    },
    /// Several revisions have one identifier.
    DuplicateId(Vec<usize>),
    /// Revisions follow each other in a circle.
    Cycle(Vec<usize>),
    /// Beside the first base there is another one, which nothing joins to it.
    SecondBase {
        /// The base.
        revision: usize,
        /// The base that more revisions rest on.
        first: usize,
    },
}

/// Revisions with what follows what.
#[derive(Clone, Debug)]
pub struct Graph {
    revisions: Vec<Revision>,
    /// The first revision of each identifier.
    by_id: HashMap<String, usize>,
    /// For each revision the positions of its parents that exist.
    parents: Vec<Vec<usize>>,
    /// What depends on what beyond parents.
    dependencies: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of `revisions`, which are in the order of their files.
    pub fn new(revisions: Vec<Revision>) -> Graph {
        let mut by_id = HashMap::new();
        for (position, revision) in revisions.iter().enumerate() {
            by_id.entry(revision.id.clone()).or_insert(position);
        }
        let mut graph = Graph { revisions, by_id, parents: Vec::new(), dependencies: Vec::new() };
        let positions = |ids: &dyn Fn(&Revision) -> Vec<String>| -> Vec<Vec<usize>> {
            let found = |revision| ids(revision).iter().filter_map(|id| graph.find(id)).collect();
            graph.revisions.iter().map(found).collect()
        };
        let parents = positions(&|revision| revision.parents.clone());
        let dependencies = positions(&|revision| revision.depends_on.clone());
        graph.parents = parents;
        graph.dependencies = dependencies;
        graph
    }

    /// The revisions in the order of their files.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The revision at a position.
    pub fn revision(&self, position: usize) -> &Revision {
        &self.revisions[position]
    }

    /// The identifiers of revisions.
    pub fn ids(&self, positions: &[usize]) -> Vec<&str> {
        positions.iter().map(|at| self.revisions[*at].id.as_str()).collect()
    }

    /// The position of the revision that `id` means: its identifier, a branch label, or the start of one identifier
    /// alone, as Alembic accepts it.
    pub fn find(&self, id: &str) -> Option<usize> {
        if let Some(position) = self.by_id.get(id) {
            return Some(*position);
        }
        let label = |revision: &Revision| revision.labels.iter().any(|label| label == id);
        if let Some(position) = self.revisions.iter().position(label) {
            return Some(position);
        }
        // Alembic wants four characters at least for a partial identifier.
        let mut starting = self.revisions.iter().enumerate().filter(|(_, revision)| revision.id.starts_with(id));
        match (id.len() >= 4, starting.next(), starting.next()) {
            (true, Some((position, _)), None) => Some(position),
            (_, _, _) => None,
        }
    }

    /// The revision in the file of this name, which is none of a revision: with or without what ends it.
    pub fn by_file(&self, name: &str) -> Option<usize> {
        let wanted = name.strip_suffix(".py").unwrap_or(name);
        let is_it = |revision: &Revision| {
            let stem = revision.file.file_stem().map(|stem| stem.to_string_lossy());
            stem.is_some_and(|stem| stem.eq_ignore_ascii_case(wanted))
        };
        let named = self.revisions.iter().position(is_it);
        // The words of a revision, behind its identifier: `0003_add_sources` where the file is called otherwise.
        named.or_else(|| {
            let mut starting = self.revisions.iter().enumerate().filter(|(_, revision)| {
                wanted.strip_prefix(revision.id.as_str()).is_some_and(|rest| rest.starts_with(['_', '-']))
            });
            match (starting.next(), starting.next()) {
                (Some((at, _)), None) => Some(at),
                (_, _) => None,
            }
        })
    }

    /// The revisions that others mean to follow, and name wrongly.
    pub fn meant(&self) -> BTreeSet<usize> {
        let parents = self.revisions.iter().flat_map(|revision| revision.parents.iter());
        parents.filter(|parent| self.find(parent).is_none()).filter_map(|parent| self.by_file(parent)).collect()
    }

    /// The revisions without a successor.
    pub fn heads(&self) -> Vec<usize> {
        let followed: BTreeSet<usize> = self.parents.iter().flatten().copied().collect();
        let is_head = |position: &usize| !followed.contains(position) && self.is_first(*position);
        (0..self.revisions.len()).filter(is_head).collect()
    }

    /// The revisions that follow none.
    pub fn bases(&self) -> Vec<usize> {
        let is_base = |position: &usize| self.revisions[*position].parents.is_empty() && self.is_first(*position);
        (0..self.revisions.len()).filter(is_base).collect()
    }

    /// Whether a revision is the first of its identifier; the others of it cannot be reached.
    fn is_first(&self, position: usize) -> bool {
        self.by_id.get(&self.revisions[position].id) == Some(&position)
    }

    /// Everything that has run once `positions` have, in an order in which it can run: parents and dependencies first,
    /// otherwise by the order of the files. What stands in a circle is left out.
    pub fn upto(&self, positions: &[usize]) -> Vec<usize> {
        let mut wanted = BTreeSet::new();
        let mut open = positions.to_vec();
        while let Some(position) = open.pop() {
            if wanted.insert(position) {
                open.extend(self.before(position));
            }
        }
        let mut missing: BTreeMap<usize, usize> =
            wanted.iter().map(|position| (*position, self.before(*position).count())).collect();
        let mut followers: HashMap<usize, Vec<usize>> = HashMap::new();
        for position in &wanted {
            for parent in self.before(*position) {
                followers.entry(parent).or_default().push(*position);
            }
        }
        let mut ready: BTreeSet<usize> =
            missing.iter().filter(|(_, count)| **count == 0).map(|(one, _)| *one).collect();
        let mut order = Vec::with_capacity(wanted.len());
        while let Some(position) = ready.pop_first() {
            order.push(position);
            for follower in followers.get(&position).into_iter().flatten() {
                if let Some(count) = missing.get_mut(follower) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(*follower);
                    }
                }
            }
        }
        order
    }

    /// The revisions that have to run before one: its parents and what it depends on.
    pub fn needs(&self, position: usize) -> BTreeSet<usize> {
        self.before(position).collect()
    }

    /// Those of `positions` that no other of them follows.
    pub fn tips(&self, positions: &BTreeSet<usize>) -> Vec<usize> {
        let followed: BTreeSet<usize> = positions.iter().flat_map(|at| self.parents[*at].iter().copied()).collect();
        positions.difference(&followed).copied().collect()
    }

    fn before(&self, position: usize) -> impl Iterator<Item = usize> {
        let (parents, dependencies) = (&self.parents[position], &self.dependencies[position]);
        let mut all: Vec<usize> = parents.iter().chain(dependencies).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    /// What is wrong with the chain.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.duplicates();
        faults.extend(self.missing_parents());
        faults.extend(self.cycles());
        faults.extend(self.second_bases());
        let heads = self.heads();
        if heads.len() > 1 {
            faults.push(Fault::SeveralHeads(heads));
        }
        faults
    }

    fn duplicates(&self) -> Vec<Fault> {
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (position, revision) in self.revisions.iter().enumerate() {
            by_id.entry(&revision.id).or_default().push(position);
        }
        by_id.into_values().filter(|same| same.len() > 1).map(Fault::DuplicateId).collect()
    }

    fn missing_parents(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (position, revision) in self.revisions.iter().enumerate() {
            for parent in revision.parents.iter().chain(&revision.depends_on) {
                if self.find(parent).is_none() {
                    faults.push(Fault::MissingParent { revision: position, parent: parent.clone() });
                }
            }
        }
        faults
    }

    /// The circles: what no order reaches, each by one walk along its parents.
    fn cycles(&self) -> Vec<Fault> {
        let all: Vec<usize> = (0..self.revisions.len()).collect();
        let reached: BTreeSet<usize> = self.upto(&all).into_iter().collect();
        let mut left: BTreeSet<usize> = all.into_iter().filter(|position| !reached.contains(position)).collect();
        let mut faults = Vec::new();
        while let Some(start) = left.first().copied() {
            let mut path = Vec::new();
            let mut at = start;
            while !path.contains(&at) {
                path.push(at);
                left.remove(&at);
                // What is not reached waits for something that is not reached either.
                let Some(next) = self.before(at).find(|before| !reached.contains(before)) else { break };
                at = next;
            }
            if let Some(first) = path.iter().position(|one| *one == at) {
                let circle = path[first..].to_vec();
                let known = |fault: &Fault| matches!(fault, Fault::Cycle(other) if other.contains(&circle[0]));
                if !faults.iter().any(known) && circle.len() + first > 0 && self.closes(&circle) {
                    faults.push(Fault::Cycle(circle));
                }
            }
        }
        faults
    }

    fn closes(&self, circle: &[usize]) -> bool {
        circle.last().is_some_and(|last| self.before(*last).any(|before| before == circle[0]))
    }

    /// Bases that nothing joins to the base that most revisions rest on.
    fn second_bases(&self) -> Vec<Fault> {
        let bases = self.bases();
        if bases.len() < 2 {
            return Vec::new();
        }
        let above: Vec<(usize, BTreeSet<usize>)> = bases.into_iter().map(|base| (base, self.above(base))).collect();
        let Some((first, main)) = above.iter().max_by_key(|(base, above)| (above.len(), std::cmp::Reverse(*base)))
        else {
            return Vec::new();
        };
        let apart = above.iter().filter(|(base, above)| base != first && above.is_disjoint(main));
        apart
            .filter(|(base, _)| self.revisions[*base].labels.is_empty())
            .map(|(base, _)| Fault::SecondBase { revision: *base, first: *first })
            .collect()
    }
}

impl Graph {
    /// A revision with all that follow it.
    fn above(&self, base: usize) -> BTreeSet<usize> {
        let mut above = BTreeSet::from([base]);
        let mut open = vec![base];
        while let Some(at) = open.pop() {
            let followers = (0..self.revisions.len()).filter(|position| self.parents[*position].contains(&at));
            open.extend(followers.filter(|position| above.insert(*position)));
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::revision::Backward;
    use crate::snapshot::Span;

    fn graph(chain: &[(&str, &[&str])]) -> Graph {
        let revision = |(id, parents): &(&str, &[&str])| Revision {
            id: (*id).to_owned(),
            name: String::new(),
            parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            file: format!("{id}.py").into(),
            span: Span { file: std::path::Path::new(&format!("{id}.py")).into(), line: 1, column: 1 },
            backward: Backward::Same,
            repeatable: false,
        };
        Graph::new(chain.iter().map(revision).collect())
    }

    fn ids(graph: &Graph, positions: &[usize]) -> String {
        positions.iter().map(|position| graph.revision(*position).id.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_chain_runs_from_its_base_whatever_the_order_of_the_files() {
        let graph = graph(&[("c", &["b"]), ("a", &[]), ("b", &["a"])]);
        assert_eq!(ids(&graph, &graph.heads()), "c");
        assert_eq!(ids(&graph, &graph.upto(&graph.heads())), "a b c");
        assert_eq!(ids(&graph, &graph.upto(&[2])), "a b");
        assert!(graph.faults().is_empty());
    }

    #[test]
    fn a_merge_joins_heads() {
        let open = graph(&[("a", &[]), ("b", &["a"]), ("c", &["a"])]);
        assert_eq!(open.faults(), [Fault::SeveralHeads(vec![1, 2])]);
        let merged = graph(&[("a", &[]), ("b", &["a"]), ("c", &["a"]), ("m", &["b", "c"])]);
        assert!(merged.faults().is_empty());
        assert_eq!(ids(&merged, &merged.upto(&merged.heads())), "a b c m");
    }

    #[test]
    fn each_fault_is_found() {
        let missing = graph(&[("002", &["001_initial"])]);
        assert_eq!(missing.faults(), [Fault::MissingParent { revision: 0, parent: "001_initial".to_owned() }]);
        let duplicate = graph(&[("a", &[]), ("a", &[])]);
        assert_eq!(duplicate.faults(), [Fault::DuplicateId(vec![0, 1])]);
        let circle = graph(&[("a", &["b"]), ("b", &["a"]), ("c", &["b"])]);
        assert!(matches!(circle.faults().as_slice(), [Fault::Cycle(found)] if found.len() == 2));
        let itself = graph(&[("a", &["a"])]);
        assert_eq!(itself.faults(), [Fault::Cycle(vec![0])]);
        let second = graph(&[("a", &[]), ("b", &["a"]), ("x", &[])]);
        assert_eq!(second.faults(), [Fault::SecondBase { revision: 2, first: 0 }, Fault::SeveralHeads(vec![1, 2])]);
    }

    #[test]
    fn a_revision_is_found_by_the_start_of_its_identifier() {
        let graph = graph(&[("8a9b1c2d3e4f", &[]), ("8a9b99999999", &["8a9b1c2d3e4f"])]);
        assert_eq!(graph.find("8a9b1"), Some(0));
        assert_eq!(graph.find("8a9b"), None, "two start like this");
        assert_eq!(graph.find("8a"), None);
    }
}
