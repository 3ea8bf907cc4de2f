//! The engine's DDL (<https://sqlite.org/lang.html>).

use crate::diff::Pair;
use crate::model::{Column, Constraint, Expr, Generation, RelationName, Table};
use crate::plan::{Frame, Op, Rebuild, Render, RenderStyle, becomes_required};
use crate::sql::Syntax;

use super::Sqlite;
use super::definition::default_text;

impl Render for Sqlite {
    fn render(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        let (exists, missing) = if style.idempotent { ("IF EXISTS ", "IF NOT EXISTS ") } else { ("", "") };
        match op {
            Op::CreateTable(table) => {
                let mut out = vec![self.table(table, &table.name, missing)];
                out.extend(table.indexes.iter().map(|index| self.index(&table.name, index, missing)));
                out
            }
            Op::DropTable(table) => vec![format!("DROP TABLE {exists}{}", self.quote_relation(&table.name))],
            Op::AddColumn(table, column, _) => {
                vec![self.alter(table, &format!("ADD COLUMN {}", self.column(column, false)))]
            }
            Op::DropColumn(table, column) => {
                vec![self.alter(table, &format!("DROP COLUMN {}", self.quote(&column.name)))]
            }
            Op::CreateIndex(table, index) => vec![self.index(table, index, missing)],
            Op::DropIndex(table, index) => {
                let name = RelationName::new(table.schema.clone(), index.name.clone());
                vec![format!("DROP INDEX {exists}{}", self.quote_relation(&name))]
            }
            Op::CreateView(view) => {
                let columns = self.names(&view.columns);
                let columns = if columns.is_empty() { columns } else { format!(" ({columns})") };
                let name = self.quote_relation(&view.name);
                vec![format!("CREATE VIEW {missing}{name}{columns} AS\n{}", view.query.text.trim())]
            }
            Op::DropView(view) => vec![format!("DROP VIEW {exists}{}", self.quote_relation(&view.name))],
            Op::RebuildTable(rebuild) => self.rebuild(rebuild),
            Op::Together(_, ops) => self.together(ops, style),
            // Lowering turns these into a rebuild of their table.
            Op::AlterTable(_)
            | Op::AlterColumn(..)
            | Op::AddConstraint(..)
            | Op::DropConstraint(..)
            | Op::RenameConstraint(..)
            | Op::AlterIndex(..) => Vec::new(),
            // SQLite has no such objects, so no source of its dialect holds any.
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
            | Op::Comment(..) => Vec::new(),
        }
    }

    fn default_value(&self, expr: &Expr) -> String {
        default_text(expr)
    }

    fn transactional(&self, _op: &Op) -> bool {
        true
    }

    /// No setting changes what a statement means.
    fn setting(&self, _statements: &[&str]) -> Option<[String; 2]> {
        None
    }

    /// Foreign keys must not act while a table is replaced, and the pragma does nothing inside a transaction
    /// (<https://sqlite.org/lang_altertable.html#otheralter>). The old behaviour of RENAME leaves views and triggers
    /// alone that name the table while it is away.
    fn frame(&self, ops: &[&Op]) -> Frame {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        if ops.iter().any(|op| matches!(op, Op::RebuildTable(_))) {
            Frame {
                before: owned(&["PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON"]),
                transaction: true,
                checks: owned(&["PRAGMA foreign_key_check"]),
                after: owned(&["PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"]),
                ..Frame::default()
            }
        } else if ops.iter().any(|op| matches!(op, Op::DropTable(_))) {
            // DROP TABLE deletes the rows first, which a foreign key of another table would refuse.
            Frame {
                before: owned(&["PRAGMA foreign_keys = OFF"]),
                transaction: true,
                checks: owned(&["PRAGMA foreign_key_check"]),
                after: owned(&["PRAGMA foreign_keys = ON"]),
                ..Frame::default()
            }
        } else {
            Frame { transaction: true, ..Frame::default() }
        }
    }
}

impl Sqlite {
    fn alter(&self, table: &RelationName, action: &str) -> String {
        format!("ALTER TABLE {} {action}", self.quote_relation(table))
    }

    /// A column with the foreign key that it brings.
    fn together(&self, ops: &[Op], style: RenderStyle) -> Vec<String> {
        if let [Op::AddColumn(table, column, _), Op::AddConstraint(_, Constraint::ForeignKey(key))] = ops {
            let action = format!("ADD COLUMN {} {}", self.column(column, false), self.column_reference(key));
            return vec![self.alter(table, &action)];
        }
        ops.iter().flat_map(|op| self.render(op, style)).collect()
    }

    /// The twelve steps of <https://sqlite.org/lang_altertable.html#otheralter>, less those that stand in the frame.
    fn rebuild(&self, rebuild: &Rebuild) -> Vec<String> {
        let tables = rebuild.tables.as_ref();
        let name = &tables.to.name;
        let new = RelationName::new(
            name.schema.clone(),
            self.relation_name(&format!("drift_new_{}", name.name.as_str()), true),
        );
        let (old_name, new_name) = (self.quote_relation(name), self.quote_relation(&new));
        let create = self.table(tables.to, &new, "");
        let todos = self.backfills(tables);
        let mut out = vec![if todos.is_empty() { create } else { format!("{}\n{create}", todos.join("\n")) }];
        let copied: Vec<_> = tables
            .to
            .columns
            .iter()
            .filter(|column| !is_computed(column))
            .filter(|column| tables.from.column(&column.name).is_some())
            .map(|column| column.name.clone())
            .collect();
        if !copied.is_empty() {
            let names = self.names(&copied);
            out.push(format!("INSERT INTO {new_name} ({names}) SELECT {names} FROM {old_name}"));
        }
        if counts(tables.from) && counts(tables.to) {
            let (old, new) = (self.string_literal(name.name.as_str()), self.string_literal(new.name.as_str()));
            out.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}"));
            out.push(format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
            ));
        }
        out.push(format!("DROP TABLE {old_name}"));
        out.push(format!("ALTER TABLE {new_name} RENAME TO {}", self.quote(&name.name)));
        out.extend(tables.to.indexes.iter().map(|index| self.index(name, index, "")));
        out.extend(rebuild.triggers.iter().filter_map(|trigger| trigger.definition.clone()));
        out
    }

    /// The comments that ask for values before columns become NOT NULL.
    fn backfills(&self, tables: Pair<&Table>) -> Vec<String> {
        let pairs = tables.to.columns.iter().filter_map(|to| Some(Pair::new(tables.from.column(&to.name)?, to)));
        pairs
            .filter(|columns| becomes_required(*columns))
            .map(|columns| {
                let name = self.quote(&columns.to.name);
                let default = columns.to.default.known().and_then(Option::as_ref);
                let value = default.map_or("…", |expr| &expr.text);
                let table = self.quote_relation(&tables.to.name);
                format!("-- TODO backfill: UPDATE {table} SET {name} = {value} WHERE {name} IS NULL;")
            })
            .collect()
    }
}

fn is_computed(column: &Column) -> bool {
    column.generated.known().is_some_and(Option::is_some)
}

/// Whether the table has its highest number in `sqlite_sequence`.
fn counts(table: &Table) -> bool {
    table.columns.iter().any(|column| column.generation.known() == Some(&Some(Generation::AutoIncrement)))
}
