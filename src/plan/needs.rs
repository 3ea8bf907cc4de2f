//! What the parts of a schema bring and rely on, as resources.

use std::collections::BTreeSet;

use crate::model::{
    Column, Constraint, Database, Expr, Extras, Fact, ForeignKey, Index, IndexTarget, Kind, Name, RelationName, Table,
    TypeKind, View,
};

use super::build::is_type;
use super::resource::{Resource, Resources, column_of, constraints, serial_sequence, shared};
use super::words::Words;

impl Resources<'_> {
    /// What a table brings with it.
    pub(super) fn provided(&self, table: &Table) -> BTreeSet<Resource> {
        let name = &table.name;
        let mut out: BTreeSet<Resource> = BTreeSet::new();
        out.extend(table.columns.iter().map(|column| Resource::Column(name.clone(), column.name.clone())));
        out.extend(table.columns.iter().filter_map(|column| serial_sequence(name, column)));
        for constraint in constraints(table) {
            out.extend(self.constraint_provides(name, &constraint));
        }
        for index in &table.indexes {
            out.extend(self.index_provides(name, index));
        }
        out
    }

    /// What a table relies on outside itself.
    pub(super) fn needed(&self, table: &Table, database: &Database) -> BTreeSet<Resource> {
        let mut out = self.parents(table);
        for column in &table.columns {
            out.extend(self.column_needs(&table.name, column, database));
        }
        if self.dialect.checks_references() {
            for key in &table.foreign_keys {
                out.extend(self.foreign_key_needs(&table.name, key, database));
            }
        }
        out.retain(|resource| *resource != Resource::Relation(table.name.clone()));
        out
    }

    /// The tables that a table is a part or an heir of.
    pub(super) fn parents(&self, table: &Table) -> BTreeSet<Resource> {
        match &table.extras {
            Extras::Postgres(extras) => {
                let partitioned = extras.partition_of.iter().map(|(parent, _)| parent);
                partitioned.chain(&extras.inherits).map(|parent| Resource::Relation(parent.clone())).collect()
            }
            Extras::MySql(_) | Extras::Sqlite(_) => BTreeSet::new(),
        }
    }

    /// What a partitioned table has in the place of a part of its partition: while the partition's is alone, the server
    /// would take it for that of its parent.
    pub(super) fn handed_down(&self, table: &RelationName, columns: &BTreeSet<Name>) -> BTreeSet<Resource> {
        let tables = &self.databases.to.tables;
        let parent = tables.get(table).and_then(|table| match &table.extras {
            Extras::Postgres(extras) => extras.partition_of.as_ref().map(|(parent, _)| parent),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        });
        let Some(parent) = parent.and_then(|name| tables.get(name)) else { return BTreeSet::new() };
        let over = |names: &[Name]| names.iter().cloned().collect::<BTreeSet<Name>>() == *columns;
        let indexes = parent.indexes.iter().filter(|index| {
            over(&index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect::<Vec<_>>())
        });
        let indexes = indexes.map(|index| Resource::Named(parent.name.clone(), index.name.clone()));
        let keys = constraints(parent).into_iter().filter(|constraint| match constraint {
            Constraint::Unique(unique) => over(&unique.columns),
            Constraint::ForeignKey(key) => over(&key.columns),
            Constraint::PrimaryKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => false,
        });
        indexes.chain(keys.flat_map(|constraint| named(&parent.name, &constraint))).collect()
    }

    /// The type that is declared by the name that a column or domain gives.
    pub(super) fn types_of(&self, kind: &TypeKind, database: &Database) -> BTreeSet<Resource> {
        let Some(name) = kind.user_type() else { return BTreeSet::new() };
        let types = database.enums.keys().chain(database.domains.keys()).chain(opaque_types(database));
        types.filter(|ty| is_type(name, ty)).cloned().map(Resource::Type).collect()
    }

    pub(super) fn column_needs(
        &self,
        table: &RelationName,
        column: &Column,
        database: &Database,
    ) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Options(table.clone())]);
        let kind = column.ty.known().map(|ty| &ty.kind);
        out.extend(kind.into_iter().flat_map(|kind| self.types_of(kind, database)));
        if let Some(Some(default)) = column.default.known() {
            let words = Words::of(&default.text);
            // `nextval(…)`, NEXT VALUE FOR: few defaults draw from a sequence, and all of them are long to look through.
            if default.text.to_ascii_lowercase().contains("val") {
                let words_of_sequences = sequence_words(default);
                out.extend(mentioned(database.sequences.keys(), &words_of_sequences).map(Resource::Relation));
                out.extend(serial_sequences(database, &words_of_sequences));
            }
            out.extend(mentioned(database.enums.keys(), &words).map(Resource::Type));
        }
        if let Some(Some(generated)) = column.generated.known() {
            out.extend(self.columns_in(&generated.expr, table, database));
            out.remove(&Resource::Column(table.clone(), column.name.clone()));
        }
        out
    }

    /// The columns of `table` that an expression mentions.
    pub(super) fn columns_in(&self, expr: &Expr, table: &RelationName, database: &Database) -> BTreeSet<Resource> {
        let words = Words::of(&expr.text);
        let columns = database.tables.get(table).map(|table| &table.columns[..]).unwrap_or_default();
        let mentioned = columns.iter().filter(|column| words.mention(&column.name));
        mentioned.map(|column| Resource::Column(table.clone(), column.name.clone())).collect()
    }

    pub(super) fn constraint_provides(&self, table: &RelationName, constraint: &Constraint) -> BTreeSet<Resource> {
        let mut out = named(table, constraint);
        match constraint {
            Constraint::PrimaryKey(key) => {
                out.insert(Resource::PrimaryKey(table.clone()));
                out.extend(keys(table, &key.columns));
            }
            Constraint::Unique(unique) => out.extend(keys(table, &unique.columns)),
            Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => {}
        }
        out
    }

    pub(super) fn constraint_needs(
        &self,
        table: &RelationName,
        constraint: &Constraint,
        database: &Database,
    ) -> BTreeSet<Resource> {
        let columns = |names: &[Name]| -> BTreeSet<Resource> {
            names.iter().map(|name| Resource::Column(table.clone(), name.clone())).collect()
        };
        let mut out = match constraint {
            Constraint::PrimaryKey(key) => columns(&[key.columns.as_slice(), &key.include].concat()),
            Constraint::Unique(unique) => columns(&[unique.columns.as_slice(), &unique.include].concat()),
            Constraint::ForeignKey(key) => self.foreign_key_needs(table, key, database),
            Constraint::Check(check) => {
                check.expr.known().map(|expr| self.columns_in(expr, table, database)).unwrap_or_default()
            }
            Constraint::Exclusion(exclusion) => {
                let keys = exclusion.elements.iter().map(|element| &element.key.target);
                let mut out: BTreeSet<Resource> =
                    keys.flat_map(|target| self.target_needs(target, table, database)).collect();
                out.extend(exclusion.predicate.iter().flat_map(|expr| self.columns_in(expr, table, database)));
                out
            }
        };
        out.insert(Resource::Relation(table.clone()));
        out
    }

    pub(super) fn foreign_key_needs(
        &self,
        table: &RelationName,
        key: &ForeignKey,
        database: &Database,
    ) -> BTreeSet<Resource> {
        let mut out: BTreeSet<Resource> =
            key.columns.iter().map(|name| Resource::Column(table.clone(), name.clone())).collect();
        if self.dialect.indexes_foreign_keys() {
            out.insert(Resource::Support(table.clone(), key.columns.iter().cloned().collect()));
        }
        // Some storage engines, and tables that are not logged beneath one that is, cannot be referred to.
        out.extend([table, &key.references].map(|table| Resource::Options(table.clone())));
        out.insert(Resource::Relation(key.references.clone()));
        let referenced = if key.referenced_columns.is_empty() {
            let parent = database.tables.get(&key.references).and_then(|table| table.primary_key.as_ref());
            parent.map(|key| key.columns.clone()).unwrap_or_default()
        } else {
            key.referenced_columns.clone()
        };
        out.extend(referenced.iter().map(|name| Resource::Column(key.references.clone(), name.clone())));
        out.insert(Resource::Key(key.references.clone(), referenced.iter().cloned().collect()));
        if self.dialect.indexes_foreign_keys() {
            out.insert(Resource::Support(key.references.clone(), referenced.into_iter().collect()));
        }
        out
    }

    pub(super) fn index_provides(&self, table: &RelationName, index: &Index) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Named(table.clone(), index.name.clone())]);
        out.extend(shared(table, &index.name));
        let columns: Vec<Name> = index.keys.iter().map_while(|key| column_of(&key.target)).cloned().collect();
        for resource in keys(table, &columns) {
            let is_key = matches!(resource, Resource::Key(..));
            if !is_key || (index.unique && columns.len() == index.keys.len()) {
                out.insert(resource);
            }
        }
        out
    }

    pub(super) fn index_needs(&self, table: &RelationName, index: &Index, database: &Database) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Relation(table.clone())]);
        out.extend(index.keys.iter().flat_map(|key| self.target_needs(&key.target, table, database)));
        out.extend(index.include.iter().map(|name| Resource::Column(table.clone(), name.clone())));
        // Without a primary key a unique index stands in for it, which must not be hidden.
        let has_key = database.tables.get(table).is_some_and(|table| table.primary_key.is_some());
        if has_key && index.invisible && index.unique {
            out.insert(Resource::PrimaryKey(table.clone()));
        }
        if let Some(Some(predicate)) = index.predicate.known() {
            out.extend(self.columns_in(predicate, table, database));
        }
        out
    }

    pub(super) fn target_needs(
        &self,
        target: &IndexTarget,
        table: &RelationName,
        database: &Database,
    ) -> BTreeSet<Resource> {
        match target {
            IndexTarget::Column(name) => BTreeSet::from([Resource::Column(table.clone(), name.clone())]),
            IndexTarget::Expr(Fact::Known(expr)) => self.columns_in(expr, table, database),
            IndexTarget::Expr(Fact::Unknown(_)) => BTreeSet::new(),
        }
    }

    /// The relations and columns that a view reads.
    pub(super) fn read_by(&self, view: &View, database: &Database) -> BTreeSet<Resource> {
        let words = Words::of(&view.query.text);
        let mut out = BTreeSet::new();
        out.extend(mentioned(database.views.keys().filter(|name| **name != view.name), &words).map(Resource::Relation));
        out.extend(mentioned(database.sequences.keys(), &words).map(Resource::Relation));
        out.extend(mentioned(database.enums.keys(), &words).map(Resource::Type));
        for (name, table) in database.tables.iter().filter(|(name, _)| words.mention_relation(name)) {
            out.insert(Resource::Relation(name.clone()));
            let read = table.columns.iter().filter(|column| words.have_star() || words.mention(&column.name));
            out.extend(read.map(|column| Resource::Column(name.clone(), column.name.clone())));
        }
        out
    }
}

