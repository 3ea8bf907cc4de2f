//! Statements that nothing declared asks for, and an error does.

use crate::dialect::dialect_where;
use crate::diff::{self, Pair};
use crate::model::{ConstraintName, Deferrability, Index, Name, Table, UniqueConstraint};
use crate::plan::{self, PlanOptions};
use crate::snapshot::Snapshot;

/// The statements that give a table a unique key on `columns`; none where it has no such columns. Where a constraint
/// takes more than one statement, an index does the same.
pub(super) fn unique_key(snapshot: &Snapshot, schema: Option<&str>, table: &str, columns: &[String]) -> Vec<String> {
    let is = |name: &Name, text: &str| name.as_str().eq_ignore_ascii_case(text);
    let found = snapshot.database.tables.values().find(|one| {
        let in_schema = match (&one.name.schema, schema) {
            (Some(known), Some(schema)) => is(known, schema),
            (_, _) => true,
        };
        in_schema && is(&one.name.name, table)
    });
    let Some(found) = found else { return Vec::new() };
    let names = columns
        .iter()
        .map(|wanted| found.columns.iter().map(|column| &column.name).find(|name| is(name, wanted)).cloned());
    let Some(names) = names.collect::<Option<Vec<Name>>>().filter(|names| !names.is_empty()) else { return Vec::new() };
    let words: Vec<&str> =
        [found.name.name.as_str()].into_iter().chain(names.iter().map(Name::as_str)).chain(["key"]).collect();
    let name = Name::exact(words.join("_"));
    let constraint = UniqueConstraint {
        name: ConstraintName::Explicit(name.clone()),
        columns: names.clone(),
        without_overlaps: false,
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrability: Deferrability::default(),
    };
    let by_constraint = added(snapshot, found, |table| table.uniques.push(constraint));
    if by_constraint.len() == 1 {
        return by_constraint;
    }
    added(snapshot, found, |table| table.indexes.push(Index { unique: true, ..Index::on_columns(name, names) }))
}

/// The statements that lead to a schema in which `table` is changed by `change`.
fn added(snapshot: &Snapshot, table: &Table, change: impl FnOnce(&mut Table)) -> Vec<String> {
    let mut wanted = snapshot.clone();
    if let Some(table) = wanted.database.tables.get_mut(&table.name) {
        change(table);
    }
    let dialect = dialect_where(snapshot.engine, snapshot.version, snapshot.letter_case);
    let pair = Pair::new(snapshot, &wanted);
    let differences = diff::diff(pair, dialect.as_ref());
    let plan = plan::plan(&differences, pair, dialect.as_ref(), &PlanOptions::default());
    plan.steps.into_iter().filter(|step| !step.withheld).flat_map(|step| step.sql).map(ended).collect()
}

fn ended(statement: String) -> String {
    if statement.ends_with(';') { statement } else { format!("{statement};") }
}
