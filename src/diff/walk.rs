//! The walk: who is compared with whom, and what is said of those that stand alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Attribute, Facet, Fact, Kind, Name, ObjectPath, Reason, RelationName};
use crate::snapshot::{Coverage, Snapshot, Undecided};
use crate::threads;

use super::{Change, Code, Compare, Diff, NotCompared, Pair, Severity, Verdict, What};
use super::{enums, left_out, schema, sequence, table, uncaptured, view};

/// Compares two snapshots of one engine: `from` is what is there, `to` what should be.
///
/// What one side cannot speak about is not compared and listed; what it could not compute is undecided and listed.
pub fn diff(snapshots: Pair<&Snapshot>, compare: &dyn Compare) -> Diff {
    let mut walk = Walk { snapshots, compare, out: Diff::default() };
    walk.carry_undecided();
    schema::walk(&mut walk);
    enums::walk(&mut walk);
    sequence::walk(&mut walk);
    table::walk(&mut walk);
    view::walk(&mut walk);
    left_out::walk(&mut walk);
    uncaptured::walk(&mut walk);
    walk.out
}

/// The state of the walk. Files of single kinds report through its methods, so that scope, undecided facts and
/// severities are judged in one place.
pub(super) struct Walk<'a> {
    pub(super) snapshots: Pair<&'a Snapshot>,
    pub(super) compare: &'a dyn Compare,
    out: Diff,
}

impl<'a> Walk<'a> {
    /// Whether objects of `kind` are compared at all.
    pub(super) fn compares(&self, kind: Kind) -> bool {
        let coverage = self.snapshots.map(|snapshot| snapshot.scope.of(kind));
        !is_silent(&coverage.from) && !is_silent(&coverage.to)
    }

    /// Whether one attribute is compared. `given` says which side states it: a side that speaks of the attribute only
    /// where it states it is not compared where it does not.
    pub(super) fn compares_attribute(&self, kind: Kind, attribute: Attribute, given: Pair<bool>) -> bool {
        let coverage = self.snapshots.map(|snapshot| snapshot.scope.of_attribute(kind, attribute));
        let speaks = |coverage: &Coverage, given: bool| match coverage {
            Coverage::Silent(_) => false,
            Coverage::Partial => given,
            Coverage::Complete => true,
        };
        speaks(&coverage.from, given.from) && speaks(&coverage.to, given.to)
    }

    /// Whether either side said that it could not read this object as a whole.
    pub(super) fn is_undecided_as_a_whole(&self, path: &ObjectPath) -> bool {
        let says_so = |snapshot: &Snapshot| {
            snapshot
                .undecided
                .iter()
                .any(|undecided| undecided.facet == Facet::of(path.kind) && undecided.object.as_ref() == Some(path))
        };
        says_so(self.snapshots.from) || says_so(self.snapshots.to)
    }

    /// An object that `to` has and `from` has not.
    pub(super) fn missing(&mut self, path: ObjectPath, value: Option<String>, severity: Severity) {
        if !matches!(self.snapshots.from.scope.of(path.kind), Coverage::Complete) || self.is_undecided_as_a_whole(&path)
        {
            return;
        }
        match may_hold(self.snapshots.from, &path) {
            Some(reason) => self.undecided(path.clone(), Facet::of(path.kind), reason),
            None => self.change(Change {
                code: Code { kind: path.kind, what: What::Missing },
                paths: Pair::new(None, Some(path)),
                values: Pair::new(None, value),
                severity,
            }),
        }
    }

    /// An object that `from` has and `to` has not.
    pub(super) fn extra(&mut self, path: ObjectPath, value: Option<String>, severity: Severity) {
        if !matches!(self.snapshots.to.scope.of(path.kind), Coverage::Complete) || self.is_undecided_as_a_whole(&path) {
            return;
        }
        match may_hold(self.snapshots.to, &path) {
            Some(reason) => self.undecided(path.clone(), Facet::of(path.kind), reason),
            None => self.change(Change {
                code: Code { kind: path.kind, what: What::Extra },
                paths: Pair::new(Some(path), None),
                values: Pair::new(value, None),
                severity,
            }),
        }
    }

    /// An attribute of an object on both sides, by the engine's verdict on it.
    pub(super) fn attribute(
        &mut self,
        paths: &Pair<ObjectPath>,
        attribute: Attribute,
        verdict: Verdict,
        values: impl FnOnce() -> Pair<Option<String>>,
    ) {
        let kind = paths.to.kind;
        match verdict {
            Verdict::Same => {}
            // It may have been dropped, or be another one by now; that is listed already.
            Verdict::Differs
                if self.is_undecided_as_a_whole(&paths.from) || self.is_undecided_as_a_whole(&paths.to) => {}
            Verdict::Differs => {
                let values = values();
                if self.compares_attribute(kind, attribute, values.as_ref().map(Option::is_some)) {
                    self.change(Change {
                        code: Code { kind, what: What::Differs(attribute) },
                        paths: paths.clone().map(Some),
                        values,
                        severity: severity_of(attribute),
                    });
                }
            }
            Verdict::Undecided(reason) => {
                self.undecided(paths.to.clone(), Facet::attribute(kind, attribute), reason);
            }
        }
    }

    /// An attribute that differs in a way which is as grave as `severity` says.
    pub(super) fn graver(
        &mut self,
        paths: &Pair<ObjectPath>,
        attribute: Attribute,
        severity: Severity,
        values: impl FnOnce() -> Pair<Option<String>>,
    ) {
        let before = self.out.changes.len();
        self.attribute(paths, attribute, Verdict::Differs, values);
        self.out.changes[before..].iter_mut().for_each(|change| change.severity = severity);
    }

