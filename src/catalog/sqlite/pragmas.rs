//! A table as the pragmas tell it, without anything that only its text says. Pure.

use crate::dialect::Dialect;
use crate::model::{
    Column, ConstraintName, Deferrability, Expr, Extras, Fact, ForeignKey, Index, IndexKey, MatchType, PrimaryKey,
    ReferentialAction, RelationName, SqliteTable, Table, UniqueConstraint,
};

use super::rows;

/// `hidden` of <https://www.sqlite.org/pragma.html#pragma_table_xinfo>: 2 and 3 are generated columns.
const VIRTUAL: i64 = 2;
const STORED: i64 = 3;

/// A table's, view's, index's or trigger's name.
pub(super) fn relation(name: &str, dialect: &dyn Dialect) -> RelationName {
    RelationName::new(None, dialect.relation_name(name, true))
}

pub(super) fn table(row: &rows::Table, rows: &rows::Pragmas, dialect: &dyn Dialect) -> Table {
    let extras = SqliteTable { without_rowid: row.without_rowid != 0, strict: row.strict != 0 };
    let mut table = Table::new(relation(&row.name, dialect), Extras::Sqlite(extras));
    let columns = rows.columns.iter().filter(|column| column.table_name == row.name);
    table.columns = columns.clone().map(|row| column(row, dialect)).collect();
    table.primary_key = primary_key(columns, dialect);
    let keys: Vec<_> = rows.foreign_keys.iter().filter(|key| key.table_name == row.name).collect();
    table.foreign_keys = keys.chunk_by(|a, b| a.id == b.id).filter_map(|group| foreign_key(group, dialect)).collect();
    let indexes: Vec<_> = rows.indexes.iter().filter(|index| index.table_name == row.name).collect();
    for group in indexes.chunk_by(|a, b| a.name == b.name) {
        add_index(group, dialect, &mut table);
    }
    table
}

fn column(row: &rows::Column, dialect: &dyn Dialect) -> Column {
    let ty = dialect.data_type(&row.r#type).map_or_else(Fact::Unknown, Fact::Known);
    let mut column = Column::new(dialect.column_name(&row.name, true), ty);
    column.nullable = Fact::Known(row.not_null == 0);
    let default = row.default_text.as_deref().filter(|text| !text.eq_ignore_ascii_case("NULL"));
    column.default = Fact::Known(default.map(Expr::new));
    if matches!(row.hidden, VIRTUAL | STORED) {
        column.generated = Fact::unknown("no pragma tells a generated column's expression");
    }
    if row.key_position > 0 {
        column.generation = Fact::unknown("no pragma tells whether a key has AUTOINCREMENT");
    }
    column
}

fn primary_key<'a>(columns: impl Iterator<Item = &'a rows::Column>, dialect: &dyn Dialect) -> Option<PrimaryKey> {
    let mut key: Vec<_> = columns.filter(|column| column.key_position > 0).collect();
    key.sort_by_key(|column| column.key_position);
    let columns = key.iter().map(|column| dialect.column_name(&column.name, true));
    (!key.is_empty()).then(|| PrimaryKey::new(ConstraintName::None, columns.collect()))
}

fn foreign_key(group: &[&rows::ForeignKey], dialect: &dyn Dialect) -> Option<ForeignKey> {
    let first = group.first()?;
    let referenced = group.iter().filter_map(|row| row.referenced_column.as_deref());
    Some(ForeignKey {
        name: ConstraintName::None,
        columns: group.iter().map(|row| dialect.column_name(&row.column_name, true)).collect(),
        references: relation(&first.referenced_table, dialect),
        referenced_columns: referenced.map(|name| dialect.column_name(name, true)).collect(),
        period: false,
        on_delete: action(&first.on_delete),
        on_delete_columns: Vec::new(),
        on_update: action(&first.on_update),
        match_type: MatchType::Simple,
        deferrability: Deferrability::NotDeferrable,
        validated: true,
        enforced: true,
    })
}

fn action(rule: &str) -> ReferentialAction {
    match rule {
        "RESTRICT" => ReferentialAction::Restrict,
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn add_index(group: &[&rows::Index], dialect: &dyn Dialect, table: &mut Table) {
    let [first, ..] = group else { return };
    let columns = group.iter().filter_map(|row| row.column_name.as_deref()).map(|name| dialect.column_name(name, true));
    match first.origin.as_str() {
        "pk" => {}
        "u" => table.uniques.push(UniqueConstraint {
            name: ConstraintName::None,
            columns: columns.collect(),
            without_overlaps: false,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrability: Deferrability::NotDeferrable,
        }),
        _ => {
            let mut index = Index::on_columns(dialect.column_name(&first.name, true), []);
            index.unique = first.is_unique != 0;
            index.keys = group.iter().map(|row| key(row, dialect)).collect();
            if first.partial != 0 {
                index.predicate = Fact::unknown("no pragma tells a partial index's condition");
            }
            table.indexes.push(index);
        }
    }
}

fn key(row: &rows::Index, dialect: &dyn Dialect) -> IndexKey {
    let mut key = match row.column_name.as_deref() {
        Some(name) => IndexKey::column(dialect.column_name(name, true)),
        None => IndexKey::expr(Fact::unknown("no pragma tells an index's expression")),
    };
    key.descending = row.descending != 0;
    key
}
