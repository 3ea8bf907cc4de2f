//! What must hold between the two sides of a case, on a real server:
//!
//! 1. the report is the expected one;
//! 2. the migration is the expected one;
//! 3. each side compared with itself finds nothing;
//! 4. after the migration nothing is found, by our own reading and by the engine's;
//! 5. the reverse leads back;
//! 6. what the catalog says of the applied declaration equals what the reader of the declaration says;
//! 7. the real Alembic does with the migration's revision what its statements do.

use std::path::Path;

use drift::catalog::{self, DatabaseUrl, ReadOptions};
use drift::commands::between_asking;
use drift::config::Config;
use drift::dialect::{Dialect, dialect};
use drift::diff::{Answers, Diff, Pair, Question};
use drift::model::{Engine, ServerVersion};
use drift::plan::output::{Migration, OutputContext, OutputForm, SqlFiles};
use drift::plan::{Plan, PlanOptions, plan};
use drift::snapshot::{Origins, Snapshot};
use drift::source::{LoadContext, python, sql};

use crate::document::{Document, Golden};
use crate::support::{Database, block_on, independent};
use crate::{alembic, models, report};

/// What checking a case on one engine gave.
pub struct Outcome {
    /// The version of the server on which it was checked; SQLite is no server.
    pub version: Option<ServerVersion>,
    /// What is compared with the file's expected blocks.
    pub golden: Golden,
    /// The properties that do not hold.
    pub failures: Vec<String>,
}

/// The version of the server that serves `engine`.
///
/// # Panics
/// When the server is absent.
pub fn server_version(engine: Engine) -> ServerVersion {
    read(&Database::create(engine)).version.expect("servers tell their versions")
}

/// Checks `case` on `engine`.
///
/// # Panics
/// When a source cannot be read or a script of the case does not run.
pub fn check(case: &Document, engine: Engine) -> Outcome {
    let live = Database::create(engine);
    live.execute(required(case, "live.sql", engine));
    let before = read(&live);
    let dialect = dialect(engine, before.version);
    let declared = load(case, engine, dialect.as_ref());
    let config = config(case, engine);
    let mut checker = Checker { case, engine, dialect, config, url: live.url().to_owned(), failures: Vec::new() };

    // What drift.toml leaves out is taken out of these.
    let mut sides = Pair::new(before.clone(), declared.clone());
    let found =
        between_asking(&checker.config, &mut sides, Pair::new(false, true), &mut |questions| checker.ask(questions))
            .unwrap_or_else(|error| panic!("{error:#}"));
    let sides = sides.as_ref();
    let full = checker.plan(&found, sides, true);
    let (planned, migration) = &full;
    let cautious = checker.plan(&found, sides, false).1.up;
    let golden = Golden {
        report: report::text(&found, &declared.origins),
        migration: migration.up.clone(),
        withheld: Some(cautious).filter(|cautious| *cautious != migration.up),
    };

    checker.nothing("the database against itself", &before, &read(&live));
    checker.nothing("the declaration against itself", &declared, &declared);
    let applied = checker.applied(&declared);
    let there = live.try_execute(&migration.up);
    checker.migrated(&live, planned, (&migration.up, there), &declared, &applied);
    let back = migration.down.as_ref().map(|down| (down.as_str(), live.try_execute(down)));
    checker.reversed(&live, planned, back, &before);
    if let Some(revision) = alembic::revision(planned, &found, sides, checker.dialect.as_ref()) {
        let live = Database::create(engine);
        live.execute(required(case, "live.sql", engine));
        let there = alembic::run(live.url(), &revision, "upgrade");
        checker.migrated(&live, planned, (&revision, there), &declared, &applied);
        let back = alembic::run(live.url(), &revision, "downgrade");
        checker.reversed(&live, planned, Some((&revision, back)), &before);
    }
    Outcome { version: before.version, golden, failures: checker.failures }
}

struct Checker<'a> {
    case: &'a Document,
    engine: Engine,
    dialect: Box<dyn Dialect>,
    config: Config,
    /// The live database, which is asked about expressions as the commands ask it.
    url: String,
    failures: Vec<String>,
}

