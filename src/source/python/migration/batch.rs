//! `with op.batch_alter_table(…)` on SQLite: where the engine cannot alter, Alembic builds the table anew from what
//! SQLAlchemy's reflection tells of it, and so loses what that does not tell.

use crate::model::{Constraint, ConstraintName, Engine, Fact, Index, IndexTarget, Name, RelationName, Table};
use crate::snapshot::Span;
use crate::source::python::eval::Operation;
use crate::source::python::naming::{Named, Subject};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

use super::Replay;
use super::arguments::text;

/// A batch under way.
pub(super) struct Batch<'a> {
    /// `op.batch_alter_table(…)`, which tells it from others.
    call: Rc<Call<'a>>,
    /// Whether the table is built anew.
    rebuilds: bool,
    /// Whether it fails as a whole, which the script expects.
    pub(super) fails: bool,
    /// The columns that it dropped, each with the table as it was before.
    dropped: Vec<(Name, Table)>,
    /// The new names of the columns that it renamed.
    renamed: Vec<Name>,
}

impl<'a> Replay<'a> {
    /// Begins the batch of the first of `operations`, unless that is under way.
    pub(super) fn begin_batch(&mut self, operations: &[Operation<'a>]) {
        let Some(call) = operations.first().and_then(|operation| operation.batch.clone()) else {
            self.batch = None;
            return;
        };
        let is_it = |other: &Rc<Call<'a>>| Rc::ptr_eq(other, &call);
        if self.batch.as_ref().is_some_and(|batch| is_it(&batch.call)) {
            return;
        }
        let mut own = operations.iter().filter(|operation| operation.batch.as_ref().is_some_and(is_it));
        let rebuilds = self.context.dialect.engine() == Engine::Sqlite
            && (call.kwarg("recreate").and_then(Value::as_str).as_deref() == Some("always") || own.any(rebuilds));
        let mut fails = false;
        if let Some(before) = self.table_of(&call).filter(|_| rebuilds) {
            self.reflect(&call);
            let mut own = operations.iter().filter(|operation| operation.batch.as_ref().is_some_and(is_it));
            fails = own.any(|operation| !operation.attempts.is_empty() && self.drops_nothing(operation, &before.name));
            if fails {
                self.session.put_table(before);
            }
        }
        self.batch = Some(Batch { call, rebuilds, fails, dropped: Vec::new(), renamed: Vec::new() });
    }

    /// The table that a batch is about.
    fn table_of(&self, batch: &Call<'a>) -> Option<Table> {
        let name = batch.arg(0, "table_name").and_then(text)?;
        let name = self.session.table_name(batch.kwarg("schema").and_then(text).as_deref(), &name);
        self.session.database().tables.get(&name).cloned()
    }

    /// Whether an operation drops a constraint that is not there, by which a batch fails.
    fn drops_nothing(&self, operation: &Operation<'a>, table: &RelationName) -> bool {
        let name = operation.call.arg(0, "constraint_name").and_then(text);
        operation.verb == "drop_constraint"
            && name.is_some_and(|name| !self.session.has_constraint(table, &self.session.name(&name)))
    }

    /// Leaves of a table what reflection tells.
    fn reflect(&mut self, batch: &Rc<Call<'a>>) {
        let Some(mut table) = self.table_of(batch) else { return };
        let name = table.name.clone();
        // Foreign keys are told apart by their columns alone: the first keeps its name.
        let mut seen = Vec::new();
        table.foreign_keys.retain(|key| {
            let signature = (key.columns.clone(), key.references.clone(), key.referenced_columns.clone());
            let is_new = !seen.contains(&signature);
            seen.push(signature);
            is_new
        });
        table.indexes.retain(|index| index.keys.iter().all(|key| matches!(key.target, IndexTarget::Column(_))));
        for key in table.indexes.iter_mut().flat_map(|index| &mut index.keys) {
            key.descending = false;
            key.collation = None;
        }
        if let Some(convention) = batch.kwarg("naming_convention").filter(|value| !matches!(value, Value::None)) {
            self.name_by(convention.clone(), &name, &mut table, batch);
        }
        // A condition without a name may be one that a type brings along, so none is taken over.
        table.checks.retain(|check| check.name.explicit().is_some());
        if !keeps_numbers(batch) {
            for column in &mut table.columns {
                column.generation = Fact::Known(None);
            }
        }
        self.session.put_table(table);
    }

    /// Remembers that a batch renamed a column.
    pub(super) fn remember_renamed(&mut self, column: &Name) {
        if let Some(batch) = self.batch.as_mut().filter(|batch| batch.rebuilds) {
            batch.renamed.push(column.clone());
        }
    }

    /// Whether a batch passes over a constraint that it is told to add: it knows columns by the names that they had
    /// before, so one on a column that it renames itself is left out.
    pub(super) fn passes_over(&self, constraint: &Constraint) -> bool {
        let columns: &[Name] = match constraint {
            Constraint::PrimaryKey(key) => &key.columns,
            Constraint::Unique(unique) => &unique.columns,
            Constraint::ForeignKey(key) => &key.columns,
            Constraint::Check(_) | Constraint::Exclusion(_) => &[],
        };
        self.batch.as_ref().is_some_and(|batch| batch.renamed.iter().any(|name| columns.contains(name)))
    }

    /// Names what has no name by the batch's own convention.
    fn name_by(&mut self, convention: Value<'a>, name: &RelationName, table: &mut Table, batch: &Call<'a>) {
        let keywords = vec![("naming_convention".to_owned(), convention)];
        let metadata = Value::external("sqlalchemy.MetaData");
        let made = self.models.interp.call_with(metadata, Vec::new(), keywords, None, batch.site);
        let Value::Call(metadata) = made else { return };
        let texts = |names: &[Name]| names.iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        let mut named = |kind: &'static str, slot: &mut ConstraintName, columns: &[Name], referred| {
            if slot.explicit().is_some() {
                return;
            }
            let columns = texts(columns).into_iter().map(|name| (name.clone(), name)).collect();
            let subject = Subject { kind, table: name.name.as_str(), schema: None, columns, referred };
            if let Named::Known(text) = self.models.name_of(&subject, None, Some(&metadata)) {
                *slot = ConstraintName::Explicit(self.session.name(&text));
            }
        };
        for unique in &mut table.uniques {
            named("uq", &mut unique.name, &unique.columns, None);
        }
        for key in &mut table.foreign_keys {
            let referred = (key.references.name.as_str().to_owned(), texts(&key.referenced_columns));
            named("fk", &mut key.name, &key.columns, Some(referred));
        }
        if let Some(key) = &mut table.primary_key {
            named("pk", &mut key.name, &key.columns, None);
        }
        for check in &mut table.checks {
            named("ck", &mut check.name, &[], None);
        }
    }

