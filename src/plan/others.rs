//! What objects rely on that are listed and are not in the model.

use crate::model::{Kind, OpaqueObject};

use super::Words;
use super::resource::{Effects, Resource, Resources, create};

impl Resources<'_> {
    /// What an object that is not in the model relies on, by the names in its definition. The body of a routine is read when
    /// the routine is called.
    pub(super) fn create_other(&self, object: &OpaqueObject, out: &mut Effects) {
        if object.kind == Kind::Type {
            create(out, Resource::Type(object.name.clone()), &object.name);
        }
        out.uses.extend(object.table.clone().map(Resource::Relation));
        out.uses.extend(object.name.schema.clone().map(Resource::Schema));
        let Some(definition) = &object.definition else { return };
        let head = definition.split("\nAS ").next().unwrap_or(definition);
        let words = Words::of(head);
        let side = &self.sides.to;
        let named = side.mentioned(&words).filter(|resource| match resource {
            Resource::Type(name) => *name != object.name,
            Resource::Relation(name) => side.database.tables.contains_key(name),
            _ => false,
        });
        out.uses.extend(named.cloned());
    }
}
