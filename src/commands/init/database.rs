//! How a project names its database: the names of its variables, never their values, which may hold passwords.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::DatabaseUrl;
use crate::config::Environment;
use crate::model::Engine;

/// The variables that projects keep their database's URL in, the commonest first.
const VARIABLES: [&str; 10] = [
    "DATABASE_URL",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "DATABASE_URI",
    "DB_URL",
    "DB_URI",
    "POSTGRES_URL",
    "POSTGRES_DSN",
    "MYSQL_URL",
    "DB_DSN",
];

/// How variables for the parts of a URL begin, with the engine where the name says it.
const PREFIXES: [(&str, Option<Engine>); 8] = [
    ("POSTGRES_", Some(Engine::Postgres)),
    ("POSTGRESQL_", Some(Engine::Postgres)),
    ("PG", Some(Engine::Postgres)),
    ("MYSQL_", Some(Engine::MySql)),
    ("MARIADB_", Some(Engine::MariaDb)),
    ("DB_", None),
    ("DATABASE_", None),
    ("SQL_", None),
];

/// Files that list a project's variables for its developers.
const EXAMPLES: [&str; 9] = [
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    "env.example",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
];

/// The database of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Url {
    /// A variable that is set, or stands in `.env`.
    Variable(String),
    /// A URL of several variables, all of which are set.
    Parts(String),
    /// A variable, or a URL of several, that the project's examples name and nothing sets.
    Named(String),
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
            Url::Parts(text) | Url::Named(text) => text.clone(),
            Url::Sqlite(path) => format!("sqlite:{path}"),
            Url::Unknown => format!("${{{}}}", VARIABLES[0]),
        }
    }

    /// Whether there is one.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Url::Variable(_) | Url::Parts(_) | Url::Sqlite(_) => true,
            Url::Named(_) | Url::Unknown => false,
        }
    }
}

/// The database, and its engine where a URL or a name says it. `marked` is what a variable's name begins with where it
/// belongs to one part of the repository.
pub(super) fn find(folder: &Path, environment: &Environment, marked: &str) -> (Url, Option<Engine>) {
    let named = |name: &str| format!("{marked}{name}");
    let value = |name: &str| environment.get(&named(name));
    let url_in = VARIABLES.iter().find_map(|name| Some((name, engine_of(&value(name)?)?)));
    if let Some((name, engine)) = url_in {
        return (Url::Variable(named(name)), Some(engine));
    }
    let is_set = |name: &str| value(name).is_some();
    if let Some((text, engine)) = of_parts(marked, &is_set, &value) {
        return (Url::Parts(text), Some(engine));
    }
    let examples = names_in(folder);
    let is_named = |name: &str| examples.contains(named(name).as_str());
    if let Some(name) = VARIABLES.iter().find(|name| is_named(name)) {
        return (Url::Named(format!("${{{}}}", named(name))), None);
    }
    if let Some((text, engine)) = of_parts(marked, &is_named, &value) {
        return (Url::Named(text), Some(engine));
    }
    (Url::Unknown, None)
}

/// A URL of the variables for its parts; `None` where the name of the database, or who connects, has none.
fn of_parts(
    marked: &str,
    is_there: &dyn Fn(&str) -> bool,
    value: &dyn Fn(&str) -> Option<String>,
) -> Option<(String, Engine)> {
    PREFIXES.iter().find_map(|(prefix, engine)| {
        let part = |words: &[&str]| {
            let mut names = words.iter().map(|word| format!("{prefix}{word}"));
            names.find(|name| is_there(name)).map(|name| format!("${{{marked}{name}}}"))
        };
        let user = part(&["USER", "USERNAME"])?;
        let database = part(&["DB", "DATABASE", "NAME", "DBNAME", "DATABASE_NAME", "DB_NAME"])?;
        let password = part(&["PASSWORD", "PASS", "PASSWD"]).map(|password| format!(":{password}")).unwrap_or_default();
        let host = part(&["HOST", "HOSTNAME", "SERVER", "ADDRESS", "ADDR"]).unwrap_or_else(|| "localhost".to_owned());
        let port = part(&["PORT"]).map(|port| format!(":{port}")).unwrap_or_default();
        let said = ["ENGINE", "CONNECTION", "DRIVER", "TYPE", "DIALECT", "PORT"]
            .iter()
            .find_map(|word| engine_in(&value(&format!("{prefix}{word}"))?));
        let engine = engine.or(said).unwrap_or(Engine::Postgres);
        Some((format!("{}://{user}{password}@{host}{port}/{database}", engine.key()), engine))
    })
}

