//! What the names of a query mean: aliases are numbers, columns belong to a relation, and `*` is the columns that it
//! stands for. Joins that mean the same get one form.

use crate::model::{Name, Reason, RelationName};

use super::lower::Grammar;
use super::scope::{
    Found, Relation, Scope, column_name, common, counted, find, is_called, output, reference, whole_row,
};
use super::shape::{first_names, lifted, rename, unname};
use super::{Node, query};

/// The columns of what a query may read from.
pub trait Relations {
    /// The columns of a table or view, in their order; `None` where it is not known.
    fn columns(&self, name: &RelationName) -> Option<Vec<Name>>;
}

/// Reads a query and resolves its names. `names` are those that the view's columns get, where they are listed.
///
/// # Errors
/// When the parser does not understand the text.
pub fn lower_query(
    text: &str,
    names: &[Name],
    grammar: Grammar<'_>,
    relations: &dyn Relations,
) -> Result<Query, Reason> {
    let node = query::read(text, grammar)?;
    let mut resolver = Resolver { relations, numbers: 0, tables: Vec::new() };
    let (mut node, mut columns) = resolver.query(node, &[]);
    if !names.is_empty() {
        rename(&mut node, names);
        columns = Some(names.to_vec());
    }
    Ok(Query { node, columns })
}

/// A query with resolved names.
#[derive(Debug)]
pub struct Query {
    /// Its canonical tree.
    pub node: Node,
    /// The names of its columns; `None` where one of them is not known.
    pub columns: Option<Vec<Name>>,
}

struct Resolver<'a> {
    relations: &'a dyn Relations,
    numbers: usize,
    /// The common table expressions that are visible, the innermost last.
    tables: Vec<(Name, Option<Vec<Name>>)>,
}

