//! What an operation brings, takes away, changes and relies on: what its place in the order follows from.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, Database, Extras, ForeignKey, IndexTarget, Kind, Name, OpaqueObject, RelationName, Table,
    UniqueConstraint,
};

use super::needs::named;
use super::{Op, Planner, Position, Words};

/// Something that operations depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Resource {
    Schema(Name),
    /// An enum or a domain.
    Type(RelationName),
    /// A table, view or sequence.
    Relation(RelationName),
    /// What columns inherit from their table.
    Options(RelationName),
    /// That no foreign key that goes holds a table any longer: only then can it go to an engine that has none, or be logged
    /// or unlogged.
    Free(RelationName),
    Column(RelationName, Name),
    /// A column's place in the order.
    Place(RelationName, Name),
    PrimaryKey(RelationName),
    /// Uniqueness over a set of columns, which a foreign key refers to.
    Key(RelationName, BTreeSet<Name>),
    /// An index that begins with these columns, which some engines need beneath a foreign key.
    Support(RelationName, BTreeSet<Name>),
    /// A constraint or index by its name.
    Named(RelationName, Name),
    /// A name in the space that the indexes and sequences of one schema share, on engines with schemas.
    /// <https://www.postgresql.org/docs/current/catalog-pg-class.html>
    Shared(Name, Name),
}

/// The name of an index, or of a sequence, beside a relation.
pub(super) fn shared(beside: &RelationName, name: &Name) -> Option<Resource> {
    beside.schema.clone().map(|schema| Resource::Shared(schema, name.clone()))
}

/// The name of the sequence that a serial column brings with it.
pub(super) fn serial_sequence(table: &RelationName, column: &Column) -> Option<Resource> {
    let name = Name::exact(format!("{}_{}_seq", table.name.as_str(), column.name.as_str()));
    column.is_serial().then(|| shared(table, &name)).flatten()
}

/// The effects of one operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) creates: BTreeSet<Resource>,
    pub(super) drops: BTreeSet<Resource>,
    pub(super) alters: BTreeSet<Resource>,
    /// What has to be there, in its new form, before it runs.
    pub(super) uses: BTreeSet<Resource>,
    /// What must not be dropped or changed before it has run, since the object that goes relies on it.
    pub(super) releases: BTreeSet<Resource>,
}

/// Finds effects; `databases` is the schema before and after everything.
pub(super) struct Resources<'a> {
    pub(super) databases: Pair<&'a Database>,
    pub(super) dialect: &'a dyn Planner,
}

