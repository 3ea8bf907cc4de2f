//! What a migration script finds when it asks: the schema that the revisions before it built, with what the script
//! itself did to it so far. A guard (`if "status" not in columns:`) is decided as it would be in a database.

use std::collections::BTreeMap;

use crate::source::python::migration::Before;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

use super::Interp;

/// What exists at a point of a script.
pub(in crate::source::python) struct Found<'a> {
    /// The schema before the script.
    pub(in crate::source::python) before: Before<'a>,
    /// The tables that the script changed or asked for; `None` for those that do not exist.
    tables: BTreeMap<String, Option<TableFacts<'a>>>,
    /// What the script did since it last asked: most scripts never do.
    pending: Vec<Done<'a>>,
}

/// An operation: what is done, its call, and the batch that it belongs to.
type Done<'a> = (String, Rc<Call<'a>>, Option<Rc<Call<'a>>>);

/// What an inspector tells of a table: for each object a dictionary, as SQLAlchemy's reflection has it.
#[derive(Clone, Default)]
pub(in crate::source::python) struct TableFacts<'a> {
    pub(in crate::source::python) columns: Vec<Value<'a>>,
    pub(in crate::source::python) indexes: Vec<Value<'a>>,
    pub(in crate::source::python) uniques: Vec<Value<'a>>,
    pub(in crate::source::python) foreign_keys: Vec<Value<'a>>,
    pub(in crate::source::python) checks: Vec<Value<'a>>,
    pub(in crate::source::python) primary_key: Option<Value<'a>>,
    /// The lists of which it is not known what belongs to them, by the inspector's method, and why.
    pub(in crate::source::python) unknown: Vec<(&'static str, Rc<str>)>,
}

/// The entry of an object.
pub(in crate::source::python) fn entry<'a>(pairs: Vec<(&str, Value<'a>)>) -> Value<'a> {
    Value::dict(pairs.into_iter().map(|(key, value)| (Value::str(key), value)))
}

impl<'a> Interp<'a> {
    /// What an inspector answers: `inspect(bind).get_columns("users")`.
    pub(super) fn inspect(
        &mut self,
        method: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
    ) -> Option<Value<'a>> {
        let found = &mut self.recording.as_mut()?.found;
        for (verb, call, batch) in std::mem::take(&mut found.pending) {
            found.follow(&verb, &call, batch.as_deref());
        }
        let text = |position: usize, name: &str| {
            let named = kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
            named.or_else(|| args.get(position)).and_then(Value::as_str)
        };
        let list = |names: Vec<String>| Value::list(names.iter().map(Value::str).collect());
        match method {
            "get_table_names" => return Some(list(found.names(text(0, "schema").as_deref()))),
            "get_view_names" => return Some(list(found.before.views())),
            _ => {}
        }
        let schema = if method == "has_index" { text(2, "schema") } else { text(1, "schema") };
        let table = found.before.key(schema.as_deref(), &text(0, "table_name")?);
        // A table that no revision created was there before the first: nothing is known of it but its name.
        let inside = found.table(&table).clone();
        if let Some(reason) = inside.as_ref().and_then(|inside| inside.reason(method)) {
            return Some(Value::Unknown(reason));
        }
        let exists = inside.is_some();
        let inside = inside.unwrap_or_default();
        Some(match method {
            "has_table" => Value::Bool(exists),
            "get_columns" => Value::list(inside.columns),
            "get_indexes" => Value::list(inside.indexes),
            "get_unique_constraints" => Value::list(inside.uniques),
            "get_foreign_keys" => Value::list(inside.foreign_keys),
            "get_check_constraints" => Value::list(inside.checks),
            "get_pk_constraint" => inside.primary_key.unwrap_or_else(|| {
                entry(vec![("constrained_columns", Value::list(Vec::new())), ("name", Value::None)])
            }),
            "has_index" => {
                let wanted = text(1, "index_name");
                Value::Bool(inside.indexes.iter().any(|index| name_in(index).as_deref() == wanted.as_deref()))
            }
            _ => return None,
        })
    }
}

