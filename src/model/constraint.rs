//! Table constraints.

use serde::{Deserialize, Serialize};

use super::{Expr, Fact, Name, RelationName};

/// The name of a constraint, and whether anybody chose it.
///
/// A name that the engine invents is no promise of the declaration, so it is not compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintName {
    /// The declaration names it, or the catalog does.
    Explicit(Name),
    /// The declaration leaves it to the engine, which would choose this one.
    Implied(Name),
    /// The engine keeps no name (SQLite), or none can be foretold.
    None,
}

impl ConstraintName {
    /// The name by which the engine knows it, if any.
    pub fn name(&self) -> Option<&Name> {
        match self {
            ConstraintName::Explicit(name) | ConstraintName::Implied(name) => Some(name),
            ConstraintName::None => None,
        }
    }

    /// The name, if the declaration chose it.
    pub fn explicit(&self) -> Option<&Name> {
        match self {
            ConstraintName::Explicit(name) => Some(name),
            ConstraintName::Implied(_) | ConstraintName::None => None,
        }
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// `NOT DEFERRABLE`, the default.
    #[default]
    NotDeferrable,
    /// `DEFERRABLE INITIALLY IMMEDIATE`.
    InitiallyImmediate,
    /// `DEFERRABLE INITIALLY DEFERRED`.
    InitiallyDeferred,
}

/// PRIMARY KEY.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PrimaryKey {
    /// The constraint's name.
    pub name: ConstraintName,
    /// The key columns in order.
    pub columns: Vec<Name>,
    /// `WITHOUT OVERLAPS` behind the last column (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_overlaps: bool,
    /// Prefix lengths in characters or bytes, by position (MySQL); empty where no column has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefix_lengths: Vec<Option<u32>>,
    /// `INCLUDE` columns (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// When it is checked.
    #[serde(default)]
    pub deferrability: Deferrability,
    /// The columns that sort downwards (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub descending: Vec<Name>,
    /// The comment of its index (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else MySQL and MariaDB say of its index: name and value, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, String)>,
}

impl PrimaryKey {
    /// A key on columns and nothing else.
    pub fn new(name: ConstraintName, columns: Vec<Name>) -> Self {
        PrimaryKey {
            name,
            columns,
            without_overlaps: false,
            prefix_lengths: Vec::new(),
            include: Vec::new(),
            deferrability: Deferrability::default(),
            descending: Vec::new(),
            comment: None,
            options: Vec::new(),
        }
    }
}

/// UNIQUE as a constraint. On MySQL and MariaDB, where a unique constraint and a unique index are one thing, it is
/// kept as a unique [`super::Index`] instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UniqueConstraint {
    /// The constraint's name.
    pub name: ConstraintName,
    /// The columns in order.
    pub columns: Vec<Name>,
    /// `WITHOUT OVERLAPS` behind the last column (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_overlaps: bool,
    /// `INCLUDE` columns (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    #[serde(default)]
    pub nulls_not_distinct: bool,
    /// When it is checked.
    #[serde(default)]
    pub deferrability: Deferrability,
}

/// What happens to the referencing row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// `NO ACTION`, the default. MySQL's `RESTRICT` is the same thing there and is read as this.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

impl ReferentialAction {
    /// The SQL keyword.
    pub fn sql(self) -> &'static str {
        match self {
            ReferentialAction::NoAction => "NO ACTION",
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        }
    }
}

/// The MATCH type of a foreign key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchType {
    /// `MATCH SIMPLE`, the default.
    #[default]
    Simple,
    /// `MATCH FULL`.
    Full,
    /// `MATCH PARTIAL`, which no engine implements but some store.
    Partial,
}

