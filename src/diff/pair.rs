//! Both sides of a comparison, so that they cannot be swapped.

use serde::Serialize;

/// `from` is what is there (live, or the older), `to` is what should be there (declared, or the newer).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Pair<T> {
    /// What is there.
    pub from: T,
    /// What should be there.
    pub to: T,
}

impl<T> Pair<T> {
    /// A pair of both sides.
    pub const fn new(from: T, to: T) -> Self {
        Pair { from, to }
    }

    /// Applies one function to both sides.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { from: f(self.from), to: f(self.to) }
    }

    /// Both sides by reference.
    pub const fn as_ref(&self) -> Pair<&T> {
        Pair { from: &self.from, to: &self.to }
    }

    /// The two sides exchanged, for the way back.
    pub fn swap(self) -> Self {
        Pair { from: self.to, to: self.from }
    }

    /// Combines with another pair, side by side.
    pub fn zip<U>(self, other: Pair<U>) -> Pair<(T, U)> {
        Pair { from: (self.from, other.from), to: (self.to, other.to) }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether both sides are the same.
    pub fn is_same(&self) -> bool {
        self.from == self.to
    }
}

impl<T> Pair<Option<T>> {
    /// The pair of values, if both sides have one.
    pub fn both(self) -> Option<Pair<T>> {
        Some(Pair { from: self.from?, to: self.to? })
    }

    /// The declared value, else the one that is there.
    pub fn either(self) -> Option<T> {
        self.to.or(self.from)
    }
}
