//! What a reader saw and the model does not hold: the second guard against silent misses.
//!
//! Where both sides say the same of an object, in the engine's own words, nothing is amiss. Otherwise it is listed as
//! not compared, so that no difference passes for equality.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, ObjectPath, Reason, Uncaptured, UncapturedSet};

use super::walk::Walk;
use super::{NotCompared, Pair};

pub(super) fn walk(walk: &mut Walk<'_>) {
    let sets = walk.snapshots.map(|snapshot| &snapshot.database.uncaptured);
    let left_out = Pair::new(left_out(sets.from, sets.to), left_out(sets.to, sets.from));
    let mut groups: BTreeMap<(Kind, &str), BTreeMap<&str, Group>> = BTreeMap::new();
    let live = left_out.from.into_iter().map(|entry| (entry, false));
    for (entry, is_declared) in live.chain(left_out.to.into_iter().map(|entry| (entry, true))) {
        let values = groups.entry((entry.object.kind, &entry.attribute)).or_default();
        values.entry(&entry.value).or_default().add(&entry.object, is_declared);
    }
    for ((kind, attribute), values) in groups {
        let others = values.len() - 1;
        if others >= MOST_VALUES {
            let value = values.keys().next().copied().unwrap_or_default();
            let reason = format!(
                "{}, or one of {others} other values, stands on one side, and drift does not compare it",
                words(attribute, value)
            );
            let mut all = Group::default();
            values.into_values().for_each(|group| all.append(group));
            walk.leave_out(all.not_compared(kind, reason));
            continue;
        }
        for (value, group) in values {
            walk.leave_out(group.not_compared(kind, reason(kind, &words(attribute, value))));
        }
    }
}

/// An attribute that has another value in each object is told once, since the values are then not what matters.
const MOST_VALUES: usize = 5;

/// What one side says alone. Of an object that is not read at all both sides know no more than its name.
fn left_out<'a>(set: &'a UncapturedSet, other: &'a UncapturedSet) -> Vec<&'a Uncaptured> {
    let unread = set.iter().filter(|entry| is_unread(entry));
    set.beyond(other).filter(|entry| !is_unread(entry)).chain(unread).collect()
}

/// The objects about which one thing is not compared.
#[derive(Default)]
struct Group {
    objects: BTreeSet<ObjectPath>,
    declared: BTreeSet<ObjectPath>,
}

impl Group {
    fn add(&mut self, object: &ObjectPath, is_declared: bool) {
        self.objects.insert(object.clone());
        if is_declared {
            self.declared.insert(object.clone());
        }
    }

    fn append(&mut self, mut other: Group) {
        self.objects.append(&mut other.objects);
        self.declared.append(&mut other.declared);
    }

    fn not_compared(self, kind: Kind, reason: String) -> NotCompared {
        NotCompared {
            kind,
            count: self.objects.len(),
            objects: self.objects.into_iter().collect(),
            declared: self.declared.into_iter().collect(),
            reason: Reason::new(reason),
        }
    }
}

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
