//! One comparison from two sides to a report and its migration.

use std::collections::BTreeSet;

use crate::cli::MigrationArgs;
use crate::config::{Config, FailOn};
use crate::dialect::{Dialect, dialect_where};
use crate::diff::{self, Answers, Asking, Change, Diff, Pair, Question};
use crate::history::{History, Tool};
use crate::model::Engine;
use crate::plan::output::{Migration, OutputContext, OutputForm, SqlFiles};
use crate::plan::{self, Plan, PlanOptions};
use crate::report::{Cause, Comparison, Sides, Voice, build};
use crate::snapshot::Snapshot;

use super::Exit;
use super::context::{Context, Dialects};
use super::failure::show_warnings;
use super::load::{self, Server, Side};
use super::select::{self, Ignore};
use super::standing::{self, Head};

/// What is compared, and how it is spoken of.
pub(super) struct Task<'a> {
    /// Both sides.
    pub(super) sides: Pair<&'a Side>,
    /// The target's name, where it has one.
    pub(super) target: Option<String>,
    /// How messages speak of the sides.
    pub(super) voice: Voice,
    /// The engines that the user named.
    pub(super) dialects: Dialects,
    /// The migrations that give differences their cause.
    pub(super) history: Option<&'a History>,
    /// What the migration may do.
    pub(super) migration: MigrationArgs,
}

/// A comparison, and what another migration can be made of.
pub(super) struct Compared {
    /// The report and the migration.
    pub(super) comparison: Comparison,
    /// What was compared.
    pub(super) snapshots: Pair<Snapshot>,
    /// What differs.
    found: Diff,
    /// What all migrations build, where a history was given.
    head: Option<Head>,
    live: Option<Server>,
    header: Vec<String>,
    options: PlanOptions,
}

impl Compared {
    /// What leads from the schema that the migrations build to the declared one, as far as the database lacks it, too:
    /// what it has already was there before the first migration. `None` where nothing does.
    pub(super) fn unwritten(&self, context: &Context) -> anyhow::Result<Option<(Diff, Pair<Snapshot>, PlanOptions)>> {
        let Some(head) = &self.head else { return Ok(None) };
        let mut pair = Pair::new(head.schema.clone(), self.snapshots.to.clone());
        let ask = |questions| match &self.live {
            Some(server) => load::ask(server, context, questions),
            None => Answers::new(),
        };
        let mut found = between_asking(&context.config, &mut pair, Pair::new(true, true), &mut { ask })?;
        let findings = self.comparison.report.findings.iter().zip(&self.found.changes);
        let unwritten = findings.filter(|(finding, _)| matches!(finding.cause, Cause::Unwritten { .. }));
        let unwritten: BTreeSet<_> = unwritten.map(|(_, change)| change.key()).collect();
        let is_live = |change: &Change| {
            let table = change.path().table_name();
            table.is_some_and(|table| self.snapshots.from.database.tables.contains_key(&table))
        };
        found
            .changes
            .retain(|change| unwritten.contains(&change.key()) || (change.path().table.is_some() && !is_live(change)));
        Ok((!found.changes.is_empty()).then_some((found, pair, self.options)))
    }

    /// The plan for some of what differs.
    pub(super) fn plan(&self, found: &Diff, pair: Pair<&Snapshot>, options: &PlanOptions) -> Plan {
        plan::plan(found, pair, dialect_of(self.snapshots.as_ref()).as_ref(), options)
    }

    /// The migration without what others that are written will mend.
    pub(super) fn without_pending(&self, form: &dyn OutputForm) -> (Plan, Migration) {
        let mut found = self.found.clone();
        let mut kept = self.comparison.report.findings.iter().map(|finding| !finding.cause.is_pending());
        found.changes.retain(|_| kept.next().unwrap_or(true));
        migration(&found, self.snapshots.as_ref(), &self.options, &self.header, form)
    }

    /// The report and the migration alone. The schemas are freed while these are shown: they are many small values.
    pub(super) fn into_comparison(self) -> Comparison {
        let Compared { comparison, snapshots, head, found, .. } = self;
        // Where no thread can be had, they are freed here.
        let freed = std::thread::Builder::new().name("free".to_owned()).spawn(move || drop((snapshots, head, found)));
        drop(freed);
        comparison
    }

    /// Whose the migrations are by the records of the database.
    pub(super) fn tool(&self) -> Option<Tool> {
        self.head.as_ref().map(|head| head.tool)
    }

    /// The engine of both sides.
    pub(super) fn engine(&self) -> Engine {
        self.snapshots.from.engine
    }
}

/// The plan for what was found, and its files.
fn migration(
    found: &Diff,
    pair: Pair<&Snapshot>,
    options: &PlanOptions,
    header: &[String],
    form: &dyn OutputForm,
) -> (Plan, Migration) {
    let dialect = dialect_of(pair);
    let plan = plan::plan(found, pair, dialect.as_ref(), options);
    let place = OutputContext { header, diff: found, origins: &pair.to.origins };
    let migration = form.write(&plan, place);
    (plan, migration)
}

