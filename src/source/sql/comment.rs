//! `COMMENT ON …` (PostgreSQL).

use crate::model::{ColumnOverride, Fact, Kind, Name, ObjectPath, RelationName};

use super::cursor::{Cursor, Read};
use super::index::{index_name, locate};
use super::reader::{Reader, problem};

/// `COMMENT ON kind name IS {'text' | NULL}`, from behind the word ON.
pub(super) fn comment(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("COLUMN") {
        return on_column(reader, cursor);
    }
    let missing = if cursor.eat("TABLE") {
        let name = reader.table_name(cursor)?;
        let comment = text(cursor)?;
        let table = reader.table(&name).map(|table| table.comment = Fact::Known(comment));
        table.is_none().then(|| format!("there is no table {name}"))
    } else if cursor.eat("INDEX") {
        let written = reader.written(cursor)?;
        let name = index_name(reader, written);
        let comment = text(cursor)?;
        if let Some((table, at)) = locate(reader, &name)
            && let Some(index) = reader.table(&table).and_then(|table| table.indexes.get_mut(at))
        {
            index.comment = comment;
        } else {
            // The index of a constraint is not in the model; nor is its comment.
            let path = ObjectPath::relation(Kind::Index, &name);
            reader.beyond(path, "COMMENT", comment.unwrap_or_default());
        }
        None
    } else if cursor.eat("VIEW") || cursor.eat("MATERIALIZED VIEW") {
        let name = reader.existing(cursor, |database| &database.views)?;
        let comment = text(cursor)?;
        let view = reader.database.views.get_mut(&name).map(|view| view.comment = comment);
        view.is_none().then(|| format!("there is no view {name}"))
    } else if cursor.eat("SEQUENCE") {
        let name = reader.existing(cursor, |database| &database.sequences)?;
        let comment = text(cursor)?;
        if let Some(sequence) = reader.database.sequences.get_mut(&name) {
            sequence.comment = comment;
        }
        None
    } else if cursor.eat("TYPE") {
        let name = reader.existing(cursor, |database| &database.enums)?;
        let comment = text(cursor)?;
        if let Some(found) = reader.database.enums.get_mut(&name) {
            found.comment = comment;
        }
        None
    } else if cursor.eat("CONSTRAINT") {
        on_constraint(reader, cursor)?;
        None
    } else if cursor.eat("SCHEMA") {
        let name = reader.relation_name(&cursor.ident()?);
        let text = text(cursor)?.filter(|text| text != "standard public schema");
        beyond(reader, ObjectPath::schema(&name), "COMMENT", text);
        None
    } else {
        // Functions, extensions, policies, ...: they are not compared, and so not their comments.
        cursor.skip_all();
        None
    };
    missing.map_or(Ok(()), |message| Err(problem(cursor, message)))
}

/// `constraint ON {table | DOMAIN domain} IS …`
fn on_constraint(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let constraint = reader.name(cursor)?;
    cursor.expect("ON")?;
    if cursor.eat("DOMAIN") {
        cursor.skip_all();
        return Ok(());
    }
    let table = reader.table_name(cursor)?;
    let attribute = format!("COMMENT on constraint {constraint}");
    beyond(reader, ObjectPath::table(&table), &attribute, text(cursor)?);
    Ok(())
}

/// A comment that the model has no place for.
fn beyond(reader: &Reader<'_>, object: ObjectPath, attribute: &str, comment: Option<String>) {
    match comment {
        Some(comment) => reader.beyond(object, attribute, comment),
        None => reader.within(&object, attribute),
    }
}

fn on_column(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let at = *cursor;
    let mut parts = cursor.dotted()?;
    let column: Option<Name> = parts.pop().map(|part| reader.column_name(&part));
    let table = parts.pop().map(|part| reader.relation_name(&part));
    let schema = parts.pop().map(|part| reader.relation_name(&part));
    let (Some(column), Some(table)) = (column, table) else { return Err(at.problem("table.column")) };
    let known = |name: &RelationName| reader.database.tables.contains_key(name);
    let name = reader.names.found(RelationName::new(schema, table), known);
    let comment = text(cursor)?;
    let of_view = reader.database.views.keys().any(|view| view.name == name.name);
    let of_other =
        reader.database.opaque.iter().any(|object| object.kind == Kind::Type && object.name.name == name.name);
    let table = reader.database.tables.get(&name);
    let inherited = table.is_some_and(|table| reader.database.inherited_column(table, &column).is_some());
    match reader.table(&name).and_then(|table| table.column_mut(&column)) {
        Some(column) => column.comment = Fact::Known(comment),
        None if of_view => {
            let view = ObjectPath::relation(Kind::View, &name);
            beyond(reader, view, &format!("COMMENT on column {column}"), comment);
        }
        None if inherited => {
            reader.database.tables.entry(name).and_modify(|table| {
                let change = ColumnOverride { comment, ..table.override_of(&column) };
                table.set_override(change);
            });
        }
        // Composite types are not compared.
        None if of_other => {}
        None => return Err(problem(&at, format!("table {name} has no column {column}"))),
    }
    Ok(())
}

fn text(cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    cursor.expect("IS")?;
    if cursor.eat("NULL") { Ok(None) } else { Ok(Some(cursor.string()?).filter(|text| !text.is_empty())) }
}
