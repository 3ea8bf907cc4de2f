//! `drift check`: what is declared against the live database of every target.

use crate::cli::{CheckArgs, FailOn as FailOnArg, ReportArgs, ReportFormat};
use crate::config::FailOn;
use crate::diff::{Pair, Severity};
use crate::history::History;
use crate::report::{Comparison, Json, Markdown, Outcome, Reporter, Sql, Table, Verdict, Voice};

use super::Exit;
use super::compare::{self, Task};
use super::context::{Context, LiveTarget};
use super::output::{emit, emit_exactly, style};
use super::{failure, load};

/// Checks every target, reports, and returns the gravest outcome.
pub(super) fn run(args: &CheckArgs, context: &Context) -> anyhow::Result<Exit> {
    let targets = context.targets()?;
    let sides = targets.iter().map(|target| {
        let declared = context.declared_side(&args.declared, Some(target))?;
        Ok((declared, context.history(&args.declared, Some(target))?))
    });
    let sides: Vec<(load::Side, Option<History>)> = sides.collect::<anyhow::Result<_>>()?;
    let fail_on = args.fail_on.map_or(context.config.fail_on, gate);
    let mut exits = Vec::new();
    let mut outcomes = Vec::new();
    for (target, (declared, history)) in targets.iter().zip(&sides) {
        match one(args, context, target, declared, history.as_ref()) {
            Ok(comparison) => {
                exits.push(compare::verdict(&comparison, fail_on, args.report.strict));
                outcomes.push(Outcome::Compared(Box::new(comparison)));
            }
            Err(error) if targets.len() == 1 => return Err(error),
            Err(error) => {
                failure::show(&error, context.global.color);
                exits.push(Exit::Failed);
                let message = failure::render(&error, false);
                outcomes.push(Outcome::Failed { target: target.name.clone(), message });
            }
        }
    }
    present(context, &args.report, &outcomes)?;
    Ok(gravest(&exits))
}

fn one(
    args: &CheckArgs,
    context: &Context,
    target: &LiveTarget<'_>,
    declared: &load::Side,
    history: Option<&History>,
) -> anyhow::Result<Comparison> {
    let live = context.live_side(target)?.without_records_of(history);
    let task = Task {
        sides: Pair::new(&live, declared),
        target: target.name.clone(),
        voice: Voice::Check,
        dialects: context.dialects(args.declared.dialect),
        history,
        migration: args.migration,
    };
    let mut comparison = compare::compare(context, task)?.into_comparison();
    let report = &mut comparison.report;
    if report.verdict == Verdict::Drift {
        let named = target.name.as_deref().map(|name| format!(" --target {name}")).unwrap_or_default();
        let run = report.history.as_ref().and_then(|chain| chain.run.as_deref());
        let is_stuck = report.history.as_ref().is_some_and(|chain| chain.run.is_none() && !chain.problems.is_empty());
        report.next = Some(match run.filter(|_| report.is_all_pending()) {
            Some(run) => run.to_owned(),
            None if is_stuck && report.is_all_pending() => "mend the history first, as it says there".to_owned(),
            None => format!("drift generate{named} writes the migration; --format sql prints it"),
        });
    }
    Ok(comparison)
}

/// Writes the report where the arguments want it.
pub(super) fn present(context: &Context, args: &ReportArgs, outcomes: &[Outcome]) -> anyhow::Result<()> {
    let file = args.output.as_deref();
    let (reporter, exactly): (&dyn Reporter, bool) = match args.format {
        ReportFormat::Table => (&Table, false),
        ReportFormat::Sql => (&Sql, true),
        ReportFormat::Json => (&Json, true),
        ReportFormat::Markdown => (&Markdown, false),
    };
    let mut bytes = Vec::new();
    reporter.write(outcomes, style(&context.global, file), &mut bytes)?;
    match exactly {
        true => emit_exactly(file, &String::from_utf8_lossy(&bytes)),
        false => emit(&context.global, file, |out| out.write_all(&bytes)),
    }
}

fn gate(fail_on: FailOnArg) -> FailOn {
    match fail_on {
        FailOnArg::Error => FailOn::At(Severity::Error),
        FailOnArg::Warning => FailOn::At(Severity::Warning),
        FailOnArg::Info => FailOn::At(Severity::Info),
        FailOnArg::Never => FailOn::Never,
    }
}

/// A comparison that failed is graver than drift, and drift graver than what was left open.
fn gravest(exits: &[Exit]) -> Exit {
    [Exit::Failed, Exit::Drift, Exit::Incomplete].into_iter().find(|exit| exits.contains(exit)).unwrap_or(Exit::InSync)
}
