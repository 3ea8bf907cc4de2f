//! Constraints and indexes, and types and sequences made by hand.

use crate::model::{Constraint, Name, RelationName, Sequence, SequenceOptions, Table};
use crate::snapshot::{Snapshot, Span};
use crate::source::python::column;
use crate::source::python::draft::TableDraft;
use crate::source::python::eval::Operation;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

use super::Replay;
use super::arguments::{Arguments, text};

impl<'a> Replay<'a> {
    /// `op.create_index(name, table, columns, …)`.
    pub(super) fn create_index(&mut self, arguments: &Arguments<'_, 'a>, at: &Span) -> Result<(), String> {
        let columns =
            arguments.get(2, 1, "columns").and_then(Value::items).ok_or("the index's columns are not known")?;
        let name = arguments.get(0, 0, "index_name").cloned().unwrap_or(Value::None);
        let mut all = vec![name];
        all.extend(columns);
        let keywords =
            without(&arguments.call().kwargs, &["schema", "index_name", "table_name", "columns", "if_not_exists"]);
        self.add_item("sqlalchemy.Index", all, keywords, arguments.table(1), arguments.schema(), at)
    }

    /// `op.create_unique_constraint(name, table, columns)` and its like.
    pub(super) fn create_constraint(
        &mut self,
        verb: &str,
        arguments: &Arguments<'_, 'a>,
        at: &Span,
    ) -> Result<(), String> {
        let (callee, argument) = match verb {
            "create_primary_key" => ("sqlalchemy.PrimaryKeyConstraint", "columns"),
            "create_unique_constraint" => ("sqlalchemy.UniqueConstraint", "columns"),
            "create_check_constraint" => ("sqlalchemy.CheckConstraint", "condition"),
            _ => ("sqlalchemy.dialects.postgresql.ExcludeConstraint", "elements"),
        };
        let positional = match verb {
            "create_check_constraint" => {
                vec![arguments.get(2, 1, argument).cloned().ok_or("the check's condition is not known")?]
            }
            "create_exclude_constraint" => arguments.call().args.get(2..).unwrap_or_default().to_vec(),
            _ => {
                arguments.get(2, 1, argument).and_then(Value::items).ok_or("the constraint's columns are not known")?
            }
        };
        let taken = ["schema", "constraint_name", "table_name", "columns", "condition"];
        let mut keywords = without(&arguments.call().kwargs, &taken);
        if let Some(name) = arguments.get(0, 0, "constraint_name") {
            keywords.push(("name".to_owned(), name.clone()));
        }
        self.add_item(callee, positional, keywords, arguments.table(1), arguments.schema(), at)
    }

    /// `op.create_foreign_key(name, source, referent, local_cols, remote_cols, …)`.
    pub(super) fn create_foreign_key(&mut self, arguments: &Arguments<'_, 'a>, at: &Span) -> Result<(), String> {
        let table = arguments.table_named(1, "source_table");
        let referent = arguments.text(2, 1, "referent_table").ok_or("the referenced table's name is not known")?;
        let columns = |position: usize, name: &str| {
            let list = arguments.get(position, position - 1, name).and_then(Value::items);
            list.ok_or_else(|| "the foreign key's columns are not known".to_owned())
        };
        let local = columns(3, "local_cols")?;
        let schema = arguments.named("referent_schema").and_then(text);
        let target = schema.map_or_else(|| referent.clone(), |schema| format!("{schema}.{referent}"));
        let mut remote = Vec::new();
        for column in columns(4, "remote_cols")? {
            let column = text(&column).ok_or("a referenced column's name is not known")?;
            remote.push(Value::str(format!("{target}.{column}")));
        }
        let taken = [
            "source_schema",
            "referent_schema",
            "constraint_name",
            "source_table",
            "referent_table",
            "local_cols",
            "remote_cols",
        ];
        let mut keywords = without(&arguments.call().kwargs, &taken);
        if let Some(name) = arguments.get(0, 0, "constraint_name") {
            keywords.push(("name".to_owned(), name.clone()));
        }
        let positional = vec![Value::list(local), Value::list(remote)];
        let source = arguments.schema_named("source_schema");
        self.add_item("sqlalchemy.ForeignKeyConstraint", positional, keywords, table, source, at)
    }

