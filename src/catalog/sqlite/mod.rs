//! SQLite's catalog, which is SQL text: `sqlite_schema` keeps each object's CREATE statement, and CHECK, COLLATE,
//! AUTOINCREMENT, generated columns, deferrable keys and the expressions of indexes stand nowhere else.
//!
//! So the text is read by [`crate::source::sql`], as the same text in a file would be: a second reader would be a
//! second truth. What the pragmas say of columns, keys and indexes is an independent view of the same tables, against
//! which that reading is held; where the two disagree, SQLite's own word counts and the rest is undecided.

mod assemble;
mod check;
mod pragmas;
mod records;
mod rows;

use std::io::Read;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, FromRow, SqliteConnection};

use crate::dialect::dialect;
use crate::model::{Engine, Kind, LetterCase};
use crate::snapshot::Snapshot;

use super::connect::close;
use super::error::{CatalogError, ServerName};
use super::{Identity, ReadOptions, scope};

pub(super) use records::records;

/// What SQLite's catalog tells completely.
const KINDS: &[Kind] = &[
    Kind::Table,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::ForeignKey,
    Kind::Check,
    Kind::Index,
    Kind::View,
    Kind::Trigger,
];

pub(super) async fn read(
    path: &Path,
    options: &ReadOptions,
    identified: impl FnOnce(Identity),
) -> Result<Snapshot, CatalogError> {
    let idle = is_idle_wal(path);
    let written = |path: &Path| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let before = written(path);
    identified(Identity {
        engine: Engine::Sqlite,
        version: None,
        letter_case: LetterCase::default(),
        default_schema: None,
    });
    let mut rows = rows_of(path, idle, options).await;
    // Somebody opened the file meanwhile, and it was read without a look at the changes that wait beside it.
    if idle && (!is_idle_wal(path) || written(path) != before) {
        rows = rows_of(path, false, options).await;
    }
    let rows = rows?;
    let dialect = dialect(Engine::Sqlite, None);
    let mut snapshot = assemble::assemble(&rows, path, dialect.as_ref());
    snapshot.scope = scope(KINDS);
    Ok(snapshot)
}

async fn rows_of(path: &Path, immutable: bool, options: &ReadOptions) -> Result<rows::Rows, CatalogError> {
    let mut session = Session { connection: connect(path, immutable, options).await?, path };
    let rows = session.rows().await;
    close(session.connection).await;
    rows
}

async fn connect(path: &Path, immutable: bool, options: &ReadOptions) -> Result<SqliteConnection, CatalogError> {
    let failed = |message: String| CatalogError::File { path: path.to_owned(), message };
    let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => failed(
            "there is no such file\n  help: check the path in the URL; drift never creates a database".to_owned(),
        ),
        _ => failed(error.to_string()),
    })?;
    if metadata.is_dir() {
        return Err(failed("it is a folder".to_owned()));
    }
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .create_if_missing(false)
        .immutable(immutable)
        .busy_timeout(options.connect_timeout)
        .pragma("query_only", "ON");
    connect.connect().await.map_err(|error| failed(message(&error)))
}

/// Whether the file is in WAL mode and nobody has it open: then its `-wal` file is absent. SQLite would make that file
/// and a `-shm` file even for a reader, and leave them behind (<https://www.sqlite.org/wal.html#readonly>).
fn is_idle_wal(path: &Path) -> bool {
    let mut header = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Bytes 18 and 19: https://www.sqlite.org/fileformat.html#file_format_version_numbers
    read.is_ok() && header[18..] == [2, 2] && !Path::new(&log).exists()
}

/// One read-only transaction.
struct Session<'a> {
    connection: SqliteConnection,
    path: &'a Path,
}

impl Session<'_> {
    async fn rows(&mut self) -> Result<rows::Rows, CatalogError> {
        // Until it ends, every query sees the same schema.
        let begun = sqlx::raw_sql("BEGIN").execute(&mut self.connection).await;
        begun.map_err(|error| CatalogError::File { path: self.path.to_owned(), message: message(&error) })?;
        Ok(rows::Rows {
            objects: self.query("definitions", include_str!("queries/objects.sql")).await?,
            pragmas: rows::Pragmas {
                tables: self.query("tables", include_str!("queries/tables.sql")).await?,
                columns: self.query("columns", include_str!("queries/columns.sql")).await?,
                foreign_keys: self.query("foreign keys", include_str!("queries/foreign_keys.sql")).await?,
                indexes: self.query("indexes", include_str!("queries/indexes.sql")).await?,
            },
        })
    }

    async fn query<T>(&mut self, what: &'static str, sql: &'static str) -> Result<Vec<T>, CatalogError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let rows = sqlx::query_as(sql).fetch_all(&mut self.connection).await;
        rows.map_err(|error| match code(&error).as_deref() {
            Some("26" | "11" | "5" | "14") => {
                CatalogError::File { path: self.path.to_owned(), message: message(&error) }
            }
            _ => CatalogError::Read {
                what,
                server: Box::new(ServerName {
                    engine: Engine::Sqlite,
                    place: self.path.display().to_string(),
                    database: None,
                    user: None,
                }),
                message: message(&error),
                help: "this may be a fault of drift",
                refused: true,
            },
        })
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(|code| code.into_owned())
}

/// What happened and what to do, by the result codes of <https://www.sqlite.org/rescode.html>.
fn message(error: &sqlx::Error) -> String {
    let text = match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        other => other.to_string(),
    };
    match code(error).as_deref() {
        Some("26") => "it is no SQLite database, or it is encrypted".to_owned(),
        Some("11") => format!("{text}\n  help: run PRAGMA integrity_check on it"),
        Some("5") => "another process holds a lock on it\n  help: try again when that has finished".to_owned(),
        Some("14") => format!("{text}\n  help: check the rights on the file and its folder"),
        _ => text,
    }
}
