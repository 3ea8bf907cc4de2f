//! CREATE TABLE, and ALTER TABLE for what is the table's own (MySQL manual, 15.1.20 "CREATE TABLE", 15.1.9 "ALTER TABLE").

use crate::diff::Pair;
use crate::model::{Column, Constraint, Extras, MySqlTable, Table};
use crate::plan::{Op, all_constraints};
use crate::sql::Syntax;
use crate::sql::write::block;

use super::MySql;
use super::compare::DEFAULT_ENGINE;

impl MySql {
    pub(super) fn create_table(&self, table: &Table, missing: &str) -> String {
        let (own, all): (Vec<Constraint>, Vec<Constraint>) = all_constraints(table)
            .into_iter()
            .partition(|one| matches!(one, Constraint::Check(check) if check.of_column.is_some()));
        let own: Vec<Op> = own.into_iter().map(|check| Op::AddConstraint(table.name.clone(), check)).collect();
        let own_of = |column: &Column| -> String {
            let is_its = |op: &&Op| matches!(op, Op::AddConstraint(_, Constraint::Check(check)) if check.of_column.as_ref() == Some(&column.name));
            own.iter().filter(is_its).map(|op| self.own_checks(column, std::slice::from_ref(op)).0).collect()
        };
        let mut lines: Vec<String> =
            table.columns.iter().map(|column| format!("{}{}", self.column(column), own_of(column))).collect();
        let (keys, others): (Vec<Constraint>, Vec<Constraint>) =
            all.into_iter().partition(|one| matches!(one, Constraint::PrimaryKey(_)));
        lines.extend(keys.iter().filter_map(|constraint| self.constraint(constraint)));
        // The engine makes automatic indexes itself, where they are needed.
        lines.extend(table.indexes.iter().filter(|index| !index.automatic).map(|index| self.index(index, "")));
        lines.extend(others.iter().filter_map(|constraint| self.constraint(constraint)));
        let nothing = MySqlTable::default();
        let extras = match &table.extras {
            Extras::MySql(extras) => extras,
            Extras::Postgres(_) | Extras::Sqlite(_) => &nothing,
        };
        let mut options = table_options(extras);
        if let Some(Some(comment)) = table.comment.known() {
            options.push(format!("COMMENT = {}", self.string_literal(comment)));
        }
        let mut tail: String = options.iter().map(|option| format!(" {option}")).collect();
        if let Some(partition) = &extras.partition_by {
            tail.push_str(&format!("\n{partition}"));
        }
        block(&format!("CREATE TABLE {missing}{}", self.quote_relation(&table.name)), &lines, &tail)
    }

    pub(super) fn alter_table(&self, tables: &Pair<Table>) -> Vec<String> {
        let (Extras::MySql(from), Extras::MySql(to)) = (&tables.from.extras, &tables.to.extras) else {
            return Vec::new();
        };
        let before = table_options(from);
        let changes_text = (&from.charset, &from.collation) != (&to.charset, &to.collation);
        // A character set takes its default collation along, so it is said again where only that differs.
        let is_text = |option: &String| option.starts_with("DEFAULT CHARACTER SET") || option.starts_with("COLLATE");
        let changed = table_options(to).into_iter();
        let changed = changed.filter(|option| !before.contains(option) || changes_text && is_text(option));
        let changed: Vec<String> = changed.collect();
        let mut out = Vec::new();
        let table = &tables.to.name;
        let has_default = |extras: &MySqlTable| extras.charset.is_none() && extras.collation.is_none();
        if has_default(to) && !has_default(from) && self.has_default_charset_keyword() {
            // Without a name it is the database's ("CREATE TABLE", table options).
            out.extend(self.alter(table, &["DEFAULT CHARACTER SET = DEFAULT".to_owned()], None));
        }
        if from.engine.is_some() && to.engine.is_none() && from.engine.as_deref() != Some(DEFAULT_ENGINE) {
            out.extend(self.alter(table, &[format!("ENGINE = {DEFAULT_ENGINE}")], None));
        }
        if from.row_format.is_some() && to.row_format.is_none() {
            out.extend(self.alter(table, &["ROW_FORMAT = DEFAULT".to_owned()], None));
        }
        let is_gone =
            |name: &str| to.options.as_ref().is_some_and(|options| !options.iter().any(|(other, _)| other == name));
        let gone = from.options.iter().flatten().filter(|(name, _)| is_gone(name));
        let reset = gone.map(|(name, _)| format!("{name} = {}", implied(name)));
        out.extend(self.alter(table, &changed.into_iter().chain(reset).collect::<Vec<_>>(), None));
        if from.partition_by != to.partition_by {
            let clause = to.partition_by.clone().unwrap_or_else(|| "REMOVE PARTITIONING".to_owned());
            out.extend(self.alter(table, &[clause], None));
        }
        out
    }
}

fn table_options(extras: &MySqlTable) -> Vec<String> {
    let options = [
        extras.engine.as_ref().map(|engine| format!("ENGINE = {engine}")),
        extras.charset.as_ref().map(|charset| format!("DEFAULT CHARACTER SET = {charset}")),
        extras.collation.as_ref().map(|collation| format!("COLLATE = {collation}")),
        extras.row_format.as_ref().map(|format| format!("ROW_FORMAT = {format}")),
    ];
    let others = extras.options.iter().flatten().map(|(name, value)| {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { format!("{name} = {value}") } else { format!("{name} = '{value}'") }
    });
    options.into_iter().flatten().chain(others).collect()
}

/// The value of a table option that says as much as nothing.
fn implied(name: &str) -> &'static str {
    match name {
        "AVG_ROW_LENGTH" | "CHECKSUM" | "DELAY_KEY_WRITE" | "KEY_BLOCK_SIZE" | "MAX_ROWS" | "MIN_ROWS" => "0",
        "COMPRESSION" => "'NONE'",
        "ENCRYPTION" => "'N'",
        _ => "DEFAULT",
    }
}
