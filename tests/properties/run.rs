//! What must hold between two random schemas, on a real server:
//!
//! (a) a schema loaded and compared with its own declaration, or with itself, finds nothing;
//! (b) what differs is found, and nothing else;
//! (c) the migration runs and leaves nothing, by our reading and by the engine's own words;
//! (d) the reverse leads back;
//! (e) a migration without leave to drop loses no row.

use std::collections::BTreeSet;

use drift::catalog::{self, DatabaseUrl, ReadOptions};
use drift::dialect::{Dialect, dialect};
use drift::diff::{self, Diff, Pair};
use drift::model::{Attribute, Engine, Facet, Kind};
use drift::plan::output::{Migration, OutputContext, OutputForm, SqlFiles};
use drift::plan::{Plan, PlanOptions, plan};
use drift::snapshot::{Origins, Snapshot, Undecided};
use drift::source::{LoadContext, sql};

use crate::expected::{self, Finding};
use crate::picks::Blueprint;
use crate::schema::{Body, Schema, Table};
use crate::support::{Database, Session, block_on, independent};
use crate::vocabulary::{Vocabulary, is_mysql, vocabulary};
use crate::{build, change, ddl, repair, rows};

/// How many of what were seen, so that a test that tests nothing is noticed.
#[derive(Debug, Default)]
#[allow(dead_code, reason = "printed as they are")]
pub struct Counts {
    /// Pairs for which everything held.
    pub pairs: usize,
    pub single_changes: usize,
    pub findings: usize,
    pub statements: usize,
    pub undecided: usize,
    pub unmended: usize,
    pub rows: usize,
}

/// Two databases of one engine: one that is migrated, and one that is built afresh.
pub struct Bench {
    pub words: &'static Vocabulary,
    dialect: Box<dyn Dialect>,
    pub live: Place,
    fresh: Place,
    pub counts: Counts,
}

/// A database with an open connection.
pub struct Place {
    database: Database,
    pub session: Session,
    engine: Engine,
}

/// A failure with what it was about.
pub type Outcome = Result<(), String>;

/// Both schemas that a blueprint stands for.
pub fn schemas(blueprint: &Blueprint, words: &Vocabulary) -> Pair<Schema> {
    let mut from = build::schema(blueprint, words);
    repair::repair(&mut from, words);
    let mut to = from.clone();
    for numbers in &blueprint.changes {
        change::change(&mut to, numbers, words);
        repair::repair(&mut to, words);
    }
    Pair::new(from, to)
}

impl Bench {
    pub fn new(engine: Engine) -> Self {
        let (live, fresh) = (Place::new(engine), Place::new(engine));
        let version = live.read().version;
        Bench { words: vocabulary(engine), dialect: dialect(engine, version), live, fresh, counts: Counts::default() }
    }

    /// Checks one pair of schemas.
    pub fn check(&mut self, blueprint: &Blueprint) -> Outcome {
        let schemas = schemas(blueprint, self.words);
        let engine = self.words.engine;
        let script = ddl::script(&schemas.from, engine, blueprint.spelling.into());
        self.live.fill(&script)?;
        let before = self.live.read();
        let dumped = self.counts.pairs.is_multiple_of(8);
        let words_before = self.live.words(dumped);
        let same = self.declared(&ddl::script(&schemas.from, engine, 0))?;
        self.nothing("the database against its own declaration", &before, &same)?;
        self.nothing("the declaration against its own database", &same, &before)?;
        self.nothing("the database against itself", &before, &reread(&before))?;

        let declaration = ddl::script(&schemas.to, engine, 0);
        let declared = self.declared(&declaration)?;
        let found = self.diff(&before, &declared);
        self.counts.findings += found.changes.len();
        self.counts.undecided += found.undecided.len();
        let traded = expect(&schemas, &found, engine)?;
        let (plan, migration) = self.plan(&found, Pair::new(&before, &declared), true);
        self.counts.statements += plan.live_statements().count();
        self.live.session.run(&migration.up).map_err(|error| failed("the migration fails", &error, &migration.up))?;
        let left = self.left(&plan, &found, &self.live.read(), &declared);
        if !left.is_empty() {
            return Err(failed("the migration leaves differences", &left.join("\n"), &migration.up));
        }
        self.fresh.fill(&declaration)?;
        let built = self.fresh.read();
        self.nothing("what the declaration builds against the declaration", &built, &declared)?;
        // Expressions are kept as they were written, or nearly so, and SQLite's types as well.
        let comparable = blueprint.spelling == 0 && !traded && !silent(&schemas, engine) && !recased(&schemas, engine);
        let is_whole =
            found.undecided.is_empty() && plan.notes.is_empty() && plan.steps.iter().all(|step| !step.withheld);
        self.counts.unmended += usize::from(!is_whole);
        if is_whole && comparable {
            same_words(
                "built by the declaration",
                &self.fresh.words(dumped),
                "migrated",
                &self.live.words(dumped),
                &migration.up,
            )?;
        }
        self.reverse(&plan, &migration, &before, comparable.then_some((dumped, words_before)))?;
        if blueprint.rows {
            self.counts.rows += rows::survive(self, &schemas, &script, &declared)?;
        }
        self.counts.pairs += 1;
        self.counts.single_changes += usize::from(blueprint.changes.len() == 1);
        Ok(())
    }

