//! Schemas (namespaces).

use crate::model::{Kind, ObjectPath};

use super::Severity;
use super::walk::Walk;

pub(super) fn walk(walk: &mut Walk<'_>) {
    if !walk.compares(Kind::Schema) {
        return;
    }
    let schemas = walk.snapshots.map(|snapshot| &snapshot.database.schemas);
    for name in schemas.to.difference(schemas.from) {
        walk.missing(ObjectPath::schema(name), None, Severity::Error);
    }
    for name in schemas.from.difference(schemas.to).filter(|name| !walk.compare.is_own_schema(name)) {
        walk.extra(ObjectPath::schema(name), None, Severity::Warning);
    }
}
