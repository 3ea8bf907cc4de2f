//! `drift explain`: from an error message or a log to cause and fix.

mod chain;
mod mend;

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{ExplainArgs, ExplainFormat};
use crate::dialect::dialect;
use crate::diff::Pair;
use crate::explain::chain::Chain;
use crate::explain::kind::About;
use crate::explain::migrations::{Migrations, Revision};
use crate::explain::reference::{Reference, Tally};
use crate::explain::scan;
use crate::explain::verdict::{Explanation, Knowledge, explain};
use crate::history::History;
use crate::history::command::run_command;
use crate::model::Engine;
use crate::report::{Report, Voice};
use crate::snapshot::Snapshot;
use crate::source::LoadContext;

use super::Exit;
use super::compare::{self, Task};
use super::context::Context;
use super::failure::{self, advice};
use super::load::{self, Server};
use super::output::emit;

/// Reads the text, then both schemas as far as they can be read, and answers.
pub(super) fn run(args: &ExplainArgs, context: &Context) -> anyhow::Result<Exit> {
    let references = references(args)?;
    if references.is_empty() {
        return Err(no_error());
    }
    let schemas = Schemas::read(args, context, &Asked::of(&references));
    let unique_key = |schema: Option<&str>, table: &str, columns: &[String]| {
        let snapshot = schemas.live.as_ref().or(schemas.declared.as_ref());
        snapshot.map(|snapshot| mend::unique_key(snapshot, schema, table, columns)).unwrap_or_default()
    };
    let knowledge = Knowledge {
        sides: Pair::new(schemas.live.as_ref(), schemas.declared.as_ref()),
        report: schemas.report.as_ref(),
        migrations: schemas.migrations.as_ref(),
        chain: schemas.chain.as_ref(),
        unique_key: &unique_key,
    };
    let answers: Vec<Explanation> = references.into_iter().filter_map(|one| explain(one, knowledge)).collect();
    if answers.is_empty() {
        return Err(no_error());
    }
    let file = args.output.as_deref();
    emit(&context.global, file, |out| match args.format {
        ExplainFormat::Text => crate::explain::text::write(&answers, out),
        ExplainFormat::Json => crate::explain::json::write(&answers, out),
    })?;
    Ok(Exit::InSync)
}

fn no_error() -> anyhow::Error {
    advice(
        "no database error that is known stands in this text",
        "give the message itself, a stack trace or a log of the application or of the database server",
    )
}

/// What the errors ask for.
struct Asked {
    /// The engine whose words they are.
    engine: Option<Engine>,
    /// Whether one is about the migrations.
    is_history: bool,
    /// Whether one is about what is there already, so that it counts which migration makes it.
    is_presence: bool,
}

impl Asked {
    fn of(references: &[Reference]) -> Asked {
        Asked {
            engine: references.iter().find_map(|reference| reference.engine),
            is_history: references.iter().any(|one| one.kind.about() == About::History || !one.revisions.is_empty()),
            is_presence: references.iter().any(|one| one.kind.is_presence()),
        }
    }
}

/// The distinct errors of the argument: a text, a file, or standard input.
fn references(args: &ExplainArgs) -> anyhow::Result<Vec<Reference>> {
    let mut tally = Tally::default();
    let mut read = |log: &mut dyn Read| scan::scan(log, &mut |line, record| tally.add(record, line));
    match args.text.as_deref() {
        None | Some("-") => {
            if args.text.is_none() && io::stdin().is_terminal() {
                return Err(advice(
                    "there is no text to explain",
                    "give the message as an argument, a file, or a log on standard input",
                ));
            }
            read(&mut io::stdin().lock()).context("cannot read standard input")?;
        }
        Some(text) if is_file(text) => {
            let mut file = std::fs::File::open(text).with_context(|| format!("cannot read {text}"))?;
            read(&mut file).with_context(|| format!("cannot read {text}"))?;
        }
        Some(text) => drop(read(&mut text.as_bytes()).context("cannot read the argument")?),
    }
    Ok(tally.into_references())
}

/// Whether an argument names a file, rather than being a message.
fn is_file(text: &str) -> bool {
    text.len() < 4096 && !text.contains('\n') && Path::new(text).is_file()
}

/// What could be read of both sides.
#[derive(Default)]
struct Schemas {
    live: Option<Snapshot>,
    declared: Option<Snapshot>,
    report: Option<Report>,
    migrations: Option<Migrations>,
    chain: Option<Chain>,
}

