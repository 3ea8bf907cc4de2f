//! Holding what `information_schema` told against the statement that the engine itself prints of each table. Pure.
//!
//! The SQL reader reads that statement, as the same text in a file would be read. What it writes down as beyond the
//! model, what it does not understand, and what it reads otherwise than the catalog did are things that this reading of
//! the database does not hold.

use std::path::Path;

use crate::dialect::Dialect;
use crate::diff::{self, Change, Pair};
use crate::model::{Engine, Expr, Extras, Fact, IndexTarget, ObjectPath, RelationName, Uncaptured};
use crate::snapshot::Snapshot;
use crate::source::LoadContext;

/// What `SHOW CREATE TABLE` says of one table.
#[derive(Debug, PartialEq)]
pub(super) struct Printed {
    pub table: String,
    /// The statement; `None` where the user may not see it.
    pub statement: Option<String>,
}

/// Writes down what the engine prints of its tables and `snapshot` does not hold.
pub(super) fn check(printed: &[Printed], dialect: &dyn Dialect, snapshot: &mut Snapshot) {
    let mut script = String::new();
    // The line behind each statement, to find the table that a warning is about.
    let mut ends = Vec::new();
    for table in printed {
        let path = path(&table.table, dialect);
        match &table.statement {
            Some(statement) => {
                script.push_str(statement);
                script.push_str(";\n");
                ends.push((script.lines().count(), path));
            }
            None => {
                let unseen = Uncaptured::new(path, "what only SHOW CREATE TABLE tells", "(refused to this user)");
                snapshot.database.uncaptured.set(unseen);
            }
        }
    }
    let context = LoadContext { dialect, default_schema: None, root: Path::new(""), base: None };
    let mut read = crate::source::sql::load_text(&script, Path::new("SHOW CREATE TABLE"), &context);
    snapshot.database.uncaptured.extend(read.database.uncaptured.iter().cloned());
    for warning in &read.warnings {
        let line = warning.at.as_ref().map_or(0, |at| at.line as usize);
        if let Some((_, path)) = ends.iter().find(|(end, _)| line <= *end) {
            snapshot.database.uncaptured.set(Uncaptured::new(
                path.clone(),
                "SHOW CREATE TABLE:",
                warning.message.as_str(),
            ));
        }
    }
    keep_options(snapshot, &mut read);
    if snapshot.engine == Engine::MySql {
        keep_expressions(snapshot, &read);
    }
    let differences = differences(snapshot, &mut read, dialect);
    snapshot.database.uncaptured.extend(differences);
}

/// Only the statement tells the options of tables, columns and indexes, such as a parser.
fn keep_options(snapshot: &mut Snapshot, read: &mut Snapshot) {
    for (name, table) in &mut read.database.tables {
        let Some(told) = snapshot.database.tables.get_mut(name) else { continue };
        if let (Extras::MySql(told), Extras::MySql(printed)) = (&mut told.extras, &table.extras) {
            told.options.clone_from(&printed.options);
        }
        if let (Some(told), Some(printed)) = (&mut told.primary_key, &table.primary_key) {
            told.options.clone_from(&printed.options);
        }
        for column in &mut table.columns {
            if let Some(told) = told.column_mut(&column.name) {
                told.options.retain(|(name, _)| !column.options.iter().any(|(other, _)| other == name));
                told.options.append(&mut column.options);
                told.options.sort();
                // The catalog alone tells some, which the statement leaves out.
                column.options.clone_from(&told.options);
            }
        }
        for index in table.indexes.iter().filter(|index| !index.options.is_empty()) {
            if let Some(told) = told.indexes.iter_mut().find(|told| told.name == index.name) {
                told.options.clone_from(&index.options);
            }
        }
    }
}

/// In expressions, MySQL's `information_schema` encodes twice what is beyond ASCII, and escapes once more what has to be
/// escaped (measured on 9.7.4); the statement has both right.
fn keep_expressions(snapshot: &mut Snapshot, read: &Snapshot) {
    for (name, table) in &mut snapshot.database.tables {
        let printed = read.database.tables.get(name);
        for column in &mut table.columns {
            let printed = printed.and_then(|table| table.column(&column.name));
            if let Fact::Known(Some(expr)) = &column.default
                && is_odd(expr)
            {
                column.default = printed.map_or(unprinted(expr).map(Some), |printed| printed.default.clone());
            }
            if let Fact::Known(Some(generated)) = &column.generated
                && is_odd(&generated.expr)
            {
                let alone = unprinted(&generated.expr).map(|_| Some(generated.clone()));
                column.generated = printed.map_or(alone, |printed| printed.generated.clone());
            }
        }
        for check in &mut table.checks {
            let printed = printed.and_then(|table| table.checks.iter().find(|other| other.name == check.name));
            if let Some(expr) = check.expr.known().filter(|expr| is_odd(expr)) {
                check.expr = printed.map_or(unprinted(expr), |printed| printed.expr.clone());
            }
        }
        for index in &mut table.indexes {
            let printed = printed.and_then(|table| table.indexes.iter().find(|other| other.name == index.name));
            for (at, key) in index.keys.iter_mut().enumerate() {
                if let IndexTarget::Expr(Fact::Known(expr)) = &key.target
                    && is_odd(expr)
                {
                    let printed = printed.and_then(|index| index.keys.get(at)).map(|key| key.target.clone());
                    key.target = printed.unwrap_or(IndexTarget::Expr(unprinted(expr)));
                }
            }
        }
    }
}

fn is_odd(expr: &Expr) -> bool {
    !expr.text.is_ascii() || expr.text.contains('\\')
}

/// An expression of the catalog where the statement is refused.
fn unprinted(expr: &Expr) -> Fact<Expr> {
    match expr.text.is_ascii() {
        true => Fact::Known(expr.clone()),
        false => Fact::unknown("MySQL's catalog garbles it, and SHOW CREATE TABLE is refused to this user"),
    }
}

/// What the engine's text says otherwise than the catalog.
fn differences(snapshot: &mut Snapshot, read: &mut Snapshot, dialect: &dyn Dialect) -> Vec<Uncaptured> {
    let mut told = Snapshot::empty(snapshot.engine, None, snapshot.scope.clone());
    told.database.default_collation.clone_from(&snapshot.database.default_collation);
    read.database.default_collation.clone_from(&snapshot.database.default_collation);
    read.scope = snapshot.scope.clone();
    read.database.uncaptured = Default::default();
    // Lent, not copied: a database may have thousands of tables.
    told.database.tables = std::mem::take(&mut snapshot.database.tables);
    let (unprinted, printed) = told.database.tables.into_iter().partition(|(name, _)| !has(read, name));
    told.database.tables = printed;
    let found = diff::diff(Pair::new(&told, read), dialect);
    snapshot.database.tables = unprinted;
    snapshot.database.tables.append(&mut told.database.tables);
    found.changes.iter().map(difference).collect()
}

fn has(read: &Snapshot, name: &RelationName) -> bool {
    read.database.tables.contains_key(name)
}

fn difference(change: &Change) -> Uncaptured {
    let value = change.values.to.clone().or_else(|| change.values.from.clone()).unwrap_or_default();
    Uncaptured::new(change.path().clone(), format!("{} of SHOW CREATE TABLE:", change.code), value)
}

fn path(table: &str, dialect: &dyn Dialect) -> ObjectPath {
    ObjectPath::table(&RelationName::new(None, dialect.relation_name(table, true)))
}
