//! Migration histories: the chain of revisions, and the schema that it builds.
//!
//! [`History::load`] finds out whose history a folder is and reads its chain; [`replay`] builds the schema of any
//! revision. Nothing of the project is executed. This module must not know what the history will be compared with.

pub mod alembic;
pub mod cause;
pub mod command;
mod error;
mod extent;
pub mod graph;
mod looks;
mod premise;
pub mod problem;
mod records;
pub mod replay;
pub mod revision;
pub mod sql;
pub mod standing;
pub mod version_table;

use std::path::{Path, PathBuf};

use crate::message::nearest;
use crate::model::RelationName;
use crate::snapshot::Warning;

pub use error::HistoryError;
pub use extent::{Extent, Part};
pub use graph::{Fault, Graph};
pub use premise::Need;
pub use replay::{Step, schema};
pub use revision::{Backward, Revision, Tool};
pub use standing::Standing;
pub use version_table::{Recorded, VersionTable};

/// The table in which Alembic records the version of the history in `place`, as its `env.py` names it; `None` where
/// that history is not Alembic's.
pub fn alembic_version_table(place: &Path, root: &Path) -> Option<RelationName> {
    Some(alembic::Config::find(&root.join(place))?.version_table())
}

/// A project's migration history.
#[derive(Clone, Debug)]
pub struct History {
    /// Whose it is.
    pub tool: Tool,
    /// The chain.
    pub graph: Graph,
    /// Files that say of themselves that they are revisions, and could not be read.
    pub warnings: Vec<Warning>,
    /// What paths are relative to.
    root: PathBuf,
    /// Alembic's configuration.
    alembic: Option<alembic::Config>,
    /// The folder, as a path from the root where it stands below.
    place: PathBuf,
}

impl History {
    /// Reads the history in `place`: a folder of migrations, an `alembic.ini`, or the folder that has one. Paths are
    /// shown relative to `root`.
    ///
    /// # Errors
    /// When nothing there is a history, or a folder cannot be read.
    pub fn load(place: &Path, root: &Path) -> Result<History, HistoryError> {
        let unreadable = |source| HistoryError::Io { path: place.to_owned(), source };
        let root = std::path::absolute(root).map_err(unreadable)?;
        let place = root.join(place);
        if let Some(config) = alembic::Config::find(&place) {
            let (revisions, warnings) = alembic::revisions(&config, &root).map_err(unreadable)?;
            let graph = Graph::new(revisions);
            let place = config.version_locations.first().unwrap_or(&place);
            let place = place.strip_prefix(&root).unwrap_or(place).to_owned();
            return Ok(History { tool: Tool::Alembic, graph, warnings, root, alembic: Some(config), place });
        }
        let shown = place.strip_prefix(&root).unwrap_or(&place).to_owned();
        match sql::read(&place, &shown).map_err(unreadable)? {
            Some((tool, revisions)) => {
                let (graph, warnings) = (Graph::new(revisions), Vec::new());
                Ok(History { tool, graph, warnings, root, alembic: None, place: shown })
            }
            None => Err(HistoryError::None { path: shown }),
        }
    }

    /// The revision that `id` means.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, id: &str) -> Result<usize, HistoryError> {
        self.graph.find(id).ok_or_else(|| {
            let known = self.graph.revisions().iter().map(|revision| revision.id.as_str());
            HistoryError::NoRevision { id: id.to_owned(), nearest: nearest(id, known).map(str::to_owned) }
        })
    }

    /// Where new migrations go, as a path from the root where it stands below.
    pub fn place(&self) -> &Path {
        &self.place
    }
}