impl<'a> TableFacts<'a> {
    fn reason(&self, method: &str) -> Option<Rc<str>> {
        self.unknown.iter().find(|(unknown, _)| *unknown == method).map(|(_, reason)| reason.clone())
    }

    /// Adds a constraint or index that a call of SQLAlchemy makes.
    fn add_item(&mut self, item: &Call<'a>, unnamed: &Value<'a>) {
        let named = |name: Option<&Value<'a>>| name.and_then(name_of).map_or_else(|| unnamed.clone(), Value::str);
        let name = named(item.kwarg("name"));
        let columns = |from: usize| Value::list(item.args.get(from..).unwrap_or_default().to_vec());
        match item.key().unwrap_or_default() {
            "sa.UniqueConstraint" => self.uniques.push(entry(vec![("name", name), ("column_names", columns(0))])),
            "sa.PrimaryKeyConstraint" => {
                self.primary_key = Some(entry(vec![("name", name), ("constrained_columns", columns(0))]));
            }
            "sa.CheckConstraint" => self.checks.push(check(name)),
            "sa.ForeignKeyConstraint" => {
                let list = |position: usize, name: &str| item.arg(position, name).cloned().unwrap_or_else(unread);
                let (local, remote) = (list(0, "columns"), list(1, "refcolumns"));
                self.foreign_keys.push(foreign_key(name, local, &targets(&remote), item));
            }
            "sa.Index" => {
                let unique = item.kwarg("unique").cloned().unwrap_or(Value::Bool(false));
                let name = named(item.args.first());
                self.indexes.push(entry(vec![("name", name), ("column_names", columns(1)), ("unique", unique)]));
            }
            _ => {}
        }
    }

    /// Adds a column with what its own arguments bring along.
    fn add_column(&mut self, column: &Call<'a>, unnamed: &Value<'a>) {
        let Some(name) = column.arg(0, "name").and_then(name_of) else { return };
        let is_key = column.kwarg("primary_key").and_then(Value::as_bool) == Some(true);
        let default = match column.kwarg("server_default") {
            None | Some(Value::None) => Value::None,
            Some(_) => unread(),
        };
        let nullable = column.kwarg("nullable").cloned().unwrap_or(Value::Bool(!is_key));
        self.columns.push(entry(vec![
            ("name", Value::str(&name)),
            ("type", unread()),
            ("nullable", nullable),
            ("default", default),
            ("autoincrement", unread()),
            ("comment", unread()),
        ]));
        let local = Value::list(vec![Value::str(&name)]);
        for argument in &column.args {
            if let Value::Call(key) = argument
                && key.key() == Some("sa.ForeignKey")
            {
                let name = key.kwarg("name").and_then(name_of).map_or_else(|| unnamed.clone(), Value::str);
                let remote = Value::list(key.args.first().cloned().into_iter().collect());
                self.foreign_keys.push(foreign_key(name, local.clone(), &targets(&remote), key));
            }
        }
        if column.kwarg("unique").and_then(Value::as_bool) == Some(true) {
            self.uniques.push(entry(vec![("name", unnamed.clone()), ("column_names", local)]));
        }
    }

    fn lists(&mut self) -> [&mut Vec<Value<'a>>; 4] {
        [&mut self.indexes, &mut self.uniques, &mut self.foreign_keys, &mut self.checks]
    }
}

impl<'a> Found<'a> {
    /// What a script finds in a schema.
    pub(in crate::source::python) fn new(before: Before<'a>) -> Self {
        Found { before, tables: BTreeMap::new(), pending: Vec::new() }
    }

    fn names(&self, schema: Option<&str>) -> Vec<String> {
        let mut names = self.before.tables();
        names.retain(|name| !self.tables.contains_key(name));
        names.extend(self.tables.iter().filter(|(_, facts)| facts.is_some()).map(|(name, _)| name.clone()));
        let wanted = schema.map(|schema| self.before.key(Some(schema), "")).filter(|prefix| !prefix.is_empty());
        match wanted {
            Some(prefix) => names.iter().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect(),
            None => names,
        }
    }

