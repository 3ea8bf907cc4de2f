//! Live schemas, read from the catalog in a read-only session. The only user of sqlx.
//!
//! Each engine's folder has the same files: `mod.rs` opens the session and asks, `rows.rs` says what a query returns,
//! `assemble.rs` and its neighbours turn rows into the model without doing any IO, and `queries/` holds the SQL, one
//! query for each kind of object, never one for each table. This module must not know what it will be compared with.

mod ask;
mod bookkeeping;
mod connect;
mod error;
mod mysql;
mod postgres;
mod records;
mod rows;
mod settle;
mod sqlite;
mod url;

use std::time::Duration;

pub use ask::ask;
pub use bookkeeping::{is_bookkeeping, remove_bookkeeping};
pub use error::{CatalogError, ConnectCause, ServerName};
pub use records::{Field, Record, records};
pub use url::DatabaseUrl;

use crate::model::{Engine, Kind, LetterCase, Name, ServerVersion};
use crate::snapshot::{Scope, Snapshot};

use url::Target;

/// What to read of a database, and how long to wait for it.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The schemas to read; empty means every schema that is not the system's.
    pub schemas: Vec<Name>,
    /// How long to wait for a connection, where the URL's `connect_timeout` does not say.
    pub connect_timeout: Duration,
    /// How long one catalog query may take.
    pub statement_timeout: Duration,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            schemas: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(60),
        }
    }
}

/// What a server says of itself: the rules by which declarations beside it are read.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its engine, whatever the URL's scheme.
    pub engine: Engine,
    /// Its version; SQLite is a part of this program and has none.
    pub version: Option<ServerVersion>,
    /// Whether the case of letters tells relations apart.
    pub letter_case: LetterCase,
    /// The schema that unqualified names mean.
    pub default_schema: Option<Name>,
}

impl Identity {
    /// What the server that a snapshot was taken of says.
    pub fn of(snapshot: &Snapshot) -> Self {
        Identity {
            engine: snapshot.engine,
            version: snapshot.version,
            letter_case: snapshot.letter_case,
            default_schema: snapshot.default_schema.clone(),
        }
    }
}

/// Reads the schema of a live database, in a session that cannot write.
///
/// Left out are the system's own schemas, what an extension owns, and the tables of migration tools
/// ([`is_bookkeeping`]).
///
/// # Errors
/// When no connection can be made, or a catalog query fails. A part that cannot be read is never passed over.
pub async fn read(url: &DatabaseUrl, options: &ReadOptions) -> Result<Snapshot, CatalogError> {
    read_beside(url, options, |_| {}).await
}

/// Reads as [`read`] does, and says what the server is before its catalog is read, so that declarations can be read
/// meanwhile.
///
/// # Errors
/// As [`read`].
pub async fn read_beside(
    url: &DatabaseUrl,
    options: &ReadOptions,
    identified: impl FnOnce(Identity),
) -> Result<Snapshot, CatalogError> {
    let mut snapshot = match &url.target {
        Target::Server(address) => match url.engine {
            Engine::Postgres => postgres::read(address, options, identified).await?,
            engine @ (Engine::MySql | Engine::MariaDb | Engine::Sqlite) => {
                mysql::read(engine, address, options, identified).await?
            }
        },
        Target::File(path) => sqlite::read(path, options, identified).await?,
    };
    remove_bookkeeping(&mut snapshot.database);
    Ok(snapshot)
}

/// A catalog knows everything of the kinds it reads: what it does not list does not exist.
fn scope(kinds: &[Kind]) -> Scope {
    Scope::default().complete(kinds.iter().copied())
}