    /// An attribute that is plain data on both sides.
    pub(super) fn plain<T: PartialEq>(
        &mut self,
        paths: &Pair<ObjectPath>,
        attribute: Attribute,
        sides: Pair<T>,
        show: impl FnMut(T) -> Option<String>,
    ) {
        if !sides.is_same() {
            self.attribute(paths, attribute, Verdict::Differs, || sides.map(show));
        }
    }

    /// The values of an attribute that both sides know; an unknown one is recorded as undecided.
    pub(super) fn known<'f, T>(
        &mut self,
        path: &ObjectPath,
        attribute: Attribute,
        facts: Pair<&'f Fact<T>>,
    ) -> Option<Pair<&'f T>> {
        if let Some(reason) = facts.map(Fact::reason).either() {
            self.undecided(path.clone(), Facet::attribute(path.kind, attribute), reason.clone());
        }
        facts.map(Fact::known).both()
    }

    /// Records a finding as it is.
    pub(super) fn change(&mut self, change: Change) {
        self.out.changes.push(change);
    }

    /// Records what could not be decided about `path`.
    pub(super) fn undecided(&mut self, path: ObjectPath, facet: Facet, reason: Reason) {
        let declared_at = self.snapshots.to.origins.find(&path).or_else(|| self.snapshots.from.origins.find(&path));
        self.note(Undecided { declared_at: declared_at.cloned(), object: Some(path), facet, reason });
    }

    fn note(&mut self, entry: Undecided) {
        // What a snapshot said of the object itself is carried already, with its place.
        let same = |known: &Undecided| {
            known.object == entry.object && known.facet == entry.facet && known.reason == entry.reason
        };
        if !self.out.undecided.iter().any(same) {
            self.out.undecided.push(entry);
        }
    }

    /// Walks two maps of relations: those on both sides go to `both`, the others to `alone`. Many are shared out among
    /// the processors; what is found comes in the order of the names all the same.
    pub(super) fn relations<T: Sync>(
        &mut self,
        kind: Kind,
        maps: Pair<&'a BTreeMap<RelationName, T>>,
        both: impl Fn(&mut Self, Pair<ObjectPath>, Pair<&'a T>) + Sync,
        alone: impl Fn(&mut Self, ObjectPath, Pair<Option<&'a T>>) + Sync,
    ) {
        if !self.compares(kind) {
            return;
        }
        let names: BTreeSet<&RelationName> = maps.from.keys().chain(maps.to.keys()).collect();
        let names: Vec<&RelationName> = names.into_iter().collect();
        let (snapshots, compare) = (self.snapshots, self.compare);
        let found = threads::shared("compare", &names, |names| {
            let mut walk = Walk { snapshots, compare, out: Diff::default() };
            for name in names {
                let path = ObjectPath::relation(kind, name);
                if walk.is_undecided_as_a_whole(&path) {
                    continue;
                }
                let sides = maps.map(|map| map.get(*name));
                match sides.both() {
                    Some(pair) => both(&mut walk, Pair::new(path.clone(), path), pair),
                    None => alone(&mut walk, path, sides),
                }
            }
            walk.out
        });
        for part in found {
            self.append(part);
        }
    }

    /// Adds what another walk found.
    fn append(&mut self, part: Diff) {
        let Diff { changes, undecided, not_compared } = part;
        self.out.changes.extend(changes);
        self.out.not_compared.extend(not_compared);
        for entry in undecided {
            self.note(entry);
        }
    }

    fn carry_undecided(&mut self) {
        for snapshot in [self.snapshots.to, self.snapshots.from] {
            for undecided in &snapshot.undecided {
                if !self.out.undecided.contains(undecided) {
                    self.out.undecided.push(undecided.clone());
                }
            }
        }
    }

    /// Records what was left out.
    pub(super) fn leave_out(&mut self, left_out: NotCompared) {
        self.out.not_compared.push(left_out);
    }
}

fn is_silent(coverage: &Coverage) -> bool {
    matches!(coverage, Coverage::Silent(_))
}

/// Why `snapshot` may hold `path` although it does not list it: it said that something of that kind stands there
/// which it could not name.
fn may_hold(snapshot: &Snapshot, path: &ObjectPath) -> Option<Reason> {
    let table = path.table_name().map(|name| ObjectPath::table(&name));
    let schema: Option<&Name> = path.schema.as_ref();
    snapshot
        .undecided
        .iter()
        .find(|undecided| {
            undecided.facet == Facet::of(path.kind)
                && match &undecided.object {
                    None => true,
                    Some(object) if object.kind == Kind::Schema => Some(&object.name) == schema,
                    Some(object) => Some(object) == table.as_ref() || object == path,
                }
        })
        .map(|undecided| undecided.reason.clone())
}

/// How grave it is that an attribute differs.
fn severity_of(attribute: Attribute) -> Severity {
    match attribute {
        Attribute::Comment | Attribute::Order | Attribute::Name => Severity::Info,
        Attribute::Type
        | Attribute::Nullable
        | Attribute::Default
        | Attribute::Generated
        | Attribute::Identity
        | Attribute::Collation
        | Attribute::OnUpdate
        | Attribute::Columns
        | Attribute::Expression
        | Attribute::Actions
        | Attribute::Deferrable
        | Attribute::Valid
        | Attribute::Unique
        | Attribute::Method
        | Attribute::Predicate
        | Attribute::Visible
        | Attribute::Options
        | Attribute::Engine
        | Attribute::Partition
        | Attribute::Definition
        | Attribute::Values => Severity::Warning,
    }
}
