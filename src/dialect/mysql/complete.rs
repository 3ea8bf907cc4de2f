//! What the engine adds to DDL by itself.

use std::collections::BTreeMap;

use crate::model::{
    Column, ConstraintName, Database, Engine, Expr, Extras, Fact, ForeignKey, Generation, Index, IndexKey, IndexTarget,
    Name, PrimaryKey, RelationName, Table, TypeKind,
};

use crate::sql::Syntax;

use super::MySql;

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
        implied_methods(table);
        if !dialect.has_descending_keys() {
            table.indexes.iter_mut().flat_map(|index| &mut index.keys).for_each(|key| key.descending = false);
        }
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
                && check.name.name() == Some(&column.name)
                && column.ty.known().is_some_and(|ty| ty.kind.builtin_name() == Some("json"))
        };
        if columns.iter().any(is_repeated) {
            return false;
        }
        let is_json = |column: &&mut Column| {
            name.is_some_and(|name| column.name.key() == name)
                && column.ty.known().is_some_and(|ty| ty.kind.builtin_name() == Some("longtext"))
                && column.collation.as_ref().is_some_and(|name| name.key() == "utf8mb4_bin")
        };
        let Some(column) = columns.iter_mut().find(is_json) else { return true };
        column.ty = Fact::Known(json.clone());
        column.charset = None;
        column.collation = None;
        false
    });
}

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
    let Table { columns, indexes, .. } = table;
    for key in indexes.iter_mut().flat_map(|index| &mut index.keys) {
        let IndexTarget::Column(name) = &key.target else { continue };
        let ty = columns.iter().find(|column| column.name == *name).and_then(|column| column.ty.known());
        let Some(TypeKind::Builtin { name, args }) = ty.map(|ty| &ty.kind) else { continue };
        let longest = match name.as_str() {
            "char" | "varchar" | "binary" | "varbinary" => args.first().and_then(|length| length.parse().ok()),
            name if name.ends_with("text") || name.ends_with("blob") => None,
            "geometry" | "point" | "linestring" | "polygon" | "geometrycollection" => None,
            name if name.starts_with("multi") => None,
            _ => Some(0),
        };
        key.prefix_length.take_if(|prefix| longest.is_some_and(|longest: u32| *prefix >= longest));
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
        let stem = match table.indexes[at].keys.first().map(|key| &key.target) {
            Some(IndexTarget::Column(column)) => column.as_str().to_owned(),
            Some(IndexTarget::Expr(_)) | None => "functional_index".to_owned(),
        };
        table.indexes[at].name = free_name(table, &stem);
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
    let stem = match key.name.explicit() {
        Some(name) => name.as_str().to_owned(),
        None => key.columns.first().map_or(String::new(), |column| column.as_str().to_owned()),
    };
    let name = free_name(table, &stem);
    let mut index = Index::on_columns(name, []);
    index.keys = key.columns.iter().cloned().map(IndexKey::column).collect();
    index.name_is_implied = true;
    index.automatic = true;
    table.indexes.push(index);
}
