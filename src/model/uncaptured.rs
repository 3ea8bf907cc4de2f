//! What a source saw of an object and the model has no place for.
//!
//! A reader that meets such a thing may not pass over it: two schemas that differ in it are not equal. It is written
//! down in the engine's words, and what stands on one side alone is listed as not compared.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ObjectPath, RelationName};

/// One attribute of one object that the model does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Uncaptured {
    /// The object.
    pub object: ObjectPath,
    /// What the engine's DDL calls it, in capitals: `STORAGE`.
    pub attribute: String,
    /// Its value, as the engine prints it; empty where the word says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

impl Uncaptured {
    /// Something about an object.
    pub fn new(object: ObjectPath, attribute: impl Into<String>, value: impl Into<String>) -> Self {
        Uncaptured { object, attribute: attribute.into(), value: value.into() }
    }

    /// The attribute with its value, as messages show it.
    pub fn words(&self) -> String {
        format!("{} {}", self.attribute, self.value).trim_end().to_owned()
    }

    /// The table, or another relation, to which the object belongs.
    pub fn relation(&self) -> RelationName {
        let name = self.object.table.clone().unwrap_or_else(|| self.object.name.clone());
        RelationName::new(self.object.schema.clone(), name)
    }
}

/// Everything about the objects of one schema that the model does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct UncapturedSet(BTreeSet<Uncaptured>);

impl UncapturedSet {
    /// Writes an attribute down; a value that it had before is replaced.
    pub fn set(&mut self, entry: Uncaptured) {
        self.unset(&entry.object, &entry.attribute);
        self.0.insert(entry);
    }

    /// Takes an attribute back: it has the value that every such object has.
    pub fn unset(&mut self, object: &ObjectPath, attribute: &str) {
        self.0.retain(|other| other.object != *object || other.attribute != attribute);
    }

    /// Keeps what `keep` admits.
    pub fn retain(&mut self, keep: impl FnMut(&Uncaptured) -> bool) {
        self.0.retain(keep);
    }

    /// Every entry, by object.
    pub fn iter(&self) -> impl Iterator<Item = &Uncaptured> {
        self.0.iter()
    }

    /// What stands in this set and not in another.
    pub fn beyond<'a>(&'a self, other: &'a UncapturedSet) -> impl Iterator<Item = &'a Uncaptured> {
        self.0.difference(&other.0)
    }

    /// Gives every object another path.
    pub fn rename(&mut self, mut rename: impl FnMut(&mut ObjectPath)) {
        let entries = std::mem::take(&mut self.0).into_iter().map(|mut entry| {
            rename(&mut entry.object);
            entry
        });
        self.0 = entries.collect();
    }
}

impl Extend<Uncaptured> for UncapturedSet {
    fn extend<T: IntoIterator<Item = Uncaptured>>(&mut self, entries: T) {
        self.0.extend(entries);
    }
}