impl Checker<'_> {
    fn diff(&self, from: &Snapshot, to: &Snapshot) -> Diff {
        let mut sides = Pair::new(from.clone(), to.clone());
        between_asking(&self.config, &mut sides, Pair::new(false, true), &mut |questions| self.ask(questions))
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    fn ask(&self, questions: Vec<Question>) -> Answers {
        let url = DatabaseUrl::parse(&self.url).unwrap_or_else(|error| panic!("{error}"));
        block_on(catalog::ask(&url, &ReadOptions::default(), questions)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn plan(&self, found: &Diff, sides: Pair<&Snapshot>, allow_drop: bool) -> (Plan, Migration) {
        let options = PlanOptions { allow_drop, ..PlanOptions::default() };
        let plan = plan(found, sides, self.dialect.as_ref(), &options);
        let context = OutputContext { header: &[], diff: found, origins: &sides.to.origins };
        let migration = SqlFiles.write(&plan, context);
        (plan, migration)
    }

    /// Fails where `from` and `to` differ in anything but the codes of the case's line `header`.
    fn nothing_but(&mut self, header: &str, what: &str, from: &Snapshot, to: &Snapshot) {
        let admitted = self.case.header(header);
        let mut found = self.diff(from, to);
        found.changes.retain(|change| !admitted.contains(&change.code.to_string().as_str()));
        if !found.changes.is_empty() {
            self.fail(&format!("{what}: differences are left:"), &report::text(&found, &Origins::default()));
        }
    }

    fn nothing(&mut self, what: &str, from: &Snapshot, to: &Snapshot) {
        self.nothing_but("(none)", what, from, to);
    }

    fn fail(&mut self, title: &str, text: &str) {
        self.failures.push(format!("{title}\n{text}"));
    }

    /// A database built by the declaration itself: our two readers have to agree on it.
    fn applied(&mut self, declared: &Snapshot) -> Database {
        let database = Database::create(self.engine);
        match self.case.block("models.py", self.engine) {
            Some(text) => {
                let dialect = self.case.header("SQLAlchemy's dialect").first().copied().unwrap_or(self.engine.key());
                database.execute(&models::create_all(text, dialect));
            }
            None => {
                let script = self.case.block("applied.sql", self.engine);
                database.execute(script.unwrap_or_else(|| required(self.case, "schema.sql", self.engine)));
            }
        }
        let built = read(&database);
        self.nothing_but("Readers differ", "what the declaration builds against the declaration", &built, declared);
        self.nothing_but("Readers differ", "the declaration against what it builds", declared, &built);
        database
    }

    /// `migration`: what was run on `live`, and what came of it.
    fn migrated(
        &mut self,
        live: &Database,
        plan: &Plan,
        migration: (&str, Result<(), String>),
        declared: &Snapshot,
        applied: &Database,
    ) {
        if let (text, Err(error)) = migration {
            self.fail(&format!("the migration fails: {error}"), text);
            return;
        }
        // What no statement mends is said in a note.
        let after = read(live);
        let mut left = self.diff(&after, declared);
        let noted = |code: &str| plan.notes.iter().any(|note| note.text.contains(code)) || self.remains(code);
        left.changes.retain(|change| !noted(&change.code.to_string()));
        if !left.changes.is_empty() {
            self.fail("after the migration, differences are left:", &report::text(&left, &declared.origins));
        }
        if let Some(query) = self.case.block("query.sql", self.engine) {
            let rows: String = live.query(query).iter().map(|row| row.join("|") + "\n").collect();
            let expected = required(self.case, "result", self.engine);
            if rows != expected {
                self.fail("query.sql does not give the expected result but", &rows);
            }
        }
        self.independent(live, applied);
    }

    fn remains(&self, code: &str) -> bool {
        self.case.header("Remains").contains(&code)
    }

    /// The engine's own words on the migrated database, against those on one that the declaration built.
    fn independent(&mut self, live: &Database, applied: &Database) {
        if !self.case.header("Engine's words differ").is_empty() {
            return;
        }
        let [migrated, fresh] = [live, applied].map(|database| {
            let lines = independent::reading(self.engine, database.url(), &mut |sql| database.query(sql));
            lines.join("\n") + "\n"
        });
        if migrated != fresh {
            let changes = similar::TextDiff::from_lines(&fresh, &migrated).unified_diff().context_radius(1).to_string();
            self.fail("the engine's own words differ (- built by the declaration, + migrated):", &changes);
        }
    }

    fn reversed(
        &mut self,
        live: &Database,
        plan: &Plan,
        reverse: Option<(&str, Result<(), String>)>,
        before: &Snapshot,
    ) {
        let Some((down, done)) = reverse.filter(|_| !plan.steps.is_empty()) else { return };
        if let Err(error) = done {
            self.fail(&format!("the reverse fails: {error}"), down);
            return;
        }
        let back = read(live);
        let failures = self.failures.len();
        self.nothing_but("Not reversed", "after the reverse", &back, before);
        self.nothing_but("Not reversed", "before against after the reverse", before, &back);
        if self.failures.len() > failures {
            self.fail("the reverse was:", down);
        }
    }
}

fn read(database: &Database) -> Snapshot {
    let url = DatabaseUrl::parse(database.url()).unwrap_or_else(|error| panic!("{error}"));
    block_on(catalog::read(&url, &ReadOptions::default())).unwrap_or_else(|error| panic!("{error}"))
}

/// The configuration of the case, else the default.
fn config(case: &Document, engine: Engine) -> Config {
    let Some(text) = case.block("drift.toml", engine) else { return Config::default() };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = written(folder.path(), "drift.toml", text);
    Config::load(&file, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The declared side, read from a folder that holds nothing else.
fn load(case: &Document, engine: Engine, dialect: &dyn Dialect) -> Snapshot {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let context = LoadContext { dialect, default_schema: None, root: folder.path(), base: None };
    let loaded = match case.block("models.py", engine) {
        Some(text) => {
            // The versions that the tests' Python has.
            written(folder.path(), "requirements.txt", include_str!("../support/requirements.txt"));
            python::load(&[written(folder.path(), "models.py", text)], &context)
        }
        None => {
            let text = required(case, "schema.sql", engine);
            sql::load(&[written(folder.path(), "schema.sql", text)], &context)
        }
    };
    loaded.unwrap_or_else(|error| panic!("{error}"))
}

fn written(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file in a temporary folder");
    path
}

fn required<'a>(case: &'a Document, name: &str, engine: Engine) -> &'a str {
    case.block(name, engine).unwrap_or_else(|| panic!("the case has no block {name} for {engine}"))
}
