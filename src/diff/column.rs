//! Columns.

use crate::model::{
    Attribute, Column, DataType, Expr, Fact, Generated, Kind, Name, ObjectPath, Reason, Table, TypeKind,
};

use super::walk::Walk;
use super::{Change, Code, ExprContext, ExprRole, Pair, Severity, TableIn, Verdict, What, describe, expression};

/// Compares the columns of a table; true where they stand in an order that the engine cannot mend. `own` are the tables
/// without the columns that they have from others, which stand in no order of theirs.
pub(super) fn walk(
    walk: &mut Walk<'_>,
    table_paths: &Pair<ObjectPath>,
    tables: Pair<&Table>,
    own: Pair<&Table>,
) -> bool {
    for declared in &tables.to.columns {
        let path = ObjectPath::of_table(Kind::Column, &tables.to.name, declared.name.clone());
        match tables.from.column(&declared.name) {
            Some(live) => both(walk, &Pair::new(path.clone(), path), tables, Pair::new(live, declared)),
            None => {
                walk.missing(path.clone(), Some(describe::column(declared)), Severity::Error);
                for (attribute, reason) in unknown(declared) {
                    walk.undecided(path.clone(), crate::model::Facet::attribute(Kind::Column, attribute), reason);
                }
            }
        }
    }
    for live in tables.from.columns.iter().filter(|live| tables.to.column(&live.name).is_none()) {
        let path = ObjectPath::of_table(Kind::Column, &tables.from.name, live.name.clone());
        walk.extra(path, Some(describe::column(live)), severity_of_extra(live));
    }
    order(walk, table_paths, own)
}

/// The facts about a column that could not be computed.
pub(super) fn unknown(column: &Column) -> Vec<(Attribute, Reason)> {
    let reasons = [
        (Attribute::Type, column.ty.reason()),
        (Attribute::Nullable, column.nullable.reason()),
        (Attribute::Default, column.default.reason()),
        (Attribute::Identity, column.generation.reason()),
        (Attribute::Generated, column.generated.reason()),
        (Attribute::Comment, column.comment.reason()),
    ];
    reasons.into_iter().filter_map(|(attribute, reason)| Some((attribute, reason?.clone()))).collect()
}

/// A column that the code does not know breaks its INSERTs if it must have a value and has no default.
fn severity_of_extra(column: &Column) -> Severity {
    let must_be_given = column.nullable.known() == Some(&false)
        && matches!(column.default, Fact::Known(None))
        && matches!(column.generation, Fact::Known(None))
        && matches!(column.generated, Fact::Known(None));
    if must_be_given { Severity::Error } else { Severity::Warning }
}

fn both(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, tables: Pair<&Table>, columns: Pair<&Column>) {
    let types = walk.known(&paths.to, Attribute::Type, columns.map(|column| &column.ty));
    if let Some(types) = types {
        let verdict = walk.compare.types(types);
        let shown = || types.map(|ty| Some(ty.written.clone()));
        match verdict {
            // The code writes a value that the column refuses.
            Verdict::Differs if lacks_values(types) => walk.graver(paths, Attribute::Type, Severity::Error, shown),
            verdict => walk.attribute(paths, Attribute::Type, verdict, shown),
        }
    }
    if let Some(nullable) = walk.known(&paths.to, Attribute::Nullable, columns.map(|column| &column.nullable)) {
        let shown = |nullable: &bool| Some(if *nullable { "NULL" } else { "NOT NULL" }.to_owned());
        walk.plain(paths, Attribute::Nullable, nullable, shown);
    }
    let context = |role| ExprContext {
        role,
        databases: walk.snapshots.map(|snapshot| &snapshot.database),
        tables: Some(tables),
        result: types,
    };
    let (default, on_update, generated) =
        (context(ExprRole::Default), context(ExprRole::OnUpdate), context(ExprRole::Generated));
    if let Some(defaults) = walk.known(&paths.to, Attribute::Default, columns.map(|column| &column.default)) {
        optional(walk, paths, Attribute::Default, defaults.map(Option::as_ref), default);
    }
    optional(walk, paths, Attribute::OnUpdate, columns.map(|column| column.on_update.as_ref()), on_update);
    if let Some(sides) = walk.known(&paths.to, Attribute::Generated, columns.map(|column| &column.generated)) {
        generated_columns(walk, paths, sides.map(Option::as_ref), generated);
    }
    if let Some(sides) = walk.known(&paths.to, Attribute::Identity, columns.map(|column| &column.generation)) {
        walk.plain(paths, Attribute::Identity, sides, |side| side.as_ref().map(describe::generation));
    }
    if let Some(comments) = walk.known(&paths.to, Attribute::Comment, columns.map(|column| &column.comment)) {
        walk.plain(paths, Attribute::Comment, comments, Option::clone);
    }
    let databases = walk.snapshots.map(|snapshot| &snapshot.database);
    let places = databases.zip(tables).map(|(database, table)| TableIn { database, table });
    let collations = walk.compare.collations(columns, places);
    let nobody_names_one = Pair::new(false, false);
    let compares_inherited = walk.compares_attribute(Kind::Column, Attribute::Collation, nobody_names_one);
    let compare = walk.compare;
    walk.attribute(paths, Attribute::Collation, collations, || {
        let named = columns.map(collation);
        match named.as_ref().map(Option::is_none) == Pair::new(true, true) && compares_inherited {
            true => places.map(|place| compare.inherited_collation(place)),
            false => named,
        }
    });
    walk.plain(paths, Attribute::Options, columns.map(Column::changeable_options), |options| {
        describe::options(&options)
    });
    walk.plain(paths, Attribute::Visible, columns.map(|column| column.invisible), |invisible| {
        Some(if invisible { "INVISIBLE" } else { "VISIBLE" }.to_owned())
    });
}

