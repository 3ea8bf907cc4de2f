//! What the engine adds to DDL by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    CheckConstraint, Column, ConstraintName, DataType, Database, ExclusionConstraint, Expr, Fact, Generation, Index,
    IndexKey, IndexTarget, Name, RelationName, Table,
};
use crate::sql::Rules;
use crate::sql::lex::{Token, TokenKind, tokens};

use super::{Postgres, inherit, opclass};

/// The longest identifier in bytes (`NAMEDATALEN - 1`).
const MAX_NAME: usize = 63;

pub(super) fn complete(dialect: &Postgres, database: &mut Database) {
    own_sequences(dialect, database);
    refer_to_keys(database);
    let mut relations = relation_names(database);
    let Database { tables, domains, .. } = &mut *database;
    for table in tables.values_mut() {
        let taken = relations.entry(table.name.schema.clone()).or_default();
        name_constraints(table, taken);
        for at in 0..table.indexes.len() {
            if table.indexes[at].name.as_str().is_empty() {
                table.indexes[at].name = index_name(table, &table.indexes[at], taken);
            }
        }
        elide_collations(table);
        for index in &mut table.indexes {
            index.method.take_if(|method| method == "btree");
        }
        opclass::elide(table, domains);
        let Some(key) = &table.primary_key else { continue };
        for column in table.columns.iter_mut().filter(|column| key.columns.contains(&column.name)) {
            column.nullable = Fact::Known(false);
        }
    }
    inherit::complete(database);
}

/// A foreign key that names no columns refers to the primary key.
fn refer_to_keys(database: &mut Database) {
    let open = database.tables.values().flat_map(|table| &table.foreign_keys);
    let open = open.filter(|key| key.referenced_columns.is_empty()).map(|key| &key.references);
    let key_of = |name: &RelationName| Some(database.tables.get(name)?.primary_key.as_ref()?.columns.clone());
    let keys: BTreeMap<RelationName, Vec<Name>> = open.filter_map(|name| Some((name.clone(), key_of(name)?))).collect();
    let open = database.tables.values_mut().flat_map(|table| &mut table.foreign_keys);
    for key in open.filter(|key| key.referenced_columns.is_empty()) {
        if let Some(columns) = keys.get(&key.references) {
            key.referenced_columns.clone_from(columns);
        }
    }
}

/// A key sorts by its column's collation, so naming that one says nothing.
fn elide_collations(table: &mut Table) {
    let Table { columns, indexes, exclusions, .. } = table;
    let keys = indexes.iter_mut().flat_map(|index| &mut index.keys);
    for key in keys.chain(exclusions.iter_mut().flat_map(|each| &mut each.elements).map(|element| &mut element.key)) {
        let IndexTarget::Column(name) = &key.target else { continue };
        let column = columns.iter().find(|column| column.name == *name);
        if key.collation.is_some() && column.is_some_and(|column| column.collation == key.collation) {
            key.collation = None;
        }
    }
}

/// A column whose default is `nextval` of a sequence that it owns is what `serial` makes, and what pg_dump writes
/// for it. <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL>
fn own_sequences(dialect: &Postgres, database: &mut Database) {
    let owned: Vec<(RelationName, RelationName, Name)> = database
        .sequences
        .values()
        .filter_map(|sequence| sequence.owned_by.clone().map(|(table, column)| (sequence.name.clone(), table, column)))
        .collect();
    for (sequence, table, column) in owned {
        let schema = table.schema.clone();
        let column = database.tables.get_mut(&table).and_then(|table| table.column_mut(&column));
        let Some(column) = column else { continue };
        let default = column.default.known().cloned().flatten();
        let is_serial = default.and_then(|default| nextval_of(dialect, &default, schema)) == Some(sequence.clone())
            && column.ty.known().is_some_and(is_integer);
        if is_serial {
            column.default = Fact::Known(None);
            let removed = database.sequences.remove(&sequence);
            let options = removed.map(|sequence| sequence.options).unwrap_or_default();
            column.generation = Fact::Known(Some(Generation::Serial(Box::new(options))));
        }
    }
}

fn is_integer(ty: &DataType) -> bool {
    matches!(ty.kind.builtin_name(), Some("smallint" | "integer" | "bigint"))
}

