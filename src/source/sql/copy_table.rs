//! Tables that take their columns from others: LIKE, INHERITS, PARTITION OF.

use crate::model::{Column, ConstraintName, Extras, Facet, Fact, Generation, Name, ObjectPath, RelationName, Table};
use crate::snapshot::Span;

use super::column::Parts;
use super::cursor::{Cursor, Read};
use super::reader::{Reader, TABLE_PARTS};

/// The source table, or an undecided fact for every part of a table that nobody here knows.
fn source(reader: &mut Reader<'_>, name: &RelationName, table: &Table, span: &Span) -> Option<Table> {
    let found = reader.database.tables.get(name).cloned();
    if found.is_none() {
        let reason = format!("its definition is taken from {name}, which is not declared here");
        for kind in TABLE_PARTS {
            reader.undecided(Some(ObjectPath::table(&table.name)), Facet::of(kind), reason.clone(), span.clone());
        }
    }
    found
}

/// `LIKE source [INCLUDING …]`, from behind the word LIKE.
pub(super) fn like(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table, span: &Span) -> Read<()> {
    let name = reader.table_name(cursor)?;
    let mut including = Vec::new();
    while !cursor.is_done() {
        let adds = cursor.eat("INCLUDING");
        if !adds {
            cursor.expect("EXCLUDING")?;
        }
        let option = cursor.ident()?.text.to_ascii_uppercase();
        match (adds, option.as_str()) {
            (true, "ALL") => including = ALL.map(str::to_owned).to_vec(),
            (false, "ALL") => including.clear(),
            (true, _) => including.push(option),
            (false, _) => including.retain(|other| *other != option),
        }
    }
    let Some(source) = source(reader, &name, table, span) else { return Ok(()) };
    if reader.grammar.inline_indexes {
        // MySQL copies everything but foreign keys, triggers and partitions.
        let own = table.name.clone();
        *table = Table { name: own, foreign_keys: Vec::new(), ..source };
        return Ok(());
    }
    let has = |option: &str| including.iter().any(|other| other == option);
    copy_columns(reader, &source, table, span, &has);
    if has("CONSTRAINTS") {
        table.checks.extend(source.checks.iter().cloned());
    }
    if has("INDEXES") {
        copy_indexes(&source, table);
    }
    Ok(())
}

const ALL: [&str; 7] = ["DEFAULTS", "GENERATED", "IDENTITY", "COMMENTS", "CONSTRAINTS", "INDEXES", "STORAGE"];

fn copy_columns(reader: &mut Reader<'_>, source: &Table, table: &mut Table, span: &Span, has: &dyn Fn(&str) -> bool) {
    for column in &source.columns {
        let mut column = column.clone();
        if !has("DEFAULTS") {
            column.default = Fact::Known(None);
        }
        if !has("GENERATED") {
            column.generated = Fact::Known(None);
        }
        if !has("COMMENTS") {
            column.comment = Fact::Known(None);
        }
        let is_identity = matches!(column.generation.known(), Some(Some(Generation::Identity { .. })));
        if is_identity && !has("IDENTITY") {
            column.generation = Fact::Known(None);
        }
        if column.generation.known() == Some(&Some(Generation::Serial)) {
            // The copy takes its numbers from the source's sequence, which it does not own.
            column.generation = Fact::Known(None);
            if has("DEFAULTS") {
                column.default = Fact::unknown("the default was copied from a serial column");
            }
        }
        reader.spans.column(&table.name, &column.name, span.clone());
        table.columns.push(column);
    }
}

/// Copies keys and indexes without their names, which the engine chooses anew.
fn copy_indexes(source: &Table, table: &mut Table) {
    table.primary_key = table.primary_key.take().or(source.primary_key.clone());
    if let Some(key) = &mut table.primary_key {
        key.name = ConstraintName::None;
    }
    for unique in &source.uniques {
        let mut unique = unique.clone();
        unique.name = ConstraintName::None;
        table.uniques.push(unique);
    }
    for index in &source.indexes {
        let mut index = index.clone();
        index.name = Name::exact("");
        index.name_is_implied = true;
        table.indexes.push(index);
    }
}

/// `INHERITS (parents)`: their columns come first, and what the child declares itself is merged into them.
/// <https://www.postgresql.org/docs/current/sql-createtable.html>, "INHERITS"
pub(super) fn inherit(reader: &mut Reader<'_>, parents: Vec<RelationName>, table: &mut Table, span: &Span) {
    let mut own = std::mem::take(&mut table.columns);
    for parent in &parents {
        let Some(source) = source(reader, parent, table, span) else { continue };
        for column in source.columns {
            if table.column(&column.name).is_some() {
                continue;
            }
            let declared = own.iter().position(|other| other.name == column.name).map(|at| own.remove(at));
            if declared.is_none() {
                reader.spans.column(&table.name, &column.name, span.clone());
            }
            table.columns.push(merged(column, declared));
        }
        for check in source.checks.into_iter().filter(|check| !check.no_inherit) {
            if !table.checks.iter().any(|other| other.name == check.name && check.name.name().is_some()) {
                table.checks.push(check);
            }
        }
    }
    table.columns.append(&mut own);
    if let Extras::Postgres(extras) = &mut table.extras {
        extras.inherits = parents;
    }
}

/// An inherited column with what the child says about it.
fn merged(mut inherited: Column, declared: Option<Column>) -> Column {
    inherited.comment = Fact::Known(None);
    if matches!(inherited.generation.known(), Some(Some(Generation::Identity { .. }))) {
        inherited.generation = Fact::Known(None);
    }
    if let Some(declared) = declared {
        if declared.default.known().is_none_or(Option::is_some) {
            inherited.default = declared.default;
        }
        if declared.nullable.known() == Some(&false) {
            inherited.nullable = declared.nullable;
        }
    }
    inherited
}

/// `PARTITION OF parent`: columns, defaults and checks are the parent's; keys and indexes are cloned when the
/// schema is completed, since those of the parent may be declared later.
pub(super) fn partition(reader: &mut Reader<'_>, parent: &RelationName, table: &mut Table, span: &Span) {
    let Some(source) = source(reader, parent, table, span) else { return };
    for column in &source.columns {
        let mut column = column.clone();
        column.comment = Fact::Known(None);
        reader.spans.column(&table.name, &column.name, span.clone());
        table.columns.push(column);
    }
    table.checks.extend(source.checks.iter().filter(|check| !check.no_inherit).cloned());
}

/// A column inside the parentheses of PARTITION OF: `name [WITH OPTIONS] attributes`.
pub(super) fn override_column(
    reader: &Reader<'_>,
    cursor: &mut Cursor<'_>,
    table: &mut Table,
    parts: &mut Parts,
) -> Read<()> {
    let name = reader.name(cursor)?;
    cursor.eat("WITH OPTIONS");
    let Some(column) = table.column(&name).cloned() else { return Err(cursor.problem("a column of the parent")) };
    let changed = reader.attributes(cursor, &table.name, column, parts)?;
    if let Some(column) = table.column_mut(&name) {
        *column = changed;
    }
    Ok(())
}
