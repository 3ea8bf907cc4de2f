//! Which server it is, and what that version can do. Each was tried on servers of the versions that `docs/` names.

use crate::model::{Engine, LetterCase, ServerVersion};
use crate::sql::Rules;
use crate::sql::canon::Lowered;

/// MySQL or MariaDB at one version.
#[derive(Debug)]
pub struct MySql {
    pub(super) engine: Engine,
    pub(super) version: ServerVersion,
    /// Whether a server said so.
    is_told: bool,
    /// Its `lower_case_table_names`.
    pub(super) letter_case: LetterCase,
    pub(super) lowered: Lowered,
}

/// The lexical rules of the server. Without a server every comment for versions of the engine counts.
pub(super) fn rules(server: &MySql) -> Rules {
    let rules = Rules::of(server.engine);
    let ServerVersion { major, minor, patch } = server.version;
    match server.is_told {
        true => Rules { conditional_version: Some(major * 10_000 + minor * 100 + patch), ..rules },
        false => rules,
    }
}

impl MySql {
    /// MySQL at `version`, or at the newest that is supported.
    pub fn for_mysql(version: Option<ServerVersion>) -> Self {
        let is_told = version.is_some();
        let version = version.unwrap_or(ServerVersion::new(9, 0, 0));
        MySql {
            engine: Engine::MySql,
            version,
            is_told,
            letter_case: LetterCase::default(),
            lowered: Lowered::default(),
        }
    }

    /// MariaDB at `version`, or at the newest that is supported.
    pub fn for_mariadb(version: Option<ServerVersion>) -> Self {
        let is_told = version.is_some();
        let version = version.unwrap_or(ServerVersion::new(12, 0, 0));
        MySql {
            engine: Engine::MariaDb,
            version,
            is_told,
            letter_case: LetterCase::default(),
            lowered: Lowered::default(),
        }
    }

    /// The same with another `lower_case_table_names`.
    #[must_use]
    pub fn with(self, letter_case: LetterCase) -> Self {
        MySql { letter_case, ..self }
    }

    /// A server of this engine at `version`.
    pub fn new(engine: Engine, version: Option<ServerVersion>) -> Self {
        match engine {
            Engine::MariaDb => MySql::for_mariadb(version),
            Engine::MySql | Engine::Postgres | Engine::Sqlite => MySql::for_mysql(version),
        }
    }

    fn is_mysql_since(&self, version: ServerVersion) -> bool {
        self.engine == Engine::MySql && self.version >= version
    }

    fn is_mariadb_since(&self, version: ServerVersion) -> bool {
        self.engine == Engine::MariaDb && self.version >= version
    }

    /// Whether there is a type for UUIDs.
    pub(super) fn has_uuids(&self) -> bool {
        self.is_mariadb_since(ServerVersion::new(10, 7, 0))
    }

    /// Whether the server keeps checks; MySQL before 8.0.16 reads over them.
    pub fn keeps_checks(&self) -> bool {
        self.engine == Engine::MariaDb || self.is_mysql_since(ServerVersion::new(8, 0, 16))
    }

    /// Whether the key of an index may be an expression.
    pub fn has_functional_keys(&self) -> bool {
        self.is_mysql_since(ServerVersion::new(8, 0, 13))
    }

    /// Whether an index sorts by DESC; MariaDB before 10.8 reads over it.
    pub(super) fn has_descending_keys(&self) -> bool {
        self.engine == Engine::MySql || self.is_mariadb_since(ServerVersion::new(10, 8, 1))
    }

    /// Whether indexes may be INVISIBLE, which MariaDB calls IGNORED.
    pub fn has_hidden_indexes(&self) -> bool {
        self.engine == Engine::MySql || self.is_mariadb_since(ServerVersion::new(10, 6, 0))
    }

    /// Whether one collation serves several character sets, each under a name of its own (`uca1400_ai_ci`).
    pub fn shares_collations(&self) -> bool {
        self.is_mariadb_since(ServerVersion::new(10, 10, 1))
    }

    /// Whether a spatial column may be bound to one SRID. MariaDB takes REF_SYSTEM_ID and enforces nothing.
    pub fn has_spatial_references(&self) -> bool {
        self.engine == Engine::MySql
    }

    /// Whether `DEFAULT CHARACTER SET = DEFAULT` brings a table back to what its database has.
    pub(super) fn has_default_charset_keyword(&self) -> bool {
        self.engine == Engine::MariaDb
    }

    /// Whether `REFERENCES` inside a column definition counts: MariaDB since 10.5, MySQL since 9.0.
    pub(super) fn has_inline_references(&self) -> bool {
        self.engine == Engine::MariaDb || self.version.major >= 9
    }

    /// Whether a NOT NULL column with ON UPDATE and without a default gets the zero date as its default: MariaDB's.
    pub(super) fn defaults_to_zero_where_updated(&self) -> bool {
        self.engine == Engine::MariaDb
    }

    /// Whether an index with DESC serves a foreign key as well: only MariaDB's (measured on 10.11 and MySQL 9.7).
    pub(super) fn serves_keys_downwards(&self) -> bool {
        self.engine == Engine::MariaDb
    }

    /// Whether the server may give a table without a primary key an invisible one.
    pub fn makes_primary_keys(&self) -> bool {
        self.is_mysql_since(ServerVersion::new(8, 0, 30))
    }

    /// Whether the catalog keeps the hexadecimal digits of a binary default only up to the first zero byte.
    pub fn cuts_binary_defaults(&self) -> bool {
        self.engine == Engine::MySql
    }

    /// The name of the `number`th unnamed check of a table.
    pub(super) fn check_name(&self, table: &str, number: usize) -> String {
        if self.engine == Engine::MariaDb { format!("CONSTRAINT_{number}") } else { format!("{table}_chk_{number}") }
    }
}
