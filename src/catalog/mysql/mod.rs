//! The catalog of MySQL and MariaDB: `information_schema`, which on these servers is the catalog itself.
//!
//! Every text is cast to CHAR, since some servers return VARBINARY. The session is read-only, with an `sql_mode` under
//! which every server prints quotes, backslashes and names in the same way.

mod ask;
mod assemble;
mod columns;
mod connect;
mod guard;
mod keys;
mod rows;
mod show_create;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, Connection, FromRow, MySqlConnection, Row, SqlSafeStr};

use crate::dialect::dialect;
use crate::dialect::mysql::MySql;
use crate::model::{Engine, Facet, Kind, Reason, ServerVersion};
use crate::snapshot::{Coverage, Snapshot};

pub(super) use ask::ask;

use super::error::{CatalogError, ConnectCause, ServerName};
use super::url::Address;
use super::{Identity, ReadOptions, scope};
use show_create::Details;

/// What these catalogs tell completely. Privileges are left out: they belong to the server, not to the database.
const KINDS: &[Kind] = &[
    Kind::Sequence,
    Kind::Table,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::ForeignKey,
    Kind::Check,
    Kind::Index,
    Kind::View,
    Kind::Routine,
    Kind::Trigger,
    Kind::Event,
];

pub(super) async fn read(
    engine: Engine,
    address: &Address,
    options: &ReadOptions,
    identified: impl FnOnce(Identity),
) -> Result<Snapshot, CatalogError> {
    let (connection, server) = connect::connect(engine, address, options).await?;
    let mut session = Session { connection, server, engine, version: ServerVersion::new(0, 0, 0) };
    session.identify().await?;
    session.begin(options).await?;
    let snapshot = session.snapshot(identified).await;
    // A failed query has already said what is wrong; the server ends the transaction with the connection.
    let _ = session.connection.close().await;
    snapshot
}

/// One read-only transaction.
struct Session {
    connection: MySqlConnection,
    server: ServerName,
    /// What the server says it is, whatever the URL's scheme.
    engine: Engine,
    version: ServerVersion,
}

impl Session {
    async fn identify(&mut self) -> Result<(), CatalogError> {
        let answer: Vec<rows::Server> = self.query("version", include_str!("queries/server.sql")).await?;
        let text = answer.into_iter().next().map(|row| row.version).unwrap_or_default();
        // Old clients need a 5.5.5 in front of MariaDB's own version: https://jira.mariadb.org/browse/MDEV-28910
        let text = text.strip_prefix("5.5.5-").unwrap_or(&text).to_owned();
        let (engine, oldest, oldest_shown) = if text.to_ascii_lowercase().contains("mariadb") {
            (Engine::MariaDb, ServerVersion::new(10, 5, 0), "10.5")
        } else {
            (Engine::MySql, ServerVersion::new(8, 0, 0), "8.0")
        };
        self.engine = engine;
        self.server.engine = engine;
        match ServerVersion::parse(&text) {
            Some(version) if version >= oldest => {
                self.version = version;
                Ok(())
            }
            _ => Err(CatalogError::Version {
                server: Box::new(self.server.clone()),
                engine,
                version: text,
                oldest: oldest_shown,
            }),
        }
    }

