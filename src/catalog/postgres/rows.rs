//! What the queries return, column by column; each field is explained where the query computes it.

use sqlx::postgres::PgRow;

/// Everything that was read.
pub(super) struct Rows {
    pub schemas: Vec<String>,
    pub tables: Vec<Table>,
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    pub enums: Vec<Enum>,
    pub domains: Vec<Domain>,
    pub sequences: Vec<Sequence>,
    pub views: Vec<View>,
    pub opaque: Vec<Opaque>,
}

crate::catalog::rows::rows! { PgRow:
    Server { version: String, }

    Schema { name: String, }

    Table {
        oid: i64,
        schema: String,
        name: String,
        is_foreign: bool,
        unlogged: bool,
        row_security: bool,
        options: Vec<String>,
        partition_by: Option<String>,
        bound: Option<String>,
        parent_schemas: Vec<String>,
        parent_names: Vec<String>,
        comment: Option<String>,
    }

    Column {
        table_oid: i64,
        name: String,
        r#type: String,
        not_null: bool,
        default_expr: Option<String>,
        identity: String,
        generated: String,
        collation: Option<String>,
        is_serial: Option<bool>,
        sequence_oid: Option<i64>,
        sequence_type: Option<String>,
        start: Option<i64>,
        increment: Option<i64>,
        min: Option<i64>,
        max: Option<i64>,
        cache: Option<i64>,
        cycle: Option<bool>,
        comment: Option<String>,
    }

    Constraint {
        table_oid: i64,
        name: String,
        kind: String,
        deferrable: bool,
        deferred: bool,
        validated: bool,
        enforced: bool,
        temporal: bool,
        no_inherit: bool,
        index_oid: i64,
        columns: Vec<String>,
        referenced_schema: Option<String>,
        referenced_table: Option<String>,
        referenced_columns: Option<Vec<String>>,
        on_update: String,
        on_delete: String,
        match_type: String,
        on_delete_columns: Vec<String>,
        expr: Option<String>,
        operators: Option<Vec<String>>,
    }

    Index {
        oid: i64,
        table_oid: i64,
        table_schema: String,
        table_name: String,
        of_view: bool,
        name: String,
        method: String,
        is_unique: bool,
        valid: bool,
        nulls_not_distinct: bool,
        key_count: i16,
        columns: Vec<Option<String>>,
        definitions: Vec<Option<String>>,
        key_options: Vec<i32>,
        collations: Vec<Option<String>>,
        opclasses: Vec<Option<String>>,
        predicate: Option<String>,
        options: Vec<String>,
        of_constraint: bool,
        definition: Option<String>,
        comment: Option<String>,
    }

    Enum { schema: String, name: String, labels: Vec<String>, comment: Option<String>, }

    Domain { schema: String, name: String, r#type: String, not_null: bool, default_expr: Option<String>, }

    Sequence {
        oid: i64,
        schema: String,
        name: String,
        r#type: String,
        start: i64,
        increment: i64,
        min: i64,
        max: i64,
        cache: i64,
        cycle: bool,
        owner_schema: Option<String>,
        owner_table: Option<String>,
        owner_column: Option<String>,
        comment: Option<String>,
    }

    View { schema: String, name: String, materialized: bool, query: String, comment: Option<String>, }

    Opaque {
        kind: String,
        schema: String,
        name: String,
        table_schema: Option<String>,
        table_name: Option<String>,
        definition: Option<String>,
    }
}
