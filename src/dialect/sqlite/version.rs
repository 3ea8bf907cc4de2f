//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};

/// SQLite at one version.
#[derive(Clone, Copy, Debug)]
pub struct Sqlite {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
}

impl Sqlite {
    /// SQLite at `version`, or at the newest that is supported.
    pub fn new(version: Option<ServerVersion>) -> Self {
        Sqlite { engine: Engine::Sqlite, version: version.unwrap_or(ServerVersion::new(3, 50, 0)) }
    }
}
