//! Indexes.

use std::collections::BTreeSet;

use crate::diff::{Pair, What};
use crate::model::{Attribute, Fact, Index, IndexTarget, Kind, Name, RelationName};
use crate::plan::resource::column_of;
use crate::plan::{Held, Op};

use super::Builder;

impl Builder<'_> {
    pub(super) fn index(&mut self, position: usize) {
        let tables = self.tables(position);
        let paths = self.changes[position].paths.as_ref();
        let found = paths.zip(tables).map(|(path, table)| {
            let name = &path.as_ref()?.name;
            table?.indexes.iter().find(|index| index.name == *name).cloned()
        });
        let Some(table) = tables.from.or(tables.to).map(|table| table.name.clone()) else {
            self.note(position, "the table is in neither schema");
            return;
        };
        match (self.changes[position].code.what, found.from, found.to) {
            (What::Missing, _, Some(index)) => {
                let held = unknown(&index);
                self.push(Op::CreateIndex(table, Box::new(index)), [position], held);
            }
            (What::Extra, Some(index), _) => {
                let held = self.lost_index(position, &table, &index);
                self.push(Op::DropIndex(table, Box::new(index)), [position], held);
            }
            (What::Differs(_), Some(from), Some(to)) => {
                let positions = self.same_object(position);
                self.changed_index(table, &positions, Pair::new(from, to));
            }
            (What::Missing | What::Extra | What::ValueMissing | What::ValueExtra | What::Differs(_), _, _) => {
                self.note(position, "the index is in neither schema");
            }
        }
    }

    fn changed_index(&mut self, table: RelationName, positions: &BTreeSet<usize>, indexes: Pair<Index>) {
        let attributes = self.attributes(positions);
        let mild = BTreeSet::from([Attribute::Name, Attribute::Comment, Attribute::Visible]);
        let mut to = indexes.to;
        if !attributes.contains(&Attribute::Name) {
            to.name = indexes.from.name.clone();
        }
        if attributes == BTreeSet::from([Attribute::Name]) && indexes.from.name == to.name {
            positions.iter().for_each(|position| self.note(*position, super::SAME_NAME));
            return;
        }
        if attributes.is_subset(&mild) {
            let mut altered = indexes.from.clone();
            altered.name = to.name;
            if attributes.contains(&Attribute::Comment) {
                altered.comment = to.comment;
            }
            if attributes.contains(&Attribute::Visible) {
                altered.invisible = to.invisible;
            }
            let op = Op::AlterIndex(table, Box::new(Pair::new(indexes.from, altered)));
            self.push(op, positions.clone(), None);
            return;
        }
        let mut held = unknown(&to);
        if indexes.from.unique && !to.unique && held.is_none() {
            let reason = "the index no longer guarantees that rows are unique";
            held = Some(Held::Destructive(reason.to_owned()));
        }
        self.push(Op::DropIndex(table.clone(), Box::new(indexes.from)), positions.clone(), held.clone());
        self.push(Op::CreateIndex(table, Box::new(to)), positions.clone(), held);
    }

    /// Why dropping an index needs leave: nobody asked for it to go, unless something else comes in its place.
    fn lost_index(&self, position: usize, table: &RelationName, index: &Index) -> Option<Held> {
        if self.comes_as_constraint(table, &index.name) {
            return None;
        }
        let columns: Option<Vec<Name>> = index.keys.iter().map(|key| column_of(&key.target).cloned()).collect();
        let stays = columns.is_some_and(|columns| self.stays_unique(position, &columns));
        let reason = match index.unique {
            true if stays => return None,
            true => "dropping a unique index gives up that rows are unique",
            false => "dropping an index slows down the queries that it serves",
        };
        Some(Held::Destructive(reason.to_owned()))
    }

    /// Whether a constraint of that name comes, whose index has it.
    fn comes_as_constraint(&self, table: &RelationName, name: &Name) -> bool {
        let missing = self.missing_parts(table).map(|position| self.changes[position].path());
        let mut constraints = missing.filter(|path| path.name == *name);
        constraints.any(|path| matches!(path.kind, Kind::PrimaryKey | Kind::Unique | Kind::Exclusion))
    }
}

/// Why an index cannot be written down.
pub(super) fn unknown(index: &Index) -> Option<Held> {
    let keys = index.keys.iter().find_map(|key| match &key.target {
        IndexTarget::Expr(Fact::Unknown(reason)) => Some(reason),
        IndexTarget::Expr(Fact::Known(_)) | IndexTarget::Column(_) => None,
    });
    let reason = keys.or(index.predicate.reason())?;
    Some(Held::Impossible(format!("its definition is not known: {reason}")))
}
