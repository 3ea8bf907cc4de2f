//! Exclusion constraints.

use crate::model::{Attribute, ExclusionConstraint, Kind, Name, ObjectPath, Table};

use super::index::{TableContext, keys_verdict};
use super::matching::{Traits, pair_up};
use super::walk::Walk;
use super::{Pair, Severity, Verdict, describe, expression};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::Exclusion) {
        return;
    }
    let context = TableContext::new(walk, tables);
    let condition = |pair: Pair<&ExclusionConstraint>| {
        let operators = |exclusion: &ExclusionConstraint| {
            exclusion.elements.iter().map(|element| element.operator.clone()).collect::<Vec<_>>()
        };
        if !pair.map(|exclusion| (&exclusion.method, operators(exclusion))).is_same() {
            return Verdict::Differs;
        }
        let keys = pair.map(|exclusion| exclusion.elements.iter().map(|element| &element.key).collect::<Vec<_>>());
        match keys_verdict(&context, keys.as_ref().map(Vec::as_slice), None) {
            Verdict::Same => {
                let predicates = pair.map(|exclusion| exclusion.predicate.as_ref());
                expression::optional(context.compare, predicates, context.predicate())
            }
            other => other,
        }
    };
    let definition = |pair: Pair<&ExclusionConstraint>| {
        if pair.map(|exclusion| exclusion.deferrability).is_same() { condition(pair) } else { Verdict::Differs }
    };
    let traits = Traits {
        name: |exclusion: &ExclusionConstraint| exclusion.name.name(),
        chosen_name: |exclusion: &ExclusionConstraint| exclusion.name.explicit(),
        definition: &definition,
        kin: &|pair: Pair<&ExclusionConstraint>| condition(pair) == Verdict::Same,
    };
    let matched = pair_up(tables.map(|table| table.exclusions.as_slice()), &traits);
    for declared in matched.only_to {
        walk.missing(path(tables.to, declared), Some(describe::exclusion(declared)), Severity::Warning);
    }
    for live in matched.only_from {
        walk.extra(path(tables.from, live), Some(describe::exclusion(live)), Severity::Warning);
    }
    for pair in matched.pairs {
        let paths = tables.zip(pair).map(|(table, exclusion)| path(table, exclusion));
        walk.attribute(&paths, Attribute::Expression, condition(pair), || {
            pair.map(|exclusion| Some(describe::exclusion(exclusion)))
        });
        walk.plain(&paths, Attribute::Deferrable, pair.map(|exclusion| exclusion.deferrability), |deferrability| {
            Some(describe::deferrability(deferrability).to_owned())
        });
        walk.chosen_names(&paths, pair.map(|exclusion| &exclusion.name));
    }
}

pub(crate) fn path(table: &Table, exclusion: &ExclusionConstraint) -> ObjectPath {
    let by_definition = || Name::exact(describe::exclusion(exclusion));
    let name = exclusion.name.name().cloned().unwrap_or_else(by_definition);
    ObjectPath::of_table(Kind::Exclusion, &table.name, name)
}
