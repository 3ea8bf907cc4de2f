//! The tree of a canonical expression.

use crate::model::{Name, RelationName, TypeKind};

/// A canonical expression. Equal trees mean the same; unequal trees may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A column, without the table that qualified it.
    Column(Name),
    /// `table.column`, where the table matters.
    Qualified(Vec<Name>),
    /// A name in double quotes on an engine that takes it for a string where no such column exists.
    Quoted(String),
    /// NULL.
    Null,
    /// TRUE or FALSE.
    Bool(bool),
    /// A number, as [`super::decimal`] writes it.
    Number(String),
    /// A string whose type its place has to tell.
    Text(String),
    /// A value of a known type, in that type's canonical spelling.
    Literal {
        /// The type.
        ty: TypeKind,
        /// The value.
        text: String,
    },
    /// A conversion that is not known to be without effect.
    Cast(Box<Node>, TypeKind),
    /// A function, by its canonical name; also the keywords that work like one, such as `current_timestamp`.
    Call(String, Vec<Node>),
    /// An operator, by its canonical symbol or keyword: `and` and `or` have two operands or more, `in` has the value
    /// and then the list.
    Op(String, Vec<Node>),
    /// CASE.
    Case {
        /// The value that is compared with each branch's, if there is one.
        operand: Option<Box<Node>>,
        /// Condition or value, and result.
        branches: Vec<(Node, Node)>,
        /// ELSE.
        otherwise: Option<Box<Node>>,
    },
    /// An array of elements.
    Array(Vec<Node>),
    /// A row.
    Row(Vec<Node>),
    /// COLLATE.
    Collate(Box<Node>, String),
    /// A table or view that a query reads.
    Relation(RelationName),
    /// A part of a query, by its keyword.
    Clause(String, Vec<Node>),
    /// What the canonical form does not cover, as the parser prints it.
    Opaque(String),
}

impl Node {
    /// An operator applied to operands.
    pub fn op(symbol: &str, operands: impl Into<Vec<Node>>) -> Node {
        Node::Op(symbol.to_owned(), operands.into())
    }

    /// A function applied to arguments.
    pub fn call(name: &str, args: impl Into<Vec<Node>>) -> Node {
        Node::Call(name.to_owned(), args.into())
    }

    /// A value of a built-in type.
    pub fn literal(ty: &str, text: impl Into<String>) -> Node {
        Node::Literal { ty: TypeKind::builtin(ty), text: text.into() }
    }

    /// A part of a query.
    pub fn clause(keyword: &str, parts: impl Into<Vec<Node>>) -> Node {
        Node::Clause(keyword.to_owned(), parts.into())
    }

    /// NOT of a condition: two of them cancel, and De Morgan's laws, which hold for unknown values too, bring it to
    /// the operands of AND and OR.
    pub fn negation(condition: Node) -> Node {
        match condition {
            Node::Op(symbol, mut operands) if symbol == "not" && operands.len() == 1 => operands.remove(0),
            Node::Op(symbol, operands) if symbol == "and" => {
                Node::junction("or", operands.into_iter().map(Node::negation))
            }
            Node::Op(symbol, operands) if symbol == "or" => {
                Node::junction("and", operands.into_iter().map(Node::negation))
            }
            Node::Bool(value) => Node::Bool(!value),
            other => Node::op("not", [other]),
        }
    }

    /// AND or OR of conditions, nested ones of the same kind flattened in order.
    pub fn junction(symbol: &str, conditions: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for condition in conditions {
            match condition {
                Node::Op(inner, operands) if inner == symbol => flat.extend(operands),
                other => flat.push(other),
            }
        }
        Node::Op(symbol.to_owned(), flat)
    }

    /// The node with `f` applied to each of its direct children.
    #[must_use]
    pub fn map(self, f: &mut dyn FnMut(Node) -> Node) -> Node {
        let all = |nodes: Vec<Node>, f: &mut dyn FnMut(Node) -> Node| nodes.into_iter().map(f).collect();
        match self {
            Node::Cast(inner, ty) => Node::Cast(Box::new(f(*inner)), ty),
            Node::Call(name, args) => Node::Call(name, all(args, f)),
            Node::Op(symbol, operands) => match symbol.as_str() {
                "and" | "or" => {
                    let operands: Vec<Node> = all(operands, f);
                    Node::junction(&symbol, operands)
                }
                "not" if operands.len() == 1 => Node::negation(f(operands.into_iter().next().unwrap_or(Node::Null))),
                _ => Node::Op(symbol, all(operands, f)),
            },
            Node::Case { operand, branches, otherwise } => Node::Case {
                operand: operand.map(|operand| Box::new(f(*operand))),
                branches: branches.into_iter().map(|(when, then)| (f(when), f(then))).collect(),
                otherwise: otherwise.map(|otherwise| Box::new(f(*otherwise))),
            },
            Node::Clause(keyword, parts) => Node::Clause(keyword, all(parts, f)),
            Node::Array(items) => Node::Array(all(items, f)),
            Node::Row(items) => Node::Row(all(items, f)),
            Node::Collate(inner, collation) => Node::Collate(Box::new(f(*inner)), collation),
            leaf @ (Node::Column(_)
            | Node::Qualified(_)
            | Node::Quoted(_)
            | Node::Relation(_)
            | Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Text(_)
            | Node::Literal { .. }
            | Node::Opaque(_)) => leaf,
        }
    }

    /// Whether this is a literal, perhaps with a type.
    pub fn is_constant(&self) -> bool {
        match self {
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Literal { .. } => true,
            Node::Cast(inner, _) => inner.is_constant(),
            Node::Column(_)
            | Node::Qualified(_)
            | Node::Quoted(_)
            | Node::Relation(_)
            | Node::Call(..)
            | Node::Op(..)
            | Node::Clause(..)
            | Node::Case { .. }
            | Node::Array(_)
            | Node::Row(_)
            | Node::Collate(..)
            | Node::Opaque(_) => false,
        }
    }

    /// The direct children, in order.
    pub fn children(&self) -> Vec<&Node> {
        match self {
            Node::Cast(inner, _) | Node::Collate(inner, _) => vec![inner],
            Node::Call(_, nodes)
            | Node::Op(_, nodes)
            | Node::Clause(_, nodes)
            | Node::Array(nodes)
            | Node::Row(nodes) => nodes.iter().collect(),
            Node::Case { operand, branches, otherwise } => operand
                .as_deref()
                .into_iter()
                .chain(branches.iter().flat_map(|(when, then)| [when, then]))
                .chain(otherwise.as_deref())
                .collect(),
            Node::Column(_)
            | Node::Qualified(_)
            | Node::Quoted(_)
            | Node::Relation(_)
            | Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Text(_)
            | Node::Literal { .. }
            | Node::Opaque(_) => Vec::new(),
        }
    }

    /// Whether some part of the tree satisfies `test`.
    pub fn any(&self, test: &dyn Fn(&Node) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }
}
