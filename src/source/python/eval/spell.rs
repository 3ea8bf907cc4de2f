//! Values that are not evaluated, as reasons name them.

use crate::source::python::bounds::Looks;
use crate::source::python::value::Value;

use super::Interp;

/// How long the spelling of a value may be, in bytes; what is left of it is an ellipsis.
const MOST_LENGTH: usize = 200;

/// A value that is not evaluated, as a reason names it.
pub(super) fn spell(value: &Value<'_>) -> String {
    let mut speller = Speller { out: String::new(), looks: Looks::new() };
    speller.value(value);
    speller.out
}

/// A text as Python's `repr` writes it.
pub(super) fn repr(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') { format!("\"{text}\"") } else { format!("'{text}'") }
}

struct Speller {
    out: String,
    looks: Looks,
}

impl Speller {
    fn value(&mut self, value: &Value<'_>) {
        if self.out.len() > MOST_LENGTH || !self.looks.more() {
            if !self.out.ends_with('…') {
                self.out.push('…');
            }
            return;
        }
        match value {
            Value::External(name) => {
                self.out.push_str(name.path().strip_prefix("builtins.").unwrap_or(name.path()));
            }
            Value::Attr(attr) => {
                self.value(&attr.0);
                self.out.push('.');
                self.out.push_str(&attr.1);
            }
            Value::Call(call) => {
                self.value(&call.callee);
                self.out.push_str("(…)");
            }
            Value::Subscript(pair) => {
                self.value(&pair.0);
                self.out.push('[');
                self.value(&pair.1);
                self.out.push(']');
            }
            Value::Op(op) if op.operands.len() == 1 => {
                self.out.push_str(op.operator);
                self.out.push(' ');
                self.values(&op.operands, "");
            }
            Value::Op(op) => self.values(&op.operands, &format!(" {} ", op.operator)),
            Value::Str(text) => {
                let text = repr(text);
                self.out.push_str(&text);
            }
            Value::Int(number) => self.out.push_str(&number.to_string()),
            Value::Number(text) => self.out.push_str(text),
            Value::Bool(value) => self.out.push_str(if *value { "True" } else { "False" }),
            Value::None => self.out.push_str("None"),
            Value::Ellipsis => self.out.push_str("..."),
            Value::Function(function) => self.out.push_str(function.name),
            Value::Method(method) => self.out.push_str(method.1.name),
            Value::Class(class) => self.out.push_str(&class.name),
            Value::Instance(instance) => {
                self.out.push_str(&instance.class.name);
                self.out.push_str("(…)");
            }
            Value::Member(member) => {
                self.out.push_str(&member.class.name);
                self.out.push('.');
                self.out.push_str(&member.name);
            }
            Value::Tuple(items) => self.values(items, ", "),
            Value::List(items) => {
                self.out.push('[');
                self.values(&items.borrow(), ", ");
                self.out.push(']');
            }
            Value::Dict(_) => self.out.push_str("{…}"),
            Value::Module(_) => self.out.push_str("a module"),
            Value::Super(_) => self.out.push_str("super()"),
            Value::Deferred(deferred) => self.out.push_str(&deferred.1),
            Value::Choice(_) | Value::Unknown(_) => self.out.push('?'),
        }
    }

    fn values(&mut self, values: &[Value<'_>], separator: &str) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push_str(separator);
            }
            self.value(value);
            if self.out.ends_with('…') {
                return;
            }
        }
    }
}

impl<'a> Interp<'a> {
    /// A value as a reason names it.
    pub(in crate::source::python) fn spell(&self, value: &Value<'a>) -> String {
        spell(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::python::shared::Rc;

    #[test]
    fn what_holds_itself_is_cut_off() {
        let list = Value::list(vec![Value::Int(1)]);
        if let Value::List(items) = &list {
            items.borrow_mut().push(list.clone());
        }
        assert!(spell(&list).len() < 2 * MOST_LENGTH);
        let mut deep = Value::Int(1);
        for _ in 0..100 {
            deep = Value::Tuple(Rc::new(vec![deep.clone(), deep]));
        }
        assert!(spell(&deep).starts_with("1, 1, 1"));
    }
}
