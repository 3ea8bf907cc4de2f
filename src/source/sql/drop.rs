//! DROP of everything but constraints and columns.

use crate::model::{Kind, RelationName};

use super::absent::no_table;
use super::cursor::{Cursor, Read};
use super::reader::{Reader, problem};
use super::{index, rename, types};

/// `DROP kind …`, from behind the word DROP.
pub(super) fn drop(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let _temporary = cursor.eat("TEMPORARY");
    if cursor.eat("TABLE") || cursor.eat("TABLES") {
        tables(reader, cursor)?;
    } else if cursor.eat("VIEW") || cursor.eat("MATERIALIZED VIEW") {
        views(reader, cursor)?;
    } else if cursor.eat("INDEX") {
        index::drop(reader, cursor)?;
    } else if cursor.eat("SEQUENCE") {
        sequences(reader, cursor)?;
    } else if cursor.eat("TYPE") || cursor.eat("DOMAIN") {
        types::drop(reader, cursor)?;
    } else if cursor.eat("SCHEMA") || cursor.eat("DATABASE") {
        schemas(reader, cursor)?;
    } else {
        opaque(reader, cursor)?;
    }
    cursor.skip_all();
    Ok(())
}

fn tables(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    let cascade = cursor.mentions(&["CASCADE"]);
    for mut item in cursor.items() {
        let name = reader.table_name(&mut item)?;
        // Dumps of views begin with stand-ins that are dropped as tables.
        let is_view = reader.database.views.remove(&name).is_some();
        reader.move_notes_of(&[Kind::View], &name, None);
        if !rename::drop_table(reader, &name, cascade) && !if_exists && !is_view && !reader.is_temporary(&name) {
            return Err(no_table(&item, &name, "drop"));
        }
    }
    Ok(())
}

fn views(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    for mut item in cursor.items() {
        let name = reader.existing(&mut item, |database| &database.views)?;
        reader.move_notes_of(&[Kind::View], &name, None);
        if reader.database.views.remove(&name).is_none() && !if_exists {
            return Err(problem(&item, format!("there is no view {name} to drop")));
        }
    }
    Ok(())
}

fn sequences(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    for mut item in cursor.items() {
        let name = reader.existing(&mut item, |database| &database.sequences)?;
        reader.move_notes_of(&[Kind::Sequence], &name, None);
        if reader.database.sequences.remove(&name).is_none() && !if_exists {
            return Err(problem(&item, format!("there is no sequence {name} to drop")));
        }
    }
    Ok(())
}

fn schemas(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.eat("IF EXISTS");
    for mut item in cursor.items() {
        let schema = reader.relation_name(&item.ident()?);
        let inside = |name: &RelationName| name.schema.as_ref() == Some(&schema);
        let tables: Vec<RelationName> = reader.database.tables.keys().filter(|name| inside(name)).cloned().collect();
        for table in &tables {
            rename::drop_table(reader, table, true);
        }
        let database = &mut reader.database;
        database.schemas.remove(&schema);
        database.views.retain(|name, _| !inside(name));
        database.enums.retain(|name, _| !inside(name));
        database.domains.retain(|name, _| !inside(name));
        database.sequences.retain(|name, _| !inside(name));
        database.opaque.retain(|object| !inside(&object.name));
    }
    Ok(())
}

/// The kinds that are listed and not compared; others are in no model.
fn opaque(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    const KINDS: [(&str, Kind); 8] = [
        ("TRIGGER", Kind::Trigger),
        ("FUNCTION", Kind::Routine),
        ("PROCEDURE", Kind::Routine),
        ("ROUTINE", Kind::Routine),
        ("AGGREGATE", Kind::Routine),
        ("POLICY", Kind::Policy),
        ("EXTENSION", Kind::Extension),
        ("EVENT", Kind::Event),
    ];
    let Some((_, kind)) = KINDS.iter().find(|(word, _)| cursor.eat(word)) else { return Ok(()) };
    cursor.eat("IF EXISTS");
    let written = reader.written(cursor)?;
    let on = if cursor.eat("ON") { Some(reader.table_name(cursor)?) } else { None };
    reader.database.opaque.retain(|object| {
        !(object.kind == *kind
            && object.name.name == written.name
            && (on.is_none() || object.table == on)
            && (written.schema.is_none() || object.name.schema == written.schema))
    });
    Ok(())
}
