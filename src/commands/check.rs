//! `drift check`: what is declared against the live database of every target.

use crate::cli::{CheckArgs, FailOn as FailOnArg, ReportFormat};
use crate::config::FailOn;
use crate::diff::{Pair, Severity};
use crate::report::{Comparison, Json, Markdown, Outcome, Reporter, Sql, Table, Voice};

use super::Exit;
use super::compare::{self, Task};
use super::context::{Context, LiveTarget};
use super::output::{emit, style};
use super::{failure, load};

/// Checks every target, reports, and returns the gravest outcome.
pub(super) fn run(args: &CheckArgs, context: &Context) -> anyhow::Result<Exit> {
    let targets = context.targets()?;
    let declared = context.declared_side(&args.declared)?;
    let fail_on = args.fail_on.map_or(context.config.fail_on, gate);
    let mut exits = Vec::new();
    let mut outcomes = Vec::new();
    for target in &targets {
        match one(args, context, target, &declared) {
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
    let file = args.report.output.as_deref();
    let reporter = reporter(args.report.format);
    emit(&context.global, file, |out| reporter.write(&outcomes, style(&context.global, file), out))?;
    Ok(gravest(&exits))
}

fn one(
    args: &CheckArgs,
    context: &Context,
    target: &LiveTarget<'_>,
    declared: &load::Side,
) -> anyhow::Result<Comparison> {
    let live = context.live_side(target)?;
    let task = Task {
        sides: Pair::new(&live, declared),
        target: target.name.clone(),
        voice: Voice::Check,
        dialects: context.dialects(args.declared.dialect),
        migration: args.migration,
    };
    let mut comparison = compare::compare(context, task)?.comparison;
    let report = &mut comparison.report;
    if !report.in_sync {
        let named = target.name.as_deref().map(|name| format!(" --target {name}")).unwrap_or_default();
        report.next = Some(format!("drift generate{named} writes the migration; --format sql prints it"));
    }
    Ok(comparison)
}

/// The reporter of a format.
pub(super) fn reporter(format: ReportFormat) -> Box<dyn Reporter> {
    match format {
        ReportFormat::Table => Box::new(Table),
        ReportFormat::Sql => Box::new(Sql),
        ReportFormat::Json => Box::new(Json),
        ReportFormat::Markdown => Box::new(Markdown),
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
