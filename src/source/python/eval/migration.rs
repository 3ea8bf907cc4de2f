//! What a migration script does to the schema, recorded while it is evaluated: calls of `op.…`, and what it asks of the
//! schema that it finds.
//!
//! The names of what exists are kept here, so that a guard (`if "status" not in columns:`) is decided as it would be in
//! a database that the earlier revisions built. What an operation means is for [`crate::source::python::migration`].

use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Site, Value};

use super::Interp;
use super::flow::Flow;
use super::found::Found;

/// The recording of one script.
pub(in crate::source::python) struct Recording<'a> {
    /// What was called, in order.
    pub(in crate::source::python) operations: Vec<Operation<'a>>,
    /// What exists at this point.
    pub(in crate::source::python) found: Found<'a>,
    /// Inside a branch whose condition is not known: why.
    unsure: Option<Rc<str>>,
    /// The `try` blocks at hand whose failure is caught, by their numbers, the innermost last.
    pub(super) attempts: Vec<u32>,
    /// How many of them there were so far.
    attempted: u32,
    /// Inside a handler that runs only if an operation of this attempt fails.
    pub(super) rescues: Option<u32>,
    /// Inside how many `autocommit_block()`.
    pub(super) autocommits: u32,
    /// A function that the statement at hand called has raised: whether that is certain.
    pub(super) raised: Option<bool>,
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
    /// The attempts that it is part of, the innermost last: the script goes on when it fails.
    pub(in crate::source::python) attempts: Vec<u32>,
    /// Inside `autocommit_block()`.
    pub(in crate::source::python) in_autocommit: bool,
    /// The attempt whose failure it is meant for.
    pub(in crate::source::python) rescues: Option<u32>,
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
            Some("sa.Session" | "sa.scoped_session" | "sa.sessionmaker") => is_session_of_bind(call),
            Some(key) => BINDS.contains(&key),
            // `Session(bind=op.get_bind())` and `sessionmaker(bind=op.get_bind())()`.
            None if is_session_of_bind(call) => true,
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

/// Whether a call makes a session, or what makes sessions, on the connection.
fn is_session_of_bind(call: &Call<'_>) -> bool {
    let makes = match &call.callee {
        Value::Call(maker) => maker.key() == Some("sa.sessionmaker") && is_session_of_bind(maker) || takes_bind(call),
        _ => takes_bind(call),
    };
    let is_maker = match &call.callee {
        Value::Call(maker) => maker.key() == Some("sa.sessionmaker"),
        _ => matches!(call.key(), Some("sa.Session" | "sa.scoped_session" | "sa.sessionmaker")),
    };
    is_maker && makes
}

/// Whether a call is given the connection, or `op` itself.
fn takes_bind(call: &Call<'_>) -> bool {
    let mut arguments = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value));
    arguments.any(|value| is_bind(value) || value.external_key() == Some("alembic.op"))
}

/// Whether a function of a library leaves the schema as it is, though it is given the connection.
fn only_reads(key: &str) -> bool {
    const HARMLESS: [&str; 7] = ["sa.", "alembic.", "builtins.", "pandas.", "polars.", "logging.", "typing."];
    HARMLESS.iter().any(|prefix| key.starts_with(prefix))
}

impl<'a> Recording<'a> {
    /// The recording of a script that finds `found`.
    pub(in crate::source::python) fn new(found: Found<'a>) -> Self {
        Recording {
            operations: Vec::new(),
            found,
            unsure: None,
            attempts: Vec::new(),
            attempted: 0,
            rescues: None,
            autocommits: 0,
            raised: None,
            cut_off: None,
        }
    }

    /// Begins an attempt, and tells its number.
    pub(super) fn begin_attempt(&mut self) -> u32 {
        self.attempted += 1;
        self.attempts.push(self.attempted);
        self.attempted
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
        let (attempts, rescues) = (recording.attempts.clone(), recording.rescues);
        let in_autocommit = recording.autocommits > 0;
        let call = call.clone();
        recording.operations.push(Operation {
            verb,
            call,
            batch,
            subject,
            unsure,
            is_read,
            attempts,
            in_autocommit,
            rescues,
        });
    }

    /// Notes that the script goes over the rows of a statement.
    pub(super) fn goes_over(&mut self, result: &Call<'a>) {
        if let Some(recording) = &mut self.recording {
            recording.reads(result);
        }
    }

    /// Runs what stands behind something that was left as `flow` says, and so may not be reached.
    pub(super) fn behind<T>(&mut self, flow: &Flow<'a>, run: impl FnOnce(&mut Self) -> T) -> T {
        let is_caught = self.recording.as_ref().is_some_and(|recording| !recording.attempts.is_empty());
        let doubt = flow.doubt(is_caught);
        match doubt {
            Some(reason) => self.while_unsure(&reason, run),
            None => run(self),
        }
    }

    /// Runs what may not happen.
    pub(super) fn while_unsure<T>(&mut self, reason: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.recording.as_mut().map(|recording| {
            let before = recording.unsure.clone();
            recording.unsure.get_or_insert_with(|| Rc::from(reason));
            before
        });
        let doubt = self.doubt.clone();
        // In a migration that is the recording's.
        if self.recording.is_none() {
            self.doubt.get_or_insert_with(|| Rc::from(reason));
        }
        let outcome = run(self);
        self.doubt = doubt;
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
    // What is given the connection and cannot be followed may do anything with it.
    if let Value::External(name) = &call.callee {
        let may_change = !only_reads(name.key()) && takes_bind(call);
        return may_change.then(|| (name.last().to_owned(), None, None));
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
            (changes && (makes || takes_bind(call))).then(|| (verb, None, Some(base.clone())))
        }
        base => {
            let changes = match verb.as_str() {
                "create_all" | "drop_all" => true,
                "create" | "drop" => takes_bind(call),
                _ => false,
            };
            changes.then(|| (verb, None, Some(base.clone())))
        }
    }
}
