//! Python models: SQLAlchemy and SQLModel declarations, parsed and never imported.
//!
//! `parse` wraps the parser, `project` finds modules, `eval` runs them over values that may be unknown, `declarative`
//! and `table` make drafts of tables from what the evaluation recorded, `types`, `naming` and `sqltext` spell them as
//! SQLAlchemy's compilers would, and `emit` puts them into the model. Nothing of the application is executed.

mod annotation;
mod classes;
mod column;
mod compiled;
mod declarative;
mod draft;
mod emit;
mod enums;
mod eval;
mod external;
mod files;
mod jsonpath;
mod models;
mod naming;
mod parse;
mod project;
mod rules;
mod sqltext;
mod stubs;
mod table;
mod types;
mod value;
mod version;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::model::{Attribute, Facet, Kind, Reason};
use crate::snapshot::{Coverage, Scope, Snapshot};

pub use files::is_migration;

use super::{LoadContext, SourceError};
use eval::Interp;
use models::Models;
use project::{FileError, Project, Trees};
use version::Versions;

/// The stack of the reading: modules import each other to any depth, and each import is a few nested calls.
const STACK_BYTES: usize = 256 << 20;

/// Reads the Python files and folders that declare tables.
///
/// # Errors
/// When a path cannot be read, holds no model, or a file is not Python. What cannot be computed is undecided.
pub fn load(paths: &[PathBuf], context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    let stacked = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("python models".to_owned()).stack_size(STACK_BYTES);
        let spawned = builder.spawn_scoped(scope, || read(paths, context));
        spawned.map(|thread| thread.join())
    });
    match stacked {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        // Without a thread to spare, the stack at hand has to do.
        Err(_) => read(paths, context),
    }
}

fn read(paths: &[PathBuf], context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    let rules = rules::of(context.dialect.engine());
    let trees = Trees::default();
    let mut project = Project::new(&trees, context.root);
    let files = files::python_files(paths)?;
    let mut modules = Vec::with_capacity(files.len());
    for file in &files {
        let module = project.load(file).map_err(|error| match error {
            FileError::Io(source) => SourceError::Io { path: file.clone(), source },
            FileError::Syntax(at, message) => SourceError::Syntax { at, message },
        })?;
        modules.push(module);
    }
    let version = paths.first().map_or_else(|| Versions::find(context.root), |path| Versions::find(path));
    let mut interp = Interp::new(project, rules.name);
    for module in modules {
        interp.run(module);
    }
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
    models.record_places(&mut snapshot);
    Ok(snapshot)
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