impl Resolver<'_> {
    /// A query inside others, whose relations it may name.
    fn query(&mut self, node: Node, outer: &[&Scope]) -> (Node, Option<Vec<Name>>) {
        let Node::Clause(word, parts) = node else { return (node, None) };
        let visible = self.tables.len();
        let mut columns = None;
        let mut scope = Scope::new();
        let mut outputs = Vec::new();
        let mut kept = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            kept.push(match (at, part) {
                (0, Node::Clause(with, tables)) => {
                    let recursive = with == "with recursive";
                    let tables = tables.into_iter().map(|table| self.common_table(table, recursive, outer)).collect();
                    Node::Clause(with, tables)
                }
                (1, body) => {
                    let resolved = self.body(body, outer);
                    (columns, scope, outputs) = (resolved.columns, resolved.scope, resolved.outputs);
                    resolved.node
                }
                (_, Node::Clause(keyword, keys)) if keyword == "order by" => {
                    let sorted = |key: Node, resolver: &mut Self| match key {
                        Node::Clause(direction, keys) => {
                            let keys = keys.into_iter();
                            let named = keys.map(|key| match output(&key, &outputs) {
                                Some(expr) => expr,
                                None => resolver.expr(key, &scope, outer, &[]),
                            });
                            Node::Clause(direction, named.collect())
                        }
                        other => other,
                    };
                    Node::Clause(keyword, keys.into_iter().map(|key| sorted(key, self)).collect())
                }
                (_, other) => other,
            });
        }
        self.tables.truncate(visible);
        (Node::Clause(word, kept), columns)
    }

    fn common_table(&mut self, node: Node, recursive: bool, outer: &[&Scope]) -> Node {
        let Node::Clause(word, mut parts) = node else { return node };
        let (Some(query), Some(Node::Clause(_, names)), Some(Node::Column(name))) =
            (parts.pop(), parts.pop(), parts.pop())
        else {
            return Node::Clause(word, parts);
        };
        let names: Vec<Name> = names.into_iter().filter_map(column_name).collect();
        let given = (!names.is_empty()).then_some(names);
        if recursive {
            self.tables.push((name.clone(), given.clone().or_else(|| first_names(&query))));
        }
        let (mut query, columns) = self.query(query, outer);
        if recursive {
            self.tables.pop();
        }
        if let Some(names) = &given {
            rename(&mut query, names);
        }
        self.tables.push((name.clone(), given.or(columns)));
        Node::clause(&word, [Node::Column(name), query])
    }

    fn body(&mut self, body: Node, outer: &[&Scope]) -> Body {
        match body {
            Node::Clause(word, parts) if word == "select" => self.select(parts, outer),
            Node::Clause(word, parts) if word == "query" => {
                let (node, columns) = self.query(Node::Clause(word, parts), outer);
                Body { node, columns, scope: Scope::new(), outputs: Vec::new() }
            }
            Node::Clause(word, parts) if word == "values" => {
                let rows = parts.into_iter().map(|row| self.expr(row, &Scope::new(), outer, &[])).collect();
                Body { node: Node::Clause(word, rows), columns: None, scope: Scope::new(), outputs: Vec::new() }
            }
            // A set operation: its columns are the first query's, and ORDER BY names or counts them.
            Node::Clause(word, parts) => {
                let mut parts = parts.into_iter().map(|part| self.body(part, outer));
                let (first, second) = (parts.next(), parts.next());
                let columns = first.as_ref().and_then(|body| body.columns.clone());
                let outputs = columns.iter().flatten().map(|name| (Some(name.clone()), Node::Column(name.clone())));
                let outputs = outputs.collect();
                let second = second.map(|mut body| {
                    unname(&mut body.node);
                    body
                });
                let nodes: Vec<Node> = first.into_iter().chain(second).map(|body| body.node).collect();
                Body { node: Node::Clause(word, nodes), columns, scope: Scope::new(), outputs }
            }
            other => Body { node: other, columns: None, scope: Scope::new(), outputs: Vec::new() },
        }
    }

    fn select(&mut self, parts: Vec<Node>, outer: &[&Scope]) -> Body {
        let mut parts = parts.into_iter();
        let mut part = || match parts.next() {
            Some(Node::Clause(word, parts)) => (word, parts),
            _ => ("none".to_owned(), Vec::new()),
        };
        let (from, filter, groups, having, items, distinct) = (part(), part(), part(), part(), part(), part());
        let mut scope = Scope::new();
        let mut tables = Vec::new();
        for tree in from.1 {
            let (tree, relations) = self.tables(tree, &scope, outer);
            tables.push(tree);
            scope.extend(relations);
        }
        let mut conditions = Vec::new();
        let tables: Vec<Node> = tables.into_iter().flat_map(|tree| lifted(tree, &mut conditions)).collect();
        conditions.extend(filter.1.into_iter().map(|condition| self.expr(condition, &scope, outer, &[])));
        let filter = match conditions.len() {
            0 | 1 => conditions,
            _ => vec![Node::junction("and", conditions)],
        };
        let outputs = self.projection(items.1, &scope, outer);
        // A name is a column of FROM first, and that of an output else; a number counts the outputs.
        let groups = groups.1.into_iter().map(|key| match counted(&key, &outputs) {
            Some(expr) => expr,
            None => self.expr(key, &scope, outer, &outputs),
        });
        let groups = groups.collect();
        let having = having.1.into_iter().map(|condition| self.expr(condition, &scope, outer, &outputs)).collect();
        let keys = distinct.1.into_iter().map(|key| self.expr(key, &scope, outer, &outputs)).collect();
        let known: Option<Vec<Name>> = outputs.iter().map(|(name, _)| name.clone()).collect();
        let named = outputs.iter().map(|(name, expr)| {
            let name = name.clone().map_or_else(|| Node::clause("unnamed", []), Node::Column);
            match expr {
                Node::Opaque(text) if text == "*" => Node::Opaque("*".to_owned()),
                expr => Node::clause("item", [expr.clone(), name]),
            }
        });
        let node = Node::clause(
            "select",
            [
                Node::Clause("from".into(), tables),
                Node::Clause("where".into(), filter),
                Node::Clause("group by".into(), groups),
                Node::Clause("having".into(), having),
                Node::Clause("projection".into(), named.collect()),
                Node::Clause(distinct.0, keys),
            ],
        );
        Body { node, columns: known, scope, outputs }
    }

    /// The outputs with their names, where they have one.
    fn projection(&mut self, items: Vec<Node>, scope: &Scope, outer: &[&Scope]) -> Vec<(Option<Name>, Node)> {
        let mut outputs = Vec::new();
        for item in items {
            match item {
                Node::Clause(word, of) if word == "star" => {
                    let of = of.into_iter().find_map(column_name);
                    for relation in scope.iter().filter(|relation| of.is_none() || relation.alias == of) {
                        match &relation.columns {
                            Some(columns) => outputs.extend(
                                columns
                                    .iter()
                                    .filter(|name| of.is_some() || !relation.merged.contains(name))
                                    .map(|name| (Some(name.clone()), reference(relation, name))),
                            ),
                            None => outputs.push((None, Node::Opaque("*".to_owned()))),
                        }
                    }
                }
                Node::Clause(_, parts) => {
                    let mut parts = parts.into_iter();
                    let (expr, name) = (parts.next().unwrap_or(Node::Null), parts.next().and_then(column_name));
                    let name = name.or_else(|| match &expr {
                        Node::Column(name) => Some(name.clone()),
                        Node::Qualified(path) => path.last().cloned(),
                        _ => None,
                    });
                    outputs.push((name, self.expr(expr, scope, outer, &[])));
                }
                other => outputs.push((None, other)),
            }
        }
        outputs
    }

    /// A tree of joins, and its relations in the order of their columns. `before` are those of FROM to its left, which
    /// LATERAL may name.
    fn tables(&mut self, tree: Node, before: &Scope, outer: &[&Scope]) -> (Node, Scope) {
        let Node::Clause(word, mut parts) = tree else { return (tree, Scope::new()) };
        if !word.ends_with("join") {
            return self.relation(&word, parts, before, outer);
        }
        let (Some(Node::Clause(kind, constraint)), Some(right), Some(left)) = (parts.pop(), parts.pop(), parts.pop())
        else {
            return (Node::Clause(word, parts), Scope::new());
        };
        // The relation whose rows all stay comes first.
        let swapped = word == "right join";
        let (first, second) = if swapped { (right, left) } else { (left, right) };
        let (first, first_scope) = self.tables(first, before, outer);
        let with_first: Scope = before.iter().chain(&first_scope).cloned().collect();
        let (second, second_scope) = self.tables(second, &with_first, outer);
        let (left_scope, mut right_scope) =
            if swapped { (second_scope, first_scope) } else { (first_scope, second_scope) };
        let names: Option<Vec<Name>> = match kind.as_str() {
            "using" => Some(constraint.iter().cloned().filter_map(column_name).collect()),
            "natural" => common(&left_scope, &right_scope),
            _ => Some(Vec::new()),
        };
        let condition = match (kind.as_str(), names) {
            ("using" | "natural", Some(names)) => {
                let mut equalities = Vec::new();
                for name in &names {
                    let sides = [find(name, &left_scope), find(name, &right_scope)];
                    equalities.push(match sides {
                        [Found::Column(left), Found::Column(right)] => super::lower::comparison("=", left, right),
                        _ => Node::Opaque(format!("using {name}")),
                    });
                }
                for relation in &mut right_scope {
                    relation.merged.extend(names.iter().cloned());
                }
                match equalities.len() {
                    1 => equalities.pop(),
                    _ => Some(Node::junction("and", equalities)),
                }
            }
            ("using" | "natural", None) => Some(Node::Opaque("natural".to_owned())),
            _ => {
                let scope: Scope = before.iter().chain(&left_scope).chain(&right_scope).cloned().collect();
                constraint.into_iter().next().map(|condition| self.expr(condition, &scope, outer, &[]))
            }
        };
        let word = if swapped { "left join" } else { &word };
        let mut parts = vec![first, second];
        // The merged column of such a join is neither side's.
        let opaque = word == "full join" && matches!(kind.as_str(), "using" | "natural");
        parts.push(match condition {
            Some(condition) if !opaque => Node::clause("on", [condition]),
            Some(condition) => Node::Opaque(format!("full join by {condition:?}")),
            None => Node::clause("on", []),
        });
        let node = Node::Clause(word.to_owned(), parts);
        (node, left_scope.into_iter().chain(right_scope).collect())
    }

    /// One relation: its number and what it is.
    fn relation(&mut self, word: &str, parts: Vec<Node>, before: &Scope, outer: &[&Scope]) -> (Node, Scope) {
        let mut parts = parts.into_iter();
        let (what, alias, names) = (parts.next(), parts.next().and_then(column_name), parts.next());
        let names: Vec<Name> = match names {
            Some(Node::Clause(_, names)) => names.into_iter().filter_map(column_name).collect(),
            _ => Vec::new(),
        };
        self.numbers += 1;
        let number = Name::exact(format!("#{}", self.numbers));
        let (what, own_name, columns) = match what {
            Some(Node::Relation(name)) => {
                let own = name.name.clone();
                let table =
                    self.tables.iter().rev().find(|(table, _)| name.schema.is_none() && table.key() == own.key());
                match table {
                    Some((table, columns)) => (Node::Column(table.clone()), Some(own), columns.clone()),
                    None => {
                        let columns = self.relations.columns(&name);
                        (Node::Relation(name), Some(own), columns)
                    }
                }
            }
            // What a function returns is called like it, or like its alias.
            Some(Node::Call(name, args)) if word == "function" => {
                let own = Name::exact(name.rsplit('.').next().unwrap_or(&name));
                let columns = vec![alias.clone().unwrap_or_else(|| own.clone())];
                (self.expr(Node::Call(name, args), before, outer, &[]), Some(own), Some(columns))
            }
            Some(query) => {
                let scopes: Vec<&Scope> = if word == "lateral" {
                    std::iter::once(before).chain(outer.iter().copied()).collect()
                } else {
                    outer.to_vec()
                };
                let (mut query, columns) = self.query(query, &scopes);
                if !names.is_empty() {
                    rename(&mut query, &names);
                }
                (query, None, columns)
            }
            None => (Node::Null, None, None),
        };
        let columns = match columns {
            // The names that the alias gives, and the rest as it is.
            Some(own) => Some(names.iter().cloned().chain(own.into_iter().skip(names.len())).collect()),
            None if names.is_empty() => None,
            None => Some(names),
        };
        let relation = Relation { alias: alias.or(own_name), number: number.clone(), columns, merged: Vec::new() };
        (Node::clause(word, [Node::Column(number), what]), vec![relation])
    }

    /// An expression with its names resolved. `outputs` are what a name may mean that no relation has.
    fn expr(&mut self, node: Node, scope: &Scope, outer: &[&Scope], outputs: &[(Option<Name>, Node)]) -> Node {
        match node {
            Node::Column(name) => match find(&name, scope) {
                Found::Column(column) => column,
                Found::Unsure => Node::Opaque(name.to_string()),
                Found::Nothing => match outputs.iter().find(|(output, _)| output.as_ref() == Some(&name)) {
                    Some((_, expr)) => expr.clone(),
                    None => match outer.iter().map(|scope| find(&name, scope)).find(|found| !found.is_nothing()) {
                        Some(Found::Column(column)) => column,
                        Some(Found::Unsure) => Node::Opaque(name.to_string()),
                        Some(Found::Nothing) | None => whole_row(&name, scope, outer),
                    },
                },
            },
            Node::Qualified(path) => {
                let column = match path.as_slice() {
                    [.., owner, name] => std::iter::once(scope)
                        .chain(outer.iter().copied())
                        .flatten()
                        .find(|relation| relation.alias.as_ref().is_some_and(|alias| is_called(alias, owner)))
                        .map(|relation| reference(relation, name)),
                    _ => None,
                };
                let text = || path.iter().map(Name::as_str).collect::<Vec<_>>().join(".");
                column.unwrap_or_else(|| Node::Opaque(text()))
            }
            Node::Clause(word, of) if word == "star" => match of.into_iter().find_map(column_name) {
                Some(name) => whole_row(&name, scope, outer),
                None => Node::Opaque("*".to_owned()),
            },
            Node::Clause(word, parts) if word == "query" => {
                let scopes: Vec<&Scope> = std::iter::once(scope).chain(outer.iter().copied()).collect();
                self.query(Node::Clause(word, parts), &scopes).0
            }
            other => other.map(&mut |child| self.expr(child, scope, outer, outputs)),
        }
    }
}

struct Body {
    node: Node,
    columns: Option<Vec<Name>>,
    scope: Scope,
    outputs: Vec<(Option<Name>, Node)>,
}
