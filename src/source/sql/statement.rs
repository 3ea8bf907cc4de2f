//! Which reader a statement goes to, by its first words.

use crate::model::{Kind, ObjectPath, RelationName};
use crate::sql::lex::TokenKind;

use super::absent::no_table;
use super::cursor::{Cursor, Read};
use super::reader::{Reader, TABLE_PARTS};
use super::{
    alter_table, comment, create_table, do_block, drop, index, opaque, rename, sequence, settings, types, view,
};

/// Statements that change data, sessions or the server, and no schema.
const NO_DDL: [&str; 62] = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "SELECT",
    "COPY",
    "WITH",
    "VALUES",
    "REPLACE",
    "MERGE",
    "TABLE",
    "CALL",
    "TRUNCATE",
    "LOAD",
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "END",
    "SAVEPOINT",
    "RELEASE",
    "ABORT",
    "LOCK",
    "UNLOCK",
    "XA",
    "ANALYZE",
    "VACUUM",
    "REINDEX",
    "CLUSTER",
    "REFRESH",
    "OPTIMIZE",
    "CHECK",
    "CHECKSUM",
    "REPAIR",
    "FLUSH",
    "RESET",
    "PRAGMA",
    "ATTACH",
    "DETACH",
    "EXPLAIN",
    "DESCRIBE",
    "DESC",
    "SHOW",
    "EXECUTE",
    "DEALLOCATE",
    "DISCARD",
    "CHECKPOINT",
    "NOTIFY",
    "LISTEN",
    "UNLISTEN",
    "DECLARE",
    "FETCH",
    "MOVE",
    "CLOSE",
    "REVOKE",
    "REASSIGN",
    "SECURITY",
    "INSTALL",
    "UNINSTALL",
    "KILL",
    "HANDLER",
    "PURGE",
    "BINLOG",
];

/// Whether a statement that begins with this word only changes rows.
pub(super) fn is_data(first_word: &str) -> bool {
    ["INSERT", "REPLACE", "UPDATE", "DELETE", "COPY", "VALUES", "LOAD", "MERGE"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first_word))
}

/// Applies one statement to the schema.
pub(super) fn apply(reader: &mut Reader<'_>, mut cursor: Cursor<'_>) -> Read<()> {
    let whole = cursor;
    if cursor.eat("CREATE") {
        create(reader, &mut cursor, whole)?;
    } else if cursor.eat("ALTER") {
        alter(reader, &mut cursor)?;
    } else if cursor.eat("DROP") {
        drop::drop(reader, &mut cursor)?;
    } else if cursor.eat("RENAME TABLE") || cursor.eat("RENAME TABLES") {
        rename_tables(reader, &mut cursor)?;
    } else if cursor.eat("COMMENT ON") {
        comment::comment(reader, &mut cursor)?;
    } else if cursor.at("SELECT") && reader.grammar.search_path && cursor.mentions(&["INTO"]) {
        create_table::select_into(reader, cursor)?;
        return Ok(());
    } else if cursor.at_any(&["SET", "USE"]) || cursor.at("SELECT") {
        settings::follow(reader, cursor)?;
        return Ok(());
    } else if cursor.eat("GRANT") {
        opaque::grant(reader, cursor);
        return Ok(());
    } else if cursor.eat("DO") {
        do_block::read(reader, cursor);
        return Ok(());
    } else if cursor.at("PREPARE") {
        let span = reader.span(&cursor);
        reader.warn(span, "the text of a prepared statement is not read", "write its DDL as a statement of its own");
        return Ok(());
    } else if cursor.at_any(&NO_DDL) || cursor.at_any(&["IMPORT FOREIGN", "RENAME USER"]) || cursor.at_symbol(b'(') {
        return Ok(());
    } else {
        return Err(cursor.problem("a statement of SQL"));
    }
    if cursor.is_done() { Ok(()) } else { Err(cursor.problem("the end of the statement")) }
}

