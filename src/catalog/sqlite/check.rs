//! Holding the reading of the definitions against what the pragmas say. Pure.

use crate::dialect::Dialect;
use crate::model::{Facet, Kind, ObjectPath, Reason, Table};
use crate::snapshot::{Snapshot, Undecided, Warning};

use super::assemble::relation;
use super::{pragmas, rows};

/// Replaces each table that was read otherwise than SQLite sees it, and says so.
pub(super) fn check(rows: &rows::Pragmas, dialect: &dyn Dialect, snapshot: &mut Snapshot) {
    for row in rows.tables.iter().filter(|row| row.kind == "table") {
        let name = relation(&row.name, dialect);
        let seen = pragmas::table(row, rows, dialect);
        let difference = match snapshot.database.tables.get(&name) {
            Some(read) => difference(read, &seen),
            None => Some("it was not understood".to_owned()),
        };
        let Some(difference) = difference else { continue };
        snapshot.warnings.push(Warning {
            message: format!("the definition of table {name} is not compared in full: {difference}"),
            help: Some("what the pragmas of SQLite tell is compared: columns, keys and indexes".to_owned()),
            at: None,
        });
        snapshot.undecided.push(Undecided {
            object: Some(ObjectPath::table(&name)),
            facet: Facet::of(Kind::Check),
            reason: Reason::new("the table's definition was not understood, and no pragma tells its checks"),
            declared_at: None,
        });
        snapshot.database.tables.insert(name, seen);
    }
}

/// The first thing in which a reading differs from what SQLite sees; facts that the pragmas do not have are passed by.
fn difference(read: &Table, seen: &Table) -> Option<String> {
    let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    if names(read) != names(seen) {
        return Some(format!("its columns are {:?}, not {:?}", names(seen), names(read)));
    }
    let key = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
    if key(read) != key(seen) {
        return Some(format!("its primary key is {:?}, not {:?}", key(seen), key(read)));
    }
    for (read, seen) in read.columns.iter().zip(&seen.columns) {
        // A reading without a type is an undecided fact already.
        if read.ty.known().is_some() && read.ty != seen.ty {
            return Some(format!("column {} has another type", seen.name));
        }
        let has_default = |column: &crate::model::Column| column.default.known().map(Option::is_some);
        if has_default(read).is_some() && has_default(read) != has_default(seen) {
            return Some(format!("column {} has another default", seen.name));
        }
        let is_generated = |column: &crate::model::Column| column.generated.known().is_none_or(Option::is_some);
        if is_generated(read) != is_generated(seen) {
            return Some(format!("column {} is generated, or is not", seen.name));
        }
    }
    for column in read.columns.iter().filter(|column| !key(read).contains(&column.name)) {
        if seen.column(&column.name).is_some_and(|seen| seen.nullable != column.nullable) {
            return Some(format!("column {} admits NULL, or does not", column.name));
        }
    }
    if read.foreign_keys.len() != seen.foreign_keys.len() {
        return Some(format!("it has {} foreign keys, not {}", seen.foreign_keys.len(), read.foreign_keys.len()));
    }
    let indexes = |table: &Table| {
        let mut names: Vec<_> = table.indexes.iter().map(|i| (i.name.clone(), i.unique, i.keys.len())).collect();
        names.sort();
        names
    };
    (indexes(read) != indexes(seen)).then(|| "its indexes were not understood".to_owned())
}