    async fn begin(&mut self, options: &ReadOptions) -> Result<(), CatalogError> {
        let limit = options.statement_timeout;
        let timeout = match self.engine {
            Engine::MariaDb => format!("max_statement_time = {}", limit.as_secs_f64()),
            Engine::MySql | Engine::Postgres | Engine::Sqlite => format!("max_execution_time = {}", limit.as_millis()),
        };
        let hide_made_keys = match self.can().makes_primary_keys() {
            true => "SET SESSION show_gipk_in_create_table_and_information_schema = OFF;",
            false => "",
        };
        let script = format!(
            "{hide_made_keys} SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION lock_wait_timeout = {},
                 SESSION time_zone = '+00:00', SESSION {timeout};
             SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
             START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            limit.as_secs().max(1)
        );
        let begun = sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut self.connection).await;
        begun.map(drop).map_err(|error| connect::read_error("settings", &self.server, &error))
    }

    async fn snapshot(&mut self, identified: impl FnOnce(Identity)) -> Result<Snapshot, CatalogError> {
        let dialect = dialect(self.engine, Some(self.version));
        let mut scope = scope(KINDS);
        if !self.can().keeps_checks() {
            let reason = Reason::new("MySQL before 8.0.16 reads over CHECK and keeps nothing of it");
            scope = scope.with(Facet::of(Kind::Check), Coverage::Silent(reason));
        }
        let mut snapshot = Snapshot::empty(self.engine, dialect.default_schema(), scope);
        snapshot.version = Some(self.version);
        identified(Identity::of(&snapshot));
        let mut rows = self.rows().await?;
        let printed = self.printed(&rows.tables).await?;
        rows.details = self.details(&printed);
        assemble::assemble(rows, dialect.as_ref(), &mut snapshot);
        guard::check(&printed, dialect.as_ref(), &mut snapshot);
        Ok(snapshot)
    }

    async fn rows(&mut self) -> Result<rows::Rows, CatalogError> {
        let database: Vec<rows::Database> = self.query("database", include_str!("queries/database.sql")).await?;
        let database = database.into_iter().next().ok_or_else(|| CatalogError::Connect {
            server: Box::new(self.server.clone()),
            cause: ConnectCause::UnknownDatabase,
        })?;
        let tables: Vec<rows::Table> = self.query("tables", include_str!("queries/tables.sql")).await?;
        let columns: Vec<rows::Column> = self.query("columns", AssertSqlSafe(self.columns_query())).await?;
        Ok(rows::Rows {
            database,
            collations: self.query("collations", include_str!("queries/collations.sql")).await?,
            geometries: self.geometries(&columns).await?,
            columns,
            indexes: self.query("indexes", AssertSqlSafe(self.indexes_query())).await?,
            foreign_keys: self.query("foreign keys", include_str!("queries/foreign_keys.sql")).await?,
            actions: self.query("foreign keys' actions", include_str!("queries/actions.sql")).await?,
            checks: self.checks().await?,
            views: self.query("views", AssertSqlSafe(self.views_query())).await?,
            opaque: self.query("other objects", include_str!("queries/opaque.sql")).await?,
            sequences: self.sequences(&tables).await?,
            details: HashMap::new(),
            tables,
        })
    }

    /// What this server can do.
    fn can(&self) -> MySql {
        MySql::new(self.engine, Some(self.version))
    }

    async fn checks(&mut self) -> Result<Vec<rows::Check>, CatalogError> {
        if !self.can().keeps_checks() {
            return Ok(Vec::new());
        }
        let checks = match self.engine {
            Engine::MariaDb => include_str!("queries/checks_mariadb.sql"),
            Engine::MySql | Engine::Postgres | Engine::Sqlite => include_str!("queries/checks_mysql.sql"),
        };
        self.query("check constraints", checks).await
    }

    /// Few databases have such columns, and only MariaDB keeps their reference systems to itself.
    async fn geometries(&mut self, columns: &[rows::Column]) -> Result<Vec<rows::Geometry>, CatalogError> {
        const TYPES: [&str; 8] = [
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection",
        ];
        let is_spatial = |column: &rows::Column| TYPES.contains(&column.data_type.as_str());
        if self.engine != Engine::MariaDb || !columns.iter().any(is_spatial) {
            return Ok(Vec::new());
        }
        self.query("geometry columns", include_str!("queries/geometries.sql")).await
    }

    /// Only MariaDB tells by which algorithm a view is run.
    fn views_query(&self) -> String {
        let algorithm = match self.engine {
            Engine::MariaDb => "ALGORITHM",
            Engine::MySql | Engine::Postgres | Engine::Sqlite => "'UNDEFINED'",
        };
        include_str!("queries/views.sql").replace("{algorithm}", algorithm)
    }

    fn columns_query(&self) -> String {
        let srid = if self.can().has_spatial_references() { "SRS_ID" } else { "NULL" };
        include_str!("queries/columns.sql").replace("{srid}", srid)
    }

    fn indexes_query(&self) -> String {
        let expression = if self.can().has_functional_keys() { "EXPRESSION" } else { "NULL" };
        let invisible = match self.engine {
            _ if !self.can().has_hidden_indexes() => "0",
            Engine::MariaDb => "IGNORED = 'YES'",
            Engine::MySql | Engine::Postgres | Engine::Sqlite => "IS_VISIBLE = 'NO'",
        };
        let query = include_str!("queries/indexes.sql");
        query.replace("{expression}", expression).replace("{invisible}", invisible)
    }

    /// A sequence of MariaDB is a table of one row, so one query asks all of them.
    async fn sequences(&mut self, tables: &[rows::Table]) -> Result<Vec<rows::Sequence>, CatalogError> {
        let sequences = tables.iter().filter(|table| table.kind == "SEQUENCE");
        let parts: Vec<String> = sequences
            .map(|table| {
                format!(
                    "SELECT CAST('{}' AS CHAR) AS name, start_value AS start, increment, minimum_value AS min, \
                     maximum_value AS max, CAST(cache_size AS SIGNED) AS cache, CAST(cycle_option AS SIGNED) AS cycle \
                     FROM {}",
                    table.name.replace('\\', "\\\\").replace('\'', "''"),
                    quote(&table.name)
                )
            })
            .collect();
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        self.query("sequences", AssertSqlSafe(parts.join(" UNION ALL "))).await
    }

    /// What the server prints of each table: all of them in one round trip, or one by one where that fails, since a
    /// table may be forbidden or gone.
    async fn printed(&mut self, tables: &[rows::Table]) -> Result<Vec<guard::Printed>, CatalogError> {
        let tables: Vec<&String> =
            tables.iter().filter(|table| table.kind != "SEQUENCE").map(|table| &table.name).collect();
        let ask = |table: &&String| format!("SHOW CREATE TABLE {};", quote(table));
        let script: String = tables.iter().map(ask).collect();
        let rows = sqlx::raw_sql(AssertSqlSafe(script)).fetch_all(&mut self.connection).await;
        let texts: Option<Vec<String>> = rows.ok().and_then(|rows| rows.iter().map(|row| text_of(row).ok()).collect());
        if let Some(texts) = texts.filter(|texts| texts.len() == tables.len()) {
            let printed = tables.into_iter().zip(texts);
            return Ok(printed
                .map(|(table, text)| guard::Printed { table: table.clone(), statement: Some(text) })
                .collect());
        }
        let mut printed = Vec::new();
        for table in tables {
            let row = sqlx::raw_sql(AssertSqlSafe(ask(&table))).fetch_one(&mut self.connection).await;
            let statement = match row.and_then(|row| text_of(&row)) {
                Ok(text) => Some(text),
                Err(sqlx::Error::Database(_)) => None,
                Err(error) => return Err(connect::read_error("definitions of tables", &self.server, &error)),
            };
            printed.push(guard::Printed { table: table.clone(), statement });
        }
        Ok(printed)
    }

    /// What the printed statements say beyond the catalog, by table.
    fn details(&self, printed: &[guard::Printed]) -> HashMap<String, Details> {
        let of = |table: &guard::Printed| Some((table.table.clone(), Details::of(table.statement.as_deref()?)));
        let mut details: HashMap<String, Details> = printed.iter().filter_map(of).collect();
        if !self.can().cuts_binary_defaults() {
            details.values_mut().for_each(|table| table.binary_defaults.clear());
        }
        details
    }

    async fn query<T>(&mut self, what: &'static str, sql: impl SqlSafeStr) -> Result<Vec<T>, CatalogError>
    where
        T: for<'r> FromRow<'r, MySqlRow> + Send + Unpin,
    {
        let rows = sqlx::query_as(sql).persistent(false).fetch_all(&mut self.connection).await;
        rows.map_err(|error| connect::read_error(what, &self.server, &error))
    }
}

fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The statement in a row of SHOW CREATE; a default of bytes in it may be no UTF-8.
fn text_of(row: &MySqlRow) -> Result<String, sqlx::Error> {
    row.try_get_unchecked::<Vec<u8>, _>(1).map(|text| String::from_utf8_lossy(&text).into_owned())
}
