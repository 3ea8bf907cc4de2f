//! Primary keys.

use crate::model::{Attribute, Kind, Name, ObjectPath, PrimaryKey, Table};

use super::walk::Walk;
use super::{Pair, Severity, describe};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::PrimaryKey) {
        return;
    }
    let keys = tables.map(|table| table.primary_key.as_ref());
    match (keys.from, keys.to) {
        (None, None) => {}
        (None, Some(declared)) => {
            let severity = Severity::Warning;
            walk.missing(path(tables.to, declared), Some(describe::primary_key(declared)), severity);
        }
        (Some(live), None) => {
            walk.extra(path(tables.from, live), Some(describe::primary_key(live)), Severity::Warning);
        }
        (Some(live), Some(declared)) => {
            let keys = Pair::new(live, declared);
            let paths = tables.zip(keys).map(|(table, key)| path(table, key));
            both(walk, &paths, keys);
        }
    }
}

pub(crate) fn path(table: &Table, key: &PrimaryKey) -> ObjectPath {
    let name = key.name.name().cloned().unwrap_or_else(|| Name::exact("PRIMARY KEY"));
    ObjectPath::of_table(Kind::PrimaryKey, &table.name, name)
}

fn both(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, keys: Pair<&PrimaryKey>) {
    let columns = keys.map(|key| (&key.columns, key.without_overlaps, &key.prefix_lengths, &key.include));
    walk.attribute(paths, Attribute::Columns, columns.is_same().into(), || {
        keys.map(|key| Some(describe::key_columns(key)))
    });
    walk.plain(paths, Attribute::Deferrable, keys.map(|key| key.deferrability), |deferrability| {
        Some(describe::deferrability(deferrability).to_owned())
    });
    walk.plain(paths, Attribute::Options, keys.map(|key| (&key.descending, &key.options)), |(descending, options)| {
        let downwards = descending.iter().map(|column| (format!("{column} DESC"), String::new()));
        let options = options.iter().map(|(name, value)| (name.to_uppercase(), value.clone()));
        describe::options(&downwards.chain(options).collect::<Vec<_>>())
    });
    walk.plain(paths, Attribute::Comment, keys.map(|key| &key.comment), Option::clone);
    walk.chosen_names(paths, keys.map(|key| &key.name));
}