impl Resources<'_> {
    pub(super) fn effects(&self, op: &Op) -> Effects {
        let mut effects = Effects::default();
        self.collect(op, &mut effects);
        let own: Vec<Resource> = effects.uses.intersection(&effects.creates).cloned().collect();
        for resource in own {
            effects.uses.remove(&resource);
        }
        let own: Vec<Resource> = effects.releases.intersection(&effects.drops).cloned().collect();
        for resource in own {
            effects.releases.remove(&resource);
        }
        effects
    }

    fn collect(&self, op: &Op, out: &mut Effects) {
        use Resource::{Options, Relation, Schema, Type};
        match op {
            Op::CreateSchema(name) => out.creates.extend([Schema(name.clone())]),
            Op::DropSchema(name) => out.drops.extend([Schema(name.clone())]),
            Op::CreateEnum(ty) => self.create(out, Type(ty.name.clone()), &ty.name),
            Op::DropEnum(ty) => self.remove(out, Type(ty.name.clone()), &ty.name),
            Op::ExtendEnum(types) => out.alters.extend([Type(types.from.name.clone())]),
            Op::ReplaceEnum { types, columns } => {
                out.alters.insert(Type(types.from.name.clone()));
                let columns = columns.iter().map(|(table, column)| (table.clone(), column.name.clone()));
                out.alters.extend(columns.map(|(table, column)| Resource::Column(table, column)));
            }
            Op::CreateDomain(domain) => {
                self.create(out, Type(domain.name.clone()), &domain.name);
                out.uses.extend(self.types_of(&domain.ty.kind, self.databases.to));
            }
            Op::CreateOther(object) => self.create_other(object, out),
            Op::CreateSequence(sequence) => {
                self.create(out, Relation(sequence.name.clone()), &sequence.name);
                out.creates.extend(shared(&sequence.name, &sequence.name.name));
            }
            Op::DropSequence(sequence) => {
                self.remove(out, Relation(sequence.name.clone()), &sequence.name);
                out.drops.extend(shared(&sequence.name, &sequence.name.name));
            }
            Op::AlterSequence(sequences) => out.alters.extend([Relation(sequences.from.name.clone())]),
            Op::OwnSequence(sequence) => {
                out.uses.insert(Relation(sequence.name.clone()));
                if let Some((table, column)) = &sequence.owned_by {
                    out.uses.insert(Resource::Column(table.clone(), column.clone()));
                }
            }
            Op::CreateTable(table) => {
                self.create(out, Relation(table.name.clone()), &table.name);
                out.creates.extend(self.provided(table));
                out.uses.extend(self.needed(table, self.databases.to));
            }
            Op::DropTable(table) => {
                self.remove(out, Relation(table.name.clone()), &table.name);
                out.drops.extend(self.provided(table));
                out.creates.extend(table.foreign_keys.iter().map(|key| Resource::Free(key.references.clone())));
                out.releases.extend(self.needed(table, self.databases.from));
            }
            Op::RebuildTable(rebuild) => self.rebuild(rebuild.tables.as_ref(), out),
            Op::AlterTable(tables) => {
                out.alters.insert(Options(tables.to.name.clone()));
                self.freedom(tables.as_ref().as_ref(), out);
                out.uses.extend(self.parents(&tables.to));
                out.releases.extend(self.parents(&tables.from));
            }
            Op::Comment(commented, _) => {
                let name = commented.name.clone();
                out.uses.insert(if commented.kind == Kind::Enum { Type(name) } else { Relation(name) });
            }
            Op::CreateView(view) => {
                self.create(out, Relation(view.name.clone()), &view.name);
                out.uses.extend(self.read_by(view, self.databases.to));
            }
            Op::DropView(view) => {
                self.remove(out, Relation(view.name.clone()), &view.name);
                out.releases.extend(self.read_by(view, self.databases.from));
            }
            Op::Together(_, ops) => ops.iter().for_each(|op| self.collect(op, out)),
            Op::AddColumn(table, ..)
            | Op::DropColumn(table, _)
            | Op::AlterColumn(table, ..)
            | Op::AddConstraint(table, _)
            | Op::DropConstraint(table, _)
            | Op::RenameConstraint(table, _)
            | Op::CreateIndex(table, _)
            | Op::DropIndex(table, _)
            | Op::AlterIndex(table, _) => self.collect_part(table, op, out),
        }
    }

    /// The effects of an operation on a part of `table`.
    fn collect_part(&self, table: &RelationName, op: &Op, out: &mut Effects) {
        match op {
            Op::AddColumn(_, column, position) => {
                out.creates.insert(Resource::Column(table.clone(), column.name.clone()));
                out.creates.extend(serial_sequence(table, column));
                self.placed(table, &column.name, position.as_ref(), out);
                out.uses.insert(Resource::Relation(table.clone()));
                out.uses.extend(self.column_needs(table, column, self.databases.to));
            }
            Op::DropColumn(_, column) => {
                out.drops.insert(Resource::Column(table.clone(), column.name.clone()));
                out.drops.extend(serial_sequence(table, column));
                out.releases.extend(self.column_needs(table, column, self.databases.from));
            }
            Op::AlterColumn(_, columns, position) => {
                out.alters.insert(Resource::Column(table.clone(), columns.to.name.clone()));
                if position.is_some() {
                    self.placed(table, &columns.to.name, position.as_ref(), out);
                }
                let sequences = columns.as_ref().as_ref().map(|column| serial_sequence(table, column));
                if !sequences.is_same() {
                    out.drops.extend(sequences.from);
                    out.creates.extend(sequences.to);
                }
                let after = self.column_needs(table, &columns.to, self.databases.to);
                let before = self.column_needs(table, &columns.from, self.databases.from);
                out.releases.extend(before.difference(&after).cloned());
                out.uses.extend(after);
            }
            Op::AddConstraint(_, constraint) => {
                out.creates.extend(self.constraint_provides(table, constraint));
                out.uses.extend(self.constraint_needs(table, constraint, self.databases.to));
                if let Constraint::Unique(UniqueConstraint { columns, .. })
                | Constraint::ForeignKey(ForeignKey { columns, .. }) = constraint
                {
                    out.uses.extend(self.handed_down(table, &columns.iter().cloned().collect()));
                }
            }
            Op::DropConstraint(_, constraint) => {
                if let Constraint::ForeignKey(key) = constraint {
                    out.creates.extend([table, &key.references].map(|table| Resource::Free(table.clone())));
                }
                out.drops.extend(self.constraint_provides(table, constraint));
                out.releases.extend(self.constraint_needs(table, constraint, self.databases.from));
            }
            Op::RenameConstraint(_, constraints) => {
                out.drops.extend(named(table, &constraints.from));
                out.creates.extend(named(table, &constraints.to));
            }
            Op::CreateIndex(_, index) => {
                out.creates.extend(self.index_provides(table, index));
                out.uses.extend(self.index_needs(table, index, self.databases.to));
                let columns = index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect();
                out.uses.extend(self.handed_down(table, &columns));
            }
            Op::DropIndex(_, index) => {
                out.drops.extend(self.index_provides(table, index));
                out.releases.extend(self.index_needs(table, index, self.databases.from));
            }
            Op::AlterIndex(_, indexes) if indexes.as_ref().as_ref().map(|index| &index.name).is_same() => {
                out.uses.insert(Resource::Named(table.clone(), indexes.to.name.clone()));
            }
            Op::AlterIndex(_, indexes) => {
                out.drops.insert(Resource::Named(table.clone(), indexes.from.name.clone()));
                out.drops.extend(shared(table, &indexes.from.name));
                out.creates.insert(Resource::Named(table.clone(), indexes.to.name.clone()));
                out.creates.extend(shared(table, &indexes.to.name));
            }
            Op::CreateSchema(_)
            | Op::DropSchema(_)
            | Op::CreateEnum(_)
            | Op::DropEnum(_)
            | Op::ExtendEnum(_)
            | Op::ReplaceEnum { .. }
            | Op::CreateDomain(_)
            | Op::CreateOther(_)
            | Op::CreateSequence(_)
            | Op::DropSequence(_)
            | Op::AlterSequence(_)
            | Op::OwnSequence(_)
            | Op::CreateTable(_)
            | Op::DropTable(_)
            | Op::AlterTable(_)
            | Op::Comment(..)
            | Op::CreateView(_)
            | Op::DropView(_)
            | Op::RebuildTable(_)
            | Op::Together(..) => {}
        }
    }

    /// What an object that is not in the model relies on, by the names in its definition. The body of a routine is read when
    /// the routine is called.
    fn create_other(&self, object: &OpaqueObject, out: &mut Effects) {
        if object.kind == Kind::Type {
            self.create(out, Resource::Type(object.name.clone()), &object.name);
        }
        out.uses.extend(object.table.clone().map(Resource::Relation));
        out.uses.extend(object.name.schema.clone().map(Resource::Schema));
        let Some(definition) = &object.definition else { return };
        let head = definition.split("\nAS ").next().unwrap_or(definition);
        let words = Words::of(head);
        let database = self.databases.to;
        let types = database.enums.keys().chain(database.domains.keys()).chain(super::needs::opaque_types(database));
        let named = types.filter(|name| **name != object.name && words.mention(&name.name));
        out.uses.extend(named.cloned().map(Resource::Type));
        let relations = database.tables.keys().filter(|name| words.mention_relation(name));
        out.uses.extend(relations.cloned().map(Resource::Relation));
    }

    fn create(&self, out: &mut Effects, resource: Resource, name: &RelationName) {
        out.creates.insert(resource);
        out.uses.extend(name.schema.clone().map(Resource::Schema));
    }

    fn remove(&self, out: &mut Effects, resource: Resource, name: &RelationName) {
        out.drops.insert(resource);
        out.releases.extend(name.schema.clone().map(Resource::Schema));
    }

    /// What the foreign keys of a table do not let it change.
    fn freedom(&self, tables: Pair<&Table>, out: &mut Effects) {
        let name = &tables.from.name;
        match (&tables.from.extras, &tables.to.extras) {
            (Extras::MySql(from), Extras::MySql(to)) if from.engine != to.engine => {
                out.uses.insert(Resource::Free(name.clone()));
            }
            (Extras::Postgres(from), Extras::Postgres(to)) if from.unlogged != to.unlogged => {
                out.uses.insert(Resource::Free(name.clone()));
                // What is logged refers to nothing that is not, so tables that refer to each other turn one by one.
                let others = self.databases.from.tables.values();
                let referring = others.filter(|other| other.foreign_keys.iter().any(|key| key.references == *name));
                match to.unlogged {
                    true => out
                        .creates
                        .extend(tables.from.foreign_keys.iter().map(|key| Resource::Free(key.references.clone()))),
                    false => out.creates.extend(referring.map(|other| Resource::Free(other.name.clone()))),
                }
            }
            (Extras::Postgres(_) | Extras::MySql(_) | Extras::Sqlite(_), _) => {}
        }
    }

    fn placed(&self, table: &RelationName, name: &Name, position: Option<&Position>, out: &mut Effects) {
        out.creates.insert(Resource::Place(table.clone(), name.clone()));
        if let Some(Position::After(before)) = position {
            out.uses.insert(Resource::Place(table.clone(), before.clone()));
            out.uses.insert(Resource::Column(table.clone(), before.clone()));
        }
    }

    fn rebuild(&self, tables: Pair<&Table>, out: &mut Effects) {
        let provided = tables.map(|table| self.provided(table));
        out.creates.extend(provided.to.difference(&provided.from).cloned());
        out.drops.extend(provided.from.difference(&provided.to).cloned());
        out.alters.extend(provided.from.intersection(&provided.to).cloned());
        out.alters.insert(Resource::Options(tables.to.name.clone()));
        let before = self.needed(tables.from, self.databases.from);
        let after = self.needed(tables.to, self.databases.to);
        out.releases.extend(before.difference(&after).cloned());
        out.uses.extend(after.into_iter().filter(|resource| !provided.to.contains(resource)));
    }
}

/// All constraints of a table.
pub fn constraints(table: &Table) -> Vec<Constraint> {
    let mut out: Vec<Constraint> = table.primary_key.iter().cloned().map(Constraint::PrimaryKey).collect();
    out.extend(table.uniques.iter().cloned().map(Constraint::Unique));
    out.extend(table.foreign_keys.iter().cloned().map(Constraint::ForeignKey));
    out.extend(table.checks.iter().cloned().map(Constraint::Check));
    out.extend(table.exclusions.iter().cloned().map(Constraint::Exclusion));
    out
}

/// The column that an index key is, if it is one.
pub(super) fn column_of(target: &IndexTarget) -> Option<&Name> {
    match target {
        IndexTarget::Column(name) => Some(name),
        IndexTarget::Expr(_) => None,
    }
}
