//! What can go wrong when a history is read.

use std::io;
use std::path::PathBuf;

use crate::source::SourceError;

/// Why a history could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A folder or file could not be read.
    #[error("cannot read the migrations in {path}: {source}")]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no history.
    #[error(
        "there are no migrations in {path}\n  help: name the folder of alembic.ini, the script folder with its versions, \
         or a folder of SQL migrations"
    )]
    None {
        /// The folder.
        path: PathBuf,
    },
    /// No revision has this identifier.
    #[error("there is no revision {id}{}", help(nearest.as_deref()))]
    NoRevision {
        /// What was asked for.
        id: String,
        /// The identifier that was probably meant.
        nearest: Option<String>,
    },
    /// A script could not be replayed.
    #[error(transparent)]
    Source(#[from] SourceError),
}

fn help(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("\n  help: did you mean {nearest}?"),
        None => "\n  help: `drift history` lists the revisions".to_owned(),
    }
}
