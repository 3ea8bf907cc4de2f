//! SQL files: each statement applied to the schema in turn.

use std::path::PathBuf;

use crate::snapshot::Snapshot;

use super::{LoadContext, SourceError};

/// Reads SQL files, and the `.sql` files of folders in name order, as one script.
///
/// # Errors
/// When a path cannot be read or holds no SQL file. A statement that is not understood is a warning of the snapshot.
pub fn load(_paths: &[PathBuf], _context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    todo!("source/sql")
}

/// Reads SQL text, such as a program's output, under the name `file`.
pub fn load_text(_text: &str, _file: &std::path::Path, _context: &LoadContext<'_>) -> Snapshot {
    todo!("source/sql")
}
