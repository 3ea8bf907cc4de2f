//! Alembic's operations in place of statements, where one does just what the statements do:
//! <https://alembic.sqlalchemy.org/en/latest/ops.html>.

use crate::diff::Pair;
use crate::model::{Database, Engine, Extras, Kind, MySqlTable, Name, PostgresTable, RelationName, SqliteTable, Table};
use crate::plan::{Commented, Op, Planner, Step, all_constraints};

use super::python::{argument, call};
use super::without_parameters;

/// What is asked to find an operation.
#[derive(Clone, Copy)]
pub struct Operations<'a> {
    /// The engine.
    pub dialect: &'a dyn Planner,
    /// The schema on both sides.
    pub databases: Pair<&'a Database>,
}

impl Operations<'_> {
    /// The calls that do what a step does; `None` where only its statements say it.
    pub(super) fn calls(&self, step: &Step) -> Option<Vec<String>> {
        // What the user has to fill in stands as a comment inside of the statement.
        if step.sql.iter().any(|statement| statement.starts_with("--")) {
            return None;
        }
        match &step.op {
            Op::CreateTable(table) => self.create_table(table),
            Op::DropTable(table) => Some(vec![self.on("drop_table", &table.name, [])?]),
            Op::AddColumn(_, _, Some(_)) | Op::AlterColumn(_, _, Some(_)) if self.dialect.moves_columns() => None,
            Op::AddColumn(table, column, _) => self.add_column(table, column),
            Op::DropColumn(table, column) => Some(vec![self.on("drop_column", table, [name(&column.name)?])?]),
            Op::AlterColumn(table, columns, _) => self.alter_column(table, columns.as_ref().as_ref(), step),
            Op::AddConstraint(table, constraint) => self.add_constraint(table, constraint),
            Op::DropConstraint(table, constraint) => self.drop_constraint(table, constraint),
            Op::CreateIndex(table, index) => Some(vec![self.create_index(table, index)?]),
            Op::DropIndex(table, index) => Some(vec![self.drop_index(table, index)?]),
            Op::RebuildTable(rebuild) => self.rebuild(rebuild),
            Op::Comment(commented, comments) => self.comment(commented, comments.to.as_deref()),
            Op::CreateSchema(_)
            | Op::DropSchema(_)
            | Op::CreateEnum(_)
            | Op::DropEnum(_)
            | Op::ExtendEnum(_)
            | Op::ReplaceEnum { .. }
            | Op::CreateDomain(_)
            | Op::CreateOther(_)
            | Op::CreateSequence(_)
            | Op::DropSequence(_)
            | Op::AlterSequence(_)
            | Op::OwnSequence(_)
            | Op::HandSequence(..)
            | Op::AlterTable(_)
            | Op::RenameConstraint(..)
            | Op::AlterIndex(..)
            | Op::CreateView(_)
            | Op::DropView(_)
            | Op::Together(..) => None,
        }
    }

    pub(super) fn is_mysql(&self) -> bool {
        matches!(self.dialect.engine(), Engine::MySql | Engine::MariaDb)
    }

    /// An option that only this engine has. The dialect of SQLAlchemy for MariaDB may be that for MySQL.
    pub(super) fn own(&self, option: &str, value: &str) -> Vec<String> {
        let dialects: &[&str] = match self.dialect.engine() {
            Engine::Postgres => &["postgresql"],
            Engine::MySql => &["mysql"],
            Engine::MariaDb => &["mysql", "mariadb"],
            Engine::Sqlite => &["sqlite"],
        };
        dialects.iter().map(|dialect| format!("{dialect}_{option}={value}")).collect()
    }

    /// `op.FUNCTION("table", …, schema="…")`.
    pub(super) fn on(
        &self,
        function: &str,
        table: &RelationName,
        arguments: impl IntoIterator<Item = String>,
    ) -> Option<String> {
        let mut all = vec![name(&table.name)?];
        all.extend(arguments);
        all.extend(self.schema("schema", table)?);
        Some(call(&format!("op.{function}"), &all))
    }

    /// The schema, where it is not the default.
    pub(super) fn other_schema<'r>(&self, relation: &'r RelationName) -> Option<&'r Name> {
        relation.schema.as_ref().filter(|schema| self.dialect.default_schema().as_ref() != Some(*schema))
    }

    /// That schema as a keyword.
    pub(super) fn schema(&self, keyword: &str, relation: &RelationName) -> Option<Option<String>> {
        match self.other_schema(relation) {
            Some(schema) => Some(Some(format!("{keyword}={}", name(schema)?))),
            None => Some(None),
        }
    }

    /// What stands behind the parentheses of CREATE TABLE.
    pub(super) fn table_options(&self, extras: &Extras) -> Option<Vec<String>> {
        match extras {
            Extras::Postgres(extras) => (*extras == PostgresTable::default()).then(Vec::new),
            Extras::Sqlite(SqliteTable { without_rowid, strict: false }) => {
                Some(if *without_rowid { self.own("with_rowid", "False") } else { Vec::new() })
            }
            Extras::Sqlite(SqliteTable { strict: true, .. })
            | Extras::MySql(MySqlTable { partition_by: Some(_), .. }) => None,
            Extras::MySql(MySqlTable { options: Some(options), .. }) if !options.is_empty() => None,
            Extras::MySql(MySqlTable { engine, charset, collation, row_format, partition_by: None, options: _ }) => {
                let options = [
                    ("engine", engine.as_deref()),
                    ("default_charset", charset.as_ref().map(Name::as_str)),
                    ("collate", collation.as_ref().map(Name::as_str)),
                    ("row_format", row_format.as_deref()),
                ];
                let written = options.iter().filter_map(|(word, value)| Some(self.own(word, &argument((*value)?))));
                Some(written.flatten().collect())
            }
        }
    }

    fn create_table(&self, table: &Table) -> Option<Vec<String>> {
        let key: &[Name] = table.primary_key.as_ref().map_or(&[], |key| &key.columns);
        let mut arguments = Vec::new();
        for column in &table.columns {
            arguments.push(self.column(column, key)?);
        }
        for constraint in all_constraints(table) {
            arguments.push(self.constraint_in(table, &constraint)?);
        }
        arguments.extend(self.table_options(&table.extras)?);
        if let Some(text) = table.comment.known()? {
            arguments.push(format!("comment={}", argument(text)));
        }
        let mut calls = vec![self.on("create_table", &table.name, arguments)?];
        for index in table.indexes.iter().filter(|index| !index.automatic) {
            calls.push(self.create_index(&table.name, index)?);
        }
        Some(calls)
    }

    fn comment(&self, commented: &Commented, comment: Option<&str>) -> Option<Vec<String>> {
        let Commented { kind: Kind::Table, name, .. } = commented else { return None };
        Some(vec![match comment {
            Some(comment) => self.on("create_table_comment", name, [argument(comment)])?,
            None => self.on("drop_table_comment", name, [])?,
        }])
    }
}

/// A name that Alembic and SQLAlchemy take as it is: they split at points, and double signs of per cent.
pub(super) fn name(name: &Name) -> Option<String> {
    let is_plain = !name.as_str().is_empty() && !name.as_str().contains(['.', '%', ':']);
    is_plain.then(|| argument(name.as_str()))
}

/// A name that no naming convention of the project changes.
pub(super) fn formed(given: &Name) -> Option<String> {
    Some(format!("op.f({})", name(given)?))
}

pub(super) fn arguments_of(columns: &[Name]) -> Option<Vec<String>> {
    columns.iter().map(name).collect()
}

/// SQL as SQLAlchemy takes it in a place of its own.
pub(super) fn text(sql: &str) -> String {
    format!("sa.text({})", text_of(sql))
}

pub(super) fn text_of(sql: &str) -> String {
    argument(&without_parameters(sql))
}
