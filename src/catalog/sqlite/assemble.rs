//! From definitions to the model. Pure.

use std::collections::HashSet;
use std::path::Path;

use crate::dialect::Dialect;
use crate::model::{Facet, Kind, ObjectPath, OpaqueObject, Reason};
use crate::snapshot::{Origins, Snapshot, Undecided, Warning};
use crate::source::LoadContext;

use super::pragmas::relation;
use super::{check, rows};

pub(super) fn assemble(rows: &rows::Rows, path: &Path, dialect: &dyn Dialect) -> Snapshot {
    let not_ours: HashSet<&str> =
        rows.pragmas.tables.iter().filter(|table| table.kind != "table").map(|table| table.name.as_str()).collect();
    let objects = || rows.objects.iter().filter(|object| !not_ours.contains(object.table_name.as_str()));
    let script: String = objects()
        .filter(|object| object.kind != "trigger")
        .map(|object| format!("{};\n", object.definition.trim_end().trim_end_matches(';')))
        .collect();
    let context = LoadContext { dialect, default_schema: None, root: Path::new(""), base: None };
    let mut snapshot = crate::source::sql::load_text(&script, path, &context);
    forget_places(&mut snapshot);
    check::check(&rows.pragmas, dialect, &mut snapshot);
    add_unread_views(objects(), dialect, &mut snapshot);
    for table in rows.pragmas.tables.iter().filter(|table| table.kind == "virtual") {
        snapshot.warnings.push(Warning {
            message: format!("virtual table {} is not compared", table.name),
            help: None,
            at: None,
        });
    }
    let triggers = objects().filter(|object| object.kind == "trigger");
    snapshot.database.opaque.extend(triggers.map(|object| OpaqueObject {
        kind: Kind::Trigger,
        name: relation(&object.name, dialect),
        table: Some(relation(&object.table_name, dialect)),
        definition: Some(object.definition.clone()),
    }));
    snapshot.database.opaque.sort();
    snapshot
}

/// The script has lines that no user has ever seen. What a statement that was not understood may have declared, the
/// reader cannot tell, but the catalog can: see [`check`] and [`add_unread_views`].
fn forget_places(snapshot: &mut Snapshot) {
    snapshot.undecided.retain(|undecided| undecided.object.is_some());
    snapshot.origins = Origins::default();
    snapshot.warnings.iter_mut().for_each(|warning| warning.at = None);
    snapshot.undecided.iter_mut().for_each(|undecided| undecided.declared_at = None);
}

/// A view that the reader did not understand is there all the same.
fn add_unread_views<'a>(
    objects: impl Iterator<Item = &'a rows::Object>,
    dialect: &dyn Dialect,
    snapshot: &mut Snapshot,
) {
    for object in objects.filter(|object| object.kind == "view") {
        let name = relation(&object.name, dialect);
        if !snapshot.database.views.contains_key(&name) {
            snapshot.undecided.push(Undecided {
                object: Some(ObjectPath::relation(Kind::View, &name)),
                facet: Facet::of(Kind::View),
                reason: Reason::new("the view's definition was not understood"),
                declared_at: None,
            });
        }
    }
}
