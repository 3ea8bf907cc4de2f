//! SQL: the migration that mends what was found.

use std::io::{self, Write};

use crate::message::visible_line;

use super::{Outcome, Reporter, Style, Verdict};

/// The migrations, each behind a line that names its target where there are several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sql;

impl Reporter for Sql {
    fn write(&self, outcomes: &[Outcome], _style: Style, out: &mut dyn Write) -> io::Result<()> {
        for (position, outcome) in outcomes.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            match outcome {
                Outcome::Compared(comparison) if comparison.report.verdict != Verdict::Drift => {
                    let report = &comparison.report;
                    let (from, to) = (visible_line(&report.from), visible_line(&report.to));
                    writeln!(out, "-- {}: {from} matches {to}", report.in_sync_words())?;
                    for line in report.wanted_not_compared() {
                        writeln!(out, "-- not compared: {}", visible_line(&line))?;
                    }
                }
                Outcome::Compared(comparison) => out.write_all(comparison.migration.up.as_bytes())?,
                Outcome::Failed { target, message } => {
                    writeln!(
                        out,
                        "-- {} could not be compared:",
                        visible_line(target.as_deref().unwrap_or("the database"))
                    )?;
                    for line in message.lines() {
                        writeln!(out, "-- {}", visible_line(line))?;
                    }
                }
            }
        }
        Ok(())
    }
}
