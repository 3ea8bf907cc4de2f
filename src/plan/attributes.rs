//! What a table's own attributes rely on, and what relies on them.

use crate::diff::Pair;
use crate::model::{Extras, Table};

use super::resource::{Effects, Resource, Resources};

impl Resources<'_> {
    /// What a table's own attributes rely on.
    pub(super) fn alter_table(&self, tables: Pair<&Table>, out: &mut Effects) {
        let is_logged_alike = match (&tables.from.extras, &tables.to.extras) {
            (Extras::Postgres(from), Extras::Postgres(to)) => from.unlogged == to.unlogged,
            (Extras::Postgres(_) | Extras::MySql(_) | Extras::Sqlite(_), _) => false,
        };
        // In PostgreSQL neither columns nor foreign keys look at anything else of their table's.
        out.alters.extend((!is_logged_alike).then(|| Resource::Options(tables.to.name.clone())));
        self.freedom(tables, out);
        out.uses.extend(self.parents(tables.to));
        out.releases.extend(self.parents(tables.from));
        let (Extras::Postgres(from), Extras::Postgres(to)) = (&tables.from.extras, &tables.to.extras) else { return };
        if from.partition_by != to.partition_by {
            out.creates.insert(Resource::Partitioning(tables.to.name.clone()));
        }
        if from.replica_identity != to.replica_identity {
            let after = self.identity_needs(tables.to, &self.sides.to);
            let before = self.identity_needs(tables.from, &self.sides.from);
            out.releases.extend(before.difference(&after).cloned());
            out.uses.extend(after);
        }
    }

    /// What the foreign keys of a table do not let it change.
    fn freedom(&self, tables: Pair<&Table>, out: &mut Effects) {
        let name = &tables.from.name;
        match (&tables.from.extras, &tables.to.extras) {
            (Extras::MySql(from), Extras::MySql(to)) if from.engine != to.engine => {
                out.uses.insert(Resource::Free(name.clone()));
            }
            (Extras::Postgres(from), Extras::Postgres(to)) if from.unlogged != to.unlogged => {
                out.uses.insert(Resource::Free(name.clone()));
                // What is logged refers to nothing that is not, so tables that refer to each other turn one by one.
                let referring = self.sides.from.referring(name).iter();
                match to.unlogged {
                    true => out
                        .creates
                        .extend(tables.from.foreign_keys.iter().map(|key| Resource::Free(key.references.clone()))),
                    false => out.creates.extend(referring.map(|other| Resource::Free((*other).clone()))),
                }
            }
            (Extras::Postgres(_) | Extras::MySql(_) | Extras::Sqlite(_), _) => {}
        }
    }
}
