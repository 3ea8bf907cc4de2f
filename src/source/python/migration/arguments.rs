//! The arguments of an operation: by position or by name, with the table of a batch in its place.

use crate::source::python::eval::Operation;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

/// An operation's arguments as its signature names them.
pub(super) struct Arguments<'o, 'a> {
    operation: &'o Operation<'a>,
}

impl<'o, 'a> Arguments<'o, 'a> {
    pub(super) fn of(operation: &'o Operation<'a>) -> Self {
        Arguments { operation }
    }

    /// The argument `name`, which stands at `position` where the operation is called on `op`, and at `in_batch` where
    /// it is called on a batch.
    pub(super) fn get(&self, position: usize, in_batch: usize, name: &str) -> Option<&'o Value<'a>> {
        let position = if self.operation.batch.is_some() { in_batch } else { position };
        self.operation.call.arg(position, name)
    }

    /// A keyword argument.
    pub(super) fn named(&self, name: &str) -> Option<&'o Value<'a>> {
        self.operation.call.kwarg(name)
    }

    /// A name: a string, or `op.f("…")`.
    pub(super) fn text(&self, position: usize, in_batch: usize, name: &str) -> Option<String> {
        self.get(position, in_batch, name).and_then(text)
    }

    /// The table that the operation is about, which stands at `position` where it is called on `op`.
    pub(super) fn table(&self, position: usize) -> Option<String> {
        self.table_named(position, "table_name")
    }

    /// The same where the argument has another name.
    pub(super) fn table_named(&self, position: usize, name: &str) -> Option<String> {
        match &self.operation.batch {
            Some(batch) => batch.arg(0, "table_name").and_then(text),
            None => self.operation.call.arg(position, name).and_then(text),
        }
    }

    /// The schema of that table.
    pub(super) fn schema(&self) -> Option<String> {
        self.schema_named("schema")
    }

    /// The same where the argument has another name.
    pub(super) fn schema_named(&self, name: &str) -> Option<String> {
        let batch = self.operation.batch.as_ref().and_then(|batch| batch.kwarg("schema"));
        batch.or_else(|| self.named(name)).and_then(text)
    }

    /// The call.
    pub(super) fn call(&self) -> &'o Rc<Call<'a>> {
        &self.operation.call
    }
}

/// How a message names what an operation is about: a name, or the column that it adds.
pub(super) fn short(value: &Value<'_>) -> Option<String> {
    let column = |value: &Value<'_>| match value {
        Value::Call(call) if call.key() == Some("sa.Column") => call.args.first().and_then(text),
        _ => None,
    };
    let name = column(value).or_else(|| text(value))?;
    (name.len() <= 63 && !name.contains(char::is_whitespace)).then_some(name)
}

/// A name: a string, or `op.f("…")`.
pub(super) fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Call(call) if matches!(call.callee_name(), "f" | "conv" | "quoted_name") => {
            call.args.first().and_then(text)
        }
        value => value.as_str().map(|text| text.to_string()),
    }
}