/// The sequence of `nextval('schema.name'::regclass)`, where the default is nothing else.
pub(super) fn nextval_of(dialect: &Postgres, default: &Expr, schema: Option<Name>) -> Option<RelationName> {
    let rules = Rules::of(dialect.engine);
    let list = tokens(&default.text, rules).0;
    let text = |token: &Token| &default.text[token.start..token.end];
    // Beside the literal there are the function, with its schema, the cast to regclass, and parentheses.
    let known = ["nextval", "pg_catalog", "regclass", "text", "cast", "as"];
    let is_known = |token: &Token| match token.kind {
        TokenKind::Word | TokenKind::QuotedName => known.contains(&text(token).to_ascii_lowercase().as_str()),
        TokenKind::Symbol(symbol) => matches!(symbol, b'(' | b')' | b':' | b'.'),
        TokenKind::String => true,
        TokenKind::Number => false,
    };
    let calls = |token: &Token| token.kind == TokenKind::Word && text(token).eq_ignore_ascii_case("nextval");
    let mut literals = list.iter().filter(|token| token.kind == TokenKind::String).map(text);
    let (literal, None) = (literals.next()?, literals.next()) else { return None };
    if !list.iter().all(is_known) || !list.iter().any(calls) {
        return None;
    }
    let name = literal.trim_matches('\'').replace("''", "'");
    let parts: Vec<Name> = tokens(&name, rules)
        .0
        .iter()
        .filter_map(|token| {
            let part = &name[token.start..token.end];
            match token.kind {
                TokenKind::Word => Some(Name::exact(part.to_lowercase())),
                TokenKind::QuotedName => Some(Name::exact(part[1..part.len() - 1].replace("\"\"", "\""))),
                TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => None,
            }
        })
        .collect();
    match parts.as_slice() {
        [name] => Some(RelationName::new(schema, name.clone())),
        [schema, name] => Some(RelationName::new(Some(schema.clone()), name.clone())),
        _ => None,
    }
}

/// The names that relations and constraints of each schema have.
fn relation_names(database: &Database) -> BTreeMap<Option<Name>, BTreeSet<Name>> {
    let mut names: BTreeMap<Option<Name>, BTreeSet<Name>> = BTreeMap::new();
    let relations = database.tables.keys().chain(database.views.keys()).chain(database.sequences.keys());
    for relation in relations {
        names.entry(relation.schema.clone()).or_default().insert(relation.name.clone());
    }
    for table in database.tables.values() {
        let taken = names.entry(table.name.schema.clone()).or_default();
        taken.extend(table.indexes.iter().map(|index| index.name.clone()));
        taken.extend(table.primary_key.iter().filter_map(|key| key.name.name().cloned()));
        taken.extend(table.uniques.iter().filter_map(|unique| unique.name.name().cloned()));
        taken.extend(table.exclusions.iter().filter_map(|exclusion| exclusion.name.name().cloned()));
        taken.extend(table.foreign_keys.iter().filter_map(|key| key.name.name().cloned()));
        // A partition repeats the names of its parent's checks.
        if inherit::parent_of(table).is_none() {
            taken.extend(table.checks.iter().filter_map(|check| check.name.name().cloned()));
        }
    }
    names
}

/// Names what has none, in the order in which the server does: checks, keys, unique and exclusion constraints, and
/// foreign keys last.
fn name_constraints(table: &mut Table, taken: &mut BTreeSet<Name>) {
    let Table { name, columns, checks, primary_key, uniques, exclusions, foreign_keys, .. } = table;
    let mut chosen =
        |columns: &str, label| ConstraintName::Implied(object_name(name.name.as_str(), columns, label, taken));
    for check in checks.iter_mut().filter(|check| check.name == ConstraintName::None) {
        check.name = chosen(&check_column(check, columns), "check");
    }
    for key in primary_key.iter_mut().filter(|key| key.name == ConstraintName::None) {
        key.name = chosen("", "pkey");
    }
    for unique in uniques.iter_mut().filter(|unique| unique.name == ConstraintName::None) {
        unique.name = chosen(&joined(unique.columns.iter().chain(&unique.include).map(Name::as_str)), "key");
    }
    for exclusion in exclusions.iter_mut().filter(|exclusion| exclusion.name == ConstraintName::None) {
        exclusion.name = chosen(&exclusion_columns(exclusion), "excl");
    }
    for key in foreign_keys.iter_mut().filter(|key| key.name == ConstraintName::None) {
        key.name = chosen(&joined(key.columns.iter().map(Name::as_str)), "fkey");
    }
}

/// The column of a check's name, where the condition names exactly one (`ChooseConstraintName` in heap.c).
fn check_column(check: &CheckConstraint, columns: &[Column]) -> String {
    let Some(expr) = check.expr.known() else { return String::new() };
    let mut found: Vec<&Name> = Vec::new();
    let list = tokens(&expr.text, Rules::of(crate::model::Engine::Postgres)).0;
    for (at, token) in list.iter().enumerate() {
        let text = &expr.text[token.start..token.end];
        let name = match token.kind {
            TokenKind::Word => text.to_lowercase(),
            TokenKind::QuotedName => text[1..text.len() - 1].replace("\"\"", "\""),
            TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => continue,
        };
        let is_call = list.get(at + 1).is_some_and(|next| next.kind == TokenKind::Symbol(b'('));
        let is_cast = at > 0 && list[at - 1].kind == TokenKind::Symbol(b':');
        if is_call || is_cast {
            continue;
        }
        if let Some(column) = columns.iter().map(|column| &column.name).find(|column| column.as_str() == name)
            && !found.contains(&column)
        {
            found.push(column);
        }
    }
    if let [only] = found.as_slice() { only.as_str().to_owned() } else { String::new() }
}

