//! Tables and columns.

use crate::model::{Column, Constraint, Fact, Name};
use crate::snapshot::Span;
use crate::source::python::column as draft_column;
use crate::source::python::draft::TableDraft;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

use super::arguments::Arguments;
use super::{Replay, forget};

impl<'a> Replay<'a> {
    /// `op.create_table(name, …)`, which takes what `Table(name, …)` takes.
    pub(super) fn create_table(&mut self, call: &Rc<Call<'a>>) -> Result<(), String> {
        if call.arg(0, "name").or_else(|| call.kwarg("table_name")).and_then(Value::as_str).is_none() {
            return Err("the table's name is not known".to_owned());
        }
        // A table that was dropped and is created again is another one.
        self.models.by_name.clear();
        let before = self.models.tables.len();
        let call = &self.without_altered_keys(call);
        self.models.add_table_call(call);
        let Some(mut draft) = self.models.tables.pop() else { return Err("the table is not known".to_owned()) };
        debug_assert_eq!(self.models.tables.len(), before, "a new table is added at the end");
        if draft.metadata.is_none() {
            draft.metadata.clone_from(&self.naming);
        }
        let (table, scratch) = self.read_draft(draft);
        let at = self.place(call);
        let default = scratch.origins;
        let places: Vec<(Name, Span)> = table
            .columns
            .iter()
            .filter_map(|column| {
                let path =
                    crate::model::ObjectPath::of_table(crate::model::Kind::Column, &table.name, column.name.clone());
                Some((column.name.clone(), default.find(&path)?.clone()))
            })
            .collect();
        for (_, ty) in scratch.database.enums {
            self.session.add_enum(ty, &at);
        }
        for (_, sequence) in scratch.database.sequences {
            self.session.add_sequence(sequence, &at);
        }
        self.session.add_table(table, &at, &places);
        Ok(())
    }

