//! What the parts of a schema bring and rely on, as resources.

use std::collections::BTreeSet;

use crate::model::{
    Column, Constraint, Domain, Expr, Extras, Fact, ForeignKey, Index, IndexTarget, Name, RelationName, Table,
    TypeKind, View,
};

use super::resource::{Resource, Resources, column_of, constraints, serial_sequence};
use super::side::{Side, inherits, parent_of};
use super::words::Words;

impl Resources<'_> {
    /// What a table brings with it.
    pub(super) fn provided(&self, table: &Table, side: &Side<'_>) -> BTreeSet<Resource> {
        let name = &table.name;
        let mut out: BTreeSet<Resource> = BTreeSet::new();
        out.extend(table.columns.iter().map(|column| Resource::Column(name.clone(), column.name.clone())));
        out.extend(table.columns.iter().filter_map(|column| serial_sequence(name, column)));
        for constraint in constraints(table) {
            out.extend(self.constraint_provides(name, &constraint, side));
        }
        for index in &table.indexes {
            out.extend(self.index_provides(name, index, side));
        }
        out
    }

    /// What a table relies on outside itself.
    pub(super) fn needed(&self, table: &Table, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out = self.parents(table);
        for column in &table.columns {
            out.extend(self.column_needs(&table.name, column, side));
        }
        for change in &table.overrides {
            let mut column = Column::new(change.name.clone(), Fact::unknown("it is its parent's"));
            column.default = change.default.clone().unwrap_or(Fact::Known(None));
            out.extend(self.column_needs(&table.name, &column, side));
        }
        for constraint in constraints(table) {
            match &constraint {
                Constraint::ForeignKey(key) if self.dialect.checks_references() => {
                    out.extend(self.foreign_key_needs(&table.name, key, side));
                }
                Constraint::ForeignKey(_) => {}
                other => out.extend(self.constraint_needs(&table.name, other, side)),
            }
        }
        out.extend(table.indexes.iter().flat_map(|index| self.index_needs(&table.name, index, side)));
        let own = [Resource::Relation(table.name.clone()), Resource::Partitioning(table.name.clone())];
        out.retain(|resource| !own.contains(resource));
        out
    }

    /// What a domain stands on.
    pub(super) fn domain_needs(&self, domain: &Domain, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out: BTreeSet<Resource> =
            domain.ty.kind.user_type().into_iter().flat_map(|name| side.types(name)).collect();
        out.extend(domain.default.iter().flat_map(|default| self.default_needs(default, side)));
        out
    }

    /// What tells the rows of a table apart for replication: an index, whose columns hold no NULL (PostgreSQL manual,
    /// "ALTER TABLE", REPLICA IDENTITY).
    pub(super) fn identity_needs(&self, table: &Table, side: &Side<'_>) -> BTreeSet<Resource> {
        let Some(name) = identity_index(table) else { return BTreeSet::new() };
        let mut out = BTreeSet::from([Resource::Named(table.name.clone(), name.clone())]);
        let Some(table) = side.database.tables.get(&table.name) else { return out };
        out.extend(
            identity_columns(table, &name).into_iter().map(|column| Resource::Column(table.name.clone(), column)),
        );
        out
    }

    /// The tables that a table is a part or an heir of.
    pub(super) fn parents(&self, table: &Table) -> BTreeSet<Resource> {
        let parents = inherits(&table.extras).iter().cloned();
        let mut out: BTreeSet<Resource> = parents.map(Resource::Relation).collect();
        if let Some(parent) = parent_of(&table.extras) {
            out.extend([Resource::Relation(parent.clone()), Resource::Partitioning(parent.clone())]);
        }
        out
    }

    /// How a table is partitioned, where it is so by this column: until that changes, the column stays as it is.
    pub(super) fn partitioning_by(&self, table: &RelationName, column: &Name) -> Option<Resource> {
        let before = self.sides.from.database.tables.get(table)?;
        let Extras::Postgres(extras) = &before.extras else { return None };
        let is_key = Words::of(extras.partition_by.as_deref()?).mention(column);
        is_key.then(|| Resource::Partitioning(table.clone()))
    }

    /// A column in the tables from which `table` has it, and the table: what is changed there is changed here as well.
    pub(super) fn above(&self, table: &RelationName, name: &Name) -> BTreeSet<Resource> {
        let tables = &self.sides.to.database.tables;
        let Some(found) = tables.get(table).filter(|found| found.column(name).is_none()) else {
            return BTreeSet::new();
        };
        let mut out = BTreeSet::from([Resource::Relation(table.clone())]);
        let mut open: Vec<&Table> = vec![found];
        while let Some(next) = open.pop() {
            for parent in next.parents() {
                if out.insert(Resource::Column(parent.clone(), name.clone())) {
                    open.extend(tables.get(parent));
                }
            }
        }
        out
    }

    /// What a partitioned table has in the place of a part of its partition: while the partition's is alone, the server
    /// would take it for that of its parent.
    pub(super) fn handed_down(&self, table: &RelationName, columns: &BTreeSet<Name>) -> BTreeSet<Resource> {
        let tables = &self.sides.to.database.tables;
        let parent = tables.get(table).and_then(|table| parent_of(&table.extras));
        let Some(parent) = parent.and_then(|name| tables.get(name)) else { return BTreeSet::new() };
        let over = |names: &[Name]| set(names) == *columns;
        let indexes = parent.indexes.iter().filter(|index| {
            over(&index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect::<Vec<_>>())
        });
        let indexes = indexes.map(|index| Resource::Named(parent.name.clone(), index.name.clone()));
        let keys = constraints(parent).into_iter().filter(|constraint| match constraint {
            Constraint::Unique(unique) => over(&unique.columns),
            Constraint::ForeignKey(key) => over(&key.columns),
            Constraint::PrimaryKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => false,
        });
        indexes.chain(keys.flat_map(|constraint| self.named(&parent.name, &constraint))).collect()
    }

    pub(super) fn column_needs(&self, table: &RelationName, column: &Column, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Options(table.clone())]);
        let kind = column.ty.known().map(|ty| &ty.kind);
        out.extend(kind.and_then(TypeKind::user_type).into_iter().flat_map(|name| side.types(name)));
        if let Some(Some(default)) = column.default.known() {
            out.extend(self.default_needs(default, side));
        }
        if let Some(Some(generated)) = column.generated.known() {
            out.extend(self.expr_needs(&generated.expr, table, side));
            out.remove(&Resource::Column(table.clone(), column.name.clone()));
        }
        out
    }

    /// The types and sequences that a default mentions: `nextval('public.ids')` names a sequence in a literal.
    fn default_needs(&self, default: &Expr, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out: BTreeSet<Resource> = side.mentioned(&Words::of(&default.text)).filter(is_type).cloned().collect();
        // `nextval(…)`, NEXT VALUE FOR: few defaults draw from a sequence, and all of them are long to look through.
        if default.text.to_ascii_lowercase().contains("val") {
            let words = Words::of(&default.text.replace('\'', " "));
            let drawn = side.mentioned(&words).filter(|resource| match resource {
                Resource::Relation(name) => side.database.sequences.contains_key(name),
                Resource::Shared(..) => true,
                _ => false,
            });
            out.extend(drawn.cloned());
        }
        out
    }

    /// The columns of `table` and the types that an expression mentions.
    pub(super) fn expr_needs(&self, expr: &Expr, table: &RelationName, side: &Side<'_>) -> BTreeSet<Resource> {
        let words = Words::of(&expr.text);
        let mentioned = side.columns(table).into_iter().filter(|column| words.mention(&column.name));
        let mut out: BTreeSet<Resource> =
            mentioned.map(|column| Resource::Column(table.clone(), column.name.clone())).collect();
        out.extend(side.mentioned(&words).filter(is_type).cloned());
        out.remove(&Resource::Type(table.clone()));
        out
    }

    pub(super) fn constraint_provides(
        &self,
        table: &RelationName,
        constraint: &Constraint,
        side: &Side<'_>,
    ) -> BTreeSet<Resource> {
        let mut out = self.named(table, constraint);
        let columns = match constraint {
            Constraint::PrimaryKey(key) => &key.columns,
            Constraint::Unique(unique) => &unique.columns,
            Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => return out,
        };
        out.extend(keys(table, columns));
        let is_primary = matches!(constraint, Constraint::PrimaryKey(_));
        out.extend(is_primary.then(|| Resource::PrimaryKey(table.clone())));
        // Each partition has its own.
        for part in side.partitions(table) {
            out.extend(keys(part, columns));
            out.extend(is_primary.then(|| Resource::PrimaryKey(part.clone())));
        }
        out
    }

    pub(super) fn constraint_needs(
        &self,
        table: &RelationName,
        constraint: &Constraint,
        side: &Side<'_>,
    ) -> BTreeSet<Resource> {
        let columns = |names: &[Name]| -> BTreeSet<Resource> {
            names.iter().map(|name| Resource::Column(table.clone(), name.clone())).collect()
        };
        let mut out = match constraint {
            Constraint::PrimaryKey(key) => columns(&[key.columns.as_slice(), &key.include].concat()),
            Constraint::Unique(unique) => columns(&[unique.columns.as_slice(), &unique.include].concat()),
            Constraint::ForeignKey(key) => self.foreign_key_needs(table, key, side),
            Constraint::Check(check) => {
                check.expr.known().map(|expr| self.expr_needs(expr, table, side)).unwrap_or_default()
            }
            Constraint::Exclusion(exclusion) => {
                let keys = exclusion.elements.iter().map(|element| &element.key.target);
                let mut out: BTreeSet<Resource> =
                    keys.flat_map(|target| self.target_needs(target, table, side)).collect();
                out.extend(exclusion.predicate.iter().flat_map(|expr| self.expr_needs(expr, table, side)));
                out
            }
        };
        out.insert(Resource::Relation(table.clone()));
        match constraint {
            // A key of a partitioned table has to hold the columns that it is partitioned by.
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => {
                out.insert(Resource::Partitioning(table.clone()));
            }
            Constraint::ForeignKey(_) | Constraint::Check(_) => {}
        }
        out
    }

    pub(super) fn foreign_key_needs(
        &self,
        table: &RelationName,
        key: &ForeignKey,
        side: &Side<'_>,
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
            let parent = side.database.tables.get(&key.references).and_then(|table| table.primary_key.as_ref());
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

    pub(super) fn index_provides(&self, table: &RelationName, index: &Index, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Named(table.clone(), index.name.clone())]);
        out.extend(self.shared(table, &index.name));
        let columns: Vec<Name> = index.keys.iter().map_while(|key| column_of(&key.target)).cloned().collect();
        let is_unique = index.unique && columns.len() == index.keys.len();
        let partitions = if is_unique { side.partitions(table) } else { Vec::new() };
        for resource in std::iter::once(table).chain(partitions).flat_map(|table| keys(table, &columns)) {
            if is_unique || !matches!(resource, Resource::Key(..)) {
                out.insert(resource);
            }
        }
        out
    }

    pub(super) fn index_needs(&self, table: &RelationName, index: &Index, side: &Side<'_>) -> BTreeSet<Resource> {
        let mut out = BTreeSet::from([Resource::Relation(table.clone())]);
        out.extend(index.keys.iter().flat_map(|key| self.target_needs(&key.target, table, side)));
        out.extend(index.include.iter().map(|name| Resource::Column(table.clone(), name.clone())));
        // Without a primary key a unique index stands in for it, which must not be hidden.
        let has_key = side.database.tables.get(table).is_some_and(|table| table.primary_key.is_some());
        if has_key && index.invisible && index.unique {
            out.insert(Resource::PrimaryKey(table.clone()));
        }
        if let Some(Some(predicate)) = index.predicate.known() {
            out.extend(self.expr_needs(predicate, table, side));
        }
        out.extend(index.unique.then(|| Resource::Partitioning(table.clone())));
        out
    }

    pub(super) fn target_needs(
        &self,
        target: &IndexTarget,
        table: &RelationName,
        side: &Side<'_>,
    ) -> BTreeSet<Resource> {
        match target {
            IndexTarget::Column(name) => BTreeSet::from([Resource::Column(table.clone(), name.clone())]),
            IndexTarget::Expr(Fact::Known(expr)) => self.expr_needs(expr, table, side),
            IndexTarget::Expr(Fact::Unknown(_)) => BTreeSet::new(),
        }
    }

    /// The relations, columns and types that a view reads.
    pub(super) fn read_by(&self, view: &View, side: &Side<'_>) -> BTreeSet<Resource> {
        let words = Words::of(&view.query.text);
        let mut out = BTreeSet::new();
        for resource in side.mentioned(&words) {
            match resource {
                Resource::Relation(name) if *name != view.name => {
                    out.insert(resource.clone());
                    let columns = side.columns(name).into_iter();
                    let read = columns.filter(|column| words.have_star() || words.mention(&column.name));
                    out.extend(read.map(|column| Resource::Column(name.clone(), column.name.clone())));
                    // By its primary key a view may group rows and show their other columns.
                    out.extend(words.group().then(|| Resource::PrimaryKey(name.clone())));
                }
                Resource::Type(_) => drop(out.insert(resource.clone())),
                _ => {}
            }
        }
        out
    }

    pub(super) fn named(&self, table: &RelationName, constraint: &Constraint) -> BTreeSet<Resource> {
        let Some(name) = constraint.name().name() else { return BTreeSet::new() };
        let mut out = BTreeSet::from([Resource::Named(table.clone(), name.clone())]);
        match constraint {
            // The index behind it has its name.
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => {
                out.extend(self.shared(table, name));
            }
            Constraint::ForeignKey(_) | Constraint::Check(_) => {}
        }
        out
    }
}

