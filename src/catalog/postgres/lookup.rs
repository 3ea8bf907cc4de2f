//! What the numbers in the catalog's rows refer to. Pure.

use std::collections::HashMap;

use sqlx::postgres::types::Oid;

use crate::model::Name;

use super::rows;

/// The collation of a column that says no other: <https://www.postgresql.org/docs/current/collation.html>
const DEFAULT_COLLATION: Oid = Oid(100);

/// The rows that other rows refer to by number.
pub(super) struct Lookup<'a> {
    /// Sorted by their place.
    columns: &'a [rows::Column],
    collations: HashMap<Oid, &'a str>,
    opclasses: HashMap<Oid, &'a rows::OperatorClass>,
    opclass_options: HashMap<(Oid, i16), &'a str>,
    constraint_indexes: HashMap<Oid, &'a rows::Index>,
}

impl<'a> Lookup<'a> {
    /// The columns of `rows` have to be sorted by their place.
    pub(super) fn new(rows: &'a rows::Rows) -> Self {
        let constraint_indexes = rows.indexes.iter().filter(|row| row.of_constraint);
        let options = rows.opclass_options.iter();
        Lookup {
            columns: &rows.columns,
            collations: rows.collations.iter().map(|row| (row.oid, row.name.as_str())).collect(),
            opclasses: rows.opclasses.iter().map(|row| (row.oid, row)).collect(),
            opclass_options: options
                .filter_map(|row| Some(((row.index_oid, row.number), row.options.as_deref()?)))
                .collect(),
            constraint_indexes: constraint_indexes.map(|row| (row.oid, row)).collect(),
        }
    }

    /// A column by its number in its table.
    pub(super) fn column(&self, table: Oid, number: i16) -> Option<&'a rows::Column> {
        let at = self.columns.binary_search_by_key(&(table.0, number), rows::Column::place).ok()?;
        self.columns.get(at)
    }

    /// The names of a table's columns.
    pub(super) fn column_names(&self, table: Oid, numbers: &[i16]) -> Vec<Name> {
        let columns = numbers.iter().filter_map(|number| self.column(table, *number));
        columns.map(|column| Name::exact(column.name.as_str())).collect()
    }

    /// The collation that a column has beyond its type's.
    pub(super) fn collation_of(&self, column: &rows::Column) -> Option<Name> {
        column.is_collated.then(|| self.collation(column.collation_oid)).flatten()
    }

    fn collation(&self, oid: Oid) -> Option<Name> {
        self.collations.get(&oid).copied().map(Name::exact)
    }

    /// The collation of an index's key, where it is not what stands in the key implies.
    pub(super) fn key_collation(&self, index: &rows::Index, at: usize) -> Option<Name> {
        let oid = *index.collations.get(at)?;
        let is_implied = match self.column(index.table_oid, *index.columns.get(at)?) {
            Some(column) => oid == column.collation_oid,
            None => oid == DEFAULT_COLLATION || index.collations_of_columns.iter().flatten().any(|each| *each == oid),
        };
        if is_implied { None } else { self.collation(oid) }
    }

    /// The operator class of an index's key with its parameters, where it is not the type's own.
    pub(super) fn opclass(&self, index: &rows::Index, at: usize) -> Option<String> {
        let class = self.opclasses.get(index.opclasses.get(at)?)?;
        let number = i16::try_from(at + 1).ok()?;
        match self.opclass_options.get(&(index.oid, number)) {
            Some(options) => Some(format!("{}({options})", class.name)),
            None => (!class.is_default).then(|| class.name.clone()),
        }
    }

    /// The index behind a constraint.
    pub(super) fn index_of(&self, constraint: &rows::Constraint) -> Option<&'a rows::Index> {
        self.constraint_indexes.get(&constraint.index_oid).copied()
    }
}
