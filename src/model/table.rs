//! Tables.

use serde::{Deserialize, Serialize};

use super::{
    CheckConstraint, Column, ColumnOverride, Columns, ExclusionConstraint, Fact, ForeignKey, Index, Name, PrimaryKey,
    RelationName, UniqueConstraint,
};

/// A base table with everything that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Table {
    /// The table's name.
    pub name: RelationName,
    /// The columns in their order.
    pub columns: Columns,
    /// What the table has otherwise in columns that it has from its parents (PostgreSQL), by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<ColumnOverride>,
    /// PRIMARY KEY.
    pub primary_key: Option<PrimaryKey>,
    /// UNIQUE constraints.
    #[serde(default)]
    pub uniques: Vec<UniqueConstraint>,
    /// FOREIGN KEY constraints.
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    /// CHECK constraints.
    #[serde(default)]
    pub checks: Vec<CheckConstraint>,
    /// EXCLUDE constraints.
    #[serde(default)]
    pub exclusions: Vec<ExclusionConstraint>,
    /// Indexes.
    #[serde(default)]
    pub indexes: Vec<Index>,
    /// The table's comment.
    pub comment: Fact<Option<String>>,
    /// What only its engine knows.
    pub extras: Extras,
}

impl Table {
    /// A table without columns.
    pub fn new(name: RelationName, extras: Extras) -> Self {
        Table {
            name,
            columns: Columns::default(),
            overrides: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            comment: Fact::Known(None),
            extras,
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.place(name).map(|place| &self.columns[place])
    }

    /// The column of that name, to change.
    pub fn column_mut(&mut self, name: &Name) -> Option<&mut Column> {
        self.columns.find_mut(name)
    }
}

/// Attributes that one engine alone has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Extras {
    /// PostgreSQL.
    Postgres(PostgresTable),
    /// MySQL and MariaDB.
    MySql(MySqlTable),
    /// SQLite.
    Sqlite(SqliteTable),
}

/// What only PostgreSQL tables have. A partition or heir lists only what is its own: columns, constraints and indexes
/// that it has from its parents stand there alone, since they can only be changed there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PostgresTable {
    /// UNLOGGED.
    #[serde(default)]
    pub unlogged: bool,
    /// `PARTITION BY` with its strategy and key, as `pg_get_partkeydef` prints it.
    pub partition_by: Option<String>,
    /// The partitioned table and the bound (`FOR VALUES …`) of a partition.
    pub partition_of: Option<(RelationName, String)>,
    /// The parents of `INHERITS`, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<RelationName>,
    /// Storage parameters of `WITH (…)`: name and value, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, String)>,
    /// Whether row level security is enabled.
    #[serde(default)]
    pub row_security: bool,
    /// Whether row level security holds for the table's owner too.
    #[serde(default)]
    pub forces_row_security: bool,
    /// `REPLICA IDENTITY`, where it is not the default: `FULL`, `NOTHING` or `USING INDEX name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica_identity: Option<String>,
}

/// What only MySQL and MariaDB tables have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MySqlTable {
    /// The storage engine, in the catalog's spelling (`InnoDB`); `None` means the server's default.
    pub engine: Option<String>,
    /// The default character set; `None` means the database's.
    pub charset: Option<Name>,
    /// The default collation; `None` means the character set's or the database's.
    pub collation: Option<Name>,
    /// ROW_FORMAT, where it was chosen.
    pub row_format: Option<String>,
    /// `PARTITION BY …`, as SHOW CREATE TABLE prints it.
    pub partition_by: Option<String>,
    /// The other options that ALTER TABLE can change, such as `KEY_BLOCK_SIZE`: the word in capitals and its value,
    /// sorted. `None` where the source does not speak of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<(String, String)>>,
}

/// What only SQLite tables have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SqliteTable {
    /// WITHOUT ROWID.
    #[serde(default)]
    pub without_rowid: bool,
    /// STRICT.
    #[serde(default)]
    pub strict: bool,
}
