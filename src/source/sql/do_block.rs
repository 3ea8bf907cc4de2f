//! `DO $$ … $$` blocks: the DDL inside is read as if its guards were true on an empty database.
//!
//! Schemas in SQL files use them to create what may exist already: `EXCEPTION WHEN duplicate_object`, and
//! `IF NOT EXISTS (…) THEN`. What a block computes is not read, and said so.

use crate::sql::{Statement, split};

use super::cursor::Cursor;
use super::literal;
use super::reader::Reader;
use crate::sql::lex::TokenKind;

/// `DO [LANGUAGE x] 'body' [LANGUAGE x]`, from behind the word DO. MySQL's `DO expression` has no effect here.
pub(super) fn read(reader: &mut Reader<'_>, mut cursor: Cursor<'_>) {
    if !reader.grammar.search_path {
        return;
    }
    let at = cursor;
    cursor.until(|cursor| cursor.peek().is_some_and(|token| token.kind == TokenKind::String));
    let Some(token) = cursor.peek() else { return };
    let written = cursor.text(token);
    let mark = written.find(|char: char| char != '$' && !char.is_alphanumeric() && char != '_').unwrap_or(1);
    let body = literal::string(written, false);
    let (line, column) = cursor.place();
    let offset = if written.starts_with('$') { written[..mark].rfind('$').map_or(1, |at| at + 1) } else { 1 };
    let base = (line, column + offset as u32);
    let rules = reader.context.dialect.rules();
    let unread = reader.guarded(|reader| {
        let mut unread = false;
        for statement in split(&body, rules) {
            unread |= !inner(reader, &relocated(&statement, base));
        }
        unread
    });
    if unread {
        let span = reader.span(&at);
        let message = "a DO block builds statements while it runs, which are not read";
        reader.warn(span, message, "write its DDL as plain statements with IF NOT EXISTS");
    }
}

/// The statement with its place in the file.
fn relocated<'a>(statement: &Statement<'a>, (line, column): (u32, u32)) -> Statement<'a> {
    let mut moved = statement.clone();
    if moved.line == 1 {
        moved.column += column - 1;
    }
    moved.line += line - 1;
    moved
}

/// Applies the DDL of one statement of the block; false where it may have DDL that cannot be read.
fn inner(reader: &mut Reader<'_>, statement: &Statement<'_>) -> bool {
    let tokens = statement.tokens();
    let mut cursor = Cursor::new(statement, &tokens, &reader.grammar);
    loop {
        if cursor.at_any(&["IF", "ELSIF", "WHEN", "WHILE", "FOR"]) {
            let is_loop = cursor.at_any(&["WHILE", "FOR"]);
            let end = if is_loop { "LOOP" } else { "THEN" };
            cursor.until(|cursor| cursor.at(end));
            cursor.skip();
        } else if !(cursor.eat("BEGIN") || cursor.eat("EXCEPTION") || cursor.eat("ELSE") || cursor.eat("LOOP")) {
            break;
        }
    }
    if cursor.at("EXECUTE") {
        return execute(reader, cursor);
    }
    if cursor.at_any(&["CREATE", "ALTER", "DROP", "COMMENT"]) {
        reader.apply_inner(cursor);
    }
    true
}

/// `EXECUTE 'statement'` is read where the statement is a plain string.
fn execute(reader: &mut Reader<'_>, mut cursor: Cursor<'_>) -> bool {
    let place = cursor.place();
    let names_ddl = {
        let text = cursor.rest().to_ascii_uppercase();
        ["CREATE ", "ALTER ", "DROP ", "COMMENT ON"].iter().any(|word| text.contains(word))
    };
    cursor.skip();
    let Ok(text) = cursor.string() else { return !names_ddl };
    if !cursor.is_done() {
        return !names_ddl;
    }
    let rules = reader.context.dialect.rules();
    for statement in split(&text, rules) {
        let statement = relocated(&statement, place);
        let tokens = statement.tokens();
        let cursor = Cursor::new(&statement, &tokens, &reader.grammar);
        reader.apply_inner(cursor);
    }
    true
}