    /// Adds what `callee` makes to a table that exists.
    fn add_item(
        &mut self,
        callee: &str,
        positional: Vec<Value<'a>>,
        keywords: Vec<(String, Value<'a>)>,
        table: Option<String>,
        schema: Option<String>,
        at: &Span,
    ) -> Result<(), String> {
        let table = table.ok_or("the table's name is not known")?;
        let Some(name) = self.existing(schema.as_deref(), &table) else { return Ok(()) };
        let site =
            crate::source::python::value::Site { module: crate::source::python::value::ModuleId(0), offset: 0.into() };
        let made = self.models.interp.call_with(Value::external(callee), positional, keywords, None, site);
        let Value::Call(item) = made else { return Err("its arguments are not known".to_owned()) };
        let scratch = self.table_with(&name, schema, vec![item]);
        self.take_items(&name, scratch, at);
        Ok(())
    }

    /// A draft of an existing table, with `items` alone, read into a schema of its own.
    fn table_with(&mut self, name: &RelationName, schema: Option<String>, items: Vec<Rc<Call<'a>>>) -> Table {
        let site = items.first().map(|item| item.site);
        let columns: Vec<String> = self.session.database().tables.get(name).map_or_else(Vec::new, |table| {
            table.columns.iter().map(|column| column.name.as_str().to_owned()).collect()
        });
        let site = site.unwrap_or(crate::source::python::value::Site {
            module: crate::source::python::value::ModuleId(0),
            offset: 0.into(),
        });
        let draft = TableDraft {
            name: name.name.as_str().to_owned(),
            schema,
            metadata: self.naming.clone(),
            columns: columns.iter().map(|column| column::empty(column, site)).collect(),
            items,
            options: Vec::new(),
            site,
            partial: None,
        };
        let (table, _) = self.read_draft(draft);
        table
    }

    /// Reads a draft into a schema of its own: the table, and what it brought along.
    pub(super) fn read_draft(&mut self, draft: TableDraft<'a>) -> (Table, Snapshot) {
        self.models.tables.push(draft);
        let index = self.models.tables.len() - 1;
        let default = self.context.default_schema.cloned().or_else(|| self.context.dialect.default_schema());
        let mut scratch = Snapshot::empty(self.context.dialect.engine(), default, crate::snapshot::Scope::default());
        self.models.emit_table(index, &mut scratch);
        self.models.places.clear();
        let name = scratch.database.tables.keys().next().cloned();
        let table = name.and_then(|name| scratch.database.tables.remove(&name));
        let extras = || crate::model::Extras::Postgres(crate::model::PostgresTable::default());
        let table = table.unwrap_or_else(|| Table::new(RelationName::new(None, Name::exact("")), extras()));
        (table, scratch)
    }

    /// Puts the constraints and indexes of a draft into the table of that name.
    pub(super) fn take_items(&mut self, name: &RelationName, scratch: Table, at: &Span) {
        let mut constraints: Vec<Constraint> = Vec::new();
        constraints.extend(scratch.primary_key.map(Constraint::PrimaryKey));
        constraints.extend(scratch.uniques.into_iter().map(Constraint::Unique));
        constraints.extend(scratch.foreign_keys.into_iter().map(Constraint::ForeignKey));
        constraints.extend(scratch.checks.into_iter().map(Constraint::Check));
        constraints.extend(scratch.exclusions.into_iter().map(Constraint::Exclusion));
        constraints.retain(|constraint| !self.passes_over(constraint));
        for constraint in constraints {
            if let Constraint::PrimaryKey(key) = &constraint {
                for column in &key.columns {
                    if let Some(column) = self.session.column_mut(name, column) {
                        column.nullable = false.into();
                    }
                }
            }
            // Two of one name cannot be: in a batch the new one takes the place of the old.
            if let Some(own) = constraint.name().explicit()
                && self.session.has_constraint(name, own)
            {
                self.session.drop_constraint(name, own);
            }
            self.session.add_constraint(name, constraint, at);
        }
        for index in scratch.indexes {
            self.session.add_index(name, index, at);
        }
    }

    /// `Enum(…).create(bind)`, `Sequence(…).drop(bind)`, `Index(…).create(bind)`, `Table(…).create(bind)`.
    pub(super) fn by_itself(&mut self, operation: &Operation<'a>, at: &Span) -> Result<(), String> {
        let Some(Value::Call(made)) = operation.subject.clone() else {
            return Err("it is not known what it makes".to_owned());
        };
        let creates = operation.verb == "create";
        match made.key() {
            Some("sa.Enum" | "postgresql.ENUM") => self.enum_by_hand(&made, creates, at),
            Some("sa.Sequence") if creates => self.sequence_by_hand(&made, at),
            Some("sa.Table") if creates => self.create_table(&made),
            Some("sa.Index") if !creates => {
                let name = made.arg(0, "name").and_then(text).ok_or("the index's name is not known")?;
                let name = self.session.name(&name);
                self.session.drop_index(None, None, &name);
                Ok(())
            }
            _ => Err(format!("`{}` of `{}` is not followed", operation.verb, made.callee_name())),
        }
    }

    fn enum_by_hand(&mut self, made: &Rc<Call<'a>>, creates: bool, at: &Span) -> Result<(), String> {
        let ty = self.models.sql_type(&Value::Call(made.clone()))?;
        // Elsewhere an enum is part of its column.
        let Some(used) = ty.enumeration else { return Ok(()) };
        let name = self.session.table_name(used.schema.as_deref(), &used.name);
        if creates {
            self.session.add_enum(crate::model::EnumType { name, values: used.values, comment: None }, at);
        } else {
            self.session.drop_enum(&name);
        }
        Ok(())
    }

    fn sequence_by_hand(&mut self, made: &Call<'a>, at: &Span) -> Result<(), String> {
        let name = made.arg(0, "name").and_then(text).ok_or("the sequence's name is not known")?;
        if self.models.rules.sequences {
            let name = self.session.table_name(made.kwarg("schema").and_then(text).as_deref(), &name);
            let options = SequenceOptions::default();
            self.session.add_sequence(Sequence { name, ty: None, options, owned_by: None, comment: None }, at);
        }
        Ok(())
    }

    /// `op.execute(CreateSequence(…))` and its like; `None` where it is no such element.
    pub(super) fn schema_element(&mut self, made: &Rc<Call<'a>>, at: &Span) -> Option<Result<(), String>> {
        let inner = made.args.first();
        match (made.key()?, inner) {
            ("sa.CreateSequence", Some(Value::Call(sequence))) => Some(self.sequence_by_hand(&sequence.clone(), at)),
            ("sa.CreateTable", Some(Value::Call(table))) => Some(self.create_table(&table.clone())),
            ("sa.CreateSchema", Some(name)) => {
                let sql = format!("CREATE SCHEMA {}", self.models.quoted(&text(name)?));
                self.session.run(&sql, at);
                Some(Ok(()))
            }
            (_, _) => None,
        }
    }
}

/// Keyword arguments without some.
fn without<'a>(keywords: &[(String, Value<'a>)], names: &[&str]) -> Vec<(String, Value<'a>)> {
    keywords.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
}
