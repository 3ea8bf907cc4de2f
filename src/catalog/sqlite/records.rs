//! The version table of a migration tool in an SQLite file.

use std::path::Path;

use sqlx::{AssertSqlSafe, Row};

use crate::catalog::ReadOptions;
use crate::catalog::connect::close;
use crate::catalog::error::CatalogError;
use crate::catalog::records::{Record, Select};

use super::{connect, is_idle_wal, message};

/// The records, from a file that is open for reading only.
pub(in crate::catalog) async fn records(
    path: &Path,
    options: &ReadOptions,
    select: &Select<'_>,
) -> Result<Option<Vec<Record>>, CatalogError> {
    let mut connection = connect(path, is_idle_wal(path), options).await?;
    let read = async {
        let there = sqlx::query("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower($1)");
        let there = there.bind(select.table.name.as_str()).fetch_one(&mut connection).await?;
        if there.try_get::<i64, _>(0)? == 0 {
            return Ok(None);
        }
        let rows = sqlx::query(AssertSqlSafe(select.sql())).fetch_all(&mut connection).await?;
        rows.iter().map(|row| select.record(row)).collect::<Result<_, _>>().map(Some)
    };
    let read = read.await;
    close(connection).await;
    read.map_err(|error| CatalogError::File { path: path.to_owned(), message: message(&error) })
}