/// What may stand between CREATE and the kind of object.
#[derive(Default)]
pub(super) struct Modifiers {
    pub replace: bool,
    temporary: bool,
    unlogged: bool,
    pub materialized: bool,
    /// What MySQL says of a view there and the model does not hold.
    pub beyond: Vec<(String, String)>,
}

impl Modifiers {
    /// Keeps the word that stands here, unless it is what holds anyway.
    fn say(&mut self, attribute: &str, implied: &str, cursor: &mut Cursor<'_>) {
        let value = cursor.group().to_ascii_uppercase();
        if value != implied {
            self.beyond.push((attribute.to_owned(), value));
        }
    }
}

fn modifiers(cursor: &mut Cursor<'_>) -> Modifiers {
    let mut found = Modifiers::default();
    loop {
        if cursor.eat("OR REPLACE") {
            found.replace = true;
        } else if cursor.eat("TEMP") || cursor.eat("TEMPORARY") {
            found.temporary = true;
        } else if cursor.eat("UNLOGGED") {
            found.unlogged = true;
        } else if cursor.eat("MATERIALIZED") {
            found.materialized = true;
        } else if cursor.eat("DEFINER") {
            cursor.eat_symbol(b'=');
            cursor.until(|cursor| {
                cursor.at_any(&["SQL", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "AGGREGATE"])
            });
        } else if cursor.eat("ALGORITHM") {
            cursor.eat_symbol(b'=');
            found.say("ALGORITHM", "UNDEFINED", cursor);
        } else if cursor.eat("SQL SECURITY") {
            found.say("SQL SECURITY", "DEFINER", cursor);
        } else if !(cursor.eat("GLOBAL") || cursor.eat("LOCAL") || cursor.eat("RECURSIVE")) {
            return found;
        }
    }
}

fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, whole: Cursor<'_>) -> Read<()> {
    let with = modifiers(cursor);
    if with.temporary && !cursor.at_any(&["TRIGGER", "FUNCTION"]) {
        if cursor.eat("TABLE") {
            cursor.eat("IF NOT EXISTS");
            let name = reader.written(cursor)?;
            reader.add_temporary(name);
        }
        cursor.skip_all();
        return Ok(());
    }
    if cursor.eat("TABLE") {
        create_table::create(reader, cursor, with.replace, with.unlogged)
    } else if cursor.eat("VIEW") {
        view::create(reader, cursor, &with)
    } else if cursor.at_any(&["INDEX", "UNIQUE", "FULLTEXT", "SPATIAL"]) {
        index::create(reader, cursor)
    } else if cursor.eat("SEQUENCE") {
        sequence::create(reader, cursor, with.replace, with.unlogged)
    } else if cursor.eat("TYPE") {
        types::create(reader, cursor)
    } else if cursor.eat("DOMAIN") {
        types::create_domain(reader, cursor)
    } else if cursor.at_any(&["SCHEMA", "DATABASE"]) {
        settings::create_schema(reader, cursor)
    } else {
        opaque::create(reader, cursor, whole)
    }
}

fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let _mariadb = cursor.eat("ONLINE") || cursor.eat("IGNORE");
    if cursor.eat("TABLE") {
        alter_table::alter(reader, cursor)
    } else if cursor.eat("INDEX") {
        index::alter(reader, cursor)
    } else if cursor.eat("TYPE") {
        types::alter(reader, cursor)
    } else if cursor.eat("DOMAIN") {
        types::alter_domain(reader, cursor)
    } else if cursor.eat("SEQUENCE") {
        sequence::alter(reader, cursor)
    } else if cursor.eat("MATERIALIZED VIEW") || cursor.mentions(&["VIEW"]) && at_view(cursor) {
        view::alter(reader, cursor)
    } else if cursor.at_any(&["SCHEMA", "DATABASE"]) {
        settings::alter_schema(reader, cursor)
    } else {
        // Functions, roles, policies, extensions, privileges, …: not compared, or not in the model at all.
        cursor.skip_all();
        Ok(())
    }
}

