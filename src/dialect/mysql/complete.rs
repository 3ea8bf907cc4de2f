//! What the engine adds to DDL by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Column, Constraint, ConstraintName, DataType, Database, Engine, Expr, Extras, Fact, ForeignKey, Generation, Index,
    IndexKey, IndexTarget, Name, PrimaryKey, RelationName, Table, TypeKind,
};

use crate::plan::Unnamed;
use crate::sql::Syntax;

use super::compare::DEFAULT_ENGINE;
use super::{MySql, texts};

pub(super) fn complete(dialect: &MySql, database: &mut Database) {
    let keys: BTreeMap<RelationName, Vec<Name>> = database
        .tables
        .values()
        .filter_map(|table| Some((table.name.clone(), table.primary_key.as_ref()?.columns.clone())))
        .collect();
    for table in database.tables.values_mut() {
        json_columns(dialect, table);
        if dialect.defaults_to_zero_where_updated() {
            zero_defaults(table);
        }
        made_primary_key(dialect, table);
        rename_utf8(table);
        texts::full_collations(table, database.default_collation.as_ref());
        texts::binary_texts(dialect, table);
        if dialect.engine == Engine::MariaDb {
            texts::compressed_defaults(table);
        }
        implied_methods(table);
        if !dialect.has_descending_keys() {
            table.indexes.iter_mut().flat_map(|index| &mut index.keys).for_each(|key| key.descending = false);
            table.primary_key.iter_mut().for_each(|key| key.descending.clear());
        }
        ignored_options(table);
        idle_prefixes(table);
        primary_key(table);
        name_foreign_keys(table);
        name_checks(dialect, table);
        for key in table.foreign_keys.iter_mut().filter(|key| key.referenced_columns.is_empty()) {
            if let Some(columns) = keys.get(&key.references) {
                key.referenced_columns.clone_from(columns);
            }
        }
        table.indexes.retain(|index| !index.automatic);
        name_indexes(table);
        for key in table.foreign_keys.clone() {
            foreign_key_index(dialect, table, &key);
        }
    }
}

/// A column that is set by each UPDATE, must not be NULL and has no default of its own has the zero date as one.
fn zero_defaults(table: &mut Table) {
    for column in &mut table.columns {
        let needs_one = column.on_update.is_some()
            && column.nullable == Fact::Known(false)
            && matches!(column.default, Fact::Known(None));
        let Some(TypeKind::Builtin { args, .. }) = column.ty.known().map(|ty| &ty.kind).filter(|_| needs_one) else {
            continue;
        };
        let digits =
            args.first().and_then(|digits| digits.parse::<usize>().ok()).filter(|digits| (1..=6).contains(digits));
        let fraction = digits.map(|digits| format!(".{}", "0".repeat(digits))).unwrap_or_default();
        column.default = Fact::Known(Some(Expr::new(format!("'0000-00-00 00:00:00{fraction}'"))));
    }
}

/// The primary key that the server makes for a table without one is the server's matter, though dumps print it; our
/// sessions have the catalog leave it out (MySQL manual, 15.1.20.11 "Generated Invisible Primary Keys").
fn made_primary_key(dialect: &MySql, table: &mut Table) {
    let is_made = |column: &Column| {
        let counts = column.generation.known() == Some(&Some(Generation::AutoIncrement));
        column.name.key() == "my_row_id" && column.invisible && counts
    };
    let made = table.columns.iter().find(|column| is_made(column)).filter(|_| dialect.makes_primary_keys());
    let is_key = |name: &Name| table.primary_key.as_ref().is_some_and(|key| key.columns == [name.clone()]);
    if let Some(name) = made.map(|column| column.name.clone()).filter(is_key) {
        table.primary_key = None;
        table.columns.retain(|column| column.name != name);
    }
}

