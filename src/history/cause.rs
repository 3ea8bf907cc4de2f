//! Why a difference exists: what the migrations build, and how far the database records to be, against what is
//! declared and what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{self, Change, Code, Compare, Diff, Pair, What};
use crate::model::{ConstraintName, Kind, ObjectPath, RelationName};
use crate::snapshot::Snapshot;

use super::{History, Standing};

/// Why a difference exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A migration that mends it exists, and is not applied: its position.
    Pending(usize),
    /// No migration was ever written.
    Unwritten,
    /// The database was changed by hand: the migrations that are recorded as applied leave it otherwise.
    Unrecorded,
    /// The version table says that a revision ran, and nothing of it is there: its position.
    Misrecorded(usize),
    /// There is no history, or it is not known how far the database is.
    Unknown,
}

/// A database whose version table is wrong about whole revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misrecorded {
    /// The revisions that it is wrong about, in their order.
    pub revisions: Vec<usize>,
    /// Whether all of what they create is there although they are not recorded; else nothing of it is there although
    /// they are.
    pub is_there: bool,
    /// The revisions that the version table should name: the last of each branch; none where nothing has run.
    pub stamp: Vec<usize>,
}

/// What still differs from the declared schema at some point of the history.
struct Left {
    keys: BTreeSet<(Code, ObjectPath)>,
    /// What could not be decided there: no cause follows from it.
    undecided: BTreeSet<ObjectPath>,
}

impl Left {
    fn of(found: &Diff) -> Left {
        let undecided = found.undecided.iter().filter_map(|entry| entry.object.clone()).collect();
        Left { keys: found.changes.iter().map(Change::key).collect(), undecided }
    }

    /// Whether the difference is there, too: by itself, or since its whole table is not.
    fn has(&self, change: &Change) -> bool {
        let missing = Code { kind: Kind::Table, what: What::Missing };
        let table = change.path().table_name().map(|table| (missing, ObjectPath::table(&table)));
        self.keys.contains(&change.key()) || table.is_some_and(|table| self.keys.contains(&table))
    }
}

impl Standing<'_> {
    /// The cause of each of `found`'s changes, which lead from the live schema to the declared one; `wrong` is what
    /// [`Standing::misrecorded`] says.
    pub fn causes(
        &self,
        found: &Diff,
        declared: &Snapshot,
        wrong: &[Misrecorded],
        compare: &dyn Compare,
    ) -> Vec<Cause> {
        if found.changes.is_empty() {
            return Vec::new();
        }
        let against = |schema: &Snapshot| Left::of(&diff::diff(Pair::new(schema, declared), compare));
        let head = against(&self.head);
        let Some(built) = &self.recorded else {
            return found.changes.iter().map(|change| self.cause_by_effect(change, &head)).collect();
        };
        let recorded = against(built);
        let absent: BTreeSet<usize> =
            wrong.iter().filter(|wrong| !wrong.is_there).flat_map(|wrong| wrong.revisions.iter().copied()).collect();
        let mut steps: Option<Vec<Option<Left>>> = None;
        let cause = |change: &Change| {
            if head.undecided.contains(change.path()) || recorded.undecided.contains(change.path()) {
                return Cause::Unknown;
            }
            match (head.has(change), recorded.has(change)) {
                (true, _) => Cause::Unwritten,
                (false, true) => {
                    let steps = steps.get_or_insert_with(|| {
                        self.pending.iter().map(|step| step.schema.as_ref().map(against)).collect()
                    });
                    let mends = |left: &Option<Left>| left.as_ref().is_some_and(|left| !left.has(change));
                    let step = steps.iter().position(mends).map(|at| self.pending[at].revision);
                    let step = step.or_else(|| self.maker(change.path(), &self.head));
                    step.or_else(|| self.pending.first().map(|step| step.revision))
                        .map_or(Cause::Unknown, Cause::Pending)
                }
                // What ran in part leaves things otherwise than any revision does.
                (false, false) if self.part().is_some_and(|(_, part)| part.touches(change.path())) => {
                    self.part().map_or(Cause::Unknown, |(at, _)| Cause::Pending(at))
                }
                (false, false) => match self.maker(change.path(), built) {
                    Some(revision) if absent.contains(&revision) => Cause::Misrecorded(revision),
                    Some(_) | None => Cause::Unrecorded,
                },
            }
        };
        found.changes.iter().map(cause).collect()
    }

    /// The cause where nothing is recorded: what a revision makes of which nothing is there is pending.
    fn cause_by_effect(&self, change: &Change, head: &Left) -> Cause {
        if head.undecided.contains(change.path()) {
            return Cause::Unknown;
        }
        let maker = || self.maker(change.path(), &self.head);
        let is_pending = |at: &usize| self.pending.iter().any(|step| step.revision == *at);
        let changer = || self.changes.iter().find(|(_, effect)| effect.contains(&change.key())).map(|(at, _)| *at);
        match head.has(change) {
            true => Cause::Unwritten,
            false => maker().filter(is_pending).or_else(changer).map_or(Cause::Unrecorded, Cause::Pending),
        }
    }

    /// The revision that made an object of `schema`.
    pub(super) fn maker(&self, path: &ObjectPath, schema: &Snapshot) -> Option<usize> {
        let span = schema.origins.find(path)?;
        self.history.graph.revisions().iter().position(|revision| *revision.file == *span.file)
    }

    /// Where the version table is wrong about whole revisions: what it records is not there at all, or what it does not
    /// record is there completely.
    pub fn misrecorded(&self, live: &Snapshot) -> Vec<Misrecorded> {
        let Some(built) = &self.recorded else { return Vec::new() };
        let graph = &self.history.graph;
        let mut found = Vec::new();
        let applied: BTreeSet<usize> = self.applied.iter().copied().collect();

        let recorded = makings(self.history, built);
        let is_absent = |at: usize| recorded.get(&at).is_some_and(|paths| !paths.iter().any(|path| exists(live, path)));
        let mut absent = BTreeSet::new();
        for at in self.applied.iter().rev().copied() {
            let followed = applied.difference(&absent).any(|later| graph.needs(*later).contains(&at));
            if !followed && is_absent(at) {
                absent.insert(at);
            }
        }
        if !absent.is_empty() {
            let revisions = self.applied.iter().copied().filter(|at| absent.contains(at)).collect();
            let left = applied.difference(&absent).copied().collect();
            found.push(Misrecorded { revisions, is_there: false, stamp: graph.tips(&left) });
        }

        let head = makings(self.history, &self.head);
        let is_there = |at: usize| head.get(&at).is_some_and(|paths| paths.iter().all(|path| exists(live, path)));
        let mut ran = applied.clone();
        let mut there = Vec::new();
        let part = self.part().map(|(at, _)| at);
        for at in self.pending.iter().map(|step| step.revision) {
            if Some(at) != part && is_there(at) && graph.needs(at).iter().all(|before| ran.contains(before)) {
                there.push(at);
                ran.insert(at);
            }
        }
        if !there.is_empty() {
            found.push(Misrecorded { revisions: there, is_there: true, stamp: graph.tips(&ran) });
        }
        found
    }
}

