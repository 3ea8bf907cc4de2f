//! Renaming and dropping columns, tables and views, with everything that names them.

use crate::model::{
    ConstraintName, Database, Extras, Fact, Index, IndexTarget, Kind, Name, RelationName, Table, TypeKind,
};
use crate::sql::Rules;
use crate::sql::lex::{TokenKind, tokens};

use super::literal;
use super::reader::Reader;

/// Renames a table and what refers to it.
pub(super) fn table(reader: &mut Reader<'_>, from: &RelationName, to: &RelationName) {
    // Names that the engine chose stay as they are, so they are chosen now.
    reader.complete_table(from);
    reader.rename_notes(from, to);
    let Some(mut table) = reader.database.tables.remove(from) else { return };
    reader.spans.rename_table(from, to);
    table.name = to.clone();
    reader.database.tables.insert(to.clone(), table);
    for other in reader.database.tables.values_mut() {
        for key in other.foreign_keys.iter_mut().filter(|key| key.references == *from) {
            key.references = to.clone();
        }
        if let Extras::Postgres(extras) = &mut other.extras {
            if let Some((parent, _)) = extras.partition_of.as_mut().filter(|(parent, _)| parent == from) {
                *parent = to.clone();
            }
            extras.inherits.iter_mut().filter(|parent| *parent == from).for_each(|parent| *parent = to.clone());
        }
    }
    for sequence in reader.database.sequences.values_mut() {
        if let Some((owner, _)) = sequence.owned_by.as_mut().filter(|(owner, _)| owner == from) {
            *owner = to.clone();
        }
    }
    for object in reader.database.opaque.iter_mut().filter(|object| object.table.as_ref() == Some(from)) {
        object.table = Some(to.clone());
    }
}

/// Renames a view.
pub(super) fn view(reader: &mut Reader<'_>, from: &RelationName, to: &RelationName) {
    reader.move_notes_of(&[Kind::View], from, Some(to));
    if let Some(mut view) = reader.database.views.remove(from) {
        view.name = to.clone();
        reader.database.views.insert(to.clone(), view);
    }
}

/// Renames an enum or domain and the types of the columns that use it.
pub(super) fn user_type(reader: &mut Reader<'_>, from: &RelationName, to: &RelationName) {
    reader.move_notes_of(&[Kind::Enum, Kind::Domain, Kind::Type], from, Some(to));
    let database = &mut reader.database;
    if let Some(mut found) = database.enums.remove(from) {
        found.name = to.clone();
        database.enums.insert(to.clone(), found);
    }
    if let Some(mut found) = database.domains.remove(from) {
        found.name = to.clone();
        database.domains.insert(to.clone(), found);
    }
    let shown = reader.context.dialect.quote_relation(to);
    for column in database.tables.values_mut().flat_map(|table| &mut table.columns) {
        let Some(ty) = column.ty.known_mut() else { continue };
        if ty.kind.user_type() != Some(from) {
            continue;
        }
        let suffix = if matches!(ty.kind, TypeKind::Array(_)) { "[]" } else { "" };
        ty.written = format!("{shown}{suffix}");
        rename_type(&mut ty.kind, to);
    }
}

fn rename_type(kind: &mut TypeKind, to: &RelationName) {
    match kind {
        TypeKind::Builtin { .. } | TypeKind::Values { .. } => {}
        TypeKind::Array(element) => rename_type(element, to),
        TypeKind::User { name, .. } => **name = to.clone(),
    }
}

/// Renames a column, in the table and wherever it is named.
pub(super) fn column(reader: &mut Reader<'_>, table: &RelationName, from: &Name, to: &Name) {
    reader.complete_table(table);
    reader.spans.rename_column(table, from, to);
    reader.move_notes(&[Kind::Column], table, from, Some(to));
    let quoted = reader.context.dialect.quote(to);
    let rules = reader.context.dialect.rules();
    let swap = |name: &mut Name| {
        if name == from {
            *name = to.clone();
        }
    };
    for other in reader.database.tables.values_mut() {
        for key in other.foreign_keys.iter_mut().filter(|key| key.references == *table) {
            key.referenced_columns.iter_mut().for_each(swap);
        }
    }
    for sequence in reader.database.sequences.values_mut() {
        if let Some((_, column)) = sequence.owned_by.as_mut().filter(|(owner, _)| owner == table) {
            swap(column);
        }
    }
    let heirs: Vec<RelationName> = reader.database.heirs(table).into_iter().map(|heir| heir.name.clone()).collect();
    for heir in heirs {
        if let Some(heir) = reader.database.tables.get_mut(&heir) {
            heir.overrides.iter_mut().for_each(|change| swap(&mut change.name));
        }
    }
    let Some(table) = reader.database.tables.get_mut(table) else { return };
    table.columns.iter_mut().for_each(|column| swap(&mut column.name));
    for names in column_lists(table) {
        names.iter_mut().for_each(swap);
    }
    for check in table.checks.iter_mut().filter(|check| check.of_column.as_ref() == Some(from)) {
        check.of_column = Some(to.clone());
        check.name = ConstraintName::Implied(to.clone());
    }
    for index in &mut table.indexes {
        for key in &mut index.keys {
            if let IndexTarget::Column(name) = &mut key.target {
                swap(name);
            }
        }
    }
    for text in expressions(table) {
        *text = replaced(text, from, &quoted, rules);
    }
}

