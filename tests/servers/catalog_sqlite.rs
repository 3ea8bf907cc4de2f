//! What SQLite's catalog yields for a schema that uses everything the model can hold.

use crate::support::{Database, block_on};
use drift::catalog::{self, CatalogError, DatabaseUrl, ReadOptions};
use drift::model::{
    ConstraintName, Deferrability, Engine, Extras, Fact, GeneratedStorage, Generation, IndexTarget, Kind, Name,
    ReferentialAction, RelationName, SqliteTable, Table,
};
use drift::snapshot::Snapshot;

fn try_read(url: &str) -> Result<Snapshot, CatalogError> {
    block_on(catalog::read(&DatabaseUrl::parse(url)?, &ReadOptions::default()))
}

fn built(script: &str) -> Snapshot {
    let database = Database::create(Engine::Sqlite);
    database.execute(script);
    try_read(database.url()).unwrap_or_else(|error| panic!("{error}"))
}

/// A reading in which definitions and pragmas agree.
fn understood(script: &str) -> Snapshot {
    let snapshot = built(script);
    assert!(snapshot.warnings.is_empty(), "{:#?}", snapshot.warnings);
    assert!(snapshot.undecided.is_empty(), "{:#?}", snapshot.undecided);
    snapshot
}

fn name(text: &str) -> Name {
    Name::insensitive(text)
}

fn relation(text: &str) -> RelationName {
    RelationName::new(None, name(text))
}

fn table<'a>(snapshot: &'a Snapshot, table: &str) -> &'a Table {
    snapshot.database.tables.get(&relation(table)).unwrap_or_else(|| panic!("no table {table}"))
}

fn names(list: &[Name]) -> Vec<&str> {
    list.iter().map(Name::as_str).collect()
}

#[test]
fn columns_have_types_defaults_and_expressions() {
    let snapshot = understood(
        "
        CREATE TABLE t (
            id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'it''s', b INT DEFAULT -5,
            c TIMESTAMP DEFAULT CURRENT_TIMESTAMP, d TEXT COLLATE NOCASE, e, f NUMERIC(10,2) DEFAULT (1 + 2),
            g INT GENERATED ALWAYS AS (b * 2) STORED, h INT AS (b + 1), \"select\" TEXT DEFAULT NULL);
        ALTER TABLE t ADD COLUMN late BOOLEAN NOT NULL DEFAULT 0;
        ALTER TABLE t RENAME COLUMN c TO created;
        ",
    );
    assert_eq!((snapshot.engine, snapshot.default_schema.clone()), (Engine::Sqlite, None));
    let t = table(&snapshot, "T");
    let columns: Vec<_> = t.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["id", "a", "b", "created", "d", "e", "f", "g", "h", "select", "late"]);
    let column = |text: &str| t.column(&name(text)).unwrap();
    let default = |text: &str| column(text).default.known().unwrap().as_ref().map(|expr| expr.text.clone());
    assert_eq!(default("a").as_deref(), Some("'it''s'"));
    assert_eq!(default("created").as_deref(), Some("CURRENT_TIMESTAMP"));
    assert_eq!(default("late").as_deref(), Some("0"));
    assert_eq!(column("id").generation, Fact::Known(Some(Generation::AutoIncrement)));
    assert_eq!((column("a").nullable.clone(), column("e").nullable.clone()), (Fact::Known(false), Fact::Known(true)));
    assert_eq!(column("d").collation, Some(name("NOCASE")));
    let storage = |text: &str| column(text).generated.known().unwrap().as_ref().map(|g| g.storage);
    assert_eq!(storage("g"), Some(GeneratedStorage::Stored));
    assert_eq!(storage("h"), Some(GeneratedStorage::Virtual));
    assert_eq!(names(&t.primary_key.as_ref().unwrap().columns), ["id"]);
}

