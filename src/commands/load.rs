//! Reading both sides of a comparison, each by the rules of the same engine.

use std::path::Path;

use anyhow::Context as _;

use crate::catalog::{self, DatabaseUrl, Identity, ReadOptions};
use crate::config::Waits;
use crate::dialect::{dialect, dialect_where};
use crate::diff::{Answers, Pair, Question};
use crate::history::{self, History, VersionTable};
use crate::model::{Engine, LetterCase, Name, RelationName, ServerVersion};
use crate::snapshot::Snapshot;
use crate::source::{LoadContext, SourceKind, SourceSpec, exec, python, snapshot_file, sql};
use crate::threads;

use super::context::{Context, Dialects};
use super::failure::advice;
use super::progress::Progress;
use super::select;

/// One side of a comparison, not yet read.
pub(super) struct Side {
    /// The sources as the user knows them, without passwords.
    pub(super) shown: String,
    parts: Parts,
    /// The tables of a migration tool, which are no part of the schema.
    books: Vec<RelationName>,
}

/// A live database.
#[derive(Clone)]
pub(super) struct Server {
    /// Where it is.
    url: DatabaseUrl,
    /// How long to wait for it.
    waits: Waits,
}

enum Parts {
    Live(Box<Server>),
    Snapshot(std::path::PathBuf),
    /// Declarations, each applied to those before it.
    Layers(Vec<SourceSpec>),
}

impl Server {
    /// Its engine.
    pub(super) fn engine(&self) -> Engine {
        self.url.engine
    }
}

/// The rules that declarations are read by.
struct Rules {
    engine: Engine,
    version: Option<ServerVersion>,
    letter_case: LetterCase,
    default_schema: Option<Name>,
}

impl Side {
    /// A live database.
    pub(super) fn live(url: DatabaseUrl, waits: Waits) -> Side {
        Side {
            shown: url.redacted().to_owned(),
            parts: Parts::Live(Box::new(Server { url, waits })),
            books: Vec::new(),
        }
    }

    /// Any one source.
    pub(super) fn of(text: &str) -> anyhow::Result<Side> {
        Side::layered(vec![SourceSpec::parse(text, Path::new(""))?])
    }

    /// Sources that make one schema together: models first, then SQL in the order given. A database or a snapshot is
    /// a whole schema by itself.
    pub(super) fn layered(specs: Vec<SourceSpec>) -> anyhow::Result<Side> {
        if let [SourceSpec { kind: SourceKind::Live(url), .. }] = specs.as_slice() {
            return Ok(Side::live(DatabaseUrl::parse(url)?, Waits::default()));
        }
        let shown = specs.iter().map(|spec| spec.shown.as_str()).collect::<Vec<_>>().join(", ");
        if let [SourceSpec { kind: SourceKind::Snapshot(path), .. }] = specs.as_slice() {
            return Ok(Side { shown, parts: Parts::Snapshot(path.clone()), books: Vec::new() });
        }
        for spec in &specs {
            match spec.kind {
                SourceKind::Live(_) | SourceKind::Snapshot(_) => {
                    return Err(advice(
                        format!("{} is a whole schema and cannot be combined with other sources", spec.shown),
                        "give it alone",
                    ));
                }
                SourceKind::Sql(_) | SourceKind::Models(_) | SourceKind::Exec(_) | SourceKind::History(..) => {}
            }
        }
        Ok(Side { shown, parts: Parts::Layers(models_together_first(specs)), books: Vec::new() })
    }

    /// The database, where the source is a live one.
    pub(super) fn server(&self) -> Option<&Server> {
        match &self.parts {
            Parts::Live(server) => Some(server),
            Parts::Snapshot(_) | Parts::Layers(_) => None,
        }
    }

    /// The side without the tables in which `history` records its version.
    pub(super) fn without_records_of(mut self, history: Option<&History>) -> Side {
        self.books.extend(history.into_iter().flat_map(History::version_tables).map(|table| table.name));
        self
    }

    /// The tables in which histories record their version, as far as the side knows of any.
    fn version_tables(&self, root: &Path) -> Vec<RelationName> {
        let mut books = self.books.clone();
        let Parts::Layers(specs) = &self.parts else { return books };
        let table = |spec: &SourceSpec| match &spec.kind {
            SourceKind::History(place, _) => history::alembic_version_table(place, root),
            SourceKind::Live(_)
            | SourceKind::Sql(_)
            | SourceKind::Models(_)
            | SourceKind::Snapshot(_)
            | SourceKind::Exec(_) => None,
        };
        books.extend(specs.iter().filter_map(table));
        books
    }

    /// Whether the source declares, rather than being a whole database at one moment.
    pub(super) fn declares(&self) -> bool {
        match self.parts {
            Parts::Layers(_) => true,
            Parts::Live(..) | Parts::Snapshot(_) => false,
        }
    }

    /// The engine that a history says of itself that it is for, for sources without a URL.
    fn stated_engine(&self, root: &Path) -> Option<Engine> {
        let Parts::Layers(specs) = &self.parts else { return None };
        specs.iter().find_map(|spec| match &spec.kind {
            SourceKind::History(place, _) => History::load(place, root).ok()?.locked_engine(),
            SourceKind::Live(_)
            | SourceKind::Sql(_)
            | SourceKind::Models(_)
            | SourceKind::Snapshot(_)
            | SourceKind::Exec(_) => None,
        })
    }

