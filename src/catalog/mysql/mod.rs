//! The catalog of MySQL and MariaDB: `information_schema`, which on these servers is the catalog itself.
//!
//! Every text is cast to CHAR, since some servers return VARBINARY. The session is read-only, with an `sql_mode` under
//! which every server prints quotes, backslashes and names in the same way.

mod assemble;
mod columns;
mod connect;
mod keys;
mod rows;

#[cfg(test)]
mod tests;

use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, Connection, FromRow, MySqlConnection, Row, SqlSafeStr};

use crate::dialect::dialect;
use crate::model::{Engine, Kind, ServerVersion};
use crate::snapshot::Snapshot;

use super::error::{CatalogError, ConnectCause, ServerName};
use super::url::Address;
use super::{Identity, ReadOptions, scope};

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
        let script = format!(
            "SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION lock_wait_timeout = {},
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
        let mut snapshot = Snapshot::empty(self.engine, dialect.default_schema(), scope(KINDS));
        snapshot.version = Some(self.version);
        identified(Identity::of(&snapshot));
        let rows = self.rows().await?;
        assemble::assemble(rows, dialect.as_ref(), &mut snapshot);
        Ok(snapshot)
    }

    async fn rows(&mut self) -> Result<rows::Rows, CatalogError> {
        let database: Vec<rows::Database> = self.query("database", include_str!("queries/database.sql")).await?;
        let database = database.into_iter().next().ok_or_else(|| CatalogError::Connect {
            server: Box::new(self.server.clone()),
            cause: ConnectCause::UnknownDatabase,
        })?;
        let checks = match self.engine {
            Engine::MariaDb => include_str!("queries/checks_mariadb.sql"),
            Engine::MySql | Engine::Postgres | Engine::Sqlite => include_str!("queries/checks_mysql.sql"),
        };
        let tables: Vec<rows::Table> = self.query("tables", include_str!("queries/tables.sql")).await?;
        Ok(rows::Rows {
            database,
            collations: self.query("collations", include_str!("queries/collations.sql")).await?,
            columns: self.query("columns", include_str!("queries/columns.sql")).await?,
            indexes: self.query("indexes", AssertSqlSafe(self.indexes_query())).await?,
            foreign_keys: self.query("foreign keys", include_str!("queries/foreign_keys.sql")).await?,
            actions: self.query("foreign keys' actions", include_str!("queries/actions.sql")).await?,
            checks: self.query("check constraints", checks).await?,
            views: self.query("views", include_str!("queries/views.sql")).await?,
            opaque: self.query("other objects", include_str!("queries/opaque.sql")).await?,
            sequences: self.sequences(&tables).await?,
            partitions: self.partitions(&tables).await?,
            tables,
        })
    }

    /// MySQL has keys that are expressions and invisible indexes; MariaDB ignores indexes since 10.6.
    fn indexes_query(&self) -> String {
        let (expression, invisible) = match self.engine {
            Engine::MariaDb if self.version >= ServerVersion::new(10, 6, 0) => ("NULL", "IGNORED = 'YES'"),
            Engine::MariaDb => ("NULL", "0"),
            Engine::MySql | Engine::Postgres | Engine::Sqlite => ("EXPRESSION", "IS_VISIBLE = 'NO'"),
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

    /// The PARTITION BY clause stands in SHOW CREATE TABLE only; few tables have one.
    async fn partitions(&mut self, tables: &[rows::Table]) -> Result<Vec<(String, String)>, CatalogError> {
        let mut partitions = Vec::new();
        for table in tables {
            if !table.create_options.as_deref().is_some_and(|options| options.contains("partitioned")) {
                continue;
            }
            let sql = AssertSqlSafe(format!("SHOW CREATE TABLE {}", quote(&table.name)));
            let row = sqlx::raw_sql(sql).fetch_one(&mut self.connection).await;
            let text = row.and_then(|row| row.try_get::<String, _>(1));
            let text = text.map_err(|error| connect::read_error("partitions", &self.server, &error))?;
            partitions.extend(partition_clause(&text).map(|clause| (table.name.clone(), clause)));
        }
        Ok(partitions)
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

/// The clause as MariaDB prints it, and as MySQL prints it inside a versioned comment.
fn partition_clause(create_table: &str) -> Option<String> {
    let body = create_table.rsplit_once("\n)")?.1;
    let clause = &body[body.find("PARTITION BY")?..];
    let clause = clause.trim_end().trim_end_matches("*/").trim_end();
    Some(clause.to_owned())
}

#[cfg(test)]
mod partition_tests {
    use super::partition_clause;

    #[test]
    fn partition_clauses_come_bare_and_in_comments() {
        let clause = "PARTITION BY RANGE (`y`)\n(PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB)";
        let mariadb = format!("CREATE TABLE `t` (\n  `y` int(11)\n) ENGINE=InnoDB\n {clause}");
        let mysql = format!("CREATE TABLE `t` (\n  `y` int\n) ENGINE=InnoDB\n/*!50100 {clause} */");
        assert_eq!(partition_clause(&mariadb).as_deref(), Some(clause));
        assert_eq!(partition_clause(&mysql).as_deref(), Some(clause));
        assert_eq!(partition_clause("CREATE TABLE `t` (\n  `y` int\n) COMMENT='x'"), None);
    }
}
