//! Each operation, by its name: <https://alembic.sqlalchemy.org/en/latest/ops.html>.

use std::path::Path;

use crate::model::RelationName;
use crate::snapshot::Span;
use crate::source::python::eval::Operation;
use crate::source::python::naming::{Named, Subject};
use crate::source::python::value::{Call, Value};

use super::Replay;
use super::arguments::{Arguments, text};
use super::attempt::{Outcome, Reach};

/// Why an operation was not carried out.
pub(super) enum Unapplied {
    /// What it drops is not there.
    Absent(String),
    /// It is not known what it does.
    Unknown(String),
}

impl<'a> Replay<'a> {
    pub(super) fn apply(&mut self, operation: &Operation<'a>) {
        // What is read from is a query.
        if operation.is_read || operation.verb == "execute" && is_row_statement(&operation.call) {
            return self.attempts.note(operation, Outcome::Unknown);
        }
        if operation.batch.is_some() && self.batch.as_ref().is_some_and(|batch| batch.fails) {
            return self.attempts.note(operation, Outcome::Failed);
        }
        let at = self.place(&operation.call);
        let reason = match self.attempts.reaches(operation) {
            Reach::Never => return,
            Reach::Certainly => operation.unsure.as_deref().map(str::to_owned),
            Reach::Perhaps => {
                let failing = "it happens only if an operation before it fails";
                Some(operation.unsure.as_deref().unwrap_or(failing).to_owned())
            }
        };
        if let Some(reason) = reason {
            self.attempts.note(operation, Outcome::Unknown);
            return self.apply_unsurely(operation, &reason, &at);
        }
        let like = self.its_like(operation);
        if operation.attempts.is_empty() {
            if let Some(path) = like {
                self.session.repeat(path, &at);
            }
            if let Err(Unapplied::Absent(reason) | Unapplied::Unknown(reason)) = self.carry_out(operation, &at) {
                self.unknown(operation, &reason, &at);
            }
            return;
        }
        if like.is_some() {
            return self.attempts.note(operation, Outcome::Failed);
        }
        let before = format!("{:?}", self.session.database());
        match self.carry_out(operation, &at) {
            Ok(()) if before != format!("{:?}", self.session.database()) => {
                self.attempts.note(operation, Outcome::Done)
            }
            Ok(()) => self.attempts.note(operation, Outcome::Unknown),
            Err(Unapplied::Absent(_)) => self.attempts.note(operation, Outcome::Failed),
            Err(Unapplied::Unknown(reason)) => {
                self.attempts.note(operation, Outcome::Unknown);
                self.unknown(operation, &reason, &at);
            }
        }
    }

    /// Does what the operation says.
    ///
    /// # Errors
    /// The reason why it is not known what that is.
    pub(super) fn carry_out(&mut self, operation: &Operation<'a>, at: &Span) -> Result<(), Unapplied> {
        let arguments = Arguments::of(operation);
        let done = match operation.verb.as_str() {
            "create_table" => self.create_table(&operation.call),
            "drop_table" => self.drop_table(&arguments),
            "rename_table" => self.rename_table(&arguments),
            "add_column" => self.add_column(&arguments, at),
            "drop_column" => self.drop_column(&arguments, at),
            "alter_column" => self.alter_column(&arguments, at),
            verb @ ("create_index" | "drop_index") => {
                if arguments.named("postgresql_concurrently").and_then(Value::as_bool) == Some(true)
                    && self.models.rules.serial
                {
                    let command = if verb == "create_index" { "CREATE" } else { "DROP" };
                    self.session.outside_transactions(&format!("{command} INDEX CONCURRENTLY"), at);
                }
                if verb == "create_index" { self.create_index(&arguments, at) } else { self.drop_index(&arguments) }
            }
            "create_primary_key"
            | "create_unique_constraint"
            | "create_check_constraint"
            | "create_exclude_constraint" => self.create_constraint(&operation.verb, &arguments, at),
            "create_foreign_key" => self.create_foreign_key(&arguments, at),
            "drop_constraint" => return self.drop_constraint(&arguments),
            "create_table_comment" => self.comment_table(&arguments, at, arguments.text(1, 0, "comment")),
            "drop_table_comment" => self.comment_table(&arguments, at, None),
            "execute" => self.execute(&operation.call, at),
            "create" | "drop" if operation.subject.is_some() => self.by_itself(operation, at),
            "create_all" | "drop_all" => Err("it calls the models' own create_all or drop_all".to_owned()),
            // Rows.
            "bulk_insert" => Ok(()),
            other => match self.of_plug_in(operation, at) {
                Some(()) => Ok(()),
                None => Err(format!("`{other}` is not an operation of Alembic's own, and what it does is not known")),
            },
        };
        done.map_err(Unapplied::Unknown)
    }

    /// Where a call stands.
    pub(super) fn place(&self, call: &Call<'a>) -> Span {
        self.models.interp.span(call.site).unwrap_or_else(|| Span {
            file: Path::new("an imported module").into(),
            line: 1,
            column: 1,
        })
    }

    /// The table that an operation changes. One that nothing created was there before the first revision.
    pub(super) fn existing(&mut self, schema: Option<&str>, table: &str) -> Option<RelationName> {
        let name = self.session.table_name(schema, table);
        if self.session.database().tables.contains_key(&name) {
            return Some(name);
        }
        if !self.done.baseline.iter().any(|known| known == table) {
            self.done.baseline.push(table.to_owned());
        }
        None
    }

    fn drop_table(&mut self, arguments: &Arguments<'_, 'a>) -> Result<(), String> {
        let table = arguments.table(0).ok_or("the table's name is not known")?;
        if let Some(name) = self.existing(arguments.schema().as_deref(), &table) {
            self.session.drop_table(&name);
        }
        Ok(())
    }

