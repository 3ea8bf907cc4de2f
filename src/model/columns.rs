//! The columns of a table, in their order and by name.

use std::collections::HashMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{Column, Name};

/// From how many columns on the names are kept in an index; below that, looking is as fast.
const INDEXED_FROM: usize = 64;

/// The columns of one table: a list whose columns are found by name without looking at all of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Vec<Column>", into = "Vec<Column>")]
#[schemars(with = "Vec<Column>")]
pub struct Columns {
    list: Vec<Column>,
    /// Where each name stands. Empty where the list is short, or was changed by hand since.
    places: HashMap<Name, usize>,
    /// The column that was last given out to be changed, with the name that it had.
    lent: Option<(usize, Name)>,
}

impl Columns {
    /// Where the column of that name stands; the first, where several have it.
    pub fn place(&self, name: &Name) -> Option<usize> {
        if self.places.is_empty() {
            return self.list.iter().position(|column| column.name == *name);
        }
        let is_it = |place: &usize| self.list[*place].name == *name;
        let indexed = self.places.get(name).copied().filter(is_it);
        indexed.or_else(|| self.lent.as_ref().map(|(place, _)| *place).filter(is_it))
    }

    /// The column of that name, to change.
    pub fn find_mut(&mut self, name: &Name) -> Option<&mut Column> {
        self.settle();
        let place = self.place(name)?;
        self.lent = Some((place, self.list[place].name.clone()));
        self.list.get_mut(place)
    }

    /// Every column, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Column> {
        self.places.clear();
        self.lent = None;
        self.list.iter_mut()
    }

    /// Adds a column behind the others.
    pub fn push(&mut self, column: Column) {
        self.settle();
        let (place, name) = (self.list.len(), column.name.clone());
        self.list.push(column);
        match self.places.is_empty() {
            true => self.index(),
            false => drop(self.places.entry(name).or_insert(place)),
        }
    }

    /// Changes the list itself: its order or its length.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Vec<Column>) -> T) -> T {
        let outcome = change(&mut self.list);
        self.lent = None;
        self.index();
        outcome
    }

    /// Keeps what `keep` admits.
    pub fn retain(&mut self, keep: impl FnMut(&Column) -> bool) {
        self.change(|list| list.retain(keep));
    }

    /// Takes the column that was lent back: it may have another name.
    fn settle(&mut self) {
        if let Some((place, was)) = self.lent.take()
            && !self.places.is_empty()
            && self.list[place].name != was
        {
            self.places.remove(&was);
            self.places.insert(self.list[place].name.clone(), place);
        }
    }

    fn index(&mut self) {
        self.places.clear();
        if self.list.len() >= INDEXED_FROM {
            let names = self.list.iter().enumerate().rev();
            self.places.extend(names.map(|(place, column)| (column.name.clone(), place)));
        }
    }
}

impl Deref for Columns {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.list
    }
}

impl From<Vec<Column>> for Columns {
    fn from(list: Vec<Column>) -> Self {
        list.into_iter().collect()
    }
}

impl From<Columns> for Vec<Column> {
    fn from(columns: Columns) -> Self {
        columns.list
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<T: IntoIterator<Item = Column>>(list: T) -> Self {
        let mut columns = Columns { list: list.into_iter().collect(), ..Columns::default() };
        columns.index();
        columns
    }
}

impl Extend<Column> for Columns {
    fn extend<T: IntoIterator<Item = Column>>(&mut self, more: T) {
        self.change(|list| list.extend(more));
    }
}

impl<'a> IntoIterator for &'a Columns {
    type Item = &'a Column;
    type IntoIter = std::slice::Iter<'a, Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a mut Columns {
    type Item = &'a mut Column;
    type IntoIter = std::slice::IterMut<'a, Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl IntoIterator for Columns {
    type Item = Column;
    type IntoIter = std::vec::IntoIter<Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DataType, TypeKind};
    use super::*;

    fn named(name: &str) -> Column {
        let kind = TypeKind::Builtin { name: "integer".to_owned(), args: Vec::new() };
        Column::new(Name::exact(name), DataType::new(kind, "integer"))
    }

    /// Whatever was done to the list, a name is found where a look at every column finds it.
    #[test]
    fn names_are_found_where_they_stand() {
        for count in [3, 200] {
            let mut columns: Columns = (0..count).map(|number| named(&format!("c{number}"))).collect();
            let check = |columns: &Columns| {
                for name in ["c0", "c1", "c2", "new", "renamed", "again", "absent"].map(Name::exact) {
                    let expected = columns.iter().position(|column| column.name == name);
                    assert_eq!(columns.place(&name), expected, "{name}");
                }
            };
            check(&columns);
            columns.push(named("new"));
            check(&columns);
            columns.find_mut(&Name::exact("c1")).unwrap().name = Name::exact("renamed");
            check(&columns);
            columns.find_mut(&Name::exact("renamed")).unwrap().name = Name::exact("again");
            check(&columns);
            columns.push(named("c1"));
            check(&columns);
            columns.retain(|column| column.name.as_str() != "c0");
            check(&columns);
            columns.iter_mut().for_each(|column| column.name = Name::exact(format!("{}x", column.name.as_str())));
            check(&columns);
            columns.change(|list| list.insert(0, named("c2")));
            check(&columns);
        }
    }
}
