//! JSON, as docs/report.schema.json describes it.

use std::io::{self, Write};

use serde::Serialize;

use super::{Outcome, Report, Reporter, Style};

/// One JSON document: the report of one comparison, or a list where there were several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

/// What `drift check` and `drift diff` print with `--format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(title = "drift report")]
pub enum Printed<'a> {
    /// One target, or `drift diff`.
    One(Entry<'a>),
    /// Several targets, in the configuration's order.
    Several(Vec<Entry<'a>>),
}

/// What came of one comparison.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Entry<'a> {
    /// It was made.
    Report(&'a Report),
    /// It could not be made.
    Failed {
        /// The version of this form.
        version: u32,
        /// Never true: a failed read is not "no drift".
        in_sync: bool,
        /// The target, where the configuration names it.
        target: Option<&'a str>,
        /// Why, without passwords.
        error: &'a str,
    },
}

impl Reporter for Json {
    fn write(&self, outcomes: &[Outcome], _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut entries: Vec<Entry<'_>> = outcomes.iter().map(entry).collect();
        let printed = match entries.len() {
            1 => Printed::One(entries.remove(0)),
            _ => Printed::Several(entries),
        };
        serde_json::to_writer_pretty(&mut *out, &printed)?;
        writeln!(out)
    }
}

fn entry(outcome: &Outcome) -> Entry<'_> {
    match outcome {
        Outcome::Compared(comparison) => Entry::Report(&comparison.report),
        Outcome::Failed { target, message } => {
            Entry::Failed { version: 1, in_sync: false, target: target.as_deref(), error: message }
        }
    }
}
