//! Columns.

use std::collections::BTreeSet;

use crate::diff::{Pair, What};
use crate::model::{Attribute, Column, Fact, GeneratedStorage, Kind, Name, ObjectPath, Table};
use crate::plan::{Held, Op, Position};

use super::Builder;

/// What a change of type or of expression takes along: the default and the text attributes have to fit the new type.
const BOUND_TO_TYPE: [Attribute; 6] = [
    Attribute::Type,
    Attribute::Default,
    Attribute::Identity,
    Attribute::Collation,
    Attribute::OnUpdate,
    Attribute::Generated,
];

impl Builder<'_> {
    pub(super) fn column(&mut self, position: usize) {
        let tables = self.tables(position);
        let change = &self.changes[position];
        let (Some(from), Some(to)) = (tables.from, tables.to) else {
            self.note(position, "the table is not in both schemas");
            return;
        };
        let tables = Pair::new(from, to);
        let name = &change.path().name;
        match change.code.what {
            What::Missing => self.missing_column(position, tables, name),
            What::Extra => {
                let Some(column) = from.column(name) else {
                    self.note(position, "the column is in neither schema");
                    return;
                };
                let held = self
                    .broken_triggers(&from.name, Some(name))
                    .unwrap_or_else(|| Held::Destructive("dropping a column loses its values".to_owned()));
                let op = Op::DropColumn(from.name.clone(), Box::new(column.clone()));
                self.push(op, [position], Some(held));
            }
            What::Differs(Attribute::Order) => self.order(position, tables),
            What::Differs(_) => {
                let positions = self.same_object(position);
                let columns = self.databases.zip(tables).map(|(database, table)| database.column_of(table, name));
                if let Some(columns) = columns.as_ref().map(Option::as_ref).both() {
                    self.changed_column(from, &positions, columns);
                }
            }
            What::ValueMissing | What::ValueExtra => self.note(position, "columns have no labels"),
        }
    }

    fn missing_column(&mut self, position: usize, tables: Pair<&Table>, name: &Name) {
        let Some(column) = tables.to.column(name).cloned() else {
            self.note(position, "the column is in neither schema");
            return;
        };
        let held = column.ty.reason().map(|reason| Held::Impossible(format!("its type is not known: {reason}")));
        for (what, reason) in [
            ("default", column.default.reason()),
            ("nullability", column.nullable.reason()),
            ("numbering", column.generation.reason()),
            ("generated value", column.generated.reason()),
        ] {
            if let Some(reason) = reason {
                self.note(position, format!("the {what} of column {name} is left out: {reason}"));
            }
        }
        let place = self.place_of_new(tables, name);
        self.push(Op::AddColumn(tables.from.name.clone(), Box::new(column), place), [position], held);
    }

    /// Where a new column goes, which engines that only append may pass over.
    fn place_of_new(&self, tables: Pair<&Table>, name: &Name) -> Option<Position> {
        let before = self.column_before(tables, name);
        let after_last = match (before, tables.from.columns.last()) {
            // Columns that the declaration does not know stay where they are, before what is appended.
            (Some(before), Some(last)) => *before == last.name || tables.from.column(before).is_none(),
            (Some(_), None) | (None, None) => true,
            (None, Some(_)) => false,
        };
        let appended = tables.to.columns.iter().skip_while(|column| column.name != *name);
        let only_new_follow = appended.skip(1).all(|column| tables.from.column(&column.name).is_none());
        if after_last && only_new_follow { None } else { Some(Position::behind(before)) }
    }

    /// The column that precedes another in the declaration and is there, or comes too.
    fn column_before<'t>(&self, tables: Pair<&'t Table>, name: &Name) -> Option<&'t Name> {
        let declared = tables.to.columns.iter().map(|column| &column.name);
        let is_there = |name: &&Name| tables.from.column(name).is_some() || self.is_added(tables.to, name);
        declared.take_while(|other| *other != name).filter(is_there).last()
    }

    /// Whether some change adds that column.
    fn is_added(&self, table: &Table, name: &Name) -> bool {
        let path = ObjectPath::of_table(Kind::Column, &table.name, name.clone());
        self.missing_parts(&table.name).any(|position| self.changes[position].paths.to.as_ref() == Some(&path))
    }

    /// A column that differs in its attributes. What loses something may have to wait, with all that is bound to it.
    fn changed_column(&mut self, table: &Table, positions: &BTreeSet<usize>, columns: Pair<&Column>) {
        let mut attributes = self.attributes(positions);
        let mut before = columns.from.clone();
        let mut handed = self.handed(table, columns);
        if handed.is_some() {
            attributes.retain(|attribute| !matches!(attribute, Attribute::Identity | Attribute::Default));
        }
        if let Some((first, _)) = handed.take_if(|(_, is_first)| *is_first) {
            before = self.hand_over(table, positions, columns, first);
        }
        let columns = Pair::new(&before, columns.to);
        let (held, bound) = self.loss(&attributes, columns).unzip();
        let waits = held.is_some() && !self.allow_drop;
        let (bound, free): (BTreeSet<Attribute>, BTreeSet<Attribute>) =
            attributes.into_iter().partition(|attribute| waits && bound.is_some_and(|bound| bound.contains(attribute)));
        let middle = with_attributes(columns, &free);
        let alter = |from: &Column, to: Column| {
            Op::AlterColumn(table.name.clone(), Box::new(Pair::new(from.clone(), to)), None)
        };
        if !free.is_empty() {
            let causes = self.causes_of(positions, &free.into_iter().collect::<Vec<_>>());
            self.push(alter(columns.from, middle.clone()), causes, if waits { None } else { held.clone() });
        }
        if !bound.is_empty() {
            let causes = self.causes_of(positions, &bound.iter().copied().collect::<Vec<_>>());
            let full = with_attributes(Pair::new(&middle, columns.to), &bound);
            self.push(alter(&middle, full), causes, held);
        }
        if let Some((last, _)) = handed {
            self.hand_over(table, positions, Pair::new(&middle, columns.to), last);
        }
    }

    /// Why a change of a column needs leave, and the attributes that have to wait for it.
    fn loss(&self, attributes: &BTreeSet<Attribute>, columns: Pair<&Column>) -> Option<(Held, &'static [Attribute])> {
        let numbered = columns.map(|column| column.generation.known().is_some_and(Option::is_some));
        let loses_numbers = attributes.contains(&Attribute::Identity) && numbered.from && !numbered.to;
        if let Some(held) = self.narrowed(attributes, columns) {
            return Some((held, &BOUND_TO_TYPE));
        }
        let reason = "the sequence that numbers the column goes, and its position with it";
        (loses_numbers && self.dialect.numbers_by_sequence())
            .then(|| (Held::Destructive(reason.to_owned()), &[Attribute::Identity, Attribute::Default] as &[_]))
    }

    /// Why a change of a column's type or expression needs leave.
    fn narrowed(&self, attributes: &BTreeSet<Attribute>, columns: Pair<&Column>) -> Option<Held> {
        let generated = columns.map(|column| column.generated.known().is_some_and(Option::is_some));
        if attributes.contains(&Attribute::Generated) && !generated.from && generated.to {
            let reason = "the stored values give way to computed ones";
            return Some(Held::Destructive(reason.to_owned()));
        }
        let stored = columns.from.generated.known().and_then(Option::as_ref);
        let stored = stored.is_some_and(|generated| generated.storage == GeneratedStorage::Stored);
        if attributes.contains(&Attribute::Generated) && stored && !generated.to && self.dialect.forgets_computed() {
            let reason = "this version of the engine cannot keep the values that were computed";
            return Some(Held::Destructive(reason.to_owned()));
        }
        let types = columns.map(|column| column.ty.known()).both()?;
        let narrows = attributes.contains(&Attribute::Type) && self.dialect.narrows(types);
        narrows.then(|| {
            let words = format!("values of type {} may not fit into {}", types.from.written, types.to.written);
            Held::Destructive(words)
        })
    }

    /// Moves as few columns as possible, each behind its neighbour.
    fn order(&mut self, position: usize, tables: Pair<&Table>) {
        if !self.dialect.moves_columns() {
            self.note(position, "this engine cannot put a column in another place; only a new table could");
            return;
        }
        let declared: Vec<&Column> =
            tables.to.columns.iter().filter(|column| tables.from.column(&column.name).is_some()).collect();
        let places: Vec<usize> = declared
            .iter()
            .filter_map(|column| tables.from.columns.iter().position(|other| other.name == column.name))
            .collect();
        let kept = longest_increasing(&places);
        let moved = declared.iter().enumerate().filter(|(at, _)| !kept.contains(at));
        for (_, column) in moved {
            let Some(live) = tables.from.column(&column.name) else { continue };
            let place = Position::behind(self.column_before(tables, &column.name));
            self.move_column(position, tables.from, live, place);
        }
    }

    /// Moves a column with its other changes, if it has any, since both are one statement.
    fn move_column(&mut self, position: usize, table: &Table, column: &Column, place: Position) {
        let path = ObjectPath::of_table(Kind::Column, &table.name, column.name.clone());
        let paths = Pair::new(Some(path.clone()), Some(path));
        let of_column = self.of_object.get(&paths).into_iter().flatten().copied();
        let others = of_column.into_iter().find(|other| matches!(self.changes[*other].code.what, What::Differs(_)));
        if let Some(other) = others.filter(|other| !self.done.contains(other)) {
            self.column(other);
        }
        let altered = self.todos.iter_mut().find(|todo| match &todo.op {
            Op::AlterColumn(name, columns, None) => *name == table.name && columns.to.name == column.name,
            _ => false,
        });
        // What waits for leave must not keep the column where it is; with leave there is one definition, the new one.
        if let Some(todo) = altered.filter(|todo| todo.held.is_none() || self.allow_drop) {
            if let Op::AlterColumn(_, _, position) = &mut todo.op {
                *position = Some(place);
            }
            todo.causes.insert(position);
            return;
        }
        let same = Box::new(Pair::new(column.clone(), column.clone()));
        self.push(Op::AlterColumn(table.name.clone(), same, Some(place)), [position], None);
    }
}