/// `[ALGORITHM = …] [DEFINER = …] [SQL SECURITY …] VIEW`.
fn at_view(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.mark();
    modifiers(cursor);
    let found = cursor.eat("VIEW");
    if !found {
        cursor.back_to(start);
    }
    found
}

/// `RENAME TABLE a TO b, …` (MySQL).
fn rename_tables(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    for mut item in cursor.items() {
        item.eat("IF EXISTS");
        let from = reader.table_name(&mut item)?;
        item.expect("TO")?;
        let to = reader.new_relation(&mut item)?;
        if reader.database.views.contains_key(&from) {
            rename::view(reader, &from, &to);
        } else if reader.database.tables.contains_key(&from) {
            rename::table(reader, &from, &to);
        } else {
            return Err(no_table(&item, &from, "rename"));
        }
    }
    cursor.skip_all();
    Ok(())
}

/// What an unread statement is about.
pub(super) enum Subject {
    /// This object.
    Object(ObjectPath),
    /// Something of these kinds, in this table or anywhere.
    Any(Option<ObjectPath>, Vec<Kind>),
}

/// What an unread statement is about, where that can be told. A name counts only where what follows it may follow one.
pub(super) fn subject(reader: &Reader<'_>, mut cursor: Cursor<'_>) -> Option<Subject> {
    let alters = cursor.eat("ALTER");
    if !(alters || cursor.eat("CREATE")) || modifiers(&mut cursor).temporary {
        return None;
    }
    let kinds = [
        ("TABLE", Kind::Table),
        ("VIEW", Kind::View),
        ("SEQUENCE", Kind::Sequence),
        ("TYPE", Kind::Enum),
        ("DOMAIN", Kind::Domain),
    ];
    for (word, kind) in kinds {
        if cursor.eat(word) {
            let _words = cursor.eat("IF NOT EXISTS") || cursor.eat("IF EXISTS");
            cursor.eat("ONLY");
            let written = reader.written(&mut cursor).ok().filter(|_| ends_a_name(&cursor));
            let known = |name: &RelationName| reader.database.tables.contains_key(name);
            return Some(match written {
                Some(written) => Subject::Object(ObjectPath::relation(kind, &reader.names.found(written, known))),
                None if alters && kind == Kind::Table => Subject::Any(None, TABLE_PARTS.to_vec()),
                None => Subject::Any(None, vec![kind]),
            });
        }
    }
    let index = ["UNIQUE", "FULLTEXT", "SPATIAL", "INDEX"].iter().any(|word| cursor.eat(word));
    if !index {
        return None;
    }
    cursor.eat("INDEX");
    let _words = cursor.eat("CONCURRENTLY") || cursor.eat("IF NOT EXISTS");
    let name = if cursor.at("ON") { None } else { reader.name(&mut cursor).ok().filter(|_| ends_a_name(&cursor)) };
    cursor.until(|cursor| cursor.at("ON"));
    cursor.eat("ON");
    cursor.eat("ONLY");
    let table = reader.table_name(&mut cursor).ok().filter(|_| ends_a_name(&cursor));
    Some(match (table, name) {
        (Some(table), Some(name)) => Subject::Object(ObjectPath::of_table(Kind::Index, &table, name)),
        (table, _) => Subject::Any(table.map(|table| ObjectPath::table(&table)), vec![Kind::Index]),
    })
}

/// Whether what stands here may follow a name; else it may be a part of the name itself.
fn ends_a_name(cursor: &Cursor<'_>) -> bool {
    match cursor.peek().map(|token| token.kind) {
        None | Some(TokenKind::Word | TokenKind::Symbol(b'(' | b'*')) => true,
        Some(TokenKind::QuotedName | TokenKind::String | TokenKind::Number | TokenKind::Symbol(_)) => false,
    }
}
