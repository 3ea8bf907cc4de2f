//! The lexical rules of an engine's SQL, as a table of named facts: what quotes, what comments, what a client
//! program adds. Nothing here knows about statements.

use crate::model::Engine;

/// How an engine and its client program read characters. A script may change some of them (`SET sql_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `\'` inside `'…'` is an escape (MySQL; PostgreSQL with `standard_conforming_strings = off`).
    pub backslash_escapes: bool,
    /// `E'…'` has backslash escapes (PostgreSQL).
    pub escape_strings: bool,
    /// `"…"` is a string and no name (MySQL without ANSI_QUOTES).
    pub double_quoted_strings: bool,
    /// `` `…` `` is a name.
    pub backtick_names: bool,
    /// `[…]` is a name (SQLite).
    pub bracket_names: bool,
    /// `$tag$…$tag$` is a string (PostgreSQL).
    pub dollar_strings: bool,
    /// `/* /* */ */` nests (PostgreSQL).
    pub nested_comments: bool,
    /// `#` starts a comment, and `--` only does before white space (MySQL).
    pub hash_comments: bool,
    /// The version that decides whether the content of `/*!50100 … */` counts: the newest that is supported, where no
    /// server says which it is.
    pub conditional_version: Option<u32>,
    /// MariaDB: `/*M! … */` counts, and `/*!50700` to `/*!99999` do not.
    pub mariadb_comments: bool,
    /// `\command` lines of psql, and data after `COPY … FROM stdin`.
    pub psql_commands: bool,
    /// `.command` lines of the sqlite3 program.
    pub dot_commands: bool,
    /// `DELIMITER` and `source` of the mysql program.
    pub mysql_commands: bool,
    /// `BEGIN … END` bodies may hold semicolons without DELIMITER (SQLite's triggers, MySQL's routines).
    pub block_bodies: bool,
}

impl Rules {
    /// The rules of `engine` and its usual client.
    pub fn of(engine: Engine) -> Self {
        let plain = Rules {
            backslash_escapes: false,
            escape_strings: false,
            double_quoted_strings: false,
            backtick_names: false,
            bracket_names: false,
            dollar_strings: false,
            nested_comments: false,
            hash_comments: false,
            conditional_version: None,
            mariadb_comments: false,
            psql_commands: false,
            dot_commands: false,
            mysql_commands: false,
            block_bodies: true,
        };
        match engine {
            Engine::Postgres => Rules {
                escape_strings: true,
                dollar_strings: true,
                nested_comments: true,
                psql_commands: true,
                block_bodies: false,
                ..plain
            },
            Engine::MySql => mysql(plain, 90_999, false),
            Engine::MariaDb => mysql(plain, 129_999, true),
            Engine::Sqlite => Rules { backtick_names: true, bracket_names: true, dot_commands: true, ..plain },
        }
    }

    /// The rules before a script changed any.
    pub fn usual(self) -> Self {
        Rules { backslash_escapes: self.mysql_commands, double_quoted_strings: self.mysql_commands, ..self }
    }

    /// Whether the content of a conditional comment with this version number counts as SQL; `is_mariadb` is one that
    /// begins with `/*M!`. <https://mariadb.com/kb/en/comment-syntax/>
    pub(super) fn conditional_counts(&self, version: Option<u32>, is_mariadb: bool) -> bool {
        let (Some(own), Some(version)) = (self.conditional_version, version) else {
            return self.conditional_version.is_some();
        };
        let foreign = self.mariadb_comments && !is_mariadb && (50_700..=99_999).contains(&version);
        version <= own && !foreign
    }
}

fn mysql(plain: Rules, version: u32, mariadb: bool) -> Rules {
    Rules {
        backslash_escapes: true,
        double_quoted_strings: true,
        backtick_names: true,
        hash_comments: true,
        conditional_version: Some(version),
        mariadb_comments: mariadb,
        mysql_commands: true,
        ..plain
    }
}
