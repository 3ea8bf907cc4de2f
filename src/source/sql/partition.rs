//! What the parts of a partition become when they are a partitioned table's too. Its indexes and constraints are handed
//! down, and where a partition has one of the same definition by then, that one is taken for it; what a partition gets
//! afterwards stays its own. <https://www.postgresql.org/docs/current/ddl-partitioning.html>

use crate::model::{
    Column, ColumnOverride, ConstraintName, Extras, Fact, ForeignKey, Index, IndexTarget, Name, PrimaryKey,
    RelationName, Table, UniqueConstraint,
};

use super::reader::Reader;

/// A part that a partitioned table hands down.
#[derive(Clone)]
pub(super) enum Part {
    Index(Index),
    Unique(UniqueConstraint),
    ForeignKey(ForeignKey),
}

/// Everything that a partitioned table hands down, beside what a partition has by definition.
fn parts(table: &Table) -> Vec<Part> {
    let indexes = table.indexes.iter().cloned().map(Part::Index);
    let uniques = table.uniques.iter().cloned().map(Part::Unique);
    indexes.chain(uniques).chain(table.foreign_keys.iter().cloned().map(Part::ForeignKey)).collect()
}

/// How many parts a table has, to find those that come.
pub(super) fn count(reader: &Reader<'_>, table: &RelationName) -> [usize; 3] {
    let table = reader.database.tables.get(table);
    table.map_or([0; 3], |table| [table.indexes.len(), table.uniques.len(), table.foreign_keys.len()])
}

/// Hands down what has come since `before` to the partitions that are there.
pub(super) fn hand_down(reader: &mut Reader<'_>, table: &RelationName, before: [usize; 3]) {
    if count(reader, table) == before {
        return;
    }
    let Some(found) = reader.database.tables.get(table).filter(|table| is_partitioned(table)) else { return };
    let indexes = found.indexes.iter().skip(before[0]).cloned().map(Part::Index);
    let uniques = found.uniques.iter().skip(before[1]).cloned().map(Part::Unique);
    let keys = found.foreign_keys.iter().skip(before[2]).cloned().map(Part::ForeignKey);
    let new: Vec<Part> = indexes.chain(uniques).chain(keys).collect();
    for part in &new {
        for partition in partitions(reader, table) {
            take(reader, &partition, part);
        }
    }
}

/// Hands down everything that `parent` and its parents have to a table that has become its partition.
pub(super) fn attached(reader: &mut Reader<'_>, child: &RelationName, parent: &RelationName) {
    let Some(found) = reader.database.tables.get(parent) else { return };
    for part in parts(found) {
        take(reader, child, &part);
    }
    let Some(table) = reader.database.tables.get(child) else { return };
    let repeated = table.columns.iter().filter_map(|column| {
        Some(ColumnOverride::between(column, &reader.database.column_of_parents(table, &column.name)?))
    });
    let repeated: Vec<ColumnOverride> = repeated.collect();
    if let Some(table) = reader.database.tables.get_mut(child) {
        table.columns.retain(|column| !repeated.iter().any(|other| other.name == column.name));
        repeated.into_iter().for_each(|change| table.set_override(change));
    }
}

/// A partition becomes a table of its own: what it had from its parent stays with it, under names that the engine chose.
pub(super) fn detached(reader: &mut Reader<'_>, child: &RelationName) {
    let Some(table) = reader.database.tables.get(child) else { return };
    let Some(parent) = table.parents().next().and_then(|parent| reader.database.tables.get(parent)) else { return };
    let own = |names: &mut dyn Iterator<Item = &Name>| -> Vec<Column> {
        names.filter_map(|name| reader.database.inherited_column(table, name)).collect()
    };
    let columns = own(&mut parent.columns.iter().map(|column| &column.name));
    let mut parts = parts(parent);
    let (key, checks) = (parent.primary_key.clone(), parent.checks.clone());
    let Some(table) = reader.database.tables.get_mut(child) else { return };
    table.overrides.clear();
    let new: Vec<Column> = columns.into_iter().filter(|column| table.column(&column.name).is_none()).collect();
    table.columns.extend(new);
    table.primary_key = table.primary_key.take().or(key.map(|key| PrimaryKey { name: ConstraintName::None, ..key }));
    table.checks.extend(checks);
    for part in parts.drain(..) {
        match part {
            Part::Index(index) => {
                table.indexes.push(Index { name: Name::exact(""), name_is_implied: true, ..index });
            }
            Part::Unique(unique) => table.uniques.push(UniqueConstraint { name: ConstraintName::None, ..unique }),
            Part::ForeignKey(key) => table.foreign_keys.push(key),
        }
    }
}

