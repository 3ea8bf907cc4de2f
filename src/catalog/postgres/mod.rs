//! PostgreSQL's catalog: `pg_catalog` alone, since `information_schema` hides from weak roles and is slow.
//!
//! The session is a read-only transaction that sees one moment (and another one, where somebody wrote meanwhile), with an
//! empty `search_path`, so that the catalog's functions print every name with its schema, and with every setting fixed
//! that changes how values are printed.

mod ask;
mod assemble;
mod attributes;
mod connect;
mod constraints;
mod indexes;
mod lookup;
mod objects;
mod parameters;
mod records;
mod rows;
mod values;

use std::collections::{BTreeSet, HashSet};

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, FromRow, PgConnection, Postgres, SqlSafeStr};
use tokio::task::spawn_blocking;

use crate::dialect::dialect;
use crate::model::{Engine, Kind, Name, ServerVersion};
use crate::snapshot::Snapshot;

use super::connect::{close, within};
use super::error::{CatalogError, ServerName};
use super::settle::{Moving, settled};
use super::url::Address;
use super::{Identity, ReadOptions, scope};

use assemble::Assembled;

pub(super) use ask::ask;
pub(super) use records::records;

/// What a PostgreSQL catalog tells completely.
const KINDS: &[Kind] = &[
    Kind::Schema,
    Kind::Enum,
    Kind::Domain,
    Kind::Sequence,
    Kind::Table,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::ForeignKey,
    Kind::Check,
    Kind::Exclusion,
    Kind::Index,
    Kind::View,
    Kind::Routine,
    Kind::Trigger,
    Kind::Policy,
    Kind::Extension,
    Kind::Type,
    Kind::Grant,
];

/// The oldest version whose catalog these queries know.
const OLDEST: (ServerVersion, &str) = (ServerVersion::new(12, 0, 0), "12");

pub(super) async fn read(
    address: &Address,
    options: &ReadOptions,
    identified: impl FnOnce(Identity),
) -> Result<Snapshot, CatalogError> {
    let (connection, server) = connect::connect(address, options).await?;
    let version = ServerVersion::new(0, 0, 0);
    let mut session = Session { connection, server, options, version, in_transaction: false, schemas: Vec::new() };
    let snapshot = session.snapshot(identified).await;
    close(session.connection).await;
    snapshot
}

/// Columns of the catalog by the version that brought them, and what holds of every version before.
const NEWER_COLUMNS: &[(&str, ServerVersion, &str)] = &[
    ("{con.conenforced}", ServerVersion::new(18, 0, 0), "true"),
    ("{con.conperiod}", ServerVersion::new(18, 0, 0), "false"),
    ("{con.confdelsetcols}", ServerVersion::new(15, 0, 0), "NULL::int2[]"),
    ("{i.indnullsnotdistinct}", ServerVersion::new(15, 0, 0), "false"),
    ("{a.attcompression}", ServerVersion::new(14, 0, 0), "''"),
];

/// A query with the columns that this version knows.
fn of_version(query: &str, version: ServerVersion) -> String {
    NEWER_COLUMNS.iter().fold(query.to_owned(), |query, (column, since, before)| {
        let known = column.trim_matches(['{', '}']);
        query.replace(column, if version >= *since { known } else { before })
    })
}

fn default_schema(options: &ReadOptions) -> Name {
    options.schemas.first().cloned().unwrap_or_else(|| Name::exact("public"))
}

/// A session of read-only transactions: one, as long as nobody writes meanwhile.
struct Session<'a> {
    connection: PgConnection,
    server: ServerName,
    options: &'a ReadOptions,
    version: ServerVersion,
    in_transaction: bool,
    /// The schemas that are read.
    schemas: Vec<Oid>,
}

