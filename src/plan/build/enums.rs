//! Enum types.

use std::collections::BTreeSet;

use crate::diff::{Pair, What};
use crate::model::{Attribute, Column, EnumType, Kind, ObjectPath, RelationName};
use crate::plan::dependents::columns_of;
use crate::plan::{Commented, Held, Op};

use super::Builder;

impl Builder<'_> {
    pub(super) fn enum_type(&mut self, position: usize) {
        let types = self.relations(position, |database| &database.enums).map(Option::<&EnumType>::cloned);
        match (self.changes[position].code.what, types.from, types.to) {
            (What::Missing, _, Some(ty)) => self.push(Op::CreateEnum(ty), [position], None),
            (What::Extra, Some(ty), _) => {
                let reason = "dropping a type loses its labels".to_owned();
                self.push(Op::DropEnum(ty), [position], Some(Held::Destructive(reason)));
            }
            (What::Differs(Attribute::Comment), Some(from), Some(to)) => {
                let commented = Commented { kind: Kind::Enum, name: to.name.clone(), materialized: false };
                self.push(Op::Comment(commented, Pair::new(from.comment, to.comment)), [position], None);
            }
            (What::ValueMissing | What::ValueExtra | What::Differs(_), Some(from), Some(to)) => {
                let positions = self.same_object(position);
                self.labels(&positions, Pair::new(from, to));
            }
            (What::Missing | What::Extra | What::ValueMissing | What::ValueExtra | What::Differs(_), _, _) => {
                self.note(position, "the type is in neither schema");
            }
        }
    }

    /// Labels that come are added to the type; where one goes or the order changes, the type has to be replaced.
    fn labels(&mut self, positions: &BTreeSet<usize>, types: Pair<EnumType>) {
        let is = |what: What| {
            let changes = self.changes;
            positions.iter().copied().filter(move |at| changes[*at].code.what == what).collect::<BTreeSet<usize>>()
        };
        let (missing, extra) = (is(What::ValueMissing), is(What::ValueExtra));
        let order = self.causes_of(positions, &[Attribute::Order]);
        let comments = self.causes_of(positions, &[Attribute::Comment]);
        let to = EnumType { comment: types.from.comment.clone(), ..types.to.clone() };
        if !comments.is_empty() {
            let commented = Commented { kind: Kind::Enum, name: to.name.clone(), materialized: false };
            let pair = Pair::new(types.from.comment.clone(), types.to.comment.clone());
            self.push(Op::Comment(commented, pair), comments, None);
        }
        let lost: Vec<&str> =
            types.from.values.iter().filter(|value| !to.values.contains(value)).map(String::as_str).collect();
        let held = (!extra.is_empty())
            .then(|| Held::Destructive(format!("rows that hold {} would not fit the type", lost.join(", "))));
        let columns = self.columns_after(&types.from.name);
        let rewrites = !extra.is_empty() || !order.is_empty();
        if !rewrites || (held.is_some() && !self.allow_drop) {
            let mut extended = types.from.clone();
            extended.values = with_missing(&types.from.values, &to.values);
            if !missing.is_empty() {
                self.push(Op::ExtendEnum(Pair::new(types.from, extended.clone())), missing, None);
            }
            if rewrites {
                let causes = extra.into_iter().chain(order);
                self.push(Op::ReplaceEnum { types: Pair::new(extended, to), columns }, causes, held);
            }
        } else {
            let causes = missing.into_iter().chain(extra).chain(order);
            self.push(Op::ReplaceEnum { types: Pair::new(types.from, to), columns }, causes, held);
        }
    }

    /// The columns of that type in their new form, so that a default which names a label that goes is not put back.
    fn columns_after(&self, name: &RelationName) -> Vec<(RelationName, Column)> {
        let mut columns = columns_of(name, self.databases.from);
        for (table, column) in &mut columns {
            let Some(declared) = self.databases.to.tables.get(table).and_then(|table| table.column(&column.name))
            else {
                continue;
            };
            let path = ObjectPath::of_table(Kind::Column, table, column.name.clone());
            let paths = Pair::new(Some(path.clone()), Some(path));
            let mut of_column = self.of_object.get(&paths).into_iter().flatten();
            if of_column.any(|at| self.changes[*at].code.what == What::Differs(Attribute::Default)) {
                column.default = declared.default.clone();
            }
        }
        columns
    }
}

/// The labels of `from`, with each that only `to` has put behind its neighbour there.
fn with_missing(from: &[String], to: &[String]) -> Vec<String> {
    let mut out = from.to_vec();
    for (at, value) in to.iter().enumerate().filter(|(_, value)| !from.contains(value)) {
        let before = at.checked_sub(1).and_then(|before| out.iter().position(|other| *other == to[before]));
        let place = match before {
            Some(place) => place + 1,
            None => to[at..].iter().find_map(|next| out.iter().position(|other| other == next)).unwrap_or(out.len()),
        };
        out.insert(place, value.clone());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::with_missing;

    fn merged(from: &[&str], to: &[&str]) -> Vec<String> {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        with_missing(&owned(from), &owned(to))
    }

    #[test]
    fn new_labels_go_where_the_declaration_has_them() {
        assert_eq!(merged(&["a", "c"], &["a", "b", "c", "d"]), ["a", "b", "c", "d"]);
        assert_eq!(merged(&["b"], &["a", "b"]), ["a", "b"]);
        assert_eq!(merged(&["x", "b"], &["a", "b"]), ["x", "a", "b"]);
        assert_eq!(merged(&[], &["a", "b"]), ["a", "b"]);
    }
}
