//! What MySQL 8 says otherwise than MariaDB, by the examples of its manual: rows written by hand, since the tests'
//! servers are MariaDB's.

use std::collections::HashMap;

use crate::dialect::dialect_where;
use crate::model::{Engine, Fact, IndexTarget, LetterCase, Name, RelationName};
use crate::snapshot::{Scope, Snapshot};

use super::{assemble, rows};

fn column(name: &str, ty: &str, default: Option<&str>, extra: &str) -> rows::Column {
    rows::Column {
        table_name: "t".to_owned(),
        name: name.to_owned(),
        data_type: ty.split('(').next().unwrap().to_owned(),
        r#type: ty.to_owned(),
        nullable: 1,
        default_text: default.map(str::to_owned),
        extra: Some(extra.to_owned()),
        generation: Some(String::new()),
        charset: None,
        collation: None,
        comment: Some(String::new()),
        srid: None,
    }
}

fn read(columns: Vec<rows::Column>, indexes: Vec<rows::Index>, checks: Vec<rows::Check>) -> Snapshot {
    assembled(rows(columns, indexes, checks), LetterCase::Counts)
}

fn rows(columns: Vec<rows::Column>, indexes: Vec<rows::Index>, checks: Vec<rows::Check>) -> rows::Rows {
    let collation = |name: &str, charset: &str, is_default| rows::Collation {
        name: name.to_owned(),
        charset: charset.to_owned(),
        is_default,
    };
    rows::Rows {
        database: rows::Database { name: "app".to_owned(), default_collation: "utf8mb4_0900_ai_ci".to_owned() },
        collations: vec![collation("utf8mb4_0900_ai_ci", "utf8mb4", 1), collation("utf8mb4_general_ci", "utf8mb4", 0)],
        tables: vec![rows::Table {
            name: "t".to_owned(),
            kind: "BASE TABLE".to_owned(),
            engine: Some("InnoDB".to_owned()),
            collation: Some("utf8mb4_0900_ai_ci".to_owned()),
            create_options: Some(String::new()),
            comment: Some(String::new()),
        }],
        columns,
        indexes,
        foreign_keys: Vec::new(),
        actions: Vec::new(),
        checks,
        views: vec![rows::View {
            name: "v".to_owned(),
            query: Some("select `app`.`t`.`a` from `app`.`t`".to_owned()),
            check_option: "NONE".to_owned(),
            security: "DEFINER".to_owned(),
            algorithm: "UNDEFINED".to_owned(),
        }],
        sequences: Vec::new(),
        opaque: Vec::new(),
        geometries: Vec::new(),
        details: HashMap::new(),
        printed: Vec::new(),
        sees_checks: true,
    }
}

fn assembled(rows: rows::Rows, letter_case: LetterCase) -> Snapshot {
    let dialect = dialect_where(Engine::MySql, None, letter_case);
    let mut snapshot = Snapshot::empty(Engine::MySql, None, Scope::default());
    assemble::assemble(rows, dialect.as_ref(), &mut snapshot);
    snapshot
}

fn table(snapshot: &Snapshot) -> &crate::model::Table {
    &snapshot.database.tables[&RelationName::new(None, Name::exact("t"))]
}

