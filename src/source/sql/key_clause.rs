//! What may stand behind a key, and mostly changes no meaning.

use super::cursor::Cursor;

/// `NULLS [NOT] DISTINCT`.
pub(super) fn nulls_not_distinct(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat("NULLS NOT DISTINCT") {
        return true;
    }
    cursor.eat("NULLS DISTINCT");
    false
}

/// SQLite's `ON CONFLICT action`.
pub(super) fn skip_conflict(cursor: &mut Cursor<'_>) -> bool {
    let found = cursor.eat("ON CONFLICT");
    if found {
        cursor.skip();
    }
    found
}

/// `WITH (…)` and `USING INDEX TABLESPACE x` behind a key (PostgreSQL), which change no meaning.
pub(super) fn skip_index_parameters(cursor: &mut Cursor<'_>) {
    if cursor.at("WITH") && !cursor.at_any(&["WITH OPTIONS", "WITH SYSTEM"]) {
        cursor.skip();
        cursor.skip_group();
    }
    if cursor.eat("USING INDEX TABLESPACE") {
        cursor.skip();
    }
}