/// Reads both sides, compares them and plans the migration from one to the other.
pub(super) fn compare(context: &Context, task: Task<'_>) -> anyhow::Result<Compared> {
    let Task { sides, target, voice, dialects, history, migration: args } = task;
    let mut snapshots = load::both(context, sides, dialects)?;
    if !context.global.quiet {
        let warnings = [&snapshots.from, &snapshots.to].into_iter().flat_map(|side: &Snapshot| &side.warnings);
        show_warnings(warnings, context.global.color, context.global.verbose > 0);
    }
    let live = sides.map(Side::server).map(Option::<&Server>::cloned);
    let mut ask = |questions| match Pair::new(live.to.as_ref(), live.from.as_ref()).either() {
        Some(server) => load::ask(server, context, questions),
        None => Answers::new(),
    };
    let found = between_asking(&context.config, &mut snapshots, sides.map(Side::declares), &mut ask)?;
    let pair = snapshots.as_ref();
    let dialect = dialect_of(pair);
    let options = PlanOptions { allow_drop: args.allow_drop, idempotent: args.idempotent };
    let shown = sides.map(|side| side.shown.clone());
    let plan = plan::plan(&found, pair, dialect.as_ref(), &options);
    let sides = Sides { target, shown, voice };
    let mut report = build(pair, &found, &plan, &sides, &context.config.severity);
    let header = report.header();
    let migration = SqlFiles.write(&plan, OutputContext { header: &header, diff: &found, origins: &pair.to.origins });
    let head = match history {
        Some(history) => {
            standing::explain(context, history, live.from.as_ref(), &found, pair, dialect.as_ref(), &mut report)?
        }
        None => None,
    };
    let comparison = Comparison { report, migration };
    Ok(Compared { comparison, snapshots, found, head, live: live.from, header, options })
}

/// The dialect that both sides were read by.
pub(super) fn dialect_of(pair: Pair<&Snapshot>) -> Box<dyn Dialect> {
    let letter_case = if pair.from.letter_case.counts() { pair.to.letter_case } else { pair.from.letter_case };
    dialect_where(pair.from.engine, pair.from.version.or(pair.to.version), letter_case)
}

/// [`between_asking`] without a server to ask.
///
/// # Errors
/// When a pattern of `compare.ignore` is none.
pub fn between(config: &Config, snapshots: &mut Pair<Snapshot>, declares: Pair<bool>) -> anyhow::Result<Diff> {
    between_asking(config, snapshots, declares, &mut |_| Answers::new())
}

/// What differs between two snapshots, as far as the configuration wants it compared; what it leaves out is taken out
/// of the snapshots as well, so that a plan does not see it. `declares` says which sides are declarations; `ask` puts
/// questions about expressions to a server that knows the engine's rules better.
///
/// # Errors
/// When a pattern of `compare.ignore` is none.
pub fn between_asking(
    config: &Config,
    snapshots: &mut Pair<Snapshot>,
    declares: Pair<bool>,
    ask: &mut dyn FnMut(Vec<Question>) -> Answers,
) -> anyhow::Result<Diff> {
    let ignore = Ignore::new(&config.ignore)?;
    ignore.apply(&mut snapshots.from);
    ignore.apply(&mut snapshots.to);
    let mut left_out = Vec::new();
    if let Some(schemas) = select::schemas(&config.schemas, snapshots.as_ref(), declares) {
        let outside = select::restrict(snapshots, &schemas);
        // Schemas that the configuration leaves out were left out on purpose.
        if config.schemas.is_empty() {
            left_out = select::not_compared(outside);
        }
    }
    let pair = snapshots.as_ref();
    let dialect = dialect_of(pair);
    let no_answers = Answers::new();
    let asking = Asking::new(dialect.as_ref(), &no_answers);
    let mut found = diff::diff(pair, &asking);
    let questions = asking.questions(&found);
    if !questions.is_empty() {
        let answers = ask(questions);
        if !answers.is_empty() {
            found = diff::diff(pair, &Asking::new(dialect.as_ref(), &answers));
        }
    }
    ignore.forgive(&mut found);
    found.not_compared.extend(left_out);
    Ok(found)
}

/// What `check` ends with: drift at or above the gate, else what `--strict` asks for.
pub(super) fn verdict(comparison: &Comparison, fail_on: FailOn, strict: bool) -> Exit {
    let report = &comparison.report;
    let fails = match fail_on {
        FailOn::At(severity) => report.gravest().is_some_and(|gravest| gravest >= severity),
        FailOn::Never => false,
    };
    match (fails, strict && !report.is_complete()) {
        (true, _) => Exit::Drift,
        (false, true) => Exit::Incomplete,
        (false, false) => Exit::InSync,
    }
}
