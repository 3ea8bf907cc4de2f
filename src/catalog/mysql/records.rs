//! The version table of a migration tool in a MySQL or MariaDB database.

use sqlx::AssertSqlSafe;

use crate::catalog::ReadOptions;
use crate::catalog::connect::{close, within};
use crate::catalog::error::CatalogError;
use crate::catalog::records::{Record, Select};
use crate::catalog::url::Address;
use crate::model::Engine;

use super::{Session, connect};

/// ER_NO_SUCH_TABLE.
const NO_SUCH_TABLE: &str = "42S02";

/// The records, in a read-only transaction.
pub(in crate::catalog) async fn records(
    engine: Engine,
    address: &Address,
    options: &ReadOptions,
    select: &Select<'_>,
) -> Result<Option<Vec<Record>>, CatalogError> {
    let (connection, server) = connect::connect(engine, address, options).await?;
    let mut session = Session::new(connection, server, options, engine);
    session.identify().await?;
    session.begin().await?;
    let query = sqlx::query(AssertSqlSafe(select.sql())).fetch_all(&mut session.connection);
    let read = within(options.statement_timeout, query).await;
    let read = read.and_then(|rows| rows.iter().map(|row| select.record(row)).collect::<Result<Vec<_>, _>>());
    close(session.connection).await;
    match read {
        Ok(records) => Ok(Some(records)),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_TABLE) => Ok(None),
        Err(error) => Err(connect::read_error("migration records", &session.server, &error)),
    }
}