impl Moving for Session<'_> {
    type Rows = Assembled;

    /// Begins a transaction. What it sees is the mark: it differs as soon as another one has changed anything.
    /// `jit` is off because the server would compile the queries on a big schema, and each runs once.
    async fn mark(&mut self) -> Result<String, CatalogError> {
        let statement_timeout = self.options.statement_timeout.as_millis();
        let end = if std::mem::replace(&mut self.in_transaction, true) { "ROLLBACK; " } else { "" };
        let script = format!(
            "{end}BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = {statement_timeout};
             SET LOCAL lock_timeout = {statement_timeout};
             SET LOCAL idle_in_transaction_session_timeout = 0;
             SET LOCAL search_path = '';
             SET LOCAL datestyle = 'ISO, MDY';
             SET LOCAL intervalstyle = 'postgres';
             SET LOCAL timezone = 'UTC';
             SET LOCAL bytea_output = 'hex';
             SET LOCAL extra_float_digits = 1;
             SET LOCAL quote_all_identifiers = off;
             SET LOCAL standard_conforming_strings = on;
             SET LOCAL escape_string_warning = off;
             SET LOCAL row_security = off;
             SET LOCAL jit = off;"
        );
        let begun = sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut self.connection);
        let begun = within(self.options.statement_timeout, begun).await;
        begun.map_err(|error| connect::read_error("settings", &self.server, &error))?;
        let seen: Vec<rows::Moment> =
            self.query_all("settings", "SELECT txid_current_snapshot()::text AS seen").await?;
        Ok(seen.into_iter().map(|moment| moment.seen).collect())
    }

    /// The tables are put together while the server tells the rest.
    async fn rows(&mut self) -> Result<Self::Rows, CatalogError> {
        let rows = self.tables().await?;
        let sequences = rows.column_sequences.iter().filter(|row| row.is_serial);
        let serial: HashSet<Oid> = sequences.map(|row| row.oid).collect();
        let version = Some(self.version);
        let assembling = spawn_blocking(move || assemble::tables(rows, dialect(Engine::Postgres, version).as_ref()));
        let objects = self.objects(&serial).await;
        let assembled = assembling.await;
        let mut assembled = assembled.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        objects::add(&objects?, dialect(Engine::Postgres, version).as_ref(), &mut assembled.database);
        Ok(assembled)
    }

    fn server(&self) -> &ServerName {
        &self.server
    }
}

