//! Columns that a table has from others: a partition from its partitioned table, an heir from those of INHERITS.

use serde::{Deserialize, Serialize};

use super::{Column, Database, Expr, Extras, Fact, Generation, Name, RelationName, Table};

/// How many levels of inheritance are followed; the bound keeps a circle from going on.
const LEVELS: usize = 16;

/// What a partition or an heir has otherwise than its parent in a column that it has from there.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ColumnOverride {
    /// The column.
    pub name: Name,
    /// NOT NULL, whatever the parent's is; false leaves it at that.
    #[serde(default)]
    pub not_null: bool,
    /// The default; `None` leaves it at the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Fact<Option<Expr>>>,
    /// The comment, which is never handed down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl ColumnOverride {
    /// Nothing but the parent's.
    pub fn none(name: Name) -> Self {
        ColumnOverride { name, not_null: false, default: None, comment: None }
    }

    /// What `own` has otherwise than the parent's column.
    pub fn between(own: &Column, parent: &Column) -> Self {
        let text = |column: &Column| match &column.default {
            Fact::Known(expr) => expr.as_ref().map(|expr| expr.text.clone()),
            Fact::Unknown(_) => None,
        };
        // The default of a serial column stands in its generation, that of a generated one in its expression.
        let is_numbered = matches!(parent.generation, Fact::Known(Some(Generation::Serial(_))))
            || matches!(parent.generated, Fact::Known(Some(_)));
        let same = is_numbered || text(own) == text(parent) && own.default.known().is_some();
        ColumnOverride {
            name: own.name.clone(),
            not_null: own.nullable == Fact::Known(false) && parent.nullable != Fact::Known(false),
            default: (!same).then(|| own.default.clone()),
            comment: own.comment.known().cloned().flatten(),
        }
    }

    /// Whether it says nothing.
    pub fn is_none(&self) -> bool {
        !self.not_null && self.default.is_none() && self.comment.is_none()
    }

    fn apply(&self, column: &mut Column) {
        if self.not_null {
            column.nullable = Fact::Known(false);
        }
        if let Some(default) = &self.default {
            column.default.clone_from(default);
            column.generation = Fact::Known(None);
        }
        column.comment = Fact::Known(self.comment.clone());
    }
}

impl Table {
    /// The tables from which this one has columns.
    pub fn parents(&self) -> impl Iterator<Item = &RelationName> {
        let extras = match &self.extras {
            Extras::Postgres(extras) => Some(extras),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        };
        let partitioned = extras.and_then(|extras| extras.partition_of.as_ref()).map(|(parent, _)| parent);
        partitioned.into_iter().chain(extras.into_iter().flat_map(|extras| &extras.inherits))
    }

    /// Sets what the table says of an inherited column.
    pub fn set_override(&mut self, change: ColumnOverride) {
        self.overrides.retain(|other| other.name != change.name);
        if !change.is_none() {
            self.overrides.push(change);
            self.overrides.sort_by(|one, other| one.name.cmp(&other.name));
        }
    }

    /// What the table says of an inherited column.
    pub fn override_of(&self, name: &Name) -> ColumnOverride {
        let found = self.overrides.iter().find(|change| change.name == *name);
        found.cloned().unwrap_or_else(|| ColumnOverride::none(name.clone()))
    }
}

impl Database {
    /// A column of a table: its own, or one that it has from its parents.
    pub fn column_of(&self, table: &Table, name: &Name) -> Option<Column> {
        self.column_at(table, name, 0)
    }

    /// A column that a table has from its parents, with what it has otherwise.
    pub fn inherited_column(&self, table: &Table, name: &Name) -> Option<Column> {
        self.inherited_at(table, name, 0)
    }

    fn column_at(&self, table: &Table, name: &Name, level: usize) -> Option<Column> {
        table.column(name).cloned().or_else(|| self.inherited_at(table, name, level))
    }

    fn inherited_at(&self, table: &Table, name: &Name, level: usize) -> Option<Column> {
        if level == LEVELS {
            return None;
        }
        let mut column = self.handed_down(table, name, level)?;
        table.override_of(name).apply(&mut column);
        Some(column)
    }

    /// What the parents of a table hand down: NOT NULL where one of them has it, and the first default.
    fn handed_down(&self, table: &Table, name: &Name, level: usize) -> Option<Column> {
        let parents = table.parents().filter_map(|parent| self.tables.get(parent));
        let mut columns = parents.filter_map(|parent| self.column_at(parent, name, level + 1));
        let mut merged = columns.next()?;
        for other in columns {
            if other.nullable == Fact::Known(false) {
                merged.nullable = Fact::Known(false);
            }
            if matches!(merged.default, Fact::Known(None)) {
                merged.default = other.default;
            }
        }
        Some(merged)
    }

    /// The column as a table's parents hand it down, without what the table has otherwise.
    pub fn column_of_parents(&self, table: &Table, name: &Name) -> Option<Column> {
        self.handed_down(table, name, 0)
    }

    /// The tables that have columns from `ancestor`, through however many levels.
    pub fn heirs(&self, ancestor: &RelationName) -> Vec<&Table> {
        let mut found: Vec<&Table> = Vec::new();
        let mut names = vec![ancestor.clone()];
        for _level in 0..LEVELS {
            let is_heir = |table: &&Table| table.parents().any(|parent| names.contains(parent));
            let below: Vec<&Table> = self.tables.values().filter(is_heir).collect();
            let new = below.into_iter().filter(|table| !found.iter().any(|known| known.name == table.name));
            let new: Vec<&Table> = new.collect();
            if new.is_empty() {
                break;
            }
            names = new.iter().map(|table| table.name.clone()).collect();
            found.extend(new);
        }
        found
    }
}