    /// Checks that the migration between two scripts runs, leaves nothing, leads back and runs again.
    pub fn check_scripts(&mut self, scripts: Pair<&str>) -> Outcome {
        if self.words.engine == Engine::Postgres {
            self.live.session.run("ROLLBACK; DROP SCHEMA IF EXISTS app CASCADE")?;
        }
        self.live.fill(scripts.from)?;
        let before = self.live.read();
        let same = self.declared(scripts.from)?;
        self.nothing("the database against its own declaration", &before, &same)?;
        let declared = self.declared(scripts.to)?;
        let found = self.diff(&before, &declared);
        self.counts.findings += found.changes.len();
        let (plan, migration) = self.plan(&found, Pair::new(&before, &declared), true);
        self.counts.statements += plan.live_statements().count();
        self.live.session.run(&migration.up).map_err(|error| failed("the migration fails", &error, &migration.up))?;
        let left = self.left(&plan, &found, &self.live.read(), &declared);
        if !left.is_empty() {
            return Err(failed("the migration leaves differences", &left.join("\n"), &migration.up));
        }
        self.reverse(&plan, &migration, &before, None)?;
        self.counts.pairs += 1;
        Ok(())
    }

    fn reverse(
        &mut self,
        plan: &Plan,
        migration: &Migration,
        before: &Snapshot,
        words: Option<(bool, Vec<String>)>,
    ) -> Outcome {
        let Some(down) = &migration.down else { return Ok(()) };
        if plan.steps.iter().all(|step| step.withheld) {
            return Ok(());
        }
        self.live.session.run(down).map_err(|error| failed("the reverse fails", &error, down))?;
        let back = self.live.read();
        self.nothing("after the reverse", &back, before).map_err(|error| failed("the reverse", &error, down))?;
        match words {
            Some((dumped, words)) => same_words("before", &words, "after the reverse", &self.live.words(dumped), down),
            None => Ok(()),
        }
    }

    fn declared(&self, script: &str) -> Result<Snapshot, String> {
        let root = std::path::Path::new("");
        let context = LoadContext { dialect: self.dialect.as_ref(), default_schema: None, root, base: None };
        let snapshot = sql::load_text(script, std::path::Path::new("schema.sql"), &context);
        match snapshot.warnings.first() {
            Some(warning) => Err(failed("the reader of SQL files warns", &warning.to_string(), script)),
            None => Ok(snapshot),
        }
    }

    pub fn diff(&self, from: &Snapshot, to: &Snapshot) -> Diff {
        diff::diff(Pair::new(from, to), self.dialect.as_ref())
    }

    fn nothing(&self, what: &str, from: &Snapshot, to: &Snapshot) -> Outcome {
        let found = self.diff(from, to);
        if found.changes.is_empty() && found.undecided.iter().all(is_query) {
            return Ok(());
        }
        Err(failed(what, "should find nothing:", &text(&found)))
    }

    pub fn plan(&self, found: &Diff, sides: Pair<&Snapshot>, allow_drop: bool) -> (Plan, Migration) {
        let options = PlanOptions { allow_drop, ..PlanOptions::default() };
        let plan = plan(found, sides, self.dialect.as_ref(), &options);
        let context = OutputContext { header: &[], diff: found, origins: &Origins::default() };
        let migration = SqlFiles.write(&plan, context);
        (plan, migration)
    }

    /// The findings that the migration should have mended and did not. What the plan itself says it cannot mend may
    /// be left.
    fn left(&self, plan: &Plan, found: &Diff, after: &Snapshot, declared: &Snapshot) -> Vec<String> {
        let admitted = |position: usize| {
            plan.notes.iter().any(|note| note.cause == Some(position))
                || plan.steps.iter().any(|step| step.withheld && step.causes.contains(&position))
        };
        let admitted: BTreeSet<Finding> = (0..found.changes.len())
            .filter(|position| admitted(*position))
            .map(|position| finding(&found.changes[position]))
            .collect();
        let mut left = self.diff(after, declared);
        left.changes.retain(|change| !admitted.contains(&finding(change)));
        if left.changes.is_empty() { Vec::new() } else { text(&left).lines().map(str::to_owned).collect() }
    }
}

