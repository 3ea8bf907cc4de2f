//! Where the objects were declared, kept beside the schema while it changes and written down at the end.

use std::collections::{BTreeMap, HashMap};

use crate::diff;
use crate::model::{Constraint, ConstraintName, Database, Index, Kind, Name, ObjectPath, RelationName, Table};
use crate::snapshot::{Origins, Span, TableOrigins};

/// The places of everything that was declared so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    tables: HashMap<RelationName, TableSpans>,
    /// Objects that stand by themselves, by their path.
    objects: BTreeMap<ObjectPath, Span>,
}

#[derive(Clone, Debug, Default)]
struct TableSpans {
    own: Option<Span>,
    columns: HashMap<Name, Span>,
    indexes: HashMap<Name, Span>,
    /// Constraints, and indexes without a name, by what defines them, since the engine names them later.
    constraints: Vec<(Signature, Span)>,
}

/// What tells a constraint from its siblings: its chosen name, else its kind and content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Signature {
    Named(Name),
    Content(Kind, String),
}

impl Signature {
    /// The signature of a constraint.
    pub fn of(constraint: &Constraint) -> Self {
        match constraint.name() {
            ConstraintName::Explicit(name) => Signature::Named(name.clone()),
            ConstraintName::Implied(_) | ConstraintName::None => Signature::content(constraint),
        }
    }

    fn of_index(index: &Index) -> Self {
        Signature::Content(Kind::Index, format!("{:?}", index.keys))
    }

    fn content(constraint: &Constraint) -> Self {
        let names = |names: &[Name]| names.iter().map(Name::key).collect::<Vec<_>>().join(",");
        match constraint {
            Constraint::PrimaryKey(_) => Signature::Content(Kind::PrimaryKey, String::new()),
            Constraint::Unique(unique) => Signature::Content(Kind::Unique, names(&unique.columns)),
            Constraint::ForeignKey(key) => {
                Signature::Content(Kind::ForeignKey, format!("{}:{}", names(&key.columns), key.references))
            }
            Constraint::Check(check) => {
                let text = check.expr.known().map(|expr| expr.text.clone()).unwrap_or_default();
                Signature::Content(Kind::Check, text)
            }
            Constraint::Exclusion(exclusion) => Signature::Content(Kind::Exclusion, format!("{exclusion:?}")),
        }
    }
}

impl Spans {
    pub fn table(&mut self, table: &RelationName, span: Span) {
        self.tables.entry(table.clone()).or_default().own = Some(span);
    }

    pub fn column(&mut self, table: &RelationName, column: &Name, span: Span) {
        self.tables.entry(table.clone()).or_default().columns.insert(column.clone(), span);
    }

    pub fn index(&mut self, table: &RelationName, index: &Index, span: Span) {
        let spans = self.tables.entry(table.clone()).or_default();
        if index.name.as_str().is_empty() {
            spans.constraints.push((Signature::of_index(index), span));
        } else {
            spans.indexes.insert(index.name.clone(), span);
        }
    }

    pub fn constraint(&mut self, table: &RelationName, constraint: &Constraint, span: Span) {
        self.tables.entry(table.clone()).or_default().constraints.push((Signature::of(constraint), span));
    }

    pub fn object(&mut self, path: ObjectPath, span: Span) {
        self.objects.insert(path, span);
    }

    pub fn rename_table(&mut self, from: &RelationName, to: &RelationName) {
        if let Some(spans) = self.tables.remove(from) {
            self.tables.insert(to.clone(), spans);
        }
    }

    pub fn rename_column(&mut self, table: &RelationName, from: &Name, to: &Name) {
        if let Some(columns) = self.tables.get_mut(table).map(|spans| &mut spans.columns)
            && let Some(span) = columns.remove(from)
        {
            columns.insert(to.clone(), span);
        }
    }

    pub fn rename_index(&mut self, table: &RelationName, from: &Name, to: &Name) {
        if let Some(indexes) = self.tables.get_mut(table).map(|spans| &mut spans.indexes)
            && let Some(span) = indexes.remove(from)
        {
            indexes.insert(to.clone(), span);
        }
    }

