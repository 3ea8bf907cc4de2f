//! Foreign keys that SQLAlchemy adds to tables afterwards, on an engine that cannot add any.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use crate::diff;
use crate::model::{Facet, Kind, Reason, RelationName};
use crate::snapshot::{Snapshot, Undecided};
use crate::source::python::models::Models;

impl Models<'_> {
    /// `create_all` leaves out the foreign keys of tables that refer to each other in a circle, and those with
    /// `use_alter`, where the engine has no ALTER for them; a migration may have made them all the same
    /// (`sqlalchemy.sql.ddl.sort_tables_and_constraints`).
    pub(in crate::source::python) fn leave_out_circular_keys(&mut self, snapshot: &mut Snapshot) {
        if self.rules.adds_foreign_keys {
            return;
        }
        let circular = self.circular_tables(snapshot);
        for (name, places) in &mut self.places {
            let Some(table) = snapshot.database.tables.get_mut(name) else {
                continue;
            };
            let in_circle = circular.contains(name);
            let keys = std::mem::take(&mut table.foreign_keys);
            let mut kept = Vec::new();
            for (key, (site, alters)) in keys.into_iter().zip(std::mem::take(&mut places.foreign_keys)) {
                if !in_circle && !alters {
                    kept.push(key);
                    places.foreign_keys.push((site, alters));
                    continue;
                }
                let reason = match alters {
                    true => "SQLAlchemy leaves it out, because it has `use_alter`",
                    false => "SQLAlchemy leaves it out, because the tables refer to each other in a circle",
                };
                self.undecided.push(Undecided {
                    object: Some(diff::foreign_key_path(table, &key)),
                    facet: Facet::of(Kind::ForeignKey),
                    reason: Reason::new(reason),
                    declared_at: self.interp.span(site),
                });
            }
            table.foreign_keys = kept;
        }
        snapshot.undecided.append(&mut self.undecided);
    }

    /// The tables that stand in a circle of foreign keys; those with `use_alter` and to the own table do not count.
    fn circular_tables(&self, snapshot: &Snapshot) -> BTreeSet<RelationName> {
        let mut graph = DiGraph::<&RelationName, ()>::new();
        let nodes: BTreeMap<_, _> =
            snapshot.database.tables.keys().map(|name| (name.clone(), graph.add_node(name))).collect();
        for (name, places) in &self.places {
            let Some(table) = snapshot.database.tables.get(name) else {
                continue;
            };
            for (key, (_, alters)) in table.foreign_keys.iter().zip(&places.foreign_keys) {
                if let (Some(from), Some(to)) = (nodes.get(name), nodes.get(&key.references))
                    && from != to
                    && !alters
                {
                    graph.add_edge(*from, *to, ());
                }
            }
        }
        // Its walks do not call themselves, however long the chain is.
        let circles = kosaraju_scc(&graph).into_iter().filter(|circle| circle.len() > 1);
        circles.flatten().map(|node| graph[node].clone()).collect()
    }
}
