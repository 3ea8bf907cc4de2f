//! What the migrations say of a thing that an error misses, where no database was compared: which of them makes it.
//!
//! This module must not know how a history is read.

use std::path::PathBuf;

use crate::model::{Kind, ObjectPath, RelationName};
use crate::report::Cause;
use crate::snapshot::Snapshot;

use super::kind::ErrorKind;
use super::reference::Reference;
use super::verdict::{Subject, relation, same};

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
}

/// The path of what is missing, in a schema that may lack it as well (`Some(None)`); `None` for other errors.
fn wanted(reference: &Reference, subject: &Subject, head: &Snapshot) -> Option<Option<ObjectPath>> {
    let database = &head.database;
    let schema = subject.schema.as_deref();
    let table = || subject.table.as_deref().and_then(|name| relation(&database.tables, schema, name));
    let of = |kind: Kind, name: &RelationName| ObjectPath::relation(kind, name);
    match reference.kind {
        ErrorKind::UnknownColumn => {
            let column = subject.column.as_deref()?;
            Some(table().and_then(|(name, table)| {
                let column = table.columns.iter().find(|known| same(&known.name, column))?;
                Some(ObjectPath::of_table(Kind::Column, name, column.name.clone()))
            }))
        }
        ErrorKind::UnknownTable => Some(table().map(|(name, _)| ObjectPath::table(name))),
        ErrorKind::MissingType => {
            let found = relation(&database.enums, schema, reference.type_name.as_deref()?);
            Some(found.map(|(name, _)| of(Kind::Enum, name)))
        }
        ErrorKind::MissingSequence => {
            let found = relation(&database.sequences, schema, subject.table.as_deref()?);
            Some(found.map(|(name, _)| of(Kind::Sequence, name)))
        }
        ErrorKind::UnknownSchema
        | ErrorKind::MissingFunction
        | ErrorKind::MissingUnique
        | ErrorKind::MissingEnumValue
        | ErrorKind::NotNull
        | ErrorKind::TypeMismatch
        | ErrorKind::ValueTooLong
        | ErrorKind::ValueOutOfRange
        | ErrorKind::FkViolation
        | ErrorKind::UniqueViolation
        | ErrorKind::CheckViolation => None,
    }
}
