//! Alembic: where its scripts are, and the chain that they make.

mod config;
mod script;

pub use config::Config;
pub use script::revisions;