impl Session<'_> {
    async fn snapshot(&mut self, identified: impl FnOnce(Identity)) -> Result<Snapshot, CatalogError> {
        self.version = self.version().await?;
        let snapshot = Snapshot::empty(Engine::Postgres, Some(default_schema(self.options)), scope(KINDS));
        let snapshot = Snapshot { version: Some(self.version), ..snapshot };
        identified(Identity::of(&snapshot));
        let Assembled { database, warnings } = settled(self).await?;
        self.tell_unknown().await?;
        Ok(Snapshot { database, warnings, ..snapshot })
    }

    /// What tables are made of.
    async fn tables(&mut self) -> Result<rows::Tables, CatalogError> {
        let version = self.version;
        let asked: Vec<&str> = self.options.schemas.iter().map(Name::as_str).collect();
        let schemas = sqlx::query_as(include_str!("queries/schemas.sql")).bind(asked);
        let schemas: Vec<rows::Schema> = self.fetch("schemas", schemas).await?;
        self.schemas = schemas.iter().map(|schema| schema.oid).collect();
        let constraints = of_version(include_str!("queries/constraints.sql"), version);
        let indexes = of_version(include_str!("queries/indexes.sql"), version);
        let indexes = parameters::named(&indexes);
        let attributes = of_version(include_str!("queries/attributes.sql"), version);
        let attributes = parameters::named(&attributes);
        let tables = parameters::named(include_str!("queries/tables.sql"));
        // First what is more work for the server than for us: the declarations are read meanwhile.
        let constraints = self.query("constraints", AssertSqlSafe(constraints)).await?;
        let defaults = self.query("defaults", include_str!("queries/defaults.sql")).await?;
        let attributes = self.query("attributes of columns", AssertSqlSafe(attributes)).await?;
        let indexes = self.query("indexes", AssertSqlSafe(indexes)).await?;
        let columns: Vec<rows::Column> = self.query("columns", include_str!("queries/columns.sql")).await?;
        Ok(rows::Tables {
            schemas,
            tables: self.query("tables", AssertSqlSafe(tables)).await?,
            parents: self.query("parents of tables", include_str!("queries/parents.sql")).await?,
            types: self.types(&columns).await?,
            columns,
            attributes,
            comments: self.query("comments", include_str!("queries/comments.sql")).await?,
            defaults,
            column_sequences: self.query("column sequences", include_str!("queries/column_sequences.sql")).await?,
            constraints,
            indexes,
            opclasses: self.query_all("operator classes", include_str!("queries/opclasses.sql")).await?,
            methods: self.query_all("index methods", include_str!("queries/methods.sql")).await?,
            collations: self.query_all("collations", include_str!("queries/collations.sql")).await?,
        })
    }

    /// What is no part of a table, without the sequences that `serial` columns have.
    async fn objects(&mut self, serial: &HashSet<Oid>) -> Result<rows::Objects, CatalogError> {
        let mut sequences: Vec<rows::Sequence> = self.query("sequences", include_str!("queries/sequences.sql")).await?;
        sequences.retain(|row| !serial.contains(&row.oid));
        let uncaptured = parameters::named(include_str!("queries/uncaptured.sql"));
        Ok(rows::Objects {
            enums: self.query("enum types", include_str!("queries/enums.sql")).await?,
            domains: self.query("domains", include_str!("queries/domains.sql")).await?,
            sequences,
            views: self.query("views", include_str!("queries/views.sql")).await?,
            opaque: self.query("other objects", include_str!("queries/opaque.sql")).await?,
            uncaptured: self.query("other attributes", AssertSqlSafe(uncaptured)).await?,
        })
    }

    /// Says what the server keeps that is no parameter of DDL: only where somebody reads it, since it is counted.
    async fn tell_unknown(&mut self) -> Result<(), CatalogError> {
        if tracing::enabled!(tracing::Level::INFO) {
            let query = parameters::named(include_str!("queries/unknown.sql"));
            let unknown: Vec<rows::Unknown> = self.query("unknown options", AssertSqlSafe(query)).await?;
            for rows::Unknown { what, name, count } in unknown {
                tracing::info!("passed over the server's own option {name} of {count} {what}");
            }
        }
        Ok(())
    }

    async fn version(&mut self) -> Result<ServerVersion, CatalogError> {
        let answer: Vec<rows::Server> = self.query_all("version", include_str!("queries/server.sql")).await?;
        let text = answer.into_iter().next().map(|row| row.version).unwrap_or_default();
        match ServerVersion::parse(&text) {
            Some(version) if version >= OLDEST.0 => Ok(version),
            _ => Err(CatalogError::Version {
                server: Box::new(self.server.clone()),
                engine: Engine::Postgres,
                version: text,
                oldest: OLDEST.1,
            }),
        }
    }

    /// The types of columns.
    async fn types(&mut self, columns: &[rows::Column]) -> Result<Vec<rows::Type>, CatalogError> {
        let distinct: BTreeSet<(u32, i32)> = columns.iter().map(|row| (row.type_oid.0, row.type_modifier)).collect();
        let (types, modifiers): (Vec<Oid>, Vec<i32>) = distinct.into_iter().map(|(oid, at)| (Oid(oid), at)).unzip();
        let query = sqlx::query_as(include_str!("queries/types.sql")).bind(types).bind(modifiers);
        self.fetch("types", query).await
    }

    /// A query of the schemas that are read.
    async fn query<T>(&mut self, what: &'static str, sql: impl SqlSafeStr) -> Result<Vec<T>, CatalogError>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let schemas = self.schemas.clone();
        self.fetch(what, sqlx::query_as(sql).bind(schemas)).await
    }

    /// A query of what belongs to no schema that is read.
    async fn query_all<T>(&mut self, what: &'static str, sql: &'static str) -> Result<Vec<T>, CatalogError>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.fetch(what, sqlx::query_as(sql)).await
    }

    async fn fetch<T>(
        &mut self,
        what: &'static str,
        query: QueryAs<'_, Postgres, T, PgArguments>,
    ) -> Result<Vec<T>, CatalogError>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        // Unnamed statements, since a pooler between us and the server may not keep named ones.
        let query = query.persistent(false).fetch_all(&mut self.connection);
        let rows = within(self.options.statement_timeout, query).await;
        rows.map_err(|error| connect::read_error(what, &self.server, &error))
    }
}
