//! `try: op.…` / `except: op.…`: what the failure of an operation leaves out, and what it is met with.

use std::collections::BTreeMap;

use crate::model::{Kind, ObjectPath};
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
    /// What an operation makes although it is certainly there already, so that it fails.
    pub(super) fn its_like(&self, operation: &Operation<'a>) -> Option<ObjectPath> {
        let arguments = Arguments::of(operation);
        if arguments.named("if_not_exists").and_then(Value::as_bool) == Some(true) {
            return None;
        }
        let schema = arguments.schema();
        let table = |position: usize| {
            let name = self.session.table_name(schema.as_deref(), &arguments.table(position)?);
            self.session.database().tables.get(&name)
        };
        let path = match operation.verb.as_str() {
            "create_table" => ObjectPath::table(&table(0)?.name),
            "add_column" => {
                let Some(Value::Call(column)) = arguments.get(1, 0, "column") else { return None };
                let name = self.session.name(&column.arg(0, "name").and_then(text)?);
                let table = table(0)?;
                table.column(&name)?;
                ObjectPath::of_table(Kind::Column, &table.name, name)
            }
            "create_index" => {
                let name = self.session.name(&arguments.text(0, 0, "index_name")?);
                let table = table(1)?;
                table.indexes.iter().find(|one| one.name == name)?;
                ObjectPath::of_table(Kind::Index, &table.name, name)
            }
            _ => return None,
        };
        // What may be there may as well not be.
        let whole = path.table_name().map(|table| ObjectPath::table(&table));
        let is_open = |object: &ObjectPath| *object == path || Some(object) == whole.as_ref();
        let mut open = self.session.undecided_facts().iter().filter_map(|fact| fact.object.as_ref());
        (!open.any(is_open)).then_some(path)
    }
}
