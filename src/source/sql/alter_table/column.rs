//! ALTER COLUMN: one attribute of a column at a time.

use crate::model::{
    Column, Expr, Extras, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Kind, Name, ObjectPath,
    RelationName, SequenceOptions,
};

use super::super::column::{Parts, at_attribute, chosen_collation};
use super::super::cursor::{Cursor, Read};
use super::super::index::options;
use super::super::reader::{Reader, bare};
use super::super::sequence;
use super::column;

/// `ALTER COLUMN name …`.
pub(super) fn alter_column(
    reader: &mut Reader<'_>,
    cursor: &mut Cursor<'_>,
    table: &RelationName,
    name: &Name,
) -> Read<()> {
    if cursor.eat("SET DATA TYPE") || cursor.eat("TYPE") {
        let written = cursor.until(at_attribute);
        let ty = reader.data_type(&written);
        let collation = if cursor.eat("COLLATE") { chosen_collation(reader.collation(cursor)?) } else { None };
        if cursor.eat("USING") {
            cursor.skip_all();
        }
        let column = column(reader, table, name, cursor)?;
        column.ty = ty;
        column.collation = collation;
    } else if cursor.eat("SET DEFAULT") {
        let default = reader.default_expr(cursor)?;
        set_default(reader, cursor, table, name, default)?;
    } else if cursor.eat("DROP DEFAULT") {
        set_default(reader, cursor, table, name, None)?;
    } else if cursor.eat("SET NOT NULL") {
        column(reader, table, name, cursor)?.nullable = Fact::Known(false);
    } else if cursor.eat("DROP NOT NULL") {
        column(reader, table, name, cursor)?.nullable = Fact::Known(true);
    } else if cursor.eat("SET VISIBLE") || cursor.eat("SET INVISIBLE") {
        let mut before = *cursor;
        before.back_to(cursor.mark() - 1);
        column(reader, table, name, cursor)?.invisible = before.at("INVISIBLE");
    } else {
        return alter_generation(reader, cursor, table, name);
    }
    Ok(())
}

/// A serial column's numbers are its default; its sequence stays behind.
fn set_default(
    reader: &mut Reader<'_>,
    cursor: &Cursor<'_>,
    table: &RelationName,
    name: &Name,
    default: Option<Expr>,
) -> Read<()> {
    let span = reader.span(cursor);
    let column = column(reader, table, name, cursor)?;
    let before = Some(column.clone()).filter(Column::is_serial);
    column.default = Fact::Known(default);
    if let Some(before) = before {
        column.generation = Fact::Known(None);
        sequence::keep(reader, table, &before, &span);
    }
    Ok(())
}

fn path(table: &RelationName, column: &Name) -> ObjectPath {
    ObjectPath::of_table(Kind::Column, table, column.clone())
}

fn alter_generation(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    if cursor.at("ADD GENERATED") {
        cursor.skip();
        let found = column(reader, table, name, cursor)?.clone();
        let mut parts = Parts::default();
        let changed = reader.attributes(cursor, table, found, &mut parts)?;
        *column(reader, table, name, cursor)? = changed;
    } else if cursor.eat("DROP IDENTITY") {
        cursor.eat("IF EXISTS");
        column(reader, table, name, cursor)?.generation = Fact::Known(None);
    } else if cursor.eat("DROP EXPRESSION") {
        cursor.eat("IF EXISTS");
        column(reader, table, name, cursor)?.generated = Fact::Known(None);
    } else if cursor.eat("SET EXPRESSION AS") {
        let expr = bare(&cursor.parens()?.rest());
        let generated = Generated { expr, storage: GeneratedStorage::Stored };
        column(reader, table, name, cursor)?.generated = Fact::Known(Some(generated));
    } else if cursor.eat("SET STATISTICS") {
        let target = cursor.group_signed();
        reader.beyond_unless(path(table, name), "STATISTICS", target, "-1");
    } else if cursor.eat("SET STORAGE") {
        let storage = cursor.ident()?.text.to_ascii_uppercase();
        reader.beyond_unless(path(table, name), "STORAGE", storage, "DEFAULT");
    } else if cursor.eat("SET COMPRESSION") {
        let method = cursor.ident()?.text.to_ascii_uppercase();
        reader.beyond_unless(path(table, name), "COMPRESSION", method, "DEFAULT");
    } else if cursor.at("RESET") {
        cursor.skip();
        for (option, _) in options(&cursor.parens()?)? {
            reader.within(&path(table, name), &option);
        }
    } else if cursor.at("SET") || cursor.at("RESTART") {
        return alter_identity(reader, cursor, table, name);
    } else {
        return Err(cursor.problem("a change of the column"));
    }
    Ok(())
}

/// `{SET GENERATED {ALWAYS | BY DEFAULT} | SET sequence_option | RESTART} …`
fn alter_identity(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    let mut cursor_options = Vec::new();
    let mut new_mode = None;
    while !cursor.is_done() {
        if cursor.eat("RESTART") {
            cursor.eat("WITH");
            let _value = cursor.integer();
            continue;
        }
        cursor.expect("SET")?;
        if cursor.at_symbol(b'(') {
            // Planner options such as n_distinct.
            for (option, value) in options(&cursor.parens()?)? {
                reader.beyond(path(table, name), &option, value);
            }
        } else if cursor.eat("GENERATED ALWAYS") {
            new_mode = Some(IdentityMode::Always);
        } else if cursor.eat("GENERATED BY DEFAULT") {
            new_mode = Some(IdentityMode::ByDefault);
        } else {
            cursor_options.push(sequence::option(reader, cursor)?);
        }
    }
    let column = column(reader, table, name, cursor)?;
    let ty = column.ty.known().cloned();
    if let Some(Some(Generation::Identity { mode, options })) = column.generation.known_mut() {
        *mode = new_mode.unwrap_or(*mode);
        **options = sequence::merged(SequenceOptions::clone(options), cursor_options, ty.as_ref());
    }
    Ok(())
}

/// Whether a column that a table does not list is its parent's: a table holds only what it declares itself.
pub(super) fn is_inherited(reader: &Reader<'_>, table: &RelationName, column: &Name) -> bool {
    reader.database.tables.get(table).is_some_and(|table| match &table.extras {
        Extras::Postgres(extras) => {
            (!extras.inherits.is_empty() || extras.partition_of.is_some()) && table.column(column).is_none()
        }
        Extras::MySql(_) | Extras::Sqlite(_) => false,
    })
}
