//! What a reader saw and the model does not hold: the second guard against silent misses.
//!
//! Where both sides say the same of an object, in the engine's own words, nothing is amiss. Otherwise it is listed as
//! not compared, so that no difference passes for equality.

use std::collections::BTreeMap;

use crate::model::{Kind, ObjectPath, Reason, Uncaptured};

use super::walk::Walk;

pub(super) fn walk(walk: &mut Walk<'_>) {
    let sets = walk.snapshots.map(|snapshot| &snapshot.database.uncaptured);
    // Of an object that is not read at all both sides know no more than its name.
    let unread = [sets.from, sets.to].into_iter().flat_map(|set| set.iter()).filter(|entry| is_unread(entry));
    let mut groups: BTreeMap<(Kind, String), Vec<ObjectPath>> = BTreeMap::new();
    for entry in sets.from.differences(sets.to).filter(|entry| !is_unread(entry)).chain(unread) {
        let objects = groups.entry((entry.object.kind, reason(entry))).or_default();
        if !objects.contains(&entry.object) {
            objects.push(entry.object.clone());
        }
    }
    for ((kind, reason), objects) in groups {
        walk.objects_not_compared(kind, objects, Reason::new(reason));
    }
}

fn is_unread(entry: &Uncaptured) -> bool {
    entry.object.kind == Kind::Other
}

fn reason(entry: &Uncaptured) -> String {
    match is_unread(entry) {
        true => format!("drift does not read any {}", entry.words()),
        false => format!("{} stands on one side, and drift does not compare it", entry.words()),
    }
}
