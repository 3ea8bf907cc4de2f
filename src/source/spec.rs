//! What a user means by a source: a URL, a path, or `kind:path`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::message::{mask_secrets, nearest};

use super::{SourceError, paths, snapshot_file};

/// The prefixes that force a kind.
const PREFIXES: [&str; 4] = ["sql", "models", "snapshot", "exec"];

/// The words by which a Python file that declares tables is known.
const MODEL_WORDS: [&str; 5] = ["sqlalchemy", "sqlmodel", "db.Model", "DeclarativeBase", "declarative_base"];

/// A source, not yet read.
#[derive(Clone)]
pub struct SourceSpec {
    /// What it is.
    pub kind: SourceKind,
    /// How the user wrote it, without a password.
    pub shown: String,
}

/// The kinds of source.
#[derive(Clone)]
pub enum SourceKind {
    /// A live database, by its URL.
    Live(String),
    /// SQL files and folders of them.
    Sql(Vec<PathBuf>),
    /// Python files and folders that declare tables.
    Models(Vec<PathBuf>),
    /// A file that `drift inspect --format json` wrote.
    Snapshot(PathBuf),
    /// A command whose standard output is SQL.
    Exec(String),
}

impl fmt::Debug for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl SourceSpec {
    /// Finds out what `text` means; paths are relative to `folder`.
    ///
    /// # Errors
    /// When a path does not exist, or the kind cannot be told.
    pub fn parse(text: &str, folder: &Path) -> Result<SourceSpec, SourceError> {
        let shown = mask_secrets(text).into_owned();
        let kind = match text.split_once(':') {
            Some((scheme, rest)) if is_database(scheme) || rest.starts_with("//") => SourceKind::Live(text.to_owned()),
            Some(("sql", path)) => SourceKind::Sql(paths::expand(path, folder)?),
            Some(("models", path)) => SourceKind::Models(paths::expand(path, folder)?),
            Some(("snapshot", path)) => SourceKind::Snapshot(folder.join(path)),
            Some(("exec", command)) => SourceKind::Exec(command.trim().to_owned()),
            Some((prefix, _)) if is_word(prefix) && !folder.join(text).exists() => {
                return Err(unknown_prefix(&shown, prefix));
            }
            Some(_) | None => detect(text, folder)?,
        };
        Ok(SourceSpec { kind, shown })
    }
}

/// Whether a URL scheme names an engine, with or without SQLAlchemy's `+driver`.
fn is_database(scheme: &str) -> bool {
    let engine = scheme.split('+').next().unwrap_or(scheme);
    crate::model::Engine::from_key(engine).is_some()
}

/// Whether the text before a colon can have been meant as a kind; one letter is a drive on Windows.
fn is_word(text: &str) -> bool {
    text.len() > 1 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '+')
}

fn unknown_prefix(shown: &str, prefix: &str) -> SourceError {
    let help = match nearest(prefix, PREFIXES.into_iter().chain(["postgres", "mysql", "mariadb", "sqlite"])) {
        Some(meant) => format!("did you mean `{meant}:`?"),
        None => format!("the kinds are {}; a database is a URL such as postgres://host/name", PREFIXES.join(", ")),
    };
    let message = format!("`{prefix}:` is not a kind of source");
    SourceError::Unclear { source_text: shown.to_owned(), message, help }
}

