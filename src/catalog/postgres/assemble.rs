//! From rows to the model: tables and their columns. Pure.

use std::collections::{BTreeMap, HashMap};

use sqlx::postgres::types::Oid;

use crate::dialect::Dialect;
use crate::model::{
    Column, Expr, Extras, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Name, PostgresTable,
    RelationName, Table,
};
use crate::snapshot::{Snapshot, Warning};

use super::lookup::Lookup;
use super::{attributes, constraints, indexes, objects, rows};

/// Puts everything that was read into `snapshot`.
pub(super) fn assemble(rows: rows::Rows, dialect: &dyn Dialect, snapshot: &mut Snapshot) {
    let (rows, lookup) = (&rows, Lookup::new(&rows, dialect));
    let mut tables = Tables::default();
    let mut parents: HashMap<Oid, Vec<RelationName>> = HashMap::new();
    for row in &rows.parents {
        parents.entry(row.table_oid).or_default().push(relation(&row.schema, &row.name));
    }
    for row in &rows.tables {
        tables.add(row, parents.remove(&row.oid).unwrap_or_default(), &lookup, &mut snapshot.warnings);
    }
    let defaults: HashMap<_, _> = rows.defaults.iter().map(|row| ((row.table_oid, row.number), row)).collect();
    let sequences: HashMap<_, _> = rows.column_sequences.iter().map(|row| ((row.table_oid, row.number), row)).collect();
    for row in rows.columns.iter().filter(|row| row.is_local) {
        let key = (row.table_oid, row.number);
        if let Some(table) = tables.by_oid.get_mut(&row.table_oid) {
            let default = defaults.get(&key).map(|default| default.expr.as_str());
            table.columns.push(column(row, default, sequences.get(&key).copied(), &lookup));
        }
    }
    for row in &rows.constraints {
        if let Some(table) = tables.by_oid.get_mut(&row.table_oid) {
            constraints::add(row, &lookup, table, &mut snapshot.undecided);
        }
    }
    for row in rows.indexes.iter().filter(|index| !lookup.is_behind_constraint(index)) {
        match tables.by_oid.get_mut(&row.table_oid) {
            Some(table) => table.indexes.push(indexes::index(row, &lookup)),
            None => snapshot.database.opaque.extend(indexes::of_view(row, &lookup)),
        }
    }
    snapshot.database.uncaptured.extend(attributes::uncaptured(rows, &lookup, &tables.by_oid));
    snapshot.database.tables = tables.into_map();
    snapshot.database.schemas = rows.schemas.iter().map(|row| Name::exact(row.name.as_str())).collect();
    objects::add(rows, &lookup, dialect, &mut snapshot.database);
}

/// A name in a schema.
pub(super) fn relation(schema: &str, name: &str) -> RelationName {
    RelationName::new(Some(Name::exact(schema)), Name::exact(name))
}

/// `name=value` options, sorted, so that their order does not count.
pub(super) fn options(list: &[String]) -> Vec<(String, String)> {
    let split = |option: &String| match option.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (option.clone(), String::new()),
    };
    let mut options: Vec<_> = list.iter().map(split).collect();
    options.sort();
    options
}

/// The tables by the number that the catalog's rows share.
#[derive(Default)]
struct Tables {
    by_oid: HashMap<Oid, Table>,
}

impl Tables {
    fn add(&mut self, row: &rows::Table, parents: Vec<RelationName>, lookup: &Lookup<'_>, warnings: &mut Vec<Warning>) {
        let name = lookup.relation(row.schema_oid, &row.name);
        if row.is_foreign {
            warnings.push(Warning { message: format!("foreign table {name} is not compared"), help: None, at: None });
            return;
        }
        let mut parents = parents.into_iter();
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
        let mut table = Table::new(name, Extras::Postgres(extras));
        table.comment = Fact::Known(lookup.comment(row.oid));
        self.by_oid.insert(row.oid, table);
    }

    fn into_map(self) -> BTreeMap<RelationName, Table> {
        self.by_oid.into_values().map(|table| (table.name.clone(), table)).collect()
    }
}

fn column(
    row: &rows::Column,
    default: Option<&str>,
    sequence: Option<&rows::ColumnSequence>,
    lookup: &Lookup<'_>,
) -> Column {
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
    let options = sequence.map(|sequence| objects::SequenceValues::of_column(sequence).options()).unwrap_or_default();
    let mode = match row.identity.as_str() {
        "a" => IdentityMode::Always,
        "d" => IdentityMode::ByDefault,
        _ => return sequence.filter(|sequence| sequence.is_serial).map(|_| Generation::Serial(options)),
    };
    Some(Generation::Identity { mode, options })
}
