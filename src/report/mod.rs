//! Reports: what a comparison found, in the forms that people and programs read.
//!
//! One file per form behind [`Reporter`]; `github`, `sarif`, `junit` and `html` will be neighbours of these. A reporter
//! must not compare, plan or decide anything.

mod build;
mod finding;
mod group;
mod json;
mod markdown;
mod mermaid;
mod message;
mod open;
mod sql;
mod table;

use std::io::{self, Write};

pub use build::{Sides, build};
pub use finding::{
    Cause, ChainProblem, ChainStanding, Comparison, DeclaredAt, Finding, ObjectRef, Outcome, Report, Summary, Verdict,
};
pub use json::{Json, Printed};
pub use markdown::Markdown;
pub use mermaid::mermaid;
pub use message::Voice;
pub use open::{NotComparedKind, UndecidedFact, WarningNote};
pub use sql::Sql;
pub use table::Table;

/// What a reporter is told about the place that it writes to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// The width of the terminal; `None` where lines need not be broken.
    pub width: Option<u16>,
    /// Whether to say what can be done next.
    pub hints: bool,
    /// Whether to list everything, however long.
    pub all: bool,
}

/// A form of report.
pub trait Reporter {
    /// Writes what came of each comparison. Colours are ANSI escapes, which the stream removes where they are unwelcome.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    fn write(&self, outcomes: &[Outcome], style: Style, out: &mut dyn Write) -> io::Result<()>;
}
