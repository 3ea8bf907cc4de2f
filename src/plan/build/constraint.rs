//! Constraints: added, dropped, renamed, or dropped and added in their new form.

use std::collections::BTreeSet;

use crate::diff::{Pair, What, check_path, exclusion_path, foreign_key_path, unique_path};
use crate::model::{Attribute, Constraint, Fact, Kind, Name, ObjectPath, Table};
use crate::plan::resource::column_of;
use crate::plan::{Held, Op};

use super::Builder;

impl Builder<'_> {
    pub(super) fn constraint(&mut self, position: usize) {
        let tables = self.tables(position);
        let paths = self.changes[position].paths.as_ref();
        let found = paths.zip(tables).map(|(path, table)| find(table?, path.as_ref()?));
        let Some(table) = tables.from.or(tables.to).map(|table| table.name.clone()) else {
            self.note(position, "the table is in neither schema");
            return;
        };
        match (self.changes[position].code.what, found.from, found.to) {
            (What::Missing, _, Some(constraint)) => {
                let held = unknown(&constraint);
                self.push(Op::AddConstraint(table, constraint), [position], held);
            }
            (What::Extra, Some(constraint), _) => {
                let held = self.lost_guarantee(position, &constraint);
                self.push(Op::DropConstraint(table, constraint), [position], held);
            }
            (What::Differs(_), Some(from), Some(to)) => {
                let positions = self.same_object(position);
                let attributes = self.attributes(&positions);
                let is_rename = attributes == BTreeSet::from([Attribute::Name]);
                let name = if attributes.contains(&Attribute::Name) { to.name().clone() } else { from.name().clone() };
                if is_rename && from.name().name() == to.name().name() {
                    self.note(position, super::SAME_NAME);
                } else if is_rename {
                    let renamed = from.clone().named(name);
                    self.push(Op::RenameConstraint(table, Pair::new(from, renamed)), positions, None);
                } else {
                    let held = unknown(&to);
                    let to = to.named(name);
                    self.push(Op::DropConstraint(table.clone(), from), positions.clone(), held.clone());
                    self.push(Op::AddConstraint(table, to), positions, held);
                }
            }
            (What::Missing | What::Extra | What::ValueMissing | What::ValueExtra | What::Differs(_), _, _) => {
                self.note(position, "the constraint is in neither schema");
            }
        }
    }

    /// Why dropping a constraint needs leave, unless the same guarantee comes in another form.
    fn lost_guarantee(&self, position: usize, constraint: &Constraint) -> Option<Held> {
        let reason = match constraint {
            Constraint::Unique(unique) if self.stays_unique(position, &unique.columns) => return None,
            Constraint::PrimaryKey(_) => "dropping a primary key gives up that rows are unique and not null",
            Constraint::Unique(_) => "dropping a unique constraint gives up that rows are unique",
            Constraint::ForeignKey(_) => "dropping a foreign key gives up that its rows have a parent",
            Constraint::Check(_) => "dropping a check gives up what it guarantees",
            Constraint::Exclusion(_) => "dropping an exclusion constraint gives up what it guarantees",
        };
        Some(Held::Destructive(reason.to_owned()))
    }

    /// Whether another change adds uniqueness over the same columns of the same table.
    pub(super) fn stays_unique(&self, position: usize, columns: &[Name]) -> bool {
        let wanted: BTreeSet<&Name> = columns.iter().collect();
        let Some(table) = self.tables(position).to else { return false };
        self.missing_parts(&table.name).filter_map(|position| self.changes[position].paths.to.as_ref()).any(|path| {
            let covered: Option<BTreeSet<&Name>> = match path.kind {
                Kind::PrimaryKey => table.primary_key.as_ref().map(|key| key.columns.iter().collect()),
                Kind::Unique => table
                    .uniques
                    .iter()
                    .find(|unique| unique_path(table, unique) == *path)
                    .map(|unique| unique.columns.iter().collect()),
                Kind::Index => table
                    .indexes
                    .iter()
                    .find(|index| {
                        index.name == path.name && index.unique && matches!(index.predicate, Fact::Known(None))
                    })
                    .and_then(|index| index.keys.iter().map(|key| column_of(&key.target)).collect()),
                _ => None,
            };
            covered.is_some_and(|covered| covered == wanted)
        })
    }
}

/// The constraint at `path`.
fn find(table: &Table, path: &ObjectPath) -> Option<Constraint> {
    match path.kind {
        Kind::PrimaryKey => table.primary_key.clone().map(Constraint::PrimaryKey),
        Kind::Unique => {
            table.uniques.iter().find(|unique| unique_path(table, unique) == *path).cloned().map(Constraint::Unique)
        }
        Kind::ForeignKey => table
            .foreign_keys
            .iter()
            .find(|key| foreign_key_path(table, key) == *path)
            .cloned()
            .map(Constraint::ForeignKey),
        Kind::Check => {
            table.checks.iter().find(|check| check_path(table, check) == *path).cloned().map(Constraint::Check)
        }
        Kind::Exclusion => table
            .exclusions
            .iter()
            .find(|exclusion| exclusion_path(table, exclusion) == *path)
            .cloned()
            .map(Constraint::Exclusion),
        Kind::Schema
        | Kind::Enum
        | Kind::Domain
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::Index
        | Kind::View
        | Kind::Routine
        | Kind::Trigger
        | Kind::Policy
        | Kind::Extension
        | Kind::Type
        | Kind::Event
        | Kind::Grant
        | Kind::Other => None,
    }
}

/// Why a constraint cannot be written down.
pub(super) fn unknown(constraint: &Constraint) -> Option<Held> {
    match constraint {
        Constraint::Check(check) => match &check.expr {
            Fact::Known(_) => None,
            Fact::Unknown(reason) => Some(Held::Impossible(format!("its condition is not known: {reason}"))),
        },
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => {
            None
        }
    }
}
