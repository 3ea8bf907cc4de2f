//! What is noted about objects beside the schema: attributes that the model has no place for, and what is not known.
//! A note belongs to its object: it goes where that goes, and with it.

use crate::model::{Kind, Name, ObjectPath, RelationName};

use super::reader::Reader;

impl Reader<'_> {
    /// Forgets what was noted about a table that is no more, and about all that stood in it.
    pub fn forget_notes(&mut self, table: &RelationName) {
        self.keep_notes(|path| path.table_name().as_ref() != Some(table));
    }

    /// What was noted about a table and what stands in it goes with its new name.
    pub fn rename_notes(&mut self, from: &RelationName, to: &RelationName) {
        self.follow(|path| {
            if path.table_name().as_ref() == Some(from) {
                path.schema.clone_from(&to.schema);
                match &mut path.table {
                    Some(table) => *table = to.name.clone(),
                    None => path.name = to.name.clone(),
                }
            }
        });
    }

    /// What was noted about a view, a type or a sequence goes with its new name, or with the object.
    pub fn move_notes_of(&mut self, kinds: &[Kind], from: &RelationName, to: Option<&RelationName>) {
        let is_it = |path: &ObjectPath| kinds.contains(&path.kind) && *path == ObjectPath::relation(path.kind, from);
        match to {
            Some(to) => self.follow(|path| {
                if is_it(path) {
                    *path = ObjectPath::relation(path.kind, to);
                }
            }),
            None => self.keep_notes(|path| !is_it(path)),
        }
    }

    /// What was noted about a part of a table goes with its new name, or with the part.
    pub fn move_notes(&mut self, kinds: &[Kind], table: &RelationName, from: &Name, to: Option<&Name>) {
        let is_it = |path: &ObjectPath| {
            kinds.contains(&path.kind) && *path == ObjectPath::of_table(path.kind, table, from.clone())
        };
        match to {
            Some(to) => self.follow(|path| {
                if is_it(path) {
                    path.name = to.clone();
                }
            }),
            None => self.keep_notes(|path| !is_it(path)),
        }
    }

    fn follow(&mut self, mut change: impl FnMut(&mut ObjectPath)) {
        self.uncaptured.borrow_mut().rename(&mut change);
        self.undecided.iter_mut().filter_map(|fact| fact.object.as_mut()).for_each(change);
    }

    fn keep_notes(&mut self, keep: impl Fn(&ObjectPath) -> bool) {
        self.uncaptured.borrow_mut().retain(|entry| keep(&entry.object));
        self.undecided.retain(|fact| fact.object.as_ref().is_none_or(&keep));
    }
}