/// `columns.from` with the given attributes of `columns.to`.
fn with_attributes(columns: Pair<&Column>, attributes: &BTreeSet<Attribute>) -> Column {
    let (mut out, to) = (columns.from.clone(), columns.to);
    let known = |fact: &Fact<bool>| fact.known().is_some();
    for attribute in attributes {
        match attribute {
            Attribute::Type => {
                out.ty = to.ty.clone();
                out.collation.clone_from(&to.collation);
                out.charset.clone_from(&to.charset);
            }
            Attribute::Nullable if known(&to.nullable) => out.nullable = to.nullable.clone(),
            Attribute::Default => out.default = to.default.clone(),
            Attribute::Identity => out.generation = to.generation.clone(),
            Attribute::Generated => out.generated = to.generated.clone(),
            Attribute::Collation => {
                out.collation.clone_from(&to.collation);
                out.charset.clone_from(&to.charset);
            }
            Attribute::OnUpdate => out.on_update.clone_from(&to.on_update),
            Attribute::Comment => out.comment = to.comment.clone(),
            Attribute::Visible => out.invisible = to.invisible,
            Attribute::Options => out.take_options(to),
            Attribute::Nullable
            | Attribute::Order
            | Attribute::Name
            | Attribute::Columns
            | Attribute::Expression
            | Attribute::Actions
            | Attribute::Deferrable
            | Attribute::Valid
            | Attribute::Unique
            | Attribute::Method
            | Attribute::Predicate
            | Attribute::Engine
            | Attribute::Partition
            | Attribute::Definition
            | Attribute::Values => {}
        }
    }
    out
}

/// The positions of a longest increasing subsequence: what may stay where it is.
fn longest_increasing(places: &[usize]) -> BTreeSet<usize> {
    let mut best: Vec<Vec<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let before = (0..at)
            .filter(|other| places[*other] < *place)
            .max_by_key(|other| (best[*other].len(), usize::MAX - other));
        let mut chain = before.map(|other| best[other].clone()).unwrap_or_default();
        chain.push(at);
        best.push(chain);
    }
    best.into_iter().rev().max_by_key(Vec::len).unwrap_or_default().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_columns_as_possible_move() {
        assert_eq!(longest_increasing(&[0, 1, 2]), BTreeSet::from([0, 1, 2]));
        assert_eq!(longest_increasing(&[3, 0, 1, 2]), BTreeSet::from([1, 2, 3]));
        assert_eq!(longest_increasing(&[]), BTreeSet::new());
    }
}
