//! Operators, comparisons and truth.

use crate::source::python::bounds::{Looks, MOST_ITEMS};
use crate::source::python::parse::ast;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Op, Value};
use crate::threads;

use super::{Frame, Interp};

/// A number literal.
pub(super) fn number<'a>(number: &ast::Number) -> Value<'a> {
    match number {
        ast::Number::Int(int) => int.as_i64().map_or_else(|| Value::Number(int.to_string().into()), Value::Int),
        ast::Number::Float(float) => Value::Number(float_text(*float).into()),
        ast::Number::Complex { .. } => Value::unknown("a complex number"),
    }
}

/// A float as Python prints it: `1.0`, not `1`.
fn float_text(float: f64) -> String {
    format!("{float:?}")
}

/// Whether two values are certainly the same.
pub(in crate::source::python) fn identical<'a>(a: &Value<'a>, b: &Value<'a>) -> bool {
    match (a, b) {
        (Value::Function(a), Value::Function(b)) => Rc::ptr_eq(a, b),
        (Value::Call(a), Value::Call(b)) => Rc::ptr_eq(a, b),
        (Value::List(a), Value::List(b)) if Rc::ptr_eq(a, b) => true,
        (Value::Dict(a), Value::Dict(b)) if Rc::ptr_eq(a, b) => true,
        (Value::Choice(a), Value::Choice(b)) if Rc::ptr_eq(a, b) => true,
        (Value::Tuple(a), Value::Tuple(b)) if Rc::ptr_eq(a, b) => true,
        (Value::Attr(a), Value::Attr(b)) => {
            Rc::ptr_eq(a, b) || a.1 == b.1 && threads::has_room() && identical(&a.0, &b.0)
        }
        _ => equal(a, b) == Some(true),
    }
}

/// Whether two values are equal, as far as that can be said.
pub(super) fn equal<'a>(a: &Value<'a>, b: &Value<'a>) -> Option<bool> {
    equal_within(a, b, &Looks::new())
}

fn equal_within<'a>(a: &Value<'a>, b: &Value<'a>, looks: &Looks) -> Option<bool> {
    if !looks.more() {
        return None;
    }
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        return Some(a == b);
    }
    match (a, b) {
        (Value::None, Value::None) => Some(true),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Int(a), Value::Int(b)) => Some(a == b),
        (Value::Number(a), Value::Number(b)) => Some(a == b),
        (Value::Member(a), Value::Member(b)) => Some(Rc::ptr_eq(&a.class, &b.class) && a.name == b.name),
        (Value::Class(a), Value::Class(b)) => Some(Rc::ptr_eq(a, b)),
        (Value::Module(a), Value::Module(b)) => Some(a == b),
        (Value::External(a), Value::External(b)) => Some(a.key() == b.key()),
        (Value::Tuple(a), Value::Tuple(b)) => all_equal(a, b, looks),
        (Value::List(a), Value::List(b)) => all_equal(&a.borrow(), &b.borrow(), looks),
        (Value::Tuple(a), Value::List(b)) => all_equal(a, &b.borrow(), looks),
        (Value::List(a), Value::Tuple(b)) => all_equal(&a.borrow(), b, looks),
        // What the project wrote is nothing of a library's.
        (Value::Class(_), Value::External(_)) | (Value::External(_), Value::Class(_)) => Some(false),
        (a, b) if a.is_symbolic() || b.is_symbolic() => None,
        (Value::Instance(a), Value::Instance(b)) => Rc::ptr_eq(a, b).then_some(true),
        (Value::Dict(_), Value::Dict(_)) => None,
        _ => Some(false),
    }
}

fn all_equal<'a>(a: &[Value<'a>], b: &[Value<'a>], looks: &Looks) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    let mut unsure = false;
    for (a, b) in a.iter().zip(b) {
        match equal_within(a, b, looks) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unsure = true,
        }
    }
    (!unsure).then_some(true)
}

impl<'a> Interp<'a> {
    /// Whether a value counts as true, as far as that can be said.
    pub(in crate::source::python) fn truth(&self, value: &Value<'a>) -> Option<bool> {
        match value {
            Value::None => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Int(number) => Some(*number != 0),
            Value::Number(text) => Some(text.parse::<f64>().is_ok_and(|number| number != 0.0)),
            Value::Str(text) => Some(!text.is_empty()),
            Value::List(items) => Some(!items.borrow().is_empty()),
            Value::Tuple(items) => Some(!items.is_empty()),
            Value::Dict(items) => Some(!items.borrow().is_empty()),
            Value::Ellipsis
            | Value::Function(_)
            | Value::Method(_)
            | Value::Class(_)
            | Value::Instance(_)
            | Value::Member(_)
            | Value::Module(_)
            | Value::Super(_) => Some(true),
            Value::Call(call) if call.key() == Some("<match>") => Some(true),
            Value::External(name) if name.key() == "typing.TYPE_CHECKING" => Some(false),
            Value::External(name) => name.key().starts_with("builtins.").then_some(true),
            Value::Call(_)
            | Value::Attr(_)
            | Value::Subscript(_)
            | Value::Op(_)
            | Value::Deferred(_)
            | Value::Unknown(_) => None,
            Value::Choice(choice) => {
                let mut truths = choice.values.iter().map(|value| self.truth(value));
                let first = truths.next()??;
                truths.all(|truth| truth == Some(first)).then_some(first)
            }
        }
    }