/// MariaDB's JSON is LONGTEXT with a binary collation and a check, and that is how its dumps write it; in the model it
/// is JSON. <https://mariadb.com/kb/en/json-data-type/>
fn json_columns(dialect: &MySql, table: &mut Table) {
    if dialect.engine != Engine::MariaDb {
        return;
    }
    let Ok(json) = dialect.data_type("json") else { return };
    let Table { columns, checks, .. } = table;
    checks.retain(|check| {
        let Some(condition) = check.expr.known() else { return true };
        let text = condition.text.replace(['`', ' '], "").to_lowercase();
        let name = text.strip_prefix("json_valid(").and_then(|rest| rest.strip_suffix(')'));
        // What JSON brings may be said again beside it, as Django does.
        let is_repeated = |column: &Column| {
            name.is_some_and(|name| column.name.key() == name)
                && check.of_column.as_ref() == Some(&column.name)
                && column.ty.known().is_some_and(|ty| ty.kind.builtin_name() == Some("json"))
        };
        if columns.iter().any(is_repeated) {
            return false;
        }
        let is_json = |column: &&mut Column| {
            name.is_some_and(|name| column.name.key() == name)
                && check.of_column.as_ref() == Some(&column.name)
                && column.ty.known().is_some_and(|ty| ty.kind.builtin_name() == Some("longtext"))
                && column.collation.as_ref().is_some_and(|name| name.key() == JSON_COLLATION)
        };
        let Some(column) = columns.iter_mut().find(is_json) else { return true };
        column.ty = Fact::Known(json.clone());
        column.charset = None;
        column.collation = None;
        false
    });
    // Where the column has another check of its own, that stands in the place of what JSON brings.
    let Ok(longtext) = dialect.data_type("longtext") else { return };
    for check in checks.iter() {
        let column = columns.iter_mut().find(|column| check.of_column.as_ref() == Some(&column.name));
        let Some(column) = column.filter(|column| column.ty.known() == Some(&json)) else { continue };
        column.ty = Fact::Known(DataType { written: json.written.clone(), ..longtext.clone() });
        column.collation = Some(Name::insensitive(JSON_COLLATION));
    }
}

/// By what MariaDB's JSON sorts.
const JSON_COLLATION: &str = "utf8mb4_bin";

/// Only MEMORY tables have a choice of access method, and theirs is HASH by default; elsewhere the server takes what it
/// has, whatever the declaration says (MySQL manual, 13.1.15, "Index Types Per Storage Engine").
fn implied_methods(table: &mut Table) {
    let has_choice = match &table.extras {
        Extras::MySql(extras) => extras.engine.as_deref().is_some_and(|engine| engine.eq_ignore_ascii_case("memory")),
        Extras::Postgres(_) | Extras::Sqlite(_) => false,
    };
    for index in &mut table.indexes {
        index.method.take_if(|method| !has_choice || method != "btree");
    }
}

/// A prefix as long as its column, or of a type that has no prefixes, is no prefix: the server does not keep it
/// (MySQL manual, 13.1.15, "Column Prefix Key Parts").
fn idle_prefixes(table: &mut Table) {
    let Table { columns, indexes, primary_key, .. } = table;
    let keys = indexes.iter_mut().flat_map(|index| &mut index.keys).filter_map(|key| match &key.target {
        IndexTarget::Column(name) => Some((name, &mut key.prefix_length)),
        IndexTarget::Expr(_) => None,
    });
    let primary = primary_key.iter_mut().flat_map(|key| key.columns.iter().zip(&mut key.prefix_lengths));
    for (name, prefix) in keys.chain(primary) {
        let ty = columns.iter().find(|column| column.name == *name).and_then(|column| column.ty.known());
        let Some(TypeKind::Builtin { name, args }) = ty.map(|ty| &ty.kind) else { continue };
        let longest = match name.as_str() {
            "char" | "varchar" | "binary" | "varbinary" => args.first().and_then(|length| length.parse().ok()),
            name if name.ends_with("text") || name.ends_with("blob") => None,
            "geometry" | "point" | "linestring" | "polygon" | "geometrycollection" => None,
            name if name.starts_with("multi") => None,
            _ => Some(0),
        };
        prefix.take_if(|prefix| longest.is_some_and(|longest: u32| *prefix >= longest));
    }
    if let Some(key) = primary_key.as_mut().filter(|key| key.prefix_lengths.iter().all(Option::is_none)) {
        key.prefix_lengths.clear();
    }
}

