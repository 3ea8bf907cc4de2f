//! The whole of a schema: every object that a source declares or a catalog holds.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Domain, EnumType, Name, OpaqueObject, RelationName, Sequence, Table, UncapturedSet, View};

/// The objects of one database, by name. Key and the object's own name are always the same.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Database {
    /// Schemas (namespaces). Empty on engines without them.
    pub schemas: BTreeSet<Name>,
    /// Base tables.
    #[serde(with = "by_name")]
    #[schemars(with = "Vec<Table>")]
    pub tables: BTreeMap<RelationName, Table>,
    /// Enum types.
    #[serde(with = "by_name")]
    #[schemars(with = "Vec<EnumType>")]
    pub enums: BTreeMap<RelationName, EnumType>,
    /// Sequences that no column owns through serial or identity.
    #[serde(with = "by_name")]
    #[schemars(with = "Vec<Sequence>")]
    pub sequences: BTreeMap<RelationName, Sequence>,
    /// Views and materialized views.
    #[serde(with = "by_name")]
    #[schemars(with = "Vec<View>")]
    pub views: BTreeMap<RelationName, View>,
    /// Domains.
    #[serde(with = "by_name")]
    #[schemars(with = "Vec<Domain>")]
    pub domains: BTreeMap<RelationName, Domain>,
    /// Objects that are listed and not yet compared.
    pub opaque: Vec<OpaqueObject>,
    /// What the source saw of these objects, or besides them, and the model has no place for.
    #[serde(default)]
    pub uncaptured: UncapturedSet,
    /// The database's default collation, where the source knows it (MySQL and MariaDB).
    pub default_collation: Option<Name>,
}

/// Writes a map as the list of its values: each knows its own name.
mod by_name {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::{Domain, EnumType, RelationName, Sequence, Table, View};

    pub trait Named {
        fn relation_name(&self) -> RelationName;
    }

    macro_rules! named {
        ($($ty:ty),*) => { $(impl Named for $ty {
            fn relation_name(&self) -> RelationName { self.name.clone() }
        })* };
    }
    named!(Table, EnumType, Sequence, View, Domain);

    pub fn serialize<S: Serializer, T: Serialize>(
        map: &BTreeMap<RelationName, T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de> + Named>(
        deserializer: D,
    ) -> Result<BTreeMap<RelationName, T>, D::Error> {
        let list = Vec::<T>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|object| (object.relation_name(), object)).collect())
    }
}
