//! Where SQLAlchemy itself does one thing for one engine and another for the next: the only file of this reader that
//! asks which engine it is. These are rules of SQLAlchemy's compilers, not of the engines, so they have no place in
//! the dialect folders.

use crate::model::Engine;

/// How SQLAlchemy compiles an `Enum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EnumStyle {
    /// A type of its own (`CREATE TYPE`).
    Type,
    /// `ENUM('a', 'b')` in the column.
    Inline,
    /// `VARCHAR` as long as the longest value.
    Varchar,
}

/// How SQLAlchemy reads an element of a JSON column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonStyle {
    /// `column ->> 'key'`, cast to the type that is asked for.
    Arrows,
    /// `JSON_EXTRACT`, which answers SQL values.
    Extract,
    /// `JSON_EXTRACT` inside a CASE that makes JSON's null a NULL.
    Case,
}

/// How SQLAlchemy spells EXTRACT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extract {
    /// `EXTRACT(year FROM …)`.
    Function,
    /// `CAST(STRFTIME('%Y', …) AS INTEGER)`.
    Strftime,
}

/// How SQLAlchemy spells IS DISTINCT FROM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distinct {
    Words,
    /// `IS NOT`, which SQLite understands of any value.
    Is,
    /// MySQL's `<=>`.
    Spaceship,
}

/// How SQLAlchemy divides so that the fraction is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// The engine does so by itself.
    Plain,
    /// `a / CAST(b AS NUMERIC)`.
    Cast,
    /// `a / (b + 0.0)`.
    AddZero,
}

/// How SQLAlchemy spells what each engine has other words for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operators {
    /// Whether there is ILIKE; without it both sides are put into lower case.
    pub(super) ilike: bool,
    /// Whether texts are joined by `concat()`.
    pub(super) concat: bool,
    /// A match of a regular expression, and its opposite.
    pub(super) regexp: (&'static str, &'static str),
    pub(super) distinct: Distinct,
    pub(super) division: Division,
    pub(super) extract: Extract,
    /// Whether CAST takes MySQL's few types.
    pub(super) few_casts: bool,
    /// What `func.char_length` is called.
    pub(super) char_length: &'static str,
}

/// The rules of SQLAlchemy's compiler for one engine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// What `dialect.name` is when the application runs.
    pub(super) name: &'static str,
    /// The dialect names by which `with_variant`, `postgresql_where` and their like mean this engine.
    pub(super) names: &'static [&'static str],
    pub(super) enums: EnumStyle,
    pub(super) json: JsonStyle,
    pub(super) operators: Operators,
    /// Whether there is a boolean; without one, `create_constraint=True` adds a CHECK, and `true()` is `1`.
    pub(super) native_boolean: bool,
    pub(super) true_false: (&'static str, &'static str),
    pub(super) now: &'static str,
    /// Whether an integer primary key becomes `SERIAL`; otherwise AUTO_INCREMENT, unless neither.
    pub(super) serial: bool,
    /// Whether `Computed(...)` was STORED before SQLAlchemy left that to the engine.
    pub(super) computed_is_stored: bool,
    pub(super) auto_increment: bool,
    pub(super) identity: bool,
    pub(super) sequences: bool,
    /// Whether foreign keys can be added to a table that exists.
    pub(super) adds_foreign_keys: bool,
    /// Whether a foreign key into another schema is part of the DDL.
    pub(super) keys_across_schemas: bool,
    pub(super) comments: bool,
    /// The longest name that a naming convention may produce before it is cut.
    pub(super) max_name: usize,
    pub(super) arrays: bool,
    /// Whether `TIMESTAMP(timezone=True)` says so in its DDL.
    pub(super) time_zones: bool,
    /// Whether a unique constraint and a unique index are one thing, kept as an index.
    pub(super) uniques_are_indexes: bool,
}

/// The rules for `engine`.
pub(super) fn of(engine: Engine) -> Rules {
    match engine {
        Engine::Postgres => Rules {
            name: "postgresql",
            names: &["postgresql"],
            enums: EnumStyle::Type,
            json: JsonStyle::Arrows,
            operators: Operators {
                ilike: true,
                concat: false,
                regexp: ("~", "!~"),
                distinct: Distinct::Words,
                division: Division::Cast,
                extract: Extract::Function,
                few_casts: false,
                char_length: "char_length",
            },
            native_boolean: true,
            true_false: ("true", "false"),
            now: "now()",
            serial: true,
            computed_is_stored: true,
            auto_increment: false,
            identity: true,
            sequences: true,
            adds_foreign_keys: true,
            keys_across_schemas: true,
            comments: true,
            max_name: 63,
            arrays: true,
            time_zones: true,
            uniques_are_indexes: false,
        },
        Engine::MySql => Rules {
            name: "mysql",
            names: &["mysql"],
            enums: EnumStyle::Inline,
            json: JsonStyle::Case,
            operators: Operators {
                ilike: false,
                concat: true,
                regexp: ("REGEXP", "NOT REGEXP"),
                distinct: Distinct::Spaceship,
                division: Division::Plain,
                extract: Extract::Function,
                few_casts: true,
                char_length: "char_length",
            },
            native_boolean: false,
            true_false: ("true", "false"),
            now: "now()",
            serial: false,
            computed_is_stored: false,
            auto_increment: true,
            identity: false,
            sequences: false,
            adds_foreign_keys: true,
            keys_across_schemas: true,
            comments: true,
            max_name: 64,
            arrays: false,
            time_zones: false,
            uniques_are_indexes: true,
        },
        // A URL of either kind may lead to a MariaDB server; both sorts of option are taken.
        Engine::MariaDb => Rules { names: &["mariadb", "mysql"], sequences: true, ..of(Engine::MySql) },
        Engine::Sqlite => Rules {
            name: "sqlite",
            names: &["sqlite"],
            enums: EnumStyle::Varchar,
            json: JsonStyle::Extract,
            operators: Operators {
                ilike: false,
                concat: false,
                regexp: ("REGEXP", "NOT REGEXP"),
                distinct: Distinct::Is,
                division: Division::AddZero,
                extract: Extract::Strftime,
                few_casts: false,
                char_length: "length",
            },
            native_boolean: false,
            true_false: ("1", "0"),
            now: "CURRENT_TIMESTAMP",
            serial: false,
            computed_is_stored: false,
            auto_increment: false,
            identity: false,
            sequences: false,
            adds_foreign_keys: false,
            keys_across_schemas: false,
            comments: false,
            max_name: usize::MAX,
            arrays: false,
            time_zones: false,
            uniques_are_indexes: false,
        },
    }
}
