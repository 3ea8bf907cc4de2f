//! From rows to the model: primary keys, indexes and foreign keys, whose rows come one for each column. Pure.

use std::collections::HashMap;

use crate::model::{
    ConstraintName, Deferrability, Expr, Extras, Fact, ForeignKey, Index, IndexKey, IndexKind, MatchType, PrimaryKey,
    ReferentialAction, RelationName, Table,
};

use super::rows;
use super::scene::Scene;
use super::show_create::Details;

/// Adds the primary keys and indexes. A UNIQUE constraint is a unique index here: the catalog cannot tell them apart.
pub(super) fn add_indexes(
    rows: &[rows::Index],
    details: &HashMap<String, Details>,
    scene: &Scene<'_>,
    tables: &mut HashMap<String, Table>,
) {
    let same = |a: &rows::Index, b: &rows::Index| a.table_name == b.table_name && a.name == b.name;
    for group in rows.chunk_by(same) {
        let [first, ..] = group else { continue };
        let Some(table) = tables.get_mut(&first.table_name) else { continue };
        if first.name == "PRIMARY" {
            table.primary_key = Some(primary_key(group, scene));
        } else {
            let mut index = index(first, group, scene, table);
            let parser = details.get(&first.table_name).and_then(|table| table.parsers.get(&first.name));
            index.options.extend(parser.map(|parser| ("parser".to_owned(), parser.clone())));
            table.indexes.push(index);
        }
    }
}

fn primary_key(group: &[rows::Index], scene: &Scene<'_>) -> PrimaryKey {
    let lengths: Vec<_> = group.iter().map(prefix_length).collect();
    let columns = |rows: &mut dyn Iterator<Item = &rows::Index>| {
        rows.filter_map(|row| row.column_name.as_deref()).map(|name| scene.name(name)).collect()
    };
    PrimaryKey {
        prefix_lengths: if lengths.iter().any(Option::is_some) { lengths } else { Vec::new() },
        descending: columns(&mut group.iter().filter(|row| row.descending != 0)),
        comment: group.iter().find_map(|row| row.comment.clone()).filter(|comment| !comment.is_empty()),
        // The engine calls every primary key PRIMARY, whatever the declaration says.
        ..PrimaryKey::new(ConstraintName::None, columns(&mut group.iter()))
    }
}

fn prefix_length(row: &rows::Index) -> Option<u32> {
    row.prefix_length.and_then(|length| u32::try_from(length).ok())
}

fn index(first: &rows::Index, group: &[rows::Index], scene: &Scene<'_>, table: &Table) -> Index {
    let kind = match first.kind.as_str() {
        "FULLTEXT" => IndexKind::Fulltext,
        "SPATIAL" => IndexKind::Spatial,
        _ => IndexKind::Ordinary,
    };
    let mut index = Index::on_columns(scene.name(&first.name), []);
    index.unique = first.non_unique == 0;
    index.kind = kind;
    index.method = method(first, table);
    index.keys = group.iter().map(|row| key(row, kind, scene)).collect();
    index.invisible = first.invisible != 0;
    index.comment = first.comment.clone().filter(|comment| !comment.is_empty());
    index
}

fn key(row: &rows::Index, kind: IndexKind, scene: &Scene<'_>) -> IndexKey {
    let mut key = match (&row.column_name, &row.expression) {
        (Some(column), _) => IndexKey::column(scene.name(column)),
        (None, Some(expression)) => IndexKey::expr(Expr::new(scene.unescaped(expression))),
        (None, None) => IndexKey::expr(Fact::unknown("the catalog prints no expression")),
    };
    key.descending = row.descending != 0;
    // A spatial index reports the length of the bounding box that it stores.
    if kind != IndexKind::Spatial {
        key.prefix_length = prefix_length(row);
    }
    key
}

/// The access method where it was chosen: only MEMORY tables have a choice, and theirs is HASH by default. Elsewhere
/// the server takes what it has, such as a hash for a unique index on whole texts
/// (<https://dev.mysql.com/doc/refman/8.0/en/create-index.html>, "Index Types Per Storage Engine").
fn method(first: &rows::Index, table: &Table) -> Option<String> {
    let has_choice = match &table.extras {
        Extras::MySql(extras) => extras.engine.as_deref() == Some("MEMORY"),
        Extras::Postgres(_) | Extras::Sqlite(_) => false,
    };
    (has_choice && first.kind == "BTREE").then(|| "btree".to_owned())
}

/// Adds the foreign keys.
pub(super) fn add_foreign_keys(rows: &rows::Rows, scene: &Scene<'_>, tables: &mut HashMap<String, Table>) {
    let same = |a: &rows::ForeignKey, b: &rows::ForeignKey| a.table_name == b.table_name && a.name == b.name;
    let actions = rows.actions.iter().map(|row| ((row.table_name.as_str(), row.name.as_str()), row));
    let actions: HashMap<_, _> = actions.collect();
    for group in rows.foreign_keys.chunk_by(same) {
        let [first, ..] = group else { continue };
        let Some(table) = tables.get_mut(&first.table_name) else { continue };
        let actions = actions.get(&(first.table_name.as_str(), first.name.as_str()));
        let schema = first.referenced_schema.as_deref().map(|schema| scene.dialect.relation_name(schema, true));
        table.foreign_keys.push(ForeignKey {
            name: ConstraintName::Explicit(scene.name(&first.name)),
            columns: group.iter().map(|row| scene.name(&row.column_name)).collect(),
            references: RelationName::new(schema, scene.dialect.relation_name(&first.referenced_table, true)),
            referenced_columns: group.iter().map(|row| scene.name(&row.referenced_column)).collect(),
            period: false,
            on_delete: action(actions.map(|row| row.on_delete.as_str())),
            on_delete_columns: Vec::new(),
            on_update: action(actions.map(|row| row.on_update.as_str())),
            match_type: MatchType::Simple,
            deferrability: Deferrability::NotDeferrable,
            validated: true,
            enforced: true,
        });
    }
}

/// RESTRICT and NO ACTION are one thing on these engines. A rule that was hidden is taken from the CREATE statement
/// afterwards.
fn action(rule: Option<&str>) -> ReferentialAction {
    match rule {
        Some("CASCADE") => ReferentialAction::Cascade,
        Some("SET NULL") => ReferentialAction::SetNull,
        Some("SET DEFAULT") => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
