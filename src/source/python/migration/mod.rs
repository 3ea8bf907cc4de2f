//! Alembic revisions: `upgrade()` evaluated like any other Python, its operations applied to a schema.
//!
//! Tables, columns and constraints in operations are read by the same code as those of models, so that both mean the
//! same; SQL in `op.execute` is read by the reader of SQL files. Nothing is executed. This module must not know in
//! which order revisions run.

mod apply;
mod arguments;
mod attempt;
mod batch;
mod before;
mod column;
mod foreign;
mod item;
mod unsure;

use std::path::{Path, PathBuf};

use crate::model::Fact;
use crate::snapshot::{Span, Warning};
use crate::source::python::shared::Rc;
use crate::source::sql::{Refused, Repeated, Session, Wrapping};
use crate::source::{LoadContext, SourceError};
use crate::threads;

use super::eval::{Found, Interp, Operation, Recording};
use super::models::Models;
use super::project::{FileError, Project, Trees};
use super::rules;
use super::value::{Call, Site, Value};
use super::version::Versions;

pub(super) use apply::is_row_statement;
use attempt::Attempts;
use batch::Batch;
pub(super) use before::Before;

/// What one script did.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// What could not be known, with its place: the revision is partial.
    pub gaps: Vec<Warning>,
    /// Tables that it changes and that no script before it created.
    pub baseline: Vec<String>,
    /// What it makes although it is there.
    pub repeated: Vec<Repeated>,
    /// Whether it drops what is not there.
    pub drops_nothing: bool,
    /// What the server refuses in the transaction that it runs in.
    pub refused: Vec<Refused>,
}

