//! A whole schema from nothing: the statements, what has to stay a comment, and what is left out. Whoever runs the file
//! has to know that the schema which it makes is not the whole of the one that was read.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Pair;
use crate::model::{Constraint, Database, Kind, OpaqueObject, RelationName, Table};
use crate::snapshot::Snapshot;

use super::resource::Resources;
use super::{
    Held, Note, Op, Plan, PlanOptions, Planner, RenderStyle, Stations, Step, Todo, build, cycle, reverse, with_setting,
    withhold,
};

/// How many names a remark lists.
const MOST_NAMES: usize = 10;

/// The statements that build a whole schema from nothing.
pub fn create_all(snapshot: &Snapshot, dialect: &dyn Planner) -> Plan {
    let database = &snapshot.database;
    let mut notes = left_out(snapshot, dialect);
    let mut ops: Vec<Op> = Vec::new();
    let schemas = database.schemas.iter().filter(|name| Some(*name) != snapshot.default_schema.as_ref());
    ops.extend(schemas.cloned().map(Op::CreateSchema));
    ops.extend(database.opaque.iter().cloned().map(Op::CreateOther));
    ops.extend(database.enums.values().cloned().map(Op::CreateEnum));
    ops.extend(database.domains.values().cloned().map(Op::CreateDomain));
    for sequence in database.sequences.values() {
        ops.push(Op::CreateSequence(sequence.clone()));
        ops.extend(sequence.owned_by.is_some().then(|| Op::OwnSequence(sequence.clone())));
    }
    for table in database.tables.values() {
        let (table, remarks) = build::known_parts(build::own_parts(table, database));
        notes.extend(remarks.into_iter().map(|text| Note { cause: None, text }));
        ops.push(Op::CreateTable(Box::new(table)));
    }
    ops.extend(database.views.values().cloned().map(Op::CreateView));
    ops.retain(|op| !matches!(op, Op::CreateOther(_)) || !dialect.render(op, RenderStyle::default()).is_empty());

    let todos: Vec<Todo> = ops.into_iter().map(Todo::aside).collect();
    let todos = if dialect.checks_references() { cycle::split(todos) } else { todos };
    let todos = hold_back(todos, database);
    let nothing = Database::default();
    let databases = Pair::new(&nothing, database);
    let (live, withheld) = match todos.iter().any(|todo| todo.held.is_some()) {
        true => {
            let split = withhold::split(todos, &Resources::new(databases, dialect), &PlanOptions::default());
            (split.live, split.withheld)
        }
        false => (todos, Vec::new()),
    };
    let planner = Stations { dialect, style: RenderStyle::default() };
    let back = reverse::reverse(&live, &nothing);
    let (mut steps, frame) = planner.steps(live, databases);
    let (withheld, _) = planner.steps(withheld, databases);
    steps.extend(withheld.into_iter().map(|step| Step { withheld: true, ..step }));
    let (mut reverse, reverse_frame) = planner.steps(back, Pair::new(database, &nothing));
    [&mut steps, &mut reverse].into_iter().for_each(|steps| steps.retain(|step| !step.sql.is_empty()));
    let (frame, reverse_frame) = (with_setting(frame, &steps, dialect), with_setting(reverse_frame, &reverse, dialect));
    Plan { steps, reverse, notes, frame, reverse_frame }
}

/// Holds back the tables that cannot be written down, and the foreign keys to them.
fn hold_back(todos: Vec<Todo>, database: &Database) -> Vec<Todo> {
    let reasons: BTreeMap<RelationName, String> =
        database.tables.values().filter_map(|table| Some((table.name.clone(), impossible(table, database)?))).collect();
    if reasons.is_empty() {
        return todos;
    }
    let mut apart = Vec::new();
    let mut todos = todos;
    for todo in &mut todos {
        let Op::CreateTable(table) = &mut todo.op else { continue };
        if let Some(reason) = reasons.get(&table.name) {
            todo.held = Some(Held::Impossible(reason.clone()));
            continue;
        }
        let name = table.name.clone();
        for key in table.foreign_keys.extract_if(.., |key| reasons.contains_key(&key.references)) {
            let reason = format!("it refers to table {}, which is withheld", key.references);
            let op = Op::AddConstraint(name.clone(), Constraint::ForeignKey(key));
            apart.push(Todo::aside(op).held(Some(Held::Impossible(reason))));
        }
    }
    todos.extend(apart);
    todos
}

/// Why the statement for a table would not do.
fn impossible(table: &Table, database: &Database) -> Option<String> {
    let unread = |what: &str, name: &str| {
        database.uncaptured.iter().any(|entry| {
            entry.object.kind == Kind::Other && entry.attribute == what && entry.object.name.as_str() == name
        })
    };
    let is_untold = |name: &RelationName| {
        let is_it = |object: &&OpaqueObject| object.kind == Kind::Type && build::is_type(name, &object.name);
        database.opaque.iter().find(is_it).is_some_and(|object| object.definition.is_none())
    };
    table.columns.iter().find_map(|column| {
        let name = &column.name;
        let collation = column.collation.as_ref().filter(|collation| unread("COLLATION", collation.as_str()));
        match (column.ty.reason(), collation, column.ty.known().and_then(|ty| ty.kind.user_type())) {
            (Some(reason), _, _) => Some(format!("the type of column {name} is not known: {reason}")),
            (None, Some(collation), _) => {
                Some(format!("column {name} needs collation {collation}, for which drift has no statement"))
            }
            (None, None, Some(ty)) if is_untold(ty) => {
                Some(format!("column {name} needs type {ty}, for which drift has no statement"))
            }
            (None, None, _) => None,
        }
    })
}

/// A remark on each kind of thing that stands in the schema and not in the file.
fn left_out(snapshot: &Snapshot, dialect: &dyn Planner) -> Vec<Note> {
    let database = &snapshot.database;
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for object in &database.opaque {
        if dialect.render(&Op::CreateOther(object.clone()), RenderStyle::default()).is_empty() {
            let on = object.table.as_ref().map(|table| format!(" on {table}")).unwrap_or_default();
            found.entry(object.kind.words().to_owned()).or_default().insert(format!("{}{on}", object.name));
        }
    }
    for entry in database.uncaptured.iter() {
        let what = match entry.object.kind {
            Kind::Other => entry.attribute.to_lowercase(),
            kind => format!("{} of {}", entry.attribute, kind.words()),
        };
        found.entry(what).or_default().insert(entry.object.to_string());
    }
    for fact in snapshot.undecided.iter().filter(|fact| fact.facet.attribute.is_none()) {
        let object = fact.object.as_ref().map_or_else(|| "the schema".to_owned(), ToString::to_string);
        let what = format!("{} that may stand there ({})", fact.facet.kind.words(), fact.reason);
        found.entry(what).or_default().insert(object);
    }
    let remark = |(what, names): (String, BTreeSet<String>)| {
        let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
        let more = names.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Note { cause: None, text: format!("left out: {what}: {}{more}", shown.join(", ")) }
    };
    found.into_iter().map(remark).collect()
}
