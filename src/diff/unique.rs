//! Unique constraints.

use crate::model::{Attribute, ConstraintName, Kind, Name, ObjectPath, Table, UniqueConstraint};

use super::matching::{Traits, pair_up};
use super::walk::Walk;
use super::{Pair, Severity, Verdict, describe};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::Unique) {
        return;
    }
    let definition = |pair: Pair<&UniqueConstraint>| {
        let facts = |unique: &UniqueConstraint| {
            (
                unique.columns.clone(),
                unique.without_overlaps,
                unique.include.clone(),
                unique.nulls_not_distinct,
                unique.deferrability,
            )
        };
        Verdict::from(pair.map(facts).is_same())
    };
    let traits = Traits {
        name: |unique: &UniqueConstraint| unique.name.name(),
        chosen_name: |unique: &UniqueConstraint| unique.name.explicit(),
        definition: &definition,
        kin: &|pair: Pair<&UniqueConstraint>| pair.map(|unique| &unique.columns).is_same(),
    };
    let matched = pair_up(tables.map(|table| table.uniques.as_slice()), &traits);
    for declared in matched.only_to {
        walk.missing(path(tables.to, declared), Some(describe::unique(declared)), Severity::Warning);
    }
    for live in matched.only_from {
        walk.extra(path(tables.from, live), Some(describe::unique(live)), Severity::Warning);
    }
    for pair in matched.pairs {
        both(walk, &tables.zip(pair).map(|(table, unique)| path(table, unique)), pair);
    }
}

pub(crate) fn path(table: &Table, unique: &UniqueConstraint) -> ObjectPath {
    let by_columns = || Name::exact(format!("({})", describe::names(&unique.columns)));
    let name = unique.name.name().cloned().unwrap_or_else(by_columns);
    ObjectPath::of_table(Kind::Unique, &table.name, name)
}

fn both(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, uniques: Pair<&UniqueConstraint>) {
    let columns = uniques.map(|unique| (&unique.columns, unique.without_overlaps));
    walk.attribute(paths, Attribute::Columns, columns.is_same().into(), || {
        uniques.map(|unique| Some(describe::unique_columns(unique)))
    });
    let options = uniques.map(|unique| (&unique.include, unique.nulls_not_distinct));
    walk.attribute(paths, Attribute::Options, options.is_same().into(), || {
        uniques.map(|unique| match describe::unique_options(unique).trim() {
            "" => Some("no options".to_owned()),
            options => Some(options.to_owned()),
        })
    });
    walk.plain(paths, Attribute::Deferrable, uniques.map(|unique| unique.deferrability), |deferrability| {
        Some(describe::deferrability(deferrability).to_owned())
    });
    walk.chosen_names(paths, uniques.map(|unique| &unique.name));
}

impl Walk<'_> {
    /// Compares the names of a constraint, where the declaration chose one.
    pub(super) fn chosen_names(&mut self, paths: &Pair<ObjectPath>, names: Pair<&ConstraintName>) {
        if let Some(chosen) = names.map(ConstraintName::explicit).both() {
            // To the engine they may be one name.
            self.plain(paths, Attribute::Name, chosen.map(Name::as_str), |name| Some(name.to_owned()));
        }
    }
}
