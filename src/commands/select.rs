//! What is left out of a comparison, on both sides alike: other schemas, ignored objects, and the tables of migration
//! tools.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use globset::{GlobBuilder, GlobMatcher};

use crate::catalog;
use crate::diff::{Change, Diff, NotCompared, Pair};
use crate::model::{Database, Kind, Name, ObjectPath, OpaqueObject, Reason, RelationName};
use crate::snapshot::Snapshot;

/// `compare.ignore`.
pub(super) struct Ignore(Vec<Pattern>);

/// Takes the tables of a migration tool, which its configuration names, out of a snapshot. A name without a schema
/// means the default one's.
pub(super) fn leave_out(snapshot: &mut Snapshot, tables: &[RelationName]) {
    let default = snapshot.default_schema.clone();
    let same = |table: &RelationName, name: &RelationName| {
        table.name == name.name
            && table.schema.as_ref().or(default.as_ref()) == name.schema.as_ref().or(default.as_ref())
    };
    let is_one = |name: &RelationName| tables.iter().any(|table| same(table, name));
    retain(&mut snapshot.database, |name| !is_one(name));
    snapshot
        .undecided
        .retain(|fact| !fact.object.as_ref().and_then(ObjectPath::table_name).is_some_and(|table| is_one(&table)));
}

/// The parts of a pattern between its dots; case does not count.
struct Pattern(Vec<GlobMatcher>);

impl Ignore {
    /// Reads the patterns.
    pub(super) fn new(patterns: &[String]) -> anyhow::Result<Ignore> {
        let part = |text: &str| Ok(GlobBuilder::new(text).case_insensitive(true).build()?.compile_matcher());
        let pattern = |text: &String| {
            let parts: Result<Vec<GlobMatcher>, globset::Error> = text.split('.').map(part).collect();
            parts.map(Pattern).with_context(|| format!("compare.ignore: `{text}` is no pattern"))
        };
        Ok(Ignore(patterns.iter().map(pattern).collect::<anyhow::Result<_>>()?))
    }

    fn relation(&self, name: &RelationName) -> bool {
        let schema = name.schema.as_ref().map_or("", Name::as_str);
        let name = name.name.as_str();
        self.0.iter().any(|pattern| pattern.fits(&[name]) || pattern.fits(&[schema, name]))
    }

    fn path(&self, path: &ObjectPath) -> bool {
        let schema = path.schema.as_ref().map_or("", Name::as_str);
        let name = path.name.as_str();
        match &path.table {
            Some(table) => {
                let table = table.as_str();
                let own = |pattern: &Pattern| pattern.fits(&[table, name]) || pattern.fits(&[schema, table, name]);
                self.0.iter().any(own) || path.table_name().is_some_and(|table| self.relation(&table))
            }
            None => self.relation(&RelationName::new(path.schema.clone(), path.name.clone())),
        }
    }

    /// Takes the ignored relations out of a snapshot. What is ignored inside a table stays, so that a migration which
    /// rebuilds the table keeps it; [`Ignore::forgive`] leaves it out of the findings.
    pub(super) fn apply(&self, snapshot: &mut Snapshot) {
        retain(&mut snapshot.database, |name| !self.relation(name));
        catalog::remove_bookkeeping(&mut snapshot.database);
        let left_out = |path: &ObjectPath| {
            self.path(path) || path.table_name().is_some_and(|table| catalog::is_bookkeeping(&table))
        };
        snapshot.undecided.retain(|undecided| !undecided.object.as_ref().is_some_and(left_out));
    }

    /// Takes findings and undecided facts about ignored objects out of a diff.
    pub(super) fn forgive(&self, diff: &mut Diff) {
        let ignored =
            |change: &Change| [&change.paths.from, &change.paths.to].into_iter().flatten().any(|path| self.path(path));
        diff.changes.retain(|change| !ignored(change));
        diff.undecided.retain(|undecided| !undecided.object.as_ref().is_some_and(|path| self.path(path)));
        diff.not_compared.retain_mut(|left_out| {
            let before = left_out.objects.len();
            left_out.objects.retain(|path| !self.path(path));
            left_out.declared.retain(|path| !self.path(path));
            left_out.count -= before - left_out.objects.len();
            left_out.count > 0
        });
    }
}

impl Pattern {
    fn fits(&self, names: &[&str]) -> bool {
        self.0.len() == names.len() && self.0.iter().zip(names).all(|(part, name)| part.is_match(name))
    }
}

/// The schemas to compare: those that the configuration names; else, for a database or snapshot beside a declaration,
/// those that the declaration speaks about; else all.
pub(super) fn schemas(
    configured: &[String],
    snapshots: Pair<&Snapshot>,
    declares: Pair<bool>,
) -> Option<BTreeSet<Name>> {
    if !configured.is_empty() {
        return Some(configured.iter().map(Name::exact).collect());
    }
    let declared = match (declares.from, declares.to) {
        (false, true) => snapshots.to,
        (true, false) => snapshots.from,
        (true, true) | (false, false) => return None,
    };
    let database = &declared.database;
    let relations = database.tables.keys().chain(database.views.keys()).chain(database.enums.keys());
    let used = relations.chain(database.sequences.keys()).filter_map(|name| name.schema.clone());
    let default = [&snapshots.from.default_schema, &snapshots.to.default_schema].into_iter().flatten().cloned();
    Some(used.chain(database.schemas.iter().cloned()).chain(default).collect())
}

