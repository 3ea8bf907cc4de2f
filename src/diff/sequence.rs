//! Sequences that stand by themselves.

use crate::model::{Attribute, Kind, ObjectPath, Sequence};

use super::walk::Walk;
use super::{Pair, Severity, describe};

pub(super) fn walk(walk: &mut Walk<'_>) {
    let maps = walk.snapshots.map(|snapshot| &snapshot.database.sequences);
    walk.relations(Kind::Sequence, maps, both, |walk, path, sides| {
        if let Some(declared) = sides.to {
            walk.missing(path, Some(describe::sequence(declared)), Severity::Error);
        } else if let Some(live) = sides.from {
            walk.extra(path, Some(describe::sequence(live)), Severity::Warning);
        }
    });
}

fn both(walk: &mut Walk<'_>, paths: Pair<ObjectPath>, sequences: Pair<&Sequence>) {
    let options = sequences.map(|sequence| (&sequence.ty, &sequence.options, &sequence.owned_by));
    walk.attribute(&paths, Attribute::Options, options.is_same().into(), || {
        sequences.map(|sequence| Some(describe::sequence(sequence)))
    });
    walk.plain(&paths, Attribute::Comment, sequences.map(|sequence| &sequence.comment), Option::clone);
}
