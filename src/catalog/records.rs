//! What a database records of a migration history: the rows of a migration tool's version table.

use sqlx::Row;

use crate::dialect::dialect;
use crate::model::{Engine, RelationName};

use super::error::CatalogError;
use super::url::{DatabaseUrl, Target};
use super::{ReadOptions, mysql, postgres, sqlite};

/// A column of such a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A value that is read as text: a number, a moment, a name.
    Text(&'static str),
    /// Bytes, read as hexadecimal digits in lower case.
    Bytes(&'static str),
}

/// One row: a value for each field that was asked for.
pub type Record = Vec<Option<String>>;

/// Reads `fields` of a table that a migration tool keeps, in the order of `order`, in a session that cannot write.
/// `None` where there is no such table. A table without schema is the one that the session finds.
///
/// # Errors
/// When no session can be opened, or the table cannot be read.
pub async fn records(
    url: &DatabaseUrl,
    options: &ReadOptions,
    table: &RelationName,
    fields: &[Field],
    order: &str,
) -> Result<Option<Vec<Record>>, CatalogError> {
    let text = |engine| Select { table, fields, order, engine };
    match &url.target {
        Target::Server(address) => match url.engine {
            Engine::Postgres => postgres::records(address, options, &text(Engine::Postgres)).await,
            engine @ (Engine::MySql | Engine::MariaDb | Engine::Sqlite) => {
                mysql::records(engine, address, options, &text(engine)).await
            }
        },
        Target::File(path) => sqlite::records(path, options, &text(Engine::Sqlite)).await,
    }
}

/// The query for the records.
pub(super) struct Select<'a> {
    pub(super) table: &'a RelationName,
    fields: &'a [Field],
    order: &'a str,
    engine: Engine,
}

impl Select<'_> {
    /// The table's name as the engine wants it.
    pub(super) fn quoted(&self) -> String {
        dialect(self.engine, None).quote_relation(self.table)
    }

    pub(super) fn sql(&self) -> String {
        let field = |field: &Field| match (self.engine, *field) {
            (Engine::Postgres, Field::Text(name)) => format!("{name}::text"),
            (Engine::Postgres, Field::Bytes(name)) => format!("pg_catalog.encode({name}, 'hex')"),
            (Engine::MySql | Engine::MariaDb, Field::Text(name)) => format!("CAST({name} AS CHAR)"),
            (Engine::Sqlite, Field::Text(name)) => format!("CAST({name} AS TEXT)"),
            (_, Field::Bytes(name)) => format!("lower(hex({name}))"),
        };
        let fields: Vec<String> = self.fields.iter().map(field).collect();
        format!("SELECT {} FROM {} ORDER BY {}", fields.join(", "), self.quoted(), self.order)
    }

    /// The values of a row.
    ///
    /// # Errors
    /// When one of them is no text.
    pub(super) fn record<R: Row>(&self, row: &R) -> Result<Record, sqlx::Error>
    where
        usize: sqlx::ColumnIndex<R>,
        for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    {
        (0..self.fields.len()).map(|at| row.try_get(at)).collect()
    }
}
