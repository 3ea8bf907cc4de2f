//! SQLite's tables that are built anew, by Alembic's batch mode:
//! <https://alembic.sqlalchemy.org/en/latest/batch.html>.
//!
//! Left to itself it reads the table from the database, where SQLAlchemy finds no checks and only the types that it
//! knows; so it is told what the table is.

use crate::diff::Pair;
use crate::model::{Column, IndexTarget, Table};
use crate::plan::{Rebuild, all_constraints, must_be_given};

use super::operations::{Operations, formed, name, text};
use super::python::{boolean, call};

impl Operations<'_> {
    /// Columns that come, go, or change what stands beside their type. A type is left to statements: batch mode would
    /// cast the values, where SQLite keeps those that it cannot convert.
    pub(super) fn rebuild(&self, rebuild: &Rebuild) -> Option<Vec<String>> {
        let tables = rebuild.tables.as_ref();
        let parts = Pair::new(self.parts(tables.from)?, self.parts(tables.to)?);
        // Batch mode would copy computed values as well, which the engine refuses.
        let mut columns = tables.from.columns.iter().chain(&tables.to.columns);
        let computes = columns.any(|column| column.generated.known().is_none_or(Option::is_some));
        if !rebuild.triggers.is_empty() || computes || parts.from != parts.to {
            return None;
        }
        let mut changes = Vec::new();
        for column in &tables.to.columns {
            match tables.from.column(&column.name) {
                Some(before) => changes.extend(self.altered(Pair::new(before, column))?),
                None if must_be_given(column) => return None,
                None => changes.push(call("batch_op.add_column", &[self.column(column, &[])?])),
            }
        }
        for column in tables.from.columns.iter().filter(|column| tables.to.column(&column.name).is_none()) {
            changes.push(call("batch_op.drop_column", &[name(&column.name)?]));
        }
        let table = self.table(tables.from, parts.from)?;
        let batch = call(
            "op.batch_alter_table",
            &[name(&tables.to.name.name)?, "recreate=\"always\"".to_owned(), format!("copy_from={table}")],
        );
        let changes: String = changes.iter().map(|change| format!("\n{change}").replace('\n', "\n    ")).collect();
        (!changes.is_empty()).then(|| vec![format!("with {batch} as batch_op:{changes}")])
    }

    /// Everything of a table but its columns.
    fn parts(&self, table: &Table) -> Option<Vec<String>> {
        let mut parts = Vec::new();
        for constraint in all_constraints(table) {
            parts.push(self.constraint_in(table, &constraint)?);
        }
        for index in &table.indexes {
            let mut arguments = vec![formed(&index.name)?];
            for key in &index.keys {
                let IndexTarget::Column(column) = &key.target else { return None };
                let is_plain = !key.descending && key.nulls.is_none() && key.collation.is_none();
                arguments.push(is_plain.then(|| name(column)).flatten()?);
            }
            arguments.push(format!("unique={}", boolean(index.unique)));
            if let Some(predicate) = index.predicate.known()? {
                arguments.push(format!("sqlite_where={}", text(&predicate.text)));
            }
            parts.push(call("sa.Index", &arguments));
        }
        parts.extend(self.table_options(&table.extras)?);
        Some(parts)
    }

    /// The table as it was.
    fn table(&self, table: &Table, parts: Vec<String>) -> Option<String> {
        let key = table.primary_key.as_ref().map(|key| key.columns.as_slice()).unwrap_or_default();
        let mut arguments = vec![name(&table.name.name)?, "sa.MetaData()".to_owned()];
        for column in &table.columns {
            arguments.push(self.column(column, key)?);
        }
        arguments.extend(parts);
        Some(call("sa.Table", &arguments))
    }

    /// The change of a column; `None` inside where nothing of it changes.
    fn altered(&self, columns: Pair<&Column>) -> Option<Option<String>> {
        if self.column(columns.from, &[])? == self.column(columns.to, &[])? {
            return Some(None);
        }
        let change = self.change(columns)?;
        let mut arguments = vec![name(&columns.to.name)?];
        arguments.extend(change.keywords);
        (!change.changes_type).then(|| Some(call("batch_op.alter_column", &arguments)))
    }
}