/// FOREIGN KEY.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: ConstraintName,
    /// The referencing columns in order.
    pub columns: Vec<Name>,
    /// The table referred to.
    pub references: RelationName,
    /// The columns referred to; empty means the primary key of that table.
    pub referenced_columns: Vec<Name>,
    /// `PERIOD` before the last column of both sides (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub period: bool,
    /// ON DELETE.
    #[serde(default)]
    pub on_delete: ReferentialAction,
    /// The columns of `SET NULL (…)` and `SET DEFAULT (…)` (PostgreSQL 15); empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_columns: Vec<Name>,
    /// ON UPDATE.
    #[serde(default)]
    pub on_update: ReferentialAction,
    /// MATCH.
    #[serde(default)]
    pub match_type: MatchType,
    /// When it is checked.
    #[serde(default)]
    pub deferrability: Deferrability,
    /// False for PostgreSQL's `NOT VALID`; true where it is not enforced, when it never is validated.
    pub validated: bool,
    /// False for `NOT ENFORCED` (PostgreSQL 18).
    #[serde(default = "enforced")]
    pub enforced: bool,
}

/// What every foreign key was before there were others.
fn enforced() -> bool {
    true
}

/// CHECK.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CheckConstraint {
    /// The constraint's name.
    pub name: ConstraintName,
    /// The condition, without the surrounding parentheses.
    pub expr: Fact<Expr>,
    /// PostgreSQL's `NO INHERIT`.
    #[serde(default)]
    pub no_inherit: bool,
    /// False for PostgreSQL's `NOT VALID`; true where it is not enforced, when it never is validated.
    pub validated: bool,
    /// False for `NOT ENFORCED` (MySQL 8.0.16, PostgreSQL 18).
    pub enforced: bool,
    /// The column in whose definition it stands, where the engine keeps it there: MariaDB, whose MODIFY gives it, takes
    /// it away and is the only way to do either (MariaDB, "CONSTRAINT", "CHECK Constraints").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_column: Option<Name>,
}

impl CheckConstraint {
    /// A check with this condition and nothing else.
    pub fn new(name: ConstraintName, expr: Fact<Expr>) -> Self {
        CheckConstraint { name, expr, no_inherit: false, validated: true, enforced: true, of_column: None }
    }
}

/// EXCLUDE (PostgreSQL).
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExclusionConstraint {
    /// The constraint's name.
    pub name: ConstraintName,
    /// The index method, such as `gist`.
    pub method: String,
    /// The elements and their operators.
    pub elements: Vec<ExclusionElement>,
    /// The WHERE condition.
    pub predicate: Option<Expr>,
    /// When it is checked.
    #[serde(default)]
    pub deferrability: Deferrability,
}

/// One element of an exclusion constraint.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExclusionElement {
    /// The column or expression with its collation, operator class and order.
    pub key: super::IndexKey,
    /// The operator that must not hold, such as `&&`.
    pub operator: String,
}

/// Any one constraint, where a plan has to carry one.
#[derive(Clone, Debug)]
pub enum Constraint {
    /// PRIMARY KEY.
    PrimaryKey(PrimaryKey),
    /// UNIQUE.
    Unique(UniqueConstraint),
    /// FOREIGN KEY.
    ForeignKey(ForeignKey),
    /// CHECK.
    Check(CheckConstraint),
    /// EXCLUDE.
    Exclusion(ExclusionConstraint),
}

impl Constraint {
    /// The constraint under another name.
    #[must_use]
    pub fn named(mut self, name: ConstraintName) -> Self {
        match &mut self {
            Constraint::PrimaryKey(constraint) => constraint.name = name,
            Constraint::Unique(constraint) => constraint.name = name,
            Constraint::ForeignKey(constraint) => constraint.name = name,
            Constraint::Check(constraint) => constraint.name = name,
            Constraint::Exclusion(constraint) => constraint.name = name,
        }
        self
    }

    /// The constraint's name.
    pub fn name(&self) -> &ConstraintName {
        match self {
            Constraint::PrimaryKey(constraint) => &constraint.name,
            Constraint::Unique(constraint) => &constraint.name,
            Constraint::ForeignKey(constraint) => &constraint.name,
            Constraint::Check(constraint) => &constraint.name,
            Constraint::Exclusion(constraint) => &constraint.name,
        }
    }
}
