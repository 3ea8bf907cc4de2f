//! The schema that a history builds, at any revision.

use std::path::Path;

use crate::model::{Database, Facet, Kind, ObjectPath, RelationName};
use crate::snapshot::{Coverage, Snapshot, Warning};
use crate::source::sql::{Refused, Repeated, Session};
use crate::source::{LoadContext, python};

use super::premise::Need;
use super::sql;
use super::{History, HistoryError};

/// What one revision did.
#[derive(Clone, Debug)]
pub struct Step {
    /// The revision, by its position in the graph.
    pub revision: usize,
    /// What could not be known: with any, the revision is partial.
    pub gaps: Vec<Warning>,
    /// Tables that it changes and that no revision before it created: they were there before the first.
    pub baseline: Vec<String>,
    /// What it makes although it is there.
    pub repeated: Vec<Repeated>,
    /// Whether it drops what is not there.
    pub drops_nothing: bool,
    /// What the server refuses in the transaction that it runs in.
    pub refused: Vec<Refused>,
    /// What it names that is not there when it runs.
    pub needs: Vec<Need>,
    /// The schema after it, where it was asked for.
    pub schema: Option<Snapshot>,
}

impl History {
    /// Replays `order`, which is a list of positions in an order in which they can run, and keeps the schema after each
    /// revision for which `keep` says so.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn replay(
        &self,
        order: &[usize],
        context: &LoadContext<'_>,
        keep: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<Step>, HistoryError> {
        match &self.alembic {
            Some(config) => {
                let scripts: Vec<_> = order.iter().map(|at| self.root.join(&self.graph.revision(*at).file)).collect();
                let mut steps = Vec::with_capacity(order.len());
                let env = config.script_location.join("env.py");
                let mut step = |position: usize, session: &Session<'_>, done: python::migration::Replayed| {
                    let revision = order[position];
                    let schema = keep(revision).then(|| session.snapshot());
                    let python::migration::Replayed { gaps, baseline, repeated, drops_nothing, refused } = done;
                    let needs = Vec::new();
                    steps.push(Step { revision, gaps, baseline, repeated, drops_nothing, refused, needs, schema });
                };
                python::migration::replay(&scripts, Some(&env), context, &mut step)?;
                Ok(steps)
            }
            None => self.replay_sql(order, context, keep),
        }
    }

    fn replay_sql(
        &self,
        order: &[usize],
        context: &LoadContext<'_>,
        keep: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<Step>, HistoryError> {
        let mut session = Session::new(context);
        let mut steps: Vec<Step> = Vec::with_capacity(order.len());
        for at in order {
            let revision = self.graph.revision(*at);
            let path = self.root.join(&revision.file);
            let text = std::fs::read(&path).map_err(|source| HistoryError::Io { path: path.clone(), source })?;
            let text = String::from_utf8_lossy(&text);
            let forward = sql::forward(self.tool, &text);
            session.begin(&forward, sql::wrapping(self.tool, &path, &text));
            session.run(&forward, &revision.span);
            let refused = session.take_refused();
            let gaps = session.take_warnings();
            let trusts = !context.dialect.checks_references() || turns_off_references(&text);
            let mut absent = session.take_absent();
            absent.retain(|absent| *absent.at.file == *revision.file && !(trusts && absent.by_reference));
            let mut needs: Vec<Need> = Vec::new();
            for absent in absent {
                if needs.iter().all(|need| need.absent.object != absent.object) {
                    needs.push(Need { absent, made_by: None });
                }
            }
            for need in steps.iter_mut().flat_map(|step| &mut step.needs).filter(|need| need.made_by.is_none()) {
                if exists(session.database(), &need.absent.object) {
                    let place = session.place(&need.absent.object).unwrap_or(&revision.span);
                    need.made_by = Some((*at, place.clone()));
                }
            }
            let schema = keep(*at).then(|| session.snapshot());
            let repeated = session.take_repeated();
            let baseline = Vec::new();
            // A statement that drops what is not there is passed over, with a warning.
            let drops_nothing = false;
            steps.push(Step { revision: *at, gaps, baseline, repeated, drops_nothing, refused, needs, schema });
        }
        for step in &mut steps {
            let nobody_makes = |need: &&Need| need.made_by.is_none() && need.absent.object.kind == Kind::Table;
            let names = step.needs.iter().filter(nobody_makes).map(|need| need.absent.object.name.as_str().to_owned());
            step.baseline = names.collect();
        }
        Ok(steps)
    }
}

/// Whether MySQL is told to take foreign keys on trust, as dumps tell it.
fn turns_off_references(text: &str) -> bool {
    text.to_ascii_lowercase().contains("foreign_key_checks")
}

/// Whether a table or type is there, in its schema or in any where none is named.
fn exists(database: &Database, object: &ObjectPath) -> bool {
    let is_it = |name: &RelationName| {
        name.name == object.name && (object.schema.is_none() || name.schema.is_none() || name.schema == object.schema)
    };
    if object.kind == Kind::Table {
        return database.tables.keys().any(is_it);
    }
    database.enums.keys().chain(database.domains.keys()).any(is_it)
}

/// The schema that the history in `place` builds: at `revision`, or at its head.
///
/// # Errors
/// When there is no such history or revision, when it has several heads and none is named, or a file cannot be read.
pub fn schema(place: &Path, revision: Option<&str>, context: &LoadContext<'_>) -> Result<Snapshot, HistoryError> {
    let history = History::load(place, context.root)?;
    let ends = match revision {
        Some(wanted) => vec![history.find(wanted)?],
        None => history.graph.heads(),
    };
    let order = history.graph.upto(&ends);
    let last = order.last().copied();
    let steps = history.replay(&order, context, &|at| Some(at) == last)?;
    let empty = || Session::new(context).snapshot();
    let mut warnings = history.warnings.clone();
    let mut schema = None;
    let mut baseline = false;
    for step in steps {
        warnings.extend(step.gaps);
        baseline |= !step.baseline.is_empty();
        schema = step.schema.or(schema);
    }
    let mut schema = schema.unwrap_or_else(empty);
    schema.warnings.extend(warnings);
    if baseline {
        // What was there before the first revision is not known: more of it is no drift.
        for kind in [Kind::Table, Kind::Enum, Kind::Sequence, Kind::View] {
            schema.scope = schema.scope.with(Facet::of(kind), Coverage::Partial);
        }
    }
    Ok(schema)
}
