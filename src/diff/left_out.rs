//! The kinds of object that one side has and that were not compared: it cannot speak of them, or drift does not compare
//! them yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, ObjectPath, OpaqueObject, Reason};
use crate::snapshot::{Coverage, Snapshot};

use super::NotCompared;
use super::walk::Walk;

/// Lists them, with those that are wanted by name.
pub(super) fn walk(walk: &mut Walk<'_>) {
    let mut sides = walk.snapshots.map(objects);
    let kinds: BTreeSet<Kind> = sides.from.keys().chain(sides.to.keys()).copied().collect();
    for kind in kinds {
        let Some(reason) = reason(walk, kind) else { continue };
        let declared = sides.to.remove(&kind).unwrap_or_default();
        let live = sides.from.remove(&kind).unwrap_or_default();
        let most = if live.len() > declared.len() { live } else { declared.clone() };
        if most.is_empty() {
            continue;
        }
        // Whoever migrates has to give grants by hand: to whom, and on what.
        let count = most.len();
        let objects = if kind == Kind::Grant { most } else { Vec::new() };
        walk.leave_out(NotCompared { kind, count, objects, declared, reason });
    }
}

/// The objects of a schema that may be left out, by kind.
fn objects(snapshot: &Snapshot) -> BTreeMap<Kind, Vec<ObjectPath>> {
    let mut found: BTreeMap<Kind, Vec<ObjectPath>> = BTreeMap::new();
    let database = &snapshot.database;
    let relation = ObjectPath::relation;
    let enums = database.enums.keys().map(|name| relation(Kind::Enum, name));
    let sequences = database.sequences.keys().map(|name| relation(Kind::Sequence, name));
    let domains = database.domains.keys().map(|name| relation(Kind::Domain, name));
    let views = database.views.keys().map(|name| relation(Kind::View, name));
    for path in enums.chain(sequences).chain(domains).chain(views).chain(database.opaque.iter().map(OpaqueObject::path))
    {
        found.entry(path.kind).or_default().push(path);
    }
    found
}

/// Why objects of a kind are not compared; `None` where they are.
fn reason(walk: &Walk<'_>, kind: Kind) -> Option<Reason> {
    if kind == Kind::Index {
        return Some(Reason::new("drift reads indexes of materialized views and does not compare them yet"));
    }
    let silent =
        [walk.snapshots.to, walk.snapshots.from].into_iter().find_map(|snapshot| match snapshot.scope.of(kind) {
            Coverage::Silent(reason) => Some(reason),
            Coverage::Partial | Coverage::Complete => None,
        });
    match silent {
        Some(reason) => Some(reason),
        None if is_walked(kind) => None,
        None => Some(Reason::new(format!("drift reads {} objects and does not compare them yet", kind.words()))),
    }
}

/// The kinds that the walk compares wherever both sides speak of them.
fn is_walked(kind: Kind) -> bool {
    match kind {
        Kind::Schema
        | Kind::Enum
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::PrimaryKey
        | Kind::Unique
        | Kind::ForeignKey
        | Kind::Check
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => true,
        Kind::Domain
        | Kind::Routine
        | Kind::Trigger
        | Kind::Policy
        | Kind::Extension
        | Kind::Type
        | Kind::Event
        | Kind::Grant
        | Kind::Other => false,
    }
}
