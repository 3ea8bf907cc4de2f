//! What statements name and nothing has created: in a migration, something that another file should have made before.

use crate::model::{Constraint, DataType, Kind, ObjectPath, RelationName, TypeKind};
use crate::snapshot::Span;

use super::cursor::{Cursor, Problem};
use super::reader::{Reader, problem};

/// Something that is named and not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The table or type.
    pub object: ObjectPath,
    /// Where it is named.
    pub at: Span,
    /// Whether only a foreign key names it, which some engines take on trust.
    pub by_reference: bool,
}

impl Absent {
    /// A table that a statement changes.
    pub(super) fn table(name: &RelationName, at: Span) -> Absent {
        Absent { object: ObjectPath::table(name), at, by_reference: false }
    }
}

/// The problem that a statement changes a table that does not exist.
pub(super) fn no_table(cursor: &Cursor<'_>, name: &RelationName, verb: &str) -> Problem {
    let message = format!("there is no table {name} to {verb}");
    Problem { table: Some(Box::new(name.clone())), ..problem(cursor, message) }
}

/// What the tables that are there refer to and what is not: tables of foreign keys, and types of columns.
pub(super) fn of_tables(reader: &Reader<'_>) -> Vec<Absent> {
    let database = &reader.database;
    let mut found = Vec::new();
    for (name, table) in &database.tables {
        for key in table.foreign_keys.iter().filter(|key| !database.tables.contains_key(&key.references)) {
            if let Some(at) = reader.spans.of_constraint(name, &Constraint::ForeignKey(key.clone())) {
                let object = ObjectPath::table(&key.references);
                found.push(Absent { object, at: at.clone(), by_reference: true });
            }
        }
        for column in &table.columns {
            let Some(ty) = column.ty.known().and_then(unknown_type) else { continue };
            let is_known = |name: &RelationName| {
                let of = |known: &RelationName| known.name == name.name && (name.schema.is_none() || known == name);
                database.enums.keys().any(of) || database.domains.keys().any(of)
            };
            if let (false, Some(at)) = (is_known(ty), reader.spans.of_column(name, &column.name)) {
                let object = ObjectPath::relation(Kind::Enum, ty);
                found.push(Absent { object, at: at.clone(), by_reference: false });
            }
        }
    }
    found
}

/// The name of a type that somebody has to create.
fn unknown_type(ty: &DataType) -> Option<&RelationName> {
    let mut kind = &ty.kind;
    loop {
        match kind {
            TypeKind::Builtin { .. } | TypeKind::Values { .. } => return None,
            TypeKind::Array(element) => kind = element,
            TypeKind::User { name, .. } => return Some(name),
        }
    }
}
