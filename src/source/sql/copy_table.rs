//! Tables that copy another's definition: LIKE.

use crate::model::{ConstraintName, Facet, Fact, Generation, Name, ObjectPath, RelationName, Table};
use crate::snapshot::Span;

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
    // Names that the engine chose are copied with what they name, so they are chosen now.
    reader.complete_table(&name);
    let Some(source) = source(reader, &name, table, span) else { return Ok(()) };
    if reader.grammar.inline_indexes {
        // MySQL copies everything but foreign keys, triggers and partitions.
        let own = table.name.clone();
        *table = Table { name: own, foreign_keys: Vec::new(), ..source };
        // The index behind a foreign key stays without it.
        table.indexes.iter_mut().for_each(|index| index.automatic = false);
        return Ok(());
    }
    let has = |option: &str| including.iter().any(|other| other == option);
    copy_columns(reader, &source, table, span, &has);
    if has("CONSTRAINTS") {
        table.checks.extend(source.checks.iter().cloned());
    }
    if has("INDEXES") {
        copy_indexes(&source, table, has("COMMENTS"));
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
        if column.is_serial() {
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
fn copy_indexes(source: &Table, table: &mut Table, with_comments: bool) {
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
        index.comment = index.comment.filter(|_| with_comments);
        table.indexes.push(index);
    }
}
