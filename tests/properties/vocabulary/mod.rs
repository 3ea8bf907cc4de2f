//! What an engine offers: the words from which random schemas are made. Where a list of spellings holds several, the
//! engine takes them for the same, and the two sides of a comparison are written in different ones.

mod mariadb;
mod mysql;
mod postgres;
mod sqlite;

use drift::model::Engine;

use crate::schema::{Family, Spellings, Type};

/// The words of one engine. The first of a list is the plainest, since that is where shrinking leads.
pub struct Vocabulary {
    pub engine: Engine,
    pub table_names: &'static [&'static str],
    pub column_names: &'static [&'static str],
    pub types: &'static [Type],
    /// Conditions on one column, for checks and predicates.
    pub conditions: &'static [(Family, Spellings)],
    /// Conditions on two columns of one type.
    pub pair_conditions: &'static [(Family, Spellings)],
    /// The family of the column read, the type of the generated one, and the expression.
    pub generated: &'static [(Family, &'static str, Spellings)],
    /// Whether generated columns may be stored and may be virtual.
    pub storages: &'static [bool],
    /// Expressions that an index may stand on.
    pub expressions: &'static [(Family, Spellings)],
    pub counters: &'static [Spellings],
    /// With the types that they fit.
    pub collations: &'static [Spellings],
    pub on_updates: &'static [Spellings],
    pub invisible: bool,
    pub column_comments: &'static [&'static str],
    pub table_comments: &'static [&'static str],
    pub index_comments: &'static [&'static str],
    pub key_suffixes: &'static [Spellings],
    pub unique_prefixes: &'static [Spellings],
    pub unique_suffixes: &'static [Spellings],
    pub check_suffixes: &'static [Spellings],
    pub on_delete: &'static [Spellings],
    pub on_update: &'static [Spellings],
    pub matching: &'static [Spellings],
    pub deferrable: &'static [Spellings],
    /// FULLTEXT and the like, with the family that it takes.
    pub index_kinds: &'static [(Family, &'static str)],
    /// Methods beside the usual one, with the family that they take, on a single plain column.
    pub methods: &'static [(Option<Family>, Spellings)],
    /// What may stand behind a key of an index: of any family, or of one.
    pub key_words: &'static [(Option<Family>, Spellings)],
    pub include: bool,
    pub partial: bool,
    /// For unique indexes alone, or for all.
    pub index_options: &'static [(bool, Spellings)],
    pub ignored_indexes: bool,
    /// The code of the finding and the choices.
    pub table_options: &'static [(&'static str, &'static [Spellings])],
    pub labels: &'static [&'static str],
    pub domains: &'static [Spellings],
    pub sequences: &'static [Spellings],
    pub view_queries: &'static [Spellings],
    pub materialized: bool,
}

/// The words of `engine`.
pub fn vocabulary(engine: Engine) -> &'static Vocabulary {
    match engine {
        Engine::Postgres => &postgres::VOCABULARY,
        Engine::MariaDb => &mariadb::VOCABULARY,
        Engine::MySql => &mysql::VOCABULARY,
        Engine::Sqlite => &sqlite::VOCABULARY,
    }
}

impl Vocabulary {
    /// The type that is written so.
    pub fn ty(&self, written: &str) -> &'static Type {
        let found = self.types.iter().find(|ty| ty.spellings[0] == written);
        found.unwrap_or_else(|| panic!("the vocabulary has no type {written}"))
    }
}

/// Whether it is MySQL or what came of it.
pub fn is_mysql(engine: Engine) -> bool {
    matches!(engine, Engine::MySql | Engine::MariaDb)
}

/// A type; a shorthand for the tables of the engines.
const fn ty(
    spellings: Spellings,
    family: Family,
    keyed: bool,
    defaults: &'static [Spellings],
    samples: &'static [&'static str],
) -> Type {
    Type { spellings, family, keyed, defaults, samples }
}

/// The types that a STRICT table of SQLite may have.
pub fn sqlite_strict_types() -> &'static [&'static str] {
    sqlite::STRICT
}