    /// A table's call without the foreign keys that SQLAlchemy would add by ALTER TABLE when it makes all tables, and
    /// that CREATE TABLE by itself leaves out: `use_alter=True`, where the engine has such an ALTER.
    fn without_altered_keys(&self, call: &Rc<Call<'a>>) -> Rc<Call<'a>> {
        let is_altered = |value: &Value<'a>| match value {
            Value::Call(key) => {
                matches!(key.key(), Some("sa.ForeignKey" | "sa.ForeignKeyConstraint"))
                    && key.kwarg("use_alter").and_then(Value::as_bool) == Some(true)
            }
            _ => false,
        };
        if !self.models.rules.adds_foreign_keys {
            return call.clone();
        }
        let without = |call: &Call<'a>, args: Vec<Value<'a>>| {
            Rc::new(Call {
                callee: call.callee.clone(),
                args,
                kwargs: call.kwargs.clone(),
                site: call.site,
                order: call.order,
                assigned: call.assigned.clone(),
                open: call.open.clone(),
                doubt: None,
            })
        };
        let of_column = |value: &Value<'a>| match value {
            Value::Call(column) if column.args.iter().any(is_altered) => {
                let args = column.args.iter().filter(|value| !is_altered(value)).cloned().collect();
                Value::Call(without(column, args))
            }
            value => value.clone(),
        };
        let args = call.args.iter().filter(|value| !is_altered(value)).map(of_column).collect();
        without(call, args)
    }

    /// `op.add_column(table, Column(…))`.
    pub(super) fn add_column(&mut self, arguments: &Arguments<'_, 'a>, at: &Span) -> Result<(), String> {
        let table = arguments.table(0).ok_or("the table's name is not known")?;
        let Some(Value::Call(call)) = arguments.get(1, 0, "column") else {
            return Err("the column is not known".to_owned());
        };
        let Some(name) = self.existing(arguments.schema().as_deref(), &table) else { return Ok(()) };
        let mut column = draft_column::from_call(call, None, call.site)?;
        // ADD COLUMN makes no primary key.
        let primary_key = column.primary_key.take();
        let is_key = self.models.flag(primary_key.as_ref(), None) == Fact::Known(true);
        let draft = self.draft_of(&table, arguments.schema(), vec![column], call.site);
        let (mut scratch, made) = self.read_draft(draft);
        for (_, ty) in made.database.enums {
            self.session.add_enum(ty, at);
        }
        for (_, sequence) in made.database.sequences {
            self.session.add_sequence(sequence, at);
        }
        for mut column in std::mem::take(&mut scratch.columns) {
            if is_key {
                column.nullable = false.into();
            }
            let added = column.name.clone();
            self.session.add_column(&name, column, at);
            self.restore_dependents(&name, &added, at);
        }
        self.take_items(&name, scratch, at);
        Ok(())
    }

    pub(super) fn drop_column(&mut self, arguments: &Arguments<'_, 'a>, _at: &Span) -> Result<(), String> {
        let table = arguments.table(0).ok_or("the table's name is not known")?;
        let column = arguments.text(1, 0, "column_name").ok_or("the column's name is not known")?;
        if let Some(name) = self.existing(arguments.schema().as_deref(), &table) {
            let column = self.session.name(&column);
            self.remember_dependents(&name, &column);
            self.done.drops_nothing |= !self.session.drop_column(&name, &column);
        }
        Ok(())
    }

    /// `op.alter_column(table, column, …)`.
    pub(super) fn alter_column(&mut self, arguments: &Arguments<'_, 'a>, at: &Span) -> Result<(), String> {
        let table = arguments.table(0).ok_or("the table's name is not known")?;
        let column = arguments.text(1, 0, "column_name").ok_or("the column's name is not known")?;
        let Some(name) = self.existing(arguments.schema().as_deref(), &table) else { return Ok(()) };
        let column = self.session.name(&column);
        let known = self.session.database().tables.get(&name).and_then(|table| table.column(&column)).cloned();
        let Some(known) = known else { return Err(format!("{name} has no column {column} by the revisions before")) };
        let wanted = self.altered(arguments, &table, known, at)?;
        if let Some(place) = self.session.column_mut(&name, &column) {
            *place = wanted;
        }
        if let Some(to) = arguments.text(usize::MAX, usize::MAX, "new_column_name") {
            let to = self.session.name(&to);
            self.session.rename_column(&name, &column, &to);
            self.remember_renamed(&to);
        }
        Ok(())
    }

    /// The column as the arguments want it.
    fn altered(
        &mut self,
        arguments: &Arguments<'_, 'a>,
        table: &str,
        known: Column,
        at: &Span,
    ) -> Result<Column, String> {
        let given = |name: &str| arguments.named(name).filter(|value| !matches!(value, Value::Bool(false)));
        // MySQL states a column anew whenever it is modified: what is not repeated is lost.
        let restates = self.models.rules.auto_increment
            && ["type_", "nullable", "new_column_name", "comment", "autoincrement"]
                .iter()
                .any(|name| given(name).is_some());
        let either = |name: &str, existing: &str| {
            let new = arguments.named(name).filter(|value| name == "nullable" || !matches!(value, Value::Bool(false)));
            new.or_else(|| if restates { arguments.named(existing) } else { None }).cloned()
        };
        let mut keywords: Vec<(String, Value<'a>)> = Vec::new();
        let default = either("server_default", "existing_server_default");
        if let Some(default) = default.clone().filter(|value| !matches!(value, Value::None | Value::Bool(false))) {
            keywords.push(("server_default".to_owned(), default));
        }
        let comment = either("comment", "existing_comment").filter(|value| !matches!(value, Value::Bool(false)));
        if let Some(comment) = comment.clone() {
            keywords.push(("comment".to_owned(), comment));
        }
        let ty = arguments.named("type_").filter(|value| !matches!(value, Value::None)).cloned();
        let existing = arguments.named("existing_type").cloned();
        let name = Value::str(known.name.as_str());
        let positional = match ty.clone().or(existing) {
            Some(ty) => vec![name, ty],
            None => vec![name],
        };
        let site = arguments.call().site;
        let made = self.models.interp.call_with(Value::external("sqlalchemy.Column"), positional, keywords, None, site);
        let Value::Call(call) = made else { return Err("the column's attributes are not known".to_owned()) };
        let draft = draft_column::from_call(&call, None, site)?;
        let draft = self.draft_of(table, arguments.schema(), vec![draft], site);
        let (scratch, made) = self.read_draft(draft);
        let Some(new) = scratch.columns.into_iter().next() else { return Err("the column is not known".to_owned()) };
        let numbered = Some(known.clone()).filter(Column::is_serial);
        let mut wanted = known;
        if ty.is_some() {
            // `Boolean(create_constraint=True)` and its like bring their condition along.
            let of = self.session.table_name(arguments.schema().as_deref(), table);
            for check in scratch.checks {
                self.session.add_constraint(&of, Constraint::Check(check), at);
            }
            for (_, ty) in made.database.enums {
                self.session.add_enum(ty, at);
            }
            wanted.ty = new.ty;
            wanted.collation = new.collation;
            wanted.charset = new.charset;
        }
        match either("nullable", "existing_nullable").as_ref().map(|value| (value, value.as_bool())) {
            Some((_, Some(nullable))) => wanted.nullable = nullable.into(),
            Some((Value::None, None)) | None if restates => wanted.nullable = true.into(),
            Some((Value::None, None)) | None => {}
            Some((_, None)) => forget(&mut wanted.nullable, "`nullable` is not known"),
        }
        match default {
            Some(Value::Bool(false)) | None if !restates => {}
            Some(_) | None => {
                wanted.default = new.default;
                // The numbers of a serial column are its default; its sequence stays behind.
                if let Some(numbered) = numbered {
                    let of = self.session.table_name(arguments.schema().as_deref(), table);
                    self.session.keep_sequence(&of, &numbered, at);
                    wanted.generation = Fact::Known(None);
                }
                if new.generation != Fact::Known(None) {
                    wanted.generation = new.generation;
                }
                wanted.generated = new.generated;
                wanted.on_update = new.on_update;
            }
        }
        if comment.is_some() && self.models.rules.comments {
            wanted.comment = new.comment;
        }
        Ok(wanted)
    }

    fn draft_of(
        &self,
        table: &str,
        schema: Option<String>,
        columns: Vec<crate::source::python::draft::ColumnDraft<'a>>,
        site: crate::source::python::value::Site,
    ) -> TableDraft<'a> {
        TableDraft {
            name: table.to_owned(),
            schema,
            metadata: self.naming.clone(),
            columns,
            items: Vec::new(),
            options: Vec::new(),
            site,
            partial: None,
        }
    }
}
