//! Tables as a whole, and their own attributes.

use crate::diff::{Pair, What};
use crate::model::{Attribute, Constraint, Extras, Kind, RelationName, Table};
use crate::plan::{Commented, Held, Note, Op, extras};

use super::{Builder, constraint, index};

impl Builder<'_> {
    pub(super) fn table(&mut self, position: usize) {
        let tables = self.tables(position);
        match (self.changes[position].code.what, tables.from, tables.to) {
            (What::Missing, _, Some(table)) => self.missing_table(position, table),
            (What::Extra, Some(table), _) => {
                let held = self
                    .broken_triggers(&table.name, None)
                    .unwrap_or_else(|| Held::Destructive("dropping a table loses its rows".to_owned()));
                let op = Op::DropTable(Box::new(own_parts(table, self.databases.from)));
                self.push(op, [position], Some(held));
            }
            (What::Differs(Attribute::Comment), Some(from), Some(to)) => {
                let comments = Pair::new(from, to).map(|table| table.comment.known().cloned().flatten());
                let commented = Commented { kind: Kind::Table, name: from.name.clone(), materialized: false };
                self.push(Op::Comment(commented, comments), [position], None);
            }
            (What::Differs(_), Some(from), Some(to)) => {
                let positions = self.same_object(position);
                let comments = self.causes_of(&positions, &[Attribute::Comment]);
                self.done.retain(|done| !comments.contains(done));
                let attributes = self.attributes(&positions).into_iter().filter(|one| *one != Attribute::Comment);
                let with = |attributes: &[Attribute]| {
                    let taken = attributes
                        .iter()
                        .fold(from.extras.clone(), |extras, one| extras::with(&extras, &to.extras, *one));
                    Pair::new(from.clone(), Table { extras: taken, ..from.clone() })
                };
                // What waits must not keep the rest from its new form.
                let (held, free): (Vec<_>, Vec<_>) =
                    attributes.partition(|attribute| given_up(with(&[*attribute]).as_ref()).is_some());
                for attributes in held.chunks(1).chain([free.as_slice()]).filter(|attributes| !attributes.is_empty()) {
                    let tables = with(attributes);
                    let reason = given_up(tables.as_ref());
                    self.push(Op::AlterTable(Box::new(tables)), self.causes_of(&positions, attributes), reason);
                }
            }
            (What::Missing | What::Extra | What::ValueMissing | What::ValueExtra | What::Differs(_), _, _) => {
                self.note(position, "the table is in neither schema");
            }
        }
    }

    fn missing_table(&mut self, position: usize, table: &Table) {
        let (table, notes) = known_parts(own_parts(table, self.databases.to));
        self.notes.extend(notes.into_iter().map(|text| Note { cause: Some(position), text }));
        let unknown = table.columns.iter().find_map(|column| {
            let reason = column.ty.reason()?;
            Some(Held::Impossible(format!("the type of column {} is not known: {reason}", column.name)))
        });
        let unknown = unknown.or_else(|| without_columns(&table));
        self.push(Op::CreateTable(Box::new(table)), [position], unknown);
    }
}

/// A table of which no column is known, such as one that a query fills. Only PostgreSQL has tables without columns.
fn without_columns(table: &Table) -> Option<Held> {
    let needs_columns = match &table.extras {
        Extras::Postgres(_) => false,
        Extras::MySql(_) | Extras::Sqlite(_) => true,
    };
    (needs_columns && table.columns.is_empty()).then(|| Held::Impossible("its columns are not known".to_owned()))
}

/// A table without those parts that cannot be written down, and a remark on each.
pub(in crate::plan) fn known_parts(mut table: Table) -> (Table, Vec<String>) {
    let mut notes = Vec::new();
    let name = table.name.name.clone();
    table.checks.retain(|check| match constraint::unknown(&Constraint::Check(check.clone())) {
        Some(held) => {
            notes.push(format!("a check of table {name} is left out: {}", held.reason()));
            false
        }
        None => true,
    });
    table.indexes.retain(|index| match index::unknown(index) {
        Some(held) => {
            notes.push(format!("index {} of table {name} is left out: {}", index.name, held.reason()));
            false
        }
        None => true,
    });
    for column in &table.columns {
        for (what, reason) in [
            ("default", column.default.reason()),
            ("nullability", column.nullable.reason()),
            ("numbering", column.generation.reason()),
            ("generated value", column.generated.reason()),
        ] {
            if let Some(reason) = reason {
                notes.push(format!("the {what} of column {name}.{} is left out: {reason}", column.name));
            }
        }
    }
    (table, notes)
}

/// A partition without what it has from its parent.
pub(in crate::plan) fn own_parts(table: &Table, database: &crate::model::Database) -> Table {
    let mut table = table.clone();
    let parent = match &table.extras {
        Extras::Postgres(extras) => extras.partition_of.as_ref().and_then(|(parent, _)| database.tables.get(parent)),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    };
    let Some(parent) = parent else { return table };
    let keys = Pair::new(&table.primary_key, &parent.primary_key).map(|key| key.as_ref().map(|key| &key.columns));
    if keys.is_same() {
        table.primary_key = None;
    }
    table.checks.retain(|check| !parent.checks.iter().any(|other| other.name.name() == check.name.name()));
    table
}

/// Why a table cannot take its new form, or needs leave to: what keeps rows together, or from others, goes.
fn given_up(tables: Pair<&Table>) -> Option<Held> {
    let (Extras::Postgres(from), Extras::Postgres(to)) = (&tables.from.extras, &tables.to.extras) else { return None };
    let leaves =
        |from: &Option<(RelationName, String)>, to: &Option<(RelationName, String)>| from.is_some() && to.is_none();
    if from.partition_by != to.partition_by {
        let reason = "PostgreSQL cannot change how a table is partitioned: rename it, create the declared table and its \
                      partitions, move the rows with INSERT INTO … SELECT, and drop the old one";
        return Some(Held::Impossible(reason.to_owned()));
    }
    let reason = if leaves(&from.partition_of, &to.partition_of) {
        "a partition that is detached takes its rows out of the table that it is a part of"
    } else if from.inherits.iter().any(|parent| !to.inherits.contains(parent)) {
        "a table that no longer inherits takes its rows out of its parent"
    } else if (from.row_security && !to.row_security) || (from.forces_row_security && !to.forces_row_security) {
        "without row level security rows are open to all who may read the table"
    } else {
        return None;
    };
    Some(Held::Destructive(reason.to_owned()))
}
