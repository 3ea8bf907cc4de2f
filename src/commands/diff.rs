//! `drift diff`: the difference between any two sources.

use crate::cli::DiffArgs;
use crate::config::FailOn;
use crate::diff::{Pair, Severity};
use crate::report::{Outcome, Verdict, Voice};

use super::Exit;
use super::check::present;
use super::compare::{self, Task};
use super::context::Context;
use super::load::Side;

/// Compares and reports. Any difference is drift here: the gate is `check`'s.
pub(super) fn run(args: &DiffArgs, context: &Context) -> anyhow::Result<Exit> {
    let from = Side::of(&args.from)?;
    let to = Side::of(&args.to)?;
    let task = Task {
        sides: Pair::new(&from, &to),
        target: None,
        voice: Voice::Diff,
        dialects: context.dialects(args.dialect),
        history: None,
        migration: args.migration,
    };
    let mut comparison = compare::compare(context, task)?.into_comparison();
    if comparison.report.verdict == Verdict::Drift {
        let next = "drift diff --format sql prints the migration that turns --from into --to";
        comparison.report.next = Some(next.to_owned());
    }
    let exit = compare::verdict(&comparison, FailOn::At(Severity::Info), args.report.strict);
    let outcomes = [Outcome::Compared(Box::new(comparison))];
    present(context, &args.report, &outcomes)?;
    Ok(exit)
}
