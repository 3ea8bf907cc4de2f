//! One empty database for one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use drift::model::Engine;

use super::{client, variable};

/// A database of its own on a private server, or in a file of its own. Dropping the value drops it.
pub struct Database {
    engine: Engine,
    url: String,
    home: Home,
}

/// Where the database lives, and so how to get rid of it.
enum Home {
    Server { admin: String, name: String },
    Folder(tempfile::TempDir),
}

impl Database {
    /// An empty database on the server of `engine`.
    ///
    /// # Panics
    /// When the server is absent, which `tests/run` mends.
    pub fn create(engine: Engine) -> Self {
        match engine {
            Engine::Postgres => Self::on_server(engine, "DRIFT_TEST_POSTGRES"),
            Engine::MySql => Self::on_server(engine, "DRIFT_TEST_MYSQL"),
            Engine::MariaDb => Self::on_server(engine, "DRIFT_TEST_MARIADB"),
            Engine::Sqlite => Self::in_file(),
        }
    }

    fn on_server(engine: Engine, variable_name: &str) -> Self {
        let admin = variable(variable_name);
        let name = unique_name();
        client::run(engine, &admin, &format!("CREATE DATABASE {name}"))
            .unwrap_or_else(|error| panic!("{variable_name}: cannot create a database: {error}"));
        let (server, _) = admin.rsplit_once('/').expect("an administrator's URL ends in /database");
        Database { engine, url: format!("{server}/{name}"), home: Home::Server { admin: admin.clone(), name } }
    }

    fn in_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("test.db");
        // An empty file is an empty database.
        std::fs::write(&file, b"").expect("a file in a temporary folder");
        Database { engine: Engine::Sqlite, url: format!("sqlite:///{}", file.display()), home: Home::Folder(folder) }
    }

    /// The engine that was asked for.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The URL with user and password, as `drift` accepts it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database file of SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.home {
            Home::Folder(folder) => Some(folder.path().join("test.db")),
            Home::Server { .. } => None,
        }
    }

    /// Runs a script of any number of statements, each committed by itself, as the engine's own client would:
    /// psql's meta-commands, COPY data and MySQL's DELIMITER are understood.
    ///
    /// # Panics
    /// With the server's message when a statement fails.
    pub fn execute(&self, script: &str) {
        if let Err(error) = self.try_execute(script) {
            panic!("{}: {error}\nin the script:\n{script}", self.engine);
        }
    }

    /// Runs a script up to its first failing statement.
    ///
    /// # Errors
    /// The server's message for that statement.
    pub fn try_execute(&self, script: &str) -> Result<(), String> {
        client::run(self.engine, &self.url, script).map(drop)
    }

    /// The rows of a query as the client prints their values; NULL is the client's own spelling of it.
    ///
    /// # Panics
    /// With the server's message when the query fails.
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        client::run(self.engine, &self.url, sql).unwrap_or_else(|error| panic!("{}: {error}\nin {sql}", self.engine))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Home::Server { admin, name } = &self.home {
            // A server that is gone has taken the database along; a test must not fail twice.
            let _ = client::run(self.engine, admin, &format!("DROP DATABASE {name}"));
        }
    }
}

/// A name that no other test, thread or run on the same server has.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
    format!("drift_{}_{}_{}", std::process::id(), now.subsec_nanos(), COUNT.fetch_add(1, Ordering::Relaxed))
}