    /// Reads a source that knows its engine by itself; `None` for declarations.
    fn load_alone(&self, context: &Context) -> anyhow::Result<Option<Snapshot>> {
        match &self.parts {
            Parts::Live(server) => {
                let _progress = Progress::start(&context.global, format!("reading {}", self.shown));
                Ok(Some(live(server, context, |_| {})?))
            }
            Parts::Snapshot(path) => Ok(Some(snapshot_file::load(path)?)),
            Parts::Layers(_) => Ok(None),
        }
    }

    /// Reads declarations.
    fn load_by(&self, rules: &Rules, context: &Context) -> anyhow::Result<Snapshot> {
        let Parts::Layers(layers) = &self.parts else {
            return self.load_alone(context)?.context("this source reads itself");
        };
        let dialect = dialect_where(rules.engine, rules.version, rules.letter_case);
        let mut base: Option<Snapshot> = None;
        for layer in layers {
            let load = LoadContext {
                dialect: dialect.as_ref(),
                default_schema: rules.default_schema.as_ref(),
                root: &context.root,
                base: base.as_ref(),
            };
            let read = match &layer.kind {
                SourceKind::Models(paths) => python::load(paths, &load)?,
                SourceKind::Sql(paths) => sql::load(paths, &load)?,
                SourceKind::Exec(command) => exec::load(command, Path::new(""), &load)?,
                SourceKind::History(place, revision) => history::schema(place, revision.as_deref(), &load)?,
                SourceKind::Live(_) | SourceKind::Snapshot(_) => continue,
            };
            base = Some(read);
        }
        let mut read = base.context("no source was named")?;
        read.letter_case = rules.letter_case;
        Ok(read)
    }
}

/// All models as one source, since they import each other, and then the rest in its order.
fn models_together_first(specs: Vec<SourceSpec>) -> Vec<SourceSpec> {
    let mut models = Vec::new();
    let mut shown = Vec::new();
    let mut rest = Vec::new();
    for spec in specs {
        match spec.kind {
            SourceKind::Models(paths) => {
                models.extend(paths);
                shown.push(spec.shown);
            }
            SourceKind::Live(_)
            | SourceKind::Snapshot(_)
            | SourceKind::Sql(_)
            | SourceKind::Exec(_)
            | SourceKind::History(..) => rest.push(spec),
        }
    }
    if !models.is_empty() {
        rest.insert(0, SourceSpec { kind: SourceKind::Models(models), shown: shown.join(", ") });
    }
    rest
}

/// Reads one source.
pub(super) fn one(context: &Context, side: &Side, dialects: Dialects) -> anyhow::Result<Snapshot> {
    match side.load_alone(context)? {
        Some(snapshot) => Ok(snapshot),
        None => {
            let _progress = Progress::start(&context.global, format!("reading {}", side.shown));
            let config = dialects.config.or_else(|| side.stated_engine(&context.root));
            side.load_by(&rules(None, Dialects { config, ..dialects })?, context)
        }
    }
}

/// Reads both sides: those that know their engine first, declarations then by the same rules.
pub(super) fn both(context: &Context, sides: Pair<&Side>, dialects: Dialects) -> anyhow::Result<Pair<Snapshot>> {
    let mut pair = match (sides.from.server(), sides.to.server()) {
        (Some(server), None) if sides.to.declares() => {
            let (from, to) = beside(context, (sides.from, server), sides.to, dialects)?;
            Pair::new(from, to)
        }
        (None, Some(server)) if sides.from.declares() => {
            let (to, from) = beside(context, (sides.to, server), sides.from, dialects)?;
            Pair::new(from, to)
        }
        (Some(_), Some(_) | None) | (None, Some(_) | None) => one_by_one(context, sides, dialects)?,
    };
    if !pair.from.engine.shares_rules_with(pair.to.engine) {
        return Err(advice(
            format!("{} is {}, but {} is {}", sides.from.shown, pair.from.engine, sides.to.shown, pair.to.engine),
            "schemas of different engines cannot be compared",
        ));
    }
    // Where one server ignores case, names that differ in it cannot be told apart on both.
    if pair.from.letter_case != pair.to.letter_case {
        pair.from.ignore_letter_case();
        pair.to.ignore_letter_case();
    }
    let books: Vec<RelationName> =
        [sides.from, sides.to].into_iter().flat_map(|side| side.version_tables(&context.root)).collect();
    select::leave_out(&mut pair.from, &books);
    select::leave_out(&mut pair.to, &books);
    Ok(pair)
}

