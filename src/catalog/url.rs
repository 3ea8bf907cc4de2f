//! Database URLs: what SQLAlchemy, libpq and the drivers write, and how they are shown without the password.

use crate::model::Engine;

/// A database URL whose password never shows.
#[derive(Clone)]
pub struct DatabaseUrl {
    /// The engine that the scheme names.
    pub engine: Engine,
}
