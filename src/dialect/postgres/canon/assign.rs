//! Values that are stored into a column: defaults and generated columns (10.4 "Value Storage").

use crate::model::TypeKind;
use crate::sql::canon::{Node, rescaled};

use super::literals::literal;
use super::resolve::Resolver;
use super::types::{Ty, numeric_rank};

impl Resolver<'_> {
    /// The value as the column of [`super::Place::result`] stores it.
    pub(super) fn assigned(&mut self, node: Node) -> Node {
        let Some(result) = self.place.result else { return self.resolve(node).0 };
        let target = self.plain(&result.kind);
        // A cast to the column's own type is what the assignment does anyway.
        let node = match node {
            Node::Cast(inner, ty) if self.is_same(&ty, &result.kind) && !has_length(&ty) => *inner,
            other => other,
        };
        let (node, ty) = self.resolve(node);
        match node {
            Node::Null => Node::Null,
            Node::Text(text) => self.stored(literal(&text, &target, self.place), &result.kind),
            Node::Literal { text, .. }
                if numeric_rank(&ty).is_some() && numeric_rank(&Ty::Known(target.clone())).is_some() =>
            {
                self.stored(literal(&text, &target, self.place), &result.kind)
            }
            Node::Literal { text, ty: from } if is_string(&from) && is_string(&target) => {
                self.stored(literal(&text, &target, self.place), &result.kind)
            }
            Node::Array(items) => {
                let coerced = self.coerce(Node::Array(items), &ty, &target);
                self.stored(coerced, &result.kind)
            }
            other => other,
        }
    }

    /// Whether a cast is to this type; a user's type may leave its schema to the search path.
    fn is_same(&self, cast: &TypeKind, result: &TypeKind) -> bool {
        match (cast, result) {
            (TypeKind::User { name, args }, TypeKind::User { name: other, args: other_args }) => {
                let schemas = name.schema.is_none() || other.schema.is_none() || name.schema == other.schema;
                name.name == other.name && args == other_args && schemas
            }
            _ => cast == result,
        }
    }

    /// A literal with the scale that its column gives it.
    fn stored(&self, node: Node, column: &TypeKind) -> Node {
        match (&node, column) {
            (Node::Literal { ty, text }, TypeKind::Builtin { name, args }) if name == "numeric" => {
                let scale = args.get(1).and_then(|scale| scale.parse().ok());
                match scale.and_then(|scale| rescaled(text, Some(scale))) {
                    Some(text) => Node::Literal { ty: ty.clone(), text },
                    None => node,
                }
            }
            _ => node,
        }
    }
}

fn has_length(ty: &TypeKind) -> bool {
    matches!(ty, TypeKind::Builtin { args, .. } if !args.is_empty())
}

fn is_string(ty: &TypeKind) -> bool {
    matches!(ty.builtin_name(), Some("text" | "bpchar"))
}