/// `ALTER INDEX … ATTACH PARTITION name`: the index, or the constraint with it, is the parent's from now on.
pub(super) fn index_attached(reader: &mut Reader<'_>, name: &RelationName) {
    for table in reader.database.tables.values_mut().filter(|table| table.name.schema == name.schema) {
        table.indexes.retain(|index| index.name != name.name);
        table.uniques.retain(|unique| unique.name.name() != Some(&name.name));
        table.primary_key.take_if(|key| key.name.name() == Some(&name.name));
    }
}

fn is_partitioned(table: &Table) -> bool {
    match &table.extras {
        Extras::Postgres(extras) => extras.partition_by.is_some(),
        Extras::MySql(_) | Extras::Sqlite(_) => false,
    }
}

fn partitions(reader: &Reader<'_>, parent: &RelationName) -> Vec<RelationName> {
    let is_part = |table: &&Table| match &table.extras {
        Extras::Postgres(extras) => extras.partition_of.as_ref().is_some_and(|(name, _)| name == parent),
        Extras::MySql(_) | Extras::Sqlite(_) => false,
    };
    reader.database.tables.values().filter(is_part).map(|table| table.name.clone()).collect()
}

/// Takes one part of a partition for its parent's; where it has none, its own partitions may.
fn take(reader: &mut Reader<'_>, partition: &RelationName, part: &Part) {
    let Some(table) = reader.database.tables.get_mut(partition) else { return };
    let taken = match part {
        Part::Index(index) => remove_first(&mut table.indexes, |own| same_index(own, index)),
        Part::Unique(unique) => remove_first(&mut table.uniques, |own| {
            let shape = |unique: &UniqueConstraint| {
                (unique.columns.clone(), unique.include.clone(), unique.nulls_not_distinct, unique.deferrability)
            };
            shape(own) == shape(unique)
        }),
        Part::ForeignKey(key) => {
            remove_first(&mut table.foreign_keys, |own| *own == ForeignKey { name: own.name.clone(), ..key.clone() })
        }
    };
    if !taken {
        for below in partitions(reader, partition) {
            take(reader, &below, part);
        }
    }
}

/// `CompareIndexInfo` in index.c: the directions of keys do not count.
fn same_index(one: &Index, other: &Index) -> bool {
    let target = |target: &IndexTarget| match target {
        IndexTarget::Column(name) => Ok(name.clone()),
        IndexTarget::Expr(fact) => Err(fact.known().map(|expr| expr.text.clone())),
    };
    let keys = |index: &Index| -> Vec<_> {
        index.keys.iter().map(|key| (target(&key.target), key.collation.clone(), key.opclass.clone())).collect()
    };
    let method = |index: &Index| index.method.clone().unwrap_or_else(|| "btree".to_owned());
    let predicate = |index: &Index| match &index.predicate {
        Fact::Known(predicate) => Some(predicate.as_ref().map(|expr| expr.text.clone())),
        Fact::Unknown(_) => None,
    };
    let shape = |index: &Index| {
        (index.unique, index.nulls_not_distinct, method(index), keys(index), index.include.clone(), predicate(index))
    };
    shape(one) == shape(other)
}

fn remove_first<T>(list: &mut Vec<T>, is_meant: impl FnMut(&T) -> bool) -> bool {
    let at = list.iter().position(is_meant);
    if let Some(at) = at {
        list.remove(at);
    }
    at.is_some()
}
