//! Which database engine a schema belongs to, and at which version.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A database engine. MySQL and MariaDB share a dialect folder; what differs between them is told by this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL 12 and later.
    Postgres,
    /// MySQL 8 and later.
    MySql,
    /// MariaDB 10.5 and later.
    MariaDb,
    /// SQLite 3.35 and later.
    Sqlite,
}

impl Engine {
    /// Every engine, in the order of the documentation.
    pub const ALL: [Engine; 4] = [Engine::Postgres, Engine::MySql, Engine::MariaDb, Engine::Sqlite];

    /// The name that `--dialect` and `drift.toml` use.
    pub fn key(self) -> &'static str {
        match self {
            Engine::Postgres => "postgres",
            Engine::MySql => "mysql",
            Engine::MariaDb => "mariadb",
            Engine::Sqlite => "sqlite",
        }
    }

    /// Whether the schemas of both follow the same rules, so that they can be compared: MySQL and MariaDB share theirs.
    pub fn shares_rules_with(self, other: Engine) -> bool {
        let family = |engine| match engine {
            Engine::MySql | Engine::MariaDb => Engine::MySql,
            Engine::Postgres | Engine::Sqlite => engine,
        };
        family(self) == family(other)
    }

    /// The engine that a user names, with the spellings that SQLAlchemy and the vendors use.
    pub fn from_key(key: &str) -> Option<Engine> {
        match key.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "pg" => Some(Engine::Postgres),
            "mysql" => Some(Engine::MySql),
            "mariadb" => Some(Engine::MariaDb),
            "sqlite" | "sqlite3" => Some(Engine::Sqlite),
            _ => None,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Engine::Postgres => "PostgreSQL",
            Engine::MySql => "MySQL",
            Engine::MariaDb => "MariaDB",
            Engine::Sqlite => "SQLite",
        })
    }
}

/// Whether the case of letters tells relations apart: `Users` from `users`. MySQL and MariaDB decide it by
/// `lower_case_table_names`, which is 0 by default on Linux, 1 on Windows and 2 on macOS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// It does, or the engine's own rules for quoted and unquoted names say so.
    #[default]
    Counts,
    /// It does not: the server keeps names in small letters (1), or as they were written (2).
    Ignored,
}

impl LetterCase {
    /// Whether it is what is assumed where nothing was said.
    pub fn counts(&self) -> bool {
        *self == LetterCase::Counts
    }
}

/// A server's version: PostgreSQL 15.4 is `15.4.0`, MariaDB 10.11.6 is `10.11.6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ServerVersion {
    /// The first number.
    pub major: u32,
    /// The second number, 0 where absent.
    pub minor: u32,
    /// The third number, 0 where absent.
    pub patch: u32,
}

impl ServerVersion {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        ServerVersion { major, minor, patch }
    }

    /// Reads the leading numbers of texts such as `15.4 (Debian 15.4-1)` or `10.11.6-MariaDB-log`.
    pub fn parse(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut numbers = text[..end].split('.').filter_map(|part| part.parse().ok());
        Some(ServerVersion::new(numbers.next()?, numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_servers_say() {
        assert_eq!(ServerVersion::parse("15.4 (Debian 15.4-1)"), Some(ServerVersion::new(15, 4, 0)));
        assert_eq!(ServerVersion::parse("10.11.6-MariaDB-0+deb12u1"), Some(ServerVersion::new(10, 11, 6)));
        assert_eq!(ServerVersion::parse("unknown"), None);
    }
}
