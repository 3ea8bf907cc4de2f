//! Sequences: CREATE, ALTER and DROP SEQUENCE, and the options of identity columns.

use crate::model::{Column, DataType, Generation, Kind, Name, ObjectPath, RelationName, Sequence, SequenceOptions};

use crate::snapshot::Span;

use super::cursor::{Cursor, Ident, Read};
use super::reader::{Reader, problem};

/// What a list of sequence options says.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub options: SequenceOptions,
    ty: Option<DataType>,
    /// `OWNED BY`: `Some(None)` for NONE.
    owned_by: Option<Option<(RelationName, Name)>>,
}

/// One option.
#[derive(Debug)]
pub(super) enum SequenceOption {
    Start(i64),
    Increment(i64),
    Min(Option<i64>),
    Max(Option<i64>),
    Cache(i64),
    Cycle(bool),
    Type(Option<DataType>),
    Owner(Option<(RelationName, Name)>),
    /// An option without meaning for the schema: RESTART, SEQUENCE NAME, ENGINE.
    Other,
}

/// `CREATE SEQUENCE …`, from behind the word SEQUENCE.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, replace: bool, unlogged: bool) -> Read<()> {
    let span = reader.span(cursor);
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = reader.new_relation(cursor)?;
    let read = options(reader, cursor, None)?;
    if reader.database.sequences.contains_key(&name) && !replace {
        if !if_not_exists {
            let message = format!("sequence {name} is created twice");
            let path = ObjectPath::relation(Kind::Sequence, &name);
            reader.warn_repeated(path, span, message, "the first definition counts; remove one of the two");
        }
        return Ok(());
    }
    let sequence = Sequence {
        name: name.clone(),
        options: read.options,
        ty: read.ty,
        owned_by: read.owned_by.flatten(),
        comment: None,
    };
    let path = ObjectPath::relation(Kind::Sequence, &name);
    if unlogged {
        reader.beyond(path.clone(), "PERSISTENCE", "UNLOGGED");
    }
    reader.spans.object(path, span);
    reader.database.sequences.insert(name, sequence);
    Ok(())
}

/// `ALTER SEQUENCE [IF EXISTS] name …`.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = reader.existing(cursor, |database| &database.sequences)?;
    if cursor.at_any(&["SET LOGGED", "SET UNLOGGED"]) {
        let persistence = if cursor.at("SET LOGGED") { "LOGGED" } else { "UNLOGGED" };
        cursor.skip_all();
        let path = ObjectPath::relation(Kind::Sequence, &name);
        reader.beyond_unless(path, "PERSISTENCE", persistence.to_owned(), "LOGGED");
        return Ok(());
    }
    if cursor.at("OWNER TO") {
        cursor.skip_all();
        return Ok(());
    }
    let Some(sequence) = reader.database.sequences.get(&name).cloned() else {
        if of_column(reader, cursor, &name)? {
            return Ok(());
        }
        // The sequence of a serial or identity column is not listed; its options are the column's.
        let implicit = if_exists || cursor.mentions(&["OWNED", "RESTART", "RENAME"]);
        let missing = problem(cursor, format!("there is no sequence {name}"));
        cursor.skip_all();
        return if implicit { Ok(()) } else { Err(missing) };
    };
    if cursor.eat("RENAME TO") {
        let to = RelationName::new(name.schema.clone(), reader.relation_name(&cursor.ident()?));
        rename(reader, &name, &to);
        return Ok(());
    }
    if cursor.eat("SET SCHEMA") {
        let to = RelationName::new(Some(reader.relation_name(&cursor.ident()?)), name.name.clone());
        rename(reader, &name, &to);
        return Ok(());
    }
    let mut changed = sequence.clone();
    let mut list = Vec::new();
    while !cursor.is_done() {
        match option(reader, cursor)? {
            SequenceOption::Type(ty) => changed.ty = ty,
            SequenceOption::Owner(owner) => changed.owned_by = owner,
            other => list.push(other),
        }
    }
    changed.options = canonical(
        merge(sequence.options, list),
        changed.ty.as_ref(),
        reader.grammar.sequence_max,
        reader.grammar.sequence_cache,
    );
    reader.database.sequences.insert(name, changed);
    Ok(())
}

