//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};

/// MySQL or MariaDB at one version.
#[derive(Clone, Copy, Debug)]
pub struct MySql {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
}

impl MySql {
    /// MySql at `version`, or at the newest that is supported.
    pub fn mysql(version: Option<ServerVersion>) -> Self {
        MySql { engine: Engine::MySql, version: version.unwrap_or(ServerVersion::new(9, 0, 0)) }
    }
    /// MariaDb at `version`, or at the newest that is supported.
    pub fn mariadb(version: Option<ServerVersion>) -> Self {
        MySql { engine: Engine::MariaDb, version: version.unwrap_or(ServerVersion::new(12, 0, 0)) }
    }
}
