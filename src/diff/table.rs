//! Tables: their own attributes, and the walk over what belongs to them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::{
    Attribute, Column, Database, Extras, Facet, Fact, Kind, Name, ObjectPath, Reason, RelationName, Table,
};
use crate::snapshot::Coverage;

use super::walk::Walk;
use super::{
    NotCompared, Pair, Severity, TableIn, Verdict, check, column, exclusion, expression, foreign_key, index,
    primary_key, unique,
};

pub(super) fn walk(walk: &mut Walk<'_>) {
    let maps = walk.snapshots.map(|snapshot| &snapshot.database.tables);
    let reordered = AtomicUsize::new(0);
    let partitions: Mutex<BTreeMap<RelationName, Vec<ObjectPath>>> = Mutex::default();
    walk.relations(
        Kind::Table,
        maps,
        |walk, paths, tables| {
            reordered.fetch_add(usize::from(both(walk, &paths, tables)), Ordering::Relaxed);
        },
        |walk, path, sides| {
            if let Some(declared) = sides.to {
                walk.missing(path, Some(described(declared)), Severity::Error);
                unknown_facts(walk, declared);
            } else if let Some(live) = sides.from {
                match known_root(live, maps) {
                    Some(root) if matches!(walk.snapshots.to.scope.of(Kind::Table), Coverage::Complete) => {
                        let mut partitions = partitions.lock().unwrap_or_else(PoisonError::into_inner);
                        partitions.entry(root.clone()).or_default().push(path);
                    }
                    Some(_) => {}
                    None => walk.extra(path, Some(described(live)), Severity::Warning),
                }
            }
        },
    );
    for (root, mut paths) in partitions.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let is_default = root.schema == walk.snapshots.to.default_schema;
        let root = if is_default { root.name.to_string() } else { root.to_string() };
        let reason = format!(
            "partition of {root} that is not declared: partitions come and go with the data, so it is no drift and \
             never dropped"
        );
        paths.sort();
        let (kind, count, reason) = (Kind::Table, paths.len(), Reason::new(reason));
        walk.leave_out(NotCompared { kind, count, objects: paths, declared: Vec::new(), reason });
    }
    let reordered = reordered.into_inner();
    if reordered > 0 {
        let reason =
            format!("columns stand in another order in {reordered} of the tables; this engine cannot move them");
        let reason = Reason::new(reason);
        let (objects, declared) = (Vec::new(), Vec::new());
        walk.leave_out(NotCompared { kind: Kind::Column, count: reordered, objects, declared, reason });
    }
}

/// Compares a table; true where its columns stand in an order that cannot be mended.
fn both(walk: &mut Walk<'_>, paths: &Pair<ObjectPath>, tables: Pair<&Table>) -> bool {
    let comments = tables.map(|table| &table.comment);
    if let Some(comments) = comments.map(Fact::known).both() {
        walk.plain(paths, Attribute::Comment, comments, Option::clone);
    } else if let Some(reason) = comments.map(Fact::reason).either() {
        let reason = reason.clone();
        walk.undecided(paths.to.clone(), Facet::attribute(Kind::Table, Attribute::Comment), reason);
    }
    let databases = walk.snapshots.map(|snapshot| &snapshot.database);
    let places = databases.zip(tables).map(|(database, table)| TableIn { database, table });
    for (attribute, values) in walk.compare.extras(places) {
        walk.attribute(paths, attribute, Verdict::Differs, || values);
    }
    let compare = walk.compare;
    if let Some((verdict, values)) =
        compare.partitioning(places, &|exprs, context| expression::verdict(compare, exprs, context))
    {
        walk.attribute(paths, Attribute::Partition, verdict, || values);
    }
    let alone = databases.zip(tables);
    let columns = Pair::new(with_inherited(alone.from, alone.to), with_inherited(alone.to, alone.from));
    let reordered = column::walk(walk, paths, columns.as_ref().map(Cow::as_ref), tables);
    primary_key::walk(walk, tables);
    unique::walk(walk, tables);
    foreign_key::walk(walk, tables);
    check::walk(walk, tables);
    exclusion::walk(walk, tables);
    index::walk(walk, tables);
    reordered
}

/// Counts what cannot be known about a table that has to be created.
fn unknown_facts(walk: &mut Walk<'_>, table: &Table) {
    for column in &table.columns {
        let path = ObjectPath::of_table(Kind::Column, &table.name, column.name.clone());
        for (attribute, reason) in column::unknown(column) {
            walk.undecided(path.clone(), Facet::attribute(Kind::Column, attribute), reason);
        }
    }
}

/// The table that both sides know and of which a live table is a partition, perhaps of a partition: partitions are made as
/// data comes.
fn known_root<'a>(table: &'a Table, maps: Pair<&'a BTreeMap<RelationName, Table>>) -> Option<&'a RelationName> {
    let mut parent = partitioned_table(table)?;
    // A chain of partitions is as long as its levels; the bound keeps a circle from going on.
    for _level in 0..16 {
        if maps.to.contains_key(parent) {
            return Some(parent);
        }
        parent = partitioned_table(maps.from.get(parent)?)?;
    }
    None
}

/// The table that this one is a partition of.
fn partitioned_table(table: &Table) -> Option<&RelationName> {
    match &table.extras {
        Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    }
}

/// A table with those columns of its parents in which it, or the table on the other side, has something otherwise, or which
/// the other side has for itself, as one that is attached or detached.
fn with_inherited<'a>(own: (&'a Database, &'a Table), other: (&Database, &Table)) -> Cow<'a, Table> {
    let (database, table) = own;
    if table.parents().next().is_none() {
        return Cow::Borrowed(table);
    }
    let changed = table.overrides.iter().chain(&other.1.overrides).map(|change| &change.name);
    let names: BTreeSet<&Name> = changed.chain(other.1.columns.iter().map(|column| &column.name)).collect();
    let names = names.into_iter().filter(|name| table.column(name).is_none());
    let on_both = names.filter(|name| other.0.column_of(other.1, name).is_some());
    let inherited: Vec<Column> = on_both.filter_map(|name| database.inherited_column(table, name)).collect();
    if inherited.is_empty() {
        return Cow::Borrowed(table);
    }
    let mut table = table.clone();
    table.columns.extend(inherited);
    Cow::Owned(table)
}

/// What a table is, in short: one that has its columns from another is known by that.
fn described(table: &Table) -> String {
    match &table.extras {
        Extras::Postgres(extras) => match (&extras.partition_of, extras.inherits.first()) {
            (Some((parent, _)), _) => format!("partition of {parent}"),
            (None, Some(parent)) if table.columns.is_empty() => format!("table with the columns of {parent}"),
            (None, _) => counted(table),
        },
        Extras::MySql(_) | Extras::Sqlite(_) => counted(table),
    }
}

fn counted(table: &Table) -> String {
    match table.columns.len() {
        1 => "table with 1 column".to_owned(),
        count => format!("table with {count} columns"),
    }
}
