//! The parts of a repository: each with its models, its migrations and its database.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A part of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What the part is called.
    pub(super) name: String,
    /// Its folder, relative to the project.
    pub(super) folder: PathBuf,
    /// Files and folders that declare tables.
    pub(super) models: Vec<String>,
    /// The migrations.
    pub(super) history: String,
}

/// Folders that hold migrations, and are no part of their own.
const OF_MIGRATIONS: [&str; 9] =
    ["migrations", "migration", "alembic", "migrate", "versions", "db", "sql", "database", "prisma"];

/// The parts of a project with several histories. What declares tables belongs to the nearest of them; models that belong
/// to none are returned beside.
pub(super) fn split(histories: &[String], models: &[PathBuf]) -> (Vec<Part>, Vec<PathBuf>) {
    let folders: Vec<PathBuf> = histories.iter().map(|history| folder_of(Path::new(history))).collect();
    let mut names = BTreeSet::new();
    let mut parts: Vec<Part> = Vec::new();
    for (history, folder) in histories.iter().zip(&folders) {
        let own = if parts.iter().any(|part| part.folder == *folder) {
            // Two histories in one folder: what tells them apart is their own.
            Path::new(history).parent().unwrap_or(Path::new("")).to_owned()
        } else {
            folder.clone()
        };
        let mut name = own.file_name().map_or_else(|| "main".to_owned(), |name| plain(&name.to_string_lossy()));
        while !names.insert(name.clone()) {
            name.push('_');
        }
        parts.push(Part { name, folder: folder.clone(), models: Vec::new(), history: history.clone() });
    }
    let mut left = Vec::new();
    for model in models {
        let mut around: Vec<&mut Part> = parts.iter_mut().filter(|part| model.starts_with(&part.folder)).collect();
        around.sort_by_key(|part| std::cmp::Reverse(part.folder.components().count()));
        match around.into_iter().next() {
            Some(part) => part.models.push(shown(model)),
            None => left.push(model.clone()),
        }
    }
    (parts, left)
}

/// The folder of the part that a history is of: `backend` of `backend/db/migrations`.
fn folder_of(history: &Path) -> PathBuf {
    let is_file = history.extension().is_some();
    let mut folder = if is_file { history.parent().unwrap_or(Path::new("")) } else { history };
    while let (Some(name), Some(above)) = (folder.file_name(), folder.parent()) {
        if !OF_MIGRATIONS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            break;
        }
        folder = above;
    }
    folder.to_owned()
}

/// A name as TOML has it without quotes.
fn plain(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    if plain.is_empty() { "main".to_owned() } else { plain }
}

/// A path with `/` on every system.
pub(super) fn shown(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_belong_to_the_nearest_history() {
        let histories =
            ["services/billing/alembic.ini", "services/users/db/migrations", "alembic.ini"].map(str::to_owned);
        let models = ["services/billing/app", "services/users/models.py", "app/models"].map(PathBuf::from);
        let (parts, left) = split(&histories, &models);
        let told: Vec<String> =
            parts.iter().map(|part| format!("{} {} {}", part.name, part.models.join("+"), part.history)).collect();
        assert_eq!(
            told,
            [
                "billing services/billing/app services/billing/alembic.ini",
                "users services/users/models.py services/users/db/migrations",
                "main app/models alembic.ini",
            ]
        );
        assert_eq!(left, [] as [PathBuf; 0]);
    }
}
