//! From differences to operations, before anyone asks whether the engine has them or in what order they run.
//!
//! What no change speaks of stays as it is: the new form of an object is its old form with the changed attributes
//! taken from the declaration.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diff::{Change, Pair, What};
use crate::model::{Attribute, Database, Domain, Kind, Name, ObjectPath, OpaqueObject, RelationName, Table};

use super::{Commented, Held, Note, Op, Planner, Todo, Words};

mod column;
mod constraint;
mod enums;
mod index;
mod serial;
mod table;

pub(super) use table::{known_parts, own_parts};

/// The operations that mend `changes`, and remarks on those that none mends.
pub(super) fn build(
    changes: &[Change],
    databases: Pair<&Database>,
    dialect: &dyn Planner,
    allow_drop: bool,
) -> (Vec<Todo>, Vec<Note>) {
    let mut builder = Builder {
        changes,
        of_object: HashMap::new(),
        missing: BTreeMap::new(),
        databases,
        dialect,
        allow_drop,
        todos: Vec::new(),
        notes: Vec::new(),
        done: BTreeSet::new(),
        serials: BTreeMap::new(),
    };
    builder.look_through();
    builder.find_serials();
    for position in 0..changes.len() {
        if !builder.done.contains(&position) {
            builder.change(position);
        }
    }
    builder.domains();
    (builder.todos, builder.notes)
}

/// What is said of names that the engine does not tell apart.
const SAME_NAME: &str =
    "the names differ in the case of letters alone, which is one name to the engine: it stays as it is";

struct Builder<'a> {
    changes: &'a [Change],
    /// The positions of the changes of one object, in their order.
    of_object: HashMap<&'a Pair<Option<ObjectPath>>, Vec<usize>>,
    /// The positions of what is missing in a table.
    missing: BTreeMap<RelationName, Vec<usize>>,
    databases: Pair<&'a Database>,
    dialect: &'a dyn Planner,
    allow_drop: bool,
    todos: Vec<Todo>,
    notes: Vec<Note>,
    /// The changes that were dealt with together with another of the same object.
    done: BTreeSet<usize>,
    /// The columns that take or leave a sequence as theirs.
    serials: BTreeMap<ObjectPath, serial::Handed>,
}

impl<'a> Builder<'a> {
    fn change(&mut self, position: usize) {
        let change = &self.changes[position];
        match change.code.kind {
            Kind::Schema => self.schema(position),
            Kind::Enum => self.enum_type(position),
            Kind::Sequence => self.sequence(position),
            Kind::Table => self.table(position),
            Kind::Column => self.column(position),
            Kind::PrimaryKey | Kind::Unique | Kind::ForeignKey | Kind::Check | Kind::Exclusion => {
                self.constraint(position);
            }
            Kind::Index => self.index(position),
            Kind::View => self.view(position),
            Kind::Domain
            | Kind::Routine
            | Kind::Trigger
            | Kind::Policy
            | Kind::Extension
            | Kind::Type
            | Kind::Event
            | Kind::Grant
            | Kind::Other => {
                self.note(
                    position,
                    format!("drift does not write statements for {} objects yet", change.code.kind.words()),
                );
            }
        }
    }

    /// Why a table or a column of it cannot go: a trigger that stays names it, and would fail from then on. A table takes its
    /// own triggers along.
    fn broken_triggers(&self, table: &RelationName, column: Option<&Name>) -> Option<Held> {
        let triggers = self.databases.from.opaque.iter().filter(|object| object.kind == Kind::Trigger);
        let broken = triggers.filter(|trigger| {
            let Some(text) = &trigger.definition else { return false };
            let words = Words::of(text);
            let is_own = trigger.table.as_ref() == Some(table);
            match column {
                Some(column) => (is_own || words.mention_relation(table)) && words.mention(column),
                None => !is_own && words.mention_relation(table),
            }
        });
        let names: Vec<&str> = broken.map(|trigger| trigger.name.name.as_str()).collect();
        let names = match names.as_slice() {
            [] => return None,
            [only] => format!("trigger {only}"),
            several => format!("triggers {}", several.join(", ")),
        };
        Some(Held::Impossible(format!(
            "{names} would fail without it, and drift does not change triggers: do that first"
        )))
    }

