//! Which server it is, and what that version can do.

use crate::model::{Engine, ServerVersion};

/// MySQL or MariaDB at one version.
#[derive(Clone, Copy, Debug)]
pub struct MySql {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
}

impl MySql {
    /// MySQL at `version`, or at the newest that is supported.
    pub fn for_mysql(version: Option<ServerVersion>) -> Self {
        MySql { engine: Engine::MySql, version: version.unwrap_or(ServerVersion::new(9, 0, 0)) }
    }

    /// MariaDB at `version`, or at the newest that is supported.
    pub fn for_mariadb(version: Option<ServerVersion>) -> Self {
        MySql { engine: Engine::MariaDb, version: version.unwrap_or(ServerVersion::new(12, 0, 0)) }
    }

    /// Whether `REFERENCES` inside a column definition counts: MariaDB since 10.5, MySQL since 9.0.
    pub(super) fn has_inline_references(&self) -> bool {
        self.engine == Engine::MariaDb || self.version.major >= 9
    }

    /// Whether a NOT NULL column with ON UPDATE and without a default gets the zero date as its default: MariaDB's.
    pub(super) fn defaults_to_zero_where_updated(&self) -> bool {
        self.engine == Engine::MariaDb
    }

    /// The name of the `number`th unnamed check of a table.
    pub(super) fn check_name(&self, table: &str, number: usize) -> String {
        if self.engine == Engine::MariaDb { format!("CONSTRAINT_{number}") } else { format!("{table}_chk_{number}") }
    }
}