    pub(super) fn unary(&mut self, op: ast::UnaryOp, operand: Value<'a>) -> Value<'a> {
        match (op, &operand) {
            (ast::UnaryOp::Not, _) => match self.truth(&operand) {
                Some(truth) => Value::Bool(!truth),
                None => symbolic("not", vec![operand]),
            },
            (ast::UnaryOp::USub, Value::Int(number)) => number.checked_neg().map_or(Value::None, Value::Int),
            (ast::UnaryOp::USub, Value::Number(text)) => Value::Number(format!("-{text}").into()),
            (ast::UnaryOp::UAdd, _) => operand,
            (ast::UnaryOp::USub, _) => symbolic("-", vec![operand]),
            (ast::UnaryOp::Invert, _) => symbolic("~", vec![operand]),
        }
    }

    pub(super) fn binary(&mut self, op: ast::Operator, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        if let (Value::Int(a), Value::Int(b)) = (&left, &right)
            && let Some(value) = integers(op, *a, *b)
        {
            return value;
        }
        match (op, &left, &right) {
            (ast::Operator::Add, Value::Tuple(a), Value::Tuple(b)) if a.len() + b.len() <= MOST_ITEMS => {
                if !self.spend(a.len() + b.len()) {
                    return self.exhausted();
                }
                Value::Tuple(Rc::new(a.iter().chain(b.iter()).cloned().collect()))
            }
            (ast::Operator::Add, Value::List(a), Value::List(b))
                if a.borrow().len() + b.borrow().len() <= MOST_ITEMS =>
            {
                let length = a.borrow().len() + b.borrow().len();
                if !self.spend(length) {
                    return self.exhausted();
                }
                let joined = a.borrow().iter().chain(b.borrow().iter()).cloned().collect();
                Value::list(joined)
            }
            (ast::Operator::Mult, Value::Str(text), Value::Int(times)) => {
                let times = usize::try_from(*times).unwrap_or(0);
                match text.len().saturating_mul(times) {
                    length if length > MOST_ITEMS => Value::unknown("a text that is repeated very often"),
                    length if !self.spend(length / 16) => self.exhausted(),
                    _ => Value::str(text.repeat(times)),
                }
            }
            (ast::Operator::BitOr, Value::Dict(a), Value::Dict(b)) => {
                let mut items = a.borrow().clone();
                for (key, value) in b.borrow().iter() {
                    items.put(key.clone(), value.clone());
                }
                Value::Dict(Rc::new(std::cell::RefCell::new(items)))
            }
            (ast::Operator::Mod, Value::Str(format), _) => match super::text::percent(format, &right) {
                unknown @ Value::Unknown(_) => self.begun(format, unknown),
                known => known,
            },
            (ast::Operator::Add, _, _) => match (left.as_str(), right.as_str()) {
                (Some(a), Some(b)) if self.spend((a.len() + b.len()) / 16) => Value::str(format!("{a}{b}")),
                (Some(_), Some(_)) => self.exhausted(),
                (Some(a), None) if right.unknown_reason().is_some() => self.begun(&a, right),
                (None, _) if matches!(&left, Value::Op(op) if op.operator == "…") => left,
                _ => symbolic("+", vec![left, right]),
            },
            _ => symbolic(op.as_str(), vec![left, right]),
        }
    }

    pub(super) fn bool_op(&mut self, boolean: &'a ast::ExprBoolOp, frame: &Frame<'a>) -> Value<'a> {
        let stops_at = matches!(boolean.op, ast::BoolOp::Or);
        let mut open: Vec<Value<'a>> = Vec::new();
        for operand in &boolean.values {
            // Behind an operand that is not known, the others may not be evaluated at all.
            let value = match open.is_empty() || self.recording.is_none() {
                true => self.eval(operand, frame),
                false => {
                    let at = self.project.at(frame.site(operand));
                    self.while_unsure(&format!("it depends on what stands before it at {at}"), |i| {
                        i.eval(operand, frame)
                    })
                }
            };
            match self.truth(&value) {
                Some(truth) if truth == stops_at && open.is_empty() => return value,
                // Whatever the others are, the whole is settled.
                Some(truth) if truth == stops_at => return Value::Bool(truth),
                Some(truth) if truth != stops_at => {
                    if std::ptr::eq(operand, &boolean.values[boolean.values.len() - 1]) && open.is_empty() {
                        return value;
                    }
                }
                _ => open.push(value),
            }
        }
        symbolic(if stops_at { "or" } else { "and" }, open)
    }

