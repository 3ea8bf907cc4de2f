//! What the queries return, column by column; each field is explained where the query computes it.

use sqlx::sqlite::SqliteRow;

/// Everything that was read.
pub(super) struct Rows {
    pub objects: Vec<Object>,
    pub pragmas: Pragmas,
}

/// What SQLite says of its tables besides their text.
pub(super) struct Pragmas {
    pub tables: Vec<Table>,
    pub columns: Vec<Column>,
    pub foreign_keys: Vec<ForeignKey>,
    pub indexes: Vec<Index>,
}

crate::catalog::rows::rows! { SqliteRow:
    Object { kind: String, name: String, table_name: String, definition: String, }

    Table { name: String, kind: String, without_rowid: i64, strict: i64, }

    Column {
        table_name: String,
        name: String,
        r#type: String,
        not_null: i64,
        default_text: Option<String>,
        key_position: i64,
        hidden: i64,
    }

    ForeignKey {
        table_name: String,
        id: i64,
        referenced_table: String,
        column_name: String,
        referenced_column: Option<String>,
        on_update: String,
        on_delete: String,
    }

    Index {
        table_name: String,
        name: String,
        is_unique: i64,
        origin: String,
        partial: i64,
        column_name: Option<String>,
        descending: i64,
    }
}
