//! Files, folders, broken statements, and what holds for every engine.

use super::*;
use crate::model::{Facet, Kind, ObjectPath};
use crate::source::SourceError;

fn load(paths: &[&Path], base: Option<&Snapshot>) -> Result<Snapshot, SourceError> {
    let dialect = dialect(Engine::Postgres, None);
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: paths[0], base };
    let paths: Vec<_> = paths.iter().map(|path| path.to_path_buf()).collect();
    super::super::load(&paths, &context)
}

#[test]
fn a_folder_is_read_in_name_order_with_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("b")).unwrap();
    std::fs::write(folder.path().join("b/1.sql"), "ALTER TABLE t ADD COLUMN two int;").unwrap();
    std::fs::write(folder.path().join("a.sql"), "CREATE TABLE t (one int);").unwrap();
    std::fs::write(folder.path().join("c.SQL"), "ALTER TABLE t ADD COLUMN three int;\r\n").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "DROP TABLE t;").unwrap();
    let snapshot = load(&[folder.path()], None).unwrap();
    assert_eq!(columns(table(&snapshot, "t")), ["one", "two", "three"]);
    let path = ObjectPath::of_table(Kind::Column, &name(Engine::Postgres, "t"), Name::exact("two"));
    assert_eq!(snapshot.origins.find(&path).unwrap().file.as_ref(), Path::new("b/1.sql"));
}

#[test]
fn what_cannot_be_read_as_a_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(load(&[folder.path()], None), Err(SourceError::Empty { .. })));
    assert!(matches!(load(&[&folder.path().join("none.sql")], None), Err(SourceError::Io { .. })));
}

#[test]
fn files_may_have_any_encoding_and_include_others() {
    let folder = tempfile::tempdir().unwrap();
    let utf16: Vec<u8> = "\u{feff}CREATE TABLE wide (a int);".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("1.sql"), utf16).unwrap();
    std::fs::write(folder.path().join("2.sql"), b"\xef\xbb\xbfCREATE TABLE t (a int DEFAULT 1); -- caf\xe9\n").unwrap();
    std::fs::write(folder.path().join("3.sql"), "\\i sub/more.psql\nALTER TABLE more ADD b int;").unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("sub/more.psql"), "CREATE TABLE more (a int);").unwrap();
    let snapshot = load(&[folder.path()], None).unwrap();
    assert_eq!(snapshot.database.tables.len(), 3);
    assert_eq!(columns(table(&snapshot, "more")), ["a", "b"]);
    assert_eq!(snapshot.warnings.len(), 1, "{:?}", snapshot.warnings);
    assert!(snapshot.warnings[0].message.contains("UTF-8"));
}

#[test]
fn statements_apply_on_top_of_a_base() {
    let base = clean(Engine::Postgres, "CREATE TABLE t (a int);");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1.sql"), "ALTER TABLE t ADD b int;").unwrap();
    let snapshot = load(&[folder.path()], Some(&base)).unwrap();
    assert_eq!(columns(table(&snapshot, "t")), ["a", "b"]);
    assert_eq!(place(&snapshot, "public.t.a"), (1, 17));
    assert_eq!(place(&snapshot, "public.t.b"), (1, 19));
}

#[test]
fn one_bad_statement_costs_itself_alone() {
    let script = "CREATE TABLE a (id int);\nCREATE TABEL b (id int);\nCREATE TABLE c (id int,\n  FROB x (y);\nCREATE TABLE d (id int);";
    let snapshot = read(Engine::Postgres, script);
    assert_eq!(snapshot.database.tables.len(), 2);
    let at: Vec<u32> = snapshot.warnings.iter().map(|warning| warning.at.as_ref().unwrap().line).collect();
    assert_eq!(at, [2, 3]);
    let doubted = &snapshot.undecided[0];
    assert_eq!(doubted.facet, Facet::of(Kind::Table));
    assert_eq!(doubted.object, Some(ObjectPath::table(&name(Engine::Postgres, "c"))));
}

#[test]
fn one_bad_column_costs_itself_alone() {
    let snapshot =
        read(Engine::Postgres, "CREATE TABLE t (a int, b int NOT FROBNICATE, c int NOT NULL, CHECK (c > 0));");
    let table = table(&snapshot, "t");
    assert_eq!(columns(table), ["a", "b", "c"]);
    assert!(column(table, "b").ty.reason().is_some());
    assert_eq!(written(column(table, "c")), "integer");
    assert_eq!(table.checks.len(), 1);
    assert_eq!(snapshot.warnings.len(), 1);
}

#[test]
fn an_unread_change_leaves_the_table_undecided() {
    let snapshot = read(Engine::MariaDb, "CREATE TABLE t (a int);\nALTER TABLE t ADD b int, FROBNICATE c;");
    assert_eq!(columns(table(&snapshot, "t")), ["a", "b"]);
    assert!(snapshot.undecided.iter().any(|undecided| undecided.facet == Facet::of(Kind::Column)));
    let snapshot = read(Engine::MariaDb, "ALTER TABLE absent ADD b int;");
    assert_eq!(snapshot.undecided[0].facet, Facet::of(Kind::Table));
}

#[test]
fn if_not_exists_keeps_the_first_definition() {
    for engine in Engine::ALL {
        let snapshot = clean(
            engine,
            "CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (b int); CREATE INDEX i ON t (a); DROP TABLE IF EXISTS u;",
        );
        assert_eq!(columns(table(&snapshot, "t")), ["a"]);
        let doubled = read(engine, "CREATE TABLE t (a int); CREATE TABLE t (b int);");
        assert_eq!(columns(table(&doubled, "t")), ["a"]);
        assert_eq!(doubled.warnings.len(), 1);
    }
}

#[test]
fn places_are_those_of_the_definitions() {
    let script =
        "CREATE TABLE t (\n  a int PRIMARY KEY,\n  b int,\n  CONSTRAINT u UNIQUE (b)\n);\nCREATE INDEX i ON t (b);\n";
    let snapshot = clean(Engine::Postgres, script);
    assert_eq!(place(&snapshot, "public.t"), (1, 14));
    assert_eq!(place(&snapshot, "public.t.b"), (3, 3));
    assert_eq!(place(&snapshot, "public.t.u"), (4, 3));
    assert_eq!(place(&snapshot, "public.t.t_pkey"), (2, 9));
    assert_eq!(place(&snapshot, "public.t.i"), (6, 8));
}

#[test]
fn nothing_that_is_written_makes_the_reader_panic() {
    let pieces = [
        "CREATE TABLE",
        "t",
        "(",
        ")",
        ",",
        "a int",
        "'",
        "\"",
        "`",
        "[",
        "$$",
        "/*",
        "*/",
        "--",
        ";",
        "ALTER TABLE t",
        "ADD",
        "DROP COLUMN a",
        "CONSTRAINT c",
        "CHECK",
        "REFERENCES",
        "DEFAULT",
        "é",
        "\\",
        ".",
        "CREATE INDEX",
        "ON t",
        "PRIMARY KEY",
        "COMMENT ON",
        "IS NULL",
        "DO $$",
        "BEGIN",
        "END",
        "CREATE TYPE e AS ENUM",
        "PARTITION OF",
    ];
    // A fixed walk over the pieces: every pair and many triples occur.
    for step in 1..pieces.len() {
        let script: String = (0..400).map(|at| format!("{} ", pieces[(at * step + at / 7) % pieces.len()])).collect();
        for engine in Engine::ALL {
            read(engine, &script);
        }
    }
}