impl Place {
    fn new(engine: Engine) -> Self {
        let database = Database::create(engine);
        let session = Session::connect(engine, database.url());
        Place { database, session, engine }
    }

    /// An empty database, filled by `script`.
    pub fn fill(&mut self, script: &str) -> Outcome {
        match self.engine {
            Engine::Postgres => {
                // A migration that rows stopped left its transaction open.
                self.session.run("ROLLBACK; DROP SCHEMA public CASCADE; CREATE SCHEMA public")?;
            }
            Engine::MySql | Engine::MariaDb => {
                let name = self.database.url().rsplit('/').next().unwrap_or_default().to_owned();
                self.session.run(&format!("DROP DATABASE {name}; CREATE DATABASE {name}; USE {name}"))?;
            }
            Engine::Sqlite => *self = Place::new(self.engine),
        }
        self.session.run(script).map_err(|error| failed("the engine refuses the schema", &error, script))
    }

    pub fn read(&self) -> Snapshot {
        let url = DatabaseUrl::parse(self.database.url()).unwrap_or_else(|error| panic!("{error}"));
        block_on(catalog::read(&url, &ReadOptions::default())).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the engine itself says of the schema. `pg_dump` takes longer than all the rest, so that only some pairs
    /// have it; the others have the functions on which it stands.
    fn words(&mut self, dumped: bool) -> Vec<String> {
        let session = &mut self.session;
        let url = self.database.url();
        let mut query = |sql: &str| session.query(sql).unwrap_or_else(|error| panic!("{error}"));
        if self.engine == Engine::Postgres && !dumped {
            return independent::definitions(&mut query);
        }
        let name = url.rsplit('/').next().unwrap_or_default();
        // MariaDB qualifies the sequences of defaults.
        let lines = independent::reading(self.engine, url, &mut query);
        lines.into_iter().map(|line| line.replace(&format!("`{name}`."), "")).collect()
    }
}

/// Whether it is the query of a view, of which no two spellings are brought together yet.
fn is_query(undecided: &Undecided) -> bool {
    undecided.facet == Facet::attribute(Kind::View, Attribute::Definition)
}

/// Whether a column changes the words of its type and not the type.
fn silent(schemas: &Pair<Schema>, engine: Engine) -> bool {
    schemas.from.tables.iter().any(|old| {
        let new = schemas.to.table(&old.name);
        let pairs = old.columns.iter().filter_map(|column| Some((column, new?.column(&column.name)?)));
        pairs.into_iter().any(|(old, new)| old.ty != new.ty && expected::alike(old, new, engine))
    })
}

/// Whether a column changes the case of its name alone, on an engine that keeps the case and does not look at it.
fn recased(schemas: &Pair<Schema>, engine: Engine) -> bool {
    let names = |schema: &Schema| -> BTreeSet<(String, String)> {
        let columns = |table: &Table| {
            table.columns.iter().map(|column| (table.name.clone(), column.name.clone())).collect::<Vec<_>>()
        };
        schema.tables.iter().flat_map(columns).collect()
    };
    let (exact, folded) = (schemas.as_ref().map(names), schemas.clone().map(Schema::folded).as_ref().map(names));
    engine != Engine::Postgres
        && exact.from.intersection(&exact.to).count() != folded.from.intersection(&folded.to).count()
}

/// A snapshot that went through its file.
fn reread(snapshot: &Snapshot) -> Snapshot {
    let text = serde_json::to_string(snapshot).expect("a snapshot is JSON");
    serde_json::from_str(&text).expect("what was written can be read")
}

/// Compares what was found with what the descriptions say. The answer is whether an index and the one that the server made
/// for a foreign key took each other's place: it keeps its name then.
fn expect(schemas: &Pair<Schema>, found: &Diff, engine: Engine) -> Result<bool, String> {
    let fold = |schema: Schema| if engine == Engine::Postgres { schema } else { schema.folded() };
    let schemas = schemas.clone().map(fold);
    let expected = expected::findings(&schemas.from, &schemas.to, engine);
    let part_in_lower_case = |(code, table, name): Finding| {
        let folds = engine != Engine::Postgres && !table.is_empty();
        let name = if folds { name.to_lowercase() } else { name };
        (code, table, name)
    };
    let actual: BTreeSet<Finding> = found.changes.iter().map(finding).map(part_in_lower_case).collect();
    let same =
        |one: &Finding, other: &Finding| one.0 == other.0 && one.1 == other.1 && (one.2 == other.2 || one.2 == "*");
    let clear = |finding: &&Finding| {
        let kind = finding.0.split('.').next().unwrap_or_default();
        !expected.unclear.iter().any(|(of, table)| *of == kind && *table == finding.1)
    };
    let wanted = &expected.findings;
    let undecided = |finding: &&Finding| {
        let objects = found.undecided.iter().filter(|entry| is_query(entry)).filter_map(|entry| entry.object.as_ref());
        finding.0 != "view.definition" || !objects.into_iter().any(|object| object.name.as_str() == finding.2)
    };
    // The index that MySQL makes for a foreign key goes or stays with it under a name that nobody chose.
    let chosen = |finding: &&Finding| {
        let tables = [&schemas.from, &schemas.to].into_iter().flat_map(|schema| &schema.tables);
        let mut names = tables.flat_map(|table| &table.parts).filter_map(|part| match part.body {
            Body::Reference(_) => None,
            Body::Key(_) | Body::Unique(_) | Body::Check { .. } | Body::Index(_) => part.name.as_ref(),
        });
        !finding.0.starts_with("index.") || !is_mysql(engine) || names.any(|name| *name == finding.2)
    };
    // An index that served a foreign key gives way to the one that the server makes for it, which is another name at most,
    // and no longer unique.
    let serves = |index: &&Finding| {
        let sides = [&schemas.from, &schemas.to].map(|schema| schema.table(&index.1));
        let parts = || sides.iter().flatten().flat_map(|table| &table.parts);
        let mut own = parts().filter(|part| part.name.as_ref() == Some(&index.2)).map(|part| part.columns());
        is_mysql(engine)
            && index.0.starts_with("index.")
            && own.any(|own| {
                parts().any(|part| matches!(part.body, Body::Reference(_)) && own.starts_with(&part.columns()))
            })
    };
    let is_found = |wanted: &&Finding| actual.iter().any(|actual| same(wanted, actual));
    let renews = |actual: &Finding| matches!(actual.0.as_str(), "index.name" | "index.unique") && serves(&actual);
    let traded = actual.iter().any(renews) || wanted.iter().any(|wanted| serves(&wanted) && !is_found(&wanted));
    let missed = wanted
        .iter()
        .filter(clear)
        .filter(undecided)
        .filter(|wanted| !serves(wanted))
        .filter(|wanted| !is_found(wanted));
    // Columns without a collation of their own have the table's.
    let own = |finding: &&Finding| {
        let table = (String::from("table.collation"), String::new(), finding.1.clone());
        finding.0 != "column.collation" || !wanted.contains(&table)
    };
    // MariaDB gives a TIMESTAMP that becomes NOT NULL a default of its own.
    let implied = |finding: &&Finding| {
        let nullable = (String::from("column.nullable"), finding.1.clone(), finding.2.clone());
        finding.0 != "column.default" || engine != Engine::MariaDb || !wanted.contains(&nullable)
    };
    // Types of one affinity are one type of SQLite, but for STRICT tables and for keys: there the words may count.
    let exact = |finding: &&Finding| {
        let column = |schema: &Schema| schema.table(&finding.1)?.column(&finding.2).cloned();
        let sides = Pair::new(column(&schemas.from), column(&schemas.to)).both();
        finding.0 != "column.type" || !sides.is_some_and(|sides| expected::alike(&sides.from, &sides.to, engine))
    };
    let false_ones = actual
        .iter()
        .filter(clear)
        .filter(exact)
        .filter(chosen)
        .filter(own)
        .filter(implied)
        .filter(|actual| actual.0 != "index.name" || !serves(actual))
        .filter(|actual| !wanted.iter().any(|wanted| same(wanted, actual)));
    let mut lines: Vec<String> = missed.map(|missed| format!("missed: {missed:?}")).collect();
    lines.extend(false_ones.map(|false_one| format!("false: {false_one:?}")));
    // What could not be decided is neither missed nor false, but must not hide what can be.
    if lines.is_empty() { Ok(traded) } else { Err(failed("the findings", &lines.join("\n"), &text(found))) }
}

fn finding(change: &diff::Change) -> Finding {
    let path = change.path();
    let table = path.table.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
    (change.code.to_string(), table, path.name.as_str().to_owned())
}

fn text(found: &Diff) -> String {
    let change = |change: &diff::Change| {
        format!("{} {}: {:?} -> {:?}\n", change.code, change.path(), change.values.from, change.values.to)
    };
    let undecided =
        found.undecided.iter().map(|entry| format!("undecided {} {:?}: {}\n", entry.facet, entry.object, entry.reason));
    found.changes.iter().map(change).chain(undecided).collect()
}

fn same_words(one: &str, before: &[String], other: &str, after: &[String], script: &str) -> Outcome {
    if before == after {
        return Ok(());
    }
    let [before, after] = [before, after].map(|lines| lines.join("\n") + "\n");
    let changes = similar::TextDiff::from_lines(&before, &after).unified_diff().context_radius(1).to_string();
    Err(failed(&format!("the engine's own words differ (- {one}, + {other})"), &changes, script))
}

pub fn failed(what: &str, why: &str, about: &str) -> String {
    format!("{what}\n{why}\n----\n{about}")
}
