//! Attributes: of modules, classes, objects and things outside the project.

use std::cell::{Cell, RefCell};

use crate::source::python::classes::{self, Ancestor};
use crate::source::python::declarative::is_mapped;
use crate::source::python::enums;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Class, Entry, Instance, Role, Scope, Site, Value};

use super::Interp;
use super::flask::{is_database_of_library, is_of_flask_sqlalchemy};

/// The entry of that name in the class or the nearest ancestor that has one, with the class it was found in.
pub(in crate::source::python) fn own_or_inherited<'a>(
    class: &Rc<Class<'a>>,
    name: &str,
) -> Option<(Rc<Class<'a>>, Entry<'a>)> {
    classes::ancestors(class).into_iter().find_map(|ancestor| match ancestor {
        // An annotation alone gives the class nothing.
        Ancestor::Class(class) => class.own(name).filter(|entry| entry.value.is_some()).map(|entry| (class, entry)),
        Ancestor::External(_) => None,
    })
}

impl<'a> Interp<'a> {
    /// `base.name`.
    pub(in crate::source::python) fn attribute(&mut self, base: &Value<'a>, name: &str) -> Value<'a> {
        match base {
            Value::Module(id) => {
                let found = self.project.module(*id).scope.vars.borrow().get(name).cloned();
                match found {
                    Some(value) => self.force(value),
                    None => self.force(Value::Deferred(Rc::new((*id, name.to_owned())))),
                }
            }
            Value::External(external) => {
                if matches!(external.path(), "<dialect>" | "<compiler>.dialect") && name == "name" {
                    return Value::str(self.dialect_name);
                }
                if is_database_of_library(external.path()) && is_of_flask_sqlalchemy(name) {
                    let library = self.database_of_library(external.path());
                    return self.flask_attribute(&library, name);
                }
                let path = format!("{}.{name}", external.path());
                match self.external_attributes.iter().rev().find(|(key, _)| *key == path) {
                    Some((_, value)) => value.clone(),
                    None => self.library_name(external.path(), name),
                }
            }
            Value::Class(class) => self.class_attribute(class, name),
            Value::Instance(instance) => self.instance_attribute(instance, name),
            Value::Member(member) => match name {
                "value" | "_value_" => member.value.clone(),
                "name" | "_name_" => Value::str(&member.name),
                _ => self.member_attribute(base, member, name),
            },
            Value::Call(call) => self.call_attribute(call, name),
            Value::Super(pair) => self.super_attribute(&pair.0, &pair.1, name),
            Value::Function(function) if name == "__name__" => Value::str(function.name),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
            Value::Choice(choice) => Value::Unknown(choice.reason.clone()),
            // `op.get_bind().engine.name` and `op.get_context().connection.dialect`.
            other if super::migration::is_bind(other) && name == "dialect" => Value::external("<dialect>"),
            other if super::migration::is_bind(other) && name == "as_sql" => Value::Bool(false),
            other if super::migration::is_bind(other) && name == "name" => Value::str(self.dialect_name),
            other => Value::Attr(Rc::new((other.clone(), Rc::from(name)))),
        }
    }

    fn class_attribute(&mut self, class: &Rc<Class<'a>>, name: &str) -> Value<'a> {
        let symbolic = || Value::Attr(Rc::new((Value::Class(class.clone()), Rc::from(name))));
        match name {
            "__name__" | "__qualname__" => return Value::str(&class.name),
            "__module__" => return Value::str(""),
            "__mro__" | "__bases__" => return Value::Tuple(Rc::new(class.bases.borrow().clone())),
            "__dict__" => return Value::dict(class.own_values()),
            "__members__" if enums::is_enum(class) => return enums::members_dict(class),
            _ => {}
        }
        let Some((owner, entry)) = own_or_inherited(class, name) else {
            return symbolic();
        };
        match entry.value {
            Some(Value::Function(function)) => {
                if classes::is_declared_attr(&function) {
                    return match self.call_function(&function, vec![Value::Class(class.clone())], Vec::new()) {
                        // A column keeps its class, so that it can be found in the table.
                        Value::Call(_) | Value::Choice(_) | Value::Unknown(_) if !name.starts_with("__") => symbolic(),
                        value => value,
                    };
                }
                if classes::has_decorator(&function, "builtins.classmethod") {
                    return Value::Method(Rc::new((Value::Class(class.clone()), function)));
                }
                if classes::has_decorator(&function, "builtins.property") {
                    return symbolic();
                }
                Value::Function(function)
            }
            Some(Value::Call(call)) if is_mapped_construct(&call) => symbolic(),
            Some(value) => {
                let value = self.force(value);
                let _ = owner;
                value
            }
            None => symbolic(),
        }
    }

    fn instance_attribute(&mut self, instance: &Rc<Instance<'a>>, name: &str) -> Value<'a> {
        let own = instance.attributes.borrow().iter().rev().find(|(key, _)| key == name).map(|(_, v)| v.clone());
        if let Some(value) = own {
            return value;
        }
        if name == "__class__" {
            return Value::Class(instance.class.clone());
        }
        let this = Value::Instance(instance.clone());
        match own_or_inherited(&instance.class, name).and_then(|(_, entry)| entry.value) {
            Some(Value::Function(function)) => {
                if classes::has_decorator(&function, "builtins.property") {
                    return self.call_function(&function, vec![this], Vec::new());
                }
                if classes::has_decorator(&function, "builtins.staticmethod") {
                    return Value::Function(function);
                }
                let first = match classes::has_decorator(&function, "builtins.classmethod") {
                    true => Value::Class(instance.class.clone()),
                    false => this,
                };
                Value::Method(Rc::new((first, function)))
            }
            Some(value) => value,
            None => match self.extended_library(instance) {
                Some(library) => self.call_attribute(&library, name),
                None => Value::Attr(Rc::new((this, Rc::from(name)))),
            },
        }
    }

    fn member_attribute(
        &mut self,
        base: &Value<'a>,
        member: &Rc<super::super::value::Member<'a>>,
        name: &str,
    ) -> Value<'a> {
        match member.class.own_value(name) {
            Some(Value::Function(function)) if classes::has_decorator(&function, "builtins.property") => {
                self.call_function(&function, vec![base.clone()], Vec::new())
            }
            Some(Value::Function(function)) => Value::Method(Rc::new((base.clone(), function))),
            _ => match member.value.as_str() {
                Some(text) => Value::Attr(Rc::new((Value::Str(text), Rc::from(name)))),
                None => Value::Attr(Rc::new((base.clone(), Rc::from(name)))),
            },
        }
    }

    fn call_attribute(&mut self, call: &Rc<Call<'a>>, name: &str) -> Value<'a> {
        if let Some(value) = call.assigned(name) {
            return value;
        }
        let this = Value::Call(call.clone());
        if name == "dialect" && super::migration::is_bind(&this) {
            return Value::external("<dialect>");
        }
        if name == "as_sql" && super::migration::is_bind(&this) {
            return Value::Bool(false);
        }
        match (call.key(), name) {
            (Some("flask_sqlalchemy.SQLAlchemy"), _) => self.flask_attribute(call, name),
            (Some("sa.Table" | "sa.MetaData"), "name" | "schema") => {
                let index = if name == "name" { 0 } else { usize::MAX };
                call.arg(index, name).cloned().unwrap_or(Value::None)
            }
            (Some("sa.registry"), "metadata") => match call.kwarg("metadata") {
                Some(metadata) => metadata.clone(),
                None => self.fresh_attribute(call, "metadata", "sqlalchemy.MetaData"),
            },
            // A type's own argument, which is as its class has it where it is not given.
            (Some("sa.DateTime" | "sa.TIMESTAMP" | "sa.DATETIME" | "postgresql.TIMESTAMP"), "timezone") => {
                call.arg(0, name).cloned().unwrap_or(Value::Bool(false))
            }
            (Some("sa.String" | "sa.VARCHAR" | "sa.CHAR" | "sa.TEXT" | "sa.Text"), "length") => {
                call.arg(0, name).cloned().unwrap_or(Value::None)
            }
            (Some("sa.Column"), "name") => match call.args.first() {
                Some(Value::Str(text)) => Value::Str(text.clone()),
                _ => call.kwarg("name").cloned().unwrap_or(Value::None),
            },
            _ => Value::Attr(Rc::new((this, Rc::from(name)))),
        }
    }

    /// An attribute that a library object makes for itself, once.
    pub(super) fn fresh_attribute(&mut self, call: &Rc<Call<'a>>, name: &str, callee: &str) -> Value<'a> {
        let value = self.make_call(Value::external(callee), Vec::new(), Vec::new(), call.site);
        call.assigned.borrow_mut().push((name.to_owned(), value.clone()));
        value
    }

    /// A class that a library function makes.
    pub(super) fn library_class(&mut self, name: &str, bases: Vec<Value<'a>>, role: Role, site: Site) -> Rc<Class<'a>> {
        self.library_class_with(name, bases, Vec::new(), role, site)
    }

    /// The same, with keywords such as `metaclass`.
    pub(super) fn library_class_with(
        &mut self,
        name: &str,
        bases: Vec<Value<'a>>,
        keywords: Vec<(String, Value<'a>)>,
        role: Role,
        site: Site,
    ) -> Rc<Class<'a>> {
        let module = self.project.module(site.module).scope.clone();
        Rc::new(Class {
            name: name.to_owned(),
            bases: RefCell::new(bases),
            above: RefCell::default(),
            keywords,
            decorators: Vec::new(),
            namespace: RefCell::default(),
            by_name: RefCell::default(),
            body_length: Cell::new(usize::MAX),
            scope: Scope::inside(&module, true),
            site,
            doubt: self.doubt.clone(),
            role: Cell::new(role),
            partial: RefCell::default(),
        })
    }

    fn super_attribute(&mut self, owner: &Rc<Class<'a>>, this: &Value<'a>, name: &str) -> Value<'a> {
        let class = match this {
            Value::Instance(instance) => &instance.class,
            Value::Class(class) => class,
            _ => owner,
        };
        let after = classes::ancestors(class).into_iter().skip_while(|ancestor| !ancestor.is(owner)).skip(1);
        let found = after.filter_map(|ancestor| ancestor.class()).find_map(|class| class.own_value(name));
        match found {
            Some(Value::Function(function)) if classes::is_declared_attr(&function) => {
                self.call_function(&function, vec![this.clone()], Vec::new())
            }
            // It takes the class as an argument.
            Some(Value::Function(function)) if name == "__new__" => Value::Function(function),
            Some(Value::Function(function)) => Value::Method(Rc::new((this.clone(), function))),
            Some(value) => value,
            None => Value::Attr(Rc::new((Value::Super(Rc::new((owner.clone(), this.clone()))), Rc::from(name)))),
        }
    }

    /// `base.name = value`.
    pub(super) fn set_attribute(&mut self, base: &Value<'a>, name: &str, value: Value<'a>, site: Site) {
        match base {
            Value::Class(class) => self.set_class_attribute(class, name, value, site),
            Value::Instance(instance) => instance.attributes.borrow_mut().push((name.to_owned(), value)),
            Value::Call(call) => call.assigned.borrow_mut().push((name.to_owned(), value)),
            Value::External(external) => {
                self.external_attributes.push((format!("{}.{name}", external.path()), value));
            }
            Value::Attr(attr) => {
                // `SQLModel.metadata.naming_convention = …` and its like.
                if let (Value::External(_) | Value::Class(_), "metadata") = (&attr.0, &*attr.1) {
                    let metadata = self.make_call(Value::external("sqlalchemy.MetaData"), Vec::new(), Vec::new(), site);
                    self.set_attribute(&metadata, name, value, site);
                    self.set_attribute(&attr.0.clone(), "metadata", metadata, site);
                }
            }
            Value::Unknown(_) | Value::Choice(_) => self.tell_addition(base, &value, site),
            _ => {}
        }
    }

    /// `Class.name = value`. What the mapper reads while it maps the class changes nothing afterwards.
    fn set_class_attribute(&mut self, class: &Rc<Class<'a>>, name: &str, value: Value<'a>, site: Site) {
        let is_read_once =
            matches!(name, "__tablename__" | "__table__" | "__table_args__" | "__mapper_args__" | "__abstract__");
        if is_read_once && class.is_settled() && is_mapped(class) {
            return;
        }
        let value = match self.doubt.clone() {
            Some(reason) if is_read_once => {
                let before = class.own_value(name).unwrap_or(Value::None);
                Value::either(before, value, &reason)
            }
            Some(reason) if matches!(&value, Value::Call(call) if is_mapped_construct(call)) => {
                class.mark_partial(reason);
                value
            }
            Some(_) | None => value,
        };
        class.set(name, Some(value), None, site);
    }

    /// `setattr(base, …, value)` with a name that is not known.
    pub(super) fn set_unknown_attribute(&mut self, base: &Value<'a>, name: &Value<'a>, value: &Value<'a>, site: Site) {
        match base {
            Value::Class(class) => {
                let why = self.why_unknown(name).unwrap_or_else(|| "it is no text".to_owned());
                let reason = format!("the name of an attribute of the class is not known: {why}");
                class.partial.borrow_mut().get_or_insert_with(|| reason.into());
            }
            base => self.tell_addition(base, value, site),
        }
    }
}

/// Whether a call makes something that the mapper puts in the place of the class attribute.
fn is_mapped_construct(call: &Call<'_>) -> bool {
    let name = match call.key() {
        Some(key) => key,
        None => return false,
    };
    matches!(
        name,
        "sa.Column" | "sa.mapped_column" | "sa.relationship" | "sa.column_property" | "sa.deferred" | "sqlmodel.Field"
    )
}
