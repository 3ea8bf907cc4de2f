//! `@compiles(Element, "dialect")`: constructs whose SQL the project itself writes.

use super::classes::{Ancestor, ancestors};
use super::models::Models;
use super::shared::Rc;
use super::types::Spec;
use super::value::{Function, Instance, Value};

/// How deep compilers of the project's own may nest in each other before one is taken to lead back to itself.
const MOST_NESTED: usize = 20;

impl<'a> Models<'a> {
    /// The SQL that the project's own compiler gives for an element of its own class; `None` where it has none.
    pub(super) fn compiled_instance(&mut self, instance: &Rc<Instance<'a>>) -> Option<Result<String, String>> {
        let line = ancestors(&instance.class);
        let function = line.iter().find_map(|ancestor| match ancestor {
            Ancestor::Class(class) => self.compiler(|value| matches!(value, Value::Class(c) if Rc::ptr_eq(c, class))),
            Ancestor::External(_) => None,
        });
        if let Some(function) = function {
            let name = instance.class.name.clone();
            if self.compiling.contains(&name) && self.compiling.len() > MOST_NESTED {
                return Some(Err(format!("the compiler of `{name}` leads back to itself")));
            }
            return Some(self.compile_with(&function, Value::Instance(instance.clone()), &name));
        }
        // A FunctionElement with a name is called by it.
        let is_function = line.iter().any(|ancestor| {
            matches!(ancestor, Ancestor::External(name) if matches!(name.last(), "FunctionElement" | "GenericFunction"))
        });
        let name = instance.class.own_value("name").and_then(|name| name.as_str()).filter(|_| is_function)?;
        let args: Result<Vec<String>, String> = instance.args.iter().map(|arg| self.sql(arg, 1)).collect();
        Some(args.map(|args| format!("{name}({})", args.join(", "))))
    }

    /// The SQL that the project's own compiler gives for a library's type or function; `None` where it has none.
    pub(super) fn compiled_external(&mut self, key: &str, element: &Value<'a>) -> Option<Result<String, String>> {
        // What a compiler of the project leaves to the library's own, the library's own does.
        if self.compiling.iter().any(|known| known == key) {
            return None;
        }
        let function = self.compiler(|value| value.external_key() == Some(key))?;
        Some(self.compile_with(&function, element.clone(), key))
    }

    /// The compiler for this dialect, else the one for every dialect; a later one replaces an earlier.
    fn compiler(&self, is_it: impl Fn(&Value<'a>) -> bool) -> Option<Rc<Function<'a>>> {
        let fitting = self.interp.compilers.iter().rev().filter(|(call, _)| call.args.first().is_some_and(&is_it));
        let mut general = None;
        for (call, function) in fitting {
            let mut names = call.args.iter().skip(1).filter_map(Value::as_str);
            if call.args.len() == 1 {
                general = general.or(Some(function));
            } else if names.any(|name| self.is_dialect(&name)) {
                return Some(function.clone());
            }
        }
        general.cloned()
    }

    fn compile_with(&mut self, function: &Rc<Function<'a>>, element: Value<'a>, key: &str) -> Result<String, String> {
        self.compiling.push(key.to_owned());
        let compiled = self.compiled_by(function, element);
        self.compiling.pop();
        compiled
    }

    fn compiled_by(&mut self, function: &Rc<Function<'a>>, element: Value<'a>) -> Result<String, String> {
        let arguments = vec![element.clone(), Value::external("<compiler>")];
        let value = self.interp.call_function(function, arguments, Vec::new());
        match &value {
            // return compiler.process(expression, **kw)
            Value::Call(call) if call.key() == Some("<compiler>.process") => {
                let inner = call.args.first().cloned().unwrap_or(Value::None);
                self.sql(&inner, 1)
            }
            // return compiler.visit_JSON(element, **kw)
            Value::Call(call) => match call.key().and_then(|key| key.strip_prefix("<compiler>.visit_")) {
                Some(name) => {
                    // A decorator has the length and the precision of what it decorates.
                    let element = match call.args.first().unwrap_or(&element) {
                        Value::Instance(instance) => match self.decorated_type(instance) {
                            Value::None => Value::Instance(instance.clone()),
                            decorated => decorated,
                        },
                        other => other.clone(),
                    };
                    if name == "type_decorator" {
                        return self.sql_type(&element).map(|ty| ty.written);
                    }
                    let (args, kwargs) = match &element {
                        Value::Call(call) => (call.args.clone(), call.kwargs.clone()),
                        Value::Instance(instance) => (instance.args.clone(), instance.kwargs.clone()),
                        _ => (Vec::new(), Vec::new()),
                    };
                    let key = format!("sa.{}", visited(name));
                    self.named_type(&Spec { key, args, kwargs }, 0).map(|ty| ty.written)
                }
                None => Err(self.interp.why_unknown(&value).unwrap_or_default()),
            },
            other => match other.as_str() {
                Some(text) => Ok(text.to_string()),
                None => Err(self
                    .interp
                    .why_unknown(other)
                    .unwrap_or_else(|| format!("`{}` compiles to what is not known", function.name))),
            },
        }
    }
}

/// The type that a method of SQLAlchemy's type compilers is for: `visit_large_binary` is for `LargeBinary`, and
/// `visit_VARCHAR` for the type of that name.
fn visited(name: &str) -> String {
    if name.contains(|c: char| c.is_ascii_uppercase()) {
        return name.to_owned();
    }
    if name == "datetime" {
        return "DateTime".to_owned();
    }
    let capital = |word: &str| word.get(..1).map(|first| first.to_uppercase() + &word[1..]).unwrap_or_default();
    name.split('_').map(capital).collect()
}