/// The kind of a path without a prefix.
fn detect(text: &str, folder: &Path) -> Result<SourceKind, SourceError> {
    let paths = paths::expand(text, folder)?;
    let unclear = |message: String, help: String| SourceError::Unclear { source_text: text.to_owned(), message, help };
    let mut kinds: Vec<&'static str> = Vec::new();
    for path in &paths {
        let found = if path.is_dir() { kinds_of_folder(path) } else { kind_of_file(path).into_iter().collect() };
        kinds.extend(found.into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
    }
    kinds.sort_unstable();
    match (kinds.as_slice(), paths.as_slice()) {
        (["sql"], _) => Ok(SourceKind::Sql(paths)),
        (["models"], _) => Ok(SourceKind::Models(paths)),
        (["snapshot"], [path]) => Ok(SourceKind::Snapshot(path.clone())),
        (["snapshot"], _) => Err(unclear("these are several snapshots".to_owned(), "name one of them".to_owned())),
        (["sqlite"], _) => {
            Err(unclear("this is an SQLite database".to_owned(), format!("write it as a URL: sqlite:{text}")))
        }
        ([], _) => Err(unclear(
            "there are no SQL files, no Python files that declare tables and no snapshot here".to_owned(),
            format!("say what it is with a prefix: sql:{text}, models:{text} or snapshot:{text}"),
        )),
        (several, _) => Err(unclear(
            format!("this holds several kinds of source: {}", several.join(", ")),
            format!("say which is meant with a prefix: {}:{text}", several.join(&format!(":{text} or "))),
        )),
    }
}

fn kind_of_file(path: &Path) -> Option<&'static str> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "sql" | "ddl" => Some("sql"),
        "py" => Some("models"),
        "json" => snapshot_file::is_one(path).then_some("snapshot"),
        _ => starts_with(path, b"SQLite format 3\0").then_some("sqlite"),
    }
}

fn kinds_of_folder(folder: &Path) -> Vec<&'static str> {
    let walk = ignore::WalkBuilder::new(folder).git_ignore(false).ignore(false).build();
    let mut kinds = Vec::new();
    for entry in walk.filter_map(Result::ok) {
        let kind = match entry.path().extension().and_then(|extension| extension.to_str()) {
            Some("sql") => "sql",
            Some("py") if !kinds.contains(&"models") && declares_tables(entry.path()) => "models",
            Some(_) | None => continue,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn declares_tables(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        MODEL_WORDS.iter().any(|word| text.contains(word))
    })
}

fn starts_with(path: &Path, magic: &[u8]) -> bool {
    use std::io::Read;
    let mut head = vec![0; magic.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == magic
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str, folder: &Path) -> String {
        match SourceSpec::parse(text, folder).map(|spec| spec.kind) {
            Ok(SourceKind::Live(url)) => format!("live {url}"),
            Ok(SourceKind::Sql(paths)) => format!("sql {}", paths.len()),
            Ok(SourceKind::Models(paths)) => format!("models {}", paths.len()),
            Ok(SourceKind::Snapshot(_)) => "snapshot".to_owned(),
            Ok(SourceKind::Exec(command)) => format!("exec {command}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn urls_prefixes_and_paths_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (file, text) in [
            ("schema.sql", ""),
            ("app/models.py", "from sqlalchemy import Column"),
            ("app/main.py", "print()"),
            ("sql/001.sql", ""),
            ("both/a.sql", ""),
            ("both/m.py", "import sqlmodel"),
            ("scripts/x.py", "print()"),
            ("prod.json", "{\"format\": \"drift-snapshot\", \"version\": 1}"),
            ("other.json", "{}"),
            ("app.db", "SQLite format 3\0 and so on"),
        ] {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for (text, expected) in [
            ("postgresql+asyncpg://u:p@h/d", "live postgresql+asyncpg://u:p@h/d"),
            ("sqlite:app.db", "live sqlite:app.db"),
            ("sqlite:///app.db", "live sqlite:///app.db"),
            ("oracle://h/d", "live oracle://h/d"),
            ("schema.sql", "sql 1"),
            ("sql:both", "sql 1"),
            ("sql:*.sql", "sql 1"),
            ("sql", "sql 1"),
            ("app", "models 1"),
            ("app/main.py", "models 1"),
            ("models:both/*.py", "models 1"),
            ("prod.json", "snapshot"),
            ("exec: python dump.py", "exec python dump.py"),
        ] {
            assert_eq!(kind(text, folder), expected, "{text}");
        }
        for (text, message, help) in [
            ("both", "several kinds of source", "models:both or sql:both"),
            ("scripts", "no SQL files", "models:scripts"),
            ("other.json", "no snapshot here", "snapshot:other.json"),
            ("app.db", "an SQLite database", "sqlite:app.db"),
            ("model:app", "`model:` is not a kind of source", "did you mean `models:`?"),
            ("nowhere", "cannot read", "nowhere"),
        ] {
            let shown = kind(text, folder);
            assert!(shown.contains(message) && shown.contains(help), "{text}: {shown}");
        }
    }
}
