//! What a migration script does to the schema, recorded while it is evaluated: calls of `op.…`, and what it asks of the
//! schema that it finds.
//!
//! The names of what exists are kept here, so that a guard (`if "status" not in columns:`) is decided as it would be in
//! a database that the earlier revisions built. What an operation means is for [`crate::source::python::migration`].

use std::rc::Rc;

use crate::source::python::value::{Call, Site, Value};

use super::Interp;
use super::found::Found;

/// The recording of one script.
pub(in crate::source::python) struct Recording<'a> {
    /// What was called, in order.
    pub(in crate::source::python) operations: Vec<Operation<'a>>,
    /// What exists at this point.
    pub(in crate::source::python) found: Found<'a>,
    /// Inside a branch whose condition is not known: why.
    unsure: Option<Rc<str>>,
    /// Inside how many `try` whose failure is caught.
    pub(super) tries: u32,
    /// Where the script was not followed any further, and why.
    pub(in crate::source::python) cut_off: Option<(Rc<str>, Site)>,
}

/// One operation.
pub(in crate::source::python) struct Operation<'a> {
    /// What is done: `create_table`, `add_column`, `execute`.
    pub(in crate::source::python) verb: String,
    /// The call.
    pub(in crate::source::python) call: Rc<Call<'a>>,
    /// `with op.batch_alter_table(…)`: the table that the batch is about.
    pub(in crate::source::python) batch: Option<Rc<Call<'a>>>,
    /// What the method was called on, where that is neither `op` nor a batch: `Enum(…)` of `Enum(…).create(bind)`.
    pub(in crate::source::python) subject: Option<Value<'a>>,
    /// Why it may not happen.
    pub(in crate::source::python) unsure: Option<Rc<str>>,
    /// Whether the script reads rows from it: then it is a query.
    pub(in crate::source::python) is_read: bool,
    /// Whether the script goes on when it fails.
    pub(in crate::source::python) is_tried: bool,
}

/// What is asked of a statement's result to have its rows.
const READS: [&str; 14] = [
    "all",
    "columns",
    "fetchall",
    "fetchmany",
    "fetchone",
    "first",
    "mappings",
    "one",
    "one_or_none",
    "partitions",
    "scalar",
    "scalar_one",
    "scalar_one_or_none",
    "scalars",
];

/// What hands out a connection: its methods change the schema, its dialect is the engine's.
const BINDS: [&str; 6] = [
    "alembic.op.get_bind",
    "alembic.op.get_context",
    "alembic.context.get_bind",
    "alembic.context.get_context",
    "alembic.op.get_bind.connect",
    "alembic.op.get_bind.begin",
];

/// Whether a value is the connection that a script runs on, or something reached through it.
pub(in crate::source::python) fn is_bind(value: &Value<'_>) -> bool {
    match value {
        Value::Call(call) => match call.key() {
            Some(key) => BINDS.contains(&key),
            None => match &call.callee {
                Value::Attr(attr) if matches!(&*attr.1, "get_bind" | "get_context") => {
                    attr.0.call_of("alembic.op.batch_alter_table").is_some()
                }
                Value::Attr(attr) => is_bind(&attr.0),
                _ => false,
            },
        },
        Value::Attr(attr) => matches!(&*attr.1, "bind" | "connection" | "engine") && is_bind(&attr.0),
        _ => false,
    }
}

impl<'a> Recording<'a> {
    /// The recording of a script that finds `found`.
    pub(in crate::source::python) fn new(found: Found<'a>) -> Self {
        Recording { operations: Vec::new(), found, unsure: None, tries: 0, cut_off: None }
    }

    /// Notes that what stands at `site` is not followed.
    pub(super) fn cut_off(&mut self, reason: &Rc<str>, site: Site) {
        self.cut_off.get_or_insert_with(|| (reason.clone(), site));
    }

    /// Notes that the script reads the rows of `result`, if that is a statement's.
    fn reads(&mut self, result: &Call<'a>) {
        let same = |operation: &&mut Operation<'a>| std::ptr::eq(Rc::as_ptr(&operation.call), result);
        if let Some(operation) = self.operations.iter_mut().rev().find(same) {
            operation.is_read = true;
        }
    }
}

impl<'a> Interp<'a> {
    /// Notes a call that changes the schema.
    pub(super) fn record_operation(&mut self, call: &Rc<Call<'a>>) {
        let Some(recording) = &mut self.recording else { return };
        if let Value::Attr(attr) = &call.callee
            && let Value::Call(result) = &attr.0
            && READS.contains(&&*attr.1)
        {
            recording.reads(result);
        }
        let Some((verb, batch, subject)) = operation(call) else { return };
        recording.found.note(&verb, call, batch.as_ref());
        let unsure = recording.unsure.clone();
        let is_read = matches!(call.callee_name(), "scalar" | "scalars");
        let is_tried = recording.tries > 0;
        let call = call.clone();
        recording.operations.push(Operation { verb, call, batch, subject, unsure, is_read, is_tried });
    }

    /// Notes that the script goes over the rows of a statement.
    pub(super) fn goes_over(&mut self, result: &Call<'a>) {
        if let Some(recording) = &mut self.recording {
            recording.reads(result);
        }
    }

    /// Runs what may not happen in a migration.
    pub(super) fn while_unsure<T>(&mut self, reason: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.recording.as_mut().map(|recording| {
            let before = recording.unsure.clone();
            recording.unsure.get_or_insert_with(|| Rc::from(reason));
            before
        });
        let outcome = run(self);
        if let (Some(recording), Some(before)) = (&mut self.recording, before) {
            recording.unsure = before;
        }
        outcome
    }
}

/// Which operation a call is: its verb, the batch that it belongs to, and what else it is called on.
fn operation<'a>(call: &Rc<Call<'a>>) -> Option<(String, Option<Rc<Call<'a>>>, Option<Value<'a>>)> {
    if let Some(verb) = call.key().and_then(|key| key.strip_prefix("alembic.op.")) {
        let asks =
            matches!(verb, "get_bind" | "get_context" | "f" | "batch_alter_table" | "inline_literal" | "run_async");
        return (!asks).then(|| (verb.to_owned(), None, None));
    }
    let Value::Attr(attr) = &call.callee else { return None };
    let verb = attr.1.to_string();
    match &attr.0 {
        Value::Call(batch) if batch.key() == Some("alembic.op.batch_alter_table") => {
            let asks = matches!(verb.as_str(), "f" | "get_bind" | "get_context");
            (!asks).then(|| (verb, Some(batch.clone()), None))
        }
        base if is_bind(base) => match verb.as_str() {
            "execute" | "exec_driver_sql" | "scalar" | "scalars" => Some(("execute".to_owned(), None, None)),
            _ => None,
        },
        base @ Value::Call(made) => {
            let makes = matches!(
                made.key(),
                Some("sa.Enum" | "postgresql.ENUM" | "sa.Sequence" | "sa.Index" | "sa.Table" | "sa.MetaData")
            );
            let changes = matches!(verb.as_str(), "create" | "drop" | "create_all" | "drop_all");
            (makes && changes).then(|| (verb, None, Some(base.clone())))
        }
        base => matches!(verb.as_str(), "create_all" | "drop_all").then(|| (verb, None, Some(base.clone()))),
    }
}
