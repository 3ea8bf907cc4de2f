//! What the migrations say of a thing that an error misses, where no database was compared: which of them makes it.
//!
//! This module must not know how a history is read.

use std::path::PathBuf;

use crate::model::{Kind, ObjectPath, RelationName};
use crate::report::Cause;
use crate::snapshot::Snapshot;

use super::chain::Chain;
use super::kind::{About, ErrorKind};
use super::reference::Reference;
use super::subject::{Subject, relation, same};

/// What all migrations build, and which of them is which.
pub struct Migrations {
    /// The schema after the last of them.
    pub head: Snapshot,
    /// Each of them.
    pub revisions: Vec<Revision>,
    /// Whether what they build stands for what is declared, which was not read.
    pub stands_in: bool,
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its identifier.
    pub id: String,
    /// Its file, as origins name it.
    pub file: PathBuf,
    /// The command that runs it.
    pub run: Option<String>,
}

impl Migrations {
    /// Why `subject` is missing, with the command that mends it; `None` where that does not follow.
    pub(super) fn cause(&self, reference: &Reference, subject: &Subject) -> Option<(Cause, Option<String>)> {
        let wanted = wanted(reference, subject, &self.head)?;
        let Some(path) = wanted else {
            let unwritten = Cause::Unwritten { detail: "no migration adds it".to_owned() };
            return subject.declared.unwrap_or(false).then_some((unwritten, None));
        };
        let place = self.head.origins.find(&path)?;
        let revision = self.revisions.iter().find(|revision| *revision.file == *place.file)?;
        let lacks = if subject.live.is_some() { "the database lacks it" } else { "by the error it has not run" };
        let detail = format!("{place} adds it, and {lacks}");
        Some((Cause::Pending { revision: revision.id.clone(), detail }, revision.run.clone()))
    }

    /// Why `subject` is there already, with the command that mends it; `None` where that does not follow.
    pub(super) fn made_already(
        &self,
        reference: &Reference,
        subject: &Subject,
        chain: Option<&Chain>,
    ) -> Option<(Cause, Option<String>)> {
        let path = wanted(reference, subject, &self.head)??;
        let place = self.head.origins.find(&path)?;
        let revision = self.revisions.iter().find(|revision| *revision.file == *place.file)?;
        let standing = &chain.filter(|chain| chain.is_recorded)?.standing;
        if !standing.pending.contains(&revision.id) || subject.live != Some(true) {
            return None;
        }
        let detail = format!("{place} makes it and is not recorded: it ran in part, or somebody made it by hand");
        let command = standing
            .problems
            .iter()
            .filter(|one| one.message.contains(&revision.id))
            .find_map(|one| one.command.clone());
        Some((Cause::Misrecorded { revision: revision.id.clone(), detail }, command))
    }
}

/// The path of what an error is about, in a schema that may lack it as well (`Some(None)`); `None` for other errors.
fn wanted(reference: &Reference, subject: &Subject, head: &Snapshot) -> Option<Option<ObjectPath>> {
    let database = &head.database;
    let schema = subject.schema.as_deref();
    let table = || subject.table.as_deref().and_then(|name| relation(&database.tables, schema, name));
    let of = |kind: Kind, name: &RelationName| ObjectPath::relation(kind, name);
    let named = |name: Option<&String>| {
        let name = name?;
        let of_type = relation(&database.enums, schema, name).map(|(name, _)| of(Kind::Enum, name));
        Some(of_type.or_else(|| {
            let indexes =
                database.tables.iter().flat_map(|(table, one)| one.indexes.iter().map(move |index| (table, index)));
            let mut indexes = indexes.filter(|(_, index)| same(&index.name, name));
            indexes.next().map(|(table, index)| ObjectPath::of_table(Kind::Index, table, index.name.clone()))
        }))
    };
    match reference.kind.about() {
        About::Column if matches!(reference.kind, ErrorKind::UnknownColumn | ErrorKind::DuplicateColumn) => {
            let column = subject.column.as_deref()?;
            Some(table().and_then(|(name, table)| {
                let column = table.columns.iter().find(|known| same(&known.name, column))?;
                Some(ObjectPath::of_table(Kind::Column, name, column.name.clone()))
            }))
        }
        About::Relation => Some(table().map(|(name, _)| ObjectPath::table(name))),
        About::Type => named(reference.type_name.as_ref()),
        About::Index => named(reference.object.as_ref()),
        About::Object if reference.kind == ErrorKind::DuplicateObject => named(reference.object.as_ref()),
        About::Sequence => {
            let found = relation(&database.sequences, schema, subject.table.as_deref()?);
            Some(found.map(|(name, _)| of(Kind::Sequence, name)))
        }
        About::Column
        | About::Value
        | About::Key
        | About::Schema
        | About::Function
        | About::Extension
        | About::Object
        | About::History => None,
    }
}
