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
        (Node::Clause(one, _), Node::Clause(other, _)) if one != other => match (one.as_str(), other.as_str()) {
            ("unnamed", _) | (_, "unnamed") => None,
            _ => mismatch(from, to),
        },
        // A name that the engine gave: which one, this does not know.
        (Node::Clause(word, _), Node::Column(_)) | (Node::Column(_), Node::Clause(word, _)) if word == "unnamed" => {
            Some(true)
        }
        // A name without a schema was found on the search path, which the other side does not know.
        (Node::Relation(one), Node::Relation(other)) => {
            let same = one.name == other.name
                && (one.schema == other.schema || one.schema.is_none() || other.schema.is_none());
            Some(same)
        }
        (Node::Op(symbol, one), Node::Op(_, other)) if matches!(symbol.as_str(), "and" | "or") => {
            in_any_order(one, other, typed)
        }
        (Node::Clause(word, one), Node::Clause(_, other)) if word == "group by" => in_any_order(one, other, typed),
        (Node::Op(symbol, one), Node::Op(_, other)) if is_symmetric(symbol) => {
            match (one.as_slice(), other.as_slice()) {
                ([left, right], [other_left, other_right]) => {
                    either_way([left, right], [other_left, other_right], typed)
                }
                _ => children(from, to, typed),
            }
        }
        (Node::Op(..), Node::Op(..))
        | (Node::Clause(..), Node::Clause(..))
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
    if is_opaque(from) || is_opaque(to) { None } else { Some(false) }
}

fn is_opaque(node: &Node) -> bool {
    node.any(&|part| matches!(part, Node::Opaque(_)))
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

fn is_symmetric(symbol: &str) -> bool {
    matches!(symbol, "=" | "is distinct from")
}

/// Two operands whose order does not matter. Inside of them it does, lest deep nesting takes forever.
fn either_way(from: [&Node; 2], to: [&Node; 2], typed: bool) -> Option<bool> {
    let both = |to: [&Node; 2]| match (walk(from[0], to[0], typed), walk(from[1], to[1], typed)) {
        (Some(true), Some(true)) => Some(true),
        (Some(false), _) | (_, Some(false)) => Some(false),
        _ => None,
    };
    let nests = |node: &Node| node.any(&|part| matches!(part, Node::Op(symbol, _) if is_symmetric(symbol)));
    let straight = both(to);
    if straight == Some(true) || from.into_iter().chain(to).any(nests) {
        return straight;
    }
    match (straight, both([to[1], to[0]])) {
        (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// How many operands are held against each other one by one.
const MOST_OPERANDS: usize = 64;

/// Operands of AND or OR, whose order and repetition do not matter: in SQL neither decides what is computed first.
fn in_any_order(from: &[Node], to: &[Node], typed: bool) -> Option<bool> {
    let mut left: Vec<&Node> = Vec::new();
    let mut right: Vec<&Node> = Vec::new();
    for node in from {
        if !to.contains(node) && !left.contains(&node) {
            left.push(node);
        }
    }
    for node in to {
        if !from.contains(node) && !right.contains(&node) {
            right.push(node);
        }
    }
    let verdicts = |node: &Node, others: &[&Node]| -> Vec<Option<bool>> {
        others.iter().map(|other| walk(node, other, typed)).collect()
    };
    if left.len().max(right.len()) > MOST_OPERANDS {
        let doubtful = left.iter().chain(&right).any(|node| is_opaque(node)) || !typed;
        return if doubtful { None } else { Some(false) };
    }
    let table: Vec<Vec<Option<bool>>> = left.iter().map(|node| verdicts(node, &right)).collect();
    let rows = left.len().max(right.len());
    // What one side repeats in another spelling has its partner too.
    let has = |verdict: fn(Option<bool>) -> bool| {
        let rows = table.iter().all(|row| row.iter().any(|found| verdict(*found)));
        let columns = (0..right.len()).all(|at| table.iter().any(|row| verdict(row[at])));
        rows && columns
    };
    if rows == 0 || has(|found| found == Some(true)) {
        return Some(true);
    }
    if left.is_empty() || right.is_empty() {
        // More conditions on one side; one that is not understood may say nothing new.
        return if left.iter().chain(&right).any(|node| is_opaque(node)) { None } else { Some(false) };
    }
    if has(|found| found != Some(false)) { None } else { Some(false) }
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
