//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};
use crate::sql::canon::Lowered;

/// SQLite.
#[derive(Debug)]
pub struct Sqlite {
    pub(super) engine: Engine,
    pub(super) lowered: Lowered,
}

impl Sqlite {
    /// SQLite at any version: all that drift reads and writes is the same since 3.35.
    pub fn new(_version: Option<ServerVersion>) -> Self {
        Sqlite { engine: Engine::Sqlite, lowered: Lowered::default() }
    }
}
