//! `Table(...)`: the arguments of the call as a draft.

use crate::model::{Attribute, Facet, Kind};

use super::column;
use super::draft::{ColumnDraft, TableDraft};
use super::models::Models;
use super::shared::Rc;
use super::value::{Call, Site, Value};

/// Keyword arguments of `Table` that say nothing about the schema.
const BEHAVIOUR: [&str; 5] = ["extend_existing", "keep_existing", "info", "listeners", "quote"];

impl<'a> Models<'a> {
    /// Adds the table that a `Table(...)` call declares.
    pub(super) fn add_table_call(&mut self, call: &Rc<Call<'a>>) {
        let Some(name) = call.arg(0, "name").and_then(Value::as_str) else {
            let reason = match call.arg(0, "name").and_then(|value| self.interp.why_unknown(value)) {
                Some(why) => format!("the name of a table is not known: {why}"),
                None => "the name of a table is not known".to_owned(),
            };
            self.undecided(None, Facet::of(Kind::Table), &reason, call.site);
            return;
        };
        let rest = &call.args[1.min(call.args.len())..];
        let metadata = rest.first().and_then(|value| self.metadata_in(value));
        let schema = match call.kwarg("schema") {
            Some(value) if !matches!(value, Value::None) => self.schema_name(Some(value)),
            _ => metadata.as_ref().map_or(Ok(None), |metadata| self.metadata_schema(metadata)),
        };
        let schema = match schema {
            Ok(schema) => schema,
            Err(reason) => self.assume_default_schema(&name, &reason, call.site),
        };
        let mut draft = TableDraft {
            name: name.to_string(),
            schema,
            metadata,
            columns: Vec::new(),
            items: Vec::new(),
            options: table_options(&call.kwargs),
            site: call.site,
            partial: call.open.as_ref().map(|reason| reason.to_string()),
        };
        if call.kwarg("autoload_with").or(call.kwarg("autoload")).is_some() {
            draft.mark_partial("the table is read from the database (`autoload_with`)");
        }
        for value in rest {
            self.add_table_argument(&mut draft, value);
        }
        for (name, value) in call.assigned.borrow().iter() {
            if name == "<append>" {
                self.add_table_argument(&mut draft, value);
            }
        }
        let index = self.add_table(draft);
        if let Some(doubt) = &call.doubt {
            self.doubted.insert(index, doubt.clone());
        }
        self.table_of_call.insert(Rc::as_ptr(call), index);
    }

    /// A schema that is set at run time is taken to be the default one, and counted.
    pub(super) fn assume_default_schema(&mut self, table: &str, reason: &str, site: Site) -> Option<String> {
        if self.assumed_schemas.insert(reason.to_owned()) {
            let reason = format!("tables such as `{table}` are taken to stand in the default schema: {reason}");
            self.undecided(None, Facet::attribute(Kind::Schema, Attribute::Name), &reason, site);
        }
        None
    }

    /// Adds what was appended to tables that are known by now, and states what was appended to others.
    pub(super) fn append_to_tables(&mut self) {
        for appended in std::mem::take(&mut self.interp.appended) {
            let Some(index) = self.table_of(&appended.table) else {
                self.interp.tell(appended.what, &appended.table, appended.site);
                continue;
            };
            let mut draft = self.tables[index].clone();
            self.add_table_argument(&mut draft, &appended.item);
            self.note_columns(index, draft.sources());
            self.tables[index] = draft;
        }
    }

    fn add_table_argument(&mut self, draft: &mut TableDraft<'a>, value: &Value<'a>) {
        match value {
            Value::None => {}
            // The metadata, however it was reached.
            Value::Attr(attr) if &*attr.1 == "metadata" => {}
            Value::External(name) if name.last() == "metadata" => {}
            Value::Call(call) => match call.key() {
                Some("sa.MetaData") => {}
                Some("sa.Column") => self.add_column_call(draft, call),
                _ if matches!(call.callee_name(), "copy" | "_copy") => {
                    if let Value::Attr(attr) = &call.callee
                        && let Value::Call(original) = &attr.0
                    {
                        self.add_column_call(draft, original);
                    }
                }
                Some(key) if is_schema_item(key) => draft.items.push(call.clone()),
                _ => draft.mark_partial(self.interp.why_unknown(value).unwrap_or_default()),
            },
            other => {
                if let Some(reason) = self.interp.why_unknown(other) {
                    draft.mark_partial(reason);
                }
            }
        }
    }

    fn add_column_call(&mut self, draft: &mut TableDraft<'a>, call: &Rc<Call<'a>>) {
        match column::from_call(call, None, call.site) {
            Ok(column) => push_column(draft, column),
            Err(reason) => draft.mark_partial(reason),
        }
    }
}

/// Adds a column, or replaces the one of that name.
pub(super) fn push_column<'a>(draft: &mut TableDraft<'a>, column: ColumnDraft<'a>) {
    match draft.columns.iter_mut().find(|known| known.name == column.name) {
        Some(known) => *known = column,
        None => draft.columns.push(column),
    }
}

/// The keyword arguments that describe the table.
pub(super) fn table_options<'a>(kwargs: &[(String, Value<'a>)]) -> Vec<(String, Value<'a>)> {
    kwargs.iter().filter(|(name, _)| !BEHAVIOUR.contains(&name.as_str()) && name != "schema").cloned().collect()
}

/// What a call of the library declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Declares {
    Table,
    Column,
    Index,
    Constraint,
}

impl Declares {
    /// The kinds of objects that may come of it.
    pub(super) fn kinds(self) -> &'static [Kind] {
        match self {
            Declares::Table => &[Kind::Table],
            Declares::Column => &[Kind::Column],
            Declares::Index => &[Kind::Index],
            Declares::Constraint => &[Kind::Unique, Kind::Check, Kind::ForeignKey, Kind::Exclusion],
        }
    }
}

/// What a call of the external name `key` declares.
pub(super) fn declares(key: &str) -> Option<Declares> {
    match key {
        "sa.Table" => Some(Declares::Table),
        "sa.Column" | "sa.mapped_column" => Some(Declares::Column),
        "sa.Index" => Some(Declares::Index),
        "sa.UniqueConstraint"
        | "sa.CheckConstraint"
        | "sa.ForeignKeyConstraint"
        | "sa.PrimaryKeyConstraint"
        | "postgresql.ExcludeConstraint" => Some(Declares::Constraint),
        _ => None,
    }
}

/// Whether a call makes a constraint or an index.
pub(super) fn is_schema_item(key: &str) -> bool {
    matches!(declares(key), Some(Declares::Index | Declares::Constraint))
}
