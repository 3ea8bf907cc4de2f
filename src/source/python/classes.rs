//! Classes: their ancestors in method resolution order, and what decorates their functions.

use super::shared::Rc;
use std::collections::VecDeque;

use crate::threads;

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
    linearize(class);
    let above = class.above.borrow().clone().unwrap_or_default();
    std::iter::once(Ancestor::Class(class.clone())).chain(above).collect()
}

/// Finds out what stands above a class, once. A class that is its own ancestor has nothing there yet when it is met again.
fn linearize<'a>(class: &Rc<Class<'a>>) {
    if class.above.borrow().is_some() {
        return;
    }
    *class.above.borrow_mut() = Some(Vec::new());
    let bases: Vec<Ancestor<'a>> = class.bases.borrow().iter().filter_map(base).collect();
    let mut lists: Vec<VecDeque<Ancestor<'a>>> = Vec::with_capacity(bases.len() + 1);
    for base in &bases {
        lists.push(match base {
            Ancestor::Class(class) if threads::has_room() => ancestors(class).into(),
            Ancestor::Class(_) | Ancestor::External(_) => VecDeque::from([base.clone()]),
        });
    }
    lists.push(bases.into());
    let mut above = merge(lists);
    // In a circle the class itself is no ancestor.
    above.retain(|ancestor| !ancestor.is(class));
    *class.above.borrow_mut() = Some(above);
}

/// The C3 merge of the bases' lines.
fn merge<'a>(mut lists: Vec<VecDeque<Ancestor<'a>>>) -> Vec<Ancestor<'a>> {
    let mut line = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if let [only] = lists.as_mut_slice() {
            line.extend(only.drain(..));
        }
        let Some(first) = lists.first().and_then(VecDeque::front) else { return line };
        let in_a_tail =
            |candidate: &Ancestor<'a>| lists.iter().any(|list| list.iter().skip(1).any(|a| a.same(candidate)));
        let head = lists.iter().filter_map(VecDeque::front).find(|head| !in_a_tail(head));
        // Python refuses an inconsistent hierarchy; here the first base goes on.
        let head = head.unwrap_or(first).clone();
        for list in &mut lists {
            list.retain(|a| !a.same(&head));
        }
        line.push(head);
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
