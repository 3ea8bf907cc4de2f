//! The types of columns and domains.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::model::{DataType, Fact, Reason, RelationName, TypeKind};

use super::reader::Reader;

/// Types by their text: a script repeats a few of them all the time.
#[derive(Clone, Debug, Default)]
pub(super) struct Types(HashMap<String, Result<DataType, Reason>>);

impl Types {
    fn read(&mut self, written: &str, dialect: &dyn Dialect) -> Result<DataType, Reason> {
        if let Some(known) = self.0.get(written) {
            return known.clone();
        }
        let read = dialect.data_type(written);
        self.0.insert(written.to_owned(), read.clone());
        read
    }
}

impl Reader<'_> {
    /// Reads a type's text; a name that the schema declares is given its schema.
    pub fn data_type(&self, written: &str) -> Fact<DataType> {
        let read = self.types.borrow_mut().read(written, self.context.dialect);
        match read {
            Ok(mut ty) => {
                self.place_user_type(&mut ty.kind);
                Fact::Known(ty)
            }
            Err(reason) => Fact::Unknown(reason),
        }
    }

    fn place_user_type(&self, kind: &mut TypeKind) {
        match kind {
            TypeKind::Builtin { .. } | TypeKind::Values { .. } => {}
            TypeKind::Array(element) => self.place_user_type(element),
            TypeKind::User { name, .. } => {
                let known = |name: &RelationName| {
                    self.database.enums.contains_key(name) || self.database.domains.contains_key(name)
                };
                let found = self.names.found(RelationName::clone(name), known);
                // A type that nobody declares comes from an extension, in a schema that is not known.
                if known(&found) {
                    **name = found;
                }
            }
        }
    }
}
