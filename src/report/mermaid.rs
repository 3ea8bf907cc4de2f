//! A schema as a Mermaid entity relationship diagram (<https://mermaid.js.org/syntax/entityRelationshipDiagram.html>).

use std::fmt::Write;

use crate::message::visible_line;
use crate::model::{Column, ForeignKey, IndexTarget, Name, Table};
use crate::snapshot::Snapshot;

/// The diagram of a snapshot's tables and foreign keys.
pub fn mermaid(snapshot: &Snapshot) -> String {
    let mut out = String::from("erDiagram\n");
    let default_schema = snapshot.default_schema.as_ref();
    for table in snapshot.database.tables.values() {
        let _ = writeln!(out, "    {} {{", entity(&table.name.shown(default_schema)));
        for column in &table.columns {
            let _ = writeln!(out, "        {}", attribute(table, column));
        }
        out.push_str("    }\n");
    }
    for table in snapshot.database.tables.values() {
        for key in &table.foreign_keys {
            let parent = entity(&key.references.shown(default_schema));
            let child = entity(&table.name.shown(default_schema));
            let columns: Vec<&str> = key.columns.iter().map(Name::as_str).collect();
            let label = quotable(&columns.join(", "));
            let _ = writeln!(out, "    {parent} {} {child} : \"{label}\"", cardinality(table, key));
        }
    }
    out
}

fn attribute(table: &Table, column: &Column) -> String {
    let ty = column.ty.known().map_or("unknown", |ty| ty.written.as_str());
    let mut text = format!("{} {}", word(ty), word(column.name.as_str()));
    let mut keys = Vec::new();
    if table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column.name)) {
        keys.push("PK");
    }
    if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name)) {
        keys.push("FK");
    }
    if keys.first() != Some(&"PK") && is_unique(table, std::slice::from_ref(&column.name)) {
        keys.push("UK");
    }
    if !keys.is_empty() {
        text += &format!(" {}", keys.join(", "));
    }
    if column.nullable.known() == Some(&true) {
        text += " \"nullable\"";
    }
    text
}

/// One or many rows on the side that refers, none or one on the other where the key may be NULL.
fn cardinality(table: &Table, key: &ForeignKey) -> &'static str {
    let nullable = key
        .columns
        .iter()
        .any(|name| table.column(name).and_then(|column| column.nullable.known()).is_some_and(|nullable| *nullable));
    match (nullable, is_unique(table, &key.columns)) {
        (false, false) => "||--o{",
        (false, true) => "||--o|",
        (true, false) => "|o--o{",
        (true, true) => "|o--o|",
    }
}

/// Whether exactly these columns are a key of the table.
fn is_unique(table: &Table, columns: &[Name]) -> bool {
    let primary = table.primary_key.as_ref().is_some_and(|key| key.columns == columns);
    let unique = table.uniques.iter().any(|unique| unique.columns == columns);
    let index = table.indexes.iter().filter(|index| index.unique && matches!(index.predicate.known(), Some(None)));
    primary || unique || { index }.any(|index| {
        index.keys.len() == columns.len()
            && index.keys.iter().zip(columns).all(|(key, column)| match &key.target {
                IndexTarget::Column(name) => name == column,
                IndexTarget::Expr(_) => false,
            })
    })
}

/// An entity's name: quoted where it is not a plain word.
fn entity(name: &str) -> String {
    match name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        true => name.to_owned(),
        false => format!("\"{}\"", quotable(name)),
    }
}

/// Text between the quotes of the grammar, which has no escape for them, and none of the HTML that browsers would obey.
fn quotable(text: &str) -> String {
    visible_line(text).replace('"', "'").replace('<', "‹").replace('>', "›")
}

/// A type or attribute as the one word that the grammar admits.
fn word(text: &str) -> String {
    let mut word = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']') => word.push(c),
            ' ' if !word.ends_with('_') => word.push('_'),
            ',' => word.push('-'),
            _ => {}
        }
    }
    match word.chars().next() {
        Some(first) if first.is_alphabetic() || first == '_' => word,
        Some(_) | None => format!("_{word}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ConstraintName, DataType, Deferrability, Engine, Extras, MatchType, PrimaryKey, ReferentialAction,
        RelationName, SqliteTable, TypeKind,
    };
    use crate::snapshot::Scope;

    fn table(name: &str, columns: &[(&str, &str)]) -> Table {
        let mut table = Table::new(RelationName::new(None, Name::exact(name)), Extras::Sqlite(SqliteTable::default()));
        for (name, ty) in columns {
            let ty = DataType::new(TypeKind::builtin(*ty), *ty);
            table.columns.push(Column::new(Name::exact(*name), ty));
        }
        table
    }

    #[test]
    fn tables_and_references_are_drawn() {
        let mut users = table("users", &[("id", "integer")]);
        users.primary_key = Some(PrimaryKey::new(ConstraintName::None, vec![Name::exact("id")]));
        let mut notes = table("user notes", &[("user id", "numeric(10,2)")]);
        notes.foreign_keys.push(ForeignKey {
            name: ConstraintName::None,
            columns: vec![Name::exact("user id")],
            references: users.name.clone(),
            referenced_columns: Vec::new(),
            period: false,
            on_delete: ReferentialAction::NoAction,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: MatchType::Simple,
            deferrability: Deferrability::NotDeferrable,
            validated: true,
            enforced: true,
        });
        let mut snapshot = Snapshot::empty(Engine::Sqlite, None, Scope::default());
        for table in [users, notes] {
            snapshot.database.tables.insert(table.name.clone(), table);
        }
        let expected = "erDiagram
    \"user notes\" {
        numeric(10-2) user_id FK \"nullable\"
    }
    users {
        integer id PK \"nullable\"
    }
    users |o--o{ \"user notes\" : \"user id\"
";
        assert_eq!(mermaid(&snapshot), expected);
    }
}
