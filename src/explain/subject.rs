//! What an error is about, as far as message, statement and schemas tell, and whether each side has it.

use std::collections::BTreeMap;

use crate::diff::describe_column;
use crate::message::nearest;
use crate::model::{Engine, Fact, IndexTarget, Kind, Name, ObjectPath, RelationName, Table};
use crate::report::DeclaredAt;
use crate::snapshot::Snapshot;

use super::kind::{About, ErrorKind};
use super::reference::Reference;
use super::search::{Candidate, Sides};

/// What an error is about.
pub(super) struct Subject {
    pub(super) schema: Option<String>,
    pub(super) table: Option<String>,
    pub(super) column: Option<String>,
    /// Whether each side has it: `None` where the side was not read, or where that cannot be told.
    pub(super) live: Option<bool>,
    pub(super) declared: Option<bool>,
    /// What has that name in another schema, or in other letters, and is not found under the name that was written.
    pub(super) elsewhere: Option<RelationName>,
}

pub(super) fn same(name: &Name, text: &str) -> bool {
    name.as_str().eq_ignore_ascii_case(text)
}

/// The relation of that name: in its schema, else in any.
pub(super) fn relation<'s, T>(
    all: &'s BTreeMap<RelationName, T>,
    schema: Option<&str>,
    name: &str,
) -> Option<(&'s RelationName, &'s T)> {
    let mut named = all.iter().filter(|(known, _)| same(&known.name, name)).collect::<Vec<_>>();
    named.sort_by_key(|(known, _)| match (&known.schema, schema) {
        (Some(known), Some(schema)) => !same(known, schema),
        (_, _) => true,
    });
    named.into_iter().next()
}

/// Where a name leads to.
enum Found {
    /// To what it names.
    Here,
    /// To nothing; but this has the name in another schema, or in other letters.
    Elsewhere(RelationName),
    /// To nothing at all.
    Nowhere,
}

/// What a statement finds under a name: without a schema it looks in the default one.
fn found<T>(snapshot: &Snapshot, all: &BTreeMap<RelationName, T>, schema: Option<&str>, name: &str) -> Found {
    let is_here = |known: &RelationName| match (&known.schema, schema, &snapshot.default_schema) {
        (None, _, _) | (Some(_), None, None) => true,
        (Some(known), Some(schema), _) => same(known, schema),
        (Some(known), None, Some(default)) => known == default,
    };
    let keeps_letters = snapshot.engine == Engine::Postgres;
    let is_spelled = |known: &RelationName| !keeps_letters || known.name.as_str() == name;
    let named: Vec<&RelationName> = all.keys().filter(|known| same(&known.name, name)).collect();
    if named.iter().any(|known| is_here(known) && is_spelled(known)) {
        return Found::Here;
    }
    let here = named.iter().find(|known| is_here(known)).or_else(|| named.iter().find(|known| is_spelled(known)));
    here.or(named.first()).map_or(Found::Nowhere, |known| Found::Elsewhere((*known).clone()))
}

impl Subject {
    pub(super) fn of(reference: &Reference, candidates: &[Candidate], sides: Sides<'_>) -> Subject {
        let first = candidates.first();
        let text = |name: &Name| name.as_str().to_owned();
        // A column that the message itself names is that of the first table, and the others are shown beside it. Where only
        // a type tells, several columns are as likely, and none of them is named.
        let is_named = !reference.columns.is_empty() || reference.constraint.is_some();
        let agree = |same: &dyn Fn(&Candidate, &Candidate) -> bool| {
            is_named || candidates.windows(2).all(|pair| same(&pair[0], &pair[1]))
        };
        let table = first.filter(|_| agree(&|one, other| one.table == other.table));
        let column = first.filter(|_| agree(&|one, other| one == other));
        let mut subject = Subject {
            schema: table.and_then(|one| one.table.schema.as_ref()).map(text).or_else(|| reference.schema.clone()),
            // An alias that no schema knows may as well be the table's name.
            table: table
                .map(|one| text(&one.table.name))
                .or_else(|| reference.table.clone())
                .or_else(|| reference.qualifier.clone().filter(|_| candidates.is_empty())),
            column: column.and_then(|one| one.column.clone()).or_else(|| reference.columns.first().cloned()),
            live: None,
            declared: None,
            elsewhere: None,
        };
        if reference.kind.is_about_column() && subject.table.is_none() && candidates.len() > 1 {
            return subject;
        }
        subject.live = sides.from.and_then(|snapshot| subject.is_in(reference, snapshot));
        subject.declared = sides.to.and_then(|snapshot| subject.is_in(reference, snapshot));
        subject.elsewhere = sides.from.and_then(|snapshot| subject.elsewhere(reference, snapshot));
        subject
    }

