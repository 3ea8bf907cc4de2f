//! The version table of a migration tool in a PostgreSQL database.

use sqlx::{AssertSqlSafe, Row};

use crate::catalog::ReadOptions;
use crate::catalog::connect::{close, within};
use crate::catalog::error::CatalogError;
use crate::catalog::records::{Record, Select};
use crate::catalog::url::Address;

use super::connect;

/// The records, in a read-only transaction that finds tables as the tool does, by the user's own `search_path`.
pub(in crate::catalog) async fn records(
    address: &Address,
    options: &ReadOptions,
    select: &Select<'_>,
) -> Result<Option<Vec<Record>>, CatalogError> {
    let (mut connection, server) = connect::connect(address, options).await?;
    let timeout = options.statement_timeout.as_millis();
    let begin = format!(
        "BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = {timeout}; SET LOCAL lock_timeout = {timeout};
         SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL timezone = 'UTC'"
    );
    let read = async {
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut connection).await?;
        let there = sqlx::query("SELECT pg_catalog.to_regclass($1) IS NOT NULL").bind(select.quoted());
        if !there.persistent(false).fetch_one(&mut connection).await?.try_get::<bool, _>(0)? {
            return Ok(None);
        }
        let rows = sqlx::query(AssertSqlSafe(select.sql())).persistent(false).fetch_all(&mut connection).await?;
        rows.iter().map(|row| select.record(row)).collect::<Result<_, _>>().map(Some)
    };
    let read = within(options.statement_timeout, read).await;
    close(connection).await;
    read.map_err(|error| connect::read_error("migration records", &server, &error))
}
