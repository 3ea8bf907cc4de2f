//! Which schema an unqualified name means at each point of a script.

use crate::model::{Name, RelationName};

use super::Grammar;

/// The schemas in force.
#[derive(Clone, Debug)]
pub(super) struct Namespace {
    default_schema: Option<Name>,
    grammar: Grammar,
    /// The search path that the script has set; without one, the default schema.
    path: Option<Vec<Name>>,
    /// The database of the first `USE` (MySQL): what is qualified with it stands in the connected database.
    own: Option<Name>,
    /// The database of a later `USE`.
    used: Option<Name>,
}

impl Namespace {
    pub fn new(default_schema: Option<Name>, grammar: Grammar) -> Self {
        Namespace { default_schema, grammar, path: None, own: None, used: None }
    }

    /// The schema that unqualified names mean where the script says nothing.
    pub fn default_schema(&self) -> Option<&Name> {
        self.default_schema.as_ref()
    }

    /// `SET search_path`; `None` goes back to the default.
    pub fn set_path(&mut self, path: Option<Vec<Name>>) {
        self.path = path;
    }

    /// `USE database`.
    pub fn use_database(&mut self, database: Name) {
        match &self.own {
            None => self.own = Some(database),
            Some(own) if *own == database => self.used = None,
            Some(_) => self.used = Some(database),
        }
    }

    /// Whether objects in this schema live as long as a session only.
    pub fn is_temporary(schema: &Name) -> bool {
        matches!(schema.key(), "pg_temp" | "temp")
    }

    /// The full name of a new object.
    pub fn placed(&self, written: RelationName) -> RelationName {
        match written.schema {
            Some(schema) => RelationName::new(self.qualified(schema), written.name),
            None => RelationName::new(self.current(), written.name),
        }
    }

    /// The full name of an object that `exists` knows, else the name that a new one would get.
    pub fn found(&self, written: RelationName, exists: impl Fn(&RelationName) -> bool) -> RelationName {
        if written.schema.is_none() {
            for schema in self.path.iter().flatten().chain(&self.default_schema) {
                let name = RelationName::new(Some(schema.clone()), written.name.clone());
                if exists(&name) {
                    return name;
                }
            }
        }
        self.placed(written)
    }

    fn qualified(&self, schema: Name) -> Option<Name> {
        let is_here =
            self.grammar.main_schema.is_some_and(|main| main == schema.key()) || self.own.as_ref() == Some(&schema);
        (!is_here).then_some(schema)
    }

    fn current(&self) -> Option<Name> {
        let first = self.path.as_ref().and_then(|path| path.first());
        first.or(self.used.as_ref()).or(self.default_schema.as_ref()).cloned()
    }
}
