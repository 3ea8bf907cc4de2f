//! The clauses of DDL: columns, constraints, index keys (<https://sqlite.org/lang_createtable.html>).

use crate::model::{
    Column, Constraint, Deferrability, Expr, Extras, ForeignKey, GeneratedStorage, Generation, Index, IndexKey,
    IndexTarget, MatchType, Name, NullsOrder, RelationName, Table,
};
use crate::plan::all_constraints;
use crate::sql::Syntax;
use crate::sql::write::{UNKNOWN_TYPE, block, in_parentheses, is_literal, list};

use super::{Sqlite, names};

impl Sqlite {
    /// CREATE TABLE under the given name, without indexes.
    pub(super) fn table(&self, table: &Table, name: &RelationName, missing: &str) -> String {
        let mut lines: Vec<String> =
            table.columns.iter().map(|column| self.column(column, primary_key_inside(table, column))).collect();
        for constraint in all_constraints(table) {
            let stands_inside = match &constraint {
                Constraint::PrimaryKey(_) => table.columns.iter().any(|column| primary_key_inside(table, column)),
                Constraint::Unique(_) | Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => {
                    false
                }
            };
            if !stands_inside {
                lines.extend(self.constraint(&constraint));
            }
        }
        let mut options = Vec::new();
        if let Extras::Sqlite(extras) = &table.extras {
            options.extend(extras.without_rowid.then_some("WITHOUT ROWID"));
            options.extend(extras.strict.then_some("STRICT"));
        }
        let tail = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
        block(&format!("CREATE TABLE {missing}{}", self.quote_relation(name)), &lines, &tail)
    }

    /// A column; AUTOINCREMENT is only to be had with the key beside it.
    pub(super) fn column(&self, column: &Column, key_inside: bool) -> String {
        let mut out = self.quote(&column.name);
        let ty = column.ty.known().map_or(UNKNOWN_TYPE, |ty| ty.written.as_str());
        if !ty.is_empty() {
            out.push_str(&format!(" {ty}"));
        }
        if column.nullable.known() == Some(&false) {
            out.push_str(" NOT NULL");
        }
        if key_inside {
            out.push_str(" PRIMARY KEY AUTOINCREMENT");
        }
        if let Some(collation) = &column.collation {
            out.push_str(&format!(" COLLATE {}", self.quote(collation)));
        }
        if let Some(Some(default)) = column.default.known() {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if let Some(Some(generated)) = column.generated.known() {
            let storage = match generated.storage {
                GeneratedStorage::Stored => "STORED",
                GeneratedStorage::Virtual => "VIRTUAL",
            };
            out.push_str(&format!(" GENERATED ALWAYS AS {} {storage}", in_parentheses(&generated.expr.text)));
        }
        out
    }

    /// A table constraint; SQLite has no exclusion constraints.
    fn constraint(&self, constraint: &Constraint) -> Option<String> {
        let body = match constraint {
            Constraint::PrimaryKey(key) => format!("PRIMARY KEY ({})", self.names(&key.columns)),
            Constraint::Unique(unique) => format!("UNIQUE ({})", self.names(&unique.columns)),
            Constraint::ForeignKey(key) => {
                format!("FOREIGN KEY ({}) {}", self.names(&key.columns), self.references(key))
            }
            Constraint::Check(check) => {
                format!("CHECK {}", in_parentheses(check.expr.known().map_or("", |expr| &expr.text)))
            }
            Constraint::Exclusion(_) => return None,
        };
        Some(format!("{}{body}", self.constraint_name(constraint.name().explicit())))
    }

    fn constraint_name(&self, name: Option<&Name>) -> String {
        name.map(|name| format!("CONSTRAINT {} ", self.quote(name))).unwrap_or_default()
    }

    /// A foreign key on one column, as ADD COLUMN can have it.
    pub(super) fn column_reference(&self, key: &ForeignKey) -> String {
        format!("{}{}", self.constraint_name(key.name.explicit()), self.references(key))
    }

    fn references(&self, key: &ForeignKey) -> String {
        let mut out = format!("REFERENCES {}", self.quote_relation(&key.references));
        if !key.referenced_columns.is_empty() {
            out.push_str(&format!(" ({})", self.names(&key.referenced_columns)));
        }
        if key.on_update != Default::default() {
            out.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
        }
        if key.on_delete != Default::default() {
            out.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
        }
        match key.match_type {
            MatchType::Simple => {}
            MatchType::Full => out.push_str(" MATCH FULL"),
            MatchType::Partial => out.push_str(" MATCH PARTIAL"),
        }
        match key.deferrability {
            Deferrability::NotDeferrable => {}
            Deferrability::InitiallyImmediate => out.push_str(" DEFERRABLE"),
            Deferrability::InitiallyDeferred => out.push_str(" DEFERRABLE INITIALLY DEFERRED"),
        }
        out
    }

    /// CREATE INDEX.
    pub(super) fn index(&self, table: &RelationName, index: &Index, missing: &str) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let name = self.quote_relation(&RelationName::new(table.schema.clone(), index.name.clone()));
        let keys = list(&index.keys, |key| self.index_key(key));
        let mut out = format!("CREATE {unique}INDEX {missing}{name} ON {} ({keys})", self.quote(&table.name));
        if let Some(Some(predicate)) = index.predicate.known() {
            out.push_str(&format!(" WHERE {}", predicate.text.trim()));
        }
        out
    }

    fn index_key(&self, key: &IndexKey) -> String {
        let mut out = match &key.target {
            IndexTarget::Column(name) => self.quote(name),
            IndexTarget::Expr(expr) => expr.known().map_or("", |expr| expr.text.trim()).to_owned(),
        };
        if let Some(collation) = &key.collation {
            out.push_str(&format!(" COLLATE {}", self.quote(collation)));
        }
        if key.descending {
            out.push_str(" DESC");
        }
        match key.nulls {
            Some(NullsOrder::First) => out.push_str(" NULLS FIRST"),
            Some(NullsOrder::Last) => out.push_str(" NULLS LAST"),
            None => {}
        }
        out
    }

    pub(super) fn names(&self, names: &[Name]) -> String {
        list(names, |name| self.quote(name))
    }
}

/// Whether the column carries the table's key itself.
fn primary_key_inside(table: &Table, column: &Column) -> bool {
    let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns == [column.name.clone()]);
    is_key && column.generation.known() == Some(&Some(Generation::AutoIncrement))
}

/// Whether a default is a constant as ADD COLUMN wants it: no expression, and no time.
pub(super) fn is_constant(expr: &Expr) -> bool {
    is_literal(&expr.text)
}

/// A default: literals and the times stand alone, anything else in parentheses.
pub(super) fn default_text(expr: &Expr) -> String {
    let text = expr.text.trim();
    let is_time =
        ["current_timestamp", "current_date", "current_time"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_time || is_literal(text) {
        return text.to_owned();
    }
    // A name alone is a string, and in parentheses an error.
    names::only_name(text).map_or_else(|| in_parentheses(text), |name| names::string_literal(&name))
}
