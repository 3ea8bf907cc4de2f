//! What a user means by a source: a URL, a path, or `kind:path`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::message::{is_secret, mask_argument, mask_secrets, nearest};

use super::{SourceError, paths, snapshot_file};

/// The prefixes that force a kind.
const PREFIXES: [&str; 6] = ["sql", "models", "alembic", "migrations", "snapshot", "exec"];

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
    /// A migration history: where it is, and the revision at which to stop; `None` for its head.
    History(PathBuf, Option<String>),
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
        let shown = match text.split_once(':') {
            Some((prefix, _)) if PREFIXES.contains(&prefix) => mask_secrets(text).into_owned(),
            Some(_) | None => mask_argument(text).into_owned(),
        };
        let kind = match text.split_once(':') {
            Some(("sql", path)) => SourceKind::Sql(paths::expand(path, folder)?),
            Some(("models", path)) => SourceKind::Models(paths::expand(path, folder)?),
            Some(("alembic" | "migrations", path)) => history(path, folder),
            Some(("snapshot", path)) => SourceKind::Snapshot(folder.join(path)),
            Some(("exec", command)) => SourceKind::Exec(command.trim().to_owned()),
            Some((scheme, rest)) if is_database(scheme) || rest.starts_with("//") => SourceKind::Live(text.to_owned()),
            Some(_) | None if folder.join(text).exists() => detect(text, folder)?,
            Some(_) | None if is_connection_string(text) => SourceKind::Live(text.to_owned()),
            Some(_) | None if shown != text || text.contains("//") => return Err(mistyped(shown)),
            Some((prefix, _)) if is_word(prefix) => return Err(unknown_prefix(&shown, prefix)),
            Some(_) | None => detect(text, folder)?,
        };
        Ok(SourceSpec { kind, shown })
    }
}

/// A history and the revision behind the last `@`, unless that is part of a folder's name.
fn history(path: &str, folder: &Path) -> SourceKind {
    match path.rsplit_once('@') {
        Some((place, revision)) if !folder.join(path).exists() => {
            let revision = Some(revision.to_owned()).filter(|revision| revision != "head" && revision != "heads");
            SourceKind::History(folder.join(place), revision)
        }
        Some(_) | None => SourceKind::History(folder.join(path), None),
    }
}

/// Whether a folder, or an `alembic.ini`, is a migration history by the names in it.
fn is_history(path: &Path) -> bool {
    if path.file_name().is_some_and(|name| name == "alembic.ini") {
        return path.is_file();
    }
    let is_alembic =
        path.join("alembic.ini").is_file() || path.join("env.py").is_file() && path.join("versions").is_dir();
    let is_versions = path.ends_with("versions") && path.parent().is_some_and(|parent| parent.join("env.py").is_file());
    is_alembic || is_versions || has_numbered_sql(path)
}

/// Whether a folder holds SQL files, or folders of them, whose names begin with a number or with Flyway's `V1__`.
fn has_numbered_sql(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let digits = name.strip_prefix('V').filter(|rest| rest.contains("__")).unwrap_or(&name);
        let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_numbered = rest.len() < digits.len() && rest.starts_with(['_', '-', '.']);
        let holds = |file: &str| entry.path().join(file).is_file();
        is_numbered && (name.ends_with(".sql") || holds("up.sql") || holds("migration.sql"))
    })
}

/// Whether a URL scheme names an engine, with or without SQLAlchemy's `+driver`, or JDBC.
fn is_database(scheme: &str) -> bool {
    if scheme == "jdbc" {
        return true;
    }
    let engine = scheme.split('+').next().unwrap_or(scheme);
    crate::model::Engine::from_key(engine).is_some()
}

/// Whether a text begins with an option of a connection string, as libpq and ADO.NET write them: `host=db dbname=app`.
fn is_connection_string(text: &str) -> bool {
    let Some((key, _)) = text.split_once('=') else { return false };
    let key = key.trim();
    let is_place = ["host", "hostaddr", "port", "dbname", "user", "server", "data source"]
        .iter()
        .any(|place| key.eq_ignore_ascii_case(place));
    is_place || (is_secret(key) && is_word(key))
}

/// A text that may hold a password, and is neither a path nor a URL.
fn mistyped(shown: String) -> SourceError {
    SourceError::Unclear {
        source_text: shown,
        message: "this is neither a database URL nor a file or folder".to_owned(),
        help: "a database is a URL such as postgres://USER:***@HOST:PORT/DATABASE, with the characters \
               : / @ ? # % of its password percent-encoded"
            .to_owned(),
    }
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
    if let SourceKind::History(place, revision) = history(text, folder)
        && is_history(&place)
    {
        return Ok(SourceKind::History(place, revision));
    }
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
            Ok(SourceKind::History(place, revision)) => {
                let place = place.strip_prefix(folder).unwrap_or(&place).display().to_string();
                format!("history {place} {revision:?}")
            }
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
            ("db/alembic.ini", ""),
            ("db/scripts/env.py", "from sqlalchemy import pool"),
            ("db/scripts/versions/a.py", ""),
            ("numbered/001_a.sql", ""),
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
            ("sql", "history sql None"),
            ("app", "models 1"),
            ("app/main.py", "models 1"),
            ("models:both/*.py", "models 1"),
            ("prod.json", "snapshot"),
            ("db", "history db None"),
            ("db/alembic.ini@a1", "history db/alembic.ini Some(\"a1\")"),
            ("alembic:db/scripts@head", "history db/scripts None"),
            ("numbered", "history numbered None"),
            ("sql:numbered", "sql 1"),
            ("migrations:numbered@001", "history numbered Some(\"001\")"),
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
