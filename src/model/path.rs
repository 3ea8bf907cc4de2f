//! What an object is and where it stands, and which of its attributes is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Name, RelationName};

/// The kinds of object that a schema may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A schema (PostgreSQL's namespace).
    Schema,
    /// An enum type.
    Enum,
    /// A domain.
    Domain,
    /// A sequence.
    Sequence,
    /// A base table.
    Table,
    /// A column.
    Column,
    /// A primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclusion,
    /// An index.
    Index,
    /// A view or materialized view.
    View,
    /// A function or procedure.
    Routine,
    /// A trigger.
    Trigger,
    /// A row level security policy.
    Policy,
    /// An extension.
    Extension,
    /// A composite, range or base type.
    Type,
    /// An event (MySQL).
    Event,
    /// A privilege.
    Grant,
    /// Something that drift does not read: a publication, a rule, statistics, ...
    Other,
}

impl Kind {
    /// The word used in codes and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Schema => "schema",
            Kind::Enum => "enum",
            Kind::Domain => "domain",
            Kind::Sequence => "sequence",
            Kind::Table => "table",
            Kind::Column => "column",
            Kind::PrimaryKey => "primary_key",
            Kind::Unique => "unique",
            Kind::ForeignKey => "foreign_key",
            Kind::Check => "check",
            Kind::Exclusion => "exclusion",
            Kind::Index => "index",
            Kind::View => "view",
            Kind::Routine => "routine",
            Kind::Trigger => "trigger",
            Kind::Policy => "policy",
            Kind::Extension => "extension",
            Kind::Type => "type",
            Kind::Event => "event",
            Kind::Grant => "grant",
            Kind::Other => "other",
        }
    }

    /// The words that sentences use.
    pub fn words(self) -> &'static str {
        match self {
            Kind::PrimaryKey => "primary key",
            Kind::Unique => "unique constraint",
            Kind::ForeignKey => "foreign key",
            Kind::Check => "check constraint",
            Kind::Exclusion => "exclusion constraint",
            Kind::Enum => "enum type",
            other => other.key(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// An attribute of an object, as finding codes name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// A data type.
    Type,
    /// NULL or NOT NULL.
    Nullable,
    /// A DEFAULT expression.
    Default,
    /// The expression or storage of a generated column.
    Generated,
    /// Serial, identity, AUTO_INCREMENT.
    Identity,
    /// A collation or character set.
    Collation,
    /// ON UPDATE CURRENT_TIMESTAMP.
    OnUpdate,
    /// A comment.
    Comment,
    /// The position among its siblings.
    Order,
    /// A name that was chosen otherwise.
    Name,
    /// The columns or keys.
    Columns,
    /// A condition.
    Expression,
    /// ON DELETE, ON UPDATE, MATCH.
    Actions,
    /// DEFERRABLE, INITIALLY.
    Deferrable,
    /// NOT VALID, NOT ENFORCED, an invalid index.
    Valid,
    /// UNIQUE or not.
    Unique,
    /// An access method or kind of index.
    Method,
    /// A partial index's WHERE.
    Predicate,
    /// VISIBLE or INVISIBLE.
    Visible,
    /// Options and storage parameters.
    Options,
    /// A storage engine.
    Engine,
    /// PARTITION BY.
    Partition,
    /// A query.
    Definition,
    /// An enum's labels.
    Values,
}

impl Attribute {
    /// The word used in codes and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Attribute::Type => "type",
            Attribute::Nullable => "nullable",
            Attribute::Default => "default",
            Attribute::Generated => "generated",
            Attribute::Identity => "identity",
            Attribute::Collation => "collation",
            Attribute::OnUpdate => "on_update",
            Attribute::Comment => "comment",
            Attribute::Order => "order",
            Attribute::Name => "name",
            Attribute::Columns => "columns",
            Attribute::Expression => "expression",
            Attribute::Actions => "actions",
            Attribute::Deferrable => "deferrable",
            Attribute::Valid => "valid",
            Attribute::Unique => "unique",
            Attribute::Method => "method",
            Attribute::Predicate => "predicate",
            Attribute::Visible => "visible",
            Attribute::Options => "options",
            Attribute::Engine => "engine",
            Attribute::Partition => "partition",
            Attribute::Definition => "definition",
            Attribute::Values => "values",
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// What a source can or cannot speak about: a kind of object, or one attribute of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Facet {
    /// The kind of object.
    pub kind: Kind,
    /// The attribute; `None` means that the objects exist at all.
    pub attribute: Option<Attribute>,
}

impl Facet {
    /// The existence of objects of `kind`.
    pub const fn of(kind: Kind) -> Self {
        Facet { kind, attribute: None }
    }

    /// One attribute of objects of `kind`.
    pub const fn attribute(kind: Kind, attribute: Attribute) -> Self {
        Facet { kind, attribute: Some(attribute) }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attribute {
            None => write!(f, "{}", self.kind),
            Some(attribute) => write!(f, "{}.{attribute}", self.kind),
        }
    }
}

/// Where an object stands: its schema, its table if it belongs to one, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObjectPath {
    /// What it is.
    pub kind: Kind,
    /// The schema it lives in, where the engine has schemas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// The table it belongs to, for columns, constraints, indexes and triggers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Name>,
    /// Its name; for a constraint without one, its definition.
    pub name: Name,
}

impl ObjectPath {
    /// An object that stands by itself in a schema: a table, view, sequence or type.
    pub fn relation(kind: Kind, name: &RelationName) -> Self {
        ObjectPath { kind, schema: name.schema.clone(), table: None, name: name.name.clone() }
    }

    /// A table.
    pub fn table(name: &RelationName) -> Self {
        ObjectPath::relation(Kind::Table, name)
    }

    /// An object that belongs to a table.
    pub fn of_table(kind: Kind, table: &RelationName, name: Name) -> Self {
        ObjectPath { kind, schema: table.schema.clone(), table: Some(table.name.clone()), name }
    }

    /// A schema.
    pub fn schema(name: &Name) -> Self {
        ObjectPath { kind: Kind::Schema, schema: None, table: None, name: name.clone() }
    }

    /// The table that this object is or belongs to.
    pub fn table_name(&self) -> Option<RelationName> {
        let name = match (&self.table, self.kind) {
            (Some(table), _) => table,
            (None, Kind::Table) => &self.name,
            (None, _) => return None,
        };
        Some(RelationName::new(self.schema.clone(), name.clone()))
    }
}

impl fmt::Display for ObjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.schema, &self.table].into_iter().flatten() {
            write!(f, "{part}.")?;
        }
        write!(f, "{}", self.name)
    }
}
