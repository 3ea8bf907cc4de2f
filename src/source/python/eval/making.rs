//! What happens to a class when its body has run: its metaclass, `__init_subclass__` of what it extends, its decorators.
//! <https://docs.python.org/3/reference/datamodel.html#customizing-class-creation>

use crate::snapshot::Warning;
use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::declarative::is_mapped;
use crate::source::python::external::is_known_library;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Function, Site, Value};

use super::{Interp, own_or_inherited};

impl<'a> Interp<'a> {
    /// Finishes a class; what its name stands for afterwards.
    pub(super) fn finish_class(&mut self, class: &Rc<Class<'a>>) -> Value<'a> {
        self.make_members(class);
        self.apply_metaclass(class);
        self.call_init_subclass(class);
        class.settle();
        self.classes.push(class.clone());
        self.apply_class_decorators(class)
    }

    /// Runs `__new__` and `__init__` of the metaclass, where the project wrote it.
    fn apply_metaclass(&mut self, class: &Rc<Class<'a>>) {
        let lines = ancestors(class).into_iter().filter_map(Ancestor::class);
        let Some(meta) = lines.filter_map(|one| one.keyword("metaclass").cloned()).next() else { return };
        match self.force(meta) {
            Value::Class(meta) => {
                for name in ["__new__", "__init__"] {
                    if let Some(Value::Function(function)) =
                        own_or_inherited(&meta, name).and_then(|(_, one)| one.value)
                    {
                        self.call_of_metaclass(class, &meta, &function, name);
                    }
                }
            }
            meta => self.tell_of_class(class, "metaclass", &meta),
        }
    }

    fn call_of_metaclass(
        &mut self,
        class: &Rc<Class<'a>>,
        meta: &Rc<Class<'a>>,
        function: &Rc<Function<'a>>,
        name: &str,
    ) {
        let first = if name == "__new__" { meta } else { class };
        let bases = Value::Tuple(Rc::new(class.bases.borrow().clone()));
        let namespace = Value::dict(class.own_values());
        let args = vec![Value::Class(first.clone()), Value::str(&class.name), bases, namespace];
        let keywords = class.keywords.iter().filter(|(name, _)| name != "metaclass").cloned().collect();
        self.making.push(class.clone());
        let made = self.call_function(function, args, keywords);
        self.making.pop();
        self.hold_to(class, &made, &format!("`{name}` of its metaclass"));
    }

    /// `type.__new__(mcs, name, bases, namespace)`, however it is reached: the class that is being made, with what the
    /// namespace holds by now.
    pub(super) fn class_in_making(&mut self, args: &[Value<'a>]) -> Option<Value<'a>> {
        let class = self.making.last()?.clone();
        if let Some(bases) = args.get(2).and_then(Value::items) {
            class.set_bases(bases);
        }
        match args.get(3) {
            Some(Value::Dict(namespace)) => {
                let namespace = namespace.borrow();
                if let Some(open) = &namespace.open {
                    class.mark_partial(open.clone());
                }
                let kept: Vec<_> = namespace.iter().filter_map(|(name, _)| name.as_str()).collect();
                for (name, _) in class.own_values() {
                    if let Some(name) = name.as_str().filter(|name| !kept.contains(name)) {
                        class.unset(&name);
                    }
                }
                for (name, value) in namespace.iter() {
                    if let Some(name) = name.as_str() {
                        let site = class.own(&name).map_or(class.site, |entry| entry.site);
                        class.set(&name, Some(value.clone()), None, site);
                    }
                }
            }
            Some(other) => {
                let why = self.why_unknown(other).unwrap_or_else(|| "it is no dict".to_owned());
                class.mark_partial(format!("what the class `{}` is made of is not known: {why}", class.name));
            }
            None => {}
        }
        Some(Value::Class(class))
    }

    /// Calls `__init_subclass__` of what the class extends.
    fn call_init_subclass(&mut self, class: &Rc<Class<'a>>) {
        let above = ancestors(class).into_iter().skip(1).filter_map(Ancestor::class);
        let found = above.filter_map(|one| one.own_value("__init_subclass__")).next();
        let Some(Value::Function(function)) = found else { return };
        let keywords = class.keywords.iter().filter(|(name, _)| name != "metaclass").cloned().collect();
        let done = self.call_function(&function, vec![Value::Class(class.clone())], keywords);
        self.hold_to(class, &done, "`__init_subclass__` of what it extends");
    }

    /// Holds a class to be what making it gave, and states where that is not known.
    fn hold_to(&mut self, class: &Rc<Class<'a>>, made: &Value<'a>, by: &str) {
        if let Value::Unknown(reason) = made {
            class.mark_partial(format!("{by} is not followed: {reason}"));
        }
    }

    /// Calls the decorators, the last one first; what the class's name stands for afterwards.
    fn apply_class_decorators(&mut self, class: &Rc<Class<'a>>) -> Value<'a> {
        self.note_registry(class);
        let mut made = Value::Class(class.clone());
        for decorator in class.decorators.iter().rev() {
            match decorator {
                Value::Function(_) | Value::Method(_) | Value::Instance(_) | Value::Class(_) => {
                    let result = self.call_with(decorator.clone(), vec![made.clone()], Vec::new(), None, class.site);
                    // One that is not followed hands the class back, as nearly all do.
                    if let Value::Class(_) = result {
                        made = result;
                    } else if let Value::Unknown(_) = result {
                        self.tell_of_class(class, "decorator", &result);
                    }
                }
                Value::Call(call) if call.key() == Some("functools.partial") => {
                    let result = self.call_with(decorator.clone(), vec![made.clone()], Vec::new(), None, class.site);
                    made = if let Value::Class(_) = result { result } else { made };
                }
                other => match library(other) {
                    Some(path) if !may_know_sqlalchemy(path) => self.warn_of_decorator(class, path),
                    Some(_) | None => self.tell_of_class(class, "decorator", other),
                },
            }
        }
        made
    }

    /// States once that a decorator of a library is taken to leave a mapped class as it is.
    fn warn_of_decorator(&mut self, class: &Rc<Class<'a>>, path: &str) {
        if !is_mapped(class) || is_known_library(path) {
            return;
        }
        let message = format!("the decorator `{path}` is outside the project and is taken to add no columns");
        if self.project.warnings.iter().all(|warning| warning.message != message) {
            let help =
                Some("columns that it does add are reported as extra; compare.ignore leaves them out".to_owned());
            let at = self.span(class.site);
            self.project.warnings.push(Warning { message, help, at });
        }
    }

    /// States that something which is not followed had a mapped class in its hands.
    fn tell_of_class(&mut self, class: &Rc<Class<'a>>, what: &str, by: &Value<'a>) {
        if !is_mapped(class) || is_harmless(by) {
            return;
        }
        let why = self.why_unknown(by).unwrap_or_else(|| format!("`{}` is not followed", self.spell(by)));
        class.mark_partial(format!("the class `{}` has a {what} that may add to it: {why}", class.name));
    }

    /// `types.new_class(name, bases, keywords, fill)`, and `type(name, bases, namespace)`.
    pub(super) fn make_class(&mut self, args: &[Value<'a>], site: Site) -> Value<'a> {
        let name = args.first().and_then(Value::as_str).unwrap_or_else(|| "a class".into());
        let bases = args.get(1).map_or(Some(Vec::new()), Value::items);
        let Some(bases) = bases else {
            let why = args.get(1).and_then(|bases| self.why_unknown(bases)).unwrap_or_default();
            let reason = format!("what the class `{name}` extends is not known: {why}");
            self.leave_out_one(super::Declares::Table, &reason.as_str().into(), site);
            return Value::unknown(reason);
        };
        let class = self.library_class(&name, bases, super::Role::Plain, site);
        class.body_length.set(usize::MAX);
        let reason = match args.get(2) {
            None => None,
            Some(Value::Dict(namespace)) => {
                let namespace = namespace.borrow();
                for (name, value) in namespace.iter() {
                    if let Some(name) = name.as_str() {
                        class.set(&name, Some(value.clone()), None, site);
                    }
                }
                namespace.open.clone()
            }
            Some(other) => {
                let why = self.why_unknown(other).unwrap_or_else(|| "it is no dict".to_owned());
                Some(format!("what the class `{name}` is made of is not known: {why}").into())
            }
        };
        if let Some(reason) = reason {
            // It may name any table.
            if class.own_value("__tablename__").is_none() && is_mapped(&class) {
                self.leave_out_one(super::Declares::Table, &reason, site);
            }
            class.mark_partial(reason);
        }
        self.finish_class(&class)
    }
}

/// Whether what made or decorated a class is known to add nothing to its table.
fn is_harmless(value: &Value<'_>) -> bool {
    library(value).is_some_and(is_known_library)
}

/// The dotted name outside of the project that a value comes from.
fn library<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::External(name) => Some(name.path()),
        Value::Call(call) => library(&call.callee),
        Value::Attr(attr) => library(&attr.0),
        Value::Subscript(pair) => library(&pair.0),
        _ => None,
    }
}

/// Whether something of a library may act on mapped classes: what does so nearly always says by its name that it knows
/// SQLAlchemy. Most decorators are about interfaces, registries and representation.
fn may_know_sqlalchemy(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["sql", "alchemy", "audit", "version", "history"].iter().any(|word| path.contains(word))
        || path
            .split(['.', '_'])
            .any(|word| matches!(word, "orm" | "db" | "sa" | "model" | "models" | "column" | "columns"))
}
