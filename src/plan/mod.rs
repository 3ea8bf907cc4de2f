//! How differences are mended: operations in dependency order, with their SQL, their reverse and their hazards.
//!
//! [`build`] turns changes into operations, [`withhold`] parts those that have to wait for the user, the engine lowers
//! the rest ([`Lower`]), [`order`] sorts them by what they depend on, and the engine spells them ([`Render`]). The way
//! back goes through the same stations. What has to wait is planned on top of what runs, so that it can be run later.
//!
//! This module must not look for differences: it takes a [`Diff`] as it is. It must not know an engine's name either:
//! it asks [`Planner`].

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::diff::{Change, Diff, Pair};
use crate::model::Database;
use crate::snapshot::Snapshot;

mod apply;
mod attributes;
mod build;
mod cycle;
mod given;
pub mod dependents;
mod extras;
mod hazard;
mod needs;
mod op;
mod order;
mod others;
pub mod partition;
mod render;
mod resource;
mod reverse;
mod side;
mod step;
mod todo;
mod whole;
mod withhold;
mod words;
pub mod output;

pub use given::Unnamed;
pub use hazard::{becomes_required, must_be_given};
pub use needs::{carrying, identity_index};
pub use op::{Commented, Op, Position, Rebuild};
pub use render::{Lower, Planner, Render, RenderStyle};
pub use resource::constraints as all_constraints;
pub use step::{Frame, Hazard, Note, Plan, PlanOptions, Step};
pub use todo::{Held, Todo};
pub use whole::create_all;
pub use words::Words;

use resource::Resources;

/// The way from `snapshots.from` to `snapshots.to`, as far as `diff` says that they differ.
pub fn plan(diff: &Diff, snapshots: Pair<&Snapshot>, dialect: &dyn Planner, options: &PlanOptions) -> Plan {
    let databases = snapshots.map(|snapshot| &snapshot.database);
    let (mut todos, notes) = build::build(&diff.changes, databases, dialect, options.allow_drop);
    partition::lend(&mut todos, databases);
    let mut todos = if dialect.checks_references() { cycle::split(todos) } else { todos };
    given::settle(&mut todos, databases, dialect, options);
    let split = withhold::split(todos, &Resources::new(databases, dialect), options);

    let after = applied(databases.from, &split.live);
    let wanted = applied(&after, &split.withheld);
    let planner = Stations { dialect, style: RenderStyle { idempotent: options.idempotent } };
    let back = reverse::reverse(&split.live, databases.from);
    let (mut steps, frame) = planner.steps(split.live, Pair::new(databases.from, &*after));
    let (withheld, _) = planner.steps(split.withheld, Pair::new(&*after, &*wanted));
    let (reverse, reverse_frame) = planner.steps(back, Pair::new(&*after, databases.from));
    let (withheld, silent): (Vec<Step>, Vec<Step>) = withheld.into_iter().partition(|step| !step.sql.is_empty());
    steps.retain(|step| !step.sql.is_empty());
    let reverse: Vec<Step> = reverse.into_iter().filter(|step| !step.sql.is_empty()).collect();
    let notes: Vec<Note> =
        notes.into_iter().chain(silent.into_iter().flat_map(|step| reasons(step, &diff.changes))).collect();
    steps.extend(withheld.into_iter().map(|step| Step { withheld: true, ..step }));
    let (frame, reverse_frame) = (with_setting(frame, &steps, dialect), with_setting(reverse_frame, &reverse, dialect));
    let unmended = unmended(diff, &steps, &notes);
    Plan { steps, reverse, notes: notes.into_iter().chain(unmended).collect(), frame, reverse_frame }
}

/// Why nothing can be written for what a step should do, a note for each change.
fn reasons(step: Step, changes: &[Change]) -> Vec<Note> {
    let Some(reason) = step.reason else { return Vec::new() };
    let note = |cause: &usize| Some((*cause, changes.get(*cause)?.code));
    let causes = step.causes.iter().filter_map(note);
    causes
        .map(|(cause, code)| Note { cause: Some(cause), text: format!("drift has none for {code}: {reason}") })
        .collect()
}