    /// The place of a table, or of an object that stands by itself.
    pub fn of_object(&self, path: &ObjectPath) -> Option<&Span> {
        let table = RelationName::new(path.schema.clone(), path.name.clone());
        match path.kind == Kind::Table {
            true => self.tables.get(&table)?.own.as_ref(),
            false => self.objects.get(path),
        }
    }

    /// The place of an object, a column or an index.
    pub fn of(&self, path: &ObjectPath) -> Option<&Span> {
        match (path.kind, path.table.as_ref().and(path.table_name())) {
            (Kind::Column, Some(table)) => self.of_column(&table, &path.name),
            (Kind::Index, Some(table)) => self.tables.get(&table)?.indexes.get(&path.name),
            (_, _) => self.of_object(path),
        }
    }

    /// The place of a column.
    pub fn of_column(&self, table: &RelationName, column: &Name) -> Option<&Span> {
        self.tables.get(table)?.column(column)
    }

    /// The place of a constraint.
    pub fn of_constraint(&self, table: &RelationName, constraint: &Constraint) -> Option<&Span> {
        let wanted = Signature::of(constraint);
        let mut places = self.tables.get(table)?.constraints.iter().rev();
        places.find(|(signature, _)| *signature == wanted).map(|(_, span)| span)
    }

    pub fn forget_table(&mut self, table: &RelationName) {
        self.tables.remove(table);
    }

    /// Writes down the places of what exists in the end.
    pub fn origins(mut self, database: &Database, mut origins: Origins) -> Origins {
        for (name, table) in &database.tables {
            if let Some(spans) = self.tables.remove(name) {
                origins.insert_table(name.clone(), spans.of(table));
            }
        }
        self.objects.into_iter().for_each(|(path, span)| origins.insert(path, span));
        origins
    }
}

impl TableSpans {
    fn column(&self, column: &Name) -> Option<&Span> {
        self.columns.get(column)
    }

    /// The places of what is in the table in the end.
    fn of(mut self, table: &Table) -> TableOrigins {
        let mut parts = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            let place = self.columns.remove(&column.name);
            parts.extend(place.map(|span| (Kind::Column, column.name.clone(), span)));
        }
        let places: HashMap<Signature, Span> = self.constraints.into_iter().collect();
        for index in &table.indexes {
            let place = self.indexes.get(&index.name).or_else(|| places.get(&Signature::of_index(index)));
            parts.extend(place.map(|span| (Kind::Index, index.name.clone(), span.clone())));
        }
        for constraint in constraints(table) {
            let place = constraint.name().explicit().map(|name| Signature::Named(name.clone()));
            let place = place.and_then(|signature| places.get(&signature));
            let place = place.or_else(|| places.get(&Signature::content(&constraint)));
            if let Some(span) = place {
                let ObjectPath { kind, name, schema: _, table: _ } = path(table, &constraint);
                parts.push((kind, name, span.clone()));
            }
        }
        TableOrigins { own: self.own, parts }
    }
}

/// The path by which findings name a constraint, which may have no name.
fn path(table: &Table, constraint: &Constraint) -> ObjectPath {
    match constraint {
        Constraint::PrimaryKey(key) => {
            let name = key.name.name().cloned().unwrap_or_else(|| Name::exact("PRIMARY KEY"));
            ObjectPath::of_table(Kind::PrimaryKey, &table.name, name)
        }
        Constraint::Unique(unique) => diff::unique_path(table, unique),
        Constraint::ForeignKey(key) => diff::foreign_key_path(table, key),
        Constraint::Check(check) => diff::check_path(table, check),
        Constraint::Exclusion(exclusion) => diff::exclusion_path(table, exclusion),
    }
}

/// Every constraint of a table.
pub(super) fn constraints(table: &Table) -> Vec<Constraint> {
    let mut all = Vec::new();
    all.extend(table.primary_key.iter().cloned().map(Constraint::PrimaryKey));
    all.extend(table.uniques.iter().cloned().map(Constraint::Unique));
    all.extend(table.foreign_keys.iter().cloned().map(Constraint::ForeignKey));
    all.extend(table.checks.iter().cloned().map(Constraint::Check));
    all.extend(table.exclusions.iter().cloned().map(Constraint::Exclusion));
    all
}
