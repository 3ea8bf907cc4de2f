//! What kind of project this is, from its files and the names of its variables. Nothing is imported or run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::Environment;
use crate::history::{History, Tool};
use crate::model::Engine;

use super::database::{self, Url};
use super::parts::{self, Part, shown};

/// Folders that hold other people's code, or code that declares no schema.
const PASSED_OVER: [&str; 9] =
    ["node_modules", "venv", "env", "site-packages", "__pycache__", "tests", "test", "versions", "target"];

/// How deep folders are looked into.
const DEPTH: usize = 8;

/// More folders of models than this are named by what they have in common.
const MANY: usize = 6;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// Files and folders that declare tables, relative to the project; where it has several parts, those of none.
    pub(super) models: Vec<String>,
    /// SQL files that create tables, relative to the project.
    pub(super) sql: Vec<String>,
    /// The migrations that can be read: an `alembic.ini`, or a folder. None where there are several parts.
    pub(super) history: Option<String>,
    /// The parts, where there are several histories.
    pub(super) parts: Vec<(Part, Url)>,
    /// The database.
    pub(super) url: Url,
    /// The engine, where a URL names it.
    pub(super) engine: Option<Engine>,
    /// `.env` files that are not beside the configuration, and so are not read.
    pub(super) elsewhere: Vec<String>,
}

/// Looks at a project.
pub(super) fn look(folder: &Path, environment: &Environment) -> Project {
    let mut project = Project::default();
    let mut models: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut databases: Vec<String> = Vec::new();
    let mut sql: Vec<PathBuf> = Vec::new();
    let mut histories: Vec<PathBuf> = Vec::new();
    for path in files(folder) {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        let name = inside.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match inside.extension().and_then(|extension| extension.to_str()) {
            Some("py") if declares_tables(&path) => {
                models.entry(inside.parent().unwrap_or(Path::new("")).to_owned()).or_default().push(inside);
            }
            Some("py") if name == "env.py" && has_revisions(&folder_of(&path)) => {
                histories.push(folder_of(&inside));
            }
            Some("sql") => sql.push(inside),
            Some("ini" | "toml") if is_alembic(&path, name) && has_revisions(&path) => histories.push(inside),
            Some("db" | "sqlite" | "sqlite3") => databases.push(shown(&inside)),
            Some(_) | None if name == ".env" && inside != Path::new(".env") => project.elsewhere.push(shown(&inside)),
            Some(_) | None => {}
        }
    }
    let histories = distinct(folder, histories);
    let of_sql = sql_histories(folder, &sql);
    sql.retain(|file| !of_sql.iter().any(|history| file.starts_with(history)));
    let histories: Vec<String> = histories.iter().chain(&of_sql).map(|path| shown(path)).collect();
    project.sql =
        chosen(sql.iter().filter(|file| creates_tables(&folder.join(file))).map(|file| shown(file)).collect());
    let (url, engine) = database::find(folder, environment, "");
    (project.url, project.engine) = match (url, databases.as_slice()) {
        (Url::Unknown, [file]) => (Url::Sqlite(file.clone()), Some(Engine::Sqlite)),
        (url, _) => (url, engine),
    };
    match histories.as_slice() {
        [] | [_] => {
            project.models = summed_up(models).iter().map(|path| shown(path)).collect();
            project.history = histories.into_iter().next();
        }
        several => {
            let (parts, left) = parts::split(several, &summed_up(models));
            project.models = left.iter().map(|path| shown(path)).collect();
            project.parts = parts.into_iter().map(|part| with_database(part, folder, environment)).collect();
        }
    }
    project
}

