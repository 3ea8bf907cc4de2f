//! Answers as JSON, as docs/explain.schema.json describes it.

use std::io::{self, Write};

use serde::Serialize;

use super::verdict::Explanation;

/// The version of the JSON form.
const VERSION: u32 = 1;

/// What `drift explain --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Answers<'a> {
    /// The version of this form: within one, keys are only ever added.
    version: u32,
    /// One entry for each distinct database error of the text.
    errors: &'a [Explanation],
}

/// Writes the answers.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(answers: &[Explanation], out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Answers { version: VERSION, errors: answers })?;
    writeln!(out)
}
