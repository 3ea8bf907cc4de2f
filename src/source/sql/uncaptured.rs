//! What a statement says and the model has no place for. It is written down in one place, so that nothing which could
//! make two schemas differ is passed over in silence.

use crate::model::{Kind, Name, ObjectPath, RelationName, Uncaptured, WITHOUT_VERSIONING};

use super::cursor::{Cursor, Read};
use super::index::{locate, options};
use super::reader::Reader;

impl Reader<'_> {
    /// Writes down what the model has no place for; what was said before of the same attribute no longer holds.
    pub fn beyond(&self, object: ObjectPath, attribute: &str, value: impl Into<String>) {
        self.uncaptured.borrow_mut().set(Uncaptured::new(object, attribute, value));
    }

    /// An attribute has the value again that every such object has.
    pub fn within(&self, object: &ObjectPath, attribute: &str) {
        self.uncaptured.borrow_mut().unset(object, attribute);
    }

    /// Writes down `value`, unless it is what holds anyway.
    pub fn beyond_unless(&self, object: ObjectPath, attribute: &str, value: String, implied: &str) {
        if value.eq_ignore_ascii_case(implied) {
            self.within(&object, attribute);
        } else {
            self.beyond(object, attribute, value);
        }
    }

    /// SQLite's `ON CONFLICT action` behind a constraint; ABORT is what every constraint does.
    pub fn conflict(&self, cursor: &mut Cursor<'_>, object: ObjectPath, constraint: &str) -> Read<bool> {
        let found = cursor.eat("ON CONFLICT");
        if found {
            let action = cursor.ident()?.text.to_ascii_uppercase();
            self.beyond_unless(object, &format!("{constraint} ON CONFLICT"), action, "ABORT");
        }
        Ok(found)
    }

    /// `WITH (…)` and `USING INDEX TABLESPACE x` behind a key (PostgreSQL).
    pub fn index_parameters(&self, cursor: &mut Cursor<'_>, table: &RelationName, columns: &[Name]) -> Read<()> {
        if cursor.at("WITH") && !cursor.at_any(&["WITH OPTIONS", "WITH SYSTEM"]) {
            cursor.skip();
            for (name, value) in options(&cursor.parens()?)? {
                let attribute = format!("{} of the index", name.to_ascii_uppercase());
                let implied = if name == "fillfactor" { "100" } else { "" };
                self.beyond_unless(key_path(table, columns), &attribute, value, implied);
            }
        }
        if cursor.eat("USING INDEX TABLESPACE") {
            let name = cursor.ident()?.text;
            self.beyond_unless(key_path(table, columns), "TABLESPACE of the index", name, "pg_default");
        }
        Ok(())
    }

    /// An option of a column that the model holds, since the engine's MODIFY would lose it. One that cannot be changed is
    /// not compared either.
    pub fn column_option(&self, cursor: &mut Cursor<'_>, column: ObjectPath) -> Option<(String, String)> {
        if !self.grammar.column_options {
            return None;
        }
        if cursor.eat("COMPRESSED") {
            // `COMPRESSED=zlib` names the method, of which there is one.
            if cursor.eat_symbol(b'=') {
                cursor.skip();
            }
            return Some(("COMPRESSED".to_owned(), String::new()));
        }
        if cursor.eat(WITHOUT_VERSIONING) {
            self.beyond(column, WITHOUT_VERSIONING, "");
            return Some((WITHOUT_VERSIONING.to_owned(), String::new()));
        }
        let word = OPTIONS.into_iter().find(|word| cursor.eat(word))?;
        cursor.eat_symbol(b'=');
        let value = cursor.group();
        // Only texts have letters whose case counts.
        let value = if value.starts_with(['\'', '"']) { value } else { value.to_ascii_uppercase() };
        Some((word.to_owned(), value))
    }

    /// An attribute of a column that the model does not hold; false where none stands here.
    pub fn column_beyond(&self, cursor: &mut Cursor<'_>, column: ObjectPath) -> bool {
        if let Some(word) = WITH_VALUE.into_iter().find(|word| cursor.eat(word)) {
            cursor.eat_symbol(b'=');
            let value = cursor.group().to_ascii_uppercase();
            self.beyond_unless(column, word, value, "DEFAULT");
        } else {
            return false;
        }
        true
    }
}

/// `SET TABLESPACE x` and `ALTER COLUMN n SET STATISTICS x`, for which the model has no place.
pub(super) fn alter_index(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, name: &RelationName) -> Read<()> {
    let table = locate(reader, name).map_or_else(|| name.clone(), |(table, _)| table);
    let path = ObjectPath::of_table(Kind::Index, &table, name.name.clone());
    if cursor.eat("SET TABLESPACE") {
        let tablespace = cursor.ident()?.text;
        cursor.eat("NOWAIT");
        reader.beyond_unless(path, "TABLESPACE", tablespace, "pg_default");
        return Ok(());
    }
    cursor.expect("ALTER")?;
    cursor.eat("COLUMN");
    let key = cursor.integer()?;
    cursor.expect("SET STATISTICS")?;
    let target = cursor.integer()?;
    reader.beyond_unless(path, &format!("STATISTICS of key {key}"), target.to_string(), "-1");
    Ok(())
}

/// Attributes of a column that the model does not hold and that have a value.
const WITH_VALUE: [&str; 3] = ["STORAGE", "COMPRESSION", "SRID"];

/// Options of a column with a value (MySQL manual, 15.1.20, `column_definition`).
const OPTIONS: [&str; 5] =
    ["COLUMN_FORMAT", "STORAGE", "REF_SYSTEM_ID", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"];

/// A key by its columns, since its name may be left to the engine.
fn key_path(table: &RelationName, columns: &[Name]) -> ObjectPath {
    let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
    ObjectPath::of_table(Kind::Index, table, Name::exact(format!("({})", columns.join(", "))))
}