    fn table(&mut self, name: &str) -> &mut Option<TableFacts<'a>> {
        let before = &mut self.before;
        self.tables.entry(name.to_owned()).or_insert_with(|| before.table(name))
    }

    /// Notes an operation.
    pub(super) fn note(&mut self, verb: &str, call: &Rc<Call<'a>>, batch: Option<&Rc<Call<'a>>>) {
        self.pending.push((verb.to_owned(), call.clone(), batch.cloned()));
    }

    /// Follows an operation.
    fn follow(&mut self, verb: &str, call: &Call<'a>, batch: Option<&Call<'a>>) {
        // In a batch the table is not an argument.
        let shift = usize::from(batch.is_some());
        let text = |position: usize, name: &str| {
            let value = match position.checked_sub(shift) {
                Some(position) => call.arg(position, name),
                None => call.kwarg(name),
            };
            value.and_then(name_of)
        };
        let schema = batch.unwrap_or(call).kwarg("schema").or_else(|| call.kwarg("source_schema")).and_then(name_of);
        // The table stands first where a column is concerned, and second where something has a name of its own.
        let table = |position: usize, name: &str, before: &Before<'a>| {
            let written = match batch {
                Some(batch) => batch.arg(0, "table_name").and_then(name_of),
                None => call.arg(position, name).and_then(name_of),
            };
            written.map(|written| before.key(schema.as_deref(), &written))
        };
        let unnamed = self.before.unnamed();
        match verb {
            "create_table" => {
                let Some(name) = text(0, "table_name") else { return };
                let mut facts = TableFacts::default();
                for argument in &call.args {
                    match argument {
                        Value::Call(column) if column.key() == Some("sa.Column") => facts.add_column(column, &unnamed),
                        Value::Call(item) => facts.add_item(item, &unnamed),
                        _ => {}
                    }
                }
                self.tables.insert(self.before.key(schema.as_deref(), &name), Some(facts));
            }
            "drop_table" => {
                let Some(name) = text(0, "table_name") else { return };
                self.tables.insert(self.before.key(schema.as_deref(), &name), None);
            }
            "rename_table" => {
                let (Some(from), Some(to)) = (text(0, "old_table_name"), text(1, "new_table_name")) else { return };
                let from = self.before.key(schema.as_deref(), &from);
                let moved = self.table(&from).take();
                self.tables.insert(self.before.key(schema.as_deref(), &to), moved);
            }
            "add_column" => {
                let Some(table) = table(0, "table_name", &self.before) else { return };
                if let Some(Value::Call(column)) = call.arg(1 - shift, "column") {
                    self.table(&table).get_or_insert_default().add_column(column, &unnamed);
                }
            }
            "drop_column" | "alter_column" => {
                let column = text(1, "column_name");
                let (Some(table), Some(column)) = (table(0, "table_name", &self.before), column) else { return };
                let Some(facts) = self.table(&table) else { return };
                let is_it = |one: &Value<'a>| name_in(one).as_deref() == Some(column.as_str());
                if verb == "drop_column" {
                    return facts.columns.retain(|one| !is_it(one));
                }
                let altered = facts.columns.iter_mut().find(|one| is_it(one));
                if let Some(altered) = altered {
                    *altered = alter(altered, call);
                }
            }
            "drop_index" | "drop_constraint" => {
                let name = call.arg(0, "constraint_name").or_else(|| call.kwarg("index_name")).and_then(name_of);
                let (Some(name), Some(table)) = (name, table(1, "table_name", &self.before)) else { return };
                let Some(facts) = self.table(&table) else { return };
                for list in facts.lists() {
                    list.retain(|one| name_in(one).as_deref() != Some(name.as_str()));
                }
            }
            _ => self.add_by_name(verb, call, table(1, "table_name", &self.before), shift),
        }
    }

    /// `create_index` and its like.
    fn add_by_name(&mut self, verb: &str, call: &Call<'a>, table: Option<String>, shift: usize) {
        let name = call.arg(0, "constraint_name").or_else(|| call.kwarg("index_name")).and_then(name_of);
        let source = call.kwarg("source_table").and_then(name_of).map(|name| self.before.key(None, &name));
        let (Some(name), Some(table)) = (name, table.or(source)) else { return };
        let name = Value::str(name);
        let list = |position: usize, name: &str| call.arg(position - shift, name).cloned().unwrap_or_else(unread);
        let columns = list(2, "columns");
        let facts = self.table(&table).get_or_insert_default();
        match verb {
            "create_index" => {
                let unique = call.kwarg("unique").cloned().unwrap_or(Value::Bool(false));
                facts.indexes.push(entry(vec![("name", name), ("column_names", columns), ("unique", unique)]));
            }
            "create_unique_constraint" => {
                facts.uniques.push(entry(vec![("name", name), ("column_names", columns)]));
            }
            "create_primary_key" => {
                facts.primary_key = Some(entry(vec![("name", name), ("constrained_columns", columns)]));
            }
            "create_check_constraint" => facts.checks.push(check(name)),
            "create_foreign_key" => {
                let target = (list(2, "referent_table"), list(4, "remote_cols"));
                facts.foreign_keys.push(foreign_key(name, list(3, "local_cols"), &target, call));
            }
            _ => {}
        }
    }
}