    /// Remembers a table of which a batch is about to drop a column.
    pub(super) fn remember_dependents(&mut self, table: &RelationName, column: &Name) {
        let Some(before) = self.session.database().tables.get(table) else { return };
        if let Some(batch) = self.batch.as_mut().filter(|batch| batch.rebuilds) {
            batch.dropped.push((column.clone(), before.clone()));
        }
    }

    /// Gives back what went with a column that the same batch drops and adds: what stands on columns that exist when
    /// the table is built anew is kept.
    pub(super) fn restore_dependents(&mut self, table: &RelationName, column: &Name, at: &Span) {
        let dropped = self.batch.as_mut().map(|batch| &mut batch.dropped);
        let Some((_, before)) = dropped.and_then(|dropped| {
            let position = dropped.iter().position(|(name, before)| name == column && before.name == *table)?;
            Some(dropped.remove(position))
        }) else {
            return;
        };
        let Some(now) = self.session.database().tables.get(table).cloned() else { return };
        let exist = |names: &[Name]| names.contains(column) && names.iter().all(|name| now.column(name).is_some());
        for index in before.indexes {
            let is_gone = now.indexes.iter().all(|other| other.name != index.name);
            if is_gone && exist(&columns(&index)) {
                self.session.add_index(table, index, at);
            }
        }
        for unique in before.uniques {
            let is_gone = now.uniques.iter().all(|other| other.name != unique.name || other.columns != unique.columns);
            if is_gone && exist(&unique.columns) {
                self.session.add_constraint(table, Constraint::Unique(unique), at);
            }
        }
        for key in before.foreign_keys {
            let is_gone = now.foreign_keys.iter().all(|other| other.name != key.name || other.columns != key.columns);
            if is_gone && exist(&key.columns) {
                self.session.add_constraint(table, Constraint::ForeignKey(key), at);
            }
        }
    }
}

/// Whether a batch says again what reflection does not tell: AUTOINCREMENT.
fn keeps_numbers(batch: &Call<'_>) -> bool {
    let Some(Value::Dict(options)) = batch.kwarg("table_kwargs") else { return false };
    let is_said = |(name, value): &(Value<'_>, Value<'_>)| {
        name.as_str().as_deref() == Some("sqlite_autoincrement") && value.as_bool() == Some(true)
    };
    options.borrow().iter().any(is_said)
}

fn columns(index: &Index) -> Vec<Name> {
    let column = |target: &IndexTarget| match target {
        IndexTarget::Column(name) => Some(name.clone()),
        IndexTarget::Expr(_) => None,
    };
    index.keys.iter().filter_map(|key| column(&key.target)).collect()
}

/// Whether SQLite's ALTER TABLE does not do an operation of a batch: Alembic's `requires_recreate_in_batch`.
fn rebuilds(operation: &Operation<'_>) -> bool {
    match operation.verb.as_str() {
        "create_index" | "drop_index" | "execute" | "create_table_comment" | "drop_table_comment" => false,
        "add_column" => match operation.call.arg(0, "column") {
            Some(Value::Call(column)) => {
                let default = column.kwarg("server_default").filter(|value| !matches!(value, Value::None));
                // A string is a constant; a default in SQL may be none.
                let is_constant = default.is_none_or(|default| default.as_str().is_some());
                let is_computed = |value: &Value<'_>| match value {
                    Value::Call(computed) if computed.key() == Some("sa.Computed") => {
                        computed.kwarg("persisted").and_then(Value::as_bool) == Some(true)
                    }
                    _ => false,
                };
                !is_constant || column.args.iter().any(is_computed)
            }
            Some(_) | None => false,
        },
        _ => true,
    }
}
