//! What `information_schema` hides from weak accounts, from the CREATE statements that the server prints for them. Pure.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::dialect::Dialect;
use crate::model::{Facet, Kind, ObjectPath, Reason, RelationName, Table};
use crate::snapshot::{Snapshot, Undecided};
use crate::source::{LoadContext, sql};

use super::{guard, rows};

/// Gives tables the foreign keys and checks of their CREATE statements, where those are hidden: rules are told to who may
/// do more than read, and checks to who may read the whole database. A table whose statement is refused shows this user
/// some of its columns, and nothing can be said of it.
pub(super) fn complete(
    rows: &rows::Rows,
    dialect: &dyn Dialect,
    tables: &mut HashMap<String, Table>,
    snapshot: &mut Snapshot,
) {
    let told: HashSet<(&str, &str)> =
        rows.actions.iter().map(|row| (row.table_name.as_str(), row.name.as_str())).collect();
    let keys = rows.foreign_keys.iter().filter(|key| !told.contains(&(key.table_name.as_str(), key.name.as_str())));
    let without_rules: HashSet<&str> = keys.map(|key| key.table_name.as_str()).collect();
    for guard::Printed { table: name, statement } in &rows.printed {
        if rows.sees_checks && !without_rules.contains(name.as_str()) {
            continue;
        }
        let Some(text) = statement else {
            tables.remove(name);
            snapshot.undecided.push(hidden(name, dialect));
            continue;
        };
        let context = LoadContext { dialect, default_schema: None, root: Path::new(""), base: None };
        let read = sql::load_text(text, Path::new(name), &context);
        if let (Some(table), Some(read)) = (tables.get_mut(name), read.database.tables.into_values().next()) {
            // JSON is a check to MariaDB, so that where checks are hidden, it looks like a text.
            for column in read.columns {
                let place = table.columns.iter_mut().find(|seen| seen.name == column.name && seen.ty != column.ty);
                place.into_iter().for_each(|seen| seen.ty = column.ty.clone());
            }
            table.foreign_keys = read.foreign_keys;
            table.checks = read.checks;
        }
    }
}

fn hidden(name: &str, dialect: &dyn Dialect) -> Undecided {
    let table = RelationName::new(None, dialect.relation_name(name, true));
    Undecided {
        object: Some(ObjectPath::relation(Kind::Table, &table)),
        facet: Facet::of(Kind::Table),
        reason: Reason::new("this user may see some columns only: grant it SELECT on the table"),
        declared_at: None,
    }
}
