//! The schema as plain data: names, types, tables, columns, constraints, indexes and the other objects.
//!
//! Everything here is a value without behaviour of its own. This module must not know where a schema came from,
//! how two are compared, or how an engine spells its DDL.

mod column;
mod columns;
mod constraint;
mod engine;
mod expr;
mod fact;
mod index;
mod inherit;
mod name;
mod object;
mod path;
mod schema;
mod table;
mod types;
mod uncaptured;

pub use column::{BINARY_COLLATION, Column, Generated, GeneratedStorage, Generation, IdentityMode, WITHOUT_VERSIONING};
pub use columns::Columns;
pub use constraint::{
    CheckConstraint, Constraint, ConstraintName, Deferrability, ExclusionConstraint, ExclusionElement, ForeignKey,
    MatchType, PrimaryKey, ReferentialAction, UniqueConstraint,
};
pub use engine::{Engine, LetterCase, ServerVersion};
pub use expr::Expr;
pub use fact::{Fact, Reason};
pub use index::{Index, IndexKey, IndexKind, IndexTarget, NullsOrder};
pub use inherit::ColumnOverride;
pub use name::{Name, RelationName};
pub use object::{Domain, EnumType, OpaqueObject, Sequence, SequenceOptions, View};
pub use path::{Attribute, Facet, Kind, ObjectPath};
pub use schema::Database;
pub use table::{Extras, MySqlTable, PostgresTable, SqliteTable, Table};
pub use types::{DataType, TypeKind};
pub use uncaptured::{Uncaptured, UncapturedSet};