fn exclusion_columns(exclusion: &ExclusionConstraint) -> String {
    joined(exclusion.elements.iter().map(|element| key_part(&element.key)))
}

/// `ChooseIndexName`: `table_columns_idx`.
fn index_name(table: &Table, index: &Index, taken: &mut BTreeSet<Name>) -> Name {
    let parts = index.keys.iter().map(key_part).chain(index.include.iter().map(Name::as_str));
    // Equal expression parts are numbered (`ChooseIndexColumnNames` in indexcmds.c).
    let mut seen: Vec<String> = Vec::new();
    for part in parts {
        let mut name = part.to_owned();
        let mut number = 0;
        while seen.contains(&name) {
            number += 1;
            name = format!("{part}{number}");
        }
        seen.push(name);
    }
    object_name(table.name.name.as_str(), &joined(seen.iter().map(String::as_str)), "idx", taken)
}

/// What an index key gives to a name: its column, the function it calls, or `expr` (`FigureIndexColname`).
fn key_part(key: &IndexKey) -> &str {
    match &key.target {
        IndexTarget::Column(name) => name.as_str(),
        IndexTarget::Expr(Fact::Known(expr)) => called_function(&expr.text).unwrap_or("expr"),
        IndexTarget::Expr(Fact::Unknown(_)) => "expr",
    }
}

/// The name of the function that the whole expression calls, if it does.
fn called_function(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once('(')?;
    let is_name = name.chars().all(|char| char.is_alphanumeric() || char == '_' || char == '.');
    let mut depth = 1i32;
    let closes_last = rest.char_indices().find_map(|(at, char)| {
        depth += i32::from(char == '(') - i32::from(char == ')');
        (depth == 0).then_some(at + 1 == rest.len())
    });
    (is_name && !name.is_empty() && closes_last == Some(true)).then(|| name.rsplit('.').next().unwrap_or(name))
}

/// Column names joined by underscores, as far as a name can be long (`ChooseForeignKeyConstraintNameAddition`).
fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(part);
        if text.len() > MAX_NAME {
            break;
        }
    }
    clipped(&text, MAX_NAME).to_owned()
}

/// A free name of the form `first_second_label` with a number where it is taken (`ChooseRelationName`).
fn object_name(first: &str, second: &str, label: &str, taken: &mut BTreeSet<Name>) -> Name {
    let mut number = 0;
    loop {
        let numbered = if number == 0 { label.to_owned() } else { format!("{label}{number}") };
        let name = Name::exact(make_object_name(first, second, &numbered));
        if taken.insert(name.clone()) {
            return name;
        }
        number += 1;
    }
}

/// `makeObjectName` of PostgreSQL's indexcmds.c: the longer of the two parts is cut until all fits.
fn make_object_name(first: &str, second: &str, label: &str) -> String {
    let overhead = 1 + label.len() + usize::from(!second.is_empty());
    let available = MAX_NAME.saturating_sub(overhead);
    let (mut first_len, mut second_len) = (first.len(), second.len());
    while first_len + second_len > available {
        if first_len > second_len { first_len -= 1 } else { second_len -= 1 }
    }
    let first = clipped(first, first_len);
    match second {
        "" => format!("{first}_{label}"),
        second => format!("{first}_{}_{label}", clipped(second, second_len)),
    }
}

/// At most `length` bytes of a text, cut between characters.
fn clipped(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_in_the_longer_part() {
        let name = make_object_name(&"t".repeat(40), &"c".repeat(40), "fkey");
        assert_eq!(name.len(), MAX_NAME);
        assert_eq!(name, format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
        assert_eq!(make_object_name("users", "", "pkey"), "users_pkey");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut taken = BTreeSet::from([Name::exact("t_a_idx")]);
        assert_eq!(object_name("t", "a", "idx", &mut taken), Name::exact("t_a_idx1"));
        assert_eq!(object_name("t", "a", "idx", &mut taken), Name::exact("t_a_idx2"));
    }

    #[test]
    fn index_names_tell_functions_from_expressions() {
        assert_eq!(called_function("lower(email)"), Some("lower"));
        assert_eq!(called_function("pg_catalog.lower(email)"), Some("lower"));
        assert_eq!(called_function("(a + b)"), None);
        assert_eq!(called_function("lower(a) || lower(b)"), None);
    }
}
