//! Resolution: the type of every part, and the casts that it implies.

use crate::model::{Fact, Name, TypeKind};
use crate::sql::canon::Node;

use super::literals::literal;
use super::query::Tables;
use super::types::{Ty, base_of_domain, moment_rank, numeric_rank, plain};
use super::{Place, functions};

/// Resolves the types of one expression.
pub(super) struct Resolver<'a> {
    pub(super) place: Place<'a>,
    /// Whether the type of every part was known so far.
    pub(super) typed: bool,
    /// What the query brings, where it is one.
    pub(super) tables: Tables,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(place: Place<'a>) -> Self {
        Resolver { place, typed: true, tables: Tables::default() }
    }

    pub(super) fn plain(&self, kind: &TypeKind) -> TypeKind {
        plain(kind, self.place)
    }

    /// A CHECK or WHERE condition.
    pub(super) fn condition(&mut self, node: Node) -> Node {
        let (node, ty) = self.resolve(node);
        self.coerce(node, &ty, &TypeKind::builtin("boolean"))
    }

    /// The tree with the casts that the server would add, and its type.
    pub(super) fn resolve(&mut self, node: Node) -> (Node, Ty) {
        let (node, ty) = match node {
            Node::Column(name) => self.column(name),
            Node::Qualified(path) => self.qualified(path),
            Node::Number(text) => {
                let ty = if text.contains('.') || text.len() > 19 { "numeric" } else { "integer" };
                (Node::literal(ty, text), Ty::builtin(ty))
            }
            Node::Bool(_) => (node, Ty::builtin("boolean")),
            Node::Null | Node::Text(_) => (node, Ty::Untyped),
            Node::Literal { ref ty, ref text } if ty.builtin_name() == Some("hex") => {
                let bit = TypeKind::builtin("bit");
                (literal(&format!("x{text}"), &bit, self.place), Ty::Known(bit))
            }
            Node::Literal { ref ty, .. } => {
                let ty = Ty::Known(ty.clone());
                (node, ty)
            }
            Node::Cast(inner, ty) => self.cast(*inner, &ty),
            Node::Call(name, args) => self.call(name, args),
            Node::Op(symbol, operands) => self.operation(&symbol, operands),
            Node::Case { operand, branches, otherwise } => self.case(operand, branches, otherwise),
            Node::Array(items) => self.array(items),
            Node::Row(items) => {
                let items = items.into_iter().map(|item| self.resolve(item).0).collect();
                (Node::Row(items), Ty::Unknown)
            }
            Node::Collate(inner, collation) => {
                let (inner, ty) = self.resolve(*inner);
                let (inner, ty) = match ty {
                    Ty::Untyped => (self.coerce(inner, &ty, &TypeKind::builtin("text")), Ty::builtin("text")),
                    Ty::Known(_) | Ty::Unknown => (inner, ty),
                };
                (Node::Collate(Box::new(inner), collation), ty)
            }
            // Its clauses have no type of their own; what is unknown inside of them has said so.
            Node::Clause(keyword, parts) => return self.clause(&keyword, parts),
            Node::Relation(_) => return (node, Ty::Unknown),
            Node::Quoted(_) | Node::Opaque(_) => (node, Ty::Unknown),
        };
        self.typed &= ty != Ty::Unknown;
        (node, ty)
    }

    fn column(&self, name: Name) -> (Node, Ty) {
        let column = self.place.table.and_then(|table| table.column(&name));
        let ty = match column.map(|column| &column.ty) {
            Some(Fact::Known(ty)) => Ty::Known(self.plain(&ty.kind)),
            Some(Fact::Unknown(_)) | None => Ty::Unknown,
        };
        (Node::Column(name), ty)
    }

    fn qualified(&self, path: Vec<Name>) -> (Node, Ty) {
        match (path.as_slice(), self.place.table) {
            ([.., table, column], Some(own)) if *table == own.name.name => self.column(column.clone()),
            ([number, column], None) => {
                let ty = self.tables.column(number, column).map(|kind| Ty::Known(self.plain(kind)));
                (Node::Qualified(path), ty.unwrap_or(Ty::Unknown))
            }
            _ => (Node::Qualified(path), Ty::Unknown),
        }
    }

    /// An explicit cast; one that changes nothing goes.
    fn cast(&mut self, inner: Node, target: &TypeKind) -> (Node, Ty) {
        // A cast of an array of literals is one of each of them (`transformArrayExpr` in parse_expr.c).
        if let (Node::Array(items), TypeKind::Array(element)) = (&inner, target)
            && items.iter().all(|item| matches!(item, Node::Text(_)))
        {
            let items = items.iter().map(|item| self.cast(item.clone(), element).0).collect();
            return (Node::Array(items), Ty::Known(self.plain(target)));
        }
        let ty = self.plain(target);
        let exact = self.exact_type(&inner);
        let (inner, from) = self.resolve(inner);
        let result = Ty::Known(ty.clone());
        let limited = matches!(target, TypeKind::Builtin { args, .. } if !args.is_empty());
        let integer_width =
            ty.builtin_name() == Some("integer") && !matches!(inner, Node::Literal { .. } | Node::Text(_));
        if exact.as_ref() == Some(target) {
            return (inner, result);
        }
        if from == Ty::Untyped || (!limited && !integer_width) {
            let coerced = self.coerce(inner, &from, &ty);
            return (self.limited(coerced, target), result);
        }
        match inner {
            literal @ Node::Literal { .. } => {
                let coerced = self.coerce(literal, &from, &ty);
                (self.limited(coerced, target), result)
            }
            other => (Node::Cast(Box::new(other), target.clone()), result),
        }
    }

    /// A literal after a cast to a type with a length or scale; what does not fit keeps the cast.
    fn limited(&self, node: Node, target: &TypeKind) -> Node {
        let TypeKind::Builtin { name, args } = target else { return node };
        let number = |at: usize| args.get(at).and_then(|arg| arg.parse::<usize>().ok());
        match (&node, name.as_str()) {
            (_, _) if args.is_empty() => node,
            (Node::Null, _) => node,
            (Node::Literal { text, .. }, "character varying" | "character")
                if number(0).is_some_and(|length| text.chars().count() <= length) =>
            {
                node
            }
            (Node::Literal { text, .. }, "interval") if args.iter().all(|arg| fits_interval(text, arg)) => node,
            (Node::Literal { text, .. }, "bit" | "bit varying") if number(0) == Some(text.len()) => node,
            (Node::Literal { ty, text }, "numeric") => match crate::sql::canon::rescaled(text, number(1)) {
                Some(text) => Node::Literal { ty: ty.clone(), text },
                None => Node::Cast(Box::new(node), target.clone()),
            },
            _ => Node::Cast(Box::new(node), target.clone()),
        }
    }

    /// The type of a column with its length, which [`plain`] drops.
    pub(super) fn exact_type(&self, node: &Node) -> Option<TypeKind> {
        let kind = match node {
            Node::Column(name) => &self.place.table?.column(name)?.ty.known()?.kind,
            Node::Qualified(path) => match path.as_slice() {
                [number, column] => self.tables.column(number, column)?,
                _ => return None,
            },
            _ => return None,
        };
        match kind {
            TypeKind::User { name, .. } => base_of_domain(name, self.place).or(Some(kind)).cloned(),
            TypeKind::Builtin { .. } | TypeKind::Values { .. } | TypeKind::Array(_) => Some(kind.clone()),
        }
    }

    /// The node as a value of `target`, which [`plain`] made.
    pub(super) fn coerce(&mut self, node: Node, from: &Ty, target: &TypeKind) -> Node {
        if *from == Ty::Known(target.clone()) {
            return node;
        }
        match node {
            Node::Null => Node::Null,
            Node::Text(text) => literal(&text, target, self.place),
            Node::Literal { text, .. } if numeric_rank(from).is_some() && widens(from, target) => {
                literal(&text, target, self.place)
            }
            Node::Array(items) => match target {
                TypeKind::Array(element) => Node::Array(
                    items
                        .into_iter()
                        .map(|item| {
                            let (item, ty) = self.resolve(item);
                            self.coerce(item, &ty, element)
                        })
                        .collect(),
                ),
                _ => Node::Cast(Box::new(Node::Array(items)), target.clone()),
            },
            other => Node::Cast(Box::new(other), target.clone()),
        }
    }

    fn call(&mut self, name: String, args: Vec<Node>) -> (Node, Ty) {
        if matches!(name.as_str(), "coalesce" | "greatest" | "least" | "nullif") {
            let (args, ty) = self.common(args);
            return (Node::Call(name, args), ty);
        }
        // `CURRENT_TIMESTAMP(6)`: six digits are what holds without a number.
        if name == "now" && args == [Node::Number("6".into())] {
            return self.call(name, Vec::new());
        }
        // `INTERVAL '1' DAY`.
        if let ("interval", [Node::Text(number), Node::Text(unit)]) = (name.as_str(), args.as_slice()) {
            let ty = TypeKind::builtin("interval");
            return (literal(&format!("{number} {unit}"), &ty, self.place), Ty::Known(ty));
        }
        if functions::unites_numbers(&name) && args.len() == 2 {
            let (args, ty) = self.pair(args);
            let args = args.into_iter().map(|arg| self.argument(arg)).collect();
            let ty = functions::result(&name, &[ty.clone(), ty]);
            return (Node::Call(name, args), ty);
        }
        // Integers add up to a wider type, which one depends on their own.
        let sum = if name == "sum" { args.first().and_then(|arg| self.exact_type(arg)) } else { None };
        let mut types = Vec::new();
        let args: Vec<Node> = args
            .into_iter()
            .enumerate()
            .map(|(position, arg)| {
                let (arg, ty) = self.resolve(arg);
                match functions::parameter(&name, position) {
                    // `character` has a length of its own, and no other form of these functions.
                    Some(wanted) if ty == Ty::Untyped || is_user(&ty) || (ty.is("bpchar") && name != "length") => {
                        types.push(Ty::Known(wanted.clone()));
                        self.coerce(arg, &ty, &wanted)
                    }
                    Some(_) | None => {
                        types.push(ty);
                        self.argument(arg)
                    }
                }
            })
            .collect();
        let ty = match sum.as_ref().and_then(TypeKind::builtin_name) {
            Some("smallint" | "integer") => Ty::builtin("integer"),
            Some("bigint") => Ty::builtin("numeric"),
            Some(_) | None => functions::result(&name, &types),
        };
        (Node::Call(name, args), ty)
    }

    fn array(&mut self, items: Vec<Node>) -> (Node, Ty) {
        let (items, ty) = self.common(items);
        let ty = match ty {
            Ty::Known(element) => Ty::Known(TypeKind::Array(Box::new(element))),
            Ty::Untyped => Ty::Known(TypeKind::Array(Box::new(TypeKind::builtin("text")))),
            Ty::Unknown => Ty::Unknown,
        };
        (Node::Array(items), ty)
    }

    fn case(
        &mut self,
        operand: Option<Box<Node>>,
        branches: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    ) -> (Node, Ty) {
        let (whens, thens): (Vec<Node>, Vec<Node>) = branches.into_iter().unzip();
        let (operand, whens) = match operand {
            Some(operand) => {
                let mut all = self.common(std::iter::once(*operand).chain(whens).collect()).0;
                let operand = all.remove(0);
                (Some(Box::new(operand)), all)
            }
            None => (None, whens.into_iter().map(|when| self.condition(when)).collect()),
        };
        let branch_count = thens.len();
        // Without ELSE it is NULL, which the catalog writes out.
        let otherwise = otherwise.map_or(Node::Null, |node| *node);
        let (mut results, ty) = self.common(thens.into_iter().chain([otherwise]).collect());
        let otherwise = (results.len() > branch_count).then(|| results.pop().map(Box::new)).flatten();
        (Node::Case { operand, branches: whens.into_iter().zip(results).collect(), otherwise }, ty)
    }

    /// Several values brought to one type (10.5 "UNION, CASE, and Related Constructs").
    pub(super) fn common(&mut self, nodes: Vec<Node>) -> (Vec<Node>, Ty) {
        let resolved: Vec<(Node, Ty)> = nodes.into_iter().map(|node| self.resolve(node)).collect();
        let target = resolved.iter().map(|(_, ty)| ty).fold(Ty::Untyped, |common, ty| match (&common, ty) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => Ty::Unknown,
            (Ty::Untyped, other) => other.clone(),
            (_, Ty::Untyped) => common,
            (one, other) if numeric_rank(one) < numeric_rank(other) && numeric_rank(one).is_some() => other.clone(),
            (one, other) if moment_rank(one) < moment_rank(other) && moment_rank(one).is_some() => other.clone(),
            _ => common,
        });
        let wanted = match &target {
            Ty::Known(kind) => kind.clone(),
            Ty::Untyped => TypeKind::builtin("text"),
            Ty::Unknown => return (resolved.into_iter().map(|(node, _)| node).collect(), Ty::Unknown),
        };
        let united = resolved.into_iter().map(|(node, ty)| {
            let coerced = self.coerce(node, &ty, &wanted);
            self.without_widening(coerced)
        });
        (united.collect(), Ty::Known(wanted))
    }

    /// The node without a cast from a smaller integer type to a larger one, which unites values and changes none.
    pub(super) fn without_widening(&self, node: Node) -> Node {
        match node {
            Node::Cast(inner, target) => {
                let width = |kind: Option<&TypeKind>| match kind.and_then(TypeKind::builtin_name) {
                    Some("smallint") => Some(2),
                    Some("integer") => Some(4),
                    Some("bigint") => Some(8),
                    _ => None,
                };
                match (width(self.exact_type(&inner).as_ref()), width(Some(&target))) {
                    (Some(from), Some(to)) if from <= to => *inner,
                    _ => Node::Cast(inner, target),
                }
            }
            other => other,
        }
    }

    /// An argument without the cast by which a function's only fitting form takes a number or a date (10.3
    /// "Functions"): the value is the same.
    fn argument(&mut self, node: Node) -> Node {
        match node {
            Node::Cast(inner, target) => {
                let (_, from) = self.resolve((*inner).clone());
                let to = Ty::Known(self.plain(&target));
                let widens_number = numeric_rank(&from).is_some() && numeric_rank(&from) < numeric_rank(&to);
                let widens_moment = moment_rank(&from).is_some() && moment_rank(&from) < moment_rank(&to);
                if widens_number || widens_moment { *inner } else { self.without_widening(Node::Cast(inner, target)) }
            }
            Node::Literal { ty, text } if numeric_rank(&Ty::Known(ty.clone())).is_some() => {
                let number = crate::sql::canon::rescaled(&text, None).unwrap_or(text);
                Node::literal(if number.contains('.') { "numeric" } else { "integer" }, number)
            }
            other => other,
        }
    }
}

/// Whether a type is an extension's or a user's.
pub(super) fn is_user(ty: &Ty) -> bool {
    matches!(ty, Ty::Known(TypeKind::User { .. }))
}

/// Whether a number of one type is the same number in another.
fn widens(from: &Ty, target: &TypeKind) -> bool {
    numeric_rank(from) <= numeric_rank(&Ty::Known(target.clone())) || *from == Ty::builtin("double precision")
}

/// Whether an interval, as its literal spells it, has nothing finer than the field that limits it.
fn fits_interval(text: &str, fields: &str) -> bool {
    let numbers: Vec<i64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [_, days, micros] = numbers.as_slice() else { return false };
    if let Ok(precision) = fields.parse::<u32>() {
        return micros % 10_i64.pow(6_u32.saturating_sub(precision)) == 0;
    }
    match fields.rsplit(' ').next() {
        Some("year" | "month") => *days == 0 && *micros == 0,
        Some("day") => *micros == 0,
        Some("hour") => micros % 3_600_000_000 == 0,
        Some("minute") => micros % 60_000_000 == 0,
        Some("second") => true,
        _ => false,
    }
}
