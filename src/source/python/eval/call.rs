//! Calls: functions of the project are followed, known library functions are answered, everything else is kept.

use std::cell::RefCell;

use crate::source::python::classes::{self, Ancestor};
use crate::source::python::dict::Dict;
use crate::source::python::enums;
use crate::source::python::parse::ast;
use crate::source::python::shared::Rc;
use crate::source::python::table::{declares, is_schema_item};
use crate::source::python::value::{Body, Call, Class, Entry, Function, Instance, Scope, Site, Value};
use crate::threads;

use super::{Frame, Interp, MAX_DEPTH, own_or_inherited};

/// How often a function may call itself in a turn over unknown values.
const MOST_OPEN_RECURSIONS: usize = 2;

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
            // `locals()` in a class body: the names of the class, to be assigned to.
            Some("builtins.locals") if frame.class.is_some() => {
                let class = frame.class.clone().map(Value::Class);
                return class.unwrap_or_else(|| Value::unknown("`locals()` is not followed"));
            }
            _ => {}
        }
        if let ast::Expr::Attribute(attribute) = call.func.as_ref() {
            self.note_append(attribute.attr.as_str(), &callee, args.first(), site);
        }
        let fallback = kwargs.iter().find(|(name, _)| name == "fallback").map(|(_, value)| value.clone());
        let value = self.call_with(callee, args, kwargs, open, site);
        match fallback {
            // A setting that is looked up with a fallback is taken to be unset, as the environment is.
            Some(fallback) if value.is_symbolic() => fallback,
            Some(_) | None => value,
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
                // What is not known stands for any number of arguments.
                None => {
                    let reason =
                        self.why_unknown(&value).map_or_else(|| "a `*` argument is not known".into(), Rc::from);
                    args.push(Value::Unknown(reason.clone()));
                    open = Some(reason);
                }
            }
        }
        for keyword in &arguments.keywords {
            let value = self.eval(&keyword.value, frame);
            match (&keyword.arg, &value) {
                (Some(name), _) => kwargs.push((name.as_str().to_owned(), value)),
                (None, Value::Dict(items)) => {
                    let items = items.borrow();
                    open = items.open.clone().or(open);
                    for (key, value) in items.iter() {
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
        if !threads::has_room() {
            return Value::unknown(self.limit().unwrap_or_default());
        }
        match &callee {
            Value::Function(function) => self.call_openly(function, args, kwargs, open.as_ref()),
            Value::Method(method) => {
                let mut all = vec![method.0.clone()];
                all.extend(args);
                self.call_openly(&method.1, all, kwargs, open.as_ref())
            }
            Value::Class(class) => self.instantiate(class, args, kwargs, open.as_ref(), site),
            Value::Instance(instance) => match own_or_inherited(&instance.class, "__call__") {
                Some((_, Entry { value: Some(Value::Function(function)), .. })) => {
                    let mut all = vec![callee.clone()];
                    all.extend(args);
                    self.call_openly(&function, all, kwargs, open.as_ref())
                }
                Some(_) | None => self.keep_call(callee, args, kwargs, open, site),
            },
            Value::Unknown(reason) => {
                let reason = reason.clone();
                self.call_unknown(&reason, args, kwargs, site)
            }
            Value::Choice(choice) => Value::Unknown(choice.reason.clone()),
            Value::External(_) => self.call_external(callee, args, kwargs, open, site),
            Value::Attr(attr) => {
                if let Some(value) = self.call_method(&attr.0, &attr.1, &args, &kwargs, open.as_ref(), site) {
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
                let open = open.or_else(|| partial.open.clone());
                self.call_with(function.clone(), all, keywords, open, site)
            }
            _ => self.keep_call(callee, args, kwargs, open, site),
        }
    }

    /// A call that is kept as it stands, without unknown extra arguments.
    pub(in crate::source::python) fn make_call(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        site: Site,
    ) -> Value<'a> {
        self.keep_call(callee, args, kwargs, None, site)
    }

    pub(super) fn keep_call(
        &mut self,
        callee: Value<'a>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<Rc<str>>,
        site: Site,
    ) -> Value<'a> {
        let order = self.next_order();
        let doubt = self.doubt.clone();
        let call = Rc::new(Call { callee, args, kwargs, site, order, assigned: RefCell::default(), open, doubt });
        match call.key() {
            Some("sa.Table") => self.tables.push(call.clone()),
            Some(key) if is_schema_item(key) => self.schema_items.push(call.clone()),
            Some("sa.Sequence") => self.sequences.push(call.clone()),
            Some("sa.mapper") => self.mappings.push(call.clone()),
            Some("sa.listen") => self.listeners.push((call.clone(), call.arg(2, "fn").cloned())),
            _ if call.callee_name() == "map_imperatively" => self.mappings.push(call.clone()),
            _ => {}
        }
        self.note_handed_over(&call);
        self.record_operation(&call);
        Value::Call(call)
    }

    /// Follows a function of the project.
    pub(in crate::source::python) fn call_function(
        &mut self,
        function: &Rc<Function<'a>>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
    ) -> Value<'a> {
        self.call_openly(function, args, kwargs, None)
    }

    /// Follows a function of the project; `open` is why there may be more arguments.
    fn call_openly(
        &mut self,
        function: &Rc<Function<'a>>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<&Rc<str>>,
    ) -> Value<'a> {
        if self.depth == 0 {
            self.steps = 0;
        }
        let running = self.running.iter().filter(|known| Rc::ptr_eq(known, function)).count();
        let pointless = self.open_turns > 0 && running >= MOST_OPEN_RECURSIONS;
        if self.depth >= MAX_DEPTH || pointless || !self.step() {
            return Value::Unknown(self.leave_out_call(function));
        }
        let first = args.first().cloned();
        let scope = Scope::inside(&function.scope, false);
        self.bind_parameters(function, args, kwargs, open, &scope);
        let owner = function.owner.borrow().clone();
        let frame = Frame { scope, class: None, method: owner.zip(first) };
        self.depth += 1;
        self.running.push(function.clone());
        let value = match function.body {
            Body::Expression(expr) => self.eval(expr, &frame),
            Body::Statements(body) => {
                let flow = self.block(body, &frame);
                self.note_raise(&flow);
                let raises = || Value::unknown(format!("the function `{}` raises", function.name));
                flow.value().unwrap_or_else(raises)
            }
        };
        self.running.pop();
        self.depth -= 1;
        value
    }

    fn bind_parameters(
        &mut self,
        function: &Function<'a>,
        args: Vec<Value<'a>>,
        mut kwargs: Vec<(String, Value<'a>)>,
        open: Option<&Rc<str>>,
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
        let default = |name: &str| match open {
            Some(open) => Some(Value::Unknown(open.clone())),
            None => function.defaults.iter().find(|(key, _)| *key == name).map(|(_, v)| v.clone()),
        };
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
            let mut rest: Dict<'a> = kwargs.into_iter().map(|(name, value)| (Value::str(name), value)).collect();
            rest.open = open.cloned();
            scope.set(kwarg.name.as_str(), Value::Dict(Rc::new(RefCell::new(rest))));
        }
    }

    fn instantiate(
        &mut self,
        class: &Rc<Class<'a>>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        open: Option<&Rc<str>>,
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
            open: open.cloned(),
            attributes: RefCell::default(),
            site,
        });
        let this = Value::Instance(instance.clone());
        match own_or_inherited(class, "__init__").and_then(|(_, entry)| entry.value) {
            Some(Value::Function(init)) => {
                let mut all = vec![this.clone()];
                all.extend(args);
                self.call_openly(&init, all, kwargs, open);
            }
            _ => {
                // A dataclass or named tuple: the arguments are its fields.
                let fields = classes::fields(class);
                let mut attributes = instance.attributes.borrow_mut();
                attributes.extend(fields.into_iter().zip(args));
                attributes.extend(kwargs);
            }
        }
        self.extended_schema_item(&instance, open).unwrap_or(this)
    }

    /// The column, constraint or index that an object is whose class extends one of SQLAlchemy's.
    fn extended_schema_item(&mut self, instance: &Rc<Instance<'a>>, open: Option<&Rc<str>>) -> Option<Value<'a>> {
        let extended = classes::ancestors(&instance.class).into_iter().find_map(|ancestor| match ancestor {
            Ancestor::External(name) if is_constructed(name.key()) => Some(name),
            Ancestor::External(_) | Ancestor::Class(_) => None,
        })?;
        let passed_on = instance.attributes.borrow().iter().find_map(|(name, value)| match value {
            Value::Call(call) if name == "<super>" => Some(call.clone()),
            _ => None,
        });
        let (args, kwargs, open) = match passed_on {
            Some(call) => (call.args.clone(), call.kwargs.clone(), call.open.clone()),
            None => (instance.args.clone(), instance.kwargs.clone(), open.cloned()),
        };
        let callee = match extended.key() {
            "sa.MappedColumn" => Value::external("sqlalchemy.orm.mapped_column"),
            _ => Value::External(extended),
        };
        Some(self.keep_call(callee, args, kwargs, open, instance.site))
    }
}

/// Whether objects of the external class `key` are read as the calls that make them.
fn is_constructed(key: &str) -> bool {
    declares(key).is_some() || matches!(key, "sa.MappedColumn" | "sa.ForeignKey" | "sa.MetaData")
}
