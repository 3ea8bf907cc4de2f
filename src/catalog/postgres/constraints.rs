//! From rows to the model: constraints. Pure.

use crate::model::{
    CheckConstraint, ConstraintName, Deferrability, ExclusionConstraint, ExclusionElement, Expr, Fact, ForeignKey,
    MatchType, Name, PrimaryKey, ReferentialAction, Table, UniqueConstraint,
};
use crate::sql::without_parentheses;

use super::lookup::{Lookup, relation};
use super::values::Code;
use super::{indexes, rows};

pub(super) fn add(row: &rows::Constraint, lookup: &Lookup<'_>, table: &mut Table) {
    let columns = lookup.column_names(row.table_oid, row.columns.as_deref().unwrap_or_default());
    let index = lookup.index_of(row);
    let include = index.map(|index| indexes::include(index, lookup)).unwrap_or_default();
    let name = ConstraintName::Explicit(Name::exact(row.name.as_str()));
    match row.kind.0 {
        'p' => {
            table.primary_key = Some(PrimaryKey {
                without_overlaps: row.temporal,
                include,
                deferrability: deferrability(row),
                ..PrimaryKey::new(name, columns)
            });
        }
        'u' => {
            let nulls_not_distinct = index.is_some_and(|index| index.nulls_not_distinct);
            table.uniques.push(UniqueConstraint {
                name,
                columns,
                without_overlaps: row.temporal,
                include,
                nulls_not_distinct,
                deferrability: deferrability(row),
            });
        }
        'f' => {
            table.foreign_keys.push(foreign_key(row, name, columns, lookup));
        }
        'x' => {
            table.exclusions.extend(index.map(|index| exclusion(row, name, index, lookup)));
        }
        _ => {
            table.checks.push(check(row, name));
        }
    }
}

fn deferrability(row: &rows::Constraint) -> Deferrability {
    match (row.deferrable, row.deferred) {
        (false, _) => Deferrability::NotDeferrable,
        (true, false) => Deferrability::InitiallyImmediate,
        (true, true) => Deferrability::InitiallyDeferred,
    }
}

/// What is not enforced is listed as not validated too.
fn validated(row: &rows::Constraint) -> bool {
    row.validated || !row.enforced
}

fn foreign_key(row: &rows::Constraint, name: ConstraintName, columns: Vec<Name>, lookup: &Lookup<'_>) -> ForeignKey {
    let schema = row.referenced_schema.as_deref().unwrap_or_default();
    let table = row.referenced_table.as_deref().unwrap_or_default();
    ForeignKey {
        name,
        columns,
        references: relation(schema, table),
        referenced_columns: match &row.outside_columns {
            Some(names) => names.iter().map(|name| Name::exact(name.as_str())).collect(),
            None => lookup.column_names(row.referenced_oid, row.referenced_columns.as_deref().unwrap_or_default()),
        },
        period: row.temporal,
        on_delete: action(row.on_delete),
        on_delete_columns: lookup.column_names(row.table_oid, row.on_delete_columns.as_deref().unwrap_or_default()),
        on_update: action(row.on_update),
        match_type: match row.match_type.0 {
            'f' => MatchType::Full,
            'p' => MatchType::Partial,
            _ => MatchType::Simple,
        },
        deferrability: deferrability(row),
        validated: validated(row),
        enforced: row.enforced,
    }
}

/// `confupdtype` and `confdeltype` of <https://www.postgresql.org/docs/current/catalog-pg-constraint.html>.
fn action(code: Code) -> ReferentialAction {
    match code.0 {
        'r' => ReferentialAction::Restrict,
        'c' => ReferentialAction::Cascade,
        'n' => ReferentialAction::SetNull,
        'd' => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn check(row: &rows::Constraint, name: ConstraintName) -> CheckConstraint {
    let expr = match &row.expr {
        Some(text) => Fact::Known(Expr::new(without_parentheses(text))),
        None => Fact::unknown("the catalog prints no condition"),
    };
    CheckConstraint {
        no_inherit: row.no_inherit,
        validated: validated(row),
        enforced: row.enforced,
        ..CheckConstraint::new(name, expr)
    }
}

fn exclusion(
    row: &rows::Constraint,
    name: ConstraintName,
    index: &rows::Index,
    lookup: &Lookup<'_>,
) -> ExclusionConstraint {
    let operators = row.operators.as_deref().unwrap_or_default();
    let keys = indexes::keys(index, lookup).into_iter().zip(operators);
    ExclusionConstraint {
        name,
        method: lookup.method(index).to_owned(),
        elements: keys.map(|(key, operator)| ExclusionElement { key, operator: operator.clone() }).collect(),
        predicate: index.predicate.as_deref().map(|text| Expr::new(without_parentheses(text))),
        deferrability: deferrability(row),
    }
}
