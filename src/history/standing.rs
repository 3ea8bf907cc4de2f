//! Where a database stands in its history: the schemas that its applied revisions build, and all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{self, Change, Code, Compare, Diff, Pair, What};
use crate::model::{Kind, ObjectPath};
use crate::snapshot::{Snapshot, Warning};
use crate::source::LoadContext;
use crate::source::sql::Session;

use super::command::run_pending;
use super::problem::{Gravity, Problem};
use super::replay::Step;
use super::{Extent, History, HistoryError, Part, Recorded, Tool, cause};

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
    /// How much of the first pending revision is there, where any of it is or it is recorded to have failed.
    pub next: Option<(usize, Extent)>,
    /// The revisions that a tool with a single record has passed over: nothing of them is there, and later ones are.
    pub skipped: Vec<usize>,
    /// The revision whose schema is the one that is there, where the records name what no file has.
    pub matched: Option<usize>,
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
        let failed = recorded.failed.clone();
        // Where each revision has a record of its own, the others say how far the database is.
        let is_single = matches!(history.tool, Tool::Alembic | Tool::GolangMigrate);
        let matched = match is_single && !recorded.unknown.is_empty() {
            true => history.matching(live, context)?,
            false => None,
        };
        let applied = match matched {
            Some(at) => history.graph.upto(&[at]),
            None => recorded.applied.clone(),
        };
        let rest: Vec<usize> = whole.into_iter().filter(|at| !applied.contains(at)).collect();
        let order: Vec<usize> = applied.iter().chain(&rest).copied().collect();
        let (boundary, last) = (applied.last().copied(), order.last().copied());
        let keeps_all = rest.len() <= KEPT;
        let is_kept = |at: usize| {
            Some(at) == boundary || Some(at) == last || rest.first() == Some(&at) || (keeps_all && rest.contains(&at))
        };
        let mut steps = history.replay(&order, context, &is_kept)?;
        let premises = if order == history.whole() { history.premises(&steps) } else { Vec::new() };
        let pending = steps.split_off(applied.len().min(steps.len()));
        let recorded = steps.pop().and_then(|step| step.schema).unwrap_or_else(empty);
        let head = pending.last().and_then(|step| step.schema.clone()).unwrap_or_else(|| recorded.clone());
        let mut next = None;
        if let Some(Step { revision, schema: Some(after), .. }) = pending.first() {
            let around = Pair::new(&recorded, after);
            let extent = history.extent(&applied, *revision, live, around, context)?;
            let is_stuck = matches!(extent, Extent::Part(_)) && !history.runs_on(*revision, live, context)?;
            if failed.contains(revision) || is_stuck {
                next = Some((*revision, extent));
            }
        }
        let skipped = match history.tool == Tool::GolangMigrate {
            true => history.skipped(&applied, &recorded, live),
            false => Vec::new(),
        };
        let (changes, recorded) = (BTreeMap::new(), Some(recorded));
        Ok(Standing { history, applied, pending, recorded, head, premises, next, skipped, matched, changes })
    }

    /// The first pending revision, where its first operations alone are there.
    pub fn part(&self) -> Option<(usize, &Part)> {
        match &self.next {
            Some((at, Extent::Part(part))) => Some((*at, part)),
            Some((_, Extent::Nothing | Extent::Whole)) | None => None,
        }
    }

    /// The first operations of a revision alone are there, and no tool keeps records of it.
    pub fn unrecorded_part(&self) -> Option<Problem> {
        let (at, part) = self.part().filter(|_| self.recorded.is_none())?;
        Some(self.history.partial(at, part))
    }

    /// What is wrong with the records, and with what ran, beside what is there.
    pub fn of_records(&self, recorded: &Recorded) -> Vec<Problem> {
        let mut problems = Vec::new();
        let is_unknown = |problem: &Problem| problem.code == "history.unknown_version";
        for problem in &recorded.problems {
            match (problem.code, self.matched, &self.next) {
                (_, Some(at), _) if is_unknown(problem) => {
                    if !problems.iter().any(is_unknown) {
                        problems.push(self.history.unknown_at(&recorded.unknown, at));
                    }
                }
                ("history.incomplete", _, Some((at, extent))) if recorded.failed.contains(at) => {
                    let wrong = self.unreadable();
                    let id = &self.history.graph.revision(*at).id;
                    problems.push(self.history.incomplete(id, Some(*at), Some(extent), &wrong));
                }
                _ => problems.push(problem.clone()),
            }
        }
        if let Some((at, part)) = self.part().filter(|(at, _)| !recorded.failed.contains(at)) {
            problems.push(self.history.partial(at, part));
        }
        problems.extend(self.history.out_of_order(recorded));
        problems.extend(self.history.passed_over(&self.skipped, recorded));
        problems
    }

    /// What pending revisions make or drop, and what is declared does not know: a schema file is as old as the last
    /// run of the tool that writes it. What `found` tells of the database is told there.
    pub fn undeclared(&self, declared: &Snapshot, found: &Diff, compare: &dyn Compare) -> Vec<Problem> {
        let Some(recorded) = self.recorded.as_ref().filter(|_| !self.pending.is_empty()) else { return Vec::new() };
        let keys = |changes: &[Change]| -> Effect { changes.iter().map(Change::key).collect() };
        let known = keys(&diff::diff(Pair::new(recorded, declared), compare).changes);
        let told = keys(&found.changes);
        let is_whole = |change: &&Change| {
            let is_dropped = change.code.what == What::Missing && cause::exists(recorded, change.path());
            (is_dropped || change.code.what == What::Extra)
                && matches!(change.code.kind, Kind::Table | Kind::Column | Kind::Enum | Kind::View)
                && !known.contains(&change.key())
                && !told.contains(&change.key())
        };
        let ahead = diff::diff(Pair::new(&self.head, declared), compare);
        let mut by_revision: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for change in ahead.changes.iter().filter(is_whole) {
            let pending = |at: &usize| self.pending.iter().any(|step| step.revision == *at);
            let maker = self.maker(change.path(), &self.head).filter(pending);
            let Some(at) = maker.or_else(|| self.pending.first().map(|step| step.revision)) else { continue };
            let verb = if change.code.what == What::Extra { "makes" } else { "drops" };
            let what = format!("{verb} {} {}", change.code.kind.words(), change.path());
            by_revision.entry(at).or_default().push(what);
        }
        let problem = |(at, whats): (usize, Vec<String>)| {
            let revision = self.history.graph.revision(at);
            Problem {
                code: "history.undeclared",
                gravity: Gravity::Warning,
                message: format!(
                    "{} is pending, and what is declared does not know it: it {}",
                    revision.id,
                    whats.join(", ")
                ),
                at: vec![revision.span.clone()],
                help: "run it and write the schema file anew, or declare what it does".to_owned(),
            }
        };
        by_revision.into_iter().map(problem).collect()
    }

    /// The places of the first pending revision that cannot be read.
    fn unreadable(&self) -> Vec<Problem> {
        let gaps = self.pending.first().map(|step| step.gaps.as_slice()).unwrap_or_default();
        let problem = |gap: &Warning| Problem {
            code: "history.unread",
            gravity: Gravity::Error,
            message: match &gap.at {
                Some(at) => format!("{at}: {}", gap.message),
                None => gap.message.clone(),
            },
            at: gap.at.iter().cloned().collect(),
            help: gap.help.clone().unwrap_or_default(),
        };
        gaps.iter().map(problem).collect()
    }

    /// The command that runs what is pending and not there yet; `None` where it would fail, or nothing is.
    pub fn run(&self, recorded: Option<&Recorded>, client: &str, to_run: &[usize]) -> Option<String> {
        let failed = recorded.is_some_and(|recorded| !recorded.failed.is_empty());
        let is_lost =
            recorded.is_some_and(|recorded| !recorded.unknown.is_empty()) && self.history.tool == Tool::Alembic;
        if failed || is_lost || self.part().is_some() {
            return None;
        }
        run_pending(self.history, recorded, client, to_run)
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
        let next = match history.tool == Tool::Numbered {
            true => history.last_in_part(&makings, live, context)?,
            false => None,
        };
        let (matched, skipped) = (None, Vec::new());
        Ok(Standing { history, applied, pending, recorded: None, head, premises, next, skipped, matched, changes })
    }
}

