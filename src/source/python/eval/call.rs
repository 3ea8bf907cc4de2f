//! Calls: functions of the project are followed, known library functions are answered, everything else is kept.

use std::cell::RefCell;
use std::rc::Rc;

use crate::source::python::classes;
use crate::source::python::enums;
use crate::source::python::parse::ast;
use crate::source::python::value::{Body, Call, Class, Function, Instance, Role, Scope, Site, Value};

use super::statement::Flow;
use super::{Frame, Interp, MAX_DEPTH, own_or_inherited};

/// Positional arguments, keyword arguments, and why there may be more.
type Arguments<'a> = (Vec<Value<'a>>, Vec<(String, Value<'a>)>, Option<Rc<str>>);

impl<'a> Interp<'a> {
    pub(super) fn call_expression(&mut self, call: &'a ast::ExprCall, frame: &Frame<'a>) -> Value<'a> {
        let callee = self.eval(&call.func, frame);
        let (args, kwargs, open) = self.arguments(&call.arguments, frame);
        let site = frame.site(call);
        match callee.external_key() {
            Some("builtins.super") if args.is_empty() => match &frame.method {
                Some((class, this)) => return Value::Super(Rc::new((class.clone(), this.clone()))),
                None => return Value::unknown("`super()` outside a method"),
            },
            Some("builtins.locals") => {
                if frame.class.is_some() {
                    return self.class_locals(frame);
                }
            }
            _ => {}
        }
        self.call_with(callee, args, kwargs, open, site)
    }

    /// `locals()` or `vars()` in a class body: the names of the class, to be assigned to.
    fn class_locals(&mut self, frame: &Frame<'a>) -> Value<'a> {
        match &frame.class {
            Some(class) => Value::Class(class.clone()),
            None => Value::unknown("`locals()` is not followed"),
        }
    }

    pub(super) fn arguments(&mut self, arguments: &'a ast::Arguments, frame: &Frame<'a>) -> Arguments<'a> {
        let mut args = Vec::with_capacity(arguments.args.len());
        let mut kwargs = Vec::with_capacity(arguments.keywords.len());
        let mut open = None;
        for arg in &arguments.args {
            let value = self.eval(arg, frame);
            if !matches!(arg, ast::Expr::Starred(_)) {
                args.push(value);
                continue;
            }
            match self.iterate(&value) {
                Some(items) => args.extend(items),
                None => open = self.why_unknown(&value).map(Rc::from).or(Some("a `*` argument is not known".into())),
            }
        }
        for keyword in &arguments.keywords {
            let value = self.eval(&keyword.value, frame);
            match (&keyword.arg, &value) {
                (Some(name), _) => kwargs.push((name.as_str().to_owned(), value)),
                (None, Value::Dict(items)) => {
                    for (key, value) in items.borrow().iter() {
                        if let Some(key) = key.as_str() {
                            kwargs.push((key.to_string(), value.clone()));
                        }
                    }
                }
                (None, other) => {
                    open = self.why_unknown(other).map(Rc::from).or(Some("a `**` argument is not known".into()));
                }
            }
        }
        (args, kwargs, open)
    }

    /// Calls `callee`.
    pub(in crate::source::python) fn call_with(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<Rc<str>>,
        site: Site,
    ) -> Value<'a> {
        match &callee {
            Value::Function(function) => self.call_function(function, args, kwargs),
            Value::Method(method) => {
                let mut all = vec![method.0.clone()];
                all.extend(args);
                self.call_function(&method.1, all, kwargs)
            }
            Value::Class(class) => self.instantiate(class, args, kwargs, site),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
            Value::External(_) => self.call_external(callee, args, kwargs, open, site),
            Value::Attr(attr) => {
                if let Some(value) = self.call_method(&attr.0, &attr.1, &args, &kwargs, site) {
                    return value;
                }
                self.keep_call(callee, args, kwargs, open, site)
            }
            // partial(f, …)(…)
            Value::Call(partial) if partial.key() == Some("functools.partial") => {
                let Some((function, bound)) = partial.args.split_first() else {
                    return Value::unknown("`partial` without a function");
                };
                let mut all = bound.to_vec();
                all.extend(args);
                let mut keywords = partial.kwargs.clone();
                for (name, value) in kwargs {
                    keywords.retain(|(known, _)| *known != name);
                    keywords.push((name, value));
                }
                self.call_with(function.clone(), all, keywords, open, site)
            }
            _ => self.keep_call(callee, args, kwargs, open, site),
        }
    }

    /// A call that is kept as it stands, without unknown extra arguments.
    pub(super) fn make_call(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        site: Site,
    ) -> Value<'a> {
        self.keep_call(callee, args, kwargs, None, site)
    }

    fn keep_call(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<Rc<str>>,
        site: Site,
    ) -> Value<'a> {
        let order = self.next_order();
        let call = Rc::new(Call { callee, args, kwargs, site, order, assigned: RefCell::default(), open });
        match call.key() {
            Some("sa.Table") => self.tables.push(call.clone()),
            Some(
                "sa.Index"
                | "sa.UniqueConstraint"
                | "sa.CheckConstraint"
                | "sa.ForeignKeyConstraint"
                | "sa.PrimaryKeyConstraint"
                | "postgresql.ExcludeConstraint",
            ) => self.schema_items.push(call.clone()),
            Some("sa.mapper") => self.mappings.push(call.clone()),
            _ if call.callee_name() == "map_imperatively" => self.mappings.push(call.clone()),
            _ => {}
        }
        Value::Call(call)
    }

    /// Follows a function of the project.
    pub(in crate::source::python) fn call_function(
        &mut self,
        function: &Rc<Function<'a>>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
    ) -> Value<'a> {
        if self.depth >= MAX_DEPTH || !self.step() {
            return Value::unknown(format!("the function `{}` calls too deeply", function.name));
        }
        let first = args.first().cloned();
        let scope = Scope::inside(&function.scope, false);
        self.bind_parameters(function, args, kwargs, &scope);
        let owner = function.owner.borrow().clone();
        let frame = Frame { scope, class: None, method: owner.zip(first) };
        self.depth += 1;
        let value = match function.body {
            Body::Expression(expr) => self.eval(expr, &frame),
            Body::Statements(body) => match self.block(body, &frame) {
                Flow::Return(value) => value,
                Flow::Next | Flow::Break | Flow::Continue => Value::None,
                Flow::Raise => Value::unknown(format!("the function `{}` raises", function.name)),
            },
        };
        self.depth -= 1;
        value
    }

    fn bind_parameters(
        &mut self,
        function: &Function<'a>,
        args: Vec<Value<'a>>,
        mut kwargs: Vec<(String, Value<'a>)>,
        scope: &Rc<Scope<'a>>,
    ) {
        let Some(parameters) = function.parameters else {
            return;
        };
        let mut args = args.into_iter();
        let mut take_named = |name: &str| {
            let index = kwargs.iter().position(|(key, _)| key == name)?;
            Some(kwargs.swap_remove(index).1)
        };
        let default = |name: &str| function.defaults.iter().find(|(key, _)| *key == name).map(|(_, v)| v.clone());
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            let name = parameter.parameter.name.as_str();
            let value = args.next().or_else(|| take_named(name)).or_else(|| default(name));
            let missing = || Value::unknown(format!("the argument `{name}` of `{}` is not given", function.name));
            scope.set(name, value.unwrap_or_else(missing));
        }
        for parameter in &parameters.kwonlyargs {
            let name = parameter.parameter.name.as_str();
            let value = take_named(name).or_else(|| default(name));
            let missing = || Value::unknown(format!("the argument `{name}` of `{}` is not given", function.name));
            scope.set(name, value.unwrap_or_else(missing));
        }
        if let Some(vararg) = &parameters.vararg {
            scope.set(vararg.name.as_str(), Value::Tuple(Rc::new(args.collect())));
        }
        if let Some(kwarg) = &parameters.kwarg {
            let rest = kwargs.into_iter().map(|(name, value)| (Value::str(name), value)).collect();
            scope.set(kwarg.name.as_str(), Value::Dict(Rc::new(RefCell::new(rest))));
        }
    }

    fn instantiate(
        &mut self,
        class: &Rc<Class<'a>>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        site: Site,
    ) -> Value<'a> {
        if enums::is_enum(class)
            && let Some(value) = args.first()
        {
            return enums::by_value(class, value).unwrap_or_else(|| Value::unknown("no such enum member"));
        }
        let instance = Rc::new(Instance {
            class: class.clone(),
            args: args.clone(),
            kwargs: kwargs.clone(),
            attributes: RefCell::default(),
            site,
        });
        let this = Value::Instance(instance.clone());
        match own_or_inherited(class, "__init__").and_then(|(_, entry)| entry.value) {
            Some(Value::Function(init)) => {
                let mut all = vec![this.clone()];
                all.extend(args);
                self.call_function(&init, all, kwargs);
            }
            _ => {
                // A dataclass or named tuple: the arguments are its fields.
                let fields = classes::fields(class);
                let mut attributes = instance.attributes.borrow_mut();
                attributes.extend(fields.into_iter().zip(args));
                attributes.extend(kwargs);
            }
        }
        this
    }

    fn call_external(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<Rc<str>>,
        site: Site,
    ) -> Value<'a> {
        let key = callee.external_key().unwrap_or_default().to_owned();
        let kwarg = |name: &str| kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        match key.as_str() {
            "sa.declarative_base" | "sa.automap_base" => {
                let bases: Vec<_> = kwarg("cls").into_iter().collect();
                let class = self.library_class("Base", bases, Role::Base, site);
                for name in ["metadata", "type_annotation_map"] {
                    if let Some(value) = kwarg(name) {
                        class.set(name, Some(value), None, site);
                    }
                }
                Value::Class(class)
            }
            "typing.cast" => args.into_iter().nth(1).unwrap_or(Value::None),
            "copy.copy" | "copy.deepcopy" | "typing.no_type_check" => args.into_iter().next().unwrap_or(Value::None),
            "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" if args.len() > 1 => {
                self.functional_enum(&callee, &args, site)
            }
            "<dialect>.type_descriptor" => args.into_iter().next().unwrap_or(Value::None),
            "re.sub" | "re.match" | "re.compile" | "re.split" | "re.findall" => {
                match super::regex::call(&key["re.".len()..], &args) {
                    Some(value) => value,
                    None => self.keep_call(callee, args, kwargs, open, site),
                }
            }
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
    fn call_method(
        &mut self,
        base: &Value<'a>,
        name: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        site: Site,
    ) -> Option<Value<'a>> {
        match base {
            Value::Str(text) => super::text::method(self, text, name, args, kwargs),
            Value::List(list) => super::builtin::list_method(self, list, name, args),
            Value::Tuple(_) => super::builtin::tuple_method(base, name, args),
            Value::Dict(dict) => super::builtin::dict_method(self, dict, name, args, kwargs),
            Value::Super(pair) if name == "__init__" => {
                // The library's own constructor: a TypeDecorator keeps its arguments for its `impl`.
                if let Value::Instance(instance) = &pair.1 {
                    let arguments = self.make_call(Value::external("<super>"), args.to_vec(), kwargs.to_vec(), site);
                    instance.attributes.borrow_mut().push(("<super>".to_owned(), arguments));
                }
                Some(Value::None)
            }
            Value::Super(_) => None,
            Value::Call(call) => match (call.key(), name) {
                (Some("sa.registry"), "generate_base") => {
                    let class = self.library_class("Base", Vec::new(), Role::Base, site);
                    class.set("registry", Some(base.clone()), None, site);
                    Some(Value::Class(class))
                }
                (Some("re.compile"), _) => {
                    let mut all = vec![call.args.first()?.clone()];
                    all.extend(args.iter().cloned());
                    super::regex::call(name, &all)
                }
                // `table.append_column(…)`: kept beside the table until it is read.
                (Some("sa.Table"), "append_column" | "append_constraint") => {
                    let item = args.first()?.clone();
                    call.assigned.borrow_mut().push(("<append>".to_owned(), item));
                    Some(Value::None)
                }
                _ => None,
            },
            Value::Class(class) => super::builtin::class_method(self, class, name, args, site),
            _ => None,
        }
    }

    /// `@as_declarative()` and `@registry.as_declarative_base()`.
    pub(super) fn apply_class_decorators(&mut self, class: &Rc<Class<'a>>) {
        for decorator in &class.decorators {
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
