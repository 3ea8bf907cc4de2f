//! The catalog of MySQL and MariaDB: `information_schema`, which on these servers is the catalog itself.
//!
//! Every text is cast to CHAR, since some servers return VARBINARY. The session is read-only, with an `sql_mode` under
//! which every server prints quotes, backslashes and names in the same way.
//!
//! Statements stay prepared until the session ends: nothing answers to the closing of one, so that over TCP the statement
//! behind it would wait for the server's delayed acknowledgement, 40 ms each.

mod ask;
mod assemble;
mod charsets;
mod columns;
mod connect;
mod guard;
mod keys;
mod printed;
mod queries;
mod records;
mod rights;
mod rows;
mod scene;
mod show_create;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, FromRow, MySqlConnection, Row, SqlSafeStr};

use crate::dialect::mysql::MySql;
use crate::dialect::{Dialect, dialect_where};
use crate::model::{Engine, Facet, Kind, LetterCase, Reason, ServerVersion};
use crate::snapshot::{Coverage, Snapshot};

use super::connect::{close, within};
use super::error::{CatalogError, ConnectCause, ServerName};
use super::settle::{Moving, settled};
use super::url::Address;
use super::{Identity, ReadOptions, scope};
use rights::Rights;
use show_create::Details;

pub(super) use ask::ask;
pub(super) use records::records;

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
    let mut session = Session::new(connection, server, options, engine);
    let snapshot = session.snapshot(identified).await;
    close(session.connection).await;
    snapshot
}

/// One read-only transaction.
struct Session<'a> {
    connection: MySqlConnection,
    server: ServerName,
    options: &'a ReadOptions,
    /// What the server says it is, whatever the URL's scheme.
    engine: Engine,
    version: ServerVersion,
    letter_case: LetterCase,
    /// What the user may see.
    rights: Rights,
    /// How often a change was found under way.
    restless: u32,
}

impl Moving for Session<'_> {
    type Rows = rows::Rows;

    /// `information_schema` sees the present whatever the transaction, and tells no version of what it shows. But the
    /// server counts the statements that change schemas; and one that began earlier is among what runs.
    async fn mark(&mut self) -> Result<String, CatalogError> {
        let counted = self.texts(include_str!("queries/changes.sql"), 1).await;
        let counted = counted.map_err(|error| self.failed("state", &error))?;
        let running: Vec<rows::Count> = self.query("state", include_str!("queries/running.sql")).await?;
        // What ends meanwhile is not counted again.
        if running.iter().any(|row| row.count > 0) {
            self.restless += 1;
            return Ok(format!("restless {}", self.restless));
        }
        Ok(format!("{counted:?}"))
    }

    async fn rows(&mut self) -> Result<rows::Rows, CatalogError> {
        let database: Vec<rows::Database> = self.query("database", include_str!("queries/database.sql")).await?;
        let database = database.into_iter().next().ok_or_else(|| CatalogError::Connect {
            server: Box::new(self.server.clone()),
            cause: ConnectCause::UnknownDatabase,
        })?;
        let tables: Vec<rows::Table> = self.query("tables", include_str!("queries/tables.sql")).await?;
        let foreign_keys = self.query("foreign keys", include_str!("queries/foreign_keys.sql")).await?;
        let columns: Vec<rows::Column> = self.query("columns", AssertSqlSafe(queries::columns(&self.can()))).await?;
        Ok(rows::Rows {
            database,
            collations: self.query("collations", AssertSqlSafe(queries::collations(&self.can()))).await?,
            geometries: self.geometries(&columns).await?,
            columns,
            indexes: self.query("indexes", AssertSqlSafe(queries::indexes(&self.can()))).await?,
            actions: self.query("foreign keys' actions", include_str!("queries/actions.sql")).await?,
            checks: self.checks().await?,
            views: self.query("views", AssertSqlSafe(queries::views(&self.can()))).await?,
            opaque: self.query("other objects", include_str!("queries/opaque.sql")).await?,
            sequences: self.sequences(&tables).await?,
            details: HashMap::new(),
            printed: self.printed(&tables).await?,
            sees_checks: self.rights.sees_checks(),
            foreign_keys,
            tables,
        })
    }

    fn server(&self) -> &ServerName {
        &self.server
    }
}

impl<'a> Session<'a> {
    fn new(connection: MySqlConnection, server: ServerName, options: &'a ReadOptions, engine: Engine) -> Self {
        Session {
            connection,
            server,
            options,
            engine,
            version: ServerVersion::new(0, 0, 0),
            letter_case: LetterCase::default(),
            rights: Rights::default(),
            restless: 0,
        }
    }
}