impl History {
    /// Whether a revision runs to its end on the schema that is there: one that asks first what is there does.
    fn runs_on(&self, at: usize, live: &Snapshot, context: &LoadContext<'_>) -> Result<bool, HistoryError> {
        let mut live = live.clone();
        live.warnings.clear();
        let context = LoadContext { base: Some(&live), ..*context };
        let steps = self.replay(&[at], &context, &|_| false)?;
        let runs = |step: &Step| {
            step.repeated.is_empty() && step.gaps.is_empty() && step.baseline.is_empty() && !step.drops_nothing
        };
        Ok(steps.iter().all(runs))
    }

    /// Where no tool keeps records: how much there is of the last revision of which anything is, if that is a part.
    fn last_in_part(
        &self,
        makings: &BTreeMap<usize, Vec<ObjectPath>>,
        live: &Snapshot,
        context: &LoadContext<'_>,
    ) -> Result<Option<(usize, Extent)>, HistoryError> {
        let whole = self.whole();
        let exists = |path: &ObjectPath| cause::exists(live, path);
        let is_begun = |at: &usize| makings.get(at).is_some_and(|paths| paths.iter().any(exists));
        let Some(last) = whole.iter().rposition(is_begun) else { return Ok(None) };
        let (before, at) = (&whole[..last], whole[last]);
        if makings.get(&at).is_none_or(|paths| paths.iter().all(exists)) {
            return Ok(None);
        }
        let mut steps = self.replay(&whole[..=last], context, &|one| one == at || before.last() == Some(&one))?;
        let after = steps.pop().and_then(|step| step.schema);
        let empty = || Session::new(context).snapshot();
        let first = steps.pop().and_then(|step| step.schema).unwrap_or_else(empty);
        let Some(after) = after else { return Ok(None) };
        let extent = self.extent(before, at, live, Pair::new(&first, &after), context)?;
        let is_stuck = matches!(extent, Extent::Part(_)) && !self.runs_on(at, live, context)?;
        Ok(is_stuck.then_some((at, extent)))
    }

