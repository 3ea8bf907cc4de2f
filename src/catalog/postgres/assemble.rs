//! From rows to the model: tables and their columns. Pure.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::model::{
    Column, Expr, Extras, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Name, PostgresTable,
    RelationName, Table,
};
use crate::snapshot::{Snapshot, Warning};
use crate::threads;

use super::lookup::{Lookup, options, relation};
use super::{attributes, constraints, indexes, objects, rows};

/// Puts everything that was read into `snapshot`.
pub(super) fn assemble(rows: rows::Rows, dialect: &dyn Dialect, snapshot: &mut Snapshot) {
    let (rows, lookup) = (&rows, Lookup::new(&rows, dialect));
    let foreign = rows.tables.iter().filter(|row| row.is_foreign);
    snapshot.warnings.extend(foreign.map(|row| not_compared(&lookup.relation(row.schema_oid, &row.name))));
    let shares = threads::shared("assemble", &rows.tables, |share| {
        share.iter().filter(|row| !row.is_foreign).map(|row| (row.oid, table(row, rows, &lookup))).collect::<Vec<_>>()
    });
    let mut names = HashMap::new();
    for (oid, table) in shares.into_iter().flatten() {
        names.insert(oid, table.name.clone());
        snapshot.database.tables.insert(table.name.clone(), table);
    }
    let of_views = rows.indexes.iter().filter_map(|row| indexes::of_view(row, &lookup));
    snapshot.database.opaque.extend(of_views);
    snapshot.database.uncaptured.extend(attributes::uncaptured(rows, &lookup, &names));
    snapshot.database.schemas = rows.schemas.iter().map(|row| Name::exact(row.name.as_str())).collect();
    objects::add(rows, &lookup, dialect, &mut snapshot.database);
}

fn not_compared(foreign_table: &RelationName) -> Warning {
    Warning { message: format!("foreign table {foreign_table} is not compared"), help: None, at: None }
}

/// A table with what belongs to it.
fn table(row: &rows::Table, rows: &rows::Rows, lookup: &Lookup<'_>) -> Table {
    let parents = rows::of_table(&rows.parents, row.oid, |parent| parent.table_oid).iter();
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
    table.columns = columns.iter().filter(|row| row.is_local).map(|row| column(row, lookup)).collect();
    for constraint in rows::of_table(&rows.constraints, row.oid, |constraint| constraint.table_oid) {
        constraints::add(constraint, lookup, &mut table);
    }
    let indexes = rows::of_table(&rows.indexes, row.oid, |index| index.table_oid).iter();
    let indexes = indexes.filter(|index| !lookup.is_behind_constraint(index));
    table.indexes = indexes.map(|index| indexes::index(index, lookup)).collect();
    table
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
    match row.generated.as_str() {
        "" if sequence.is_some_and(|sequence| sequence.is_serial) => {}
        "" => column.default = Fact::Known(expr),
        storage => {
            let storage = if storage == "v" { GeneratedStorage::Virtual } else { GeneratedStorage::Stored };
            column.generated = Fact::Known(expr.map(|expr| Generated { expr, storage }));
        }
    }
    column
}

fn generation(row: &rows::Column, sequence: Option<&rows::ColumnSequence>) -> Option<Generation> {
    let options = sequence.map(|sequence| objects::SequenceValues::of_column(sequence).options());
    let options = Box::new(options.unwrap_or_default());
    let mode = match row.identity.as_str() {
        "a" => IdentityMode::Always,
        "d" => IdentityMode::ByDefault,
        _ => return sequence.filter(|sequence| sequence.is_serial).map(|_| Generation::Serial(options)),
    };
    Some(Generation::Identity { mode, options })
}
