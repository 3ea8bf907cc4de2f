//! Random numbers as plain data, and choices by them. Zero means the plainest choice, so that shrinking the numbers
//! shrinks the schema.

use proptest::collection::vec;
use proptest::prelude::*;

/// What a schema is made by.
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub objects: Vec<Numbers>,
    pub tables: Vec<TablePlan>,
    pub views: Vec<Numbers>,
    /// What is done to the schema to get the other side.
    pub changes: Vec<Numbers>,
    /// Which of the spellings the live side has.
    pub spelling: u16,
    /// Whether there are rows in the tables.
    pub rows: bool,
}

#[derive(Clone, Debug)]
pub struct TablePlan {
    pub table: Numbers,
    pub columns: Vec<Numbers>,
    pub parts: Vec<Numbers>,
}

/// The numbers behind one object.
pub type Numbers = [u16; 16];

fn numbers() -> impl Strategy<Value = Numbers> {
    // A number shrinks to zero at once or not at all: each try costs a migration.
    proptest::array::uniform16(prop_oneof![1 => Just(0_u16), 9 => (0..5040_u16).no_shrink()])
}

/// Any blueprint.
pub fn blueprint() -> impl Strategy<Value = Blueprint> {
    let table = (numbers(), vec(numbers(), 1..6), vec(numbers(), 0..6));
    let table = table.prop_map(|(table, columns, parts)| TablePlan { table, columns, parts });
    // Half of the pairs differ by one change, whose finding can be foretold to the letter.
    let changes = prop_oneof![vec(numbers(), 1..2), vec(numbers(), 2..9)];
    let spelling = prop_oneof![Just(0_u16), 0..7_u16];
    let parts = (vec(numbers(), 0..4), vec(table, 1..5), vec(numbers(), 0..3), changes, spelling, any::<bool>());
    parts.prop_map(|(objects, tables, views, changes, spelling, rows)| Blueprint {
        objects,
        tables,
        views,
        changes,
        spelling,
        rows,
    })
}

/// The numbers of one object, taken one after the other.
pub struct Picks<'a>(std::slice::Iter<'a, u16>);

impl<'a> Picks<'a> {
    pub fn new(numbers: &'a [u16]) -> Self {
        Picks(numbers.iter())
    }

    pub fn number(&mut self) -> usize {
        self.0.next().copied().unwrap_or(0).into()
    }

    /// True once in `odds` times.
    pub fn once_in(&mut self, odds: usize) -> bool {
        self.number() % odds == odds - 1
    }

    /// Any of `list`.
    pub fn of<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        let number = self.number();
        if list.is_empty() { None } else { list.get(number % list.len()) }
    }

    /// Any of `list` once in `odds` times.
    pub fn maybe<'t, T>(&mut self, odds: usize, list: &'t [T]) -> Option<&'t T> {
        let number = self.number();
        let at = (number / odds).checked_rem(list.len())?;
        (number % odds == odds - 1).then(|| &list[at])
    }

    /// The first of `list`, or once in `odds` times any.
    pub fn mostly_first<'t, T>(&mut self, odds: usize, list: &'t [T]) -> &'t T {
        self.maybe(odds, list).unwrap_or(&list[0])
    }
}
