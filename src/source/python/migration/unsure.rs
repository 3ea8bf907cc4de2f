//! Operations that may not have happened, or whose content is not known: what they are about is undecided.
//!
//! One that may not have happened is carried out, and whatever that changes is undecided, neither more nor less.

use std::collections::BTreeMap;

use crate::diff;
use crate::model::{Column, Database, Facet, Fact, Kind, ObjectPath, Reason, Table};
use crate::snapshot::{Span, Undecided};
use crate::source::python::eval::Operation;
use crate::source::python::value::Site;

use super::arguments::Arguments;
use super::{Replay, forget};

/// The kinds of object inside a table that an unknown change may have touched.
const PARTS: [Kind; 7] =
    [Kind::Column, Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey, Kind::Check, Kind::Exclusion, Kind::Index];

/// The kinds of object that a migration may make or change.
pub(super) const EVERYTHING: [Kind; 20] = [
    Kind::Schema,
    Kind::Enum,
    Kind::Domain,
    Kind::Sequence,
    Kind::Table,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::ForeignKey,
    Kind::Check,
    Kind::Exclusion,
    Kind::Index,
    Kind::View,
    Kind::Routine,
    Kind::Trigger,
    Kind::Policy,
    Kind::Extension,
    Kind::Type,
    Kind::Event,
    Kind::Grant,
];

impl<'a> Replay<'a> {
    /// Carries out what may not have happened.
    pub(super) fn apply_unsurely(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        let before = self.completed();
        let open = self.session.undecided_facts().to_vec();
        match self.carry_out(operation, at) {
            Ok(()) => {
                let after = self.completed();
                if self.leave_open(&before, &after, reason, at) {
                    self.not_followed(operation, reason, at);
                }
            }
            Err(_) => self.unknown(operation, reason, at),
        }
        // What was not known before is known now only if it happened.
        for fact in open {
            self.session.undecided(fact);
        }
    }

    /// A script that is not followed to its end may have changed anything.
    pub(super) fn anything(&mut self, reason: &str, site: Site) {
        let at = self.models.interp.span(site);
        self.gap(reason.to_owned(), at.clone());
        self.may_hold(&EVERYTHING, reason, at.as_ref());
        self.change_all(&EVERYTHING, reason, at.as_ref());
    }

    /// Objects of these kinds may be there that are not known.
    pub(super) fn may_hold(&mut self, kinds: &[Kind], reason: &str, at: Option<&Span>) {
        for kind in kinds {
            let (facet, reason) = (Facet::of(*kind), Reason::new(reason));
            self.session.undecided(Undecided { object: None, facet, reason, declared_at: at.cloned() });
        }
    }

    /// Every object of these kinds may be another than it is known to be, or be no more.
    pub(super) fn change_all(&mut self, kinds: &[Kind], reason: &str, at: Option<&Span>) {
        for path in self.standing_alone(kinds) {
            let facet = Facet::of(path.kind);
            let fact = Undecided { object: Some(path), facet, reason: Reason::new(reason), declared_at: at.cloned() };
            self.session.undecided(fact);
        }
    }

    /// The objects of these kinds that stand by themselves.
    pub(super) fn standing_alone(&self, kinds: &[Kind]) -> Vec<ObjectPath> {
        let database = self.session.database();
        let mut all: Vec<ObjectPath> = Vec::new();
        all.extend(database.tables.keys().map(ObjectPath::table));
        all.extend(database.enums.keys().map(|name| ObjectPath::relation(Kind::Enum, name)));
        all.extend(database.domains.keys().map(|name| ObjectPath::relation(Kind::Domain, name)));
        all.extend(database.sequences.keys().map(|name| ObjectPath::relation(Kind::Sequence, name)));
        all.extend(database.views.keys().map(|name| ObjectPath::relation(Kind::View, name)));
        all.retain(|path| kinds.contains(&path.kind));
        all
    }

    pub(super) fn not_followed(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        self.gap(format!("`{}` is not followed: {reason}", operation.verb), Some(at.clone()));
    }

