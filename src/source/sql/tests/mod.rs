//! What the reader makes of scripts, by engine.

mod dumps;
mod general;
mod mysql;
mod postgres;
mod sqlite;

use std::path::Path;

use crate::dialect::dialect;
use crate::model::{Column, Engine, Fact, Generation, Index, Name, RelationName, Table};
use crate::snapshot::Snapshot;
use crate::source::LoadContext;

/// Reads a script, whatever it warns of.
fn read(engine: Engine, script: &str) -> Snapshot {
    let dialect = dialect(engine, None);
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: Path::new("."), base: None };
    super::load_text(script, Path::new("schema.sql"), &context)
}

/// Reads a script that must give no cause for a warning or for doubt.
fn clean(engine: Engine, script: &str) -> Snapshot {
    let snapshot = read(engine, script);
    let warnings: Vec<String> = snapshot.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{warnings:#?}");
    assert!(snapshot.undecided.is_empty(), "{:#?}", snapshot.undecided);
    snapshot
}

fn name(engine: Engine, text: &str) -> RelationName {
    let dialect = dialect(engine, None);
    let (schema, name) = match text.split_once('.') {
        Some((schema, name)) => (Some(dialect.relation_name(schema, true)), name),
        None => (dialect.default_schema(), text),
    };
    RelationName::new(schema, dialect.relation_name(name, true))
}

#[track_caller]
fn table<'s>(snapshot: &'s Snapshot, text: &str) -> &'s Table {
    let name = name(snapshot.engine, text);
    snapshot.database.tables.get(&name).unwrap_or_else(|| panic!("no table {text}"))
}

#[track_caller]
fn column<'t>(table: &'t Table, text: &str) -> &'t Column {
    table.columns.iter().find(|column| column.name.as_str() == text).unwrap_or_else(|| panic!("no column {text}"))
}

#[track_caller]
fn index<'t>(table: &'t Table, text: &str) -> &'t Index {
    table.indexes.iter().find(|index| index.name.as_str() == text).unwrap_or_else(|| {
        let names: Vec<&str> = table.indexes.iter().map(|index| index.name.as_str()).collect();
        panic!("no index {text} among {names:?}")
    })
}

fn written(column: &Column) -> &str {
    column.ty.known().map_or("?", |ty| ty.written.as_str())
}

fn default(column: &Column) -> Option<&str> {
    column.default.known().and_then(Option::as_ref).map(|expr| expr.text.as_str())
}

fn generation(column: &Column) -> Option<&Generation> {
    column.generation.known().and_then(Option::as_ref)
}

fn is_nullable(column: &Column) -> bool {
    column.nullable == Fact::Known(true)
}

fn texts(names: &[Name]) -> Vec<&str> {
    names.iter().map(Name::as_str).collect()
}

fn columns(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

/// Where an object was declared: line and column.
#[track_caller]
fn place(snapshot: &Snapshot, path: &str) -> (u32, u32) {
    let found = snapshot.origins.iter().find(|(other, _)| other.to_string() == path);
    found.map(|(_, span)| (span.line, span.column)).unwrap_or_else(|| panic!("no origin of {path}"))
}