/// Whether an ENUM or SET lacks a value that is declared.
fn lacks_values(types: Pair<&DataType>) -> bool {
    match (&types.from.kind, &types.to.kind) {
        (TypeKind::Values { values: live, .. }, TypeKind::Values { values: declared, .. }) => {
            declared.iter().any(|value| !live.contains(value))
        }
        (
            TypeKind::Values { .. } | TypeKind::Builtin { .. } | TypeKind::Array(_) | TypeKind::User { .. },
            TypeKind::Values { .. } | TypeKind::Builtin { .. } | TypeKind::Array(_) | TypeKind::User { .. },
        ) => false,
    }
}

fn optional(
    walk: &mut Walk<'_>,
    paths: &Pair<ObjectPath>,
    attribute: Attribute,
    exprs: Pair<Option<&Expr>>,
    context: ExprContext<'_>,
) {
    let verdict = expression::optional(walk.compare, exprs, context);
    walk.attribute(paths, attribute, verdict, || exprs.map(expression::shown));
}

fn generated_columns(
    walk: &mut Walk<'_>,
    paths: &Pair<ObjectPath>,
    sides: Pair<Option<&Generated>>,
    context: ExprContext<'_>,
) {
    let verdict = match sides.both() {
        Some(both) if both.map(|side| side.storage).is_same() => {
            expression::verdict(walk.compare, both.map(|side| &side.expr), context)
        }
        Some(_) => Verdict::Differs,
        None => sides.map(|side| side.is_none()).is_same().into(),
    };
    let shown = |side: &Generated| format!("({}) {}", side.expr, describe::storage(side.storage));
    walk.attribute(paths, Attribute::Generated, verdict, || sides.map(|side| side.map(shown)));
}

fn collation(column: &Column) -> Option<String> {
    column.collation.as_ref().or(column.charset.as_ref()).map(Name::to_string)
}

/// Compares the order of the columns that both sides have.
fn order(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, tables: Pair<&Table>) -> bool {
    let common = |table: &Table, other: &Table| {
        let shared = table.columns.iter().filter(|column| other.column(&column.name).is_some());
        shared.map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    let orders = Pair::new(common(tables.from, tables.to), common(tables.to, tables.from));
    if orders.is_same() || !walk.compares_attribute(Kind::Column, Attribute::Order, Pair::new(true, true)) {
        return false;
    }
    if !walk.compare.orders_columns() {
        return true;
    }
    walk.change(Change {
        code: Code { kind: Kind::Column, what: What::Differs(Attribute::Order) },
        paths: paths.clone().map(Some),
        values: orders.map(|names| Some(describe::names(&names))),
        severity: Severity::Info,
    });
    false
}
