//! The engines: each folder implements, under the same file names, the traits that the stages own.
//!
//! A dialect is pure: it must not read files or talk to a server.

use crate::diff::Compare;
use crate::model::{Engine, LetterCase, ServerVersion};
use crate::plan::Planner;
use crate::sql::Syntax;

mod expression;
pub mod mysql;
pub mod postgres;
pub mod sqlite;
mod view;

#[cfg(test)]
mod portable_types;

/// Everything that the stages ask of an engine.
pub trait Dialect: Syntax + Compare + Planner + Send + Sync {}

impl<T: Syntax + Compare + Planner + Send + Sync> Dialect for T {}

/// The dialect of `engine` at `version`; without a version, at the newest that is supported.
pub fn dialect(engine: Engine, version: Option<ServerVersion>) -> Box<dyn Dialect> {
    dialect_where(engine, version, LetterCase::default())
}

/// The dialect of a server that tells relations apart as `letter_case` says.
pub fn dialect_where(engine: Engine, version: Option<ServerVersion>, letter_case: LetterCase) -> Box<dyn Dialect> {
    match engine {
        Engine::Postgres => Box::new(postgres::Postgres::new(version)),
        Engine::MySql => Box::new(mysql::MySql::for_mysql(version).with(letter_case)),
        Engine::MariaDb => Box::new(mysql::MySql::for_mariadb(version).with(letter_case)),
        Engine::Sqlite => Box::new(sqlite::Sqlite::new(version)),
    }
}
