//! What a reader saw and the model does not hold: the second guard against silent misses.
//!
//! Where both sides say the same of an object, in the engine's own words, nothing is amiss. Otherwise it is listed as
//! not compared, so that no difference passes for equality.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, ObjectPath, Reason, Uncaptured};

use super::walk::Walk;

pub(super) fn walk(walk: &mut Walk<'_>) {
    let sets = walk.snapshots.map(|snapshot| &snapshot.database.uncaptured);
    // Of an object that is not read at all both sides know no more than its name.
    let unread = [sets.from, sets.to].into_iter().flat_map(|set| set.iter()).filter(|entry| is_unread(entry));
    let mut groups: BTreeMap<(Kind, &str), BTreeMap<&str, Vec<ObjectPath>>> = BTreeMap::new();
    for entry in sets.from.differences(sets.to).filter(|entry| !is_unread(entry)).chain(unread) {
        let values = groups.entry((entry.object.kind, &entry.attribute)).or_default();
        let objects = values.entry(&entry.value).or_default();
        if !objects.contains(&entry.object) {
            objects.push(entry.object.clone());
        }
    }
    for ((kind, attribute), values) in groups {
        let others = values.len() - 1;
        if others >= MOST_VALUES {
            let value = values.keys().next().copied().unwrap_or_default();
            let reason = format!(
                "{}, or one of {others} other values, stands on one side, and drift does not compare it",
                words(attribute, value)
            );
            let objects: BTreeSet<ObjectPath> = values.into_values().flatten().collect();
            walk.objects_not_compared(kind, objects.into_iter().collect(), Reason::new(reason));
            continue;
        }
        for (value, objects) in values {
            walk.objects_not_compared(kind, objects, Reason::new(reason(kind, &words(attribute, value))));
        }
    }
}

/// An attribute that has another value in each object is told once, since the values are then not what matters.
const MOST_VALUES: usize = 5;

fn is_unread(entry: &Uncaptured) -> bool {
    entry.object.kind == Kind::Other
}

fn words(attribute: &str, value: &str) -> String {
    format!("{attribute} {value}").trim_end().to_owned()
}

fn reason(kind: Kind, words: &str) -> String {
    match kind == Kind::Other {
        true => format!("drift does not read any {words}"),
        false => format!("{words} stands on one side, and drift does not compare it"),
    }
}
