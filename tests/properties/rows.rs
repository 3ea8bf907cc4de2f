//! Rows survive a migration that has no leave to drop.

use drift::diff::{Diff, Pair};
use drift::model::{Attribute, Engine, Kind};
use drift::plan::Hazard;
use drift::snapshot::Snapshot;

use crate::ddl::quoted;
use crate::run::{Bench, failed};
use crate::schema::{Body, Column, ColumnType, Schema, Table};
use crate::vocabulary::is_mysql;

/// Fills the tables of the live side, migrates without leave to drop and looks for the rows; returns how many there
/// are.
pub fn survive(bench: &mut Bench, schemas: &Pair<Schema>, script: &str, declared: &Snapshot) -> Result<usize, String> {
    let engine = bench.words.engine;
    bench.live.fill(script)?;
    for table in &schemas.from.tables {
        for row in 0..2 {
            // A row that a constraint refuses is not there to be lost.
            let _ = bench.live.session.run(&insert(table, &schemas.from, row, engine));
        }
    }
    let before = bench.live.read();
    let found = bench.diff(&before, declared);
    let (plan, migration) = bench.plan(&found, Pair::new(&before, declared), false);
    let needs_data = |hazard: &Hazard| matches!(hazard, Hazard::NeedsData(_));
    if migration.up.contains("TODO")
        || plan.steps.iter().any(|step| !step.withheld && step.hazards.iter().any(needs_data))
    {
        return Ok(0);
    }
    let queries: Vec<String> =
        schemas.from.tables.iter().filter_map(|table| query(table, &schemas.to, engine)).collect();
    let kept = values(bench, &queries)?;
    if let Err(error) = bench.live.session.run(&migration.up) {
        // A value that the new type does not have stops the migration, as it should.
        // So does a row that does not satisfy what is new; only SQLite's copies of tables do not say so beforehand.
        let refused = engine == Engine::Sqlite && error.contains("constraint failed");
        return if refused || converts(&found) {
            Ok(0)
        } else {
            Err(failed("the cautious migration fails", &error, &migration.up))
        };
    }
    let now = values(bench, &queries)?;
    if now == kept {
        return Ok(kept.iter().map(Vec::len).sum());
    }
    Err(failed("a migration without leave to drop changes rows", &format!("{kept:?}\n{now:?}"), &migration.up))
}

/// The rows of each query, in any order.
fn values(bench: &mut Bench, queries: &[String]) -> Result<Vec<Vec<Vec<String>>>, String> {
    let rows = |sql: &String| {
        let mut rows = bench.live.session.query(sql)?;
        rows.sort();
        Ok(rows)
    };
    queries.iter().map(rows).collect()
}

fn converts(found: &Diff) -> bool {
    let attributes = [Attribute::Type, Attribute::Collation, Attribute::Generated, Attribute::Values];
    let changes = |code: drift::diff::Code| attributes.map(drift::diff::What::Differs).contains(&code.what);
    found.changes.iter().any(|change| changes(change.code) || change.code.kind == Kind::Enum)
}

/// Every row of the table, with the columns that both sides have alike.
fn query(table: &Table, to: &Schema, engine: Engine) -> Option<String> {
    let other = to.table(&table.name);
    let same = |column: &&Column| {
        other.is_none_or(|other| {
            other.column(&column.name).is_none_or(|new| new.ty == column.ty && new.generated == column.generated)
        })
    };
    let columns: Vec<String> = table.columns.iter().filter(same).map(|column| quoted(&column.name, engine)).collect();
    let list = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
    Some(format!("SELECT {list} FROM {}", quoted(&table.name, engine)))
}

fn insert(table: &Table, schema: &Schema, row: usize, engine: Engine) -> String {
    let given: Vec<&Column> =
        table.columns.iter().filter(|column| column.generated.is_none() && column.counter.is_none()).collect();
    let name = quoted(&table.name, engine);
    if given.is_empty() {
        let values = if is_mysql(engine) { "() VALUES ()" } else { "DEFAULT VALUES" };
        return format!("INSERT INTO {name} {values}");
    }
    let columns: Vec<String> = given.iter().map(|column| quoted(&column.name, engine)).collect();
    let values: Vec<String> = given.iter().map(|column| value(column, table, schema, row)).collect();
    format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

fn value(column: &Column, table: &Table, schema: &Schema, row: usize) -> String {
    let refers =
        |part: &crate::schema::Part| matches!(part.body, Body::Reference(_)) && part.columns().contains(&&column.name);
    if !column.not_null && (row == 1 || table.parts.iter().any(refers)) {
        return "NULL".to_owned();
    }
    match &column.ty {
        ColumnType::Builtin(ty) => ty.samples[row % ty.samples.len()].to_owned(),
        ColumnType::Enum(name) => {
            let found = schema.enums.iter().find(|found| found.name == *name);
            let label = found.map(|found| found.labels[row % found.labels.len()].replace('\'', "''"));
            format!("'{}'", label.unwrap_or_default())
        }
        ColumnType::Domain(_) => "'1'".to_owned(),
    }
}
