//! Python models: SQLAlchemy and SQLModel declarations, parsed and never imported.
//!
//! `parse` wraps the parser, `project` finds modules, `eval` runs them over values that may be unknown, `declarative`
//! and `table` make drafts of tables from what the evaluation recorded, `types`, `naming` and `sqltext` spell them as
//! SQLAlchemy's compilers would, and `emit` puts them into the model. Nothing of the application is executed.

mod annotation;
mod bounds;
mod class;
mod classes;
mod column;
mod compiled;
mod declarative;
mod dict;
mod draft;
mod emit;
mod encoding;
mod enums;
mod eval;
mod external;
mod files;
mod jsonpath;
mod listeners;
mod header;
pub mod migration;
mod models;
mod naming;
mod noise;
mod parse;
mod project;
mod requirement;
mod rules;
mod shared;
mod sqltext;
mod stubs;
mod table;
mod types;
mod value;
mod version;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::model::{Attribute, Facet, Kind, Reason};
use crate::snapshot::{Coverage, Scope, Snapshot, Warning};
use crate::threads;

pub use files::is_migration;

use super::{LoadContext, SourceError};
use eval::Interp;
use files::Found;
pub use header::{Constant, Header};
use models::Models;
use project::{FileError, Project, Trees};
use value::ModuleId;
use version::Versions;

/// Reads the Python files and folders that declare tables.
///
/// # Errors
/// When a path cannot be read, holds no model, or a file is not Python. What cannot be computed is undecided.
pub fn load(paths: &[PathBuf], context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    // Modules import each other to any depth, and each import is a few nested calls.
    threads::deep("python", || read(paths, context))
}

fn read(paths: &[PathBuf], context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    let rules = rules::of(context.dialect.engine());
    let trees = Trees::default();
    let mut project = Project::new(&trees, context.root);
    let mut modules = Vec::new();
    let mut covered = Vec::new();
    let mut named = Vec::new();
    for found in files::python_files(paths)? {
        let loaded = load_files(&mut project, &found)?;
        if found.folder.is_none() {
            named.extend(found.files.into_iter().zip(loaded.iter().copied()));
        }
        modules.extend(loaded);
        covered.extend(found.folder.and_then(|folder| std::path::absolute(folder).ok()));
    }
    let noise = among_named(&project, &named);
    modules.retain(|module| !noise.contains(module));
    let version = paths.first().map_or_else(|| Versions::find(context.root), |path| Versions::find(path));
    let mut interp = Interp::new(project, rules.name);
    interp.covered = covered;
    interp.version = version;
    interp.listed = modules.iter().copied().collect();
    for module in modules {
        interp.run(module);
    }
    interp.rest();
    let mut models = Models::new(interp, context.dialect, rules, version);
    for call in std::mem::take(&mut models.interp.tables) {
        models.add_table_call(&call);
    }
    models.map_imperatively();
    models.map_classes();
    // Tables that declared_attr functions made while classes were mapped.
    for call in std::mem::take(&mut models.interp.tables) {
        models.add_table_call(&call);
    }
    models.append_to_tables();
    models.tell_what_was_left_out();
    models.choose_between_rivals();
    if models.tables.is_empty() && models.undecided.is_empty() {
        let pattern = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return Err(SourceError::Empty { pattern, what: "Python module that defines tables" });
    }
    let default_schema = context.default_schema.cloned().or_else(|| context.dialect.default_schema());
    let mut snapshot = Snapshot::empty(context.dialect.engine(), default_schema, scope());
    models.emit(&mut snapshot);
    snapshot.warnings.append(&mut models.interp.project.warnings);
    context.dialect.complete(&mut snapshot.database);
    models.leave_out_circular_keys(&mut snapshot);
    models.record_places(&mut snapshot);
    Ok(models.run_listeners(snapshot, context))
}