/// A note for each change that the engine has no statement for, such as partitioning a table that is there: a
/// difference must not vanish on its way to the file.
fn unmended(diff: &Diff, steps: &[Step], notes: &[Note]) -> Vec<Note> {
    let mut told: BTreeSet<usize> = steps.iter().flat_map(|step| step.causes.iter().copied()).collect();
    told.extend(notes.iter().filter_map(|note| note.cause));
    let untold = (0..diff.changes.len()).filter(|position| !told.contains(position));
    untold
        .map(|position| {
            let Change { code, values, .. } = &diff.changes[position];
            let shown = values.as_ref().map(|value| value.as_deref().unwrap_or("none"));
            let (from, to) = (shown.from, shown.to);
            let text =
                format!("drift has none for {code}, where {from} is there and {to} is declared: mend it by hand");
            Note { cause: Some(position), text }
        })
        .collect()
}

fn with_setting(frame: Frame, steps: &[Step], dialect: &dyn Planner) -> Frame {
    let statements: Vec<&str> = steps.iter().flat_map(|step| &step.sql).map(String::as_str).collect();
    Frame { setting: dialect.setting(&statements), ..frame }
}

/// The schema after `todos`; in a database without drift, which may be large, nothing is copied.
fn applied<'a>(database: &'a Database, todos: &[Todo]) -> Cow<'a, Database> {
    let mut after = Cow::Borrowed(database);
    for todo in in_order_of_application(todos) {
        apply::apply(after.to_mut(), &todo.op);
    }
    after
}

/// What goes, goes first: the value of the schema does not depend on the order otherwise.
fn in_order_of_application(todos: &[Todo]) -> impl Iterator<Item = &Todo> {
    let is_drop = |todo: &&Todo| {
        matches!(
            todo.op,
            Op::DropView(_) | Op::DropIndex(..) | Op::DropConstraint(..) | Op::DropSequence(_) | Op::DropTable(_)
        )
    };
    let creates = todos.iter().filter(|todo| matches!(todo.op, Op::CreateTable(_)));
    let others = todos.iter().filter(move |todo| !is_drop(todo) && !matches!(todo.op, Op::CreateTable(_)));
    todos.iter().filter(is_drop).chain(creates).chain(others)
}

/// The stations from operations to steps.
struct Stations<'a> {
    dialect: &'a dyn Planner,
    style: RenderStyle,
}

impl Stations<'_> {
    fn steps(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> (Vec<Step>, Frame) {
        // Nothing comes of nothing, and to find that out would mean a look at every table.
        if todos.is_empty() {
            return (Vec::new(), self.dialect.frame(&[]));
        }
        let todos = self.dialect.lower(todos, databases);
        let todos = order::sort(todos, &Resources::new(databases, self.dialect));
        let frame = self.dialect.frame(&todos.iter().map(|todo| &todo.op).collect::<Vec<_>>());
        (todos.into_iter().map(|todo| self.step(todo, databases.from)).collect(), frame)
    }

    fn step(&self, todo: Todo, before: &Database) -> Step {
        // A table that is new has no rows and no users yet.
        let is_on_new_table = hazard::table_of(&todo.op).is_some_and(|name| !before.tables.contains_key(name));
        let mut hazards = Vec::new();
        if !is_on_new_table {
            hazards = hazard::of(&todo.op);
            hazards.extend(self.dialect.hazards(&todo.op));
        }
        let reason = todo.held.as_ref().map(|held| held.reason().to_owned());
        if let Some(Held::Destructive(reason)) = todo.held {
            hazards.insert(0, Hazard::Destructive(reason));
        }
        Step {
            causes: todo.causes.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            sql: self.dialect.render(&todo.op, self.style),
            hazards,
            withheld: false,
            reason,
            transactional: self.dialect.transactional(&todo.op),
            op: todo.op,
        }
    }
}
