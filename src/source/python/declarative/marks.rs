//! Marks on mapped classes that a library acts upon which is not read: `__versioned__ = {}` makes tables.

use crate::model::{Facet, Kind};
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Value};

/// What Python and the libraries that are known read of a class.
const KNOWN: [&str; 26] = [
    "__abstract__",
    "__all__",
    "__allow_unmapped__",
    "__annotations__",
    "__bases__",
    "__bind_key__",
    "__class__",
    "__class_getitem__",
    "__config__",
    "__dict__",
    "__doc__",
    "__fields__",
    "__hash__",
    "__mapper_args__",
    "__mapper_cls__",
    "__match_args__",
    "__module__",
    "__name__",
    "__qualname__",
    "__sa_dataclass_metadata_key__",
    "__slots__",
    "__table__",
    "__table_args__",
    "__table_cls__",
    "__tablename__",
    "__weakref__",
];

impl<'a> Models<'a> {
    /// Tables that nobody in the project declares may come from marks that nobody in the project reads.
    pub(super) fn tell_of_marks(&mut self, classes: &[Rc<Class<'a>>]) {
        let mut found = None;
        for class in classes.iter().filter(|class| self.mappings.contains_key(&Rc::as_ptr(class))) {
            for entry in class.namespace.borrow().iter() {
                let is_mark = entry.name.len() > 4 && entry.name.starts_with("__") && entry.name.ends_with("__");
                if !is_mark || KNOWN.binary_search(&entry.name.as_str()).is_ok() {
                    continue;
                }
                // Options for somebody else; other data only where something is called for its effect alone.
                let says = match &entry.value {
                    Some(Value::Dict(_)) => true,
                    Some(Value::List(_) | Value::Tuple(_) | Value::Bool(true)) => !self.interp.effects.is_empty(),
                    Some(_) | None => false,
                };
                if says && found.is_none() && !self.interp.project.reads(&entry.name) {
                    found = Some((class.name.clone(), entry.name.clone(), entry.site));
                }
            }
        }
        if let Some((class, mark, site)) = found {
            let reason =
                format!("`{mark}` of the class `{class}` is a mark for a library, which may make tables of its own");
            self.undecided(None, Facet::of(Kind::Table), &reason, site);
        }
    }
}