    /// Whether a schema has what the error is about; `None` where that cannot be told.
    fn is_in(&self, reference: &Reference, snapshot: &Snapshot) -> Option<bool> {
        let database = &snapshot.database;
        let schema = self.schema.as_deref();
        let table = || self.table.as_deref().and_then(|table| relation(&database.tables, schema, table));
        let by_name = |found: Found| matches!(found, Found::Here);
        Some(match reference.kind.about() {
            About::Schema => {
                let wanted = schema?;
                database.schemas.iter().any(|schema| same(schema, wanted))
            }
            About::Relation => {
                let name = self.table.as_deref()?;
                by_name(found(snapshot, &database.tables, schema, name))
                    || by_name(found(snapshot, &database.views, schema, name))
            }
            About::Sequence => by_name(found(snapshot, &database.sequences, schema, self.table.as_deref()?)),
            About::Type => {
                let wanted = reference.type_name.as_deref()?;
                by_name(found(snapshot, &database.enums, schema, wanted))
                    || by_name(found(snapshot, &database.domains, schema, wanted))
            }
            About::Value => {
                let (wanted, value) = (reference.type_name.as_deref()?, reference.value.as_deref()?);
                let (_, ty) = relation(&database.enums, schema, wanted)?;
                ty.values.iter().any(|known| known == value)
            }
            // Functions are listed and not compared; an extension has an answer of its own.
            About::Function | About::Extension | About::History => return None,
            About::Key if reference.kind == ErrorKind::MissingUnique => has_key(table()?.1, &reference.columns)?,
            About::Key if reference.kind == ErrorKind::UnknownConstraint => {
                has_constraint(table()?.1, reference.constraint.as_deref()?)
            }
            About::Index => {
                let wanted = reference.object.as_deref()?;
                database.tables.values().any(|table| table.indexes.iter().any(|index| same(&index.name, wanted)))
            }
            About::Object => self.has_object(reference, snapshot)?,
            About::Column | About::Key => {
                let column = self.column.as_deref()?;
                table().is_some_and(|(_, table)| table.columns.iter().any(|known| same(&known.name, column)))
            }
        })
    }

    /// Whether a schema has an object whose kind the message does not tell, or a table that nobody may use.
    fn has_object(&self, reference: &Reference, snapshot: &Snapshot) -> Option<bool> {
        let database = &snapshot.database;
        let schema = self.schema.as_deref();
        if let (Some(table), None) = (self.table.as_deref(), reference.object.as_deref()) {
            return Some(
                relation(&database.tables, schema, table).is_some()
                    || relation(&database.views, schema, table).is_some(),
            );
        }
        let Some(wanted) = reference.object.as_deref() else {
            return schema.map(|wanted| database.schemas.iter().any(|schema| same(schema, wanted)));
        };
        let is_relation = relation(&database.enums, schema, wanted).is_some()
            || relation(&database.domains, schema, wanted).is_some()
            || relation(&database.sequences, schema, wanted).is_some()
            || database.schemas.iter().any(|schema| same(schema, wanted))
            || database.opaque.iter().any(|object| same(&object.name.name, wanted));
        Some(is_relation || database.tables.values().any(|table| has_constraint(table, wanted)))
    }

    /// What has the name in another schema, or in other letters.
    fn elsewhere(&self, reference: &Reference, snapshot: &Snapshot) -> Option<RelationName> {
        let database = &snapshot.database;
        let schema = reference.schema.as_deref();
        let other = |found: Found| match found {
            Found::Elsewhere(name) => Some(name),
            Found::Here | Found::Nowhere => None,
        };
        if self.live != Some(false) {
            return None;
        }
        match reference.kind {
            ErrorKind::UnknownTable => {
                let name = self.table.as_deref()?;
                other(found(snapshot, &database.tables, schema, name))
                    .or_else(|| other(found(snapshot, &database.views, schema, name)))
            }
            ErrorKind::MissingSequence => other(found(snapshot, &database.sequences, schema, self.table.as_deref()?)),
            ErrorKind::MissingType => {
                let name = reference.type_name.as_deref()?;
                other(found(snapshot, &database.enums, schema, name))
                    .or_else(|| other(found(snapshot, &database.domains, schema, name)))
            }
            _ => None,
        }
    }

