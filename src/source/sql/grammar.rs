//! What the DDL of each engine allows, as named facts, so that the reader itself never asks which engine it reads.

use crate::model::{Engine, Extras, MySqlTable, PostgresTable, SqliteTable};

/// The grammar and the habits of one engine's DDL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar {
    engine: Engine,
    /// A string may stand where a name is expected (SQLite, for compatibility).
    pub strings_as_names: bool,
    /// Names may begin with a digit (MySQL).
    pub digit_names: bool,
    /// `KEY`, `INDEX`, `FULLTEXT` begin an index inside CREATE TABLE (MySQL); elsewhere they may be columns.
    pub inline_indexes: bool,
    /// A UNIQUE constraint is a unique index (MySQL).
    pub unique_is_index: bool,
    /// `RESTRICT` and `NO ACTION` are the same (MySQL).
    pub restrict_is_no_action: bool,
    /// An index key that is not in parentheses is a column with a prefix length (MySQL).
    pub prefix_lengths: bool,
    /// An index key may be any expression without parentheses (SQLite).
    pub free_index_keys: bool,
    /// A column may have no type (SQLite).
    pub untyped_columns: bool,
    /// A CHECK inside a column definition bears the column's name (MariaDB).
    pub check_named_after_column: bool,
    /// A text's type may say its character set: `NATIONAL`, `ASCII`, `UNICODE`, `BINARY` (MySQL).
    pub text_attributes: bool,
    /// A column has options that the model holds, since a new definition of the column takes them away (MySQL).
    pub column_options: bool,
    /// `serial` is an integer with a sequence (PostgreSQL).
    pub serial_sequences: bool,
    /// `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE` (MySQL).
    pub serial_alias: bool,
    /// Unqualified names are looked up along a search path (PostgreSQL).
    pub search_path: bool,
    /// Keys may be of periods: `WITHOUT OVERLAPS` and `PERIOD column` (PostgreSQL 18).
    pub period_keys: bool,
    /// The last part of a qualified name's schema that means "here": SQLite's `main`.
    pub main_schema: Option<&'static str>,
    /// The beginning of the names of tables that the engine keeps for itself.
    pub reserved_prefix: Option<&'static str>,
    /// The largest value of a sequence (MariaDB keeps one number back).
    pub sequence_max: i64,
    /// The implied CACHE of a sequence.
    pub sequence_cache: i64,
}

impl Grammar {
    pub fn of(engine: Engine) -> Self {
        let plain = Grammar {
            engine,
            strings_as_names: false,
            digit_names: false,
            inline_indexes: false,
            unique_is_index: false,
            restrict_is_no_action: false,
            prefix_lengths: false,
            free_index_keys: false,
            untyped_columns: false,
            check_named_after_column: false,
            text_attributes: false,
            column_options: false,
            serial_sequences: false,
            serial_alias: false,
            search_path: false,
            period_keys: false,
            main_schema: None,
            reserved_prefix: None,
            sequence_max: i64::MAX,
            sequence_cache: 1,
        };
        let mysql = Grammar {
            digit_names: true,
            inline_indexes: true,
            unique_is_index: true,
            restrict_is_no_action: true,
            prefix_lengths: true,
            text_attributes: true,
            column_options: true,
            serial_alias: true,
            sequence_max: i64::MAX - 1,
            sequence_cache: 1000,
            ..plain
        };
        match engine {
            Engine::Postgres => Grammar { serial_sequences: true, search_path: true, period_keys: true, ..plain },
            Engine::MySql => mysql,
            Engine::MariaDb => Grammar { check_named_after_column: true, ..mysql },
            Engine::Sqlite => Grammar {
                strings_as_names: true,
                free_index_keys: true,
                untyped_columns: true,
                main_schema: Some("main"),
                reserved_prefix: Some("sqlite_"),
                ..plain
            },
        }
    }

    /// The engine's own attributes of a new table.
    pub fn extras(&self) -> Extras {
        match self.engine {
            Engine::Postgres => Extras::Postgres(PostgresTable::default()),
            Engine::MySql | Engine::MariaDb => {
                Extras::MySql(MySqlTable { options: Some(Vec::new()), ..MySqlTable::default() })
            }
            Engine::Sqlite => Extras::Sqlite(SqliteTable::default()),
        }
    }
}
