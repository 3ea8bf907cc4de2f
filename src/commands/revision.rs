//! A new revision of the project's Alembic history: what nobody has written a migration for, or the join of its heads.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::history::version_table::hexadecimal;
use crate::history::{Fault, History, Tool};
use crate::plan::Plan;
use crate::plan::output::{AlembicRevision, Migration, OutputContext, OutputForm};

use super::compare::Compared;
use super::context::Context;
use super::failure::advice;

/// A revision as text, with the file that it belongs into.
pub(super) struct Revision {
    /// The file.
    pub(super) file: PathBuf,
    /// Its text.
    pub(super) text: String,
    /// The plan behind it.
    pub(super) plan: Plan,
}

/// The revision that leads from what the migrations build to what is declared; `None` where they build it all. It
/// follows every head, and so joins them; where the chain's base was never written, it is that base.
pub(super) fn unwritten(
    context: &Context,
    compared: &Compared,
    history: &History,
    name: &str,
) -> anyhow::Result<Option<Revision>> {
    let folder = folder(history)?;
    let Some((found, pair, options)) = compared.unwritten(context)? else { return Ok(None) };
    let plan = compared.plan(&found, pair.as_ref(), &options);
    let (id, parents) = match missing_base(history) {
        Some(base) => (base.to_owned(), Vec::new()),
        None => (String::new(), heads(history)),
    };
    let message = if id.is_empty() { name.replace('_', " ") } else { "initial migration".to_owned() };
    let mut revision = AlembicRevision { id, parents, message };
    let header = [
        "Written by drift: from what the migrations before it build".to_owned(),
        format!("                  to {}", compared.comparison.report.to),
    ];
    let write = |revision: &AlembicRevision| -> Migration {
        revision.write(&plan, OutputContext { header: &header, diff: &found, origins: &pair.to.origins })
    };
    let file = match revision.id.as_str() {
        "" => {
            revision.id = identifier(&write(&revision).up);
            folder.join(format!("{}_{name}.py", revision.id))
        }
        base => folder.join(format!("{base}.py")),
    };
    let text = write(&revision).up;
    Ok(Some(Revision { file, text, plan }))
}

/// The revision that joins the heads of a history; `None` where there is one only.
pub(super) fn merge(history: &History) -> anyhow::Result<Option<(PathBuf, String)>> {
    let folder = folder(history)?;
    let parents = heads(history);
    if parents.len() < 2 {
        return Ok(None);
    }
    let message = format!("merge {}", parents.join(", "));
    let mut revision = AlembicRevision { id: String::new(), parents, message };
    revision.id = identifier(&revision.merge());
    Ok(Some((folder.join(format!("{}_merge_heads.py", revision.id)), revision.merge())))
}

/// The folder of the scripts, as the user knows it.
fn folder(history: &History) -> anyhow::Result<PathBuf> {
    history.scripts().ok_or_else(|| {
        let whose = match history.tool {
            Tool::Unordered => "a folder of SQL files".to_owned(),
            tool => tool.words().to_owned(),
        };
        advice(
            format!("this needs a history of Alembic, and {whose} was found"),
            "give --history with the folder of alembic.ini, or --format sql",
        )
    })
}

fn heads(history: &History) -> Vec<String> {
    history.graph.ids(&history.graph.heads()).into_iter().map(str::to_owned).collect()
}

/// The base that a chain without one refers to.
fn missing_base(history: &History) -> Option<&str> {
    let faults = history.graph.faults();
    let mut missing = faults.into_iter().filter_map(|fault| match fault {
        Fault::MissingParent { parent, revision } => Some((parent, revision)),
        _ => None,
    });
    let (parent, revision) = missing.next().filter(|_| history.graph.bases().is_empty())?;
    let named = history.graph.revision(revision);
    missing.next().is_none().then(|| named.parents.iter().find(|id| **id == parent).map(String::as_str)).flatten()
}

/// Twelve hexadecimal digits, as Alembic's own: the same revision is never written under two names.
fn identifier(text: &str) -> String {
    hexadecimal(&Sha256::digest(text)[..6])
}
