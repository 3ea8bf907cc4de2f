//! What an operation brings, takes away, changes and relies on: what its place in the order follows from.

use std::collections::BTreeSet;

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, Database, ForeignKey, Generation, IndexTarget, Kind, Name, RelationName, Sequence, Table,
    UniqueConstraint,
};

use super::needs::carrying;
use super::side::Side;
use super::{Op, Planner, Position};

/// Something that operations depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Resource {
    Schema(Name),
    /// An enum, a domain, or the row type of a table or view, whose names are of one kind.
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
    /// A name in the space that the relations and indexes of one schema share, on engines where they do.
    /// <https://www.postgresql.org/docs/current/catalog-pg-class.html>
    Shared(Option<Name>, Name),
    /// That a column is numbered by a sequence of its own, or that it is not.
    Numbered(RelationName, Name, bool),
    /// That a table is partitioned as it is to be.
    Partitioning(RelationName),
}

/// The name of the sequence that a serial or identity column brings with it.
pub(super) fn serial_sequence(table: &RelationName, column: &Column) -> Option<Resource> {
    let name = || Name::exact(format!("{}_{}_seq", table.name.as_str(), column.name.as_str()));
    let has_sequence = match column.generation.known() {
        Some(Some(Generation::Serial(_) | Generation::Identity { .. })) => true,
        Some(Some(Generation::AutoIncrement) | None) | None => false,
    };
    has_sequence.then(|| Resource::Shared(table.schema.clone(), name()))
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

/// Finds effects, by the schema before and after everything.
pub(super) struct Resources<'a> {
    pub(super) sides: Pair<Side<'a>>,
    pub(super) dialect: &'a dyn Planner,
}

