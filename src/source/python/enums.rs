//! Enum classes and their members.

use std::cell::RefCell;
use std::rc::Rc;

use super::classes::{Ancestor, ancestors};
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

/// Turns the constants of an enum's body into members.
pub(super) fn make_members<'a>(class: &Rc<Class<'a>>) {
    if !is_enum(class) {
        return;
    }
    let lower = prints_its_value(class);
    let mut last = 0;
    for entry in class.namespace.borrow_mut().iter_mut() {
        let is_member = entry.value.as_ref().is_some_and(is_member_value);
        if entry.name.starts_with('_') || !is_member {
            continue;
        }
        let value = match entry.value.take() {
            Some(Value::Call(call)) if call.key() == Some("enum.auto") => {
                last += 1;
                if lower { Value::str(entry.name.to_lowercase()) } else { Value::Int(last) }
            }
            Some(value) => {
                last = value.as_int().unwrap_or(last);
                value
            }
            None => Value::None,
        };
        let member = Member { class: class.clone(), name: entry.name.clone(), value };
        entry.value = Some(Value::Member(Rc::new(member)));
    }
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
    Value::Dict(Rc::new(RefCell::new(pairs.collect())))
}

/// `Color(value)`.
pub(super) fn by_value<'a>(class: &Rc<Class<'a>>, value: &Value<'a>) -> Option<Value<'a>> {
    members(class)
        .into_iter()
        .find(|member| matches!(member, Value::Member(member) if same_value(&member.value, value)))
}
