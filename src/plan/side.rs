//! One side's schema, with what the words of an SQL text may mean in it: a large schema is looked through once, not once
//! for each expression.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Column, Database, Extras, Kind, Name, RelationName};

use super::build::is_type;
use super::resource::{Resource, serial_sequence};
use super::words::Words;

/// A schema before or after everything.
pub(super) struct Side<'a> {
    pub(super) database: &'a Database,
    /// What has a name, by that name in small letters.
    named: OnceCell<HashMap<String, Vec<Resource>>>,
    /// The tables whose foreign keys refer to a table.
    referring: OnceCell<BTreeMap<&'a RelationName, Vec<&'a RelationName>>>,
    /// The partitions and heirs of a table, without theirs; for each whether it is a partition.
    heirs: OnceCell<BTreeMap<&'a RelationName, Vec<(&'a RelationName, bool)>>>,
}

impl<'a> Side<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Side { database, named: OnceCell::new(), referring: OnceCell::new(), heirs: OnceCell::new() }
    }

    /// The tables, views, sequences and types that an SQL text mentions, and the sequences behind serial columns.
    pub(super) fn mentioned<'s>(&'s self, words: &'s Words) -> impl Iterator<Item = &'s Resource> {
        let named = self.named.get_or_init(|| named(self.database));
        words.iter().filter_map(|word| named.get(word)).flatten()
    }

    /// The types that a column's type may mean.
    pub(super) fn types(&self, name: &RelationName) -> Vec<Resource> {
        let named = self.named.get_or_init(|| named(self.database));
        let of_name = named.get(&name.name.as_str().to_lowercase()).into_iter().flatten();
        let is_meant = |resource: &&Resource| match resource {
            Resource::Type(ty) => is_type(name, ty),
            _ => false,
        };
        of_name.filter(is_meant).cloned().collect()
    }

    /// The tables whose foreign keys refer to `name`.
    pub(super) fn referring(&self, name: &RelationName) -> &[&'a RelationName] {
        let all = self.referring.get_or_init(|| {
            let mut all: BTreeMap<&RelationName, Vec<&RelationName>> = BTreeMap::new();
            for table in self.database.tables.values() {
                for key in &table.foreign_keys {
                    all.entry(&key.references).or_default().push(&table.name);
                }
            }
            all
        });
        all.get(name).map_or(&[], Vec::as_slice)
    }

    /// The partitions of a table, and theirs, down to the last.
    pub(super) fn partitions(&self, name: &RelationName) -> Vec<&'a RelationName> {
        self.below(name, true)
    }

    /// The tables that have the columns of a table from it: partitions and heirs, and theirs, down to the last.
    pub(super) fn heirs(&self, name: &RelationName) -> Vec<&'a RelationName> {
        self.below(name, false)
    }

    fn below(&self, name: &RelationName, partitions_alone: bool) -> Vec<&'a RelationName> {
        let all = self.heirs.get_or_init(|| {
            let mut all: BTreeMap<&RelationName, Vec<(&RelationName, bool)>> = BTreeMap::new();
            for table in self.database.tables.values() {
                let partition = parent_of(&table.extras).map(|parent| (parent, true));
                let parents = partition.into_iter().chain(inherits(&table.extras).iter().map(|parent| (parent, false)));
                for (parent, is_partition) in parents {
                    all.entry(parent).or_default().push((&table.name, is_partition));
                }
            }
            all
        });
        let (mut found, mut seen) = (Vec::new(), BTreeSet::from([name]));
        let mut open = vec![name];
        while let Some(parent) = open.pop() {
            for (heir, is_partition) in all.get(parent).into_iter().flatten() {
                if (*is_partition || !partitions_alone) && seen.insert(*heir) {
                    found.push(*heir);
                    open.push(*heir);
                }
            }
        }
        found
    }

    /// The columns of a table, with those that it has from its parents and theirs.
    pub(super) fn columns(&self, name: &RelationName) -> Vec<&'a Column> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let Some(table) = self.database.tables.get(name).filter(|table| seen.insert(&table.name)) else { continue };
            found.extend(&table.columns);
            open.extend(parent_of(&table.extras).into_iter().chain(inherits(&table.extras)));
        }
        found
    }
}

/// The table that this one is a partition of.
pub(super) fn parent_of(extras: &Extras) -> Option<&RelationName> {
    match extras {
        Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    }
}

/// The tables that this one inherits from.
pub(super) fn inherits(extras: &Extras) -> &[RelationName] {
    match extras {
        Extras::Postgres(extras) => &extras.inherits,
        Extras::MySql(_) | Extras::Sqlite(_) => &[],
    }
}

fn named(database: &Database) -> HashMap<String, Vec<Resource>> {
    let mut all: HashMap<String, Vec<Resource>> = HashMap::new();
    let mut add = |name: &Name, resource| all.entry(name.as_str().to_lowercase()).or_default().push(resource);
    let relations = database.tables.keys().chain(database.views.keys()).chain(database.sequences.keys());
    relations.for_each(|name| add(&name.name, Resource::Relation(name.clone())));
    // Composite types and the like are listed only.
    let others = database.opaque.iter().filter(|object| object.kind == Kind::Type).map(|object| &object.name);
    let types = database.enums.keys().chain(database.domains.keys()).chain(others);
    types.for_each(|name| add(&name.name, Resource::Type(name.clone())));
    for table in database.tables.values() {
        for column in &table.columns {
            if let Some(Resource::Shared(schema, name)) = serial_sequence(&table.name, column) {
                add(&name.clone(), Resource::Shared(schema, name));
            }
        }
    }
    all
}