    /// The schema with the names that the engine gives.
    fn completed(&self) -> Database {
        let mut database = self.session.database().clone();
        self.context.dialect.complete(&mut database);
        database
    }

    /// An operation whose content is not known: what it may have made or dropped is undecided.
    pub(super) fn unknown(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        self.not_followed(operation, reason, at);
        let arguments = Arguments::of(operation);
        let (table, kinds): (_, &[Kind]) = match operation.verb.as_str() {
            "bulk_insert" => return,
            "execute" => return self.unknown_sql(operation, reason, at),
            "create" | "drop" | "create_all" | "drop_all" => return self.unknown_by_itself(operation, reason, at),
            "create_index" | "drop_index" => (arguments.table(1), &[Kind::Index]),
            "create_primary_key" => (arguments.table(1), &[Kind::PrimaryKey]),
            "create_unique_constraint" => (arguments.table(1), &[Kind::Unique, Kind::Index]),
            "create_check_constraint" => (arguments.table(1), &[Kind::Check]),
            "create_foreign_key" => (arguments.table_named(1, "source_table"), &[Kind::ForeignKey]),
            "drop_constraint" => (
                arguments.table(1),
                match arguments.text(2, 1, "type_").as_deref() {
                    Some("foreignkey") => &[Kind::ForeignKey],
                    Some("unique") => &[Kind::Unique, Kind::Index],
                    Some("check") => &[Kind::Check],
                    Some("primary") => &[Kind::PrimaryKey],
                    Some(_) | None => &PARTS[1..],
                },
            ),
            "create_table" | "drop_table" | "rename_table" => (arguments.table(0), &[Kind::Table]),
            "add_column" | "drop_column" => (arguments.table(0), &[Kind::Column]),
            "alter_column" => (arguments.table(0), &[]),
            "create_exclude_constraint" => (arguments.table(1), &[Kind::Exclusion]),
            "create_table_comment" | "drop_table_comment" => (arguments.table(0), &[]),
            _ if operation.batch.is_some() => (arguments.table(0), &PARTS),
            _ => return self.foreign(operation, reason, at),
        };
        let Some(table) = table else {
            // Which table it is about is not known.
            let kinds = if kinds.is_empty() { &[Kind::Column][..] } else { kinds };
            self.may_hold(kinds, reason, Some(at));
            return self.change_all(&[Kind::Table], reason, Some(at));
        };
        let name = self.session.table_name(arguments.schema().as_deref(), &table);
        let path = ObjectPath::table(&name);
        for kind in kinds {
            self.undecide(path.clone(), Facet::of(*kind), reason, at);
        }
        let known = self.completed().tables.remove(&name);
        let adds = operation.verb.starts_with("create_") || operation.verb == "add_column";
        if operation.verb == "alter_column" {
            let column = arguments.text(1, 0, "column_name").map(|column| self.session.name(&column));
            for one in known.iter().flat_map(|table| &table.columns) {
                if (column.is_none() || column.as_ref() == Some(&one.name))
                    && let Some(open) = self.session.column_mut(&name, &one.name)
                {
                    forget(&mut open.ty, reason);
                    forget(&mut open.nullable, reason);
                    forget(&mut open.default, reason);
                }
            }
        } else if let Some(known) = known.filter(|_| !adds) {
            for path in parts(&known).into_keys().filter(|path| kinds.contains(&path.kind)) {
                let facet = Facet::of(path.kind);
                self.undecide(path, facet, reason, at);
            }
        }
    }

