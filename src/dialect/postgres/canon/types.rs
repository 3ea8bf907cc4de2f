//! What the resolution of operators needs to know about types.

use crate::model::{RelationName, TypeKind};

use super::Place;

/// The type of a part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// This one, as [`plain`] has it.
    Known(TypeKind),
    /// A literal or NULL that takes the type its place asks for.
    Untyped,
    /// It could not be found out.
    Unknown,
}

impl Ty {
    pub(super) fn builtin(name: &str) -> Ty {
        Ty::Known(TypeKind::builtin(name))
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Ty::Known(kind) => kind.builtin_name(),
            Ty::Untyped | Ty::Unknown => None,
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == Some(name)
    }
}

/// The type without what operators do not look at: lengths and precisions, the difference between `text` and
/// `varchar` (which share their operators), and the schema, which one side may leave to the search path; a domain is
/// its base type.
pub(super) fn plain(kind: &TypeKind, place: Place<'_>) -> TypeKind {
    match kind {
        TypeKind::Builtin { name, .. } => TypeKind::builtin(match name.as_str() {
            "character varying" | "name" => "text",
            "character" => "bpchar",
            "bit varying" | "\"bit\"" => "bit",
            "smallint" | "bigint" => "integer",
            other => other,
        }),
        TypeKind::Array(element) => TypeKind::Array(Box::new(plain(element, place))),
        TypeKind::User { name, .. } => match base_of_domain(name, place) {
            Some(base) => plain(base, place),
            None => TypeKind::user(None, name.name.clone()),
        },
        TypeKind::Values { .. } => kind.clone(),
    }
}

/// The type beneath a domain.
pub(super) fn base_of_domain<'a>(name: &RelationName, place: Place<'a>) -> Option<&'a TypeKind> {
    let domains = place.database.domains.values();
    let domain = domains.into_iter().find(|domain| is_called(&domain.name, name))?;
    Some(&domain.ty.kind)
}

/// Whether an object has this name, which may leave the schema to the search path.
pub(super) fn is_called(object: &RelationName, name: &RelationName) -> bool {
    object.name == name.name && (name.schema.is_none() || object.schema == name.schema)
}

/// How wide a number type is; the wider of two is what an operator takes. `None` for other types.
pub(super) fn numeric_rank(ty: &Ty) -> Option<u8> {
    match ty.name()? {
        "integer" => Some(0),
        "numeric" => Some(1),
        "real" => Some(2),
        "double precision" => Some(3),
        _ => None,
    }
}

/// The order in which dates and timestamps turn into each other by themselves. `None` for other types.
pub(super) fn moment_rank(ty: &Ty) -> Option<u8> {
    match ty.name()? {
        "date" => Some(0),
        "timestamp without time zone" => Some(1),
        "timestamp with time zone" => Some(2),
        _ => None,
    }
}
