//! Finding SQL files and reading them as text.

use std::path::{Path, PathBuf};

use crate::source::SourceError;
use crate::source::paths::walk;
use crate::text::{Decoded, decode};

/// The SQL files that `paths` name, in order: a folder gives its `.sql` files, recursively, in the order of names.
///
/// # Errors
/// When a path cannot be read, or a folder holds no SQL file.
pub(super) fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, SourceError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|source| SourceError::Io { path: path.clone(), source })?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        files.extend(walk(path, |_| true, is_script)?);
        if files.len() == before {
            return Err(SourceError::Empty { pattern: path.display().to_string(), what: ".sql file" });
        }
    }
    Ok(files)
}

/// Whether a file of a folder takes part: an SQL file that is not the way back (`0001_x.down.sql`, as `generate` and
/// several migration tools name it). A file that is named by itself always does.
fn is_script(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.ends_with(".sql") && !name.ends_with(".down.sql")
}

/// The text of a file.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read(path: &Path) -> Result<Decoded, SourceError> {
    let bytes = std::fs::read(path).map_err(|source| SourceError::Io { path: path.to_owned(), source })?;
    Ok(decode(bytes))
}

/// The path as messages show it: relative to where the user stands, where possible.
pub(super) fn shown(path: &Path, root: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}
