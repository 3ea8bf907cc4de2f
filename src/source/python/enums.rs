//! Enum classes and their members.

use super::classes::{Ancestor, ancestors};
use super::eval::{Interp, own_or_inherited};
use super::shared::Rc;
use super::value::{Class, Member, Value};

/// The external bases that a class has, by key.
fn has_base(class: &Rc<Class<'_>>, wanted: &[&str]) -> bool {
    ancestors(class).iter().any(|ancestor| match ancestor {
        Ancestor::External(name) => wanted.contains(&name.key()),
        Ancestor::Class(_) => false,
    })
}

/// Whether the class is an enum.
pub(super) fn is_enum(class: &Rc<Class<'_>>) -> bool {
    has_base(
        class,
        &[
            "enum.Enum",
            "enum.IntEnum",
            "enum.StrEnum",
            "enum.Flag",
            "enum.IntFlag",
            "strenum.StrEnum",
            "backports.strenum.StrEnum",
            "aenum.Enum",
        ],
    )
}

/// Whether its members are strings too.
pub(super) fn is_string_enum(class: &Rc<Class<'_>>) -> bool {
    has_base(class, &["builtins.str", "enum.StrEnum", "strenum.StrEnum", "backports.strenum.StrEnum"])
}

/// Whether `str(member)` and f-strings print the value, in every supported Python.
pub(super) fn prints_its_value(class: &Rc<Class<'_>>) -> bool {
    has_base(class, &["enum.StrEnum", "strenum.StrEnum", "backports.strenum.StrEnum"])
}

impl<'a> Interp<'a> {
    /// Turns the constants of an enum's body into members.
    pub(super) fn make_members(&mut self, class: &Rc<Class<'a>>) {
        if !is_enum(class) {
            return;
        }
        let mut last = 0;
        let entries = class.namespace.borrow().clone();
        for entry in entries {
            let Some(value) = entry.value.filter(|value| is_member_value(value) && !is_reserved(&entry.name)) else {
                continue;
            };
            let value = match &value {
                Value::Call(call) if call.key() == Some("enum.auto") => {
                    last += 1;
                    self.auto_value(class, &entry.name, last)
                }
                Value::External(name) if name.key() == "enum.auto" => self.auto_value(class, &entry.name, last + 1),
                value => {
                    last = value.as_int().unwrap_or(last);
                    value.clone()
                }
            };
            let value = self.value_of_new(class, value);
            let member = Member { class: class.clone(), name: entry.name.clone(), value };
            class.set(&entry.name, Some(Value::Member(Rc::new(member))), None, entry.site);
        }
    }

    /// The `_value_` that the class's own `__new__` sets, where it does.
    fn value_of_new(&mut self, class: &Rc<Class<'a>>, value: Value<'a>) -> Value<'a> {
        let Some(Value::Function(new)) = own_or_inherited(class, "__new__").and_then(|(_, entry)| entry.value) else {
            return value;
        };
        let mut args = vec![Value::Class(class.clone())];
        match &value {
            Value::Tuple(items) => args.extend(items.iter().cloned()),
            one => args.push(one.clone()),
        }
        match self.call_function(&new, args, Vec::new()) {
            Value::Instance(made) => {
                let attributes = made.attributes.borrow();
                attributes.iter().rev().find(|(name, _)| name == "_value_").map_or(value, |(_, own)| own.clone())
            }
            _ => value,
        }
    }

    /// What `auto()` gives: `_generate_next_value_` of the class decides, where there is one.
    fn auto_value(&mut self, class: &Rc<Class<'a>>, name: &str, number: i64) -> Value<'a> {
        let own = own_or_inherited(class, "_generate_next_value_").and_then(|(_, entry)| entry.value);
        match own {
            Some(Value::Function(function)) => {
                let args = vec![Value::str(name), Value::Int(1), Value::Int(number - 1), Value::list(Vec::new())];
                self.call_function(&function, args, Vec::new())
            }
            Some(_) | None if prints_its_value(class) => Value::str(name.to_lowercase()),
            Some(_) | None => Value::Int(number),
        }
    }
}

/// Whether a name in an enum's body is no member's: `_ignore_`, `__private`.
fn is_reserved(name: &str) -> bool {
    name.starts_with("__") || name.len() > 2 && name.starts_with('_') && name.ends_with('_')
}

fn is_member_value(value: &Value<'_>) -> bool {
    !matches!(value, Value::Function(_) | Value::Method(_) | Value::Class(_))
}

/// The members in their order; an alias of an earlier value is none.
pub(super) fn members<'a>(class: &Rc<Class<'a>>) -> Vec<Value<'a>> {
    let mut list: Vec<Rc<Member<'a>>> = Vec::new();
    for entry in class.namespace.borrow().iter() {
        let Some(Value::Member(member)) = &entry.value else {
            continue;
        };
        let is_alias = list.iter().any(|known| same_value(&known.value, &member.value));
        if !is_alias && Rc::ptr_eq(&member.class, class) {
            list.push(member.clone());
        }
    }
    list.into_iter().map(Value::Member).collect()
}

fn same_value(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        _ => false,
    }
}

/// `Color.__members__`.
pub(super) fn members_dict<'a>(class: &Rc<Class<'a>>) -> Value<'a> {
    let pairs = members(class).into_iter().filter_map(|value| match &value {
        Value::Member(member) => Some((Value::str(&member.name), value.clone())),
        _ => None,
    });
    Value::dict(pairs)
}

/// `Color(value)`.
pub(super) fn by_value<'a>(class: &Rc<Class<'a>>, value: &Value<'a>) -> Option<Value<'a>> {
    members(class)
        .into_iter()
        .find(|member| matches!(member, Value::Member(member) if same_value(&member.value, value)))
}
