//! Holding the reading of the definitions against what the pragmas say. Pure.

use crate::dialect::Dialect;
use crate::model::{Facet, Kind, ObjectPath, Reason, Table};
use crate::snapshot::{Snapshot, Undecided, Warning};

use super::pragmas::{self, relation};
use super::rows;

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
        // What the reader did not know of the table, the pragmas do.
        snapshot
            .undecided
            .retain(|undecided| undecided.object.as_ref().and_then(ObjectPath::table_name).as_ref() != Some(&name));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::dialect::dialect;
    use crate::model::Engine;

    fn column(name: &str, ty: &str, key_position: i64) -> rows::Column {
        rows::Column {
            table_name: "t".to_owned(),
            name: name.to_owned(),
            r#type: ty.to_owned(),
            not_null: 0,
            default_text: None,
            key_position,
            hidden: 0,
        }
    }

    fn read(definition: &str) -> Snapshot {
        let table = rows::Table { name: "t".to_owned(), kind: "table".to_owned(), without_rowid: 0, strict: 0 };
        let object = rows::Object {
            kind: "table".to_owned(),
            name: "t".to_owned(),
            table_name: "t".to_owned(),
            definition: definition.to_owned(),
        };
        let pragmas = rows::Pragmas {
            tables: vec![table],
            columns: vec![column("id", "INTEGER", 1), column("a", "TEXT", 0)],
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
        };
        let rows = rows::Rows { objects: vec![object], pragmas };
        super::super::assemble::assemble(&rows, Path::new("app.db"), dialect(Engine::Sqlite, None).as_ref())
    }

    #[test]
    fn a_reading_that_agrees_is_kept() {
        let snapshot = read("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ''))");
        assert!(snapshot.warnings.is_empty() && snapshot.undecided.is_empty(), "{:?}", snapshot.warnings);
        assert_eq!(snapshot.database.tables.values().next().unwrap().checks.len(), 1);
    }

    #[test]
    fn what_was_misread_is_taken_from_the_pragmas_and_said() {
        for definition in
            ["CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE t (id INTEGER, a TEXT)", "CREATE TABLE t (?)"]
        {
            let snapshot = read(definition);
            let table = snapshot.database.tables.values().next().unwrap();
            let columns: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
            assert_eq!(columns, ["id", "a"], "{definition}");
            assert_eq!(table.primary_key.as_ref().unwrap().columns, [table.columns[0].name.clone()]);
            assert!(snapshot.warnings.iter().any(|warning| warning.message.contains("not compared in full")));
            assert_eq!(snapshot.undecided.len(), 1);
        }
    }
}
