//! What kind of project this is, from its files and the names of its variables. Nothing is imported or run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::catalog::DatabaseUrl;
use crate::config::Environment;
use crate::history::History;
use crate::model::Engine;

/// Folders that hold other people's code, or code that declares no schema.
const PASSED_OVER: [&str; 9] =
    ["node_modules", "venv", "env", "site-packages", "__pycache__", "tests", "test", "versions", "target"];

/// The variables that projects keep their database's URL in, the commonest first.
const VARIABLES: [&str; 8] = [
    "DATABASE_URL",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "DATABASE_URI",
    "DB_URL",
    "DB_URI",
    "POSTGRES_URL",
    "MYSQL_URL",
];

/// How deep folders are looked into.
const DEPTH: usize = 8;

/// More folders of models than this are named by what they have in common.
const MANY: usize = 6;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// Files and folders that declare tables, relative to the project.
    pub(super) models: Vec<String>,
    /// SQL files that create tables, relative to the project.
    pub(super) sql: Vec<String>,
    /// The `alembic.ini` of migrations that can be read.
    pub(super) history: Option<String>,
    /// The database.
    pub(super) url: Url,
    /// The engine, where a URL names it.
    pub(super) engine: Option<Engine>,
}

/// The database of a project.
#[derive(Debug, Default)]
pub(super) enum Url {
    /// A variable that is set, or stands in `.env`.
    Variable(String),
    /// A file.
    Sqlite(String),
    /// Nothing was found: the variable that is usual.
    #[default]
    Unknown,
}

impl Url {
    /// What stands in `drift.toml`: never the value of a variable, which may hold a password.
    pub(super) fn text(&self) -> String {
        match self {
            Url::Variable(name) => format!("${{{name}}}"),
            Url::Sqlite(path) => format!("sqlite:{path}"),
            Url::Unknown => format!("${{{}}}", VARIABLES[0]),
        }
    }

    /// Whether there is one.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Url::Variable(_) | Url::Sqlite(_) => true,
            Url::Unknown => false,
        }
    }
}

/// Looks at a project.
pub(super) fn look(folder: &Path, environment: &Environment) -> Project {
    let mut project = Project::default();
    let mut models: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut databases: Vec<String> = Vec::new();
    let mut histories: Vec<String> = Vec::new();
    for path in files(folder) {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        let name = inside.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match inside.extension().and_then(|extension| extension.to_str()) {
            Some("py") if declares_tables(&path) => {
                models.entry(inside.parent().unwrap_or(Path::new("")).to_owned()).or_default().push(inside);
            }
            Some("sql") if creates_tables(&path, name) => project.sql.push(shown(&inside)),
            Some("ini") if name == "alembic.ini" && has_revisions(&path) => histories.push(shown(&inside)),
            Some("db" | "sqlite" | "sqlite3") => databases.push(shown(&inside)),
            Some(_) | None => {}
        }
    }
    project.models = summed_up(models);
    // Which of several belongs to the database, only the project knows.
    project.history = if histories.len() == 1 { histories.pop() } else { None };
    project.sql = chosen(project.sql);
    project.url = match (variable(environment), databases.as_slice()) {
        (Some(name), _) => Url::Variable(name),
        (None, [file]) => Url::Sqlite(file.clone()),
        (None, _) => Url::Unknown,
    };
    project.engine = match &project.url {
        Url::Variable(name) => environment.get(name).and_then(|url| engine(&url)),
        Url::Sqlite(_) => Some(Engine::Sqlite),
        Url::Unknown => None,
    };
    project
}

/// Whether the migrations of an `alembic.ini` can be read, and there are any.
fn has_revisions(ini: &Path) -> bool {
    let folder = ini.parent().unwrap_or(Path::new(""));
    History::load(ini, folder).is_ok_and(|history| !history.graph.revisions().is_empty())
}

/// The project's own files, in name order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(folder)
        .max_depth(Some(DEPTH))
        .filter_entry(|entry| !is_passed_over(entry.file_name()))
        // A database file is usually ignored by git, and still the project's.
        .git_ignore(false)
        .sort_by_file_path(Path::cmp)
        .build();
    let entries = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    entries.map(ignore::DirEntry::into_path).collect()
}