    /// Of the applied revisions those of which nothing is there although there is something of later ones.
    fn skipped(&self, applied: &[usize], recorded: &Snapshot, live: &Snapshot) -> Vec<usize> {
        let makings = cause::makings(self, recorded);
        let is_there = |at: &usize| makings.get(at).map(|paths| paths.iter().any(|path| cause::exists(live, path)));
        let last = applied.iter().rposition(|at| is_there(at) == Some(true)).unwrap_or(0);
        applied[..last].iter().copied().filter(|at| is_there(at) == Some(false)).collect()
    }

    /// The last revision whose schema is exactly the one that is there.
    fn matching(&self, live: &Snapshot, context: &LoadContext<'_>) -> Result<Option<usize>, HistoryError> {
        let whole = self.whole();
        let recent: BTreeSet<usize> = whole.iter().rev().copied().take(KEPT).collect();
        let steps = self.replay(&whole, context, &|at| recent.contains(&at))?;
        let is_it = |step: &&Step| {
            // Where there are branches, a revision's schema is more than its own line's.
            let is_line = self.graph.upto(&[step.revision]).len()
                == whole.iter().position(|at| *at == step.revision).map_or(0, |at| at + 1);
            let schema = step.schema.as_ref().filter(|_| is_line);
            schema.is_some_and(|schema| diff::diff(Pair::new(live, schema), context.dialect).changes.is_empty())
        };
        Ok(steps.iter().rev().find(is_it).map(|step| step.revision))
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
