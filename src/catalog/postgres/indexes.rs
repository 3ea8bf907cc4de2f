//! From rows to the model: indexes. Pure.

use crate::model::{Expr, Fact, Index, IndexKey, IndexKind, IndexTarget, Kind, Name, NullsOrder, OpaqueObject};

use super::assemble::{options, relation};
use super::rows;
use crate::catalog::text::without_parentheses;

/// Bits of `pg_index.indoption`: <https://www.postgresql.org/docs/current/catalog-pg-index.html>, `pg_index.h`.
const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

pub(super) fn index(row: &rows::Index) -> Index {
    Index {
        name: Name::exact(row.name.as_str()),
        name_is_implied: false,
        automatic: false,
        unique: row.is_unique,
        nulls_not_distinct: row.nulls_not_distinct,
        kind: IndexKind::Ordinary,
        method: (row.method != "btree").then(|| row.method.clone()),
        keys: keys(row),
        include: include(row),
        predicate: Fact::Known(row.predicate.as_deref().map(|text| Expr::new(without_parentheses(text)))),
        options: options(&row.options),
        invisible: false,
        valid: row.valid,
        comment: row.comment.clone(),
    }
}

/// The index of a materialized view: the model has no place for it inside a view, so it is listed, not compared.
pub(super) fn of_view(row: &rows::Index) -> Option<OpaqueObject> {
    row.of_view.then(|| OpaqueObject {
        kind: Kind::Index,
        name: relation(&row.table_schema, &row.name),
        table: Some(relation(&row.table_schema, &row.table_name)),
        definition: row.definition.clone(),
    })
}

/// The INCLUDE columns.
pub(super) fn include(row: &rows::Index) -> Vec<Name> {
    let columns = row.columns.iter().skip(key_count(row));
    columns.filter_map(|name| name.as_deref().map(Name::exact)).collect()
}

/// The keys with everything that stands beside them.
pub(super) fn keys(row: &rows::Index) -> Vec<IndexKey> {
    (0..key_count(row)).map(|at| key(row, at)).collect()
}

fn key_count(row: &rows::Index) -> usize {
    usize::try_from(row.key_count).unwrap_or(0)
}

fn key(row: &rows::Index, at: usize) -> IndexKey {
    let text = |list: &[Option<String>]| list.get(at).cloned().flatten();
    let target = match text(&row.columns) {
        Some(column) => IndexTarget::Column(Name::exact(column)),
        None => IndexTarget::Expr(match text(&row.definitions) {
            Some(definition) => Fact::Known(Expr::new(without_parentheses(&definition))),
            None => Fact::unknown("the catalog prints no expression"),
        }),
    };
    let bits = row.key_options.get(at).copied().unwrap_or(0);
    let descending = bits & DESCENDING != 0;
    let nulls = match (descending, bits & NULLS_FIRST != 0) {
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
        (false, false) | (true, true) => None,
    };
    IndexKey {
        target,
        descending,
        nulls,
        collation: text(&row.collations).map(Name::exact),
        opclass: text(&row.opclasses),
        prefix_length: None,
    }
}