/// What each revision made that is still in `schema`. Constraints count only where it made nothing else: without a name
/// they have another one in every source.
pub(super) fn makings(history: &History, schema: &Snapshot) -> BTreeMap<usize, Vec<ObjectPath>> {
    let revisions = history.graph.revisions();
    let by_file: BTreeMap<_, _> =
        revisions.iter().enumerate().map(|(at, revision)| (revision.file.as_path(), at)).collect();
    let mut makings: BTreeMap<usize, Vec<ObjectPath>> = BTreeMap::new();
    for (path, span) in schema.origins.iter() {
        if let (Some(at), true) = (by_file.get(&*span.file), exists(schema, &path)) {
            makings.entry(*at).or_default().push(path);
        }
    }
    for paths in makings.values_mut() {
        paths.sort();
        if !paths.iter().all(is_constraint) {
            paths.retain(|path| !is_constraint(path));
        }
    }
    makings
}

fn is_constraint(path: &ObjectPath) -> bool {
    matches!(path.kind, Kind::PrimaryKey | Kind::Unique | Kind::ForeignKey | Kind::Check | Kind::Exclusion)
}

/// Whether a schema has an object.
pub(super) fn exists(schema: &Snapshot, path: &ObjectPath) -> bool {
    let database = &schema.database;
    let relation = || RelationName::new(path.schema.clone(), path.name.clone());
    let table = || database.tables.get(&path.table_name()?);
    let named = |name: &ConstraintName| name.name() == Some(&path.name);
    match path.kind {
        Kind::Schema => database.schemas.contains(&path.name),
        Kind::Enum => database.enums.contains_key(&relation()),
        Kind::Domain => database.domains.contains_key(&relation()),
        Kind::Sequence => database.sequences.contains_key(&relation()),
        Kind::View => database.views.contains_key(&relation()),
        Kind::Table => database.tables.contains_key(&relation()),
        Kind::Column => table().is_some_and(|table| table.column(&path.name).is_some()),
        Kind::PrimaryKey => table().is_some_and(|table| table.primary_key.is_some()),
        Kind::Unique => table().is_some_and(|table| table.uniques.iter().any(|unique| named(&unique.name))),
        Kind::ForeignKey => table().is_some_and(|table| table.foreign_keys.iter().any(|key| named(&key.name))),
        Kind::Check => table().is_some_and(|table| table.checks.iter().any(|check| named(&check.name))),
        Kind::Exclusion => table().is_some_and(|table| table.exclusions.iter().any(|one| named(&one.name))),
        Kind::Index => table().is_some_and(|table| table.indexes.iter().any(|index| index.name == path.name)),
        Kind::Routine
        | Kind::Trigger
        | Kind::Policy
        | Kind::Extension
        | Kind::Type
        | Kind::Event
        | Kind::Grant
        | Kind::Other => database.opaque.iter().any(|object| object.kind == path.kind && object.name.name == path.name),
    }
}
