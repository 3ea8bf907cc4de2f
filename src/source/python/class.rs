//! Classes: what stands in their bodies, and what was set later.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::classes::Ancestor;
use super::parse::ast;
use super::shared::Rc;
use super::value::{Scope, Site, Value};

/// A class of the project, or one that a library function made (`declarative_base()`).
pub(super) struct Class<'a> {
    pub(super) name: String,
    pub(super) bases: RefCell<Vec<Value<'a>>>,
    /// Its ancestors in method resolution order, where somebody asked since the bases were set.
    pub(super) above: RefCell<Option<Vec<Ancestor<'a>>>>,
    pub(super) keywords: Vec<(String, Value<'a>)>,
    pub(super) decorators: Vec<Value<'a>>,
    pub(super) namespace: RefCell<Vec<Entry<'a>>>,
    pub(super) by_name: RefCell<HashMap<String, usize>>,
    /// How many of the names stand in the class body; the rest were assigned to the finished class.
    pub(super) body_length: Cell<usize>,
    pub(super) scope: Rc<Scope<'a>>,
    pub(super) site: Site,
    /// Why it may not have been made.
    pub(super) doubt: Option<Rc<str>>,
    pub(super) role: Cell<Role>,
    /// Set where the class body held something that could not be followed.
    pub(super) partial: RefCell<Option<Rc<str>>>,
}

/// What a class is to the mapper by its making; whether it is mapped is decided from its bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    /// A declarative base that a library function made.
    Base,
    /// Flask-SQLAlchemy's `db.Model`, which names tables by itself.
    FlaskModel,
}

/// One name in a class body: its annotation, its value or both.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) name: String,
    pub(super) annotation: Option<&'a ast::Expr>,
    pub(super) value: Option<Value<'a>>,
    pub(super) site: Site,
}

impl<'a> Class<'a> {
    /// Sets the bases. What descends from the class has to be told, by [`Class::forget_ancestors`].
    pub(super) fn set_bases(&self, bases: Vec<Value<'a>>) {
        *self.bases.borrow_mut() = bases;
        self.forget_ancestors();
    }

    /// Lets the ancestors be found anew.
    pub(super) fn forget_ancestors(&self) {
        *self.above.borrow_mut() = None;
    }

    /// The entry of that name in the class's own body.
    pub(super) fn own(&self, name: &str) -> Option<Entry<'a>> {
        let index = *self.by_name.borrow().get(name)?;
        self.namespace.borrow().get(index).cloned()
    }

    /// The value of that name in the class's own body.
    pub(super) fn own_value(&self, name: &str) -> Option<Value<'a>> {
        self.own(name).and_then(|entry| entry.value)
    }

    /// The names of the class's own body that have a value.
    pub(super) fn own_values(&self) -> Vec<(Value<'a>, Value<'a>)> {
        let namespace = self.namespace.borrow();
        namespace.iter().filter_map(|entry| Some((Value::str(&entry.name), entry.value.clone()?))).collect()
    }

    /// Sets or adds a name; the first place is kept.
    pub(super) fn set(&self, name: &str, value: Option<Value<'a>>, annotation: Option<&'a ast::Expr>, site: Site) {
        let mut namespace = self.namespace.borrow_mut();
        let known = self.by_name.borrow().get(name).copied();
        match known.and_then(|index| namespace.get_mut(index)) {
            Some(entry) => {
                if value.is_some() {
                    entry.value = value;
                    entry.site = site;
                }
                entry.annotation = annotation.or(entry.annotation);
            }
            None => {
                self.by_name.borrow_mut().insert(name.to_owned(), namespace.len());
                namespace.push(Entry { name: name.to_owned(), annotation, value, site });
            }
        }
    }

    /// Takes a name's value away.
    pub(super) fn unset(&self, name: &str) {
        let place = self.by_name.borrow().get(name).copied();
        if let Some(entry) =
            place.and_then(|place| self.namespace.borrow_mut().get_mut(place).map(|entry| entry.value.take()))
        {
            drop(entry);
        }
    }

    /// States that what the class has by now is what it is mapped with: what comes later is added to its table.
    pub(super) fn settle(&self) {
        if !self.is_settled() {
            self.body_length.set(self.namespace.borrow().len());
        }
    }

    /// Whether the class is mapped, as far as it is at all.
    pub(super) fn is_settled(&self) -> bool {
        self.body_length.get() != usize::MAX
    }

    /// States why it may have more than is listed; the first reason stands.
    pub(super) fn mark_partial(&self, reason: impl Into<Rc<str>>) {
        self.partial.borrow_mut().get_or_insert_with(|| reason.into());
    }

    /// A keyword of the class statement.
    pub(super) fn keyword(&self, name: &str) -> Option<&Value<'a>> {
        self.keywords.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}
