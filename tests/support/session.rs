//! One connection that stays open, for tests that run thousands of scripts: starting a client for each would take most
//! of their time.

use drift::model::Engine;
use drift::sql::{Rules, StatementKind, split};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use tokio::runtime::Runtime;

use super::client;

/// A connection to one database.
pub struct Session {
    engine: Engine,
    runtime: Runtime,
    connection: Connected,
}

enum Connected {
    Postgres(sqlx::PgConnection),
    MySql(sqlx::MySqlConnection),
    Sqlite(sqlx::SqliteConnection),
}

impl Session {
    /// Connects to the database of a test.
    ///
    /// # Panics
    /// When the server is gone.
    pub fn connect(engine: Engine, url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let connection = runtime.block_on(connect(engine, url)).unwrap_or_else(|error| panic!("{engine}: {error}"));
        Session { engine, runtime, connection }
    }

    /// Runs each statement by itself, up to the first that fails.
    ///
    /// # Errors
    /// The server's message and the statement.
    pub fn run(&mut self, script: &str) -> Result<(), String> {
        for statement in split(script, Rules::of(self.engine)) {
            match statement.kind {
                StatementKind::Sql | StatementKind::Unterminated => drop(self.query(statement.text)?),
                StatementKind::Client => return Err(format!("no client to run {}", statement.text)),
            }
        }
        Ok(())
    }

    /// The rows of a query, each value as text.
    ///
    /// # Errors
    /// The server's message and the statement.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        let connection = &mut self.connection;
        let rows = self.runtime.block_on(async {
            let query = sqlx::raw_sql(AssertSqlSafe(sql));
            match connection {
                Connected::Postgres(connection) => texts(query.fetch_all(connection).await?),
                Connected::MySql(connection) => texts(query.fetch_all(connection).await?),
                Connected::Sqlite(connection) => {
                    query.fetch_all(connection).await?.iter().map(client::sqlite_texts).collect()
                }
            }
        });
        rows.map_err(|error: sqlx::Error| format!("{error}\n  in {sql}"))
    }
}

async fn connect(engine: Engine, url: &str) -> Result<Connected, sqlx::Error> {
    Ok(match engine {
        Engine::Postgres => {
            let options: sqlx::postgres::PgConnectOptions = url.parse()?;
            Connected::Postgres(options.options([("client_min_messages", "warning")]).connect().await?)
        }
        Engine::MySql | Engine::MariaDb => {
            let options: sqlx::mysql::MySqlConnectOptions = url.replace("mariadb://", "mysql://").parse()?;
            // As the engine's own client has it.
            let options = options.pipes_as_concat(false).no_engine_substitution(false).set_names(true);
            Connected::MySql(options.connect().await?)
        }
        Engine::Sqlite => {
            let file = url.strip_prefix("sqlite:///").expect("the URL of a test's database");
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).foreign_keys(true);
            Connected::Sqlite(options.synchronous(sqlx::sqlite::SqliteSynchronous::Off).connect().await?)
        }
    })
}

/// The values of rows that a server sent as text.
fn texts<R: Row>(rows: Vec<R>) -> Result<Vec<Vec<String>>, sqlx::Error>
where
    usize: sqlx::ColumnIndex<R>,
    for<'r> String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let value = |row: &R, at: usize| {
        let text = row.try_get_unchecked::<Option<String>, _>(at)?;
        Ok(text.unwrap_or_else(|| "NULL".to_owned()))
    };
    rows.iter().map(|row| (0..row.len()).map(|at| value(row, at)).collect()).collect()
}
