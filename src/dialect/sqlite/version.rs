//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};

/// SQLite.
#[derive(Clone, Copy, Debug)]
pub struct Sqlite {
    pub(super) engine: Engine,
}

impl Sqlite {
    /// SQLite at any version: all that drift reads and writes is the same since 3.35.
    pub fn new(_version: Option<ServerVersion>) -> Self {
        Sqlite { engine: Engine::Sqlite }
    }
}
