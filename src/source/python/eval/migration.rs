//! What a migration script does to the schema, recorded while it is evaluated: calls of `op.…`, and what it asks of the
//! schema that it finds.
//!
//! The names of what exists are kept here, so that a guard (`if "status" not in columns:`) is decided as it would be in
//! a database that the earlier revisions built. What an operation means is for [`crate::source::python::migration`].

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::source::python::value::{Call, Value};

use super::Interp;

/// The recording of one script.
#[derive(Default)]
pub(in crate::source::python) struct Recording<'a> {
    /// What was called, in order.
    pub(in crate::source::python) operations: Vec<Operation<'a>>,
    /// What exists at this point.
    pub(in crate::source::python) names: Names,
    /// Inside a branch whose condition is not known: why.
    unsure: Option<Rc<str>>,
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
}

/// The names of what exists, as far as scripts ask for them.
#[derive(Clone, Debug, Default)]
pub(in crate::source::python) struct Names {
    /// Tables by name, those of the default schema without it.
    pub(in crate::source::python) tables: BTreeMap<String, TableNames>,
    /// Views.
    pub(in crate::source::python) views: Vec<String>,
}

/// The names inside a table.
#[derive(Clone, Debug, Default)]
pub(in crate::source::python) struct TableNames {
    pub(in crate::source::python) columns: Vec<String>,
    pub(in crate::source::python) indexes: Vec<String>,
    pub(in crate::source::python) uniques: Vec<String>,
    pub(in crate::source::python) foreign_keys: Vec<String>,
    pub(in crate::source::python) checks: Vec<String>,
    pub(in crate::source::python) primary_key: Option<String>,
}

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

impl Recording<'_> {
    /// The recording of a script that finds `names`.
    pub(in crate::source::python) fn new(names: Names) -> Self {
        Recording { names, ..Recording::default() }
    }
}

impl<'a> Interp<'a> {
    /// Notes a call that changes the schema.
    pub(super) fn record_operation(&mut self, call: &Rc<Call<'a>>) {
        let Some(recording) = &mut self.recording else { return };
        let Some((verb, batch, subject)) = operation(call) else { return };
        recording.names.follow(&verb, call, batch.as_deref());
        let unsure = recording.unsure.clone();
        recording.operations.push(Operation { verb, call: call.clone(), batch, subject, unsure });
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

    /// What an inspector answers: `inspect(bind).get_columns("users")`.
    pub(super) fn inspect(
        &mut self,
        method: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
    ) -> Option<Value<'a>> {
        let names = &self.recording.as_ref()?.names;
        let text = |position: usize, name: &str| {
            let named = kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
            named.or_else(|| args.get(position)).and_then(Value::as_str)
        };
        let list = |names: &[String]| Value::list(names.iter().map(Value::str).collect());
        let dicts = |names: &[String]| Value::list(names.iter().map(|name| named_dict(name)).collect());
        if method == "get_table_names" {
            let tables: Vec<String> = names.tables.keys().cloned().collect();
            return Some(list(&tables));
        }
        if method == "get_view_names" {
            return Some(list(&names.views));
        }
        let table = text(0, "table_name").map(|name| match text(1, "schema") {
            Some(schema) if method != "has_index" => format!("{schema}.{name}"),
            Some(_) | None => name.to_string(),
        })?;
        let found = names.tables.get(&table);
        // A table that no revision created was there before the first: nothing is known of it but its name.
        let empty = TableNames::default();
        let inside = found.unwrap_or(&empty);
        Some(match method {
            "has_table" => Value::Bool(found.is_some()),
            "get_columns" => dicts(&inside.columns),
            "get_indexes" => dicts(&inside.indexes),
            "get_unique_constraints" => dicts(&inside.uniques),
            "get_foreign_keys" => dicts(&inside.foreign_keys),
            "get_check_constraints" => dicts(&inside.checks),
            "get_pk_constraint" => inside.primary_key.as_deref().map_or_else(|| named_dict(""), named_dict),
            "has_index" => {
                Value::Bool(inside.indexes.iter().any(|name| Some(name.as_str()) == text(1, "index_name").as_deref()))
            }
            _ => return None,
        })
    }
}

