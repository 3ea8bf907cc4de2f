//! From rows to the model: tables and their columns. Pure.

use std::collections::HashMap;

use sqlx::postgres::types::Oid;

use crate::dialect::Dialect;
use crate::model::{
    Column, ColumnOverride, Database, Expr, Extras, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Name,
    PostgresTable, RelationName, Table,
};
use crate::snapshot::Warning;
use crate::threads;

use super::lookup::{Lookup, options, relation};
use super::values::NONE;
use super::{attributes, constraints, indexes, objects, rows};

/// A schema, and what is to be said of it.
pub(super) struct Assembled {
    pub database: Database,
    pub warnings: Vec<Warning>,
}

/// Two readings agree where both would be written down alike, since one server has printed their expressions.
impl PartialEq for Assembled {
    fn eq(&self, other: &Self) -> bool {
        let texts = [self, other].map(|reading| serde_json::to_string(&reading.database));
        matches!(texts, [Ok(one), Ok(two)] if one == two) && self.warnings == other.warnings
    }
}

/// Puts the tables together.
pub(super) fn tables(rows: rows::Tables, dialect: &dyn Dialect) -> Assembled {
    let rows = &rows.sorted();
    let lookup = Lookup::new(rows, dialect);
    let foreign = rows.tables.iter().filter(|row| row.is_foreign);
    let warnings = foreign.map(|row| not_compared(&lookup.relation(row.schema_oid, &row.name))).collect();
    let parts = threads::shared("assemble", &rows.tables, |portion| {
        portion.iter().filter(|row| !row.is_foreign).map(|row| (row.oid, table(row, rows, &lookup))).collect::<Vec<_>>()
    });
    let mut database = Database::default();
    let names: HashMap<_, _> = parts.iter().flatten().map(|(oid, table)| (*oid, table.name.clone())).collect();
    database.tables = parts.into_iter().flatten().map(|(_, table)| (table.name.clone(), table)).collect();
    database.opaque = rows.indexes.iter().filter_map(|row| indexes::of_view(row, &lookup)).collect();
    database.uncaptured.extend(attributes::uncaptured(rows, &lookup, &names));
    database.schemas = rows.schemas.iter().map(|row| Name::exact(row.name.as_str())).collect();
    Assembled { database, warnings }
}

fn not_compared(foreign_table: &RelationName) -> Warning {
    Warning { message: format!("foreign table {foreign_table} is not compared"), help: None, at: None }
}

/// A table with what belongs to it.
fn table(row: &rows::Table, rows: &rows::Tables, lookup: &Lookup<'_>) -> Table {
    let parents = rows::of_table(&rows.parents, row.oid, |parent| parent.table_oid).iter();
    let above: Vec<Oid> = parents.clone().map(|parent| parent.parent_oid).collect();
    let mut parents = parents.map(|parent| relation(&parent.schema, &parent.name));
    let partition_of = row.bound.clone().and_then(|bound| Some((parents.next()?, bound)));
    let extras = PostgresTable {
        unlogged: row.unlogged,
        partition_by: row.partition_by.clone(),
        partition_of,
        inherits: parents.collect(),
        options: options(row.options.as_deref().unwrap_or_default()),
        row_security: row.row_security,
        forces_row_security: row.forces_row_security,
        replica_identity: row.replica_identity.clone(),
    };
    let mut table = Table::new(lookup.relation(row.schema_oid, &row.name), Extras::Postgres(extras));
    table.comment = Fact::Known(lookup.comment(row.oid));
    let columns = rows::of_table(&rows.columns, row.oid, |column| column.table_oid);
    // Columns are large and many: they are not to move as their list grows.
    table.columns.extend(columns.iter().filter(|row| row.is_local).map(|row| column(row, lookup)));
    if !above.is_empty() {
        let inherited = columns.iter().filter(|row| !row.is_local);
        inherited.for_each(|row| table.set_override(changed(row, &above, rows, lookup)));
    }
    let constraints = rows::of_table(&rows.constraints, row.oid, |constraint| constraint.table_oid);
    for constraint in by_name(constraints, |constraint| &constraint.name) {
        constraints::add(constraint, lookup, &mut table);
    }
    let indexes = rows::of_table(&rows.indexes, row.oid, |index| index.table_oid);
    let indexes = by_name(indexes, |index| &index.name).into_iter();
    let indexes = indexes.filter(|index| !lookup.is_behind_constraint(index));
    table.indexes = indexes.map(|index| indexes::index(index, lookup)).collect();
    table
}

/// What a table has otherwise than its parents in a column that it has from there.
fn changed(row: &rows::Column, parents: &[Oid], rows: &rows::Tables, lookup: &Lookup<'_>) -> ColumnOverride {
    let of_parent = |parent: &Oid| {
        let columns = rows::of_table(&rows.columns, *parent, |column| column.table_oid);
        columns.iter().find(|column| column.name == row.name)
    };
    let above: Vec<&rows::Column> = parents.iter().filter_map(of_parent).collect();
    // A parent in a schema that is not read tells nothing, and then nothing is known to be otherwise.
    let is_known = !above.is_empty();
    let default = lookup.default(row);
    let handed_down = above.iter().find_map(|column| lookup.default(column));
    let differs = is_known && row.generated.0 == NONE && default != handed_down;
    ColumnOverride {
        name: Name::exact(row.name.as_str()),
        not_null: is_known && row.not_null && !above.iter().any(|column| column.not_null),
        default: differs.then(|| Fact::Known(default.map(Expr::new))),
        comment: lookup.column_comment(row),
    }
}

fn by_name<R>(rows: &[R], name: impl Fn(&R) -> &str) -> Vec<&R> {
    let mut rows: Vec<&R> = rows.iter().collect();
    rows.sort_by_key(|row| name(row));
    rows
}

fn column(row: &rows::Column, lookup: &Lookup<'_>) -> Column {
    let (default, sequence) = (lookup.default(row), lookup.sequence(row));
    let (ty, collation) = lookup.type_of(row);
    let mut column = Column::new(Name::exact(row.name.as_str()), ty);
    column.nullable = Fact::Known(!row.not_null);
    column.collation = collation;
    column.comment = Fact::Known(lookup.column_comment(row));
    let expr = default.map(Expr::new);
    column.generation = Fact::Known(generation(row, sequence));
    // The catalog keeps a generated column's expression where it keeps defaults.
    match row.generated.0 {
        NONE if sequence.is_some_and(|sequence| sequence.is_serial) => {}
        NONE => column.default = Fact::Known(expr),
        storage => {
            let storage = if storage == 'v' { GeneratedStorage::Virtual } else { GeneratedStorage::Stored };
            column.generated = Fact::Known(expr.map(|expr| Generated { expr, storage }));
        }
    }
    column
}

fn generation(row: &rows::Column, sequence: Option<&rows::ColumnSequence>) -> Option<Generation> {
    let options = || {
        let options = sequence.map(|sequence| objects::SequenceValues::of_column(sequence).options());
        Box::new(options.unwrap_or_default())
    };
    match row.identity.0 {
        'a' => Some(Generation::Identity { mode: IdentityMode::Always, options: options() }),
        'd' => Some(Generation::Identity { mode: IdentityMode::ByDefault, options: options() }),
        _ => sequence.is_some_and(|sequence| sequence.is_serial).then(|| Generation::Serial(options())),
    }
}
