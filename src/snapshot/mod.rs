//! What every source yields: a schema, the scope it can speak about, where each object was declared, and what it
//! could not decide.
//!
//! A snapshot must not know what it will be compared with.

mod origins;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use origins::{Origins, TableOrigins};

use crate::model::{
    Attribute, Database, Engine, Facet, Kind, LetterCase, Name, ObjectPath, Reason, RelationName, ServerVersion,
};

/// One reading of one source.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Snapshot {
    /// The engine whose rules the schema follows.
    pub engine: Engine,
    /// The server's version, where a server was asked.
    pub version: Option<ServerVersion>,
    /// Whether the case of letters told relations apart where the schema was read.
    #[serde(default, skip_serializing_if = "LetterCase::counts")]
    pub letter_case: LetterCase,
    /// The schema that unqualified names mean; `None` on engines without schemas.
    pub default_schema: Option<Name>,
    /// The objects.
    pub database: Database,
    /// What the source can speak about.
    #[serde(default)]
    pub scope: Scope,
    /// Where the objects were declared.
    #[serde(default)]
    pub origins: Origins,
    /// What the source could not compute, beyond the unknown facts inside `database`.
    #[serde(default)]
    pub undecided: Vec<Undecided>,
    /// What the source passed over and the user should know.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

impl Snapshot {
    /// An empty schema of `engine`, to be filled by a source.
    pub fn empty(engine: Engine, default_schema: Option<Name>, scope: Scope) -> Self {
        Snapshot {
            engine,
            version: None,
            letter_case: LetterCase::default(),
            default_schema,
            database: Database::default(),
            scope,
            origins: Origins::default(),
            undecided: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Takes the names of relations as a server of MySQL or MariaDB does that ignores the case of letters, so that they
    /// can be compared with such a server's. A schema with names that differ in it alone stays as it is.
    pub fn ignore_letter_case(&mut self) {
        let folded = |name: &RelationName| {
            let fold = |name: &Name| Name::insensitive(name.as_str());
            RelationName::new(name.schema.as_ref().map(fold), fold(&name.name))
        };
        let database = &mut self.database;
        let names: BTreeSet<RelationName> = database.tables.keys().chain(database.views.keys()).map(folded).collect();
        if names.len() < database.tables.len() + database.views.len() {
            return;
        }
        self.letter_case = LetterCase::Ignored;
        for mut table in std::mem::take(&mut database.tables).into_values() {
            table.name = folded(&table.name);
            table.foreign_keys.iter_mut().for_each(|key| key.references = folded(&key.references));
            database.tables.insert(table.name.clone(), table);
        }
        for mut view in std::mem::take(&mut database.views).into_values() {
            view.name = folded(&view.name);
            database.views.insert(view.name.clone(), view);
        }
        for mut sequence in std::mem::take(&mut database.sequences).into_values() {
            sequence.name = folded(&sequence.name);
            database.sequences.insert(sequence.name.clone(), sequence);
        }
        for object in &mut database.opaque {
            object.name = folded(&object.name);
            object.table = object.table.as_ref().map(folded);
        }
        let fold = |path: &mut ObjectPath| {
            for name in [Some(&mut path.name), path.schema.as_mut(), path.table.as_mut()].into_iter().flatten() {
                *name = Name::insensitive(name.as_str());
            }
        };
        database.uncaptured.rename(fold);
        self.undecided.iter_mut().filter_map(|fact| fact.object.as_mut()).for_each(fold);
        let mut origins: Vec<_> = std::mem::take(&mut self.origins).into();
        origins.iter_mut().for_each(|(path, _)| fold(path));
        self.origins = origins.into();
    }
}

/// How far a source can speak about a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// It cannot: the facet is never compared. The reason is shown where the other side has such objects.
    Silent(Reason),
    /// What it declares is compared; what it does not mention is no drift.
    Partial,
    /// What it does not mention does not exist.
    Complete,
}

/// The coverage of every facet. What is not listed is silent; an attribute that is not listed has its kind's coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Vec<(Facet, Coverage)>", into = "Vec<(Facet, Coverage)>")]
#[schemars(with = "Vec<(Facet, Coverage)>")]
pub struct Scope(BTreeMap<Facet, Coverage>);

impl From<Vec<(Facet, Coverage)>> for Scope {
    fn from(list: Vec<(Facet, Coverage)>) -> Self {
        Scope(list.into_iter().collect())
    }
}
impl From<Scope> for Vec<(Facet, Coverage)> {
    fn from(scope: Scope) -> Self {
        scope.0.into_iter().collect()
    }
}

impl Scope {
    /// States the coverage of one facet; used as a chain.
    #[must_use]
    pub fn with(mut self, facet: Facet, coverage: Coverage) -> Self {
        self.0.insert(facet, coverage);
        self
    }

    /// States that each of `kinds` is covered completely.
    #[must_use]
    pub fn complete(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        for kind in kinds {
            self.0.insert(Facet::of(kind), Coverage::Complete);
        }
        self
    }

    /// The coverage of objects of `kind`.
    pub fn of(&self, kind: Kind) -> Coverage {
        self.0.get(&Facet::of(kind)).cloned().unwrap_or_else(|| {
            Coverage::Silent(Reason::new(format!("this source does not say anything about {} objects", kind.words())))
        })
    }

    /// The coverage of an attribute.
    pub fn of_attribute(&self, kind: Kind, attribute: Attribute) -> Coverage {
        self.0.get(&Facet::attribute(kind, attribute)).cloned().unwrap_or_else(|| self.of(kind))
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Span {
    /// The file, relative to where the user stands where possible.
    pub file: Arc<Path>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// A fact that a source could not compute.
///
/// With a `facet` of [`Facet::of`] it says that objects of that kind may exist in `object` (a table, or a schema)
/// which the source could not name: what is found there on the other side is then undecided, not extra.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Undecided {
    /// The object concerned, or the one in which such objects may stand; `None` where it may be any.
    pub object: Option<ObjectPath>,
    /// What about it is not known.
    pub facet: Facet,
    /// Why.
    pub reason: Reason,
    /// Where the construct stands.
    pub declared_at: Option<Span>,
}

/// Something that a source passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Warning {
    /// What happened, as one sentence without a final stop.
    pub message: String,
    /// What the user can do about it.
    pub help: Option<String>,
    /// Where.
    pub at: Option<Span>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.at {
            write!(f, "{at}: ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
