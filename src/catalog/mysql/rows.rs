//! What the queries return, column by column; each field is explained where the query computes it.

use std::collections::HashMap;

use sqlx::mysql::MySqlRow;

use super::show_create::Details;

/// Everything that was read.
#[derive(PartialEq)]
pub(super) struct Rows {
    pub database: Database,
    pub collations: Vec<Collation>,
    pub tables: Vec<Table>,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    pub foreign_keys: Vec<ForeignKey>,
    pub actions: Vec<Actions>,
    pub checks: Vec<Check>,
    pub views: Vec<View>,
    pub sequences: Vec<Sequence>,
    pub opaque: Vec<Opaque>,
    pub geometries: Vec<Geometry>,
    /// What SHOW CREATE TABLE says beyond the catalog, by table.
    pub details: HashMap<String, Details>,
    /// What the server prints of each table.
    pub printed: Vec<super::guard::Printed>,
    /// Whether the checks of every table are told.
    pub sees_checks: bool,
}

crate::catalog::rows::rows! { MySqlRow:
    Server { version: String, lower_case_table_names: i64, }

    Text { text: String, }

    Count { count: i64, }

    Database { name: String, default_collation: String, }

    Collation { name: String, charset: String, is_default: i64, }

    Table {
        name: String,
        kind: String,
        engine: Option<String>,
        collation: Option<String>,
        create_options: Option<String>,
        comment: Option<String>,
    }

    Column {
        table_name: String,
        name: String,
        data_type: String,
        r#type: String,
        nullable: i64,
        default_text: Option<String>,
        extra: Option<String>,
        generation: Option<String>,
        charset: Option<String>,
        collation: Option<String>,
        comment: Option<String>,
        srid: Option<i64>,
    }

    Index {
        table_name: String,
        name: String,
        non_unique: i64,
        column_name: Option<String>,
        expression: Option<String>,
        descending: i64,
        prefix_length: Option<i64>,
        kind: String,
        invisible: i64,
        comment: Option<String>,
    }

    ForeignKey {
        table_name: String,
        name: String,
        column_name: String,
        referenced_schema: Option<String>,
        referenced_table: String,
        referenced_column: String,
    }

    Actions { table_name: String, name: String, on_update: String, on_delete: String, }

    Check { table_name: String, name: String, clause: String, of_column: i64, enforced: i64, }

    View { name: String, query: Option<String>, check_option: String, security: String, algorithm: String, }

    Sequence {
        name: String,
        start: i64,
        increment: i64,
        min: i64,
        max: i64,
        cache: i64,
        cycle: i64,
    }

    Geometry { table_name: String, name: String, system: i64, }

    Opaque { kind: String, name: String, table_name: Option<String>, definition: Option<String>, }
}