    fn rename_table(&mut self, arguments: &Arguments<'_, 'a>) -> Result<(), String> {
        let names = (arguments.text(0, 0, "old_table_name"), arguments.text(1, 0, "new_table_name"));
        let (Some(from), Some(to)) = names else { return Err("a table's name is not known".to_owned()) };
        if let Some(from) = self.existing(arguments.schema().as_deref(), &from) {
            let mut new = self.session.table_name(None, &to);
            new.schema.clone_from(&from.schema);
            self.session.rename_table(&from, &new);
        }
        Ok(())
    }

    fn drop_index(&mut self, arguments: &Arguments<'_, 'a>) -> Result<(), String> {
        let name = arguments.text(0, 0, "index_name").ok_or("the index's name is not known")?;
        let schema = arguments.schema();
        let table = match arguments.table(1) {
            Some(table) => match self.existing(schema.as_deref(), &table) {
                Some(name) => Some(name),
                None => return Ok(()),
            },
            None => None,
        };
        let schema = schema.map(|schema| self.session.name(&schema));
        let name = self.session.name(&name);
        self.done.drops_nothing |= !self.session.drop_index(table.as_ref(), schema.as_ref(), &name);
        Ok(())
    }

    fn drop_constraint(&mut self, arguments: &Arguments<'_, 'a>) -> Result<(), Unapplied> {
        let unknown = |reason: &str| Unapplied::Unknown(reason.to_owned());
        let table = arguments.table(1).ok_or_else(|| unknown("the table's name is not known"))?;
        let Some(table) = self.existing(arguments.schema().as_deref(), &table) else { return Ok(()) };
        let kind = arguments.text(2, 1, "type_");
        let name = self.constraint_name(arguments, &table, kind.as_deref());
        if let Some(name) = &name {
            let name = self.session.name(name);
            if self.session.drop_constraint(&table, &name) {
                return Ok(());
            }
        }
        match (kind.as_deref(), name) {
            (Some("primary"), _) => {
                self.session.drop_primary_key(&table);
                Ok(())
            }
            (_, Some(name)) => {
                let reason = format!("there is no constraint {name} on {table} by the revisions before");
                Err(Unapplied::Absent(reason))
            }
            (_, None) => Err(unknown("the constraint's name is not known")),
        }
    }

    /// The name of a constraint that is dropped, by the naming convention where its kind is told.
    fn constraint_name(
        &mut self,
        arguments: &Arguments<'_, 'a>,
        table: &RelationName,
        kind: Option<&str>,
    ) -> Option<String> {
        let written = arguments.text(0, 0, "constraint_name")?;
        let kind = match kind {
            Some("check") => "ck",
            Some("unique") => "uq",
            Some("foreignkey") => "fk",
            Some("primary") => "pk",
            Some(_) | None => return Some(written),
        };
        let schema = arguments.schema();
        let subject = Subject {
            kind,
            table: table.name.as_str(),
            schema: schema.as_deref(),
            columns: Vec::new(),
            referred: None,
        };
        let given = arguments.get(0, 0, "constraint_name");
        match self.models.name_of(&subject, given, self.naming.clone().as_ref()) {
            Named::Known(name) => Some(name),
            Named::Unnamed | Named::Unknown(_) => Some(written),
        }
    }

    fn comment_table(
        &mut self,
        arguments: &Arguments<'_, 'a>,
        _at: &Span,
        comment: Option<String>,
    ) -> Result<(), String> {
        let table = arguments.table(0).ok_or("the table's name is not known")?;
        if let Some(name) = self.existing(arguments.schema().as_deref(), &table).filter(|_| self.models.rules.comments)
        {
            self.session.comment_table(&name, comment);
        }
        Ok(())
    }

    /// `op.execute(…)` and `connection.execute(…)`.
    fn execute(&mut self, call: &Call<'a>, at: &Span) -> Result<(), String> {
        let Some(statement) = call.args.first().or_else(|| call.kwarg("sqltext")) else { return Ok(()) };
        if let Value::Call(made) = statement
            && let Some(outcome) = self.schema_element(made, at)
        {
            return outcome;
        }
        let sql = match statement.as_str() {
            Some(text) => text.to_string(),
            None => self.models.sql_or_text(statement)?,
        };
        self.session.run(&sql, at);
        Ok(())
    }
}

/// Whether `execute` is given a statement about rows: one that SQLAlchemy builds, such as `users.update().where(…)`.
pub(in crate::source::python) fn is_row_statement(call: &Call<'_>) -> bool {
    fn is_built(value: &Value<'_>) -> bool {
        match value {
            Value::Call(call) => match (call.key(), &call.callee) {
                (Some("sa.text"), _) => call.arg(0, "text").is_some_and(is_rows),
                (Some("sa.update" | "sa.insert" | "sa.delete" | "sa.select"), _) => true,
                (_, Value::Attr(attr)) => {
                    matches!(&*attr.1, "update" | "insert" | "delete" | "select" | "where" | "values" | "returning")
                        || is_built(&attr.0)
                }
                (_, _) => false,
            },
            _ => false,
        }
    }
    match call.args.first() {
        Some(value @ Value::Call(_)) => is_built(value),
        Some(value) => is_rows(value),
        None => false,
    }
}

/// Whether a text is SQL about rows.
fn is_rows(value: &Value<'_>) -> bool {
    text(value).is_some_and(|text| {
        let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        matches!(first.as_str(), "update" | "insert" | "delete" | "select")
    })
}
