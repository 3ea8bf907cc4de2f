//! Where a database stands in its history: the schemas that its applied revisions build, and all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{self, Change, Code, Pair};
use crate::model::ObjectPath;
use crate::snapshot::Snapshot;
use crate::source::LoadContext;
use crate::source::sql::Session;

use super::problem::Problem;
use super::replay::Step;
use super::{History, HistoryError, Recorded, cause};

/// Up to so many pending revisions the schema after each is kept; with more, only that after the last.
const KEPT: usize = 40;

/// A history beside a database.
pub struct Standing<'a> {
    /// The history.
    pub history: &'a History,
    /// The revisions that have run, in their order.
    pub applied: Vec<usize>,
    /// Those that have not, in the order in which they would run, each with the schema after it where it is kept.
    pub pending: Vec<Step>,
    /// The schema that the applied revisions build; `None` where nothing is recorded, so that what is there of each
    /// revision's effect had to say whether it ran.
    pub recorded: Option<Snapshot>,
    /// The schema that all of them build.
    pub head: Snapshot,
    /// What is wrong with the order of the revisions, and with the base that they stand on.
    pub premises: Vec<Problem>,
    /// Where nothing is recorded: what those pending revisions change that make nothing new.
    pub(super) changes: BTreeMap<usize, Effect>,
}

/// What a revision changes.
pub(super) type Effect = BTreeSet<(Code, ObjectPath)>;

impl<'a> Standing<'a> {
    /// Replays `history` up to what `recorded` says, and on to its end. Where no tool keeps records, a revision of whose
    /// effect nothing is in `live` has not run.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn of(
        history: &'a History,
        recorded: Option<&Recorded>,
        live: &Snapshot,
        context: &LoadContext<'_>,
    ) -> Result<Standing<'a>, HistoryError> {
        let Some(recorded) = recorded else { return Standing::by_effect(history, live, context) };
        let whole = history.whole();
        let empty = || Session::new(context).snapshot();
        let applied = recorded.applied.clone();
        let rest: Vec<usize> = whole.into_iter().filter(|at| !applied.contains(at)).collect();
        let order: Vec<usize> = applied.iter().chain(&rest).copied().collect();
        let (boundary, last) = (applied.last().copied(), order.last().copied());
        let keeps_all = rest.len() <= KEPT;
        let is_kept = |at: usize| Some(at) == boundary || Some(at) == last || (keeps_all && rest.contains(&at));
        let mut steps = history.replay(&order, context, &is_kept)?;
        let premises = if order == history.whole() { history.premises(&steps) } else { Vec::new() };
        let pending = steps.split_off(applied.len().min(steps.len()));
        let recorded = steps.pop().and_then(|step| step.schema).unwrap_or_else(empty);
        let head = pending.last().and_then(|step| step.schema.clone()).unwrap_or_else(|| recorded.clone());
        let changes = BTreeMap::new();
        Ok(Standing { history, applied, pending, recorded: Some(recorded), head, premises, changes })
    }

    /// The standing where no tool keeps records: a revision of whose effect nothing is in `live` has not run.
    fn by_effect(
        history: &'a History,
        live: &Snapshot,
        context: &LoadContext<'_>,
    ) -> Result<Standing<'a>, HistoryError> {
        let whole = history.whole();
        let last = whole.last().copied();
        let empty = || Session::new(context).snapshot();
        let mut steps = history.replay(&whole, context, &|at| Some(at) == last)?;
        let head = steps.last_mut().and_then(|step| step.schema.take()).unwrap_or_else(empty);
        let makings = cause::makings(history, &head);
        let is_unmade =
            |at: &usize| makings.get(at).is_some_and(|paths| paths.iter().all(|path| !cause::exists(live, path)));
        // What makes nothing new is known by what it changes.
        let seen: BTreeSet<usize> = whole.iter().rev().copied().filter(|at| !is_unmade(at)).take(KEPT).collect();
        let is_wanted =
            |at| seen.contains(&at) || whole.windows(2).any(|pair| pair[0] == at && seen.contains(&pair[1]));
        let mut changes = BTreeMap::new();
        let mut before = empty();
        for step in history.replay(&whole, context, &is_wanted)? {
            let Some(after) = step.schema else { continue };
            let is_new = |path: &ObjectPath| !cause::exists(&before, path);
            let makes = makings.get(&step.revision).is_some_and(|paths| paths.iter().any(is_new));
            if seen.contains(&step.revision) && !makes {
                let known: BTreeSet<_> = changes.values().flatten().cloned().collect();
                let effect = effect_not_seen(live, Pair::new(&before, &after), &known, context);
                changes.extend(effect.map(|effect| (step.revision, effect)));
            }
            before = after;
        }
        let is_absent = |step: &Step| is_unmade(&step.revision) || changes.contains_key(&step.revision);
        let premises = history.premises(&steps);
        let (pending, applied): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(is_absent);
        let applied = applied.into_iter().map(|step| step.revision).collect();
        Ok(Standing { history, applied, pending, recorded: None, head, premises, changes })
    }
}

/// What leads from the schema before a revision to that after it, if `live` has all of it as it was before, or as a
/// revision that has not run either found it (`known`).
fn effect_not_seen(
    live: &Snapshot,
    around: Pair<&Snapshot>,
    known: &Effect,
    context: &LoadContext<'_>,
) -> Option<Effect> {
    let keys = |pair: Pair<&Snapshot>| -> Effect {
        diff::diff(pair, context.dialect).changes.iter().map(Change::key).collect()
    };
    let effect = keys(around);
    let (to_before, to_after) = (keys(Pair::new(live, around.from)), keys(Pair::new(live, around.to)));
    let is_as_before = |key| to_after.contains(key) && (!to_before.contains(key) || known.contains(key));
    (!effect.is_empty() && effect.iter().all(is_as_before)).then_some(effect)
}
