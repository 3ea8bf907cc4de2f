//! Objects that are listed and not compared: triggers, routines, policies, extensions, events, privileges.

use crate::model::{Facet, Kind, Name, ObjectPath, RelationName};

use super::cursor::{Cursor, Read};
use super::reader::Reader;

/// `CREATE …` of such an object; `whole` is the statement from its first word.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, whole: Cursor<'_>) -> Read<()> {
    let text = whole.rest_as_written();
    if cursor.eat("CONSTRAINT TRIGGER") || cursor.eat("TRIGGER") {
        on_table(reader, cursor, Kind::Trigger, text)?;
    } else if cursor.eat("POLICY") {
        on_table(reader, cursor, Kind::Policy, text)?;
    } else if cursor.eat("FUNCTION") || cursor.eat("PROCEDURE") || cursor.eat("AGGREGATE") {
        cursor.eat("FUNCTION");
        cursor.eat("IF NOT EXISTS");
        let name = reader.new_relation(cursor)?;
        reader.opaque(Kind::Routine, name, None, Some(text));
    } else if cursor.eat("EXTENSION") {
        cursor.eat("IF NOT EXISTS");
        let name = reader.relation_name(&cursor.ident()?);
        reader.opaque(Kind::Extension, RelationName::new(None, name), None, None);
    } else if cursor.eat("EVENT TRIGGER") {
        unread(reader, cursor, "EVENT TRIGGER");
    } else if cursor.eat("EVENT") {
        cursor.eat("IF NOT EXISTS");
        let name = reader.new_relation(cursor)?;
        reader.opaque(Kind::Event, name, None, Some(text));
    } else if cursor.eat("VIRTUAL TABLE") || cursor.eat("FOREIGN TABLE") {
        let span = reader.span(&whole);
        cursor.eat("IF NOT EXISTS");
        let path = ObjectPath::table(&reader.new_relation(cursor)?);
        let reason = "virtual and foreign tables are not compared";
        if cursor.eat("USING") {
            let module = cursor.ident()?.text.to_ascii_lowercase();
            reader.virtual_tables.push((path.name.as_str().to_owned(), module));
        }
        reader.undecided(Some(path), Facet::of(Kind::Table), reason, span);
    } else if let Some(kind) = UNREAD.into_iter().find(|kind| cursor.eat(kind)) {
        unread(reader, cursor, kind);
    } else if !cursor.at_any(&OF_THE_SERVER) {
        return Err(cursor.problem("a kind of object"));
    }
    cursor.skip_all();
    Ok(())
}

/// Kinds of object that belong to a database and that drift does not read.
const UNREAD: [&str; 17] = [
    "ACCESS METHOD",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DEFAULT CONVERSION",
    "FOREIGN DATA WRAPPER",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "PUBLICATION",
    "RULE",
    "SERVER",
    "STATISTICS",
    "SUBSCRIPTION",
    "TEXT SEARCH",
    "TRANSFORM",
    "PACKAGE",
];

/// Kinds that belong to the server or that every database of it has.
const OF_THE_SERVER: [&str; 11] = [
    "GROUP",
    "LANGUAGE",
    "TRUSTED",
    "PROCEDURAL",
    "LOGFILE GROUP",
    "RESOURCE GROUP",
    "ROLE",
    "SPATIAL REFERENCE",
    "TABLESPACE",
    "USER",
    "UNDO TABLESPACE",
];

/// An object that is not even listed: its name is what is known of it.
fn unread(reader: &Reader<'_>, cursor: &mut Cursor<'_>, kind: &str) {
    cursor.eat("IF NOT EXISTS");
    let name = match reader.written(&mut cursor.clone()) {
        Ok(name) => RelationName::new(None, name.name),
        Err(_) => RelationName::new(None, Name::exact(cursor.rest())),
    };
    reader.beyond(ObjectPath::relation(Kind::Other, &name), kind, "");
}

/// `name … ON table …`
fn on_table(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, kind: Kind, text: String) -> Read<()> {
    cursor.eat("IF NOT EXISTS");
    let name = reader.written(cursor)?.name;
    // `UPDATE OF column ON table`: the first ON names the table.
    cursor.until(|cursor| cursor.at("ON"));
    cursor.expect("ON")?;
    let table = reader.table_name(cursor)?;
    reader.opaque(kind, RelationName::new(table.schema.clone(), name), Some(table), Some(text));
    Ok(())
}

/// `GRANT …`, from behind the word.
pub(super) fn grant(reader: &mut Reader<'_>, cursor: Cursor<'_>) {
    let name = RelationName::new(None, Name::exact(cursor.rest()));
    reader.opaque(Kind::Grant, name, None, None);
}
