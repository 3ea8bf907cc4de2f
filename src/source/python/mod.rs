//! Python models: SQLAlchemy and SQLModel declarations, parsed and never imported.

use std::path::PathBuf;

use crate::snapshot::Snapshot;

use super::{LoadContext, SourceError};

/// Reads the Python files and folders that declare tables.
///
/// # Errors
/// When a path cannot be read, holds no model, or a file is not Python. What cannot be computed is undecided.
pub fn load(_paths: &[PathBuf], _context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    todo!("source/python")
}