impl Session<'_> {
    async fn identify(&mut self) -> Result<(), CatalogError> {
        let answer: Vec<rows::Server> = self.query("version", include_str!("queries/server.sql")).await?;
        let answer = answer.into_iter().next();
        self.letter_case = match answer.as_ref().map(|row| row.lower_case_table_names) {
            None | Some(0) => LetterCase::Counts,
            Some(_) => LetterCase::Ignored,
        };
        let text = answer.map(|row| row.version).unwrap_or_default();
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

    async fn begin(&mut self) -> Result<(), CatalogError> {
        let limit = self.options.statement_timeout;
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
        let begun = sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut self.connection);
        let begun = within(limit, begun).await;
        begun.map(drop).map_err(|error| connect::read_error("settings", &self.server, &error))
    }

    async fn snapshot(&mut self, identified: impl FnOnce(Identity)) -> Result<Snapshot, CatalogError> {
        self.identify().await?;
        self.begin().await?;
        let dialect = self.dialect();
        let mut scope = scope(KINDS);
        if !self.can().keeps_checks() {
            let reason = Reason::new("MySQL before 8.0.16 reads over CHECK and keeps nothing of it");
            scope = scope.with(Facet::of(Kind::Check), Coverage::Silent(reason));
        }
        let mut snapshot = Snapshot::empty(self.engine, dialect.default_schema(), scope);
        snapshot.version = Some(self.version);
        snapshot.letter_case = self.letter_case;
        identified(Identity::of(&snapshot));
        self.rights = self.rights().await?;
        let mut rows = settled(self).await?;
        rows.details = self.details(&rows.printed);
        let printed = assemble::assemble(rows, dialect.as_ref(), &mut snapshot);
        guard::check(&printed, dialect.as_ref(), &mut snapshot);
        rights::tell(&self.rights, &self.server, &mut snapshot);
        Ok(snapshot)
    }

    /// What the user's grants, and those of its roles, let it see of the database.
    async fn rights(&mut self) -> Result<Rights, CatalogError> {
        let roles = match self.engine {
            Engine::MySql => {
                let roles: Vec<rows::Text> =
                    self.query("grants", "SELECT CAST(CURRENT_ROLE() AS CHAR) AS text").await?;
                roles.into_iter().map(|row| row.text).find(|roles| roles != "NONE")
            }
            // Its list of grants has those of the role.
            Engine::MariaDb | Engine::Postgres | Engine::Sqlite => None,
        };
        let sql = match roles {
            Some(roles) => format!("SHOW GRANTS FOR CURRENT_USER() USING {roles}"),
            None => "SHOW GRANTS".to_owned(),
        };
        let grants = self.texts(&sql, 0).await.map_err(|error| self.failed("grants", &error))?;
        let database = self.server.database.as_deref().unwrap_or_default();
        Ok(Rights::of(&grants, database, self.letter_case))
    }

    fn dialect(&self) -> Box<dyn Dialect> {
        dialect_where(self.engine, Some(self.version), self.letter_case)
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
        if let Some(texts) = self.texts(&script, 1).await.ok().filter(|texts| texts.len() == tables.len()) {
            let printed = tables.into_iter().zip(texts);
            return Ok(printed
                .map(|(table, text)| guard::Printed { table: table.clone(), statement: Some(text) })
                .collect());
        }
        let mut printed = Vec::new();
        for table in tables {
            let statement = match self.texts(&ask(&table), 1).await {
                Ok(texts) => texts.into_iter().next(),
                Err(error) if connect::is_denied(&error) => None,
                Err(error) => return Err(self.failed("definitions of tables", &error)),
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
        let query = sqlx::query_as(sql);
        let rows = within(self.options.statement_timeout, query.fetch_all(&mut self.connection)).await;
        rows.map_err(|error| self.failed(what, &error))
    }

    /// One column of what a SHOW statement prints.
    async fn texts(&mut self, sql: &str, column: usize) -> Result<Vec<String>, sqlx::Error> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let rows = within(self.options.statement_timeout, query.fetch_all(&mut self.connection)).await?;
        rows.iter().map(|row| text_of(row, column)).collect()
    }

    fn failed(&self, what: &'static str, error: &sqlx::Error) -> CatalogError {
        connect::read_error(what, &self.server, error)
    }
}

fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text of a SHOW statement; a default of bytes in it may be no UTF-8.
fn text_of(row: &MySqlRow, column: usize) -> Result<String, sqlx::Error> {
    row.try_get_unchecked::<Vec<u8>, _>(column).map(|text| String::from_utf8_lossy(&text).into_owned())
}
