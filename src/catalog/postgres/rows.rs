//! What the queries return, column by column; each field is explained where the query computes it.

use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;

use super::values::{Code, Numbers};

/// What tables are made of.
pub(super) struct Tables {
    pub schemas: Vec<Schema>,
    pub tables: Vec<Table>,
    pub parents: Vec<Parent>,
    pub columns: Vec<Column>,
    pub types: Vec<Type>,
    pub attributes: Vec<Attributes>,
    pub comments: Vec<Comment>,
    pub defaults: Vec<Default>,
    pub column_sequences: Vec<ColumnSequence>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    pub opclasses: Vec<OperatorClass>,
    pub methods: Vec<Method>,
    pub collations: Vec<Collation>,
}

/// What is no part of a table.
pub(super) struct Objects {
    pub enums: Vec<Enum>,
    pub domains: Vec<Domain>,
    pub sequences: Vec<Sequence>,
    pub views: Vec<View>,
    pub opaque: Vec<Opaque>,
    pub uncaptured: Vec<Uncaptured>,
}

impl Tables {
    /// The rows in the order of their tables, so that those of each are found. The server would take longer to make it.
    pub(super) fn sorted(mut self) -> Self {
        self.tables.sort_by_key(|row| row.oid.0);
        self.columns.sort_by_key(Column::place);
        self.constraints.sort_by_key(|row| row.table_oid.0);
        self.indexes.sort_by_key(|row| row.table_oid.0);
        self
    }
}

/// Those of sorted rows that belong to one table.
pub(super) fn of_table<R>(rows: &[R], table: Oid, table_of: impl Fn(&R) -> Oid) -> &[R] {
    let start = rows.partition_point(|row| table_of(row).0 < table.0);
    let length = rows[start..].partition_point(|row| table_of(row) == table);
    &rows[start..start + length]
}

impl Column {
    /// The table, and the number there.
    pub(super) fn place(&self) -> (u32, i16) {
        (self.table_oid.0, self.number)
    }
}

crate::catalog::rows::rows! { PgRow:
    Server { version: String, }

    Moment { seen: String, }

    Unknown { what: String, name: String, count: i64, }

    Schema { oid: Oid, name: String, }

    Table {
        oid: Oid,
        schema_oid: Oid,
        name: String,
        is_foreign: bool,
        unlogged: bool,
        row_security: bool,
        forces_row_security: bool,
        replica_identity: Option<String>,
        options: Option<Vec<String>>,
        partition_by: Option<String>,
        bound: Option<String>,
    }

    Parent { table_oid: Oid, parent_oid: Oid, schema: String, name: String, }

    Column {
        table_oid: Oid,
        number: i16,
        is_local: bool,
        name: String,
        type_oid: Oid,
        type_modifier: i32,
        not_null: bool,
        identity: Code,
        generated: Code,
        collation_oid: Oid,
    }

    Type { oid: Oid, modifier: i32, name: String, collation_oid: Oid, }

    Attributes {
        relation_oid: Oid,
        number: i16,
        storage: Option<String>,
        compression: Option<String>,
        statistics: Option<String>,
        options: Option<Vec<String>>,
        grants: Option<String>,
    }

    Comment { relation_oid: Oid, number: i32, text: String, }

    Default { table_oid: Oid, number: i16, expr: String, }

    ColumnSequence {
        table_oid: Oid,
        number: i16,
        is_serial: bool,
        oid: Oid,
        r#type: String,
        start: i64,
        increment: i64,
        min: i64,
        max: i64,
        cache: i64,
        cycle: bool,
    }

    Constraint {
        table_oid: Oid,
        name: String,
        kind: Code,
        deferrable: bool,
        deferred: bool,
        validated: bool,
        enforced: bool,
        temporal: bool,
        no_inherit: bool,
        index_oid: Oid,
        columns: Option<Vec<i16>>,
        referenced_oid: Oid,
        referenced_schema: Option<String>,
        referenced_table: Option<String>,
        referenced_columns: Option<Vec<i16>>,
        outside_columns: Option<Vec<String>>,
        on_update: Code,
        on_delete: Code,
        match_type: Code,
        on_delete_columns: Option<Vec<i16>>,
        expr: Option<String>,
        operators: Option<Vec<String>>,
    }

    Index {
        oid: Oid,
        table_oid: Oid,
        view_name: Option<String>,
        view_schema_oid: Option<Oid>,
        name: String,
        method_oid: Oid,
        is_unique: bool,
        valid: bool,
        nulls_not_distinct: bool,
        key_count: i16,
        columns: Numbers<i16>,
        key_options: Numbers<i16>,
        collations: Numbers<u32>,
        opclasses: Numbers<u32>,
        definitions: Option<Vec<Option<String>>>,
        collations_of_columns: Option<Vec<Oid>>,
        predicate: Option<String>,
        options: Option<Vec<String>>,
        definition: Option<String>,
    }

    Method { oid: Oid, name: String, }

    OperatorClass { oid: Oid, name: String, method_oid: Oid, type_oid: Oid, is_default: bool, }

    Collation { oid: Oid, name: String, }

    Enum { schema: String, name: String, labels: Vec<String>, comment: Option<String>, }

    Domain {
        schema: String,
        name: String,
        r#type: String,
        not_null: bool,
        default_expr: Option<String>,
        check_names: Vec<String>,
        checks: Vec<String>,
    }

    Sequence {
        oid: Oid,
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

    Uncaptured {
        kind: String,
        schema: Option<String>,
        table_name: Option<String>,
        name: String,
        attribute: String,
        value: String,
    }
}
