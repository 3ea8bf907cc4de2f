//! What library functions and methods give: the few that have to be known to follow models.

use std::cell::RefCell;

use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Instance, Role, Site, Value};

use super::Interp;

impl<'a> Interp<'a> {
    pub(super) fn call_external(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<Rc<str>>,
        site: Site,
    ) -> Value<'a> {
        let key = callee.external_key().unwrap_or_default().to_owned();
        if self.recording.is_some()
            && let Some(name) = key.strip_prefix("alembic.op.")
            && let Some(value) = self.custom_operation(name, &args, &kwargs, site)
        {
            return value;
        }
        let kwarg = |name: &str| kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        match key.as_str() {
            "sa.declarative_base" | "sa.automap_base" => {
                let bases: Vec<_> = kwarg("cls").into_iter().collect();
                let metaclass = kwarg("metaclass").map(|meta| ("metaclass".to_owned(), meta)).into_iter().collect();
                let class = self.library_class_with("Base", bases, metaclass, Role::Base, site);
                for name in ["metadata", "type_annotation_map"] {
                    if let Some(value) = kwarg(name) {
                        class.set(name, Some(value), None, site);
                    }
                }
                Value::Class(class)
            }
            // The environment is taken to be empty, as it is where nothing was deployed yet.
            "os.getenv" | "os.environ.get" | "environ.get" => {
                args.get(1).cloned().or_else(|| kwarg("default")).unwrap_or(Value::None)
            }
            // str.__new__(cls, …) and object.__new__(cls): an object that nothing was done to yet.
            _ if matches!(&callee, Value::External(name) if name.path().ends_with(".__new__"))
                && matches!(args.first(), Some(Value::Class(_))) =>
            {
                if args.len() > 3
                    && let Some(class) = self.class_in_making(&args)
                {
                    return class;
                }
                let Value::Class(class) = &args[0] else { return Value::None };
                let (class, args) = (class.clone(), args[1..].to_vec());
                Value::Instance(Rc::new(Instance { class, args, kwargs, open, attributes: RefCell::default(), site }))
            }
            // TypeDecorator.__init__(self, …), as it was written before `super()`.
            _ if matches!(args.first(), Some(Value::Instance(_) | Value::Class(_)))
                && matches!(&callee, Value::External(name) if name.path().ends_with(".__init__")) =>
            {
                self.construct_base(&args[0], &args[1..], &kwargs, open, site);
                Value::None
            }
            "sa.has_inherited_table" => match args.first() {
                Some(Value::Class(class)) => {
                    let mut above = ancestors(class).into_iter().skip(1).filter_map(Ancestor::class);
                    Value::Bool(above.any(|ancestor| self.mapped.contains(&Rc::as_ptr(&ancestor))))
                }
                _ => self.keep_call(callee, args, kwargs, open, site),
            },
            // A name in the SQL that a project's own compiler writes.
            "<compiler>.preparer.quote" | "<compiler>.preparer.quote_identifier" => {
                args.into_iter().next().unwrap_or(Value::None)
            }
            // What a factory makes when it is first needed.
            "lazy_object_proxy.Proxy" => match args.first() {
                Some(factory) => self.call_with(factory.clone(), Vec::new(), Vec::new(), None, site),
                None => self.keep_call(callee, args, kwargs, open, site),
            },
            // Quoting more names than SQLAlchemy would changes none of them.
            "<dialect>.identifier_preparer.quote" | "<dialect>.identifier_preparer.quote_identifier" => {
                let mark = if self.dialect_name == "mysql" { "`" } else { "\"" };
                match args.first().and_then(Value::as_str) {
                    Some(name) => Value::str(format!("{mark}{}{mark}", name.replace(mark, &mark.repeat(2)))),
                    None => self.keep_call(callee, args, kwargs, open, site),
                }
            }
            // A name with its quoting, which is a text.
            "sa.quoted_name" => match args.first().and_then(Value::as_str) {
                Some(text) => Value::Str(text),
                None => self.keep_call(callee, args, kwargs, open, site),
            },
            // The history is one that runs on a database.
            "alembic.context.is_offline_mode" => Value::Bool(false),
            "importlib.import_module" if !args.is_empty() => {
                let package = args.get(1).cloned().or_else(|| kwarg("package"));
                match self.import_by_name(&args[0], package.as_ref(), site) {
                    Some(module) => module,
                    None => self.keep_call(callee, args, kwargs, open, site),
                }
            }
            // Releases compare as the tuples of their numbers do.
            "packaging.version.parse"
            | "packaging.version.Version"
            | "pkg_resources.parse_version"
            | "distutils.version.LooseVersion"
            | "distutils.version.StrictVersion"
            | "looseversion.LooseVersion" => {
                let numbers = args.first().and_then(Value::as_str).map(|text| {
                    text.split('.').map_while(|part| part.parse::<i64>().ok()).map(Value::Int).collect::<Vec<_>>()
                });
                match numbers.filter(|numbers| !numbers.is_empty()) {
                    Some(numbers) => Value::Tuple(Rc::new(numbers)),
                    None => self.keep_call(callee, args, kwargs, open, site),
                }
            }
            "types.new_class" => {
                let namespace = Value::dict([]);
                if let Some(fill) = args.get(3).cloned().or_else(|| kwarg("exec_body")) {
                    self.call_with(fill, vec![namespace.clone()], Vec::new(), None, site);
                }
                let mut all: Vec<_> = args.into_iter().take(2).collect();
                all.push(namespace);
                self.make_class(&all, site)
            }
            // `collections` and `typing` are one here.
            "typing.defaultdict" | "typing.DefaultDict" => {
                let factory = args.first().cloned().filter(|factory| !matches!(factory, Value::None));
                match self.make_dict(args.get(1), &kwargs) {
                    Some(Value::Dict(dict)) => {
                        dict.borrow_mut().factory = factory;
                        Value::Dict(dict)
                    }
                    _ => self.keep_call(callee, args, kwargs, open, site),
                }
            }
            "typing.OrderedDict" => match self.make_dict(args.first(), &kwargs) {
                Some(dict) => dict,
                None => self.keep_call(callee, args, kwargs, open, site),
            },
            "types.MappingProxyType" if args.len() == 1 => args.into_iter().next().unwrap_or(Value::None),
            "typing.cast" => args.into_iter().nth(1).unwrap_or(Value::None),
            "copy.copy" | "copy.deepcopy" | "typing.no_type_check" => args.into_iter().next().unwrap_or(Value::None),
            "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" if args.len() > 1 => {
                self.functional_enum(&callee, &args, site)
            }
            "<dialect>.type_descriptor" => args.into_iter().next().unwrap_or(Value::None),
            "re.sub" | "re.match" | "re.search" | "re.fullmatch" | "re.split" | "re.findall" | "re.escape" => {
                match self.regex(&key["re.".len()..], &args, &kwargs, site) {
                    Some(value) => value,
                    None => self.keep_call(callee, args, kwargs, open, site),
                }
            }
            "json.dumps" if args.len() == 1 && kwargs.is_empty() => match super::text::json(&args[0]) {
                Some(text) => Value::str(text),
                None => self.keep_call(callee, args, kwargs, open, site),
            },
            _ if key.starts_with("builtins.") => match self.builtin(&key["builtins.".len()..], &args, &kwargs, site) {
                Some(value) => value,
                None => self.keep_call(callee, args, kwargs, open, site),
            },
            _ => self.keep_call(callee, args, kwargs, open, site),
        }
    }

    /// `Enum("Color", "RED GREEN")`, `Enum("Color", ["RED", "GREEN"])`, `Enum("Color", {"RED": 1})`.
    fn functional_enum(&mut self, base: &Value<'a>, args: &[Value<'a>], site: Site) -> Value<'a> {
        let name = args[0].as_str().unwrap_or_else(|| "Enum".into());
        let class = self.library_class(&name, vec![base.clone()], Role::Plain, site);
        let pairs: Option<Vec<(Value<'a>, Option<Value<'a>>)>> = match &args[1] {
            Value::Str(names) => {
                Some(names.split([' ', ',']).filter(|n| !n.is_empty()).map(|n| (Value::str(n), None)).collect())
            }
            Value::Dict(items) => {
                Some(items.borrow().iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect())
            }
            other => self.iterate(other).map(|items| {
                let pair = |item: Value<'a>| match item.items().as_deref() {
                    Some([name, value]) => (name.clone(), Some(value.clone())),
                    _ => (item, None),
                };
                items.into_iter().map(pair).collect()
            }),
        };
        let Some(pairs) = pairs else {
            return self.cannot(&args[1], "lists the members of an enum");
        };
        for (index, (name, value)) in pairs.into_iter().enumerate() {
            let Some(name) = name.as_str() else {
                return Value::unknown("an enum member's name is not known");
            };
            let number = i64::try_from(index).unwrap_or(0) + 1;
            class.set(&name, Some(value.unwrap_or(Value::Int(number))), None, site);
        }
        self.finish_class(&class);
        Value::Class(class)
    }

    /// `base.name(…)` where `base` is data, a library object or `super()`; `None` where the call is kept.
    pub(super) fn call_method(
        &mut self,
        base: &Value<'a>,
        name: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        open: Option<&Rc<str>>,
        site: Site,
    ) -> Option<Value<'a>> {
        match base {
            Value::Str(text) => super::text::method(self, text, name, args, kwargs),
            Value::List(list) => super::container::list_method(self, list, name, args),
            Value::Tuple(_) => super::container::tuple_method(base, name, args),
            Value::Dict(dict) => super::container::dict_method(self, dict, name, args, kwargs),
            Value::Super(pair) if name == "__init__" => {
                self.construct_base(&pair.1, args, kwargs, open.cloned(), site);
                Some(Value::None)
            }
            // What maps the class stands above what the project wrote.
            Value::Super(pair) if name == "__init_subclass__" => {
                if let Value::Class(class) = &pair.1 {
                    class.settle();
                }
                Some(Value::None)
            }
            Value::Super(_) if name == "__new__" => self.class_in_making(args),
            Value::Super(_) => None,
            Value::Call(call) if matches!(call.key(), Some("sa.inspect" | "sa.from_engine")) => {
                self.inspect(name, args, kwargs)
            }
            Value::External(external) if external.path() == "<dialect>" && name == "has_table" => {
                self.inspect(name, args.get(1..).unwrap_or_default(), kwargs)
            }
            Value::Call(call) => match (call.key(), name) {
                (Some("sa.registry"), "generate_base") => {
                    let class = self.library_class("Base", Vec::new(), Role::Base, site);
                    class.set("registry", Some(base.clone()), None, site);
                    Some(Value::Class(class))
                }
                (Some("re.compile"), _) => {
                    let mut all = vec![call.args.first()?.clone()];
                    all.extend(args.iter().cloned());
                    let flags = call.arg(1, "flags").map(|flags| ("flags".to_owned(), flags.clone()));
                    let kwargs: Vec<_> = kwargs.iter().cloned().chain(flags).collect();
                    self.regex(name, &all, &kwargs, site)
                }
                (Some("<match>"), _) => super::regex::of_match(call, name, args),
                // Index(...).ddl_if(dialect="postgresql"): the item itself, which other dialects are not sent.
                (Some(key), "ddl_if") if crate::source::python::table::is_schema_item(key) => {
                    let wanted = kwargs.iter().find(|(name, _)| name == "dialect").map(|(_, value)| value);
                    let wanted = wanted.or(args.first()).and_then(Value::as_str);
                    if wanted.is_some_and(|name| *name != *self.dialect_name) {
                        self.suppressed.push(call.clone());
                    }
                    Some(base.clone())
                }
                // What the database has is declared with it.
                (Some("sa.MetaData"), "reflect") => {
                    let reason = format!("the tables that the database has are declared at {}", self.project.at(site));
                    self.leave_out_one(super::Declares::Table, &reason.into(), site);
                    None
                }
                // `table.append_column(…)`: kept beside the table until it is read.
                (Some("sa.Table"), "append_column" | "append_constraint") => {
                    let item = args.first()?.clone();
                    call.assigned.borrow_mut().push(("<append>".to_owned(), item));
                    Some(Value::None)
                }
                _ => None,
            },
            Value::Class(class) => super::container::class_method(class, name, args, site),
            _ => None,
        }
    }

    /// The library's own constructor: a TypeDecorator keeps its arguments for its `impl`.
    fn construct_base(
        &mut self,
        this: &Value<'a>,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        open: Option<Rc<str>>,
        site: Site,
    ) {
        if let Value::Class(class) = this {
            class.settle();
        }
        if let Value::Instance(instance) = this {
            let arguments = self.keep_call(Value::external("<super>"), args.to_vec(), kwargs.to_vec(), open, site);
            instance.attributes.borrow_mut().push(("<super>".to_owned(), arguments));
        }
    }

    /// `@as_declarative()`, `@registry.as_declarative_base()` and `@registry.mapped`.
    pub(super) fn note_registry(&mut self, class: &Rc<Class<'a>>) {
        for decorator in &class.decorators {
            if let Some(registry) = mapping_registry(decorator) {
                class.set("registry", Some(registry), None, class.site);
            }
            let Value::Call(call) = decorator else {
                continue;
            };
            if !matches!(call.callee_name(), "as_declarative" | "as_declarative_base") {
                continue;
            }
            class.role.set(Role::Base);
            if let Some(metadata) = call.kwarg("metadata") {
                class.set("metadata", Some(metadata.clone()), None, call.site);
            }
            if let Value::Attr(attr) = &call.callee {
                class.set("registry", Some(attr.0.clone()), None, call.site);
            }
        }
    }
}

/// The registry of `@registry.mapped`, `@registry.mapped_as_dataclass(…)` or `@mapped_as_dataclass(registry)`.
fn mapping_registry<'a>(decorator: &Value<'a>) -> Option<Value<'a>> {
    let of_method = |value: &Value<'a>| match value {
        Value::Attr(attr) if matches!(&*attr.1, "mapped" | "mapped_as_dataclass") => Some(attr.0.clone()),
        _ => None,
    };
    match decorator {
        Value::Call(call) if call.key() == Some("sa.mapped_as_dataclass") => call.arg(0, "registry").cloned(),
        Value::Call(call) => of_method(&call.callee),
        other => of_method(other),
    }
}
