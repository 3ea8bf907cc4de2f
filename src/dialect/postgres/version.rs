//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};

/// PostgreSQL at one version.
#[derive(Clone, Copy, Debug)]
pub struct Postgres {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
}

impl Postgres {
    /// PostgreSQL at `version`, or at the newest that is supported.
    pub fn new(version: Option<ServerVersion>) -> Self {
        Postgres { engine: Engine::Postgres, version: version.unwrap_or(ServerVersion::new(18, 0, 0)) }
    }

    /// Whether the parser makes `date_part` of EXTRACT, as it did before version 14 gave it a function of its own.
    pub(super) fn extract_is_date_part(self) -> bool {
        self.version.major < 14
    }
}
