//! Running scripts the way users do: through `psql` and `mariadb`, which come with the servers, and through SQLite's
//! library. The clients know what no driver does: meta-commands, COPY data, DELIMITER, one transaction a statement.

use std::io::Write;
use std::process::{Command, Stdio};

use drift::model::Engine;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, TypeInfo, ValueRef};

use super::block_on;

/// Runs a script and returns the rows that it printed, value by value.
pub fn run(engine: Engine, url: &str, script: &str) -> Result<Vec<Vec<String>>, String> {
    match engine {
        Engine::Postgres => {
            let mut command = Command::new("psql");
            command.args(["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-f", "-", url]);
            pipe(command.env("PGOPTIONS", "-c client_min_messages=warning"), script)
        }
        Engine::MySql | Engine::MariaDb => pipe(&mut mariadb(url), script),
        Engine::Sqlite => block_on(sqlite(url, script)).map_err(|error| error.to_string()),
    }
}

fn mariadb(url: &str) -> Command {
    let url = url::Url::parse(url).expect("the URL of a test's database");
    let mut command = Command::new("mariadb");
    command
        .args(["--no-defaults", "--batch", "--skip-column-names", "--default-character-set=utf8mb4"])
        .arg(format!("--host={}", url.host_str().expect("a host")))
        .arg(format!("--port={}", url.port().expect("a port")))
        .arg(format!("--user={}", url.username()))
        .arg(format!("--password={}", url.password().unwrap_or_default()));
    let database = url.path().trim_start_matches('/');
    if !database.is_empty() {
        command.arg(database);
    }
    command
}

fn pipe(command: &mut Command, script: &str) -> Result<Vec<Vec<String>>, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let mut input = child.stdin.take().expect("standard input is piped");
    let script = script.to_owned();
    // A thread of its own, lest both sides wait for each other's full pipe. A client that stops early closes it.
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let _ = writer.join();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

async fn sqlite(url: &str, script: &str) -> Result<Vec<Vec<String>>, sqlx::Error> {
    let file = url.strip_prefix("sqlite:///").expect("the URL of a test's database");
    // As applications have it; what cannot be done so has to turn them off itself.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).foreign_keys(true);
    let mut connection = options.connect().await?;
    let rows = sqlx::raw_sql(AssertSqlSafe(script)).fetch_all(&mut connection).await?;
    connection.close().await?;
    rows.iter().map(sqlite_texts).collect()
}

/// The values of a row as text.
pub(super) fn sqlite_texts(row: &sqlx::sqlite::SqliteRow) -> Result<Vec<String>, sqlx::Error> {
    (0..row.columns().len()).map(|at| sqlite_text(row, at)).collect()
}

fn sqlite_text(row: &sqlx::sqlite::SqliteRow, at: usize) -> Result<String, sqlx::Error> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok("NULL".to_owned());
    }
    let kind = value.type_info().name().to_owned();
    match kind.as_str() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(at).map(|number| number.to_string()),
        "REAL" => row.try_get_unchecked::<f64, _>(at).map(|number| number.to_string()),
        _ => row.try_get_unchecked::<String, _>(at),
    }
}
