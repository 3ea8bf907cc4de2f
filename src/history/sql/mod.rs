//! Histories of SQL files: whose layout a folder follows, and which part of a file goes forward.

mod layout;
mod section;

pub use layout::read;
pub use section::forward;
