//! The relations that a query's names may mean.

use crate::model::Name;

use super::Node;

/// A relation that columns may be named of.
#[derive(Clone)]
pub(super) struct Relation {
    pub(super) alias: Option<Name>,
    pub(super) number: Name,
    /// `None` where they are not known.
    pub(super) columns: Option<Vec<Name>>,
    /// Columns that a USING before took in, so that they are not ambiguous and stand once in `*`.
    pub(super) merged: Vec<Name>,
}

pub(super) type Scope = Vec<Relation>;

pub(super) enum Found {
    Column(Node),
    Nothing,
    /// A relation whose columns are not known may have it, or several have it.
    Unsure,
}

impl Found {
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Found::Nothing)
    }
}

pub(super) fn reference(relation: &Relation, name: &Name) -> Node {
    Node::Qualified(vec![relation.number.clone(), name.clone()])
}

/// A relation that is named where a value stands: its rows.
pub(super) fn whole_row(name: &Name, scope: &Scope, outer: &[&Scope]) -> Node {
    let mut relations = std::iter::once(scope).chain(outer.iter().copied()).flatten();
    match relations.find(|relation| relation.alias.as_ref().is_some_and(|alias| is_called(alias, name))) {
        Some(relation) => Node::clause("whole row", [Node::Column(relation.number.clone())]),
        None => Node::Opaque(name.to_string()),
    }
}

/// Whether a name written before a column's is this alias; engines differ in whether the case of tables counts.
pub(super) fn is_called(alias: &Name, written: &Name) -> bool {
    alias == written || alias.key() == written.key()
}

/// The relation that has a column of this name.
pub(super) fn find(name: &Name, scope: &Scope) -> Found {
    let mut found = scope.iter().filter(|relation| {
        let has = relation.columns.as_ref().is_some_and(|columns| columns.contains(name));
        has && !relation.merged.contains(name)
    });
    let unknown = || scope.iter().any(|relation| relation.columns.is_none());
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Found::Unsure,
        (Some(_), None) if unknown() => Found::Unsure,
        (Some(relation), None) => Found::Column(reference(relation, name)),
        (None, _) => match scope.as_slice() {
            [only] if only.columns.is_none() => Found::Column(reference(only, name)),
            _ if unknown() => Found::Unsure,
            _ => Found::Nothing,
        },
    }
}

/// The columns that both sides of a NATURAL JOIN have.
pub(super) fn common(left: &Scope, right: &Scope) -> Option<Vec<Name>> {
    let names = |scope: &Scope| -> Option<Vec<Name>> {
        let lists = scope.iter().map(|relation| relation.columns.clone()).collect::<Option<Vec<_>>>()?;
        Some(lists.concat())
    };
    let right = names(right)?;
    Some(names(left)?.into_iter().filter(|name| right.contains(name)).collect())
}

/// The output that a sort key names or counts.
pub(super) fn output(key: &Node, outputs: &[(Option<Name>, Node)]) -> Option<Node> {
    let named = match key {
        Node::Column(name) => outputs.iter().find(|(output, _)| output.as_ref() == Some(name)),
        _ => None,
    };
    named.map(|(_, expr)| expr.clone()).or_else(|| counted(key, outputs))
}

/// The output that a number counts.
pub(super) fn counted(key: &Node, outputs: &[(Option<Name>, Node)]) -> Option<Node> {
    let Node::Number(number) = key else { return None };
    let at = number.parse::<usize>().ok()?.checked_sub(1)?;
    outputs.get(at).map(|(_, expr)| expr.clone())
}

pub(super) fn column_name(node: Node) -> Option<Name> {
    match node {
        Node::Column(name) => Some(name),
        _ => None,
    }
}
