//! Which files a path means: a file itself, or every Python file below a folder that may declare models.

use std::path::{Path, PathBuf};

use crate::source::SourceError;
use crate::source::paths::walk;

/// The files that one path means.
pub(super) struct Found {
    /// The folder that was searched; `None` where the file itself was named.
    pub(super) folder: Option<PathBuf>,
    pub(super) files: Vec<PathBuf>,
}

/// The Python files of each of `paths`, each file once, in name order.
///
/// # Errors
/// When a path cannot be read.
pub(super) fn python_files(paths: &[PathBuf]) -> Result<Vec<Found>, SourceError> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::with_capacity(paths.len());
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|source| SourceError::Io { path: path.clone(), source })?;
        let mut files = Vec::new();
        if metadata.is_dir() {
            files.extend(walk(path, |folder| !is_skipped(folder), is_module)?);
        } else {
            files.push(path.clone());
        }
        files.retain(|file| seen.insert(file.clone()));
        found.push(Found { folder: metadata.is_dir().then(|| path.clone()), files });
    }
    Ok(found)
}

fn is_module(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "py") && !is_script(file)
}

/// Folders that hold no models of the project: hidden ones, installed packages, virtual environments, and templates of
/// projects (`{{cookiecutter.name}}`).
fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.')
        || matches!(&*name, "__pycache__" | "node_modules" | "site-packages")
        || name.contains("{{")
        || folder.join("pyvenv.cfg").exists()
}

/// Whether a file belongs to Alembic: what its migrations define are the tables of an older schema.
pub(super) fn is_script(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "py")
        && std::fs::read(file).is_ok_and(|bytes| is_migration(&String::from_utf8_lossy(&bytes)))
}

/// Whether a text is that of a migration of Alembic, which always names the one before it, or of the `env.py` that
/// runs them.
pub fn is_migration(text: &str) -> bool {
    let is_script = || text.lines().any(|line| line.starts_with("down_revision"));
    (text.contains("down_revision") && is_script())
        || (text.contains("context.configure(") && text.contains("context.run_migrations("))
}