/// A part with its database: the variables that begin with its name, else those that its own examples list under it.
fn with_database(part: Part, folder: &Path, environment: &Environment) -> (Part, Url) {
    let marked = format!("{}_", part.name.to_ascii_uppercase().replace('-', "_"));
    let (url, _) = database::find(folder, environment, &marked);
    let url = match url {
        Url::Unknown => Url::Named(format!("${{{marked}DATABASE_URL}}")),
        url => url,
    };
    (part, url)
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// Whether a file is one in which Alembic keeps its settings.
fn is_alembic(path: &Path, name: &str) -> bool {
    match name {
        "alembic.ini" => true,
        "pyproject.toml" => std::fs::read_to_string(path).is_ok_and(|text| text.contains("[tool.alembic]")),
        _ => false,
    }
}

/// Each history once: a script folder whose settings were found, too, is the same one.
fn distinct(folder: &Path, found: Vec<PathBuf>) -> Vec<PathBuf> {
    let (scripts, settings): (Vec<PathBuf>, Vec<PathBuf>) =
        found.into_iter().partition(|path| path.extension().is_none());
    let first =
        |path: &Path| load(&folder.join(path)).and_then(|one| Some(one.graph.revisions().first()?.file.clone()));
    let known: Vec<_> = settings.iter().filter_map(|path| Some((first(path)?, path))).collect();
    let is_new = |path: &&PathBuf| {
        let inside = settings.iter().any(|ini| ini.parent() == Some(path.as_path()));
        !inside && !first(path).is_some_and(|file| known.iter().any(|(one, _)| same_file(one, &file)))
    };
    let scripts: Vec<PathBuf> = scripts.iter().filter(is_new).cloned().collect();
    settings.into_iter().chain(scripts).collect()
}

fn same_file(one: &Path, other: &Path) -> bool {
    one == other || one.ends_with(other) || other.ends_with(one)
}

/// The folders of SQL files that a migration tool, or their numbers, puts in an order.
fn sql_histories(folder: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for file in files {
        let named = |path: &&Path| {
            let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
            ["migrations", "migration", "migrate"].contains(&name.as_str())
        };
        let Some(place) = file.ancestors().skip(1).find(named) else { continue };
        let is_known = found.iter().any(|known| place.starts_with(known));
        let is_ordered = |history: &History| history.tool != Tool::Unordered && history.tool != Tool::Alembic;
        if !is_known && load(&folder.join(place)).is_some_and(|history| is_ordered(&history)) {
            found.push(place.to_owned());
        }
    }
    found
}

/// Whether the migrations at a place can be read, and there are any.
fn has_revisions(place: &Path) -> bool {
    load(place).is_some()
}

fn load(place: &Path) -> Option<History> {
    // Relative to its own folder, whatever the folder is that the user stands in.
    let place = std::path::absolute(place).ok()?;
    let folder = if place.is_file() { folder_of(&place) } else { place.clone() };
    History::load(&place, &folder).ok().filter(|history| !history.graph.revisions().is_empty())
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

fn creates_tables(path: &Path) -> bool {
    let is_reverse = path.to_string_lossy().ends_with(".down.sql");
    !is_reverse
        && std::fs::read(path)
            .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).to_ascii_lowercase().contains("create table"))
}

/// Files of one folder as that folder, and many folders as what they have in common.
fn summed_up(by_folder: BTreeMap<PathBuf, Vec<PathBuf>>) -> Vec<PathBuf> {
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
        let mut tops: Vec<PathBuf> = first.iter().map(PathBuf::from).collect();
        tops.dedup();
        return tops;
    }
    named
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

    fn look_at(files: &[(&str, &str)]) -> Project {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        look(folder.path(), &Environment::default())
    }

    const REVISION: &str = "revision = '001'\ndown_revision = None\ndef upgrade(): pass\n";
    const MODEL: &str = "from sqlalchemy import Column\nclass U(Base):\n    __tablename__ = 'u'\n";

    #[test]
    fn a_part_in_a_folder_has_its_history_there() {
        let project = look_at(&[
            ("backend/alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("backend/alembic/env.py", ""),
            ("backend/alembic/versions/001.py", REVISION),
            ("backend/app/models.py", MODEL),
        ]);
        assert_eq!(project.models, ["backend/app/models.py"]);
        assert_eq!(project.history.as_deref(), Some("backend/alembic.ini"));
        assert!(project.parts.is_empty());
    }

    #[test]
    fn settings_without_a_script_location_are_those_of_their_folder() {
        let project = look_at(&[
            ("migrations/alembic.ini", "# A generic, single database configuration.\n[alembic]\n# file_template = x\n"),
            ("migrations/env.py", "from flask import current_app\n"),
            ("migrations/versions/001.py", REVISION),
            ("app/models.py", MODEL),
        ]);
        assert_eq!(project.history.as_deref(), Some("migrations/alembic.ini"));
    }

    #[test]
    fn several_histories_are_several_parts() {
        let project = look_at(&[
            ("services/billing/alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("services/billing/alembic/env.py", ""),
            ("services/billing/alembic/versions/001.py", REVISION),
            ("services/billing/models.py", MODEL),
            ("services/users/db/migrations/0001_users.sql", "CREATE TABLE users (id int);"),
            ("services/users/db/migrations/0002_names.sql", "ALTER TABLE users ADD name text;"),
            ("services/users/models.py", MODEL),
        ]);
        let told: Vec<String> = project
            .parts
            .iter()
            .map(|(part, url)| format!("{} {} {} {}", part.name, part.models.join("+"), part.history, url.text()))
            .collect();
        assert_eq!(
            told,
            [
                "billing services/billing/models.py services/billing/alembic.ini ${BILLING_DATABASE_URL}",
                "users services/users/models.py services/users/db/migrations ${USERS_DATABASE_URL}",
            ]
        );
        assert_eq!(project.sql, [] as [&str; 0], "migrations are no declaration");
    }
}
