//! Resolution of operators: which types their operands take (10.2 "Operators").

use crate::model::TypeKind;
use crate::sql::canon::{Node, negated};

use super::literals::literal;
use super::resolve::{Resolver, is_user};
use super::types::{Ty, moment_rank, numeric_rank};

impl Resolver<'_> {
    pub(super) fn operation(&mut self, symbol: &str, operands: Vec<Node>) -> (Node, Ty) {
        let boolean = Ty::builtin("boolean");
        match (symbol, operands.len()) {
            ("and" | "or" | "not", _) => {
                let operands: Vec<Node> = operands.into_iter().map(|operand| self.condition(operand)).collect();
                let node = match symbol {
                    "not" => operands.into_iter().next().map_or(Node::Null, Node::negation),
                    _ => Node::junction(symbol, operands),
                };
                (node, boolean)
            }
            ("in", _) => (self.membership(operands), boolean),
            ("= any", 2) => (self.any(operands), boolean),
            (quantified, 2) if quantified.ends_with(" any") || quantified.ends_with(" all") => {
                (Node::op(symbol, self.quantified(operands)), boolean)
            }
            ("=" | "<" | "<=" | "is distinct from" | "<<=" | ">>=", 2) => {
                (Node::op(symbol, self.pair(operands).0), boolean)
            }
            ("<<" | ">>", 2) => {
                let (operands, ty) = self.pair(operands);
                (Node::op(symbol, operands), if ty.is("integer") { ty } else { boolean })
            }
            ("like" | "ilike" | "similar to", 2 | 3) => (self.pattern(symbol, operands), boolean),
            ("~" | "~*" | "^@", 2) => (Node::op(symbol, self.with_right(operands, "text").0), boolean),
            ("+" | "-" | "*" | "/", 2) => self.arithmetic(symbol, operands),
            ("%" | "&" | "|" | "#", 2) => {
                let (node, ty) = self.arithmetic(symbol, operands);
                // Unlike those above, these have no form for two integers of different widths.
                let own = node.map(&mut |operand| self.without_widening(operand));
                (own, ty)
            }
            ("-", 1) => self.minus(operands),
            ("||", 2) => self.concatenation(operands),
            ("->" | "->>" | "#>" | "#>>" | "?" | "?|" | "?&" | "@>" | "<@" | "&&", 2) => {
                self.container(symbol, operands)
            }
            ("[]", 2) => {
                let mut operands = operands.into_iter();
                let (array, ty) = operands.next().map_or((Node::Null, Ty::Unknown), |array| self.resolve(array));
                let at = operands.next().map_or(Node::Null, |at| self.resolve(at).0);
                let element = match ty {
                    Ty::Known(TypeKind::Array(element)) => Ty::Known(*element),
                    Ty::Known(_) | Ty::Untyped | Ty::Unknown => Ty::Unknown,
                };
                (Node::op(symbol, [array, at]), element)
            }
            _ => {
                let operands: Vec<Node> = operands.into_iter().map(|operand| self.resolve(operand).0).collect();
                let is_test = symbol.starts_with("is ") || matches!(symbol, "exists" | "in subquery");
                let ty = if is_test { boolean } else { Ty::Unknown };
                (Node::op(symbol, operands), ty)
            }
        }
    }

    /// Two operands of one operator: an untyped one takes the other's type, numbers the wider one.
    pub(super) fn pair(&mut self, operands: Vec<Node>) -> (Vec<Node>, Ty) {
        let mut resolved: Vec<(Node, Ty)> = operands.into_iter().map(|operand| self.resolve(operand)).collect();
        let types: Vec<Ty> = resolved.iter().map(|(_, ty)| ty.clone()).collect();
        let [left, right] = types.as_slice() else {
            return (resolved.into_iter().map(|(node, _)| node).collect(), Ty::Unknown);
        };
        let target = match (left, right) {
            (Ty::Untyped, Ty::Untyped) => TypeKind::builtin("text"),
            (Ty::Untyped, Ty::Known(kind)) | (Ty::Known(kind), Ty::Untyped) => kind.clone(),
            (Ty::Known(one), Ty::Known(other)) if one == other => one.clone(),
            (one, other) => match (numeric_rank(one), numeric_rank(other)) {
                (Some(low), Some(high)) if low.max(high) >= 2 => TypeKind::builtin("double precision"),
                (Some(_), Some(_)) => TypeKind::builtin("numeric"),
                _ if is_textual(one) && is_textual(other) => TypeKind::builtin("text"),
                _ => {
                    self.typed &= moment_rank(one).is_some() && moment_rank(other).is_some();
                    return (resolved.into_iter().map(|(node, _)| node).collect(), Ty::Unknown);
                }
            },
        };
        for (node, ty) in &mut resolved {
            // real and double precision share operators: neither is converted.
            if !ty.is("real") {
                *node = self.coerce(std::mem::replace(node, Node::Null), &ty.clone(), &target);
            }
        }
        (resolved.into_iter().map(|(node, _)| node).collect(), Ty::Known(target))
    }

    fn arithmetic(&mut self, symbol: &str, operands: Vec<Node>) -> (Node, Ty) {
        if let Some(shifted) = self.shifted(symbol, &operands) {
            return shifted;
        }
        let (operands, ty) = self.pair(operands);
        let ty = if numeric_rank(&ty).is_some() { ty } else { Ty::Unknown };
        (Node::op(symbol, operands), ty)
    }

    /// A date or timestamp moved by days or an interval (9.9 "Date/Time Functions and Operators").
    fn shifted(&mut self, symbol: &str, operands: &[Node]) -> Option<(Node, Ty)> {
        if !matches!(symbol, "+" | "-") {
            return None;
        }
        let [left, right] = operands else { return None };
        let typed = self.typed;
        let (left, moment) = self.resolve(left.clone());
        let (right, by) = self.resolve(right.clone());
        let ty = match (moment_rank(&moment)?, by.name()) {
            (0, Some("integer")) => moment,
            (0, Some("interval")) => Ty::builtin("timestamp without time zone"),
            (1 | 2, Some("interval")) => moment,
            _ => {
                self.typed = typed;
                return None;
            }
        };
        Some((Node::op(symbol, [left, right]), ty))
    }

    /// `IN`, as comparisons with each item: constants are brought to one type with the value (`transformAExprIn` in
    /// `parse_expr.c`), items that name columns are compared one by one, after them.
    fn membership(&mut self, mut operands: Vec<Node>) -> Node {
        if operands.is_empty() {
            return Node::Bool(false);
        }
        let value = operands.remove(0);
        let names_column = |node: &Node| node.any(&|part| matches!(part, Node::Column(_) | Node::Qualified(_)));
        let (varying, constant): (Vec<Node>, Vec<Node>) = operands.into_iter().partition(names_column);
        let mut comparisons = Vec::new();
        if !constant.is_empty() {
            let mut united = self.common(std::iter::once(value.clone()).chain(constant).collect()).0;
            let value = united.remove(0);
            comparisons.extend(united.into_iter().map(|item| Node::op("=", [value.clone(), item])));
        }
        for item in varying {
            comparisons.push(Node::op("=", self.pair(vec![value.clone(), item]).0));
        }
        match comparisons.len() {
            1 => comparisons.remove(0),
            _ => Node::junction("or", comparisons),
        }
    }

    /// `x = ANY (array)`: with the elements at hand it is `IN`.
    fn any(&mut self, operands: Vec<Node>) -> Node {
        let mut operands = self.quantified(operands);
        match operands.pop() {
            Some(Node::Array(items)) => {
                let value = operands.pop().unwrap_or(Node::Null);
                let mut comparisons: Vec<Node> =
                    items.into_iter().map(|item| Node::op("=", [value.clone(), item])).collect();
                if comparisons.len() == 1 { comparisons.remove(0) } else { Node::junction("or", comparisons) }
            }
            array => {
                operands.extend(array);
                Node::op("= any", operands)
            }
        }
    }

    /// A value and an array whose elements have one type with it.
    fn quantified(&mut self, mut operands: Vec<Node>) -> Vec<Node> {
        let array = operands.pop().unwrap_or(Node::Null);
        let (value, ty) = operands.pop().map_or((Node::Null, Ty::Unknown), |value| self.resolve(value));
        let array = match (array, &ty) {
            (Node::Text(text), Ty::Known(kind)) => literal(&text, &TypeKind::Array(Box::new(kind.clone())), self.place),
            (other, _) => other,
        };
        let (array, array_ty) = self.resolve(array);
        match (array, array_ty) {
            (Node::Array(items), _) => {
                let mut united = self.common(std::iter::once(value).chain(items).collect()).0;
                let value = united.remove(0);
                vec![value, Node::Array(united)]
            }
            (array, Ty::Known(TypeKind::Array(element))) if ty == Ty::Untyped => {
                vec![self.coerce(value, &ty, &element), array]
            }
            (array, _) => vec![value, array],
        }
    }

    /// LIKE and SIMILAR TO; ESCAPE is a function of the pattern.
    fn pattern(&mut self, symbol: &str, mut operands: Vec<Node>) -> Node {
        let escape = if operands.len() == 3 { operands.pop() } else { None };
        if let Some(pattern) = operands.pop() {
            let args: Vec<Node> = std::iter::once(pattern).chain(escape).collect();
            operands.push(match symbol {
                "similar to" => Node::call("similar_to_escape", args),
                _ if args.len() == 2 => Node::call("like_escape", args),
                _ => args.into_iter().next().unwrap_or(Node::Null),
            });
        }
        let symbol = if symbol == "similar to" { "~" } else { symbol };
        Node::op(symbol, self.with_right(operands, "text").0)
    }

    /// Operands of an operator whose untyped right side is of one type, as is an untyped left side.
    fn with_right(&mut self, operands: Vec<Node>, right: &str) -> (Vec<Node>, Ty) {
        let mut wanted = TypeKind::builtin(right);
        let mut left = Ty::Unknown;
        let nodes = operands
            .into_iter()
            .enumerate()
            .map(|(position, operand)| {
                let (operand, ty) = self.resolve(operand);
                if position == 0 {
                    left = ty.clone();
                    // citext has the pattern operators for itself.
                    if let (true, Ty::Known(kind)) = (is_user(&ty), &ty) {
                        wanted = kind.clone();
                    }
                }
                if ty == Ty::Untyped { self.coerce(operand, &ty, &wanted) } else { operand }
            })
            .collect();
        (nodes, left)
    }

    /// A sign; that of a literal belongs to it, whatever was cast first: `-1::integer`.
    fn minus(&mut self, mut operands: Vec<Node>) -> (Node, Ty) {
        let (operand, ty) = self.resolve(operands.pop().unwrap_or(Node::Null));
        match operand {
            Node::Literal { ty: kind, text } if numeric_rank(&ty).is_some() => {
                (Node::Literal { ty: kind, text: negated(&text) }, ty)
            }
            other => (Node::op("-", [other]), ty),
        }
    }

    fn concatenation(&mut self, operands: Vec<Node>) -> (Node, Ty) {
        let mut resolved: Vec<(Node, Ty)> = operands.into_iter().map(|operand| self.resolve(operand)).collect();
        let own = resolved.iter().map(|(_, ty)| ty.clone()).find(|ty| match ty {
            Ty::Known(TypeKind::Array(_)) | Ty::Unknown => true,
            Ty::Known(kind) => matches!(kind.builtin_name(), Some("jsonb" | "bytea" | "bit" | "tsvector" | "tsquery")),
            Ty::Untyped => false,
        });
        let ty = own.unwrap_or_else(|| Ty::builtin("text"));
        if let Ty::Known(kind) = &ty {
            for (node, from) in &mut resolved {
                if *from == Ty::Untyped || (from.is("bpchar") && ty.is("text")) {
                    *node = self.coerce(std::mem::replace(node, Node::Null), from, kind);
                }
            }
        }
        // Flattened: concatenation is associative.
        let mut parts = Vec::new();
        for (node, _) in resolved {
            match node {
                Node::Op(symbol, inner) if symbol == "||" && ty.is("text") => parts.extend(inner),
                other => parts.push(other),
            }
        }
        (Node::Op("||".into(), parts), ty)
    }

    /// The operators of json and arrays.
    fn container(&mut self, symbol: &str, operands: Vec<Node>) -> (Node, Ty) {
        if matches!(symbol, "@>" | "<@" | "&&") {
            return (Node::op(symbol, self.pair(operands).0), Ty::builtin("boolean"));
        }
        let wanted = match symbol {
            "->" | "->>" | "?" => TypeKind::builtin("text"),
            _ => TypeKind::Array(Box::new(TypeKind::builtin("text"))),
        };
        let mut operands = operands.into_iter();
        let (left, left_ty) = operands.next().map_or((Node::Null, Ty::Unknown), |left| self.resolve(left));
        let (right, right_ty) = operands.next().map_or((Node::Null, Ty::Unknown), |right| self.resolve(right));
        let right = if right_ty == Ty::Untyped { self.coerce(right, &right_ty, &wanted) } else { right };
        let ty = match symbol {
            "->>" | "#>>" => Ty::builtin("text"),
            "->" | "#>" => left_ty,
            _ => Ty::builtin("boolean"),
        };
        (Node::op(symbol, [left, right]), ty)
    }
}

/// Types that compare with `text` as text: citext and `character` are converted, `varchar` is text already.
fn is_textual(ty: &Ty) -> bool {
    match ty {
        Ty::Known(TypeKind::User { name, .. }) => name.name.as_str() == "citext",
        Ty::Known(_) => ty.is("text") || ty.is("bpchar"),
        Ty::Untyped | Ty::Unknown => false,
    }
}
