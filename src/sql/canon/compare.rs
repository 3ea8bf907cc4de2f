//! Two canonical trees against each other.

use super::Node;
use super::call::same_name;

/// Whether two canonical trees mean the same: `None` where it cannot be told.
///
/// Trees that differ only in conversions are different if `typed`: if the types of everything in them were known, so
/// that every conversion left in them has an effect.
pub fn compare(from: &Node, to: &Node, typed: bool) -> Option<bool> {
    if from == to {
        return Some(true);
    }
    if !typed && erased(from.clone()) == erased(to.clone()) {
        return None;
    }
    walk(from, to, typed)
}

fn walk(from: &Node, to: &Node, typed: bool) -> Option<bool> {
    if from == to {
        return Some(true);
    }
    match (from, to) {
        (Node::Op(one, _), Node::Op(other, _)) if one != other => mismatch(from, to),
        (Node::Call(one, _), Node::Call(other, _)) if !same_name(one, other) => mismatch(from, to),
        (Node::Op(..), Node::Op(..))
        | (Node::Call(..), Node::Call(..))
        | (Node::Array(_), Node::Array(_))
        | (Node::Row(_), Node::Row(_))
        | (Node::Case { .. }, Node::Case { .. }) => children(from, to, typed),
        (Node::Cast(_, one), Node::Cast(_, other)) if one == other => children(from, to, typed),
        (Node::Collate(_, one), Node::Collate(_, other)) if one == other => children(from, to, typed),
        // A string without a type may be any spelling of the value on the other side.
        (Node::Text(_), Node::Literal { .. } | Node::Number(_) | Node::Bool(_))
        | (Node::Literal { .. } | Node::Number(_) | Node::Bool(_), Node::Text(_)) => None,
        (Node::Text(_) | Node::Literal { .. }, Node::Quoted(_)) | (Node::Quoted(_), _) => None,
        (Node::Literal { ty: one, .. }, Node::Literal { ty: other, .. }) if one != other && !typed => None,
        (Node::Cast(..), _) | (_, Node::Cast(..)) if !typed => None,
        _ => mismatch(from, to),
    }
}

/// The verdict on two trees of different shape: what is not understood may still mean the same.
fn mismatch(from: &Node, to: &Node) -> Option<bool> {
    let opaque = |node: &Node| node.any(&|part| matches!(part, Node::Opaque(_)));
    if opaque(from) || opaque(to) { None } else { Some(false) }
}

/// One difference makes the whole different; otherwise one doubt makes it doubtful.
fn children(from: &Node, to: &Node, typed: bool) -> Option<bool> {
    let (from_children, to_children) = (from.children(), to.children());
    if from_children.len() != to_children.len() || !same_case(from, to) {
        return mismatch(from, to);
    }
    let mut verdict = Some(true);
    for (one, other) in from_children.into_iter().zip(to_children) {
        match walk(one, other, typed) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => verdict = None,
        }
    }
    verdict
}

/// Whether two CASE have the same parts, so that their children correspond.
fn same_case(from: &Node, to: &Node) -> bool {
    match (from, to) {
        (
            Node::Case { operand: one, otherwise: one_else, .. },
            Node::Case { operand: other, otherwise: other_else, .. },
        ) => one.is_some() == other.is_some() && one_else.is_some() == other_else.is_some(),
        _ => true,
    }
}

/// The tree without conversions, its literals without types.
fn erased(node: Node) -> Node {
    match node {
        Node::Cast(inner, _) => erased(*inner),
        Node::Literal { text, .. } | Node::Number(text) => Node::Text(text),
        Node::Bool(value) => Node::Text(value.to_string()),
        other => other.map(&mut erased),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TypeKind;

    fn column() -> Node {
        Node::Column(crate::model::Name::exact("a"))
    }

    #[test]
    fn different_values_differ_and_unknown_ones_are_undecided() {
        let check = |from: Node, to: Node, typed| {
            compare(&Node::op("=", [column(), from]), &Node::op("=", [column(), to]), typed)
        };
        let (one, two) = (Node::Text("a".into()), Node::Text("b".into()));
        assert_eq!(check(one.clone(), one.clone(), true), Some(true));
        assert_eq!(check(one.clone(), two, true), Some(false));
        assert_eq!(check(one.clone(), Node::literal("date", "a"), true), None);
        assert_eq!(check(Node::Opaque("x".into()), one, true), None);
    }

    #[test]
    fn a_conversion_matters_where_the_types_are_known() {
        let cast = Node::Cast(Box::new(column()), TypeKind::builtin("date"));
        assert_eq!(compare(&cast, &column(), false), None);
        assert_eq!(compare(&cast, &column(), true), Some(false));
    }
}