/// InnoDB has no KEY_BLOCK_SIZE of single indexes (MySQL manual, 15.1.20, "KEY_BLOCK_SIZE"); MariaDB prints one at a
/// primary key all the same, as a trace of what the table once had.
fn ignored_options(table: &mut Table) {
    let is_innodb = match &table.extras {
        Extras::MySql(extras) => {
            extras.engine.as_deref().is_none_or(|engine| engine.eq_ignore_ascii_case(DEFAULT_ENGINE))
        }
        Extras::Postgres(_) | Extras::Sqlite(_) => false,
    };
    if is_innodb && let Some(key) = &mut table.primary_key {
        key.options.retain(|(name, _)| name != "key_block_size");
    }
}

/// `utf8` is the old name of `utf8mb3`, and every server that is supported prints the new one.
fn rename_utf8(table: &mut Table) {
    let renew = |name: &mut Option<Name>| {
        let Some(old) = name else { return };
        if old.key() == "utf8" {
            *name = Some(Name::insensitive("utf8mb3"));
        } else if let Some(rest) = old.key().strip_prefix("utf8_") {
            *name = Some(Name::insensitive(format!("utf8mb3_{rest}")));
        }
    };
    for column in &mut table.columns {
        renew(&mut column.charset);
        renew(&mut column.collation);
    }
    if let Extras::MySql(extras) = &mut table.extras {
        renew(&mut extras.charset);
        renew(&mut extras.collation);
    }
}

/// The primary key is always called PRIMARY, and its columns never hold NULL.
fn primary_key(table: &mut Table) {
    let Some(key) = &mut table.primary_key else { return };
    // The end of a row's life belongs to the key of a table with system versioning.
    let is_end = |column: &&Column| {
        column.generated.known().and_then(Option::as_ref).is_some_and(|generated| generated.expr.text == "ROW END")
    };
    if let Some(end) = table.columns.iter().find(is_end).filter(|column| !key.columns.contains(&column.name)) {
        key.columns.push(end.name.clone());
        if !key.prefix_lengths.is_empty() {
            key.prefix_lengths.push(None);
        }
    }
    let PrimaryKey { name, columns, .. } = key;
    *name = ConstraintName::Implied(Name::insensitive("PRIMARY"));
    for column in table.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
        column.nullable = Fact::Known(false);
    }
}

/// `<table>_ibfk_<n>`, counting on from the largest number in use.
/// <https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html>
fn name_foreign_keys(table: &mut Table) {
    let prefix = format!("{}_ibfk_", table.name.name.as_str());
    let used = table.foreign_keys.iter().filter_map(|key| key.name.name());
    let used = used.filter_map(|name| name.as_str().strip_prefix(&prefix)?.parse::<u32>().ok());
    let mut number = used.max().unwrap_or(0);
    for key in table.foreign_keys.iter_mut().filter(|key| key.name == ConstraintName::None) {
        number += 1;
        key.name = ConstraintName::Implied(Name::insensitive(format!("{prefix}{number}")));
    }
}

fn name_checks(dialect: &MySql, table: &mut Table) {
    let mut number = 0;
    for at in 0..table.checks.len() {
        if table.checks[at].name != ConstraintName::None {
            continue;
        }
        let name = loop {
            number += 1;
            let name = Name::insensitive(dialect.check_name(table.name.name.as_str(), number));
            if !table.checks.iter().any(|check| check.name.name() == Some(&name)) {
                break name;
            }
        };
        table.checks[at].name = ConstraintName::Implied(name);
    }
}

/// An unnamed index is called after its first column, with `_2`, `_3`, … where that name is taken.
fn name_indexes(table: &mut Table) {
    for at in 0..table.indexes.len() {
        if !table.indexes[at].name.as_str().is_empty() {
            continue;
        }
        let stem = index_stem(&table.indexes[at]);
        table.indexes[at].name = free_name(table, &stem);
    }
}

