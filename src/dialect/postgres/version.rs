//! Which server it is, and what that version can do.

use crate::model::{Engine, GeneratedStorage, ServerVersion};
use crate::sql::canon::Lowered;

/// PostgreSQL at one version.
#[derive(Debug)]
pub struct Postgres {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
    pub(super) lowered: Lowered,
}

impl Postgres {
    /// PostgreSQL at `version`, or at the newest that is supported.
    pub fn new(version: Option<ServerVersion>) -> Self {
        let version = version.unwrap_or(ServerVersion::new(18, 0, 0));
        Postgres { engine: Engine::Postgres, version, lowered: Lowered::default() }
    }

    /// Whether `DROP EXPRESSION` makes an ordinary column of a computed one, and its values stay: since version 13, and
    /// of stored ones alone.
    pub(super) fn drops_expression(&self, storage: GeneratedStorage) -> bool {
        self.version.major >= 13 && storage == GeneratedStorage::Stored
    }

    /// Whether the parser makes `date_part` of EXTRACT, as it did before version 14 gave it a function of its own.
    pub(super) fn extract_is_date_part(&self) -> bool {
        self.version.major < 14
    }
}