/// Whether a folder is nothing of the project's own; a template of a project is none either.
fn is_passed_over(name: &std::ffi::OsStr) -> bool {
    PASSED_OVER.iter().any(|known| name == *known) || name.to_string_lossy().contains("{{")
}

fn declares_tables(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let knows = text.contains("sqlalchemy") || text.contains("sqlmodel") || text.contains("db.Model");
    let declares = ["__tablename__", "table=True", "Table(", "mapped_column(", "db.Model", "Column("]
        .iter()
        .any(|word| text.contains(word));
    // A script of Alembic has columns too, and is no model.
    knows && declares && !crate::source::python::is_migration(&text)
}

fn creates_tables(path: &Path, name: &str) -> bool {
    let is_reverse = name.ends_with(".down.sql");
    !is_reverse
        && std::fs::read(path)
            .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).to_ascii_lowercase().contains("create table"))
}

/// Files of one folder as that folder, and many folders as what they have in common.
fn summed_up(by_folder: BTreeMap<PathBuf, Vec<PathBuf>>) -> Vec<String> {
    let mut named: Vec<PathBuf> = Vec::new();
    for (folder, files) in &by_folder {
        if named.iter().any(|above| folder.starts_with(above)) {
            continue;
        }
        match files.as_slice() {
            _ if folder.as_os_str().is_empty() => named.extend(files.iter().cloned()),
            [file] if !by_folder.keys().any(|other| other != folder && other.starts_with(folder)) => {
                named.push(file.clone());
            }
            _ => named.push(folder.clone()),
        }
    }
    if named.len() > MANY {
        let first: Vec<&std::ffi::OsStr> = named.iter().filter_map(|path| path.iter().next()).collect();
        let mut tops: Vec<String> = first.iter().map(|top| top.to_string_lossy().into_owned()).collect();
        tops.dedup();
        return tops;
    }
    named.iter().map(|path| shown(path)).collect()
}

/// The file that holds the whole schema, if one says so by its name; else every one.
fn chosen(files: Vec<String>) -> Vec<String> {
    let whole = files.iter().filter(|file| {
        let name = file.rsplit('/').next().unwrap_or(file).to_ascii_lowercase();
        ["complete_schema", "schema.sql", "structure.sql"].iter().any(|word| name.contains(word))
    });
    match whole.collect::<Vec<_>>().as_slice() {
        [one] => vec![(*one).clone()],
        _ => files,
    }
}

/// The variable that holds the database's URL.
fn variable(environment: &Environment) -> Option<String> {
    let holds_url = |name: &str| environment.get(name).is_some_and(|value| engine(&value).is_some());
    VARIABLES.into_iter().find(|name| holds_url(name)).map(str::to_owned)
}

fn engine(url: &str) -> Option<Engine> {
    DatabaseUrl::parse(url).ok().map(|url| url.engine)
}

fn shown(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_known_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("alembic/env.py", ""),
            ("alembic/versions/001.py", "revision = '001'\ndown_revision = None\ndef upgrade(): pass\n"),
            (".env", "DATABASE_URL=postgres://u:geheim@h/d\n"),
            ("app/models/user.py", "from sqlalchemy import Column\nclass U(Base):\n    __tablename__ = 'u'\n"),
            ("app/models/item.py", "from sqlmodel import SQLModel\nclass I(SQLModel, table=True): ...\n"),
            ("app/main.py", "from sqlalchemy import select\n"),
            ("app/models/stamp.py", "import alembic.command\nfrom sqlalchemy import Column\nColumn()\n"),
            ("alembic/old/001.py", "import sqlalchemy as sa\ndown_revision = None\nsa.Column()\n"),
            ("venv/lib/x.py", "from sqlalchemy import Column\nColumn()"),
            ("db/complete_schema.sql", "CREATE TABLE u (id int);"),
            ("db/001.sql", "create table u (id int);"),
            ("db/001.down.sql", "drop table u; -- create table"),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = look(folder.path(), &Environment::beside(folder.path()).unwrap());
        assert_eq!(project.models, ["app/models"]);
        assert_eq!(project.sql, ["db/complete_schema.sql"]);
        assert_eq!(project.history.as_deref(), Some("alembic.ini"));
        assert_eq!(project.url.text(), "${DATABASE_URL}");
    }
}