/// Changes the options of the sequence that a serial or identity column brought with it under that name; false where
/// there is none, or where the statement is about something else.
fn of_column(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, name: &RelationName) -> Read<bool> {
    let tables = reader.database.tables.values().filter(|table| table.name.schema == name.schema);
    let found =
        tables.flat_map(|table| table.columns.iter().map(move |column| (table, column))).find(|(table, column)| {
            let numbered =
                matches!(column.generation.known(), Some(Some(Generation::Serial(_) | Generation::Identity { .. })));
            numbered && name.name.as_str() == format!("{}_{}_seq", table.name.name, column.name)
        });
    let Some((table, column)) = found.map(|(table, column)| (table.name.clone(), column.name.clone())) else {
        return Ok(false);
    };
    if cursor.mentions(&["OWNED", "RENAME", "SCHEMA", "OWNER"]) {
        return Ok(false);
    }
    let mut list = Vec::new();
    let mut ty = None;
    while !cursor.is_done() {
        match option(reader, cursor)? {
            SequenceOption::Type(chosen) => ty = chosen,
            other => list.push(other),
        }
    }
    let column = reader.table(&table).and_then(|table| table.column_mut(&column));
    if let Some(column) = column {
        let ty = ty.or_else(|| column.ty.known().cloned());
        if let Some(Some(Generation::Serial(options) | Generation::Identity { options, .. })) =
            column.generation.known_mut()
        {
            **options = merged(SequenceOptions::clone(options), list, ty.as_ref());
        }
    }
    Ok(true)
}

/// Keeps the sequence of a serial column whose default goes: the column owns it all the same.
pub(super) fn keep(reader: &mut Reader<'_>, table: &RelationName, column: &Column, at: &Span) {
    let Some(Some(Generation::Serial(options))) = column.generation.known() else { return };
    let name = reader.relation_name(&Ident { text: format!("{}_{}_seq", table.name, column.name), quoted: true });
    let name = RelationName::new(table.schema.clone(), name);
    let ty = column.ty.known().cloned();
    let owned_by = Some((table.clone(), column.name.clone()));
    let sequence = Sequence { name: name.clone(), ty, options: (**options).clone(), owned_by, comment: None };
    reader.spans.object(ObjectPath::relation(Kind::Sequence, &name), at.clone());
    reader.database.sequences.entry(name).or_insert(sequence);
}

pub(super) fn rename(reader: &mut Reader<'_>, from: &RelationName, to: &RelationName) {
    if let Some(mut sequence) = reader.database.sequences.remove(from) {
        sequence.name = to.clone();
        reader.database.sequences.insert(to.clone(), sequence);
    }
}

/// Reads options up to the end. `ty` is the column's type, where an identity column has the sequence.
pub(super) fn options(reader: &Reader<'_>, cursor: &mut Cursor<'_>, ty: Option<&DataType>) -> Read<Options> {
    let mut read = Options::default();
    let mut list = Vec::new();
    while !cursor.is_done() {
        match option(reader, cursor)? {
            SequenceOption::Type(ty) => read.ty = ty,
            SequenceOption::Owner(owner) => read.owned_by = Some(owner),
            other => list.push(other),
        }
    }
    let merged = merge(SequenceOptions::default(), list);
    let ty = ty.or(read.ty.as_ref());
    read.options = canonical(merged, ty, reader.grammar.sequence_max, reader.grammar.sequence_cache);
    Ok(read)
}

