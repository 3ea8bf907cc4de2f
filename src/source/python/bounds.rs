//! How large a value may become, and how much of one is looked at: a loop may double it for ever, a list may hold itself,
//! and no name, default or comment is so long.

use std::cell::Cell;

use crate::threads;

/// The longest text, in bytes.
pub(super) const MOST_TEXT: usize = 1 << 20;

/// The most items of a list.
pub(super) const MOST_ITEMS: usize = 100_000;

/// The most parts of one value that are looked at.
const MOST_LOOKS: u32 = 10_000;

/// How many parts of a value may still be looked at. Whatever walks through a value asks, for each part: the same part may
/// stand in it a thousand times over, or lead back to the whole.
pub(super) struct Looks(Cell<u32>);

impl Looks {
    /// Those that a walk begins with.
    pub(super) fn new() -> Self {
        Looks(Cell::new(MOST_LOOKS))
    }

    /// Takes one; false where there is none left, or no room to nest any deeper.
    pub(super) fn more(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0 && threads::has_room()
    }
}
