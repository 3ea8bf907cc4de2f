//! Types that the project defines: `TypeDecorator`, `UserDefinedType`, and plain subclasses of known types.

use super::{Spec, SqlType};
use crate::source::python::eval::own_or_inherited;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Function, Instance, Value};

impl<'a> Models<'a> {
    pub(super) fn instance_type(&mut self, instance: &Rc<Instance<'a>>, depth: u32) -> Result<SqlType, String> {
        if let Some(open) = &instance.open {
            return Err(open.to_string());
        }
        if let Some(compiled) = self.compiled_instance(instance) {
            return compiled.map(|text| SqlType::compiled(&text));
        }
        if let Some(function) = method(instance, "get_col_spec") {
            return self.column_spec(instance, &function);
        }
        if own_or_inherited(&instance.class, "impl").is_none() && method(instance, "load_dialect_impl").is_none() {
            return self.subclass_type(instance, depth);
        }
        let impl_type = self.decorated_type(instance);
        if let Some(function) = method(instance, "load_dialect_impl") {
            let mut attributes = instance.attributes.borrow_mut();
            attributes.extend(["impl", "impl_instance"].map(|name| (name.to_owned(), impl_type.clone())));
            drop(attributes);
            let this = Value::Instance(instance.clone());
            let chosen = self.interp.call_function(&function, vec![this, Value::external("<dialect>")], Vec::new());
            return match &chosen {
                // `return super().load_dialect_impl(dialect)` and `return self.impl` are the declared one.
                Value::Call(call) if call.callee_name() == "load_dialect_impl" => {
                    self.type_at_depth(&impl_type, depth + 1)
                }
                Value::Attr(attr) if matches!(&*attr.1, "impl" | "impl_instance") => {
                    self.type_at_depth(&impl_type, depth + 1)
                }
                other => self.type_at_depth(&other.clone(), depth + 1),
            };
        }
        self.type_at_depth(&impl_type, depth + 1)
    }

    /// The `impl` of a `TypeDecorator`, made with the decorator's own arguments.
    pub(in crate::source::python) fn decorated_type(&mut self, instance: &Rc<Instance<'a>>) -> Value<'a> {
        let attributes = instance.attributes.borrow();
        let find = |name: &str| attributes.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        if let Some(value) = find("impl") {
            return value;
        }
        let passed_on = find("<super>");
        drop(attributes);
        let declared =
            own_or_inherited(&instance.class, "impl").and_then(|(_, entry)| entry.value).unwrap_or(Value::None);
        let declared = self.interp.force(declared);
        let has_init = method(instance, "__init__").is_some();
        let (args, kwargs) = match (passed_on, has_init) {
            (Some(Value::Call(call)), _) => (call.args.clone(), call.kwargs.clone()),
            (_, true) => (Vec::new(), Vec::new()),
            (_, false) => (instance.args.clone(), instance.kwargs.clone()),
        };
        match declared {
            // A type object stays what it is; a class is made with the arguments.
            Value::External(_) | Value::Class(_) if !args.is_empty() || !kwargs.is_empty() => {
                self.interp.call_with(declared, args, kwargs, None, instance.site)
            }
            other => other,
        }
    }

    /// `get_col_spec` returns the DDL itself.
    fn column_spec(&mut self, instance: &Rc<Instance<'a>>, function: &Rc<Function<'a>>) -> Result<SqlType, String> {
        let value = self.interp.call_function(function, vec![Value::Instance(instance.clone())], Vec::new());
        match value.as_str() {
            Some(text) => Ok(SqlType::compiled(&text)),
            None => Err(format!("`{}.get_col_spec` returns what is not known", instance.class.name)),
        }
    }

    /// A plain subclass of a known type is that type.
    fn subclass_type(&mut self, instance: &Rc<Instance<'a>>, depth: u32) -> Result<SqlType, String> {
        let Some(key) = Self::external_base(&instance.class) else {
            return Err(format!("the class `{}` is not a type", instance.class.name));
        };
        let attributes = instance.attributes.borrow();
        let passed_on = attributes.iter().find(|(name, _)| name == "<super>").map(|(_, value)| value.clone());
        drop(attributes);
        let (args, kwargs) = match passed_on {
            Some(Value::Call(call)) => (call.args.clone(), call.kwargs.clone()),
            _ if method(instance, "__init__").is_some() => (Vec::new(), Vec::new()),
            _ => (instance.args.clone(), instance.kwargs.clone()),
        };
        self.named_type(&Spec { key, args, kwargs }, depth + 1)
            .map_err(|reason| format!("the type `{}` extends one that is not known: {reason}", instance.class.name))
    }
}

fn method<'a>(instance: &Rc<Instance<'a>>, name: &str) -> Option<Rc<Function<'a>>> {
    match own_or_inherited(&instance.class, name)?.1.value? {
        Value::Function(function) => Some(function),
        _ => None,
    }
}