    /// Leaves open whatever differs between two schemas, of which the session has the second; false if nothing does.
    fn leave_open(&mut self, before: &Database, after: &Database, reason: &str, at: &Span) -> bool {
        let mut open: Vec<ObjectPath> = Vec::new();
        let tables = alike(&before.tables, &after.tables);
        let mut any = false;
        for (name, pair) in tables {
            let Some((old, new)) = pair else {
                open.push(ObjectPath::table(name));
                continue;
            };
            let (old_parts, new_parts) = (parts(old), parts(new));
            for (path, pair) in alike(&old_parts, &new_parts) {
                match pair {
                    Some((old, new)) if old == new => {}
                    Some(_) if path.kind == Kind::Column => {}
                    Some(_) | None => open.push(path.clone()),
                }
            }
            for old in &old.columns {
                let Some(new) = new.column(&old.name) else { continue };
                if let Some(column) = self.session.column_mut(name, &new.name) {
                    any |= open_attributes(old, column, reason);
                }
            }
        }
        for (kind, names) in [
            (Kind::Enum, changed(&before.enums, &after.enums)),
            (Kind::Sequence, changed(&before.sequences, &after.sequences)),
            (Kind::View, changed(&before.views, &after.views)),
        ] {
            open.extend(names.into_iter().map(|name| ObjectPath::relation(kind, name)));
        }
        any |= !open.is_empty();
        for path in open {
            let facet = Facet::of(path.kind);
            self.undecide(path, facet, reason, at);
        }
        any
    }

    pub(super) fn undecide(&mut self, path: ObjectPath, facet: Facet, reason: &str, at: &Span) {
        let reason = Reason::new(reason);
        self.session.undecided(Undecided { object: Some(path), facet, reason, declared_at: Some(at.clone()) });
    }
}

/// Makes unknown what differs between a column and the one that it may have become.
fn open_attributes(old: &Column, new: &mut Column, reason: &str) -> bool {
    fn open<T: std::fmt::Debug>(old: &Fact<T>, new: &mut Fact<T>, reason: &str) -> bool {
        let differs = format!("{old:?}") != format!("{new:?}");
        if differs {
            forget(new, reason);
        }
        differs
    }
    let differences = [
        open(&old.ty, &mut new.ty, reason),
        open(&old.nullable, &mut new.nullable, reason),
        open(&old.default, &mut new.default, reason),
        open(&old.generation, &mut new.generation, reason),
        open(&old.generated, &mut new.generated, reason),
        open(&old.comment, &mut new.comment, reason),
    ];
    differences.contains(&true)
}

/// The parts of a table, each with what tells whether it is the same.
pub(super) fn parts(table: &Table) -> BTreeMap<ObjectPath, String> {
    let of_table = |kind, name| ObjectPath::of_table(kind, &table.name, name);
    let mut parts = BTreeMap::new();
    parts.extend(table.columns.iter().map(|column| (of_table(Kind::Column, column.name.clone()), String::new())));
    parts.extend(table.indexes.iter().map(|index| (of_table(Kind::Index, index.name.clone()), format!("{index:?}"))));
    parts.extend(table.uniques.iter().map(|unique| (diff::unique_path(table, unique), format!("{unique:?}"))));
    parts.extend(table.foreign_keys.iter().map(|key| (diff::foreign_key_path(table, key), format!("{key:?}"))));
    parts.extend(table.checks.iter().map(|check| (diff::check_path(table, check), format!("{check:?}"))));
    parts.extend(table.exclusions.iter().map(|one| (diff::exclusion_path(table, one), format!("{one:?}"))));
    parts.extend(table.primary_key.iter().map(|key| (diff::primary_key_path(table, key), format!("{key:?}"))));
    parts
}

/// Every key of two maps, with both values where both have it.
fn alike<'m, K: Ord, V>(
    before: &'m BTreeMap<K, V>,
    after: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = (&'m K, Option<(&'m V, &'m V)>)> {
    let both = before.iter().map(|(key, old)| (key, after.get(key).map(|new| (old, new))));
    both.chain(after.keys().filter(|key| !before.contains_key(key)).map(|key| (key, None)))
}

/// The keys under which two maps differ.
fn changed<'m, K: Ord, V: std::fmt::Debug>(before: &'m BTreeMap<K, V>, after: &'m BTreeMap<K, V>) -> Vec<&'m K> {
    let differs = |pair: &Option<(&V, &V)>| pair.is_none_or(|(old, new)| format!("{old:?}") != format!("{new:?}"));
    alike(before, after).filter(|(_, pair)| differs(pair)).map(|(key, _)| key).collect()
}
