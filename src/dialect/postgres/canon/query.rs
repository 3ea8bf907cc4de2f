//! The types of what a query's clauses bring and name.

use crate::model::{Fact, Name, RelationName, TypeKind};
use crate::sql::canon::{Node, lower_query};

use super::resolve::Resolver;
use super::types::Ty;

/// The columns of a relation with their types, where they are known.
pub(super) type Columns = Vec<(Option<Name>, Option<TypeKind>)>;

/// How deep views over views are followed for their types.
const DEPTH: usize = 4;

/// What a query has brought so far.
#[derive(Default)]
pub(super) struct Tables {
    /// By the numbers of the relations.
    numbered: Vec<(Name, Columns)>,
    /// Common table expressions, the innermost last.
    common: Vec<(Name, Columns)>,
    /// What the query that was resolved last selects.
    pub(super) outputs: Columns,
    depth: usize,
}

impl Tables {
    /// The type of a column of a numbered relation.
    pub(super) fn column(&self, number: &Name, column: &Name) -> Option<&TypeKind> {
        let (_, columns) = self.numbered.iter().find(|(known, _)| known == number)?;
        columns.iter().find(|(name, _)| name.as_ref() == Some(column))?.1.as_ref()
    }
}

impl Resolver<'_> {
    /// A clause of a query, and its type where it is a value.
    pub(super) fn clause(&mut self, keyword: &str, parts: Vec<Node>) -> (Node, Ty) {
        match keyword {
            "query" => self.query(parts),
            "table" | "derived" | "lateral" => self.relation(keyword, parts),
            "function" => {
                let mut parts = parts.into_iter();
                let number = parts.next().unwrap_or(Node::Null);
                let call = parts.next().map(|call| self.resolve(call).0);
                (Node::Clause(keyword.to_owned(), std::iter::once(number).chain(call).collect()), Ty::Unknown)
            }
            "whole row" => (Node::clause(keyword, parts), Ty::Unknown),
            "cte" => self.common_table(parts),
            "projection" => self.projection(parts),
            "union" | "union all" | "except" | "except all" | "intersect" | "intersect all" => {
                self.set_operation(keyword, parts)
            }
            "where" | "having" | "on" => {
                let parts: Vec<Node> = parts.into_iter().map(|part| self.condition(part)).collect();
                (Node::clause(keyword, parts), Ty::Unknown)
            }
            "subquery" => {
                let parts: Vec<Node> = parts.into_iter().map(|part| self.resolve(part).0).collect();
                let ty = match self.tables.outputs.first() {
                    Some((_, Some(kind))) => Ty::Known(self.plain(kind)),
                    Some((_, None)) | None => Ty::Unknown,
                };
                (Node::clause(keyword, parts), ty)
            }
            "filter" => {
                let mut parts = parts.into_iter();
                let (call, ty) = self.resolve(parts.next().unwrap_or(Node::Null));
                let condition = parts.next().map(|condition| self.condition(condition));
                (Node::Clause(keyword.to_owned(), std::iter::once(call).chain(condition).collect()), ty)
            }
            "over" => {
                let mut parts = parts.into_iter();
                let (call, ty) = self.resolve(parts.next().unwrap_or(Node::Null));
                let rest: Vec<Node> = parts.map(|part| self.resolve(part).0).collect();
                (Node::Clause(keyword.to_owned(), std::iter::once(call).chain(rest).collect()), ty)
            }
            _ => {
                let parts: Vec<Node> = parts.into_iter().map(|part| self.resolve(part).0).collect();
                (Node::clause(keyword, parts), Ty::Unknown)
            }
        }
    }

    fn query(&mut self, parts: Vec<Node>) -> (Node, Ty) {
        let visible = self.tables.common.len();
        let mut outputs = Columns::new();
        let mut resolved = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            resolved.push(match (at, part) {
                (1, body) => {
                    let body = self.resolve(body).0;
                    outputs = std::mem::take(&mut self.tables.outputs);
                    body
                }
                // `LIMIT 10` is one of bigint.
                (_, Node::Clause(word, parts)) if word == "limit" || word == "offset" => {
                    let parts: Vec<Node> = parts
                        .into_iter()
                        .map(|part| match self.resolve(part).0 {
                            Node::Cast(inner, ty) if ty == TypeKind::builtin("bigint") => *inner,
                            other => other,
                        })
                        .collect();
                    Node::Clause(word, parts)
                }
                (_, part) => self.resolve(part).0,
            });
        }
        self.tables.common.truncate(visible);
        self.tables.outputs = outputs;
        (Node::clause("query", resolved), Ty::Unknown)
    }

    fn relation(&mut self, keyword: &str, parts: Vec<Node>) -> (Node, Ty) {
        let mut parts = parts.into_iter();
        let (number, what) = (parts.next(), parts.next());
        let Some(Node::Column(number)) = number else { return (Node::clause(keyword, []), Ty::Unknown) };
        let (what, columns) = match what {
            Some(Node::Relation(name)) => {
                let columns = self.columns_of(&name);
                (Node::Relation(name), columns)
            }
            Some(Node::Column(name)) => {
                let found = self.tables.common.iter().rev().find(|(known, _)| *known == name);
                let columns = found.map(|(_, columns)| columns.clone()).unwrap_or_default();
                (Node::Column(name), columns)
            }
            Some(query) => {
                let query = self.resolve(query).0;
                (query, std::mem::take(&mut self.tables.outputs))
            }
            None => (Node::Null, Columns::new()),
        };
        self.tables.numbered.push((number.clone(), columns));
        (Node::clause(keyword, [Node::Column(number), what]), Ty::Unknown)
    }

    fn common_table(&mut self, parts: Vec<Node>) -> (Node, Ty) {
        let mut parts = parts.into_iter();
        let (name, query) = (parts.next().unwrap_or(Node::Null), parts.next().unwrap_or(Node::Null));
        let query = self.resolve(query).0;
        if let Node::Column(name) = &name {
            let columns = std::mem::take(&mut self.tables.outputs);
            self.tables.common.push((name.clone(), columns));
        }
        (Node::clause("cte", [name, query]), Ty::Unknown)
    }

    fn projection(&mut self, items: Vec<Node>) -> (Node, Ty) {
        let mut outputs = Columns::new();
        let mut resolved = Vec::new();
        for item in items {
            let Node::Clause(word, parts) = item else {
                resolved.push(item);
                continue;
            };
            let mut parts = parts.into_iter();
            let (expr, name) = (parts.next().unwrap_or(Node::Null), parts.next().unwrap_or(Node::Null));
            let exact = self.exact_type(&expr);
            let (expr, ty) = self.resolve(expr);
            // What has no type by itself is text (10.6 "SELECT Output Columns").
            let (expr, ty) = match ty {
                Ty::Untyped => {
                    let text = TypeKind::builtin("text");
                    (self.coerce(expr, &ty, &text), Ty::Known(text))
                }
                Ty::Known(_) | Ty::Unknown => (expr, ty),
            };
            let kind = exact.or(match ty {
                Ty::Known(kind) => Some(kind),
                Ty::Untyped | Ty::Unknown => None,
            });
            let known = match &name {
                Node::Column(name) => Some(name.clone()),
                _ => None,
            };
            outputs.push((known, kind));
            resolved.push(Node::Clause(word, vec![expr, name]));
        }
        self.tables.outputs = outputs;
        (Node::Clause("projection".into(), resolved), Ty::Unknown)
    }

    /// Both sides; a column has the type that they share.
    fn set_operation(&mut self, keyword: &str, parts: Vec<Node>) -> (Node, Ty) {
        let mut shared: Option<Columns> = None;
        let mut resolved = Vec::new();
        for part in parts {
            resolved.push(self.resolve(part).0);
            let own = std::mem::take(&mut self.tables.outputs);
            shared = Some(match shared {
                None => own,
                Some(first) => first
                    .into_iter()
                    .zip(own)
                    .map(|((name, one), (_, other))| if one == other { (name, one) } else { (name, None) })
                    .collect(),
            });
        }
        self.tables.outputs = shared.unwrap_or_default();
        (Node::clause(keyword, resolved), Ty::Unknown)
    }

    /// The columns of a table or view.
    fn columns_of(&mut self, name: &RelationName) -> Columns {
        let Some(known) = self.place.known else { return Columns::new() };
        if let Some(table) = known.table(name) {
            let ty = |fact: &Fact<crate::model::DataType>| fact.known().map(|ty| ty.kind.clone());
            return table.columns.iter().map(|column| (Some(column.name.clone()), ty(&column.ty))).collect();
        }
        let Some(view) = known.view(name).filter(|_| self.tables.depth < DEPTH) else { return Columns::new() };
        let Ok(query) = lower_query(&view.query.text, &view.columns, known.grammar, known) else {
            return Columns::new();
        };
        let mut inner = Resolver::new(self.place);
        inner.tables.depth = self.tables.depth + 1;
        inner.resolve(query.node);
        std::mem::take(&mut inner.tables.outputs)
    }
}
