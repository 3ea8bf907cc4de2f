//! From rows to the model: indexes. Pure.

use crate::model::{Expr, Fact, Index, IndexKey, IndexKind, IndexTarget, Kind, Name, NullsOrder, OpaqueObject};
use crate::sql::without_parentheses;

use super::lookup::{Lookup, options};
use super::rows;

/// Bits of `pg_index.indoption`: <https://www.postgresql.org/docs/current/catalog-pg-index.html>, `pg_index.h`.
const DESCENDING: i16 = 1;
const NULLS_FIRST: i16 = 2;

pub(super) fn index(row: &rows::Index, lookup: &Lookup<'_>) -> Index {
    Index {
        name: Name::exact(row.name.as_str()),
        name_is_implied: false,
        automatic: false,
        unique: row.is_unique,
        nulls_not_distinct: row.nulls_not_distinct,
        kind: IndexKind::Ordinary,
        method: Some(lookup.method(row)).filter(|method| *method != "btree").map(str::to_owned),
        keys: keys(row, lookup),
        include: include(row, lookup),
        predicate: Fact::Known(row.predicate.as_deref().map(|text| Expr::new(without_parentheses(text)))),
        options: options(row.options.as_deref().unwrap_or_default()),
        invisible: false,
        valid: row.valid,
        comment: lookup.comment(row.oid),
    }
}

/// The index of a materialized view: the model has no place for it inside a view, so it is listed, not compared.
pub(super) fn of_view(row: &rows::Index, lookup: &Lookup<'_>) -> Option<OpaqueObject> {
    let (schema, view) = (row.view_schema_oid?, row.view_name.as_deref()?);
    Some(OpaqueObject {
        kind: Kind::Index,
        name: lookup.relation(schema, &row.name),
        table: Some(lookup.relation(schema, view)),
        definition: row.definition.clone(),
    })
}

/// The INCLUDE columns.
pub(super) fn include(row: &rows::Index, lookup: &Lookup<'_>) -> Vec<Name> {
    lookup.column_names(row.table_oid, row.columns.0.get(key_count(row)..).unwrap_or_default())
}

/// The keys with everything that stands beside them.
pub(super) fn keys(row: &rows::Index, lookup: &Lookup<'_>) -> Vec<IndexKey> {
    (0..key_count(row)).map(|at| key(row, at, lookup)).collect()
}

fn key_count(row: &rows::Index) -> usize {
    usize::try_from(row.key_count).unwrap_or(0)
}

fn key(row: &rows::Index, at: usize, lookup: &Lookup<'_>) -> IndexKey {
    let column = row.columns.0.get(at).and_then(|number| lookup.column(row.table_oid, *number));
    let target = match column {
        Some(column) => IndexTarget::Column(Name::exact(column.name.as_str())),
        None => IndexTarget::Expr(match row.definitions.as_ref().and_then(|texts| texts.get(at)?.as_deref()) {
            Some(definition) => Fact::Known(Expr::new(without_parentheses(definition))),
            None => Fact::unknown("the catalog prints no expression"),
        }),
    };
    let bits = row.key_options.0.get(at).copied().unwrap_or(0);
    let descending = bits & DESCENDING != 0;
    let nulls = match (descending, bits & NULLS_FIRST != 0) {
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
        (false, false) | (true, true) => None,
    };
    let (opclass, implied_opclass) = lookup.opclass(row, at);
    IndexKey {
        target,
        descending,
        nulls,
        collation: lookup.key_collation(row, at),
        opclass,
        implied_opclass,
        prefix_length: None,
    }
}