/// The engine that a setting such as `django.db.backends.postgresql`, or a port, means.
fn engine_in(text: &str) -> Option<Engine> {
    let text = text.to_ascii_lowercase();
    let words = [
        ("postgres", Engine::Postgres),
        ("psycopg", Engine::Postgres),
        ("pgsql", Engine::Postgres),
        ("5432", Engine::Postgres),
        ("mariadb", Engine::MariaDb),
        ("mysql", Engine::MySql),
        ("3306", Engine::MySql),
    ];
    words.into_iter().find(|(word, _)| text.contains(word)).map(|(_, engine)| engine)
}

fn engine_of(url: &str) -> Option<Engine> {
    DatabaseUrl::parse(url).ok().map(|url| url.engine)
}

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*(?:-\s*|export\s+)?([A-Z][A-Z0-9_]*)\s*[:=]|\$\{?([A-Z][A-Z0-9_]*)").unwrap()
});

/// The names of variables that the project's examples and compose files list.
fn names_in(folder: &Path) -> BTreeSet<String> {
    let texts = EXAMPLES.iter().filter_map(|file| std::fs::read_to_string(folder.join(file)).ok());
    let mut names = BTreeSet::new();
    for text in texts {
        let found = NAME.captures_iter(&text).filter_map(|found| found.get(1).or_else(|| found.get(2)));
        names.extend(found.map(|name| name.as_str().to_owned()));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let environment = Environment::beside(folder.path()).unwrap();
        let (url, engine) = find(folder.path(), &environment, "UNIT_");
        let engine = engine.map(|engine| engine.key()).unwrap_or_default();
        format!("{} {} {engine}", if url.is_known() { "set" } else { "unset" }, url.text())
    }

    #[test]
    fn a_database_is_named_by_variables_and_never_by_their_values() {
        for (files, expected) in [
            (&[(".env", "UNIT_DATABASE_URL=mysql://u:geheim@h/d")][..], "set ${UNIT_DATABASE_URL} mysql"),
            (
                &[(
                    ".env",
                    "UNIT_POSTGRES_USER=u\nUNIT_POSTGRES_PASSWORD=geheim\nUNIT_POSTGRES_DB=d\nUNIT_POSTGRES_HOST=h\n",
                )],
                "set postgres://${UNIT_POSTGRES_USER}:${UNIT_POSTGRES_PASSWORD}@${UNIT_POSTGRES_HOST}/${UNIT_POSTGRES_DB} postgres",
            ),
            (
                &[(".env", "UNIT_DB_USERNAME=u\nUNIT_DB_DATABASE=d\nUNIT_DB_PORT=3306\nUNIT_DB_CONNECTION=mysql\n")],
                "set mysql://${UNIT_DB_USERNAME}@localhost:${UNIT_DB_PORT}/${UNIT_DB_DATABASE} mysql",
            ),
            (&[(".env.example", "UNIT_DATABASE_URL=\n")], "unset ${UNIT_DATABASE_URL} "),
            (
                &[(
                    "docker-compose.yml",
                    "    environment:\n      UNIT_MYSQL_USER: app\n      - UNIT_MYSQL_DATABASE=shop\n      UNIT_MYSQL_PASSWORD: geheim\n",
                )],
                "unset mysql://${UNIT_MYSQL_USER}:${UNIT_MYSQL_PASSWORD}@localhost/${UNIT_MYSQL_DATABASE} mysql",
            ),
            (&[(".env", "UNIT_DB_USER=u\n")], "unset ${DATABASE_URL} "),
        ] {
            assert_eq!(found(files), expected);
        }
    }
}