    /// Finds what is asked of many changes at once.
    fn look_through(&mut self) {
        for (position, change) in self.changes.iter().enumerate() {
            self.of_object.entry(&change.paths).or_default().push(position);
            let table = change.paths.to.as_ref().and_then(ObjectPath::table_name);
            if let (What::Missing, Some(table)) = (change.code.what, table) {
                self.missing.entry(table).or_default().push(position);
            }
        }
    }

    /// The positions of what is missing in a table.
    fn missing_parts(&self, table: &RelationName) -> impl Iterator<Item = usize> {
        self.missing.get(table).into_iter().flatten().copied()
    }

    /// Every change of the object that one change concerns.
    fn changes_of_object(&self, position: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        self.of_object.get(&self.changes[position].paths).into_iter().flatten().copied()
    }

    /// The changes of the same object from this one on, in their order; they are dealt with together.
    fn same_object(&mut self, position: usize) -> BTreeSet<usize> {
        let kind = self.changes[position].code.kind;
        let all = self.changes_of_object(position);
        let same: BTreeSet<usize> =
            all.filter(|other| *other >= position && self.changes[*other].code.kind == kind).collect();
        self.done.extend(&same);
        same
    }

    /// The attributes that differ, according to these changes.
    fn attributes(&self, positions: &BTreeSet<usize>) -> BTreeSet<Attribute> {
        positions
            .iter()
            .filter_map(|position| match self.changes[*position].code.what {
                What::Differs(attribute) => Some(attribute),
                What::Missing | What::Extra | What::ValueMissing | What::ValueExtra => None,
            })
            .collect()
    }

    /// Those of `positions` that concern one of `attributes`.
    fn causes_of(&self, positions: &BTreeSet<usize>, attributes: &[Attribute]) -> BTreeSet<usize> {
        let concerns = |position: &&usize| match self.changes[**position].code.what {
            What::Differs(attribute) => attributes.contains(&attribute),
            What::Missing | What::Extra | What::ValueMissing | What::ValueExtra => false,
        };
        positions.iter().filter(concerns).copied().collect()
    }

    fn push(&mut self, op: Op, causes: impl IntoIterator<Item = usize>, held: Option<Held>) {
        self.todos.push(Todo::new(op, causes).held(held));
    }

    fn note(&mut self, position: usize, text: impl Into<String>) {
        self.notes.push(Note { cause: Some(position), text: text.into() });
    }

    /// The relation that a change concerns, on both sides.
    fn relations<T>(
        &self,
        position: usize,
        list: impl Fn(&'a Database) -> &'a std::collections::BTreeMap<RelationName, T>,
    ) -> Pair<Option<&'a T>> {
        let paths = self.changes[position].paths.as_ref();
        paths.zip(self.databases).map(|(path, database)| {
            let path = path.as_ref()?;
            list(database).get(&RelationName::new(path.schema.clone(), path.name.clone()))
        })
    }