impl<'a> Resources<'a> {
    pub(super) fn new(databases: Pair<&'a Database>, dialect: &'a dyn Planner) -> Self {
        Resources { sides: databases.map(Side::new), dialect }
    }
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
        use Resource::{Relation, Schema, Type};
        let Pair { from, to } = &self.sides;
        match op {
            Op::CreateSchema(name) => out.creates.extend([Schema(name.clone())]),
            Op::DropSchema(name) => out.drops.extend([Schema(name.clone())]),
            Op::CreateEnum(ty) => create(out, Type(ty.name.clone()), &ty.name),
            Op::DropEnum(ty) => remove(out, Type(ty.name.clone()), &ty.name),
            Op::ExtendEnum(types) => out.alters.extend([Type(types.from.name.clone())]),
            Op::ReplaceEnum { types, columns } => {
                out.alters.insert(Type(types.from.name.clone()));
                for (table, column) in columns {
                    self.altered(table, &column.name, out);
                }
            }
            Op::CreateDomain(domain) => {
                create(out, Type(domain.name.clone()), &domain.name);
                out.uses.extend(self.domain_needs(domain, to));
            }
            Op::CreateOther(object) => self.create_other(object, out),
            Op::CreateSequence(sequence) => self.create_relation(out, &sequence.name),
            Op::DropSequence(sequence) => self.remove_relation(out, &sequence.name),
            Op::AlterSequence(sequences) => {
                out.alters.extend([Relation(sequences.from.name.clone())]);
                let owners = sequences.as_ref().as_ref().map(owner);
                if !owners.is_same() {
                    out.uses.extend(owners.to);
                    // A column that goes would take the sequence along.
                    out.releases.extend(owners.from);
                }
            }
            Op::OwnSequence(sequence) => {
                out.uses.insert(Relation(sequence.name.clone()));
                out.uses.extend(owner(sequence));
            }
            Op::CreateTable(table) => {
                self.create_relation(out, &table.name);
                out.creates.extend(self.provided(table, to));
                out.creates.insert(Resource::Partitioning(table.name.clone()));
                out.uses.extend(self.needed(table, to));
            }
            Op::DropTable(table) => {
                self.remove_relation(out, &table.name);
                out.drops.extend(self.provided(table, from));
                out.creates.extend(table.foreign_keys.iter().map(|key| Resource::Free(key.references.clone())));
                out.releases.extend(self.needed(table, from));
            }
            Op::RebuildTable(rebuild) => self.rebuild(rebuild.tables.as_ref(), out),
            Op::AlterTable(tables) => self.alter_table(tables.as_ref().as_ref(), out),
            Op::Comment(commented, _) => {
                let name = commented.name.clone();
                out.uses.insert(if commented.kind == Kind::Enum { Type(name) } else { Relation(name) });
            }
            Op::CreateView(view) => {
                self.create_relation(out, &view.name);
                out.uses.extend(self.read_by(view, to));
            }
            Op::DropView(view) => {
                self.remove_relation(out, &view.name);
                out.releases.extend(self.read_by(view, from));
            }
            Op::Together(_, ops) => ops.iter().for_each(|op| self.collect(op, out)),
            Op::HandSequence(table, columns, sequence) => {
                self.hand_sequence(table, columns.as_ref().as_ref(), sequence, out);
            }
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
        let Pair { from, to } = &self.sides;
        match op {
            Op::AddColumn(_, column, position) => {
                out.creates.extend(columns_of_heirs(table, &column.name, to));
                out.creates.extend(serial_sequence(table, column));
                self.placed(table, &column.name, position.as_ref(), out);
                out.uses.insert(Resource::Relation(table.clone()));
                out.uses.extend(self.column_needs(table, column, to));
            }
            Op::DropColumn(_, column) => {
                out.drops.extend(columns_of_heirs(table, &column.name, from));
                out.drops.extend(serial_sequence(table, column));
                out.releases.extend(self.column_needs(table, column, from));
                out.uses.extend(self.partitioning_by(table, &column.name));
            }
            Op::AlterColumn(_, columns, position) => {
                self.altered(table, &columns.to.name, out);
                if !columns.as_ref().as_ref().map(|column| column.ty.known()).is_same() {
                    out.uses.extend(self.partitioning_by(table, &columns.to.name));
                }
                let numbered = columns.as_ref().as_ref().map(Column::is_numbered);
                if numbered.is_same() {
                    let numbered = Resource::Numbered(table.clone(), columns.to.name.clone(), numbered.to);
                    out.uses.insert(numbered.clone());
                    out.releases.insert(numbered);
                }
                out.uses.extend(self.above(table, &columns.to.name));
                if position.is_some() {
                    self.placed(table, &columns.to.name, position.as_ref(), out);
                }
                let sequences = columns.as_ref().as_ref().map(|column| serial_sequence(table, column));
                if !sequences.is_same() {
                    out.drops.extend(sequences.from);
                    out.creates.extend(sequences.to);
                }
                let after = self.column_needs(table, &columns.to, to);
                let before = self.column_needs(table, &columns.from, from);
                out.releases.extend(before.difference(&after).cloned());
                out.uses.extend(after);
            }
            Op::AddConstraint(_, constraint) => {
                out.creates.extend(self.constraint_provides(table, constraint, to));
                out.uses.extend(self.constraint_needs(table, constraint, to));
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
                out.drops.extend(self.constraint_provides(table, constraint, from));
                out.releases.extend(self.constraint_needs(table, constraint, from));
            }
            Op::RenameConstraint(_, constraints) => {
                out.drops.extend(self.named(table, &constraints.from));
                out.creates.extend(self.named(table, &constraints.to));
            }
            Op::CreateIndex(_, index) => {
                out.creates.extend(self.index_provides(table, index, to));
                out.uses.extend(self.index_needs(table, index, to));
                let columns = index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect();
                out.uses.extend(self.handed_down(table, &columns));
            }
            Op::DropIndex(_, index) => {
                out.drops.extend(self.index_provides(table, index, from));
                out.releases.extend(self.index_needs(table, index, from));
            }
            Op::AlterIndex(_, indexes) if indexes.as_ref().as_ref().map(|index| &index.name).is_same() => {
                out.uses.insert(Resource::Named(table.clone(), indexes.to.name.clone()));
            }
            Op::AlterIndex(_, indexes) => {
                out.drops.insert(Resource::Named(table.clone(), indexes.from.name.clone()));
                out.drops.extend(self.shared(table, &indexes.from.name));
                out.creates.insert(Resource::Named(table.clone(), indexes.to.name.clone()));
                out.creates.extend(self.shared(table, &indexes.to.name));
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
            | Op::HandSequence(..)
            | Op::Together(..) => {}
        }
    }

    /// The name of a relation or index beside `beside`, where those share their names.
    pub(super) fn shared(&self, beside: &RelationName, name: &Name) -> Option<Resource> {
        self.dialect.shares_names().then(|| Resource::Shared(beside.schema.clone(), name.clone()))
    }

    fn create_relation(&self, out: &mut Effects, name: &RelationName) {
        create(out, Resource::Relation(name.clone()), name);
        out.creates.insert(Resource::Type(name.clone()));
        out.creates.extend(self.shared(name, &name.name));
    }

    fn remove_relation(&self, out: &mut Effects, name: &RelationName) {
        remove(out, Resource::Relation(name.clone()), name);
        out.drops.insert(Resource::Type(name.clone()));
        out.drops.extend(self.shared(name, &name.name));
    }

    /// A column that changes, with the keys that carry it beside their own columns.
    fn altered(&self, table: &RelationName, column: &Name, out: &mut Effects) {
        out.alters.extend(columns_of_heirs(table, column, &self.sides.from));
        let before = self.sides.from.database.tables.get(table);
        let keys = before.map(|table| carrying(table, |name| name == column)).unwrap_or_default();
        out.alters.extend(keys.into_iter().map(|columns| Resource::Key(table.clone(), columns)));
    }

    /// A sequence that becomes a column's own, or no longer is.
    fn hand_sequence(&self, table: &RelationName, columns: Pair<&Column>, sequence: &Sequence, out: &mut Effects) {
        let numbered = |is: bool| Resource::Numbered(table.clone(), columns.to.name.clone(), is);
        out.alters.insert(Resource::Column(table.clone(), columns.to.name.clone()));
        out.creates.insert(numbered(columns.to.is_numbered()));
        out.drops.insert(numbered(columns.from.is_numbered()));
        let own = columns.map(|column| serial_sequence(table, column));
        out.drops.extend(own.from);
        if columns.to.is_numbered() {
            self.remove_relation(out, &sequence.name);
        } else {
            self.create_relation(out, &sequence.name);
        }
        out.creates.extend(own.to);
    }

    fn placed(&self, table: &RelationName, name: &Name, position: Option<&Position>, out: &mut Effects) {
        out.creates.insert(Resource::Place(table.clone(), name.clone()));
        if let Some(Position::After(before)) = position {
            out.uses.insert(Resource::Place(table.clone(), before.clone()));
            out.uses.insert(Resource::Column(table.clone(), before.clone()));
        }
    }

    fn rebuild(&self, tables: Pair<&Table>, out: &mut Effects) {
        let sides = self.sides.as_ref();
        let provided = tables.zip(sides).map(|(table, side)| self.provided(table, side));
        out.creates.extend(provided.to.difference(&provided.from).cloned());
        out.drops.extend(provided.from.difference(&provided.to).cloned());
        out.alters.extend(provided.from.intersection(&provided.to).cloned());
        out.alters.insert(Resource::Options(tables.to.name.clone()));
        let before = self.needed(tables.from, sides.from);
        let after = self.needed(tables.to, sides.to);
        out.releases.extend(before.difference(&after).cloned());
        out.uses.extend(after.into_iter().filter(|resource| !provided.to.contains(resource)));
    }
}

pub(super) fn create(out: &mut Effects, resource: Resource, name: &RelationName) {
    out.creates.insert(resource);
    out.uses.extend(name.schema.clone().map(Resource::Schema));
}

fn remove(out: &mut Effects, resource: Resource, name: &RelationName) {
    out.drops.insert(resource);
    out.releases.extend(name.schema.clone().map(Resource::Schema));
}

/// A column of a table, and the same in its partitions and heirs, which have it from there.
fn columns_of_heirs(table: &RelationName, column: &Name, side: &Side<'_>) -> Vec<Resource> {
    let tables = std::iter::once(table).chain(side.heirs(table));
    tables.map(|table| Resource::Column(table.clone(), column.clone())).collect()
}

/// The column that owns a sequence.
fn owner(sequence: &Sequence) -> Option<Resource> {
    sequence.owned_by.as_ref().map(|(table, column)| Resource::Column(table.clone(), column.clone()))
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
