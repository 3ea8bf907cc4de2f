//! Check constraints.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::{Attribute, CheckConstraint, Fact, Kind, Name, ObjectPath, Table};

use super::matching::{Traits, pair_up};
use super::walk::Walk;
use super::{ExprContext, ExprRole, Pair, Severity, Verdict, describe, expression};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::Check) {
        return;
    }
    let (compare, databases) = (walk.compare, walk.snapshots.map(|snapshot| &snapshot.database));
    let context = ExprContext { role: ExprRole::Check, databases, tables: Some(tables), result: None };
    let judge = |pair: Pair<&CheckConstraint>| {
        let facts = pair.map(|check| &check.expr);
        match facts.map(Fact::known).both() {
            Some(exprs) => expression::verdict(compare, exprs, context),
            None => facts.map(Fact::reason).either().map_or(Verdict::Same, |reason| Verdict::Undecided(reason.clone())),
        }
    };
    // Matching asks about a pair up to five times, and parsing its conditions is the dearest part of a comparison.
    let judged = RefCell::new(HashMap::new());
    let condition = |pair: Pair<&CheckConstraint>| -> Verdict {
        let key = (std::ptr::from_ref(pair.from), std::ptr::from_ref(pair.to));
        judged.borrow_mut().entry(key).or_insert_with(|| judge(pair)).clone()
    };
    let definition = |pair: Pair<&CheckConstraint>| {
        let flags = pair.map(|check| (check.no_inherit, check.validated, check.enforced));
        if flags.is_same() { condition(pair) } else { Verdict::Differs }
    };
    let traits = Traits {
        name: |check: &CheckConstraint| check.name.name(),
        chosen_name: |check: &CheckConstraint| check.name.explicit(),
        definition: &definition,
        kin: &|pair: Pair<&CheckConstraint>| condition(pair) == Verdict::Same,
    };
    let matched = pair_up(tables.map(|table| table.checks.as_slice()), &traits);
    for declared in matched.only_to {
        walk.missing(path(tables.to, declared), Some(describe::check(declared)), Severity::Warning);
    }
    for live in matched.only_from {
        walk.extra(path(tables.from, live), Some(describe::check(live)), Severity::Warning);
    }
    for pair in matched.pairs {
        let paths = tables.zip(pair).map(|(table, check)| path(table, check));
        let shown = || pair.map(|check| expression::shown(check.expr.known()));
        let refuses = || {
            let conditions = pair.map(|check| check.expr.known()).both();
            conditions.is_some_and(|conditions| compare.lacks_values(conditions, context))
        };
        match condition(pair) {
            // The code writes a value that the check refuses.
            Verdict::Differs if pair.from.enforced && refuses() => {
                walk.graver(&paths, Attribute::Expression, Severity::Error, shown);
            }
            verdict => walk.attribute(&paths, Attribute::Expression, verdict, shown),
        }
        flags(walk, &paths, pair);
        walk.chosen_names(&paths, pair.map(|check| &check.name));
    }
}

pub(crate) fn path(table: &Table, check: &CheckConstraint) -> ObjectPath {
    let by_condition = || Name::exact(describe::check(check));
    let name = check.name.name().cloned().unwrap_or_else(by_condition);
    ObjectPath::of_table(Kind::Check, &table.name, name)
}

fn flags(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, checks: Pair<&CheckConstraint>) {
    let flags = checks.map(|check| (check.no_inherit, check.validated, check.enforced));
    let shown = |(no_inherit, validated, enforced): (bool, bool, bool)| {
        let inherit = if no_inherit { " NO INHERIT" } else { "" };
        Some(format!("{}{inherit}", describe::validity(validated, enforced)))
    };
    walk.plain(paths, Attribute::Valid, flags, shown);
}