#[test]
fn literal_defaults_come_without_quotes_and_expressions_are_marked() {
    let cases = [
        ("varchar(9)", Some("it's"), "", Some("'it''s'")),
        ("varchar(9)", Some(""), "", Some("''")),
        ("varchar(9)", Some("NULL"), "", Some("'NULL'")),
        ("varchar(9)", None, "", None),
        ("int", Some("5"), "", Some("5")),
        ("decimal(5,2)", Some("0.50"), "", Some("0.50")),
        ("bit(1)", Some("b'1'"), "", Some("b'1'")),
        ("enum('a','b')", Some("a"), "", Some("'a'")),
        ("date", Some("2024-01-01"), "", Some("'2024-01-01'")),
        ("binary(2)", Some("0x6100"), "", Some("0x6100")),
        ("datetime", Some("CURRENT_TIMESTAMP"), "DEFAULT_GENERATED", Some("CURRENT_TIMESTAMP")),
        ("varchar(36)", Some("uuid()"), "DEFAULT_GENERATED", Some("(uuid())")),
        ("json", Some(r"json_array(_utf8mb4\'a\')"), "DEFAULT_GENERATED", Some("(json_array(_utf8mb4'a'))")),
    ];
    for (ty, default, extra, expected) in cases {
        let snapshot = read(vec![column("a", ty, default, extra)], Vec::new(), Vec::new());
        let found = table(&snapshot).columns[0].default.known().unwrap().as_ref().map(|expr| expr.text.as_str());
        assert_eq!(found, expected, "{ty} {default:?}");
    }
}

#[test]
fn expressions_lose_the_escapes_that_the_catalog_adds() {
    let mut generated = column("g", "varchar(9)", None, "VIRTUAL GENERATED");
    generated.generation = Some(r"concat(`a`,_utf8mb4\'x\')".to_owned());
    let index = rows::Index {
        table_name: "t".to_owned(),
        name: "folded".to_owned(),
        non_unique: 1,
        column_name: None,
        expression: Some(r"concat(`a`,_utf8mb4\'y\')".to_owned()),
        descending: 1,
        prefix_length: None,
        kind: "BTREE".to_owned(),
        invisible: 1,
        comment: Some(String::new()),
    };
    let check = rows::Check {
        table_name: "t".to_owned(),
        name: "t_chk_1".to_owned(),
        clause: r"(`a` <> _utf8mb4\'z\')".to_owned(),
        of_column: 0,
        enforced: 0,
    };
    let snapshot = read(vec![column("a", "varchar(9)", None, ""), generated], vec![index], vec![check]);
    let table = table(&snapshot);
    let generated = table.columns[1].generated.known().unwrap().as_ref().unwrap();
    assert_eq!(generated.expr.text, "concat(`a`,_utf8mb4'x')");
    let index = &table.indexes[0];
    assert!(index.invisible && index.keys[0].descending);
    assert!(matches!(&index.keys[0].target, IndexTarget::Expr(Fact::Known(e)) if e.text == "concat(`a`,_utf8mb4'y')"));
    let check = &table.checks[0];
    assert_eq!((check.expr.known().unwrap().text.as_str(), check.enforced), ("`a` <> _utf8mb4'z'", false));
}

#[test]
fn the_database_stands_in_no_name() {
    let snapshot = read(vec![column("a", "int", None, "")], Vec::new(), Vec::new());
    let view = &snapshot.database.views[&RelationName::new(None, Name::exact("v"))];
    assert_eq!(view.query.text, "select `t`.`a` from `t`");
}

/// `lower_case_table_names=2`, which takes a file system that ignores case: some places keep what was written, others
/// have small letters.
#[test]
fn names_that_differ_in_case_alone_are_one_where_the_server_ignores_case() {
    let mut rows = rows(vec![column("a", "int", None, "")], Vec::new(), Vec::new());
    rows.database.name = "App".to_owned();
    rows.views[0].query = Some("select `app`.`T`.`a`,'App' from `App`.`t`".to_owned());
    rows.foreign_keys = vec![rows::ForeignKey {
        table_name: "t".to_owned(),
        name: "f".to_owned(),
        column_name: "a".to_owned(),
        referenced_schema: None,
        referenced_table: "Users".to_owned(),
        referenced_column: "id".to_owned(),
    }];
    let snapshot = assembled(rows, LetterCase::Ignored);
    let name = |text: &str| RelationName::new(None, Name::insensitive(text));
    assert_eq!(snapshot.database.views[&name("V")].query.text, "select `T`.`a`,'App' from `t`");
    assert_eq!(snapshot.database.tables[&name("T")].foreign_keys[0].references, name("users"));
}
