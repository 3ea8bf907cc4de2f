//! What every part of putting a schema together needs.

use crate::dialect::Dialect;
use crate::model::{Name, RelationName};

use super::charsets::Charsets;

/// The rules by which names and character sets are meant.
pub(super) struct Scene<'a> {
    pub dialect: &'a dyn Dialect,
    pub charsets: Charsets,
}

impl Scene<'_> {
    /// A table's, view's or sequence's name.
    pub fn relation(&self, name: &str) -> RelationName {
        RelationName::new(None, self.dialect.relation_name(name, true))
    }

    /// A column's, index's or constraint's name.
    pub fn name(&self, name: &str) -> Name {
        self.dialect.column_name(name, true)
    }
}