fn index_stem(index: &Index) -> String {
    match index.keys.first().map(|key| &key.target) {
        Some(IndexTarget::Column(column)) => column.as_str().to_owned(),
        Some(IndexTarget::Expr(_)) | None => "functional_index".to_owned(),
    }
}

fn free_name(table: &Table, stem: &str) -> Name {
    let is_taken = |name: &Name| table.indexes.iter().any(|index| index.name == *name);
    let mut name = Name::insensitive(stem);
    let mut number = 1;
    while is_taken(&name) || name.key() == "primary" {
        number += 1;
        name = Name::insensitive(format!("{stem}_{number}"));
    }
    name
}

/// Whether an index will do for a foreign key of these columns.
pub(super) fn serves(dialect: &MySql, index: &Index, columns: &[Name]) -> bool {
    let is_usable =
        |key: &IndexKey| key.prefix_length.is_none() && (!key.descending || dialect.serves_keys_downwards());
    let leading = index.keys.iter().take(columns.len()).map(|key| match &key.target {
        IndexTarget::Column(name) if is_usable(key) => Some(name),
        IndexTarget::Column(_) | IndexTarget::Expr(_) => None,
    });
    index.kind == crate::model::IndexKind::Ordinary && leading.eq(columns.iter().map(Some))
}

/// The index that InnoDB creates behind a foreign key, unless another begins with the same columns.
fn foreign_key_index(dialect: &MySql, table: &mut Table, key: &ForeignKey) {
    let by_primary_key = table.primary_key.as_ref().is_some_and(|primary| primary.columns.starts_with(&key.columns));
    if by_primary_key || table.indexes.iter().any(|index| serves(dialect, index, &key.columns)) {
        return;
    }
    let index = key_index(table, key);
    table.indexes.push(index);
}

/// That index: called after the key where that has a name of its own, else after its first column.
pub(super) fn key_index(table: &Table, key: &ForeignKey) -> Index {
    let stem = key.name.explicit().or(key.columns.first()).map_or("", Name::as_str);
    Index {
        name_is_implied: true,
        automatic: true,
        ..Index::on_columns(free_name(table, stem), key.columns.iter().cloned())
    }
}

/// The name that the server gives to what nobody named, beside names that are in use: checks and foreign keys are counted on
/// from the largest number (MariaDB takes the first that is free for a check), indexes as [`free_name`] has it.
pub(super) fn given_name(dialect: &MySql, part: Unnamed<'_>, table: &RelationName, in_use: &BTreeSet<Name>) -> Name {
    let free = |name: &dyn Fn(u32) -> String, from: u32| {
        let mut names = (from..).map(|number| Name::insensitive(name(number)));
        names
            .find(|name| !in_use.contains(name) && name.key() != "primary")
            .unwrap_or_else(|| Name::insensitive(name(from)))
    };
    let largest = |prefix: &str| {
        let numbers = in_use.iter().filter_map(|name| name.as_str().strip_prefix(prefix)?.parse::<u32>().ok());
        numbers.max().unwrap_or(0)
    };
    let table = table.name.as_str();
    match part {
        Unnamed::Constraint(Constraint::ForeignKey(_)) => {
            let prefix = format!("{table}_ibfk_");
            free(&|number| format!("{prefix}{number}"), largest(&prefix) + 1)
        }
        Unnamed::Constraint(Constraint::Check(_)) if dialect.engine == Engine::MySql => {
            let prefix = format!("{table}_chk_");
            free(&|number| format!("{prefix}{number}"), largest(&prefix) + 1)
        }
        Unnamed::Constraint(Constraint::Check(_)) => free(&|number| dialect.check_name(table, number as usize), 1),
        Unnamed::Constraint(Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_))
        | Unnamed::Index(_) => {
            let stem = match part {
                Unnamed::Index(index) => index_stem(index),
                Unnamed::Constraint(_) => part.implied().map_or(String::new(), |name| name.as_str().to_owned()),
            };
            free(&|number| if number == 1 { stem.clone() } else { format!("{stem}_{number}") }, 1)
        }
    }
}
