//! Data types: the canonical kind that is compared, and the spelling that is shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Name, RelationName};

/// A column's type. Equality looks at the kind only; `written` is what messages and DDL show.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DataType {
    /// The canonical kind, as the dialect's `types.rs` computed it.
    pub kind: TypeKind,
    /// The type as DDL spells it, such as `varchar(20)`: always valid SQL for the engine.
    pub written: String,
    /// The kinds that are as right: what other versions of a library make of the same declaration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<TypeKind>,
}

impl DataType {
    /// A type of this kind, spelled so.
    pub fn new(kind: TypeKind, written: impl Into<String>) -> Self {
        DataType { kind, written: written.into(), also: Vec::new() }
    }

    /// Whether a column of the other type is what this one declares.
    pub fn admits(&self, other: &DataType) -> bool {
        self == other || self.also.contains(&other.kind)
    }
}

impl PartialEq for DataType {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}
impl Eq for DataType {}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// The canonical form of a type: aliases resolved, implied lengths and precisions filled in or left out by the
/// dialect's rule, so that equal kinds mean equal storage and behaviour.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// A type that the engine itself provides.
    Builtin {
        /// The canonical name, such as `character varying`, `int unsigned`, `timestamp with time zone`.
        name: String,
        /// Length, precision and scale, or the fields of an interval, as canonical texts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<String>,
    },
    /// MySQL's inline `ENUM(…)` and `SET(…)`.
    Values {
        /// `enum` or `set`.
        name: String,
        /// The values in their order, unquoted.
        values: Vec<String>,
    },
    /// An array of elements; PostgreSQL does not enforce dimensions, so their number is not kept.
    Array(Box<TypeKind>),
    /// A type that the schema declares or an extension brings: enum, domain, composite.
    User {
        /// The type's name, with its schema where that is known.
        name: Box<RelationName>,
        /// Modifiers such as the `3` of `vector(3)`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<String>,
    },
}

impl TypeKind {
    /// A built-in type without arguments.
    pub fn builtin(name: impl Into<String>) -> Self {
        TypeKind::Builtin { name: name.into(), args: Vec::new() }
    }

    /// The canonical name of a built-in type.
    pub fn builtin_name(&self) -> Option<&str> {
        match self {
            TypeKind::Builtin { name, .. } => Some(name),
            TypeKind::Values { .. } | TypeKind::Array(_) | TypeKind::User { .. } => None,
        }
    }

    /// The user-defined type that this one is, or is an array of.
    pub fn user_type(&self) -> Option<&RelationName> {
        match self {
            TypeKind::User { name, .. } => Some(name),
            TypeKind::Array(element) => element.user_type(),
            TypeKind::Builtin { .. } | TypeKind::Values { .. } => None,
        }
    }

    /// A user-defined type without modifiers.
    pub fn user(schema: Option<Name>, name: Name) -> Self {
        TypeKind::User { name: Box::new(RelationName::new(schema, name)), args: Vec::new() }
    }
}
