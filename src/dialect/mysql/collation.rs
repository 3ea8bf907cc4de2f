//! Which collation a column has: its own, or what it inherits (MySQL manual, 10.3 "Specifying Character Sets and
//! Collations").

use crate::diff::TableIn;
use crate::model::{BINARY_COLLATION, Column, Engine, Extras, MySqlTable, TypeKind};

use super::MySql;

/// How a column or table sorts and encodes text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effective {
    /// By this collation.
    Collation(String),
    /// By the default collation of this character set.
    DefaultOf(String),
    /// By what the database has, which the source does not know.
    Inherited,
}

/// What holds for a column, after inheritance from its table and database.
pub(super) fn of_column(column: &Column, place: TableIn<'_>) -> Effective {
    match (&column.collation, &column.charset) {
        (Some(collation), _) => Effective::Collation(spelled(collation.as_str())),
        (None, Some(charset)) => Effective::DefaultOf(spelled(charset.as_str())),
        (None, None) => of_table(place),
    }
}

/// What holds for a table's new columns.
pub(super) fn of_table(place: TableIn<'_>) -> Effective {
    let explicit = extras(place).and_then(|extras| match (&extras.collation, &extras.charset) {
        (Some(collation), _) => Some(Effective::Collation(spelled(collation.as_str()))),
        (None, Some(charset)) => Some(Effective::DefaultOf(spelled(charset.as_str()))),
        (None, None) => None,
    });
    explicit.unwrap_or_else(|| of_database(place))
}

/// What holds for the database's new tables.
pub(super) fn of_database(place: TableIn<'_>) -> Effective {
    match &place.database.default_collation {
        Some(collation) => Effective::Collation(spelled(collation.as_str())),
        None => Effective::Inherited,
    }
}

fn extras(place: TableIn<'_>) -> Option<&MySqlTable> {
    match &place.table.extras {
        Extras::MySql(extras) => Some(extras),
        Extras::Postgres(_) | Extras::Sqlite(_) => None,
    }
}

/// `utf8` is another name of `utf8mb3`.
fn spelled(name: &str) -> String {
    let name = name.to_lowercase();
    match name.strip_prefix("utf8").filter(|rest| rest.is_empty() || rest.starts_with('_')) {
        Some(rest) => format!("utf8mb3{rest}"),
        None => name,
    }
}

/// Whether both mean the same. `None` where one side inherits what the source does not know.
pub(super) fn same(dialect: &MySql, one: &Effective, other: &Effective) -> Option<bool> {
    match (one, other) {
        (Effective::Inherited, Effective::Inherited) => Some(true),
        (Effective::Inherited, _) | (_, Effective::Inherited) => None,
        (Effective::Collation(bin), Effective::Collation(other))
        | (Effective::Collation(other), Effective::Collation(bin))
            if bin == BINARY_COLLATION =>
        {
            Some(other.ends_with(bin.as_str()))
        }
        // Without the character set that its place has.
        (Effective::Collation(short), Effective::Collation(full))
        | (Effective::Collation(full), Effective::Collation(short))
            if is_short(short) && !is_short(full) =>
        {
            Some(full.split_once('_').is_some_and(|(_, rest)| rest == short))
        }
        (Effective::Collation(one), Effective::Collation(other)) => Some(one == other),
        (Effective::DefaultOf(one), Effective::DefaultOf(other)) => Some(one == other),
        (Effective::Collation(collation), Effective::DefaultOf(charset))
        | (Effective::DefaultOf(charset), Effective::Collation(collation)) => {
            Some(defaults(dialect, charset).contains(collation))
        }
    }
}

/// Whether a collation serves several character sets and is named without one.
pub(super) fn is_short(name: &str) -> bool {
    name.starts_with("uca1400_")
}

/// The collations that a character set may have as its default, from release to release.
fn defaults(dialect: &MySql, charset: &str) -> Vec<String> {
    let names: &[&str] = match (charset, dialect.engine) {
        ("binary", _) => return vec!["binary".into()],
        ("utf8mb4", Engine::MySql) => &["0900_ai_ci"],
        ("utf8mb4" | "utf8mb3" | "ucs2" | "utf16" | "utf32", Engine::MariaDb) => &["general_ci", "uca1400_ai_ci"],
        ("latin1", _) => &["swedish_ci"],
        ("gb18030" | "gbk" | "gb2312" | "euckr", _) => &["chinese_ci", "korean_ci"],
        ("big5", _) => &["chinese_ci"],
        ("sjis" | "ujis" | "cp932" | "eucjpms", _) => &["japanese_ci"],
        ("tis620", _) => &["thai_ci"],
        ("swe7", _) => &["swedish_ci"],
        ("dec8", _) => &["swedish_ci"],
        ("hp8", _) => &["english_ci"],
        _ => &["general_ci"],
    };
    names.iter().map(|name| format!("{charset}_{name}")).collect()
}

/// Whether values of a type have a collation at all. MariaDB's `json` always has its own.
pub(super) fn applies(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Builtin { name, .. } => {
            matches!(name.as_str(), "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext")
        }
        TypeKind::Values { .. } => true,
        TypeKind::Array(_) | TypeKind::User { .. } => false,
    }
}