/// A column's entry after `alter_column`.
fn alter<'a>(column: &Value<'a>, call: &Call<'a>) -> Value<'a> {
    let Value::Dict(pairs) = column else { return column.clone() };
    let given = |name: &str| call.kwarg(name).filter(|value| !matches!(value, Value::None)).cloned();
    let change = |(key, value): &(Value<'a>, Value<'a>)| {
        let new = match key.as_str().as_deref() {
            Some("name") => given("new_column_name"),
            Some("nullable") => given("nullable"),
            Some("type") => given("type_").map(|_| unread()),
            Some("default") => call.kwarg("server_default").map(|_| unread()),
            Some(_) | None => None,
        };
        (key.clone(), new.unwrap_or_else(|| value.clone()))
    };
    Value::dict(pairs.borrow().iter().map(change))
}

fn check<'a>(name: Value<'a>) -> Value<'a> {
    entry(vec![("name", name), ("sqltext", unread())])
}

fn foreign_key<'a>(
    name: Value<'a>,
    local: Value<'a>,
    (table, columns): &(Value<'a>, Value<'a>),
    made: &Call<'a>,
) -> Value<'a> {
    let option =
        |name: &'static str| Some((name, made.kwarg(name).filter(|value| !matches!(value, Value::None))?.clone()));
    let options = ["ondelete", "onupdate"].into_iter().filter_map(option).collect();
    entry(vec![
        ("name", name),
        ("constrained_columns", local),
        ("referred_schema", Value::None),
        ("referred_table", table.clone()),
        ("referred_columns", columns.clone()),
        ("options", entry(options)),
    ])
}

/// The table and the columns of `["users.id"]`.
fn targets<'a>(remote: &Value<'a>) -> (Value<'a>, Value<'a>) {
    let texts: Option<Vec<Rc<str>>> = remote.items().and_then(|items| items.iter().map(Value::as_str).collect());
    let split: Option<Vec<(String, String)>> = texts.and_then(|texts| {
        let parts = |text: &Rc<str>| text.rsplit_once('.').map(|(table, column)| (table.to_owned(), column.to_owned()));
        texts.iter().map(parts).collect()
    });
    match split.as_deref() {
        Some([(table, _), ..]) if !table.contains('.') => {
            let columns = split.iter().flatten().map(|(_, column)| Value::str(column)).collect();
            (Value::str(table), Value::list(columns))
        }
        Some(_) | None => (unread(), unread()),
    }
}

/// What the script gave, and an inspector would tell in the engine's words.
fn unread<'a>() -> Value<'a> {
    Value::unknown("what the same revision made is not reflected")
}

/// The name in an object's entry.
fn name_in(entry: &Value<'_>) -> Option<Rc<str>> {
    let Value::Dict(pairs) = entry else { return None };
    pairs.borrow().iter().find(|(key, _)| key.as_str().as_deref() == Some("name")).and_then(|(_, name)| name.as_str())
}

/// A name: a string, or `op.f("…")`.
fn name_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Call(call) if call.callee_name() == "f" => call.args.first().and_then(name_of),
        value => value.as_str().map(|text| text.to_string()),
    }
}
