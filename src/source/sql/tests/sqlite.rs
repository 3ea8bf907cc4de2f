//! SQLite.

use super::*;
use crate::model::{ConstraintName, Deferrability, IndexTarget, ReferentialAction};

const ENGINE: Engine = Engine::Sqlite;

#[test]
fn names_may_be_quoted_in_four_ways() {
    let script = "CREATE TABLE 'one' ([two three] TEXT, `four` INT, \"five\"\"\" REAL, key TEXT, 'six' BLOB);";
    let snapshot = clean(ENGINE, script);
    assert_eq!(columns(table(&snapshot, "one")), ["two three", "four", "five\"", "key", "six"]);
}

#[test]
fn columns_may_lack_a_type() {
    let snapshot = clean(
        ENGINE,
        "CREATE TABLE t (a, b PRIMARY KEY, c NOT NULL, d unsigned big int DEFAULT +3, e VARCHAR(20) NULL);",
    );
    let table = table(&snapshot, "t");
    assert_eq!(table.columns.iter().map(written).collect::<Vec<_>>(), ["", "", "", "unsigned big int", "VARCHAR(20)"]);
    assert_eq!(default(column(table, "d")), Some("+3"));
    assert_eq!(table.primary_key.as_ref().unwrap().name, ConstraintName::None);
}

#[test]
fn the_rowid_never_holds_null() {
    let script = "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY);
        CREATE TABLE c (id TEXT, x INT, PRIMARY KEY (id, x)) WITHOUT ROWID; CREATE TABLE d (id TEXT PRIMARY KEY) STRICT;";
    let snapshot = clean(ENGINE, script);
    let nullable = |name: &str| is_nullable(&table(&snapshot, name).columns[0]);
    assert_eq!([nullable("a"), nullable("b"), nullable("c"), nullable("d")], [false, true, false, false]);
}

#[test]
fn attributes_and_constraints() {
    let script = "CREATE TABLE t (id INTEGER PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT,
        a TEXT COLLATE NOCASE UNIQUE ON CONFLICT REPLACE CHECK (a <> ''), b AS (id * 2), c TEXT GENERATED ALWAYS AS (a || 'x') STORED,
        p INTEGER CONSTRAINT fk REFERENCES o ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT ck CHECK (length(a) > 1), FOREIGN KEY (p) REFERENCES t); CREATE TABLE o (oid TEXT PRIMARY KEY);";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "t");
    assert_eq!(generation(column(table, "id")), Some(&Generation::AutoIncrement));
    assert!(column(table, "b").generated.known().unwrap().is_some());
    let key = &table.foreign_keys[0];
    assert_eq!((key.on_delete, key.on_update), (ReferentialAction::SetNull, ReferentialAction::Cascade));
    assert_eq!(key.deferrability, Deferrability::InitiallyDeferred);
    assert_eq!(texts(&key.referenced_columns), ["oid"]);
    assert_eq!(texts(&table.foreign_keys[1].referenced_columns), ["id"]);
    assert_eq!((table.checks.len(), table.uniques.len()), (2, 1));
}

#[test]
fn index_keys_may_be_expressions_without_parentheses() {
    let script = "CREATE TABLE t (a TEXT, b INT); CREATE UNIQUE INDEX main.i ON t (a COLLATE NOCASE DESC, lower(a), b + 1, b) WHERE b > 0;";
    let snapshot = clean(ENGINE, script);
    let found = index(table(&snapshot, "t"), "i");
    let shown: Vec<String> = found
        .keys
        .iter()
        .map(|key| match &key.target {
            IndexTarget::Column(name) => name.to_string(),
            IndexTarget::Expr(expr) => format!("expression {}", expr.known().unwrap()),
        })
        .collect();
    assert_eq!(shown, ["a", "expression lower(a)", "expression b + 1", "b"]);
    assert!(found.keys[0].descending && found.unique);
}

#[test]
fn tables_change_and_triggers_stay_as_written() {
    let script = "PRAGMA foreign_keys = ON; CREATE TABLE t (a INT, b INT CHECK (b > 0)); CREATE INDEX i ON t (b);
        ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT 'x'; ALTER TABLE t RENAME b TO \"select\"; ALTER TABLE t RENAME TO u;
        ALTER TABLE u DROP COLUMN a;
        CREATE TRIGGER tr AFTER UPDATE OF c ON u WHEN new.c <> old.c BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM u; END;
        CREATE TEMP TABLE temporary (a); DROP TABLE temporary; CREATE VIEW v AS SELECT 1;";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "u");
    assert_eq!(columns(table), ["select", "c"]);
    assert_eq!(table.checks[0].expr.known().unwrap().text, "\"select\" > 0");
    assert_eq!(snapshot.database.tables.len(), 1);
    let trigger = &snapshot.database.opaque[0];
    assert_eq!(trigger.table, Some(name(ENGINE, "u")));
    assert!(trigger.definition.as_ref().unwrap().ends_with("DELETE FROM u; END"));
}

/// What `.schema` and `.dump` of sqlite3 3.40 print.
#[test]
fn shadow_tables_are_no_tables_of_the_schema() {
    let shadow =
        "CREATE TABLE IF NOT EXISTS 'docs_data'(id INTEGER PRIMARY KEY, block BLOB); CREATE TABLE docs_own (a);";
    for virtual_table in [
        "CREATE VIRTUAL TABLE docs USING fts5(title)\n/* docs(title) */;",
        "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','docs','docs',0,'CREATE VIRTUAL TABLE \
         docs USING fts5(title, tokenize = ''porter'')');",
    ] {
        let snapshot = read(ENGINE, &format!("{virtual_table} {shadow}"));
        assert_eq!(snapshot.database.tables.len(), 1, "{virtual_table}");
        assert_eq!((snapshot.undecided.len(), snapshot.warnings.len()), (1, 0), "{virtual_table}");
    }
}

#[test]
fn virtual_tables_are_undecided() {
    let snapshot =
        read(ENGINE, "CREATE VIRTUAL TABLE docs USING fts5 (title, body); CREATE TABLE sqlite_sequence (name, seq);");
    assert!(snapshot.database.tables.is_empty() && snapshot.warnings.is_empty());
    assert_eq!(snapshot.undecided.len(), 1);
}
