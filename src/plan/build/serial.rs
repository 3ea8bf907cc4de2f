//! Sequences that stand by themselves on one side and behind a numbered column on the other: they keep their position.

use std::collections::BTreeSet;

use crate::diff::{Pair, What};
use crate::model::{Attribute, Column, Generation, Kind, ObjectPath, RelationName, Sequence, Table};
use crate::plan::Op;

use super::Builder;

/// A sequence that becomes a column's own, or no longer is.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    sequence: Sequence,
    /// The change that says that the sequence comes or goes.
    change: usize,
}

impl Builder<'_> {
    /// Finds the columns that a sequence by itself numbers on one side and one of their own on the other; that sequence
    /// neither goes nor comes.
    pub(super) fn find_serials(&mut self) {
        let renumbered = |position: &usize| {
            let code = self.changes[*position].code;
            code.kind == Kind::Column && code.what == What::Differs(Attribute::Identity)
        };
        let found: Vec<(ObjectPath, Handed)> = (0..self.changes.len())
            .filter(renumbered)
            .filter_map(|position| {
                let path = self.changes[position].path();
                let columns =
                    self.tables(position).map(|table| table.and_then(|table| table.column(&path.name))).both()?;
                Some((path.clone(), self.drawn(path.table_name()?, columns)?))
            })
            .collect();
        for (path, handed) in found {
            // One sequence is one column's.
            if self.done.insert(handed.change) {
                self.serials.insert(path, handed);
            }
        }
    }

    /// The sequence that one side has by itself and the other behind a numbered column.
    fn drawn(&self, table: RelationName, columns: Pair<&Column>) -> Option<Handed> {
        let numbered = columns.map(|column| column.generation.known().map(Option::is_some)).both()?;
        let (drawing, database) = match (numbered.from, numbered.to) {
            (false, true) => (columns.from, self.databases.from),
            (true, false) => (columns.to, self.databases.to),
            (false, false) | (true, true) => return None,
        };
        let default = drawing.default.known()?.as_ref()?;
        let name = self.dialect.drawn_sequence(default, table.schema.as_ref())?;
        // A sequence is owned by a column of its own schema.
        let sequence = database.sequences.get(&name).filter(|_| name.schema == table.schema)?;
        let path = ObjectPath::relation(Kind::Sequence, &name);
        let paths = match numbered.to {
            true => Pair::new(Some(path), None),
            false => Pair::new(None, Some(path)),
        };
        let mut changes = self.of_object.get(&paths).into_iter().flatten().copied();
        let change = changes.find(|at| matches!(self.changes[*at].code.what, What::Missing | What::Extra))?;
        Some(Handed { sequence: sequence.clone(), change })
    }

    /// The sequence that a column takes or leaves, and whether that comes before its other changes: those of its own
    /// sequence's type want `serial`, and those of NOT NULL no identity.
    pub(super) fn handed(&self, table: &Table, columns: Pair<&Column>) -> Option<(Handed, bool)> {
        let path = ObjectPath::of_table(Kind::Column, &table.name, columns.to.name.clone());
        let handed = self.serials.get(&path)?.clone();
        let is_identity = matches!(columns.from.generation.known(), Some(Some(Generation::Identity { .. })));
        Some((handed, columns.to.is_serial() || is_identity))
    }

    /// Hands the sequence over; the answer is the column as it is then.
    pub(super) fn hand_over(
        &mut self,
        table: &Table,
        positions: &BTreeSet<usize>,
        columns: Pair<&Column>,
        handed: Handed,
    ) -> Column {
        let mut causes = self.causes_of(positions, &[Attribute::Identity, Attribute::Default]);
        causes.insert(handed.change);
        let numbered = Column {
            default: columns.to.default.clone(),
            generation: columns.to.generation.clone(),
            ..columns.from.clone()
        };
        let both = Box::new(Pair::new(columns.from.clone(), numbered.clone()));
        self.push(Op::HandSequence(table.name.clone(), both, handed.sequence), causes, None);
        numbered
    }
}
