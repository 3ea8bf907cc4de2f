//! How much of a migration a database has: it may have failed halfway, where the engine or the migration knows no
//! transaction for DDL.

use std::collections::BTreeSet;

use crate::diff::{self, Change, Pair};
use crate::model::{Kind, ObjectPath, RelationName};
use crate::plan::{self, PlanOptions};
use crate::snapshot::{Snapshot, Span};
use crate::source::sql::Session;
use crate::source::{LoadContext, python};

use super::{History, HistoryError, sql};

/// So many operations of one migration are looked at.
const MOST_OPERATIONS: usize = 400;

/// How much of a migration is there.
#[derive(Clone, Debug)]
pub enum Extent {
    /// Nothing of it, as far as that can be told.
    Nothing,
    /// Its first operations.
    Part(Part),
    /// All that it does to the schema.
    Whole,
}

/// A migration whose first operations are there, and whose others are not.
#[derive(Clone, Debug)]
pub struct Part {
    /// The last operation that is there.
    pub last: Span,
    /// What that does, in a few words.
    pub what: String,
    /// The SQL of the rest.
    pub rest: Vec<String>,
    /// Where the rest is about rows, of which nothing is known.
    pub rows: Vec<Span>,
    /// What the migration changes.
    touched: Touched,
}

impl Part {
    /// Whether the migration is about an object.
    pub fn touches(&self, path: &ObjectPath) -> bool {
        self.touched.has(path)
    }
}

/// What a migration changes.
#[derive(Clone, Debug, Default)]
struct Touched {
    paths: BTreeSet<ObjectPath>,
    /// The tables that it makes or drops, with all that is in them.
    tables: BTreeSet<RelationName>,
}

impl Touched {
    fn by(changes: &[Change]) -> Touched {
        let paths: BTreeSet<ObjectPath> = changes.iter().map(|change| change.path().clone()).collect();
        let tables = paths.iter().filter(|path| path.kind == Kind::Table).filter_map(ObjectPath::table_name).collect();
        Touched { paths, tables }
    }

    fn has(&self, path: &ObjectPath) -> bool {
        self.paths.contains(path) || path.table_name().is_some_and(|table| self.tables.contains(&table))
    }
}

/// An operation of a migration, with the schema after it.
struct Operation<'o, 's> {
    session: &'o Session<'s>,
    at: Span,
    what: String,
    /// Its SQL, where the migration is written in it.
    sql: Option<String>,
    /// Whether it changes rows alone.
    is_about_rows: bool,
}

impl History {
    /// How much of the revision `at`, which follows `before`, is in `live`. `around` are the schemas before and after it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn extent(
        &self,
        before: &[usize],
        at: usize,
        live: &Snapshot,
        around: Pair<&Snapshot>,
        context: &LoadContext<'_>,
    ) -> Result<Extent, HistoryError> {
        let changes = |from: &Snapshot, to: &Snapshot| diff::diff(Pair::new(from, to), context.dialect).changes;
        let touched = Touched::by(&changes(around.from, around.to));
        let differs = |schema: &Snapshot| changes(live, schema).iter().any(|change| touched.has(change.path()));
        if touched.paths.is_empty() || !differs(around.from) {
            return Ok(Extent::Nothing);
        }
        if !differs(around.to) {
            return Ok(Extent::Whole);
        }
        let mut found: Option<(Part, Snapshot)> = None;
        let mut count = 0;
        self.operations(before, at, context, &mut |operation| {
            count += 1;
            if let Some((part, _)) = &mut found {
                part.rest.extend(operation.sql);
                part.rows.extend(operation.is_about_rows.then_some(operation.at));
            } else if count <= MOST_OPERATIONS && !operation.is_about_rows {
                let schema = operation.session.snapshot();
                let is_begun = changes(around.from, &schema).iter().any(|change| touched.has(change.path()));
                if is_begun && !differs(&schema) {
                    let (last, what, touched) = (operation.at, operation.what, touched.clone());
                    found = Some((Part { last, what, rest: Vec::new(), rows: Vec::new(), touched }, schema));
                }
            }
        })?;
        let Some((mut part, schema)) = found else { return Ok(Extent::Nothing) };
        if part.rest.is_empty() {
            let pair = Pair::new(&schema, around.to);
            let options = PlanOptions { allow_drop: true, ..PlanOptions::default() };
            let plan = plan::plan(&diff::diff(pair, context.dialect), pair, context.dialect, &options);
            part.rest = plan.steps.into_iter().flat_map(|step| step.sql).collect();
        }
        Ok(Extent::Part(part))
    }

    /// Tells `each` of the operations of the revision `at`, which follows `before`.
    fn operations(
        &self,
        before: &[usize],
        at: usize,
        context: &LoadContext<'_>,
        each: &mut (dyn FnMut(Operation<'_, '_>) + Send),
    ) -> Result<(), HistoryError> {
        let file = |at: usize| self.root.join(&self.graph.revision(at).file);
        if let Some(config) = &self.alembic {
            let scripts: Vec<_> = before.iter().chain([&at]).map(|at| file(*at)).collect();
            let env = config.script_location.join("env.py");
            let mut each = |session: &Session<'_>, done: python::migration::Done| {
                let python::migration::Done { at, what, is_about_rows } = done;
                each(Operation { session, at, what, sql: None, is_about_rows });
            };
            python::migration::replay_within(&scripts, Some(&env), context, &mut each)?;
            return Ok(());
        }
        let mut session = Session::new(context);
        let read = |at: usize| std::fs::read(file(at)).map_err(|source| HistoryError::Io { path: file(at), source });
        for at in before {
            let text = read(*at)?;
            let text = String::from_utf8_lossy(&text);
            session.run(&sql::forward(self.tool, &text), &self.graph.revision(*at).span);
        }
        let text = read(at)?;
        let text = String::from_utf8_lossy(&text);
        let forward = sql::forward(self.tool, &text);
        session.run_each(&forward, &self.graph.revision(at).span, &mut |session, at, sql, is_about_rows| {
            let what = shortened(sql);
            each(Operation { session, at, what, sql: Some(sql.to_owned()), is_about_rows });
        });
        Ok(())
    }
}

/// The first words of a statement.
fn shortened(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