/// Types that are listed and not compared, such as composite ones.
pub(super) fn opaque_types(database: &Database) -> impl Iterator<Item = &RelationName> {
    database.opaque.iter().filter(|object| object.kind == Kind::Type).map(|object| &object.name)
}

pub(super) fn named(table: &RelationName, constraint: &Constraint) -> BTreeSet<Resource> {
    let Some(name) = constraint.name().name() else { return BTreeSet::new() };
    let mut out = BTreeSet::from([Resource::Named(table.clone(), name.clone())]);
    match constraint {
        // The index behind it has its name.
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => out.extend(shared(table, name)),
        Constraint::ForeignKey(_) | Constraint::Check(_) => {}
    }
    out
}

/// Uniqueness over all of `columns`, and support for each prefix of them.
fn keys(table: &RelationName, columns: &[Name]) -> BTreeSet<Resource> {
    let set = |names: &[Name]| names.iter().cloned().collect::<BTreeSet<Name>>();
    let mut out = BTreeSet::from([Resource::Key(table.clone(), set(columns))]);
    out.extend((1..=columns.len()).map(|length| Resource::Support(table.clone(), set(&columns[..length]))));
    out
}

fn mentioned<'a>(names: impl Iterator<Item = &'a RelationName>, words: &Words) -> impl Iterator<Item = RelationName> {
    names.filter(|name| words.mention_relation(name)).cloned()
}

/// The sequences behind serial columns that a default draws from.
fn serial_sequences(database: &Database, words: &Words) -> BTreeSet<Resource> {
    let sequences = database
        .tables
        .values()
        .flat_map(|table| table.columns.iter().filter_map(|column| serial_sequence(&table.name, column)));
    sequences.filter(|sequence| matches!(sequence, Resource::Shared(_, name) if words.mention(name))).collect()
}

/// The words of a default, with those inside its literals: `nextval('public.ids')` names a sequence in a literal.
fn sequence_words(default: &Expr) -> Words {
    Words::of(&default.text.replace('\'', " "))
}
