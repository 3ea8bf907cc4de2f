//! A new migration of the project's history: what nobody has written one for, or the join of its heads.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::history::sql::{Folder, Next};
use crate::history::version_table::hexadecimal;
use crate::history::{Fault, History, Tool};
use crate::plan::Plan;
use crate::plan::output::{AlembicRevision, Migration, Operations, OutputContext, OutputForm};

use super::compare::{Compared, dialect_of};
use super::context::Context;
use super::failure::advice;

/// A migration as text, with the files that it belongs into.
pub(super) struct Revision {
    /// The folder of the history.
    pub(super) folder: PathBuf,
    /// Its files, the one that goes there first.
    pub(super) files: Vec<File>,
    /// The plan behind it.
    pub(super) plan: Plan,
}

/// A file that is to be written.
pub(super) struct File {
    /// Where.
    pub(super) path: PathBuf,
    /// What.
    pub(super) text: String,
    /// What it is for, where it is not the migration itself.
    pub(super) words: &'static str,
}

/// The migration that leads from what the others build to what is declared; `None` where they build it all. One of
/// Alembic follows every head, and so joins them; where the chain's base was never written, it is that base.
pub(super) fn unwritten(
    context: &Context,
    compared: &Compared,
    history: &History,
    name: &str,
) -> anyhow::Result<Option<Revision>> {
    let Some((found, pair, options)) = compared.unwritten(context)? else { return Ok(None) };
    let plan = compared.plan(&found, pair.as_ref(), &options);
    let header = [
        "Written by drift: from what the migrations before it build".to_owned(),
        format!("                  to {}", compared.comparison.report.to),
    ];
    let place = OutputContext { header: &header, diff: &found, origins: &pair.to.origins };
    let folder = Folder {
        place: history.place(),
        tool: compared.tool().unwrap_or(history.tool),
        revisions: history.graph.revisions(),
        engine: compared.engine(),
        now: now(),
    };
    let files = match folder.next(name) {
        Some(next) => files(next.framing.write(&plan, place), next),
        None => {
            let dialect = dialect_of(pair.as_ref());
            let databases = pair.as_ref().map(|snapshot| &snapshot.database);
            // `IF NOT EXISTS` stands in statements only.
            let operations = (!options.idempotent).then_some(Operations { dialect: dialect.as_ref(), databases });
            vec![alembic(history, name, operations, &|revision| revision.write(&plan, place).up)]
        }
    };
    Ok(Some(Revision { folder: history.place().to_owned(), files, plan }))
}

/// The files of a migration in SQL.
pub(super) fn files(migration: Migration, next: Next) -> Vec<File> {
    let mut files = vec![File { path: next.up, text: migration.up, words: "" }];
    files.extend(migration.down.map(|text| File { path: next.down, text, words: " (the way back)" }));
    if let Some(settings) = migration.settings {
        let setting = |path| File { path, text: settings.clone(), words: " (what the tool has to know)" };
        files.extend(next.settings.into_iter().map(setting));
    }
    files
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// The next revision of Alembic, as `write` writes it.
fn alembic(
    history: &History,
    name: &str,
    operations: Option<Operations<'_>>,
    write: &dyn Fn(&AlembicRevision<'_>) -> String,
) -> File {
    let (id, parents) = match missing_base(history) {
        Some(base) => (base.to_owned(), Vec::new()),
        None => (String::new(), heads(history)),
    };
    let message = if id.is_empty() { name.replace('_', " ") } else { "initial migration".to_owned() };
    let mut revision = AlembicRevision { id, parents, message, operations };
    let file = match revision.id.as_str() {
        "" => {
            revision.id = identifier(&write(&revision));
            format!("{}_{name}.py", revision.id)
        }
        base => format!("{base}.py"),
    };
    File { path: history.place().join(file), text: write(&revision), words: "" }
}

/// The revision that joins the heads of a history; `None` where there is one only.
pub(super) fn merge(history: &History) -> anyhow::Result<Option<(PathBuf, String)>> {
    of_alembic(history)?;
    let missing = history.graph.faults().into_iter().find_map(|fault| match fault {
        Fault::MissingParent { revision, parent } => Some((revision, parent)),
        Fault::SeveralHeads(_) | Fault::DuplicateId(_) | Fault::Cycle(_) | Fault::SecondBase { .. } => None,
    });
    if let Some((revision, parent)) = missing {
        let id = &history.graph.revision(revision).id;
        return Err(advice(
            format!("{id} follows {parent}, which no file has: what looks like several heads may be one"),
            "correct that first; `drift history` says how",
        ));
    }
    let parents = heads(history);
    if parents.len() < 2 {
        return Ok(None);
    }
    let message = format!("merge {}", parents.join(", "));
    let mut revision = AlembicRevision { id: String::new(), parents, message, operations: None };
    revision.id = identifier(&revision.merge());
    let file = history.place().join(format!("{}_merge_heads.py", revision.id));
    Ok(Some((file, revision.merge())))
}

/// Refuses to write a script of Alembic into another tool's folder.
pub(super) fn of_alembic(history: &History) -> anyhow::Result<()> {
    if history.tool == Tool::Alembic {
        return Ok(());
    }
    let whose = if history.tool == Tool::Unordered { "a folder of SQL files" } else { history.tool.words() };
    Err(advice(
        format!("this needs a history of Alembic, and {whose} was found"),
        "give --history with the folder of alembic.ini, or leave --format out",
    ))
}

fn heads(history: &History) -> Vec<String> {
    history.graph.ids(&history.graph.heads()).into_iter().map(str::to_owned).collect()
}

/// The base that a chain without one refers to.
fn missing_base(history: &History) -> Option<&str> {
    let faults = history.graph.faults();
    let mut missing = faults.into_iter().filter_map(|fault| match fault {
        Fault::MissingParent { parent, revision } => Some((parent, revision)),
        Fault::SeveralHeads(_) | Fault::DuplicateId(_) | Fault::Cycle(_) | Fault::SecondBase { .. } => None,
    });
    let (parent, revision) = missing.next().filter(|_| history.graph.bases().is_empty())?;
    let named = history.graph.revision(revision);
    missing.next().is_none().then(|| named.parents.iter().find(|id| **id == parent).map(String::as_str)).flatten()
}

/// Twelve hexadecimal digits, as Alembic's own: the same revision is never written under two names.
fn identifier(text: &str) -> String {
    hexadecimal(&Sha256::digest(text)[..6])
}