    /// The tables that a change concerns, on both sides.
    fn tables(&self, position: usize) -> Pair<Option<&'a Table>> {
        let paths = self.changes[position].paths.as_ref();
        // The table is on both sides even where its part is on one alone.
        let name = paths.map(|path| path.as_ref().and_then(ObjectPath::table_name));
        let other = name.as_ref().map(Option::as_ref).either().cloned();
        name.zip(self.databases).map(|(name, database)| database.tables.get(name.or_else(|| other.clone()).as_ref()?))
    }

    fn schema(&mut self, position: usize) {
        let change = &self.changes[position];
        let name = change.path().name.clone();
        match change.code.what {
            What::Missing => self.push(Op::CreateSchema(name), [position], None),
            What::Extra => {
                let reason = "dropping a schema loses what stands in it";
                self.push(Op::DropSchema(name), [position], Some(Held::Destructive(reason.to_owned())));
            }
            What::ValueMissing | What::ValueExtra | What::Differs(_) => {
                self.note(position, "schemas have no attributes that a statement could change");
            }
        }
    }

    fn sequence(&mut self, position: usize) {
        let sequences = self.relations(position, |database| &database.sequences).map(Option::<&_>::cloned);
        match (self.changes[position].code.what, sequences.from, sequences.to) {
            (What::Missing, _, Some(sequence)) => {
                self.push(Op::CreateSequence(sequence.clone()), [position], None);
                if sequence.owned_by.is_some() {
                    self.push(Op::OwnSequence(sequence), [position], None);
                }
            }
            (What::Extra, Some(sequence), _) => {
                let reason = "dropping a sequence loses its position".to_owned();
                self.push(Op::DropSequence(sequence), [position], Some(Held::Destructive(reason)));
            }
            (What::Differs(Attribute::Comment), Some(from), Some(to)) => {
                let commented = Commented { kind: Kind::Sequence, name: to.name.clone(), materialized: false };
                self.push(Op::Comment(commented, Pair::new(from.comment, to.comment)), [position], None);
            }
            (What::Differs(_), Some(from), Some(to)) => {
                let to = crate::model::Sequence { comment: from.comment.clone(), ..to };
                self.push(Op::AlterSequence(Box::new(Pair::new(from, to))), [position], None);
            }
            _ => self.note(position, "the sequence is in neither schema"),
        }
    }

    fn view(&mut self, position: usize) {
        let views = self.relations(position, |database| &database.views).map(Option::<&_>::cloned);
        match (self.changes[position].code.what, views.from, views.to) {
            (What::Missing, _, Some(view)) => self.push(Op::CreateView(view), [position], None),
            (What::Extra, Some(view), _) => {
                let reason = "dropping a view loses its definition".to_owned();
                self.push(Op::DropView(view), [position], Some(Held::Destructive(reason)));
            }
            (What::Differs(Attribute::Comment), Some(from), Some(to)) => {
                let commented = Commented { kind: Kind::View, name: to.name.clone(), materialized: to.materialized };
                self.push(Op::Comment(commented, Pair::new(from.comment, to.comment)), [position], None);
            }
            (What::Differs(_), Some(from), Some(to)) => {
                // The new view brings its comment along: a statement of its own would speak of the other kind of view.
                let causes: Vec<usize> = self.changes_of_object(position).collect();
                self.push(Op::DropView(from), causes.clone(), None);
                self.push(Op::CreateView(to), causes.clone(), None);
                self.done.extend(causes);
            }
            _ => self.note(position, "the view is in neither schema"),
        }
    }

    /// Adds the domains and composite types that new columns need: they are not compared, so no change speaks of them.
    fn domains(&mut self) {
        let mut wanted: Vec<&Domain> = Vec::new();
        let mut types: Vec<&OpaqueObject> = Vec::new();
        for todo in &self.todos {
            let columns = match &todo.op {
                Op::CreateTable(table) => table.columns.iter().collect(),
                Op::AddColumn(_, column, _) => vec![&**column],
                Op::AlterColumn(_, columns, _) => vec![&columns.to],
                _ => Vec::new(),
            };
            for column in columns {
                let Some(name) = column.ty.known().and_then(|ty| ty.kind.user_type()) else { continue };
                types.extend(self.missing_type(name));
                let is_meant = |domain: &&&Domain| is_type(name, &domain.name);
                let known = self.databases.from.domains.values().any(|domain| is_type(name, &domain.name));
                wanted.extend(self.databases.to.domains.values().filter(|_| !known).find(|domain| is_meant(&domain)));
            }
        }
        wanted.sort_by_key(|domain| &domain.name);
        wanted.dedup_by_key(|domain| &domain.name);
        types.sort();
        types.dedup();
        let types = types.into_iter().cloned().map(Op::CreateOther);
        let domains = wanted.into_iter().cloned().map(Op::CreateDomain);
        let todos: Vec<Todo> = types.chain(domains).map(Todo::aside).collect();
        self.todos.splice(0..0, todos);
    }

    /// A declared type that is not in the model and that is not there yet.
    fn missing_type(&self, name: &RelationName) -> Option<&'a OpaqueObject> {
        let find = |database: &'a Database| {
            database.opaque.iter().find(|object| object.kind == Kind::Type && is_type(name, &object.name))
        };
        let found = self.databases.map(find);
        found.to.filter(|object| found.from.is_none() && object.definition.is_some())
    }
}

/// Whether a type's name as a column gives it, perhaps without a schema, is that of `object`.
pub(super) fn is_type(name: &RelationName, object: &RelationName) -> bool {
    name.name == object.name && (name.schema.is_none() || name.schema == object.schema)
}
