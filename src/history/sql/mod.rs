//! Histories of SQL files: whose layout a folder follows, which part of a file goes forward, and how the next one is written.

mod layout;
mod next;
mod section;

pub(super) use layout::natural;
pub use layout::read;
pub use next::{Folder, Next};
pub use section::{forward, wrapping};
