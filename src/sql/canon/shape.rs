//! Canonical queries taken apart and put together: the names of their outputs, their joins, what says nothing.

use crate::model::Name;

use super::Node;

/// The names of a query's first SELECT as they are written, for one that names itself.
pub(super) fn first_names(query: &Node) -> Option<Vec<Name>> {
    match query {
        Node::Clause(word, parts) if word == "query" => first_names(parts.get(1)?),
        Node::Clause(word, parts) if word == "select" => match parts.get(4)? {
            Node::Clause(_, items) => items
                .iter()
                .map(|item| match item.children().as_slice() {
                    [_, Node::Column(name)] | [Node::Column(name), _] => Some(name.clone()),
                    [Node::Qualified(path), _] => path.last().cloned(),
                    _ => None,
                })
                .collect(),
            _ => None,
        },
        Node::Clause(_, parts) => first_names(parts.first()?),
        _ => None,
    }
}

/// Takes the names of the outputs away, where they say nothing.
pub(super) fn unname(query: &mut Node) {
    name_outputs(query, &mut std::iter::repeat_with(|| Node::clause("unnamed", [])));
}

/// Gives the outputs of a query other names.
pub(super) fn rename(query: &mut Node, names: &[Name]) {
    name_outputs(query, &mut names.iter().cloned().map(Node::Column));
}

fn name_outputs(query: &mut Node, names: &mut dyn Iterator<Item = Node>) {
    match query {
        Node::Clause(word, parts) if word == "query" => {
            if let Some(body) = parts.get_mut(1) {
                name_outputs(body, names);
            }
        }
        Node::Clause(word, parts) if word == "select" => {
            if let Some(Node::Clause(_, items)) = parts.get_mut(4) {
                for (item, name) in items.iter_mut().zip(names) {
                    if let Node::Clause(_, parts) = item
                        && let Some(slot) = parts.get_mut(1)
                    {
                        *slot = name;
                    }
                }
            }
        }
        Node::Clause(word, _) if word == "values" => {}
        Node::Clause(_, parts) => {
            if let Some(first) = parts.first_mut() {
                name_outputs(first, names);
            }
        }
        _ => {}
    }
}

/// The relations of inner joins side by side, their conditions among those of WHERE; an outer join stays a tree, with
/// those of its side whose rows all stay lifted.
pub(super) fn lifted(tree: Node, conditions: &mut Vec<Node>) -> Vec<Node> {
    match tree {
        Node::Clause(word, mut parts) if word == "join" => {
            let on = parts.pop();
            let trees: Vec<Node> = parts.into_iter().flat_map(|part| lifted(part, conditions)).collect();
            match on {
                Some(Node::Clause(_, on)) => conditions.extend(on),
                other => conditions.extend(other),
            }
            trees
        }
        Node::Clause(word, mut parts) if word == "left join" && parts.len() == 3 => {
            let mut first = lifted(parts.remove(0), conditions);
            let left = if first.len() == 1 { first.remove(0) } else { Node::Clause("cross".into(), first) };
            parts.insert(0, left);
            vec![Node::Clause(word, parts)]
        }
        other => vec![other],
    }
}

/// The query of EXISTS: what it selects, and in which order, says nothing; MariaDB adds `LIMIT 1`.
pub(super) fn whether_any(query: Node) -> Node {
    let none = || Node::clause("none", []);
    match query {
        Node::Clause(word, mut parts) if word == "query" && parts.len() == 5 => {
            let is_limited = parts[3] != none() && parts[3] != Node::clause("limit", [Node::Number("1".into())]);
            let has_offset = parts[4] != none();
            let mut selects_nothing = false;
            if let Node::Clause(body, select) = &mut parts[1]
                && !is_limited
                && !has_offset
                && body == "select"
                && select.len() == 6
                && select[2].children().is_empty()
                && !select[4].any(&|part| matches!(part, Node::Call(..)))
            {
                select[4] = Node::clause("projection", []);
                select[5] = none();
                selects_nothing = true;
            }
            if selects_nothing {
                parts[2] = none();
                parts[3] = none();
            }
            Node::Clause(word, parts)
        }
        other => other,
    }
}
