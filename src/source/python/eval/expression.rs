//! Expressions.

use std::cell::RefCell;

use crate::source::python::dict::Dict;
use crate::source::python::parse::{self, ast};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Body, Function, Scope, Value};
use crate::threads;

use super::{Frame, Interp, MAX_QUOTED, operator};

/// Names that are always there.
const BUILTINS: [&str; 53] = [
    "AssertionError",
    "AttributeError",
    "Exception",
    "ImportError",
    "KeyError",
    "ModuleNotFoundError",
    "NotImplemented",
    "NotImplementedError",
    "RuntimeError",
    "TypeError",
    "ValueError",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "classmethod",
    "dict",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "min",
    "next",
    "object",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "set",
    "setattr",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "tuple",
    "type",
];
const MORE_BUILTINS: [&str; 9] =
    ["super", "vars", "zip", "memoryview", "exec", "eval", "compile", "__import__", "open"];

impl<'a> Interp<'a> {
    /// The value of an expression.
    pub(in crate::source::python) fn eval(&mut self, expr: &'a ast::Expr, frame: &Frame<'a>) -> Value<'a> {
        if !self.spend(1) || !threads::has_room() {
            return Value::unknown(self.limit().unwrap_or_default());
        }
        match expr {
            ast::Expr::NoneLiteral(_) => Value::None,
            ast::Expr::EllipsisLiteral(_) => Value::Ellipsis,
            ast::Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
            ast::Expr::NumberLiteral(literal) => operator::number(&literal.value),
            ast::Expr::StringLiteral(literal) => Value::str(literal.value.to_str()),
            ast::Expr::FString(fstring) => self.fstring(fstring, frame),
            ast::Expr::Name(name) => self.name(name.id.as_str(), frame),
            ast::Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value, frame);
                self.attribute(&base, attribute.attr.as_str())
            }
            ast::Expr::Call(call) => self.call_expression(call, frame),
            ast::Expr::Subscript(subscript) => {
                let base = self.eval(&subscript.value, frame);
                let index = self.eval(&subscript.slice, frame);
                self.subscript(base, index)
            }
            ast::Expr::List(ast::ExprList { elts, .. }) | ast::Expr::Set(ast::ExprSet { elts, .. }) => {
                self.sequence(elts, frame).map_or_else(|unknown| unknown, Value::list)
            }
            ast::Expr::Tuple(tuple) => {
                self.sequence(&tuple.elts, frame).map_or_else(|unknown| unknown, |items| Value::Tuple(Rc::new(items)))
            }
            ast::Expr::Dict(dict) => self.dict(dict, frame),
            ast::Expr::BinOp(binary) => {
                let left = self.eval(&binary.left, frame);
                let right = self.eval(&binary.right, frame);
                self.binary(binary.op, left, right)
            }
            ast::Expr::UnaryOp(unary) => {
                let operand = self.eval(&unary.operand, frame);
                self.unary(unary.op, operand)
            }
            ast::Expr::BoolOp(boolean) => self.bool_op(boolean, frame),
            ast::Expr::Compare(compare) => self.compare(compare, frame),
            ast::Expr::If(conditional) => self.conditional(conditional, frame),
            ast::Expr::Lambda(lambda) => self.lambda(lambda, frame),
            ast::Expr::ListComp(ast::ExprListComp { elt, generators, .. })
            | ast::Expr::SetComp(ast::ExprSetComp { elt, generators, .. })
            | ast::Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => {
                self.list_comprehension(elt, generators, frame)
            }
            ast::Expr::DictComp(comp) => self.dict_comprehension(comp, frame),
            ast::Expr::Named(named) => {
                let value = self.eval(&named.value, frame);
                self.assign_to(&named.target, value.clone(), frame);
                value
            }
            ast::Expr::Starred(starred) => self.eval(&starred.value, frame),
            ast::Expr::Slice(slice) => {
                let mut bound =
                    |part: &'a Option<Box<ast::Expr>>| part.as_ref().map_or(Value::None, |expr| self.eval(expr, frame));
                let parts = vec![bound(&slice.lower), bound(&slice.upper), bound(&slice.step)];
                Value::Op(Rc::new(super::super::value::Op { operator: ":", operands: parts }))
            }
            ast::Expr::BytesLiteral(literal) => {
                let bytes: Vec<u8> = literal.value.bytes().collect();
                Value::str(String::from_utf8_lossy(&bytes))
            }
            ast::Expr::Await(_) | ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => {
                Value::unknown("`await` and `yield` are not followed")
            }
            ast::Expr::TString(_) | ast::Expr::IpyEscapeCommand(_) => {
                Value::unknown("a template string is not followed")
            }
        }
    }

    /// The value of an annotation; strings inside it are annotations too.
    ///
    /// An alias may name itself (`Json = list["Json"]`): where it has been read often enough, the name stays a text.
    pub(in crate::source::python) fn annotation(&mut self, expr: &'a ast::Expr, frame: &Frame<'a>) -> Value<'a> {
        let outer = self.quoted;
        self.quoted = Some(outer.unwrap_or(MAX_QUOTED));
        let value = self.eval(expr, frame);
        let value = self.unquote(value, frame);
        self.quoted = outer.and(self.quoted);
        value
    }

    fn unquote(&mut self, value: Value<'a>, frame: &Frame<'a>) -> Value<'a> {
        // What holds no text stays as it is; what was read too often does too.
        match self.quoted.and_then(|left| left.checked_sub(1)) {
            Some(left) if threads::has_room() => self.quoted = Some(left),
            Some(_) | None => return value,
        }
        match value {
            Value::Str(text) => match parse::expression(&text) {
                Some(expr) => {
                    let expr = self.project.trees().keep(expr);
                    self.annotation(expr, frame)
                }
                None => Value::unknown(format!("the annotation {text:?} is not an expression")),
            },
            Value::Subscript(pair) => {
                // The values of Literal["a"] are strings, not annotations.
                if pair.0.external_key() == Some("typing.Literal") {
                    return Value::Subscript(pair);
                }
                let index = match &pair.1 {
                    Value::Tuple(items) if pair.0.external_key() == Some("typing.Annotated") => {
                        let mut items = items.as_ref().clone();
                        if let Some(first) = items.first_mut() {
                            *first = self.unquote(first.clone(), frame);
                        }
                        Value::Tuple(Rc::new(items))
                    }
                    Value::Tuple(items) => {
                        let items = items.iter().map(|item| self.unquote(item.clone(), frame)).collect();
                        Value::Tuple(Rc::new(items))
                    }
                    other => self.unquote(other.clone(), frame),
                };
                Value::Subscript(Rc::new((pair.0.clone(), index)))
            }
            Value::Op(op) if op.operator == "|" => {
                let operands = op.operands.iter().map(|operand| self.unquote(operand.clone(), frame)).collect();
                Value::Op(Rc::new(super::super::value::Op { operator: "|", operands }))
            }
            other => self.force(other),
        }
    }

    fn name(&mut self, name: &str, frame: &Frame<'a>) -> Value<'a> {
        if let Some(value) = frame.scope.get(name) {
            return self.force(value);
        }
        if BUILTINS.binary_search(&name).is_ok() || MORE_BUILTINS.contains(&name) {
            return Value::external(&format!("builtins.{name}"));
        }
        match self.project.module(frame.scope.module).star_of(name) {
            Some(star) => self.library_name(&star, name),
            None => Value::unknown(format!("the name `{name}` is not defined")),
        }
    }

    /// The items of a display, with splats spread out.
    fn sequence(&mut self, elements: &'a [ast::Expr], frame: &Frame<'a>) -> Result<Vec<Value<'a>>, Value<'a>> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.eval(element, frame);
            if !matches!(element, ast::Expr::Starred(_)) {
                items.push(value);
                continue;
            }
            match self.iterate(&value) {
                Some(more) => items.extend(more),
                None => return Err(self.cannot(&value, "is spread with `*`")),
            }
        }
        Ok(items)
    }

    fn dict(&mut self, dict: &'a ast::ExprDict, frame: &Frame<'a>) -> Value<'a> {
        let mut items = Dict::default();
        for item in &dict.items {
            let value = self.eval(&item.value, frame);
            match (&item.key, &value) {
                (Some(key), _) => {
                    let key = self.eval(key, frame);
                    items.put(key, value);
                }
                (None, Value::Dict(more)) => {
                    for (key, value) in more.borrow().iter() {
                        items.put(key.clone(), value.clone());
                    }
                }
                (None, other) => return self.cannot(other, "is spread with `**`"),
            }
        }
        Value::Dict(Rc::new(RefCell::new(items)))
    }

    fn conditional(&mut self, conditional: &'a ast::ExprIf, frame: &Frame<'a>) -> Value<'a> {
        let test = self.eval(&conditional.test, frame);
        match self.truth(&test) {
            Some(true) => self.eval(&conditional.body, frame),
            Some(false) => self.eval(&conditional.orelse, frame),
            None => {
                let at = self.project.at(frame.site(conditional));
                let unsure = format!("it depends on a condition at {at}");
                let body = self.while_unsure(&unsure, |interp| interp.eval(&conditional.body, frame));
                let orelse = self.while_unsure(&unsure, |interp| interp.eval(&conditional.orelse, frame));
                Value::either(body, orelse, &format!("the value depends on a condition at {at}"))
            }
        }
    }

    fn lambda(&mut self, lambda: &'a ast::ExprLambda, frame: &Frame<'a>) -> Value<'a> {
        let parameters = lambda.parameters.as_deref();
        let defaults = parameters.map(|parameters| self.defaults(parameters, frame)).unwrap_or_default();
        Value::Function(Rc::new(Function {
            name: "<lambda>",
            parameters,
            defaults,
            body: Body::Expression(&lambda.body),
            returns: None,
            scope: Scope::closure(&frame.scope),
            decorators: Vec::new(),
            owner: RefCell::new(frame.class.clone()),
        }))
    }

    /// The reason why `value`, which `what` says something about, cannot be known.
    pub(in crate::source::python) fn cannot(&self, value: &Value<'a>, what: &str) -> Value<'a> {
        Value::unknown(self.why_unknown(value).unwrap_or_else(|| format!("a value that is not known {what}")))
    }

    /// Why a value is not plain data, naming the construct and its line; `None` for plain data.
    pub(in crate::source::python) fn why_unknown(&self, value: &Value<'a>) -> Option<String> {
        match value {
            Value::Unknown(reason) => Some(reason.to_string()),
            Value::Choice(choice) => Some(choice.reason.to_string()),
            Value::External(name) => Some(format!("`{}` is outside the project", name.path())),
            Value::Call(call) => {
                let callee = super::spell::spell(&call.callee);
                Some(format!("the call of `{callee}` at {} is not evaluated", self.project.at(call.site)))
            }
            Value::Op(op) if op.operator == "…" => self.why_unknown(op.operands.last()?),
            Value::Attr(_) | Value::Subscript(_) | Value::Op(_) => {
                Some(format!("`{}` is not evaluated", super::spell::spell(value)))
            }
            Value::None
            | Value::Ellipsis
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Number(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Function(_)
            | Value::Method(_)
            | Value::Class(_)
            | Value::Instance(_)
            | Value::Member(_)
            | Value::Module(_)
            | Value::Super(_)
            | Value::Deferred(_) => None,
        }
    }
}
