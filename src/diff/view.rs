//! Views and materialized views.

use crate::model::{Attribute, Kind, ObjectPath, View};

use super::walk::Walk;
use super::{Pair, Severity, Verdict};

pub(super) fn walk(walk: &mut Walk<'_>) {
    let maps = walk.snapshots.map(|snapshot| &snapshot.database.views);
    walk.relations(Kind::View, maps, both, |walk, path, sides| {
        if let Some(declared) = sides.to {
            walk.missing(path, Some(shown(declared)), Severity::Error);
        } else if let Some(live) = sides.from {
            walk.extra(path, Some(shown(live)), Severity::Warning);
        }
    });
}

fn both(walk: &mut Walk<'_>, paths: Pair<ObjectPath>, views: Pair<&View>) {
    let verdict = if !views.map(|view| view.materialized).is_same() {
        Verdict::Differs
    } else {
        walk.compare.views(views, walk.snapshots.map(|snapshot| &snapshot.database))
    };
    walk.attribute(&paths, Attribute::Definition, verdict, || views.map(|view| Some(shown(view))));
    walk.plain(&paths, Attribute::Comment, views.map(|view| &view.comment), Option::clone);
}

fn shown(view: &View) -> String {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    format!("{kind} AS {}", view.query)
}