/// Which of the files that were named are no models, where others are: a glob finds tests and migrations too.
fn among_named(project: &Project<'_>, named: &[(PathBuf, ModuleId)]) -> HashSet<ModuleId> {
    let parsed = named.iter().filter_map(|(path, module)| Some((path.as_path(), project.module(*module).file?)));
    let parsed: Vec<_> = parsed.collect();
    let root = named.first().and_then(|(path, _)| path.parent()).unwrap_or(Path::new(""));
    let root = root.ancestors().find(|root| named.iter().all(|(path, _)| path.starts_with(root))).unwrap_or(root);
    let noise = noise::passed_over(root, &parsed);
    let noise: HashSet<ModuleId> =
        named.iter().filter(|(path, _)| noise.contains(path)).map(|(_, module)| *module).collect();
    if noise.len() == named.len() { HashSet::new() } else { noise }
}

/// The modules of the files that a path means: all that were named, and those of a folder that may hold models.
fn load_files(project: &mut Project<'_>, found: &Found) -> Result<Vec<ModuleId>, SourceError> {
    let mut modules = Vec::with_capacity(found.files.len());
    for file in &found.files {
        match project.load(file) {
            Ok(module) => modules.push((file, module)),
            Err(FileError::Io(source)) => return Err(SourceError::Io { path: file.clone(), source }),
            Err(FileError::Syntax(at, message)) if found.folder.is_none() || may_declare_tables(file, at.line) => {
                return Err(SourceError::Syntax { at, message });
            }
            // A template, or Python 2: nothing that declares tables today.
            Err(FileError::Syntax(at, message)) => {
                let message = format!("a file is passed over, because it is not Python: {message}");
                project.warnings.push(Warning { message, help: None, at: Some(at) });
            }
        }
    }
    let Some(folder) = &found.folder else {
        return Ok(modules.into_iter().map(|(_, module)| module).collect());
    };
    let parsed = modules.iter().filter_map(|(path, module)| Some((path.as_path(), project.module(*module).file?)));
    let noise = noise::passed_over(folder, &parsed.collect::<Vec<_>>());
    Ok(modules.into_iter().filter(|(path, _)| !noise.contains(*path)).map(|(_, module)| module).collect())
}

/// Whether a file that is not Python, from a line on, was meant to hold models. A template of other files is not.
fn may_declare_tables(file: &Path, line: u32) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    let broken = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
    if ["{{", "{%"].iter().any(|mark| broken.contains(mark)) {
        return false;
    }
    ["sqlalchemy", "sqlmodel"].iter().any(|library| text.contains(library))
}

/// What models can speak about.
fn scope() -> Scope {
    let silent = |what: &str| Coverage::Silent(Reason::new(format!("Python models cannot declare {what}")));
    Scope::default()
        .complete([
            Kind::Table,
            Kind::Column,
            Kind::PrimaryKey,
            Kind::Unique,
            Kind::ForeignKey,
            Kind::Check,
            Kind::Exclusion,
            Kind::Index,
        ])
        // Migrations often leave a type or a sequence behind, or make one for other programs.
        .with(Facet::of(Kind::Enum), Coverage::Partial)
        .with(Facet::of(Kind::Sequence), Coverage::Partial)
        .with(Facet::of(Kind::Schema), Coverage::Partial)
        .with(Facet::attribute(Kind::Column, Attribute::Collation), Coverage::Partial)
        .with(Facet::attribute(Kind::Column, Attribute::Options), Coverage::Partial)
        .with(Facet::attribute(Kind::PrimaryKey, Attribute::Options), Coverage::Partial)
        .with(Facet::attribute(Kind::PrimaryKey, Attribute::Comment), Coverage::Partial)
        .with(Facet::attribute(Kind::Table, Attribute::Options), Coverage::Partial)
        .with(Facet::attribute(Kind::Table, Attribute::Engine), Coverage::Partial)
        .with(Facet::attribute(Kind::Table, Attribute::Collation), Coverage::Partial)
        .with(Facet::attribute(Kind::Table, Attribute::Partition), Coverage::Partial)
        .with(Facet::of(Kind::View), silent("views"))
        .with(Facet::of(Kind::Domain), silent("domains"))
        .with(Facet::of(Kind::Routine), silent("functions and procedures"))
        .with(Facet::of(Kind::Trigger), silent("triggers"))
        .with(Facet::of(Kind::Policy), silent("row level security"))
        .with(Facet::of(Kind::Extension), silent("extensions"))
        .with(Facet::of(Kind::Type), silent("composite types"))
        .with(Facet::of(Kind::Event), silent("events"))
        .with(Facet::of(Kind::Grant), silent("grants"))
}
