//! SQL: the migration that mends what was found.

use std::io::{self, Write};

use crate::message::visible_line;

use super::{Outcome, Reporter, Style};

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
                Outcome::Compared(comparison) if comparison.report.in_sync => {
                    writeln!(
                        out,
                        "-- {}: {} matches {}",
                        comparison.report.in_sync_words(),
                        visible_line(&comparison.report.from),
                        visible_line(&comparison.report.to)
                    )?;
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