/// What stands in schemas that are not compared.
#[derive(Default)]
pub(super) struct Outside {
    /// How many tables, by schema.
    tables: BTreeMap<Name, usize>,
    /// What a declaration has there all the same: kinds of object that do not make their schema one to compare.
    declared: BTreeMap<Kind, Vec<ObjectPath>>,
}

/// Takes everything outside of `schemas` out of both snapshots.
pub(super) fn restrict(snapshots: &mut Pair<Snapshot>, schemas: &BTreeSet<Name>) -> Outside {
    let mut outside = Outside::default();
    let is_inside = |schema: &Option<Name>| schema.as_ref().is_none_or(|schema| schemas.contains(schema));
    for snapshot in [&mut snapshots.from, &mut snapshots.to] {
        for schema in snapshot.database.tables.keys().filter_map(|table| table.schema.as_ref()) {
            if !schemas.contains(schema) {
                *outside.tables.entry(schema.clone()).or_default() += 1;
            }
        }
    }
    let database = &snapshots.to.database;
    let domains = database.domains.keys().map(|name| ObjectPath::relation(Kind::Domain, name));
    for path in domains.chain(database.opaque.iter().map(OpaqueObject::path)).filter(|path| !is_inside(&path.schema)) {
        outside.declared.entry(path.kind).or_default().push(path);
    }
    for snapshot in [&mut snapshots.from, &mut snapshots.to] {
        retain(&mut snapshot.database, |name| is_inside(&name.schema));
        snapshot.database.schemas.retain(|schema| schemas.contains(schema));
        snapshot.undecided.retain(|undecided| {
            undecided.object.as_ref().is_none_or(|path| match path.kind {
                Kind::Schema => schemas.contains(&path.name),
                _ => is_inside(&path.schema),
            })
        });
    }
    outside
}

/// What a report says about schemas that were left out.
pub(super) fn not_compared(outside: Outside) -> Vec<NotCompared> {
    let schemas = outside.tables.iter().map(|(schema, tables)| NotCompared {
        kind: Kind::Schema,
        count: 1,
        objects: Vec::new(),
        declared: Vec::new(),
        reason: Reason::new(format!(
            "schema {schema} ({tables} {}) is not declared; name it in compare.schemas to compare it",
            if *tables == 1 { "table" } else { "tables" }
        )),
    });
    let objects = outside.declared.into_iter().map(|(kind, declared)| NotCompared {
        kind,
        count: declared.len(),
        objects: declared.clone(),
        declared,
        reason: Reason::new("their schemas are not compared, since the declaration has no tables there"),
    });
    schemas.chain(objects).collect()
}

/// Keeps the relations, and what belongs to them, that `keep` admits.
fn retain(database: &mut Database, keep: impl Fn(&RelationName) -> bool) {
    database.tables.retain(|name, _| keep(name));
    database.views.retain(|name, _| keep(name));
    database.enums.retain(|name, _| keep(name));
    database.domains.retain(|name, _| keep(name));
    database
        .sequences
        .retain(|name, sequence| keep(name) && sequence.owned_by.as_ref().is_none_or(|(table, _)| keep(table)));
    database.opaque.retain(|object| keep(&object.name) && object.table.as_ref().is_none_or(&keep));
    database.uncaptured.retain(|entry| entry.object.kind == Kind::Schema || keep(&entry.relation()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_relations_and_what_belongs_to_them() {
        let path = |kind: Kind, text: &str| {
            let parts: Vec<Name> = text.split('.').map(Name::exact).collect();
            match parts.as_slice() {
                [schema, table, name] => {
                    let table = RelationName::new(Some(schema.clone()), table.clone());
                    ObjectPath::of_table(kind, &table, name.clone())
                }
                [schema, name] => ObjectPath::table(&RelationName::new(Some(schema.clone()), name.clone())),
                _ => ObjectPath::schema(&parts[0]),
            }
        };
        for (pattern, kind, object, ignored) in [
            ("tmp_*", Kind::Table, "public.tmp_a", true),
            ("tmp_*", Kind::Column, "public.tmp_a.id", true),
            ("tmp_*", Kind::Column, "public.users.tmp_id", false),
            ("audit.*", Kind::Table, "audit.log", true),
            ("audit.*", Kind::Table, "public.audit", false),
            ("audit.*", Kind::Column, "public.audit.id", true),
            ("users.legacy_*", Kind::Column, "public.users.legacy_id", true),
            ("users.legacy_*", Kind::Index, "public.users.legacy_index", true),
            ("users.legacy_*", Kind::Table, "public.users", false),
            ("public.users.legacy_*", Kind::Column, "public.users.legacy_id", true),
            ("public.users.legacy_*", Kind::Column, "other.users.legacy_id", false),
            ("USERS", Kind::Table, "public.users", true),
        ] {
            let ignore = Ignore::new(&[pattern.to_owned()]).unwrap();
            assert_eq!(ignore.path(&path(kind, object)), ignored, "{pattern} on {object}");
        }
        assert!(Ignore::new(&["a[".to_owned()]).is_err());
    }
}
