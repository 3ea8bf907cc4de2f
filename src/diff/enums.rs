//! Enum types and the order of their labels.

use std::collections::HashSet;

use crate::model::{Attribute, EnumType, Kind, ObjectPath};

use super::walk::Walk;
use super::{Change, Code, Pair, Severity, What};

pub(super) fn walk(walk: &mut Walk<'_>) {
    let maps = walk.snapshots.map(|snapshot| &snapshot.database.enums);
    walk.relations(Kind::Enum, maps, both, |walk, path, sides| {
        if let Some(declared) = sides.to {
            walk.missing(path, Some(labels(&declared.values)), Severity::Error);
        } else if let Some(live) = sides.from {
            walk.extra(path, Some(labels(&live.values)), Severity::Warning);
        }
    });
}

fn both(walk: &mut Walk<'_>, paths: Pair<ObjectPath>, types: Pair<&EnumType>) {
    let known = types.map(|ty| ty.values.iter().collect::<HashSet<_>>());
    for value in types.to.values.iter().filter(|value| !known.from.contains(value)) {
        walk.change(Change {
            code: Code { kind: Kind::Enum, what: What::ValueMissing },
            paths: paths.clone().map(Some),
            values: Pair::new(None, Some(quoted(value))),
            severity: Severity::Error,
        });
    }
    for value in types.from.values.iter().filter(|value| !known.to.contains(value)) {
        walk.change(Change {
            code: Code { kind: Kind::Enum, what: What::ValueExtra },
            paths: paths.clone().map(Some),
            values: Pair::new(Some(quoted(value)), None),
            severity: Severity::Warning,
        });
    }
    let common = |values: &[String], other: &HashSet<&String>| {
        values.iter().filter(|value| other.contains(value)).cloned().collect::<Vec<_>>()
    };
    let order = Pair::new(common(&types.from.values, &known.to), common(&types.to.values, &known.from));
    if !order.is_same() {
        // Labels compare by their position, so `<` and ORDER BY change with it: more than cosmetic.
        walk.change(Change {
            code: Code { kind: Kind::Enum, what: What::Differs(Attribute::Order) },
            paths: paths.clone().map(Some),
            values: order.map(|values| Some(labels(&values))),
            severity: Severity::Warning,
        });
    }
    let comments = types.map(|ty| ty.comment.as_ref());
    walk.plain(&paths, Attribute::Comment, comments, Option::<&String>::cloned);
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn labels(values: &[String]) -> String {
    values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")
}
