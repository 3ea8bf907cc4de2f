//! Declared schemas: SQL files, Python models, programs and snapshot files, each read into a
//! [`Snapshot`](crate::snapshot::Snapshot).
//!
//! A source must not know what it will be compared with, and never runs the user's code, except for `exec:`.

mod context;
mod error;

pub mod exec;
pub mod paths;
pub mod python;
pub mod snapshot_file;
mod spec;
pub mod sql;

pub use context::LoadContext;
pub use error::SourceError;
pub use spec::{SourceKind, SourceSpec};
