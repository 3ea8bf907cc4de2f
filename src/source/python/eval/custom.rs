//! Operations that a project adds to Alembic's own, and what is handed the connection without being followed:
//! <https://alembic.sqlalchemy.org/en/latest/api/operations.html#operation-plugins>.

use crate::source::python::shared::Rc;
use crate::source::python::value::{Function, Site, Value};

use super::Interp;

impl<'a> Interp<'a> {
    /// `op.name(…)` where a class of the project was registered for it, and `operations.invoke(…)`; `None` where the
    /// call is kept.
    pub(super) fn custom_operation(
        &mut self,
        name: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        site: Site,
    ) -> Option<Value<'a>> {
        let operations = Value::external("alembic.op");
        if name == "invoke" {
            let Value::Instance(instance) = args.first()? else { return None };
            let is_it = |(class, _): &&(Value<'a>, Rc<Function<'a>>)| match class {
                Value::Class(class) => Rc::ptr_eq(class, &instance.class),
                _ => false,
            };
            let function = self.implementations.iter().rev().find(is_it)?.1.clone();
            return Some(self.call_function(&function, vec![operations, args[0].clone()], Vec::new()));
        }
        let (class, method) = self.classes.iter().rev().find_map(|class| {
            class.decorators.iter().find_map(|decorator| {
                let Value::Call(call) = decorator else { return None };
                let is_it = call.callee_name() == "register_operation"
                    && call.args.first().and_then(Value::as_str).as_deref() == Some(name);
                let method = call.arg(1, "sourcename").and_then(Value::as_str).map(|text| text.to_string());
                is_it.then(|| (class.clone(), method.unwrap_or_else(|| name.to_owned())))
            })
        })?;
        let callee = self.attribute(&Value::Class(class), &method);
        let mut all = vec![operations];
        all.extend(args.iter().cloned());
        Some(self.call_with(callee, all, kwargs.to_vec(), None, site))
    }

    /// Remembers a function that carries out the operations of a class: `@Operations.implementation_for(Class)`.
    pub(super) fn note_implementation(&mut self, function: &Rc<Function<'a>>) {
        for decorator in &function.decorators {
            if let Value::Call(call) = decorator
                && call.callee_name() == "implementation_for"
                && let Some(class) = call.args.first()
            {
                self.implementations.push((class.clone(), function.clone()));
            }
        }
    }

    /// Calls what is not known, for a `reason`: it may do anything with a connection that it is given.
    pub(super) fn call_unknown(
        &mut self,
        reason: &Rc<str>,
        args: Vec<Value<'a>>,
        kwargs: Vec<(String, Value<'a>)>,
        site: Site,
    ) -> Value<'a> {
        if self.recording.is_some() {
            self.make_call(Value::external("an unknown function"), args, kwargs, site);
        }
        Value::Unknown(reason.clone())
    }
}
