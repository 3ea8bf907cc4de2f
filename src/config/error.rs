//! What is wrong with a `drift.toml` or its `.env`.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use crate::message::{Excerpt, mask_secrets};

/// One mistake at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, without a final stop.
    pub title: String,
    /// The bytes of the file that are meant.
    pub span: Range<usize>,
    /// What stands beside them.
    pub label: String,
    /// What the user can do.
    pub help: Option<String>,
}

/// The configuration cannot be used.
#[derive(Clone, Debug)]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// Its content is wrong: every mistake that was found, in the file's order.
    Wrong {
        /// The file as the user knows it.
        file: PathBuf,
        /// The file's text.
        text: String,
        /// The mistakes; at least one.
        problems: Vec<Problem>,
    },
}

impl ConfigError {
    /// The message as it is printed, with colours as ANSI escapes where `styled`.
    pub fn render(&self, styled: bool) -> String {
        match self {
            ConfigError::Unreadable { file, reason } => {
                mask_secrets(&format!("error: cannot read {}: {reason}", file.display())).into_owned()
            }
            ConfigError::Wrong { file, text, problems } => {
                let file = file.display().to_string();
                let shown: Vec<String> = problems
                    .iter()
                    .map(|problem| {
                        let (title, label) = (&problem.title, &problem.label);
                        let (span, help) = (problem.span.clone(), problem.help.as_deref());
                        Excerpt { title, file: &file, text, span, label, help }.render(styled)
                    })
                    .collect();
                shown.join("\n\n")
            }
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ConfigError {}
