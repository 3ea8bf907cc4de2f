//! Where a database stands in its history: the schemas that its applied revisions build, and all of them.

use crate::snapshot::Snapshot;
use crate::source::LoadContext;
use crate::source::sql::Session;

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
}

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
        let whole = history.whole();
        let empty = || Session::new(context).snapshot();
        let Some(recorded) = recorded else {
            let last = whole.last().copied();
            let mut steps = history.replay(&whole, context, &|at| Some(at) == last)?;
            let head = steps.last_mut().and_then(|step| step.schema.take()).unwrap_or_else(empty);
            let makings = cause::makings(history, &head);
            let is_absent = |step: &Step| {
                let made = makings.get(&step.revision);
                made.is_some_and(|paths| paths.iter().all(|path| !cause::exists(live, path)))
            };
            let (pending, applied): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(is_absent);
            let applied = applied.into_iter().map(|step| step.revision).collect();
            return Ok(Standing { history, applied, pending, recorded: None, head });
        };
        let applied = recorded.applied.clone();
        let rest: Vec<usize> = whole.into_iter().filter(|at| !applied.contains(at)).collect();
        let order: Vec<usize> = applied.iter().chain(&rest).copied().collect();
        let (boundary, last) = (applied.last().copied(), order.last().copied());
        let keeps_all = rest.len() <= KEPT;
        let is_kept = |at: usize| Some(at) == boundary || Some(at) == last || (keeps_all && rest.contains(&at));
        let mut steps = history.replay(&order, context, &is_kept)?;
        let pending = steps.split_off(applied.len().min(steps.len()));
        let recorded = steps.pop().and_then(|step| step.schema).unwrap_or_else(empty);
        let head = pending.last().and_then(|step| step.schema.clone()).unwrap_or_else(|| recorded.clone());
        Ok(Standing { history, applied, pending, recorded: Some(recorded), head })
    }
}
