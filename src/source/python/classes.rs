//! Classes: their ancestors in method resolution order, and what decorates their functions.

use std::rc::Rc;

use super::external::ExternalName;
use super::value::{Class, Function, Value};

/// An ancestor: a class that can be looked into, or one outside the project.
#[derive(Clone)]
pub(super) enum Ancestor<'a> {
    Class(Rc<Class<'a>>),
    External(Rc<ExternalName>),
}

impl<'a> Ancestor<'a> {
    /// Whether it is this class.
    pub(super) fn is(&self, class: &Rc<Class<'a>>) -> bool {
        matches!(self, Ancestor::Class(own) if Rc::ptr_eq(own, class))
    }

    /// The class, if it can be looked into.
    pub(super) fn class(self) -> Option<Rc<Class<'a>>> {
        match self {
            Ancestor::Class(class) => Some(class),
            Ancestor::External(_) => None,
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Ancestor::Class(a), Ancestor::Class(b)) => Rc::ptr_eq(a, b),
            (Ancestor::External(a), Ancestor::External(b)) => a.key() == b.key(),
            (Ancestor::Class(_), Ancestor::External(_)) | (Ancestor::External(_), Ancestor::Class(_)) => false,
        }
    }
}

/// The class and its ancestors in method resolution order (the C3 merge,
/// <https://docs.python.org/3/howto/mro.html>).
pub(super) fn ancestors<'a>(class: &Rc<Class<'a>>) -> Vec<Ancestor<'a>> {
    linearize(&Ancestor::Class(class.clone()), 0)
}

fn linearize<'a>(ancestor: &Ancestor<'a>, depth: u32) -> Vec<Ancestor<'a>> {
    let Ancestor::Class(class) = ancestor else {
        return vec![ancestor.clone()];
    };
    let mut result = vec![ancestor.clone()];
    if depth > 60 {
        return result;
    }
    let bases: Vec<Ancestor<'a>> = class.bases.borrow().iter().filter_map(base).collect();
    let mut lists: Vec<Vec<Ancestor<'a>>> = bases.iter().map(|base| linearize(base, depth + 1)).collect();
    lists.push(bases);
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return result;
        }
        let in_a_tail = |candidate: &Ancestor<'a>| lists.iter().any(|list| list[1..].iter().any(|a| a.same(candidate)));
        let head = lists.iter().map(|list| &list[0]).find(|head| !in_a_tail(head));
        // Python refuses an inconsistent hierarchy; here the first base goes on.
        let head = head.unwrap_or(&lists[0][0]).clone();
        for list in &mut lists {
            list.retain(|a| !a.same(&head));
        }
        result.push(head);
    }
}

fn base<'a>(value: &Value<'a>) -> Option<Ancestor<'a>> {
    match value {
        Value::Class(class) => Some(Ancestor::Class(class.clone())),
        Value::External(name) => Some(Ancestor::External(name.clone())),
        // Generic[T], and calls such as `with_metaclass(…)` that cannot be followed.
        Value::Subscript(pair) => base(&pair.0),
        Value::Attr(_) | Value::Call(_) | Value::Choice(_) | Value::Unknown(_) => {
            Some(Ancestor::External(Rc::new(ExternalName::new("<unknown>"))))
        }
        _ => None,
    }
}

/// Whether a function is decorated with the external name `key`, or with a call of it.
pub(super) fn has_decorator(function: &Function<'_>, key: &str) -> bool {
    function.decorators.iter().any(|decorator| match decorator {
        Value::External(name) => name.key() == key,
        Value::Call(call) => call.key() == Some(key),
        _ => false,
    })
}

/// Whether a function is a `declared_attr`, in any of its forms.
pub(super) fn is_declared_attr(function: &Function<'_>) -> bool {
    function.decorators.iter().any(|decorator| {
        let name = match decorator {
            Value::External(name) => name.last(),
            Value::Attr(attr) => &attr.1,
            _ => return false,
        };
        // `declared_attr.directive` and `.cascading` are known by their last segment.
        matches!(name, "declared_attr" | "directive" | "cascading" | "classproperty")
    })
}

/// The annotated names of a class, which are the fields of a dataclass or named tuple.
pub(super) fn fields(class: &Rc<Class<'_>>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for ancestor in ancestors(class).into_iter().rev().filter_map(Ancestor::class) {
        for entry in ancestor.namespace.borrow().iter() {
            if entry.annotation.is_some() && !names.contains(&entry.name) {
                names.push(entry.name.clone());
            }
        }
    }
    names
}
