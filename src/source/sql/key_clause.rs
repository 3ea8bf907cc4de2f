//! What may stand behind a key.

use super::cursor::Cursor;

/// `NULLS [NOT] DISTINCT`.
pub(super) fn nulls_not_distinct(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat("NULLS NOT DISTINCT") {
        return true;
    }
    cursor.eat("NULLS DISTINCT");
    false
}
