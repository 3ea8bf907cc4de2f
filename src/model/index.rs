//! Indexes.

use serde::{Deserialize, Serialize};

use super::{Expr, Fact, Name};

/// An index that stands by itself; the index behind a primary key, unique or exclusion constraint belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Index {
    /// The index's name. An unnamed one is given the name that its engine would choose.
    pub name: Name,
    /// Whether the declaration chose that name.
    pub name_is_implied: bool,
    /// Whether the engine adds the index by itself, behind a foreign key, and only while no other index serves
    /// (MySQL, InnoDB). Set by declared sources; a catalog cannot tell.
    #[serde(default)]
    pub automatic: bool,
    /// UNIQUE.
    #[serde(default)]
    pub unique: bool,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    #[serde(default)]
    pub nulls_not_distinct: bool,
    /// Ordinary, FULLTEXT or SPATIAL.
    #[serde(default)]
    pub kind: IndexKind,
    /// The access method in lower case; `None` means the engine's default.
    pub method: Option<String>,
    /// The keys in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// The WHERE condition of a partial index.
    pub predicate: Fact<Option<Expr>>,
    /// Storage parameters (`WITH (…)`) and MySQL's `WITH PARSER`, `KEY_BLOCK_SIZE`: name and value, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, String)>,
    /// MySQL's `INVISIBLE`, MariaDB's `IGNORED`.
    #[serde(default)]
    pub invisible: bool,
    /// False for an index that PostgreSQL marks invalid after a failed `CREATE INDEX CONCURRENTLY`.
    pub valid: bool,
    /// The index's comment.
    pub comment: Option<String>,
}

impl Index {
    /// A plain index on columns.
    pub fn on_columns(name: Name, columns: impl IntoIterator<Item = Name>) -> Self {
        Index {
            name,
            name_is_implied: false,
            automatic: false,
            unique: false,
            nulls_not_distinct: false,
            kind: IndexKind::Ordinary,
            method: None,
            keys: columns.into_iter().map(IndexKey::column).collect(),
            include: Vec::new(),
            predicate: Fact::Known(None),
            options: Vec::new(),
            invisible: false,
            valid: true,
            comment: None,
        }
    }
}

/// What an index is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    /// An ordinary index.
    #[default]
    Ordinary,
    /// MySQL's `FULLTEXT`.
    Fulltext,
    /// MySQL's `SPATIAL`.
    Spatial,
}

/// One key of an index.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndexKey {
    /// The column or expression.
    pub target: IndexTarget,
    /// DESC.
    #[serde(default)]
    pub descending: bool,
    /// Where NULLs sort, where it is not what the direction implies.
    pub nulls: Option<NullsOrder>,
    /// An explicit collation.
    pub collation: Option<Name>,
    /// An operator class with its parameters, where it is not the type's default.
    pub opclass: Option<String>,
    /// The operator class that the engine chose where none is named, if a catalog told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_opclass: Option<Name>,
    /// The prefix length (MySQL): characters for text, bytes for binary.
    pub prefix_length: Option<u32>,
}

impl IndexKey {
    /// A key that is a column, ascending.
    pub fn column(name: Name) -> Self {
        IndexKey::on(IndexTarget::Column(name))
    }

    /// A key that is an expression, ascending.
    pub fn expr(expr: impl Into<Fact<Expr>>) -> Self {
        IndexKey::on(IndexTarget::Expr(expr.into()))
    }

    fn on(target: IndexTarget) -> Self {
        IndexKey {
            target,
            descending: false,
            nulls: None,
            collation: None,
            opclass: None,
            implied_opclass: None,
            prefix_length: None,
        }
    }
}

/// What an index key sorts by.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexTarget {
    /// A column.
    Column(Name),
    /// An expression, without surrounding parentheses.
    Expr(Fact<Expr>),
}

/// Where NULLs sort, when it is the opposite of what the direction implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NullsOrder {
    /// NULLS FIRST on an ascending key.
    First,
    /// NULLS LAST on a descending key.
    Last,
}
