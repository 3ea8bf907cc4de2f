//! `drift.toml` as typed values that know where they stand, and the environment that it may refer to.
//!
//! What the keys mean is written once, in [`KEYS`]: the check for unknown keys, the types, the messages and the
//! reference page all come from there. This module must not open a source or a connection.

mod environment;
mod error;
mod file;
mod keys;
mod read;
mod tree;

pub use environment::Environment;
pub use error::{ConfigError, Problem};
pub use file::{Config, DEFAULT_FILE, FailOn, Part, Target, Text, Waits};
pub use keys::{Form, KEYS, Key};