fn is_type(resource: &&Resource) -> bool {
    matches!(resource, Resource::Type(_))
}

/// Uniqueness over all of `columns`, and support for each prefix of them.
fn keys(table: &RelationName, columns: &[Name]) -> BTreeSet<Resource> {
    let mut out = BTreeSet::from([Resource::Key(table.clone(), set(columns))]);
    out.extend((1..=columns.len()).map(|length| Resource::Support(table.clone(), set(&columns[..length]))));
    out
}

fn set(names: &[Name]) -> BTreeSet<Name> {
    names.iter().cloned().collect()
}

/// The keys of a table, by their columns, that carry such a column beside (INCLUDE).
pub fn carrying(table: &Table, is_meant: impl Fn(&Name) -> bool) -> Vec<BTreeSet<Name>> {
    let primary = table.primary_key.iter().map(|key| (&key.include, key.columns.clone()));
    let uniques = table.uniques.iter().map(|unique| (&unique.include, unique.columns.clone()));
    let indexes = table.indexes.iter().filter(|index| index.unique).map(|index| {
        (&index.include, index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect::<Vec<_>>())
    });
    let all = primary.chain(uniques).chain(indexes);
    let carrying = all.filter(|(include, _)| include.iter().any(&is_meant));
    carrying.map(|(_, columns)| set(&columns)).collect()
}

/// The index by which a table's rows are told apart for replication.
pub fn identity_index(table: &Table) -> Option<Name> {
    let Extras::Postgres(extras) = &table.extras else { return None };
    let written = extras.replica_identity.as_deref()?.strip_prefix("USING INDEX ")?;
    let plain = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(Name::exact(plain.map_or_else(|| written.to_owned(), |quoted| quoted.replace("\"\"", "\""))))
}

/// The columns of the index or key of that name.
fn identity_columns(table: &Table, name: &Name) -> Vec<Name> {
    let index = table.indexes.iter().find(|index| index.name == *name);
    let columns = index.map(|index| index.keys.iter().filter_map(|key| column_of(&key.target)).cloned().collect());
    let key = constraints(table).into_iter().find(|constraint| constraint.name().name() == Some(name));
    columns
        .or(match key {
            Some(Constraint::PrimaryKey(key)) => Some(key.columns),
            Some(Constraint::Unique(unique)) => Some(unique.columns),
            Some(Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_)) | None => None,
        })
        .unwrap_or_default()
}