/// Runs `upgrade` of each of `scripts` in their order on a schema that starts with the context's base, and tells `step`
/// of the schema after each. `env` is Alembic's `env.py`, whose `target_metadata` has the naming convention.
///
/// # Errors
/// When a script cannot be read or is not Python.
pub fn replay(
    scripts: &[PathBuf],
    env: Option<&Path>,
    context: &LoadContext<'_>,
    step: &mut (dyn FnMut(usize, &Session<'_>, Replayed) + Send),
) -> Result<(), SourceError> {
    threads::deep("python", || run(scripts, env, context, step, &mut |_, _, _| {}))
}

/// One operation of a script.
#[derive(Clone, Debug)]
pub struct Done {
    /// Where it stands.
    pub at: Span,
    /// What it does: its verb and what that is about.
    pub what: String,
    /// Whether it changes rows alone.
    pub is_about_rows: bool,
}

/// Runs `scripts` as [`replay`] does, and tells `each` of the operations of the last of them, with the schema after it.
///
/// # Errors
/// When a script cannot be read or is not Python.
pub fn replay_within(
    scripts: &[PathBuf],
    env: Option<&Path>,
    context: &LoadContext<'_>,
    each: &mut (dyn FnMut(&Session<'_>, Done) + Send),
) -> Result<(), SourceError> {
    let last = scripts.len().checked_sub(1);
    threads::deep("python", || {
        let mut each = |position: usize, session: &Session<'_>, done: Done| {
            if Some(position) == last {
                each(session, done);
            }
        };
        run(scripts, env, context, &mut |_, _, _| {}, &mut each)
    })
}

/// What is told of each operation: the script's position, the schema after it, and what it is.
type Each<'e> = dyn FnMut(usize, &Session<'_>, Done) + 'e;

fn run(
    scripts: &[PathBuf],
    env: Option<&Path>,
    context: &LoadContext<'_>,
    step: &mut dyn FnMut(usize, &Session<'_>, Replayed),
    each: &mut Each<'_>,
) -> Result<(), SourceError> {
    let rules = rules::of(context.dialect.engine());
    let trees = Trees::default();
    let project = Project::new(&trees, context.root);
    let version = Versions::find(scripts.first().map_or(context.root, PathBuf::as_path));
    let interp = Interp::new(project, rules.name);
    // An `env.py` may turn transactions off altogether.
    let commits_each =
        env.and_then(|env| std::fs::read_to_string(env).ok()).is_some_and(|text| text.contains("AUTOCOMMIT"));
    let wrapping = if commits_each { Wrapping::Never } else { Wrapping::Always };
    let mut replay = Replay {
        models: Models::new(interp, context.dialect, rules, version),
        session: Session::new(context),
        context: *context,
        done: Replayed::default(),
        naming: None,
        batch: None,
        attempts: Attempts::default(),
        wrapping,
        in_autocommit: false,
    };
    if let Some(env) = env {
        replay.find_naming(env);
    }
    for (position, script) in scripts.iter().enumerate() {
        replay.script(script, &mut |session, done| each(position, session, done))?;
        let done = std::mem::take(&mut replay.done);
        step(position, &replay.session, done);
    }
    Ok(())
}

/// A replay under way.
struct Replay<'a> {
    models: Models<'a>,
    session: Session<'a>,
    context: LoadContext<'a>,
    /// What the script at hand did so far.
    done: Replayed,
    /// The `MetaData(...)` with the project's naming convention.
    naming: Option<Rc<Call<'a>>>,
    /// The batch at hand.
    batch: Option<Batch<'a>>,
    /// How the attempts of the script at hand ended.
    attempts: Attempts,
    /// Whether scripts run in a transaction.
    wrapping: Wrapping,
    /// Inside `autocommit_block()`.
    in_autocommit: bool,
}

impl<'a> Replay<'a> {
    /// Runs one script.
    fn script(&mut self, script: &Path, each: &mut dyn FnMut(&Session<'_>, Done)) -> Result<(), SourceError> {
        let interp = &mut self.models.interp;
        let module = interp.project.load(script).map_err(|error| match error {
            FileError::Io(source) => SourceError::Io { path: script.to_owned(), source },
            FileError::Syntax(at, message) => SourceError::Syntax { at, message },
        })?;
        let session = std::mem::replace(&mut self.session, Session::new(&self.context));
        interp.recording = Some(Recording::new(Found::new(Before::new(session, &self.context))));
        interp.run(module);
        let upgrade = interp.project.module(module).scope.get("upgrade");
        match upgrade {
            Some(Value::Function(function)) => drop(interp.call_function(&function, Vec::new(), Vec::new())),
            Some(Value::Unknown(reason)) => self.gap(format!("`upgrade` is not known: {reason}"), None),
            Some(_) | None => {}
        }
        self.attempts = Attempts::default();
        self.in_autocommit = false;
        if let Some(recording) = self.models.interp.recording.take() {
            self.session = recording.found.before.into_session();
            self.session.begin("", self.wrapping);
            for (position, operation) in recording.operations.iter().enumerate() {
                self.begin_batch(&recording.operations[position..]);
                self.enter_autocommit(operation.in_autocommit);
                self.apply(operation);
                each(&self.session, self.done_by(operation));
            }
            if let Some((reason, site)) = recording.cut_off {
                self.anything(&reason, site);
            }
        }
        for fact in std::mem::take(&mut self.models.undecided) {
            if let (None, Some(object)) = (fact.facet.attribute, &fact.object) {
                let (kind, reason) = (fact.facet.kind.words(), &fact.reason);
                self.gap(format!("a {kind} of {object} is not followed: {reason}"), fact.declared_at.clone());
            }
            self.session.undecided(fact);
        }
        let warnings = self.session.take_warnings();
        self.done.gaps.extend(warnings);
        self.done.repeated = self.session.take_repeated();
        self.done.refused = self.session.take_refused();
        Ok(())
    }

    /// `with op.get_context().autocommit_block():` ends the transaction, and what follows it begins another.
    fn enter_autocommit(&mut self, is_inside: bool) {
        if is_inside != self.in_autocommit {
            self.in_autocommit = is_inside;
            self.session.begin("", if is_inside { Wrapping::Never } else { self.wrapping });
        }
    }

    fn done_by(&self, operation: &Operation<'a>) -> Done {
        let is_about_rows = operation.is_read
            || operation.verb == "bulk_insert"
            || operation.verb == "execute" && is_row_statement(&operation.call);
        let names = operation.batch.iter().chain([&operation.call]).flat_map(|call| call.args.iter().take(2));
        let names: Vec<String> = names.filter_map(arguments::short).collect();
        let what = format!("{} {}", operation.verb, names.join("."));
        Done { at: self.place(&operation.call), what: what.trim_end().to_owned(), is_about_rows }
    }

    /// States that something about the script at hand is not known.
    fn gap(&mut self, message: String, at: Option<Span>) {
        let help = "what it may have changed is left undecided".to_owned();
        self.done.gaps.push(Warning { message, help: Some(help), at });
    }

    /// The naming convention of what `env.py` calls `target_metadata`.
    fn find_naming(&mut self, env: &Path) {
        // Alembic's own complaint about a broken `env.py` is better than ours; without it there is no convention.
        let Ok(module) = self.models.interp.project.load(env) else { return };
        self.models.interp.run(module);
        let Some(target) = self.models.interp.project.module(module).scope.get("target_metadata") else { return };
        let first = match self.models.interp.force(target) {
            Value::List(list) => list.borrow().first().cloned(),
            other => Some(other),
        };
        self.naming = match first {
            Some(Value::Call(call)) => Some(call),
            Some(Value::Attr(attr)) if &*attr.1 == "metadata" => match &attr.0 {
                Value::Class(class) => self.models.metadata_of(class),
                _ => None,
            },
            Some(external @ Value::External(_)) => {
                let site = Site { module, offset: 0.into() };
                self.models.metadata_behind(external, site)
            }
            Some(_) | None => None,
        };
    }
}

/// Makes a fact unknown, for `reason`.
fn forget<T>(fact: &mut Fact<T>, reason: &str) {
    *fact = Fact::unknown(reason);
}