    pub(super) fn compare(&mut self, compare: &'a ast::ExprCompare, frame: &Frame<'a>) -> Value<'a> {
        let mut left = self.eval(&compare.left, frame);
        let mut result = Value::Bool(true);
        for (op, right) in compare.ops.iter().zip(&compare.comparators) {
            let right = self.eval(right, frame);
            let step = self.compare_two(*op, &left, &right);
            match (&result, &step) {
                (Value::Bool(true), _) => result = step,
                (Value::Bool(false), _) => return Value::Bool(false),
                _ => result = symbolic("and", vec![result, step]),
            }
            left = right;
        }
        result
    }

    fn contains(&mut self, container: &Value<'a>, item: &Value<'a>) -> Option<bool> {
        // The environment is taken to be empty.
        if container.external_key() == Some("os.environ") {
            return Some(false);
        }
        if let (Value::Str(text), Some(part)) = (container, item.as_str()) {
            return Some(text.contains(&*part));
        }
        match container {
            Value::Dict(dict) => {
                let mut dict = dict.borrow_mut();
                if dict.get(item).is_some() {
                    return Some(true);
                }
                let is_plain = |value: &Value<'a>| !value.is_symbolic();
                let all_plain = is_plain(item) && dict.open.is_none() && self.spend(dict.len() / 16);
                (all_plain && dict.iter().all(|(key, _)| is_plain(key))).then_some(false)
            }
            Value::List(items) if self.spend(items.borrow().len()) => is_among(&items.borrow(), item),
            Value::Tuple(items) if self.spend(items.len()) => is_among(items, item),
            _ => None,
        }
    }

    fn compare_two(&mut self, op: ast::CmpOp, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        // A supported Python is newer than any that models ask for.
        if left.external_key() == Some("sys.version_info") {
            return Value::Bool(matches!(op, ast::CmpOp::Gt | ast::CmpOp::GtE | ast::CmpOp::NotEq));
        }
        let known = match op {
            ast::CmpOp::Eq => equal(left, right),
            ast::CmpOp::NotEq => equal(left, right).map(|equal| !equal),
            ast::CmpOp::Is => is_same(left, right),
            ast::CmpOp::IsNot => is_same(left, right).map(|same| !same),
            ast::CmpOp::In => self.contains(right, left),
            ast::CmpOp::NotIn => self.contains(right, left).map(|found| !found),
            ast::CmpOp::Lt => order(left, right).map(|order| order.is_lt()),
            ast::CmpOp::LtE => order(left, right).map(|order| order.is_le()),
            ast::CmpOp::Gt => order(left, right).map(|order| order.is_gt()),
            ast::CmpOp::GtE => order(left, right).map(|order| order.is_ge()),
        };
        known.map_or_else(|| symbolic(op.as_str(), vec![left.clone(), right.clone()]), Value::Bool)
    }
}

fn symbolic<'a>(operator: &'static str, operands: Vec<Value<'a>>) -> Value<'a> {
    match operands.iter().find_map(Value::unknown_reason) {
        Some(reason) => Value::Unknown(reason.clone()),
        None => Value::Op(Rc::new(Op { operator, operands })),
    }
}

fn integers<'a>(op: ast::Operator, a: i64, b: i64) -> Option<Value<'a>> {
    let result = match op {
        ast::Operator::Add => a.checked_add(b),
        ast::Operator::Sub => a.checked_sub(b),
        ast::Operator::Mult => a.checked_mul(b),
        ast::Operator::FloorDiv if b != 0 => a.checked_div_euclid(b),
        ast::Operator::Mod if b != 0 => a.checked_rem_euclid(b),
        ast::Operator::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        ast::Operator::LShift => u32::try_from(b).ok().filter(|b| *b < 63).and_then(|b| a.checked_mul(1 << b)),
        ast::Operator::RShift => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
        ast::Operator::BitOr => Some(a | b),
        ast::Operator::BitXor => Some(a ^ b),
        ast::Operator::BitAnd => Some(a & b),
        ast::Operator::Div => {
            return (b != 0).then(|| Value::Number(float_text(a as f64 / b as f64).into()));
        }
        ast::Operator::FloorDiv | ast::Operator::Mod | ast::Operator::MatMult => None,
    };
    result.map(Value::Int)
}

fn is_same<'a>(left: &Value<'a>, right: &Value<'a>) -> Option<bool> {
    match (left, right) {
        (Value::None, Value::None) => Some(true),
        // A column, a type or a library object is not None.
        (Value::None, Value::External(_)) | (Value::External(_), Value::None) => None,
        (Value::Call(a), Value::Call(b)) => Some(Rc::ptr_eq(a, b)),
        (a, b) => equal(a, b),
    }
}

fn is_among<'a>(items: &[Value<'a>], item: &Value<'a>) -> Option<bool> {
    let mut unsure = false;
    for candidate in items {
        match equal(candidate, item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unsure = true,
        }
    }
    (!unsure).then_some(false)
}

fn order<'a>(left: &Value<'a>, right: &Value<'a>) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
        (Value::Tuple(_), Value::Tuple(_)) | (Value::List(_), Value::List(_)) => {
            let (a, b) = (left.items()?, right.items()?);
            for (a, b) in a.iter().zip(&b) {
                match order(a, b)? {
                    std::cmp::Ordering::Equal => {}
                    unequal => return Some(unequal),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        _ => None,
    }
}
