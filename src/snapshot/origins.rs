//! Where the objects of a schema were declared.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{Kind, Name, ObjectPath, RelationName};

use super::Span;

// Few of the places are ever asked for, so that they are kept as they come, table by table.
/// Where objects were declared.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Vec<(ObjectPath, Span)>", into = "Vec<(ObjectPath, Span)>")]
#[schemars(with = "Vec<(ObjectPath, Span)>")]
pub struct Origins {
    tables: HashMap<RelationName, TableOrigins>,
    /// Objects that belong to no table.
    others: HashMap<ObjectPath, Span>,
}

/// Where a table was declared, and what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct TableOrigins {
    /// The table's own place.
    pub own: Option<Span>,
    /// The places of its columns, constraints, indexes and triggers.
    pub parts: Vec<(Kind, Name, Span)>,
}

impl TableOrigins {
    fn part(&self, kind: Kind, name: &Name) -> Option<&Span> {
        self.parts.iter().find(|(of, part, _)| *of == kind && part == name).map(|(_, _, span)| span)
    }

    fn insert(&mut self, kind: Kind, name: Name, span: Span) {
        match self.parts.iter_mut().find(|(of, part, _)| *of == kind && *part == name) {
            Some((_, _, place)) => *place = span,
            None => self.parts.push((kind, name, span)),
        }
    }
}

impl Origins {
    /// Records where `path` is declared; a later statement that redefines it wins.
    pub fn insert(&mut self, path: ObjectPath, span: Span) {
        match path.table_name() {
            Some(table) if path.kind == Kind::Table => self.tables.entry(table).or_default().own = Some(span),
            Some(table) => self.tables.entry(table).or_default().insert(path.kind, path.name, span),
            None => {
                self.others.insert(path, span);
            }
        }
    }

    /// Records the places of a table; what was recorded of it before and is not among them stays.
    pub fn insert_table(&mut self, name: RelationName, places: TableOrigins) {
        let table = self.tables.entry(name).or_default();
        table.own = places.own.or(table.own.take());
        if table.parts.is_empty() {
            table.parts = places.parts;
        } else {
            places.parts.into_iter().for_each(|(kind, name, span)| table.insert(kind, name, span));
        }
    }

    /// Where `path` is declared; an object of a table without a place of its own has its table's.
    pub fn find(&self, path: &ObjectPath) -> Option<&Span> {
        let Some(table) = path.table_name() else { return self.others.get(path) };
        let table = self.tables.get(&table)?;
        table.part(path.kind, &path.name).or(table.own.as_ref())
    }

    /// Every recorded place, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectPath, &Span)> {
        let of_tables = self.tables.iter().flat_map(|(name, places)| {
            let own = places.own.iter().map(|span| (ObjectPath::table(name), span));
            let path = |kind, part: &Name| ObjectPath::of_table(kind, name, part.clone());
            own.chain(places.parts.iter().map(move |(kind, part, span)| (path(*kind, part), span)))
        });
        of_tables.chain(self.others.iter().map(|(path, span)| (path.clone(), span)))
    }
}

impl From<Vec<(ObjectPath, Span)>> for Origins {
    fn from(list: Vec<(ObjectPath, Span)>) -> Self {
        let mut origins = Origins::default();
        list.into_iter().for_each(|(path, span)| origins.insert(path, span));
        origins
    }
}

impl From<Origins> for Vec<(ObjectPath, Span)> {
    fn from(origins: Origins) -> Self {
        let mut list: Vec<_> = origins.iter().map(|(path, span)| (path, span.clone())).collect();
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        list
    }
}