#[test]
fn constraints_and_indexes_have_what_only_the_text_says() {
    let snapshot = understood(
        "
        CREATE TABLE p (a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID;
        CREATE TABLE s (a INT NOT NULL UNIQUE) STRICT;
        CREATE TABLE t (
            x INT CHECK (x > 0), y INT, z TEXT,
            CONSTRAINT pair UNIQUE (x, y), CONSTRAINT small CHECK (y < 10),
            CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES p (b, a) ON DELETE CASCADE ON UPDATE SET NULL
                DEFERRABLE INITIALLY DEFERRED);
        CREATE UNIQUE INDEX ix ON t (lower(z), y DESC) WHERE x IS NOT NULL;
        CREATE INDEX nocase ON t (z COLLATE NOCASE);
        ",
    );
    let extras = |text: &str| table(&snapshot, text).extras.clone();
    assert_eq!(extras("p"), Extras::Sqlite(SqliteTable { without_rowid: true, strict: false }));
    assert_eq!(extras("s"), Extras::Sqlite(SqliteTable { without_rowid: false, strict: true }));
    assert_eq!(names(&table(&snapshot, "p").primary_key.as_ref().unwrap().columns), ["b", "a"]);
    assert_eq!(names(&table(&snapshot, "s").uniques[0].columns), ["a"]);
    let t = table(&snapshot, "t");
    assert_eq!((t.uniques[0].name.explicit(), names(&t.uniques[0].columns)), (Some(&name("pair")), vec!["x", "y"]));
    let fk = &t.foreign_keys[0];
    assert_eq!((fk.name.explicit(), &fk.references), (Some(&name("fk")), &relation("p")));
    assert_eq!(names(&fk.referenced_columns), ["b", "a"]);
    assert_eq!((fk.on_delete, fk.on_update), (ReferentialAction::Cascade, ReferentialAction::SetNull));
    assert_eq!(fk.deferrability, Deferrability::InitiallyDeferred);
    let checks: Vec<_> = t.checks.iter().map(|c| (c.name.explicit(), c.expr.known().unwrap().text.as_str())).collect();
    assert!(checks.contains(&(None, "x > 0")) && checks.contains(&(Some(&name("small")), "y < 10")), "{checks:?}");
    assert!(t.checks.iter().all(|check| !matches!(check.name, ConstraintName::Implied(_))), "SQLite keeps no name");
    let index = |text: &str| t.indexes.iter().find(|index| index.name == name(text)).unwrap();
    let ix = index("ix");
    assert!(ix.unique && ix.keys[1].descending);
    assert!(matches!(&ix.keys[0].target, IndexTarget::Expr(Fact::Known(expr)) if expr.text == "lower(z)"));
    assert_eq!(ix.predicate.known().unwrap().as_ref().unwrap().text, "x IS NOT NULL");
    assert_eq!(index("nocase").keys[0].collation, Some(name("NOCASE")));
    assert_eq!(t.indexes.len(), 2);
}

#[test]
fn other_objects_are_read_or_listed() {
    let snapshot = built(
        "
        CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
        CREATE VIEW v AS SELECT id FROM t WHERE a = ';';
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = 'x'; DELETE FROM t WHERE a = 'y'; END;
        CREATE VIRTUAL TABLE search USING fts5(a);
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
        ",
    );
    let tables: Vec<_> = snapshot.database.tables.keys().map(|name| name.name.as_str()).collect();
    assert_eq!(tables, ["t"], "neither sqlite_sequence nor what lies behind the virtual table");
    assert_eq!(snapshot.database.views[&relation("v")].query.text, "SELECT id FROM t WHERE a = ';'");
    let trigger = &snapshot.database.opaque[0];
    assert_eq!(
        (trigger.kind, &trigger.name, trigger.table.as_ref()),
        (Kind::Trigger, &relation("tr"), Some(&relation("t")))
    );
    assert!(trigger.definition.as_ref().unwrap().ends_with("END"));
    assert_eq!(snapshot.warnings.len(), 1, "{:?}", snapshot.warnings);
    assert!(snapshot.warnings[0].message.contains("virtual table search"));
    assert!(snapshot.undecided.is_empty() && snapshot.origins.iter().next().is_none());
}

#[test]
fn files_that_are_no_database_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.db");
    let text = folder.path().join("text.db");
    std::fs::write(&text, "this is a text of more than a hundred letters ".repeat(10)).unwrap();
    let message = |path: &std::path::Path| {
        let error = try_read(&format!("sqlite:{}", path.display())).map(drop).unwrap_err();
        assert!(matches!(error, CatalogError::File { .. }), "{error:?}");
        error.to_string()
    };
    assert!(message(&absent).contains("there is no such file") && !absent.exists());
    assert!(message(&text).contains("no SQLite database"));
    assert!(message(folder.path()).contains("folder"));
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    assert!(try_read(&format!("sqlite:{}", empty.display())).unwrap().database.tables.is_empty());
}