impl Schemas {
    /// Reads what the flags and the configuration name. What cannot be read is said, and the rest answers.
    fn read(args: &ExplainArgs, context: &Context, asked: &Asked) -> Schemas {
        let target = context.targets().ok().and_then(|targets| targets.into_iter().next());
        let live = target.as_ref().map(|target| context.live_side(target));
        let declared = context.declared_side(&args.declared, target.as_ref());
        let history = context
            .history(&args.declared, target.as_ref())
            .map_err(|error| failure::show(&error, context.global.color));
        let mut history = history.ok().flatten();
        if history.is_none() && asked.is_history {
            history = chain::usual(context);
        }
        let mut dialects = context.dialects(args.declared.dialect);
        dialects.config = dialects.config.or(asked.engine);
        let show = |error: &anyhow::Error| failure::show(error, context.global.color);
        let mut schemas = Schemas::default();
        let server: Option<Server> =
            live.as_ref().and_then(|live| live.as_ref().ok()).and_then(|live| live.server()).cloned();
        match (live, declared) {
            (Some(Ok(live)), Ok(declared)) => {
                let live = live.without_records_of(history.as_ref());
                let question = Task {
                    sides: Pair::new(&live, &declared),
                    target: target.and_then(|target| target.name),
                    voice: Voice::Check,
                    dialects,
                    history: history.as_ref(),
                    migration: args.migration,
                };
                match compare::compare(context, question) {
                    Ok(answer) => {
                        schemas.report = Some(answer.comparison.report);
                        schemas.live = Some(answer.snapshots.from);
                        schemas.declared = Some(answer.snapshots.to);
                    }
                    Err(error) => {
                        show(&error);
                        schemas.declared = load::one(context, &declared, dialects).ok();
                    }
                }
            }
            (Some(Ok(live)), Err(_)) => {
                schemas.live = load::one(context, &live, dialects).map_err(|error| show(&error)).ok()
            }
            (Some(Err(error)), Ok(declared)) => {
                show(&error);
                schemas.declared = load::one(context, &declared, dialects).map_err(|error| show(&error)).ok();
            }
            (None, Ok(declared)) => {
                schemas.declared = load::one(context, &declared, dialects).map_err(|error| show(&error)).ok();
            }
            (Some(Err(error)), Err(_)) => show(&error),
            (None, Err(_)) => {}
        }
        let is_wanted = schemas.report.is_none() || asked.is_presence;
        if let (true, Some(history)) = (is_wanted, &history) {
            let read = schemas.live.as_ref().or(schemas.declared.as_ref()).map(|snapshot| snapshot.engine);
            let engine = read.or(dialects.flag).or(dialects.config).or_else(|| context.configured_engine());
            let engine = engine.or_else(|| history.engine());
            let migrations = engine.map(|engine| migrations(history, engine, context)).transpose();
            schemas.migrations = migrations.map_err(|error| show(&error)).ok().flatten();
            // What all migrations build is what the code expects, where it does not say so itself.
            if let (None, Some(migrations)) = (&schemas.declared, &mut schemas.migrations) {
                migrations.stands_in = true;
                schemas.declared = Some(migrations.head.clone());
            }
        }
        if let Some(history) = &history {
            let engine = schemas.live.as_ref().or(schemas.declared.as_ref()).map(|snapshot| snapshot.engine);
            let engine = engine.or(dialects.flag).or(dialects.config).or_else(|| context.configured_engine());
            schemas.chain = Some(chain::chain(context, history, schemas.report.as_ref(), server.as_ref(), engine));
        }
        schemas
    }
}

/// What the migrations build, and what runs each of them.
fn migrations(history: &History, engine: Engine, context: &Context) -> anyhow::Result<Migrations> {
    let dialect = dialect(engine, None);
    let load = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: &context.root, base: None };
    let (whole, graph) = (history.whole(), &history.graph);
    let last = whole.last().copied();
    let mut steps = history.replay(&whole, &load, &|at| Some(at) == last)?;
    let head = steps.last_mut().and_then(|step| step.schema.take()).context("the history is empty")?;
    let revision = |at: usize| Revision {
        id: graph.revision(at).id.clone(),
        file: graph.revision(at).file.clone(),
        run: run_command(history.tool, dialect.client(), graph, &[at]),
    };
    Ok(Migrations { head, revisions: whole.into_iter().map(revision).collect(), stands_in: false })
}