/// Reads one option.
pub(super) fn option(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<SequenceOption> {
    let option = if cursor.eat("START") {
        let _with = cursor.eat("WITH") || cursor.eat_symbol(b'=');
        SequenceOption::Start(cursor.integer()?)
    } else if cursor.eat("INCREMENT") {
        let _by = cursor.eat("BY") || cursor.eat_symbol(b'=');
        SequenceOption::Increment(cursor.integer()?)
    } else if cursor.eat("NO MINVALUE") || cursor.eat("NOMINVALUE") {
        SequenceOption::Min(None)
    } else if cursor.eat("NO MAXVALUE") || cursor.eat("NOMAXVALUE") {
        SequenceOption::Max(None)
    } else if cursor.eat("MINVALUE") {
        cursor.eat_symbol(b'=');
        SequenceOption::Min(Some(cursor.integer()?))
    } else if cursor.eat("MAXVALUE") {
        cursor.eat_symbol(b'=');
        SequenceOption::Max(Some(cursor.integer()?))
    } else if cursor.eat("NOCACHE") || cursor.eat("NO CACHE") {
        SequenceOption::Cache(0)
    } else if cursor.eat("CACHE") {
        cursor.eat_symbol(b'=');
        SequenceOption::Cache(cursor.integer()?)
    } else if cursor.eat("NO CYCLE") || cursor.eat("NOCYCLE") {
        SequenceOption::Cycle(false)
    } else if cursor.eat("CYCLE") {
        SequenceOption::Cycle(true)
    } else if cursor.eat("AS") {
        let ty = reader.data_type(&cursor.until(|cursor| {
            !cursor.at_any(&[
                "BIGINT",
                "INTEGER",
                "SMALLINT",
                "INT",
                "INT8",
                "INT4",
                "INT2",
                "UNSIGNED",
                "TINYINT",
                "MEDIUMINT",
            ])
        }));
        let ty = ty.known().cloned().filter(|ty| ty.kind.builtin_name() != Some("bigint"));
        SequenceOption::Type(ty)
    } else if cursor.eat("OWNED BY NONE") {
        SequenceOption::Owner(None)
    } else if cursor.eat("OWNED BY") {
        SequenceOption::Owner(Some(owner(reader, cursor)?))
    } else {
        other(cursor)?;
        SequenceOption::Other
    };
    Ok(option)
}

fn owner(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<(RelationName, Name)> {
    let mut parts = cursor.dotted()?;
    let column = parts.pop().map(|part| reader.column_name(&part));
    let table = parts.pop().map(|part| reader.relation_name(&part));
    let schema = parts.pop().map(|part| reader.relation_name(&part));
    let (Some(column), Some(table)) = (column, table) else { return Err(cursor.problem("table.column")) };
    let known = |name: &RelationName| reader.database.tables.contains_key(name);
    Ok((reader.names.found(RelationName::new(schema, table), known), column))
}

fn other(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("SEQUENCE NAME") {
        cursor.dotted()?;
    } else if cursor.eat("RESTART") {
        let _with = cursor.eat("WITH") || cursor.eat_symbol(b'=');
        let _value = cursor.integer();
    } else if cursor.eat("ENGINE") {
        cursor.eat_symbol(b'=');
        cursor.ident()?;
    } else if cursor.eat("COMMENT") {
        cursor.eat_symbol(b'=');
        cursor.string()?;
    } else if !(cursor.eat("LOGGED") || cursor.eat("UNLOGGED")) {
        return Err(cursor.problem("an option of the sequence"));
    }
    Ok(())
}

fn merge(mut options: SequenceOptions, list: Vec<SequenceOption>) -> SequenceOptions {
    for option in list {
        match option {
            SequenceOption::Start(value) => options.start = Some(value),
            SequenceOption::Increment(value) => options.increment = Some(value),
            SequenceOption::Min(value) => options.min = value,
            SequenceOption::Max(value) => options.max = value,
            SequenceOption::Cache(value) => options.cache = Some(value),
            SequenceOption::Cycle(value) => options.cycle = value,
            SequenceOption::Type(_) | SequenceOption::Owner(_) | SequenceOption::Other => {}
        }
    }
    options
}

/// The options of an identity column after changes.
pub(super) fn merged(options: SequenceOptions, list: Vec<SequenceOption>, ty: Option<&DataType>) -> SequenceOptions {
    canonical(merge(options, list), ty, i64::MAX, 1)
}

/// Leaves out every value that the engine implies.
/// <https://www.postgresql.org/docs/current/sql-createsequence.html>
fn canonical(mut options: SequenceOptions, ty: Option<&DataType>, largest: i64, cache: i64) -> SequenceOptions {
    let (low, high) = match ty.and_then(|ty| ty.kind.builtin_name()) {
        Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("integer" | "int") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (if largest == i64::MAX { i64::MIN } else { i64::MIN + 1 }, largest),
    };
    let ascending = options.increment.unwrap_or(1) >= 0;
    let (implied_min, implied_max) = if ascending { (1, high) } else { (low, -1) };
    options.increment = options.increment.filter(|value| *value != 1);
    options.min = options.min.filter(|value| *value != implied_min);
    options.max = options.max.filter(|value| *value != implied_max);
    let implied_start = if ascending { options.min.unwrap_or(implied_min) } else { options.max.unwrap_or(implied_max) };
    options.start = options.start.filter(|value| *value != implied_start);
    options.cache = options.cache.filter(|value| *value != cache);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implied_values_are_left_out() {
        let written = SequenceOptions {
            start: Some(1),
            increment: Some(1),
            min: Some(1),
            max: Some(i64::MAX),
            cache: Some(1),
            cycle: false,
        };
        assert_eq!(canonical(written, None, i64::MAX, 1), SequenceOptions::default());
        let down =
            SequenceOptions { increment: Some(-1), start: Some(-1), max: Some(-1), ..SequenceOptions::default() };
        let expected = SequenceOptions { increment: Some(-1), ..SequenceOptions::default() };
        assert_eq!(canonical(down, None, i64::MAX, 1), expected);
        let from_ten = SequenceOptions { start: Some(10), min: Some(10), ..SequenceOptions::default() };
        assert_eq!(canonical(from_ten, None, i64::MAX, 1).start, None);
    }
}
