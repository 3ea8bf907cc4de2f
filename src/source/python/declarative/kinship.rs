//! Which classes are mapped, and by what.

use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Role, Value};

/// How a class comes to be mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinship {
    /// By a declarative base or decorator.
    Declarative,
    /// By Flask-SQLAlchemy's `db.Model`, which names the table.
    Flask,
    /// By `SQLModel` with `table=True`.
    SqlModel,
    /// It looks mapped, but its base is outside the project.
    Guessed,
}

/// How a class is mapped; `None` for one that is not.
pub(super) fn kinship(class: &Rc<Class<'_>>) -> Option<Kinship> {
    if class.role.get() != Role::Plain || is_true(class.own_value("__abstract__").as_ref()) {
        return None;
    }
    let line = ancestors(class);
    let mut found = None;
    let mut foreign = false;
    for ancestor in line.iter().skip(1) {
        match ancestor {
            Ancestor::Class(base) => match base.role.get() {
                Role::Base => found = found.or(Some(Kinship::Declarative)),
                Role::FlaskModel => found = Some(Kinship::Flask),
                Role::Plain => {
                    if is_base_class(base) {
                        found = found.or(Some(Kinship::Declarative));
                    }
                }
            },
            Ancestor::External(name) if name.key() == "sqlmodel.SQLModel" => {
                let is_table = is_true(class.keyword("table"));
                let parent_is = line.iter().skip(1).any(|a| match a {
                    Ancestor::Class(base) => is_true(base.keyword("table")),
                    Ancestor::External(_) => false,
                });
                return (is_table && !parent_is).then_some(Kinship::SqlModel);
            }
            Ancestor::External(name) => {
                foreign |= !matches!(name.key().split('.').next(), Some("builtins" | "typing" | "enum" | "sa" | "abc"));
            }
        }
    }
    if found.is_some() {
        return found;
    }
    if class.decorators.iter().any(|decorator| is_mapping_decorator(decorator)) {
        return Some(Kinship::Declarative);
    }
    let names_a_table = matches!(class.own_value("__tablename__"), Some(Value::Str(_)));
    (foreign && names_a_table).then_some(Kinship::Guessed)
}

/// Whether a class is a declarative base, of whatever making.
pub(in crate::source::python) fn is_base(class: &Rc<Class<'_>>) -> bool {
    class.role.get() != Role::Plain || is_base_class(class)
}

/// Whether a class is itself a declarative base: what extends it is mapped.
fn is_base_class(class: &Rc<Class<'_>>) -> bool {
    let extends = class
        .bases
        .borrow()
        .iter()
        .any(|base| matches!(base.external_key(), Some("sa.DeclarativeBase" | "sa.DeclarativeBaseNoMeta")));
    extends || class.keyword("metaclass").is_some_and(is_mapping_metaclass)
}

/// Whether the classes of a metaclass are mapped: SQLAlchemy's own, or one that extends it.
fn is_mapping_metaclass(metaclass: &Value<'_>) -> bool {
    const KEYS: [&str; 3] = ["sa.DeclarativeMeta", "flask_sqlalchemy.DefaultMeta", "flask_sqlalchemy.NameMetaMixin"];
    match metaclass {
        Value::Class(class) => {
            ancestors(class).iter().any(|one| matches!(one, Ancestor::External(name) if KEYS.contains(&name.key())))
        }
        other => other.external_key().is_some_and(|key| KEYS.contains(&key)),
    }
}

/// Whether a class is mapped, as far as its ancestors are known by now.
pub(in crate::source::python) fn is_mapped(class: &Rc<Class<'_>>) -> bool {
    kinship(class).is_some()
}

fn is_mapping_decorator(decorator: &Value<'_>) -> bool {
    let name = match decorator {
        Value::Attr(attr) => &*attr.1,
        Value::Call(call) => call.callee_name(),
        Value::External(name) => name.last(),
        _ => return false,
    };
    matches!(name, "mapped" | "mapped_as_dataclass")
}

fn is_true(value: Option<&Value<'_>>) -> bool {
    value.and_then(Value::as_bool) == Some(true)
}