/// Every list of the table's own columns.
fn column_lists(table: &mut Table) -> Vec<&mut Vec<Name>> {
    let mut lists: Vec<&mut Vec<Name>> = Vec::new();
    if let Some(key) = &mut table.primary_key {
        lists.push(&mut key.columns);
        lists.push(&mut key.include);
        lists.push(&mut key.descending);
    }
    for unique in &mut table.uniques {
        lists.push(&mut unique.columns);
        lists.push(&mut unique.include);
    }
    for key in &mut table.foreign_keys {
        lists.push(&mut key.columns);
        lists.push(&mut key.on_delete_columns);
    }
    lists.extend(table.indexes.iter_mut().map(|index| &mut index.include));
    lists
}

/// Every expression of the table that may name its columns.
fn expressions(table: &mut Table) -> Vec<&mut String> {
    let mut texts: Vec<&mut String> = Vec::new();
    for column in &mut table.columns {
        if let Some(Some(generated)) = column.generated.known_mut() {
            texts.push(&mut generated.expr.text);
        }
    }
    texts.extend(table.checks.iter_mut().filter_map(|check| check.expr.known_mut().map(|expr| &mut expr.text)));
    for exclusion in &mut table.exclusions {
        texts.extend(exclusion.predicate.as_mut().map(|expr| &mut expr.text));
    }
    for Index { keys, predicate, .. } in &mut table.indexes {
        for key in keys {
            if let IndexTarget::Expr(Fact::Known(expr)) = &mut key.target {
                texts.push(&mut expr.text);
            }
        }
        if let Some(Some(expr)) = predicate.known_mut() {
            texts.push(&mut expr.text);
        }
    }
    texts
}

/// The text with every mention of a column replaced.
fn replaced(text: &str, from: &Name, to: &str, rules: Rules) -> String {
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for token in tokens(text, rules).0 {
        if names_column(text, token.kind, token.start, token.end, from) {
            result.push_str(&text[end..token.start]);
            result.push_str(to);
            end = token.end;
        }
    }
    result.push_str(&text[end..]);
    result
}

fn names_column(text: &str, kind: TokenKind, start: usize, end: usize, column: &Name) -> bool {
    let written = &text[start..end];
    match kind {
        // An unquoted word is folded by every engine, so case does not count.
        TokenKind::Word => written.eq_ignore_ascii_case(column.as_str()),
        TokenKind::QuotedName => literal::name(written) == column.as_str(),
        TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => false,
    }
}

fn mentions(text: &str, column: &Name, rules: Rules) -> bool {
    let tokens = tokens(text, rules).0;
    tokens.iter().any(|token| names_column(text, token.kind, token.start, token.end, column))
}

/// Drops a column and what depends on it: PostgreSQL drops every constraint and index that names it, MySQL takes it
/// out of its indexes.
pub(super) fn drop_column(reader: &mut Reader<'_>, name: &RelationName, column: &Name) {
    reader.move_notes(&[Kind::Column], name, column, None);
    let rules = reader.context.dialect.rules();
    let shrinks = reader.grammar.inline_indexes;
    reader.database.sequences.retain(|_, sequence| sequence.owned_by.as_ref() != Some(&(name.clone(), column.clone())));
    let Some(table) = reader.database.tables.get_mut(name) else { return };
    table.columns.retain(|other| other.name != *column);
    let has = |names: &[Name]| names.contains(column);
    if let Some(key) = &mut table.primary_key
        && has(&key.columns)
    {
        if shrinks && key.columns.len() > 1 {
            key.columns.retain(|other| other != column);
        } else {
            table.primary_key = None;
        }
    }
    table.uniques.retain(|unique| !has(&unique.columns) && !has(&unique.include));
    table.foreign_keys.retain(|key| !has(&key.columns));
    table.checks.retain(|check| !check.expr.known().is_some_and(|expr| mentions(&expr.text, column, rules)));
    table.exclusions.retain(|exclusion| {
        !exclusion
            .elements
            .iter()
            .any(|element| matches!(&element.key.target, IndexTarget::Column(name) if name == column))
    });
    for index in &mut table.indexes {
        let before = index.keys.len();
        let names = |target: &IndexTarget| match target {
            IndexTarget::Column(name) => name == column,
            IndexTarget::Expr(expr) => expr.known().is_some_and(|expr| mentions(&expr.text, column, rules)),
        };
        let kept: Vec<_> = index.keys.iter().filter(|key| !names(&key.target)).cloned().collect();
        let by_predicate =
            index.predicate.known().and_then(Option::as_ref).is_some_and(|expr| mentions(&expr.text, column, rules));
        let whole = !shrinks && (kept.len() < before || index.include.contains(column) || by_predicate);
        index.keys = if whole { Vec::new() } else { kept };
    }
    table.indexes.retain(|index| !index.keys.is_empty());
    for other in reader.database.tables.values_mut() {
        other.foreign_keys.retain(|key| key.references != *name || !key.referenced_columns.contains(column));
    }
}

/// Drops a table with its sequences, triggers and policies; with `cascade` also foreign keys that refer to it.
pub(super) fn drop_table(reader: &mut Reader<'_>, name: &RelationName, cascade: bool) -> bool {
    reader.forget_notes(name);
    let database: &mut Database = &mut reader.database;
    let found = database.tables.remove(name).is_some();
    reader.spans.forget_table(name);
    database.sequences.retain(|_, sequence| sequence.owned_by.as_ref().is_none_or(|(owner, _)| owner != name));
    database.opaque.retain(|object| object.table.as_ref() != Some(name));
    let mut children = Vec::new();
    for other in database.tables.values_mut() {
        if cascade {
            other.foreign_keys.retain(|key| key.references != *name);
        }
        if let Extras::Postgres(extras) = &other.extras
            && extras.partition_of.as_ref().is_some_and(|(parent, _)| parent == name)
        {
            children.push(other.name.clone());
        }
    }
    for child in children {
        drop_table(reader, &child, cascade);
    }
    found
}
