//! `try: op.…` / `except: op.…`: what the failure of an operation leaves out, and what it is met with.

use std::collections::BTreeMap;

use crate::source::python::eval::Operation;
use crate::source::python::value::Value;

use super::Replay;
use super::arguments::{Arguments, text};

/// How an attempt ended; of several operations the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// All of it was done.
    Done,
    /// It is not known whether it failed.
    Unknown,
    /// An operation of it failed.
    Failed,
}

/// Whether an operation happens.
pub(super) enum Reach {
    Certainly,
    Perhaps,
    Never,
}

/// The attempts of one script so far, by their numbers.
#[derive(Default)]
pub(super) struct Attempts(BTreeMap<u32, Outcome>);

impl Attempts {
    /// Whether `operation` is reached.
    pub(super) fn reaches(&self, operation: &Operation<'_>) -> Reach {
        let outcome = |attempt: &u32| self.0.get(attempt).copied().unwrap_or(Outcome::Done);
        if operation.attempts.iter().any(|attempt| outcome(attempt) == Outcome::Failed) {
            return Reach::Never;
        }
        match operation.rescues.as_ref().map(outcome) {
            None | Some(Outcome::Failed) => Reach::Certainly,
            Some(Outcome::Unknown) => Reach::Perhaps,
            Some(Outcome::Done) => Reach::Never,
        }
    }

    /// Notes how an operation ended.
    pub(super) fn note(&mut self, operation: &Operation<'_>, outcome: Outcome) {
        if let Some(attempt) = operation.attempts.last() {
            let known = self.0.entry(*attempt).or_insert(outcome);
            *known = outcome.max(*known);
        }
    }
}

impl<'a> Replay<'a> {
    /// Whether an operation makes what is there already, so that it fails.
    pub(super) fn meets_its_like(&self, operation: &Operation<'a>) -> bool {
        let arguments = Arguments::of(operation);
        let schema = arguments.schema();
        let table = |position: usize| {
            let name = self.session.table_name(schema.as_deref(), &arguments.table(position)?);
            self.session.database().tables.get(&name)
        };
        match operation.verb.as_str() {
            "create_table" => table(0).is_some(),
            "add_column" => match arguments.get(1, 0, "column") {
                Some(Value::Call(column)) => {
                    let name = column.arg(0, "name").and_then(text).map(|name| self.session.name(&name));
                    name.is_some_and(|name| table(0).is_some_and(|table| table.column(&name).is_some()))
                }
                Some(_) | None => false,
            },
            "create_index" => {
                let name = arguments.text(0, 0, "index_name").map(|name| self.session.name(&name));
                name.is_some_and(|name| table(1).is_some_and(|table| table.indexes.iter().any(|one| one.name == name)))
            }
            _ => false,
        }
    }
}
