//! Foreign keys.

use crate::model::{Attribute, ForeignKey, Kind, Name, ObjectPath, RelationName, Table};

use super::matching::{Traits, pair_up};
use super::walk::Walk;
use super::{Pair, Severity, Verdict, describe};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::ForeignKey) {
        return;
    }
    let same_reference = |pair: Pair<&ForeignKey>| pair.map(reference).is_same();
    let definition = |pair: Pair<&ForeignKey>| {
        let facts = |key: &ForeignKey| {
            let columns = key.on_delete_columns.clone();
            (key.on_delete, columns, key.on_update, key.match_type, key.deferrability, key.validated, key.enforced)
        };
        Verdict::from(same_reference(pair) && pair.map(facts).is_same())
    };
    let traits = Traits {
        name: |key: &ForeignKey| key.name.name(),
        chosen_name: |key: &ForeignKey| key.name.explicit(),
        definition: &definition,
        kin: &same_reference,
    };
    let matched = pair_up(tables.map(|table| table.foreign_keys.as_slice()), &traits);
    for declared in matched.only_to {
        walk.missing(path(tables.to, declared), Some(describe::foreign_key(declared)), Severity::Warning);
    }
    for live in matched.only_from {
        walk.extra(path(tables.from, live), Some(describe::foreign_key(live)), Severity::Warning);
    }
    for pair in matched.pairs {
        both(walk, &tables.zip(pair).map(|(table, key)| path(table, key)), pair);
    }
}

/// What refers to what.
fn reference(key: &ForeignKey) -> (&[Name], &RelationName, &[Name], bool) {
    (&key.columns, &key.references, &key.referenced_columns, key.period)
}

pub(crate) fn path(table: &Table, key: &ForeignKey) -> ObjectPath {
    let name = key.name.name().cloned().unwrap_or_else(|| Name::exact(describe::reference(key)));
    ObjectPath::of_table(Kind::ForeignKey, &table.name, name)
}

fn both(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, keys: Pair<&ForeignKey>) {
    walk.attribute(paths, Attribute::Columns, keys.map(reference).is_same().into(), || {
        keys.map(|key| Some(describe::reference(key)))
    });
    let actions = keys.map(|key| (key.on_delete, &key.on_delete_columns, key.on_update, key.match_type));
    walk.attribute(paths, Attribute::Actions, actions.is_same().into(), || {
        keys.map(describe::actions).map(|text| Some(if text.is_empty() { "NO ACTION".to_owned() } else { text }))
    });
    walk.plain(paths, Attribute::Deferrable, keys.map(|key| key.deferrability), |deferrability| {
        Some(describe::deferrability(deferrability).to_owned())
    });
    walk.plain(paths, Attribute::Valid, keys.map(|key| (key.validated, key.enforced)), |(validated, enforced)| {
        Some(describe::validity(validated, enforced).to_owned())
    });
    walk.chosen_names(paths, keys.map(|key| &key.name));
}