fn one_by_one(context: &Context, sides: Pair<&Side>, dialects: Dialects) -> anyhow::Result<Pair<Snapshot>> {
    let shown = sides.map(|side| side.shown.as_str());
    let _progress = Progress::start(&context.global, format!("reading {} and {}", shown.from, shown.to));
    let from = sides.from.load_alone(context)?;
    let to = sides.to.load_alone(context)?;
    let stated = || [sides.to, sides.from].into_iter().find_map(|side| side.stated_engine(&context.root));
    let config = dialects.config.or_else(stated);
    let rules = rules(to.as_ref().or(from.as_ref()).map(Identity::of), Dialects { config, ..dialects })?;
    let finish = |side: &Side, read: Option<Snapshot>| match read {
        Some(snapshot) => Ok(snapshot),
        None => side.load_by(&rules, context),
    };
    Ok(Pair::new(finish(sides.from, from)?, finish(sides.to, to)?))
}

/// Reads a database, and the declarations beside it as soon as the server has said what it is: while it gathers its
/// catalog there is nothing else to do.
fn beside(
    context: &Context,
    (live_side, server): (&Side, &Server),
    declared: &Side,
    dialects: Dialects,
) -> anyhow::Result<(Snapshot, Snapshot)> {
    let _progress = Progress::start(&context.global, format!("reading {} and {}", live_side.shown, declared.shown));
    std::thread::scope(|scope| {
        let mut reading = None;
        let live = live(server, context, |identity| {
            let read = move || declared.load_by(&rules(Some(identity), dialects)?, context);
            reading = Some(threads::spawn(scope, "declared", read));
        })?;
        let declared = reading.context("the server has not said what it is")?.context("cannot start a thread")?;
        Ok((live, threads::joined(declared)?))
    })
}

/// The rules for declarations: `--dialect`, else the other side's engine, else the configuration's.
fn rules(known: Option<Identity>, dialects: Dialects) -> anyhow::Result<Rules> {
    match (known, dialects.flag) {
        (Some(known), Some(flag)) if !known.engine.shares_rules_with(flag) => Err(advice(
            format!("--dialect says {flag}, but the other side is {}", known.engine),
            "leave --dialect out: a database knows its engine",
        )),
        (Some(Identity { engine, version, letter_case, default_schema }), _) => {
            Ok(Rules { engine, version, letter_case, default_schema })
        }
        (None, flag) => match flag.or(dialects.config) {
            Some(engine) => {
                Ok(Rules { engine, version: None, letter_case: LetterCase::default(), default_schema: None })
            }
            None => Err(advice(
                "no URL says which engine these sources are for",
                "give --dialect postgres, mysql, mariadb or sqlite, or set dialect in drift.toml",
            )),
        },
    }
}

/// Asks a live database about expressions. One that does not answer leaves the comparison as it was.
pub(super) fn ask(server: &Server, context: &Context, questions: Vec<Question>) -> Answers {
    let Server { url, waits } = server;
    let _progress = Progress::start(&context.global, format!("asking {}", url.redacted()));
    let started = std::time::Instant::now();
    let count = questions.len();
    let options = options(*waits);
    let limit = options.connect_timeout + options.statement_timeout;
    let asked = block_on(async {
        let answers = tokio::time::timeout(limit, catalog::ask(url, &options, questions)).await;
        Ok(answers.context("no answer in time")??)
    });
    match asked {
        Ok(answers) => {
            tracing::info!("asked about {count} expressions in {:?}", started.elapsed());
            answers
        }
        Err(error) => {
            tracing::info!("could not ask about {count} expressions: {error}");
            Answers::new()
        }
    }
}

/// What a database records of a history: the rows of a tool's version table.
pub(super) fn records(
    server: &Server,
    context: &Context,
    table: &VersionTable,
) -> anyhow::Result<Option<Vec<catalog::Record>>> {
    let Server { url, waits } = server;
    let _progress = Progress::start(&context.global, format!("reading {} of {}", table.name.name, url.redacted()));
    let field = |(name, is_bytes): &(&'static str, bool)| match is_bytes {
        true => catalog::Field::Bytes(name),
        false => catalog::Field::Text(name),
    };
    let fields: Vec<catalog::Field> = table.columns.iter().map(field).collect();
    let options = options(*waits);
    block_on(async { Ok(catalog::records(url, &options, &table.name, &fields, table.order).await?) })
}

/// What to read, as long as the target's `waits` allow.
fn options(waits: Waits) -> ReadOptions {
    let default = ReadOptions::default();
    ReadOptions {
        connect_timeout: waits.connect.unwrap_or(default.connect_timeout),
        statement_timeout: waits.statement.unwrap_or(default.statement_timeout),
        ..default
    }
}

/// Waits for work on a connection, on this thread.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?.block_on(work)
}

/// Reads a live database.
fn live(server: &Server, context: &Context, identified: impl FnOnce(Identity)) -> anyhow::Result<Snapshot> {
    let Server { url, waits } = server;
    let has_schemas = dialect(url.engine, None).default_schema().is_some();
    let schemas = match has_schemas {
        true => context.config.schemas.iter().map(Name::exact).collect(),
        false => Vec::new(),
    };
    let options = ReadOptions { schemas, ..options(*waits) };
    let started = std::time::Instant::now();
    let snapshot = block_on(async { Ok(catalog::read_beside(url, &options, identified).await?) })?;
    tracing::info!("read {} tables in {:?}", snapshot.database.tables.len(), started.elapsed());
    Ok(snapshot)
}
