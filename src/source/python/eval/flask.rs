//! Flask-SQLAlchemy's `db`: an object of the project, of a class derived from the library's, or of another library.

use std::cell::RefCell;

use crate::source::python::classes::{self, Ancestor};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Instance, ModuleId, Role, Site, Value};

use super::{Interp, own_or_inherited};

impl<'a> Interp<'a> {
    /// The `SQLAlchemy(...)` of Flask-SQLAlchemy that an object of a class derived from it is.
    pub(super) fn extended_library(&mut self, instance: &Rc<Instance<'a>>) -> Option<Rc<Call<'a>>> {
        const KEY: &str = "flask_sqlalchemy.SQLAlchemy";
        let extends = |ancestor: &Ancestor<'a>| matches!(ancestor, Ancestor::External(name) if name.key() == KEY);
        if !classes::ancestors(&instance.class).iter().any(extends) {
            return None;
        }
        let kept = |name: &str| {
            let attributes = instance.attributes.borrow();
            attributes.iter().find_map(|(key, value)| match value {
                Value::Call(call) if key == name => Some(call.clone()),
                _ => None,
            })
        };
        if let Some(library) = kept("<library>") {
            return Some(library);
        }
        // Its own `__init__` passes on what it likes.
        let (args, kwargs) = match kept("<super>") {
            Some(passed) => (passed.args.clone(), passed.kwargs.clone()),
            None => (instance.args.clone(), instance.kwargs.clone()),
        };
        let library = self.make_call(Value::external(KEY), args, kwargs, instance.site);
        instance.attributes.borrow_mut().push(("<library>".to_owned(), library.clone()));
        match library {
            Value::Call(library) => Some(library),
            _ => None,
        }
    }

    /// `db.…` of Flask-SQLAlchemy: the model base, the metadata, else SQLAlchemy's own names.
    pub(super) fn flask_attribute(&mut self, call: &Rc<Call<'a>>, name: &str) -> Value<'a> {
        match name {
            "Model" => {
                let bases = call.kwarg("model_class").cloned().into_iter().collect();
                let class = self.library_class("Model", bases, Role::FlaskModel, call.site);
                let metadata = match call.kwarg("metadata") {
                    Some(metadata) => Some(metadata.clone()),
                    None => own_or_inherited(&class, "metadata").and_then(|(_, entry)| entry.value),
                };
                let metadata = metadata.unwrap_or_else(|| self.attribute(&Value::Call(call.clone()), "metadata"));
                class.set("metadata", Some(metadata), None, call.site);
                call.assigned.borrow_mut().push((name.to_owned(), Value::Class(class.clone())));
                Value::Class(class)
            }
            "metadata" => match call.kwarg("metadata") {
                Some(metadata) => metadata.clone(),
                None => self.fresh_attribute(call, "metadata", "sqlalchemy.MetaData"),
            },
            "session" | "engine" | "engines" | "init_app" | "create_all" | "drop_all" | "get_engine" => {
                Value::Attr(Rc::new((Value::Call(call.clone()), Rc::from(name))))
            }
            _ => Value::external(&format!("sqlalchemy.{name}")),
        }
    }

    /// The `SQLAlchemy(...)` that a library outside the project calls `db`.
    pub(super) fn database_of_library(&mut self, path: &str) -> Rc<Call<'a>> {
        let known = self.external_attributes.iter().find_map(|(key, value)| match value {
            Value::Call(call) if key == path => Some(call.clone()),
            _ => None,
        });
        known.unwrap_or_else(|| {
            let site = Site { module: ModuleId(0), offset: 0.into() };
            let callee = Value::external("flask_sqlalchemy.SQLAlchemy");
            let order = self.next_order();
            let call = Call {
                callee,
                args: Vec::new(),
                kwargs: Vec::new(),
                site,
                order,
                assigned: RefCell::default(),
                open: None,
                doubt: None,
            };
            let call = Rc::new(call);
            self.external_attributes.push((path.to_owned(), Value::Call(call.clone())));
            call
        })
    }
}

/// Whether an external name is the database object of an extension of Flask, as `from library import db` has it.
pub(super) fn is_database_of_library(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    matches!(name, "db" | "DB") && path != name && !path.starts_with("django.")
}

/// Whether a name is one that models of Flask-SQLAlchemy take from `db`.
pub(super) fn is_of_flask_sqlalchemy(name: &str) -> bool {
    const NAMES: [&str; 34] = [
        "BigInteger",
        "Boolean",
        "CheckConstraint",
        "Column",
        "Computed",
        "Date",
        "DateTime",
        "Enum",
        "Float",
        "ForeignKey",
        "ForeignKeyConstraint",
        "Identity",
        "Index",
        "Integer",
        "Interval",
        "JSON",
        "LargeBinary",
        "Model",
        "Numeric",
        "PickleType",
        "PrimaryKeyConstraint",
        "Sequence",
        "SmallInteger",
        "String",
        "Table",
        "Text",
        "Time",
        "Unicode",
        "UnicodeText",
        "UniqueConstraint",
        "backref",
        "func",
        "metadata",
        "relationship",
    ];
    NAMES.binary_search(&name).is_ok()
}