    /// Names close to the one that the message has: in the same place of either side.
    pub(super) fn similar(&self, reference: &Reference, sides: Sides<'_>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let text = |name: &Name| name.as_str().to_owned();
        for snapshot in [sides.to, sides.from].into_iter().flatten() {
            let database = &snapshot.database;
            let table =
                self.table.as_deref().and_then(|table| relation(&database.tables, self.schema.as_deref(), table));
            match (reference.kind, &self.column, table) {
                (ErrorKind::UnknownColumn, Some(_), Some((_, table))) => {
                    names.extend(table.columns.iter().map(|column| text(&column.name)));
                }
                (ErrorKind::UnknownTable, _, _) => {
                    let relations = database.tables.keys().chain(database.views.keys());
                    names.extend(relations.map(|name| text(&name.name)));
                }
                (ErrorKind::MissingType, _, _) => names.extend(database.enums.keys().map(|name| text(&name.name))),
                (ErrorKind::UnknownIndex, _, _) => {
                    let indexes = database.tables.values().flat_map(|table| &table.indexes);
                    names.extend(indexes.map(|index| text(&index.name)));
                }
                (_, _, _) => {}
            }
        }
        let wanted = match reference.kind {
            ErrorKind::UnknownColumn => self.column.as_deref(),
            ErrorKind::UnknownTable => self.table.as_deref(),
            ErrorKind::MissingType => reference.type_name.as_deref(),
            ErrorKind::UnknownIndex => reference.object.as_deref(),
            _ => None,
        };
        let Some(wanted) = wanted else { return Vec::new() };
        let mut found = Vec::new();
        while let Some(name) = nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned) {
            names.retain(|other| *other != name);
            found.push(name);
            if found.len() == 3 {
                break;
            }
        }
        found.retain(|name| name != wanted);
        found
    }

    /// Where the declared side has it, and what it says of a column.
    pub(super) fn as_declared(&self, declared: &Snapshot) -> (Option<DeclaredAt>, Option<String>) {
        let table = self.table.as_deref();
        let found = table.and_then(|table| relation(&declared.database.tables, self.schema.as_deref(), table));
        let Some((name, table)) = found else { return (None, None) };
        let column = self.column.as_deref().and_then(|wanted| table.columns.iter().find(|one| same(&one.name, wanted)));
        let path = match column {
            Some(column) => ObjectPath::of_table(Kind::Column, name, column.name.clone()),
            None => ObjectPath::table(name),
        };
        (declared.origins.find(&path).map(DeclaredAt::from), column.map(describe_column))
    }
}

/// Whether a table has a key on exactly these columns, whatever their order; `None` where none are known.
fn has_key(table: &Table, columns: &[String]) -> Option<bool> {
    if columns.is_empty() {
        return None;
    }
    let is_it =
        |key: &[Name]| key.len() == columns.len() && columns.iter().all(|one| key.iter().any(|name| same(name, one)));
    let indexes =
        table.indexes.iter().filter(|index| index.unique && matches!(index.predicate, Fact::Known(None))).map(
            |index| {
                let name = |target: &IndexTarget| match target {
                    IndexTarget::Column(name) => Some(name.clone()),
                    IndexTarget::Expr(_) => None,
                };
                index.keys.iter().map(|key| name(&key.target)).collect::<Option<Vec<Name>>>().unwrap_or_default()
            },
        );
    let by_index = indexes.collect::<Vec<_>>().iter().any(|key| is_it(key));
    let by_key = table.primary_key.as_ref().is_some_and(|key| is_it(&key.columns));
    Some(by_index || by_key || table.uniques.iter().any(|unique| is_it(&unique.columns)))
}

fn has_constraint(table: &Table, wanted: &str) -> bool {
    let is_it = |name: &crate::model::ConstraintName| name.name().is_some_and(|name| same(name, wanted));
    table.uniques.iter().any(|one| is_it(&one.name))
        || table.foreign_keys.iter().any(|one| is_it(&one.name))
        || table.checks.iter().any(|one| is_it(&one.name))
        || table.primary_key.as_ref().is_some_and(|one| is_it(&one.name))
        || table.indexes.iter().any(|index| same(&index.name, wanted))
}
