//! How large a value may become: a loop may double it for ever, and no name, default or comment is so long.

/// The longest text, in bytes.
pub(super) const MOST_TEXT: usize = 1 << 20;

/// The most items of a list.
pub(super) const MOST_ITEMS: usize = 100_000;
