//! Live schemas, read from the catalog in a read-only session. The only user of sqlx.

mod error;
mod url;

pub use error::CatalogError;
pub use url::DatabaseUrl;

use crate::model::Name;
use crate::snapshot::Snapshot;

/// What to read of a database.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The schemas to read; empty means every schema that is not the system's.
    pub schemas: Vec<Name>,
}

/// Reads the schema of a live database.
///
/// # Errors
/// When no connection can be made, or a catalog query fails.
pub async fn read(_url: &DatabaseUrl, _options: &ReadOptions) -> Result<Snapshot, CatalogError> {
    todo!("catalog")
}
