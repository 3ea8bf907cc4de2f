//! Why a source could not be read.

use std::path::PathBuf;

use crate::snapshot::Span;

/// A source could not be read; nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A pattern or folder holds no file of this kind.
    #[error("{pattern}: no {what} found")]
    Empty {
        /// The pattern, as the user wrote it.
        pattern: String,
        /// What was looked for, such as `.sql file` or `Python module that defines tables`.
        what: &'static str,
    },
    /// What the user wrote cannot be taken for one source.
    #[error("{source_text}: {message}\n  help: {help}")]
    Unclear {
        /// What the user wrote, without a password.
        source_text: String,
        /// What is the matter with it.
        message: String,
        /// What to write instead.
        help: String,
    },
    /// A file is not what its name says.
    #[error("{at}: {message}")]
    Syntax {
        /// Where.
        at: Span,
        /// What the parser says.
        message: String,
    },
    /// A program of `exec:` failed.
    #[error("`{command}` failed: {message}")]
    Program {
        /// The command line, without secrets.
        command: String,
        /// Its exit status and the end of its standard error.
        message: String,
    },
    /// A snapshot file is not one, or of another version.
    #[error("{}: {message}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}
