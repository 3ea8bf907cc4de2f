//! SQLite's virtual tables in dumps: `.schema` and `.dump` write the shadow tables in which they keep their rows as if
//! they were tables of the schema (<https://sqlite.org/vtab.html#xshadowname>).

use crate::model::{Name, RelationName};
use crate::sql::{Statement, split};

use super::cursor::Cursor;
use super::reader::Reader;

/// The statement by which `.dump` writes a virtual table: a row of the catalog with the text of its definition.
const CATALOG_ROW: &str = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)";

/// Reads the definition inside such a row; other data is passed over.
pub(super) fn dumped(reader: &mut Reader<'_>, sql: &Statement<'_>) {
    let older = CATALOG_ROW.replace("sqlite_schema", "sqlite_master");
    if !(sql.text.starts_with(CATALOG_ROW) || sql.text.starts_with(&older)) {
        return;
    }
    let Some((_, definition)) = sql.text.split_once(",0,'") else { return };
    let definition = definition.trim_end().trim_end_matches(')').trim_end_matches('\'').replace("''", "'");
    for mut inner in split(&definition, reader.context.dialect.rules()) {
        (inner.line, inner.column) = (sql.line, sql.column);
        let tokens = inner.tokens();
        let grammar = reader.grammar;
        if !tokens.is_empty() {
            reader.apply_inner(Cursor::new(&inner, &tokens, &grammar));
        }
    }
}

/// Forgets the tables in which virtual tables keep their rows.
pub(super) fn forget_shadows(reader: &mut Reader<'_>) {
    for (table, module) in std::mem::take(&mut reader.virtual_tables) {
        for suffix in shadows(&module) {
            let name = Name::insensitive(format!("{table}_{suffix}"));
            reader.database.tables.remove(&RelationName::new(None, name));
        }
    }
}

/// What the names of a module's shadow tables end in.
fn shadows(module: &str) -> &'static [&'static str] {
    match module {
        "fts3" | "fts4" => &["content", "segments", "segdir", "docsize", "stat"],
        "fts5" => &["data", "idx", "content", "docsize", "config"],
        "rtree" | "rtree_i32" | "geopoly" => &["node", "parent", "rowid"],
        _ => &[],
    }
}
