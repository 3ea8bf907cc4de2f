//! The objects of a schema that are not tables.

use serde::{Deserialize, Serialize};

use super::{CheckConstraint, DataType, Expr, Name, ObjectPath, RelationName};

/// `CREATE TYPE … AS ENUM` (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EnumType {
    /// The type's name.
    pub name: RelationName,
    /// The labels in their sort order.
    pub values: Vec<String>,
    /// The type's comment.
    pub comment: Option<String>,
}

/// A sequence that no serial or identity column owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sequence {
    /// The sequence's name.
    pub name: RelationName,
    /// The integer type, where it is not `bigint`.
    pub ty: Option<DataType>,
    /// Its options.
    pub options: SequenceOptions,
    /// The table and column of `OWNED BY`.
    pub owned_by: Option<(RelationName, Name)>,
    /// The sequence's comment.
    pub comment: Option<String>,
}

/// The options of a sequence. `None` means what the engine implies for the type and direction, and a source
/// that reads an explicit value equal to the implied one stores `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SequenceOptions {
    /// START WITH.
    pub start: Option<i64>,
    /// INCREMENT BY, 1 by default.
    pub increment: Option<i64>,
    /// MINVALUE.
    pub min: Option<i64>,
    /// MAXVALUE.
    pub max: Option<i64>,
    /// CACHE, 1 by default in PostgreSQL, 1000 in MariaDB.
    pub cache: Option<i64>,
    /// CYCLE.
    #[serde(default)]
    pub cycle: bool,
}

/// A view or materialized view.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct View {
    /// The view's name.
    pub name: RelationName,
    /// The query, as the source has it, without a final semicolon.
    pub query: Expr,
    /// The output column names, if they were listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether it is materialized (PostgreSQL).
    #[serde(default)]
    pub materialized: bool,
    /// The view's comment.
    pub comment: Option<String>,
}

/// `CREATE DOMAIN` (PostgreSQL): read so that columns can name it, not yet compared.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Domain {
    /// The domain's name.
    pub name: RelationName,
    /// The type beneath it.
    pub ty: DataType,
    /// NOT NULL.
    #[serde(default)]
    pub not_null: bool,
    /// The DEFAULT expression.
    pub default: Option<Expr>,
    /// The CHECK constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckConstraint>,
}

/// An object that is read, listed and not yet compared: trigger, routine, policy, grant, event, ...
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpaqueObject {
    /// What it is.
    pub kind: super::Kind,
    /// Its name, with its schema.
    pub name: RelationName,
    /// The table that it belongs to, such as a trigger's.
    pub table: Option<RelationName>,
    /// Its defining text, where the engine keeps one. SQLite's table rebuild recreates triggers from it.
    pub definition: Option<String>,
}

impl OpaqueObject {
    /// Where it stands.
    pub fn path(&self) -> ObjectPath {
        match &self.table {
            Some(table) => ObjectPath::of_table(self.kind, table, self.name.name.clone()),
            None => ObjectPath::relation(self.kind, &self.name),
        }
    }
}
