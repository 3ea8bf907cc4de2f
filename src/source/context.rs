//! What a source is given besides its own path.

use std::path::Path;

use crate::dialect::Dialect;
use crate::model::Name;
use crate::snapshot::Snapshot;

/// The circumstances under which a source is read.
#[derive(Clone, Copy)]
pub struct LoadContext<'a> {
    /// The engine whose rules apply.
    pub dialect: &'a dyn Dialect,
    /// The schema that unqualified names mean, where it is not the dialect's own default.
    pub default_schema: Option<&'a Name>,
    /// What paths in spans and messages are relative to: the folder the user stands in.
    pub root: &'a Path,
    /// What the statements of an SQL source are applied to: the models read before it.
    pub base: Option<&'a Snapshot>,
}
