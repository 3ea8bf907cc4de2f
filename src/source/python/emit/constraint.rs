//! Constraints: UNIQUE, CHECK, EXCLUDE; and which table a constraint or index outside any belongs to.

use std::collections::HashSet;

use crate::model::{
    CheckConstraint, ConstraintName, Deferrability, Expr, Facet, Fact, Index, Kind, Name, ObjectPath, Reason,
    UniqueConstraint,
};
use crate::source::python::bounds::Looks;
use crate::source::python::draft::{ColumnDraft, Flag};
use crate::source::python::models::Models;
use crate::source::python::naming::{Named, Subject};
use crate::source::python::shared::Rc;
use crate::source::python::types::TypeCheck;
use crate::source::python::value::{Call, Site, Value};

use super::Output;

/// The name as the model keeps it; one that is not known is treated as nobody's choice.
pub(super) fn constraint_name(models: &Models<'_>, named: Named) -> ConstraintName {
    match named {
        Named::Known(name) => ConstraintName::Explicit(models.column_name(&name)),
        Named::Unnamed | Named::Unknown(_) => ConstraintName::None,
    }
}

impl<'a> Models<'a> {
    /// `deferrable=` and `initially=`.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn deferrability(&self, call: &Rc<Call<'a>>) -> Result<Deferrability, Reason> {
        let initially = self.text_option(call.kwarg("initially"), "`initially`")?.map(|text| text.to_uppercase());
        let deferrable = self.flag(call.kwarg("deferrable"), call.open.as_ref()).into_result()?;
        Ok(match (deferrable, initially.as_deref()) {
            (_, Some("DEFERRED")) => Deferrability::InitiallyDeferred,
            (true, _) => Deferrability::InitiallyImmediate,
            (false, _) => Deferrability::NotDeferrable,
        })
    }

    /// Gives each `Index(...)` or constraint that stands outside a table's arguments to the table of its columns.
    pub(super) fn attach_schema_items(&mut self) {
        let mut placed: HashSet<*const Call<'a>> = HashSet::new();
        for table in &self.tables {
            placed.extend(table.items.iter().map(Rc::as_ptr));
        }
        for item in std::mem::take(&mut self.interp.schema_items) {
            if placed.contains(&Rc::as_ptr(&item)) {
                continue;
            }
            match item.args.iter().find_map(|value| self.mentioned_table(value, &Looks::new())) {
                Some(owner) => {
                    if !self.tables[owner].items.iter().any(|known| {
                        known.site == item.site && known.args.len() == item.args.len() && same_name(known, &item)
                    }) {
                        self.tables[owner].items.push(item);
                    }
                }
                None => self.tell_item_of_no_table(&item),
            }
        }
    }

    /// An index over columns that are not known may be one of any table.
    fn tell_item_of_no_table(&mut self, item: &Rc<Call<'a>>) {
        let columns = if item.key() == Some("sa.Index") { item.args.get(1..) } else { None };
        let reason = columns.unwrap_or_default().iter().find_map(Value::unknown_reason);
        let placed = || self.tables.iter().flat_map(|table| &table.items).any(|known| known.site == item.site);
        if let Some(reason) = reason
            && !placed()
        {
            let reason = format!("the columns of an index are not known: {reason}");
            self.undecided(None, Facet::of(Kind::Index), &reason, item.site);
        }
    }

    /// The table whose column an expression mentions.
    fn mentioned_table(&self, value: &Value<'a>, looks: &Looks) -> Option<usize> {
        if !looks.more() {
            return None;
        }
        if let Some((table, _)) = self.column_of(value) {
            return Some(table);
        }
        match value {
            Value::Call(call) => {
                let of_callee = match &call.callee {
                    Value::Attr(attr) => self.mentioned_table(&attr.0, looks),
                    _ => None,
                };
                of_callee.or_else(|| call.args.iter().find_map(|value| self.mentioned_table(value, looks)))
            }
            Value::Op(op) => op.operands.iter().find_map(|value| self.mentioned_table(value, looks)),
            Value::Attr(attr) => self.mentioned_table(&attr.0, looks),
            Value::Subscript(element) => self.mentioned_table(&element.0, looks),
            Value::List(_) | Value::Tuple(_) => {
                value.items()?.iter().find_map(|value| self.mentioned_table(value, looks))
            }
            _ => None,
        }
    }

    /// The names and keys of the columns that an expression mentions, each once.
    fn mentioned_columns(&self, value: &Value<'a>, found: &mut Vec<(String, String)>, looks: &Looks) {
        if !looks.more() {
            return;
        }
        if let Some((_, column)) = self.column_of(value) {
            let column = (column.name.clone(), column.key.clone());
            if !found.contains(&column) {
                found.push(column);
            }
            return;
        }
        let parts: Vec<Value<'a>> = match value {
            Value::Call(call) if call.key() == Some("sa.column") => {
                let name = call.args.first().and_then(Value::as_str).map(|name| name.to_string());
                found.extend(name.map(|name| (name.clone(), name)).filter(|column| !found.contains(column)));
                return;
            }
            Value::Call(call) => {
                let of_callee = match &call.callee {
                    Value::Attr(attr) => Some(attr.0.clone()),
                    _ => None,
                };
                of_callee.into_iter().chain(call.args.iter().cloned()).collect()
            }
            Value::Op(op) => op.operands.clone(),
            Value::Attr(attr) => vec![attr.0.clone()],
            Value::Subscript(element) => vec![element.0.clone()],
            Value::List(_) | Value::Tuple(_) => value.items().unwrap_or_default(),
            _ => Vec::new(),
        };
        for part in &parts {
            self.mentioned_columns(part, found, looks);
        }
    }

    /// The name and key of the column of this table that a value stands for.
    pub(super) fn column_in(&self, table: usize, value: &Value<'a>) -> Option<(String, String)> {
        if let Some(name) = value.as_str() {
            let column = self.tables[table].column_by_key(&name)?;
            return Some((column.name.clone(), column.key.clone()));
        }
        if let Value::Call(call) = value
            && let Some(column) = self.tables[table].column_of(call)
        {
            return Some((column.name.clone(), column.key.clone()));
        }
        let (owner, column) = self.column_of(value)?;
        // A mixin's column is known by its name in every table that has a copy of it.
        if owner == table {
            return Some((column.name.clone(), column.key.clone()));
        }
        let own = self.tables[table].column_by_key(&column.key)?;
        Some((own.name.clone(), own.key.clone()))
    }

    /// Whether an item is meant for another dialect, by `ddl_if` or by the rule that SQLAlchemy's own types use.
    fn is_suppressed(&mut self, item: &Rc<Call<'a>>) -> bool {
        if self.interp.suppressed.iter().any(|other| Rc::ptr_eq(other, item)) {
            return true;
        }
        let Some(Value::Function(rule)) = item.kwarg("_create_rule") else {
            return false;
        };
        let applies = self.interp.call_function(&rule.clone(), vec![Value::external("<compiler>")], Vec::new());
        self.interp.truth(&applies) == Some(false)
    }

    /// Everything beside the columns.
    pub(super) fn emit_items(&mut self, output: &mut Output<'_>, default_schema: Option<&Name>) {
        // SQLAlchemy sorts constraints by their creation, and a column's `unique=True` becomes one when the table is made.
        let items = self.tables[output.draft].items.clone();
        let (uniques, others): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.key() == Some("sa.UniqueConstraint"));
        self.emit_constraints(uniques, output, default_schema);
        self.emit_column_flags(output, default_schema);
        self.emit_constraints(others, output, default_schema);
    }

    /// The items of a table that are no columns.
    fn emit_constraints(&mut self, items: Vec<Rc<Call<'a>>>, output: &mut Output<'_>, default_schema: Option<&Name>) {
        for item in items {
            if self.is_suppressed(&item) {
                continue;
            }
            if let Some(doubt) = &item.doubt {
                self.tell_of_item(&item, doubt, output);
                continue;
            }
            match item.key() {
                Some("sa.UniqueConstraint") => self.emit_unique(&item, output),
                Some("sa.CheckConstraint") => self.emit_check(&item, output),
                Some("sa.ForeignKeyConstraint") => self.emit_foreign_key_constraint(&item, output, default_schema),
                Some("sa.Index") => self.emit_index(&item, output),
                Some("postgresql.ExcludeConstraint") => self.emit_exclusion(&item, output),
                _ => {}
            }
        }
    }

    /// What columns say: ForeignKey, CheckConstraint, index=True, unique=True.
    fn emit_column_flags(&mut self, output: &mut Output<'_>, default_schema: Option<&Name>) {
        for column in self.tables[output.draft].columns.clone() {
            for key in &column.foreign_keys {
                self.emit_column_foreign_key(&column, key, output, default_schema);
            }
            for check in &column.checks {
                self.emit_check(check, output);
            }
            let flag = |given: &Flag<'a>| self.flag(given.as_ref(), column.open.as_ref());
            let (index, unique) = (flag(&column.index), flag(&column.unique));
            match (index, unique) {
                (Fact::Known(true), unique) => self.emit_column_index(&column, unique, output),
                (Fact::Known(false), Fact::Known(true)) => {
                    let columns = vec![(column.name.clone(), column.key.clone())];
                    self.add_unique(columns, None, column.site, output, None);
                }
                (Fact::Known(false), Fact::Known(false)) => {}
                (Fact::Known(false), Fact::Unknown(reason)) => self.tell_of_unique(&column, &reason, output),
                (Fact::Unknown(reason), unique) => {
                    self.tell_of_column_index(&column, &reason, output);
                    if unique != Fact::Known(false) {
                        self.tell_of_unique(&column, &reason, output);
                    }
                }
            }
            if let Some(open) = &column.open_items {
                self.partial_item(Kind::ForeignKey, open, column.site, output);
                self.partial_item(Kind::Check, open, column.site, output);
            }
        }
    }

    /// The unique constraint that a column may have.
    fn tell_of_unique(&mut self, column: &ColumnDraft<'a>, reason: &Reason, output: &Output<'_>) {
        let kind = if self.rules.uniques_are_indexes { Kind::Index } else { Kind::Unique };
        self.partial_item(kind, &reason.0, column.site, output);
    }

    fn emit_unique(&mut self, call: &Rc<Call<'a>>, output: &mut Output<'_>) {
        let mut columns = Vec::new();
        for value in &call.args {
            match self.column_in(output.draft, value) {
                Some(column) => columns.push(column),
                None => {
                    let reason = self.reason(value, "a column of a unique constraint").0;
                    self.partial_item(Kind::Unique, &reason, call.site, output);
                    return;
                }
            }
        }
        if let Some(open) = &call.open {
            return self.partial_item(Kind::Unique, open, call.site, output);
        }
        if !columns.is_empty() {
            self.add_unique(columns, call.kwarg("name").cloned(), call.site, output, Some(call));
        }
    }

    fn add_unique(
        &mut self,
        columns: Vec<(String, String)>,
        given: Option<Value<'a>>,
        site: Site,
        output: &mut Output<'_>,
        call: Option<&Rc<Call<'a>>>,
    ) {
        let names: Vec<Name> = columns.iter().map(|(name, _)| self.column_name(name)).collect();
        let named = self.named("uq", columns, None, given.as_ref(), output.draft);
        if self.rules.uniques_are_indexes {
            let name = match &named {
                Named::Known(name) => self.column_name(name),
                Named::Unnamed | Named::Unknown(_) => self.column_name(""),
            };
            output.places.indexes.push(site);
            let name_is_implied = name.as_str().is_empty();
            output.table.indexes.push(Index { unique: true, name_is_implied, ..Index::on_columns(name, names) });
            return;
        }
        let name = constraint_name(self, named);
        let mut unique = UniqueConstraint {
            name,
            columns: names,
            without_overlaps: false,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrability: Deferrability::NotDeferrable,
        };
        if let Some(call) = call
            && let Err(reason) = self.unique_options(call, &mut unique, output.draft)
        {
            return self.partial_item(Kind::Unique, &reason.0, site, output);
        }
        output.places.uniques.push(site);
        output.table.uniques.push(unique);
    }

    fn unique_options(&self, call: &Rc<Call<'a>>, unique: &mut UniqueConstraint, table: usize) -> Result<(), Reason> {
        unique.nulls_not_distinct = self.flag(call.kwarg("postgresql_nulls_not_distinct"), None).into_result()?;
        unique.include = self.included(call, table)?;
        unique.deferrability = self.deferrability(call)?;
        Ok(())
    }

    /// `postgresql_include=[...]`.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn included(&self, call: &Rc<Call<'a>>, table: usize) -> Result<Vec<Name>, Reason> {
        let items = self.option(call.kwarg("postgresql_include"), "`postgresql_include`", Value::items)?;
        let column = |value: &Value<'a>| match self.column_in(table, value) {
            Some((name, _)) => Ok(self.column_name(&name)),
            None => Err(self.reason(value, "a column that is included")),
        };
        items.unwrap_or_default().iter().map(column).collect()
    }

    /// The name of a constraint or index of a table.
    pub(super) fn named(
        &mut self,
        kind: &str,
        columns: Vec<(String, String)>,
        referred: Option<(String, Vec<String>)>,
        given: Option<&Value<'a>>,
        table: usize,
    ) -> Named {
        let draft = &self.tables[table];
        let (name, schema, metadata) = (draft.name.clone(), draft.schema.clone(), draft.metadata.clone());
        let subject = Subject { kind, table: &name, schema: schema.as_deref(), columns, referred };
        self.name_of(&subject, given, metadata.as_ref())
    }

    fn emit_check(&mut self, call: &Rc<Call<'a>>, output: &mut Output<'_>) {
        let Some(sql) = call.arg(0, "sqltext").cloned() else {
            return;
        };
        let expr = match self.sql_or_text(&sql) {
            Ok(text) => Fact::Known(Expr::new(text)),
            Err(reason) => Fact::Unknown(Reason::new(format!("the check's condition: {reason}"))),
        };
        // Conventions know the columns that an expression mentions; a text mentions none.
        let mut columns = Vec::new();
        self.mentioned_columns(&sql, &mut columns, &Looks::new());
        let named = self.named("ck", columns, None, call.kwarg("name"), output.draft);
        self.add_check(named, expr, call.site, output);
    }

    /// The CHECK that a Boolean or Enum brings along.
    pub(super) fn emit_type_check(&mut self, draft: &ColumnDraft<'a>, check: &TypeCheck, output: &mut Output<'_>) {
        let text = format!("{} IN ({})", self.quoted(&draft.name), check.literals.join(", "));
        let given = check.name.as_ref().map(Value::str);
        let columns = vec![(draft.name.clone(), draft.key.clone())];
        let named = self.named("ck", columns, None, given.as_ref(), output.draft);
        self.add_check(named, Fact::Known(Expr::new(text)), draft.site, output);
    }

    fn add_check(&mut self, named: Named, expr: Fact<Expr>, site: Site, output: &mut Output<'_>) {
        let name = constraint_name(self, named);
        output.places.checks.push(site);
        output.table.checks.push(CheckConstraint::new(name, expr));
    }

    /// A constraint or index that may not have been declared.
    fn tell_of_item(&mut self, item: &Rc<Call<'a>>, doubt: &str, output: &Output<'_>) {
        match item.key() {
            Some("sa.Index") => self.tell_of_index(item, &Reason::new(doubt), output),
            Some("sa.UniqueConstraint") => self.partial_item(Kind::Unique, doubt, item.site, output),
            Some("sa.CheckConstraint") => self.partial_item(Kind::Check, doubt, item.site, output),
            Some("sa.ForeignKeyConstraint") => self.partial_item(Kind::ForeignKey, doubt, item.site, output),
            Some("postgresql.ExcludeConstraint") => self.partial_item(Kind::Exclusion, doubt, item.site, output),
            _ => {}
        }
    }

    /// An object of a table that could not be read: what the other side has of that kind is undecided.
    pub(super) fn partial_item(&mut self, kind: Kind, reason: &str, site: Site, output: &Output<'_>) {
        let table = ObjectPath::table(&output.table.name);
        self.undecided(Some(table), crate::model::Facet::of(kind), reason, site);
    }
}

fn same_name(a: &Call<'_>, b: &Call<'_>) -> bool {
    let name = |call: &Call<'_>| match call.key() {
        Some("sa.Index") => call.arg(0, "name").and_then(Value::as_str),
        _ => call.kwarg("name").and_then(Value::as_str),
    };
    name(a) == name(b)
}