fn named_dict<'a>(name: &str) -> Value<'a> {
    let pair = (Value::str("name"), Value::str(name));
    Value::Dict(Rc::new(std::cell::RefCell::new(vec![pair])))
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

impl Names {
    /// Changes the names as an operation does.
    fn follow<'a>(&mut self, verb: &str, call: &Call<'a>, batch: Option<&Call<'a>>) {
        // In a batch the table is not an argument.
        let shift = usize::from(batch.is_some());
        let text = |position: usize, name: &str| {
            let value = match position.checked_sub(shift) {
                Some(position) => call.arg(position, name),
                None => call.kwarg(name),
            };
            value.and_then(name_of)
        };
        let subject = |position: usize, name: &str| match batch {
            Some(batch) => batch.arg(0, "table_name").and_then(name_of),
            None => call.arg(position, name).and_then(name_of),
        };
        let schema = batch.unwrap_or(call).kwarg("schema").or_else(|| call.kwarg("source_schema")).and_then(name_of);
        let qualified =
            |name: String| schema.as_ref().map_or_else(|| name.clone(), |schema| format!("{schema}.{name}"));
        let constraint = |position: usize, name: &str| match batch {
            // batch.create_index("name", [...]): the name stays first, the table is gone.
            Some(_) => call.arg(0, name).and_then(name_of),
            None => call.arg(position, name).and_then(name_of),
        };
        match verb {
            "create_table" => {
                let Some(name) = text(0, "table_name") else { return };
                let column = |value: &Value<'_>| match value {
                    Value::Call(column) if column.key() == Some("sa.Column") => column.arg(0, "name").and_then(name_of),
                    _ => None,
                };
                let columns = call.args.iter().filter_map(column).collect();
                self.tables.insert(qualified(name), TableNames { columns, ..TableNames::default() });
            }
            "drop_table" => drop(text(0, "table_name").and_then(|name| self.tables.remove(&qualified(name)))),
            "rename_table" => {
                let (from, to) = (text(0, "old_table_name"), text(1, "new_table_name"));
                if let (Some(from), Some(to)) = (from, to)
                    && let Some(table) = self.tables.remove(&qualified(from))
                {
                    self.tables.insert(qualified(to), table);
                }
            }
            "add_column" => {
                let column = match call.arg(1 - shift, "column") {
                    Some(Value::Call(column)) => column.arg(0, "name").and_then(name_of),
                    _ => None,
                };
                if let (Some(table), Some(column)) = (subject(0, "table_name"), column) {
                    self.tables.entry(qualified(table)).or_default().columns.push(column);
                }
            }
            "drop_column" | "alter_column" => {
                let column = text(1, "column_name");
                let (Some(table), Some(column)) = (subject(0, "table_name"), column) else { return };
                let Some(table) = self.tables.get_mut(&qualified(table)) else { return };
                let renamed = call.kwarg("new_column_name").and_then(name_of);
                match (verb, renamed) {
                    ("drop_column", _) => table.columns.retain(|other| *other != column),
                    (_, Some(to)) => {
                        table
                            .columns
                            .iter_mut()
                            .filter(|other| **other == column)
                            .for_each(|other| other.clone_from(&to));
                    }
                    (_, None) => {}
                }
            }
            "create_index"
            | "create_unique_constraint"
            | "create_foreign_key"
            | "create_check_constraint"
            | "create_primary_key" => {
                let (Some(name), Some(table)) = (
                    constraint(0, "constraint_name").or_else(|| call.kwarg("index_name").and_then(name_of)),
                    subject(1, "table_name"),
                ) else {
                    return;
                };
                let table = self.tables.entry(qualified(table)).or_default();
                match verb {
                    "create_index" => table.indexes.push(name),
                    "create_unique_constraint" => table.uniques.push(name),
                    "create_foreign_key" => table.foreign_keys.push(name),
                    "create_check_constraint" => table.checks.push(name),
                    _ => table.primary_key = Some(name),
                }
            }
            "drop_index" | "drop_constraint" => {
                let Some(name) =
                    constraint(0, "constraint_name").or_else(|| call.kwarg("index_name").and_then(name_of))
                else {
                    return;
                };
                for table in self.tables.values_mut() {
                    let lists = [&mut table.indexes, &mut table.uniques, &mut table.foreign_keys, &mut table.checks];
                    for list in lists {
                        list.retain(|other| *other != name);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A name: a string, or `op.f("…")`.
fn name_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Call(call) if call.callee_name() == "f" => call.args.first().and_then(name_of),
        value => value.as_str().map(|text| text.to_string()),
    }
}
