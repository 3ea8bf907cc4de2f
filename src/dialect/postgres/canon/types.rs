//! What the resolution of operators needs to know about types.

use crate::model::{Name, RelationName, TypeKind};

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
/// `varchar` (which share their operators), the schema that is on the search path; a domain is its base type.
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
            None => TypeKind::User { name: short(name, place), args: Vec::new() },
        },
        TypeKind::Values { .. } => kind.clone(),
    }
}

/// The name without the schema that is on the search path.
pub(super) fn short(name: &RelationName, place: Place<'_>) -> RelationName {
    let schema = name.schema.clone().filter(|schema: &Name| !place.is_default_schema(schema));
    RelationName::new(schema, name.name.clone())
}

/// The type beneath a domain.
pub(super) fn base_of_domain<'a>(name: &RelationName, place: Place<'a>) -> Option<&'a TypeKind> {
    let domain = place.database.domains.values().find(|domain| short(&domain.name, place) == short(name, place))?;
    Some(&domain.ty.kind)
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
