//! What MariaDB's catalog yields for a schema that uses everything the model can hold.

use crate::support::{Database, block_on};
use drift::catalog::{self, CatalogError, ConnectCause, DatabaseUrl, ReadOptions};
use drift::model::{
    ConstraintName, Engine, Extras, Fact, GeneratedStorage, Generation, IndexKind, Kind, MySqlTable, Name,
    ReferentialAction, RelationName, SequenceOptions, Table,
};
use drift::snapshot::Snapshot;

fn try_read(url: &str) -> Result<Snapshot, CatalogError> {
    block_on(catalog::read(&DatabaseUrl::parse(url)?, &ReadOptions::default()))
}

fn read(database: &Database) -> Snapshot {
    try_read(database.url()).unwrap_or_else(|error| panic!("{error}"))
}

/// A database whose default collation is utf8mb4's own, so that what is chosen otherwise can be told.
fn built(script: &str) -> Snapshot {
    let database = Database::create(Engine::MariaDb);
    database.execute("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
    database.execute(script);
    read(&database)
}

fn relation(text: &str) -> RelationName {
    RelationName::new(None, Name::exact(text))
}

fn name(text: &str) -> Name {
    Name::insensitive(text)
}

fn table<'a>(snapshot: &'a Snapshot, table: &str) -> &'a Table {
    snapshot.database.tables.get(&relation(table)).unwrap_or_else(|| panic!("no table {table}"))
}

fn names(list: &[Name]) -> Vec<&str> {
    list.iter().map(Name::as_str).collect()
}

#[test]
fn columns_have_exact_types_defaults_and_comments() {
    let snapshot = built(
        r"
        CREATE TABLE t (
            id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, a varchar(20) DEFAULT 'it''s \\ x', b int DEFAULT 5,
            c timestamp DEFAULT current_timestamp ON UPDATE current_timestamp, d json, e text COMMENT 'a text',
            f int AS (b * 2) STORED, g int AS (b + 1) VIRTUAL, i datetime(3) DEFAULT now(3), j varchar(10) DEFAULT NULL,
            k varchar(10) NOT NULL, l varchar(5) CHARACTER SET latin1, m varchar(5) COLLATE utf8mb4_bin,
            n int INVISIBLE, o decimal(10,2) DEFAULT 1.5, r enum('a','b,c','d''e') DEFAULT 'a', s varchar(5) DEFAULT 'NULL',
            u int DEFAULT (1 + 2), v tinyint(1) DEFAULT 1, w longtext, x varchar(5) CHARACTER SET latin1 COLLATE latin1_bin
        ) COMMENT 'hi'
        ",
    );
    assert_eq!((snapshot.engine, snapshot.default_schema.clone()), (Engine::MariaDb, None));
    assert!(snapshot.warnings.is_empty() && snapshot.undecided.is_empty(), "{:?}", snapshot.warnings);
    let t = table(&snapshot, "t");
    assert_eq!(t.comment, Fact::Known(Some("hi".to_owned())));
    let column = |text: &str| t.column(&name(text)).unwrap();
    let ty = |text: &str| column(text).ty.known().unwrap().written.clone();
    for (column, written) in [
        ("id", "int unsigned"),
        ("a", "varchar(20)"),
        ("d", "json"),
        ("i", "datetime(3)"),
        ("o", "decimal(10,2)"),
        ("r", "enum('a','b,c','d''e')"),
        ("v", "tinyint(1)"),
        ("w", "longtext"),
    ] {
        assert_eq!(ty(column), written);
    }
    let default = |text: &str| column(text).default.known().unwrap().as_ref().map(|expr| expr.text.clone());
    for (column, expected) in [
        ("id", None),
        ("a", Some(r"'it''s \\ x'")),
        ("b", Some("5")),
        ("c", Some("current_timestamp()")),
        ("i", Some("current_timestamp(3)")),
        ("j", None),
        ("k", None),
        ("o", Some("1.50")),
        ("r", Some("'a'")),
        ("s", Some("'NULL'")),
        ("u", Some("(1 + 2)")),
    ] {
        assert_eq!(default(column).as_deref(), expected, "{column}");
    }
    assert_eq!(column("id").generation, Fact::Known(Some(Generation::AutoIncrement)));
    assert_eq!((column("id").nullable.clone(), column("e").nullable.clone()), (Fact::Known(false), Fact::Known(true)));
    assert_eq!(column("c").on_update.as_ref().unwrap().text, "current_timestamp()");
    assert_eq!(column("e").comment, Fact::Known(Some("a text".to_owned())));
    let generated = |text: &str| column(text).generated.known().unwrap().clone().map(|g| (g.expr.text, g.storage));
    assert_eq!(generated("f"), Some(("`b` * 2".to_owned(), GeneratedStorage::Stored)));
    assert_eq!(generated("g"), Some(("`b` + 1".to_owned(), GeneratedStorage::Virtual)));
    assert_eq!(generated("b"), None);
    assert!(column("n").invisible && !column("a").invisible);
    let collation = |text: &str| (column(text).charset.clone(), column(text).collation.clone());
    assert_eq!(collation("a"), (None, None));
    assert_eq!(collation("d"), (None, None), "JSON implies its collation");
    assert_eq!(collation("l"), (Some(name("latin1")), None));
    assert_eq!(collation("m"), (None, Some(name("utf8mb4_bin"))));
    assert_eq!(collation("x"), (Some(name("latin1")), Some(name("latin1_bin"))));
    assert!(t.checks.is_empty(), "JSON's own check is part of the type");
}

#[test]
fn constraints_and_indexes_have_all_their_attributes() {
    let snapshot = built(
        "
        CREATE TABLE p (id int, part int, PRIMARY KEY (part, id));
        CREATE TABLE t (
            a varchar(300) NOT NULL, b int CHECK (b > 0), c text, d int, pt point NOT NULL,
            PRIMARY KEY (a(20), b), UNIQUE KEY u (b, d), KEY pre (c(10), b DESC) COMMENT 'prefix', FULLTEXT KEY ft (c),
            SPATIAL KEY sp (pt), UNIQUE KEY whole (c), KEY hidden (d) IGNORED,
            CONSTRAINT ck CHECK (b < 10 AND a <> 'x'),
            CONSTRAINT fk FOREIGN KEY (b, d) REFERENCES p (part, id) ON DELETE CASCADE ON UPDATE RESTRICT);
        CREATE TABLE m (a int, b int, KEY h (a), KEY bt (b) USING BTREE) ENGINE = MEMORY;
        ",
    );
    let p = table(&snapshot, "p").primary_key.as_ref().unwrap();
    assert_eq!((names(&p.columns), p.prefix_lengths.len()), (vec!["part", "id"], 0));
    let t = table(&snapshot, "t");
    let key = t.primary_key.as_ref().unwrap();
    assert_eq!((names(&key.columns), key.prefix_lengths.clone()), (vec!["a", "b"], vec![Some(20), None]));
    let index = |text: &str| t.indexes.iter().find(|index| index.name == name(text)).unwrap();
    assert!(index("u").unique && !index("pre").unique && t.uniques.is_empty());
    let pre = index("pre");
    assert_eq!((pre.keys[0].prefix_length, pre.keys[0].descending), (Some(10), false));
    assert_eq!((pre.keys[1].prefix_length, pre.keys[1].descending), (None, true));
    assert_eq!(pre.comment.as_deref(), Some("prefix"));
    assert_eq!((index("ft").kind, index("sp").kind), (IndexKind::Fulltext, IndexKind::Spatial));
    assert!(t.indexes.iter().all(|index| index.method.is_none()), "each has its engine's default");
    assert_eq!(index("sp").keys[0].prefix_length, None);
    assert!(index("hidden").invisible && !index("u").invisible);
    let fk = &t.foreign_keys[0];
    assert_eq!((fk.name.explicit(), &fk.references), (Some(&name("fk")), &relation("p")));
    assert_eq!((names(&fk.columns), names(&fk.referenced_columns)), (vec!["b", "d"], vec!["part", "id"]));
    assert_eq!((fk.on_delete, fk.on_update), (ReferentialAction::Cascade, ReferentialAction::NoAction));
    let checks: Vec<_> = t.checks.iter().map(|c| (c.name.clone(), c.expr.known().unwrap().text.as_str())).collect();
    assert_eq!(checks.len(), 2);
    assert!(checks.contains(&(ConstraintName::Implied(name("b")), "`b` > 0")), "{checks:?}");
    assert!(checks.contains(&(ConstraintName::Explicit(name("ck")), "`b` < 10 and `a` <> 'x'")), "{checks:?}");
    let method = |text: &str| {
        let index = table(&snapshot, "m").indexes.iter().find(|index| index.name == name(text)).unwrap();
        index.method.clone()
    };
    assert_eq!((method("h"), method("bt").as_deref()), (None, Some("btree")));
}

#[test]
fn tables_have_options_only_where_they_were_chosen() {
    let snapshot = built(
        "
        CREATE TABLE plain (a int);
        CREATE TABLE special (a varchar(5), b varchar(5) CHARACTER SET utf8mb4)
            ENGINE = Aria CHARSET = latin1 COLLATE = latin1_bin ROW_FORMAT = DYNAMIC;
        CREATE TABLE implied (a int) CHARSET = latin1;
        CREATE TABLE parts (y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10));
        ",
    );
    let extras = |text: &str| match &table(&snapshot, text).extras {
        Extras::MySql(extras) => extras.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(snapshot.database.default_collation, Some(Name::exact("utf8mb4_general_ci")));
    let innodb = MySqlTable { engine: Some("InnoDB".to_owned()), options: Some(Vec::new()), ..MySqlTable::default() };
    assert_eq!(extras("plain"), innodb);
    let expected = MySqlTable {
        engine: Some("Aria".to_owned()),
        charset: Some(name("latin1")),
        collation: Some(name("latin1_bin")),
        row_format: Some("DYNAMIC".to_owned()),
        partition_by: None,
        options: Some(Vec::new()),
    };
    assert_eq!(extras("special"), expected);
    let b = table(&snapshot, "special").column(&name("b")).unwrap();
    assert_eq!((b.charset.clone(), b.collation.clone()), (Some(name("utf8mb4")), None));
    assert_eq!(extras("implied"), MySqlTable { charset: Some(name("latin1")), ..innodb });
    let clause = extras("parts").partition_by.unwrap();
    assert!(clause.starts_with("PARTITION BY RANGE (`y`)") && clause.ends_with(')'), "{clause}");
}

#[test]
fn other_objects_are_read_or_listed() {
    let snapshot = built(
        "
        CREATE TABLE t (id int);
        CREATE SEQUENCE sq START WITH 5 INCREMENT BY 2;
        CREATE SEQUENCE plain;
        CREATE SEQUENCE down INCREMENT BY -1 CYCLE;
        CREATE VIEW v AS SELECT id FROM t WHERE id > 1;
        CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1;
        CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
        CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO DELETE FROM t;
        CREATE TABLE history (id int) WITH SYSTEM VERSIONING;
        CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
        ",
    );
    let database = &snapshot.database;
    assert_eq!(database.tables.keys().map(|name| name.name.as_str()).collect::<Vec<_>>(), ["history", "t"]);
    let options = |text: &str| database.sequences[&relation(text)].options.clone();
    assert_eq!(options("sq"), SequenceOptions { start: Some(5), increment: Some(2), ..Default::default() });
    assert_eq!(options("plain"), SequenceOptions::default());
    assert_eq!(options("down"), SequenceOptions { increment: Some(-1), cycle: true, ..Default::default() });
    assert_eq!(database.views[&relation("v")].query.text, "select `t`.`id` AS `id` from `t` where `t`.`id` > 1");
    let opaque: Vec<_> = database.opaque.iter().map(|object| (object.kind, object.name.name.as_str())).collect();
    assert_eq!(opaque, [(Kind::Routine, "f"), (Kind::Trigger, "tr"), (Kind::Event, "ev")]);
    assert!(snapshot.warnings.is_empty(), "{:?}", snapshot.warnings);
    let uncaptured: Vec<_> =
        database.uncaptured.iter().map(|entry| (entry.object.to_string(), entry.words())).collect();
    assert_eq!(uncaptured, [("history".to_owned(), "WITH SYSTEM VERSIONING".to_owned())]);
}

#[test]
fn a_user_who_sees_only_a_part_is_warned() {
    let database = Database::create(Engine::MariaDb);
    let user = database.url().rsplit_once('/').unwrap().1.to_owned();
    database.execute(&format!(
        "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE VIEW v AS SELECT * FROM a;
         CREATE USER '{user}' IDENTIFIED BY 'weak'; GRANT SELECT ON a TO '{user}'; GRANT SELECT ON v TO '{user}';"
    ));
    let url = database.url().replace("drift:drift@", &format!("{user}:weak@"));
    let weak = try_read(&url).unwrap();
    database.execute(&format!("GRANT SELECT, SHOW VIEW ON `{user}`.* TO '{user}'"));
    let reader = try_read(&url).unwrap();
    database.execute(&format!("DROP USER '{user}'"));
    assert_eq!(weak.warnings.len(), 1);
    let hidden: Vec<_> = weak.undecided.iter().map(|fact| (fact.facet.kind, fact.object.is_some())).collect();
    let of_the_rest = [(Kind::Table, false), (Kind::View, false), (Kind::Sequence, false)];
    assert_eq!(hidden[0], (Kind::View, true), "the view's query is hidden");
    assert_eq!(hidden[1..], of_the_rest);
    assert!(reader.warnings.is_empty() && reader.undecided.is_empty());
    assert_eq!((reader.database.tables.len(), reader.database.views.len()), (2, 1));
}

#[test]
fn refusals_are_told_apart_and_never_show_the_password() {
    let database = Database::create(Engine::MariaDb);
    let url = database.url();
    let (server, _) = url.rsplit_once('/').unwrap();
    let cause = |url: &str| match try_read(url).map(drop).unwrap_err() {
        CatalogError::Connect { cause, server } => {
            let text = CatalogError::Connect { cause: cause.clone(), server }.to_string();
            assert!(!text.contains("hush") && text.contains("help: ") && text.contains("MariaDB at "), "{text}");
            cause
        }
        other => panic!("{other}"),
    };
    assert_eq!(cause(&url.replace("drift:drift@", "drift:hush@")), ConnectCause::Password);
    assert_eq!(cause(&url.replace("drift:drift@", "drift@")), ConnectCause::NoPassword);
    assert_eq!(cause("mariadb://drift:hush@no-such-host.invalid/x"), ConnectCause::UnknownHost);
    assert_eq!(cause("mariadb://drift:hush@127.0.0.1:1/x"), ConnectCause::Refused);
    assert_eq!(cause(&format!("{server}/absent")), ConnectCause::UnknownDatabase);
    assert_eq!(cause(&format!("{server}/")), ConnectCause::NoDatabase);
    assert!(matches!(cause(&format!("{url}?ssl-mode=REQUIRED")), ConnectCause::Tls(_)));
}

#[test]
fn urls_of_every_form_lead_to_the_database() {
    let database = Database::create(Engine::MariaDb);
    let url = database.url();
    let mut forms =
        vec![url.replace("mariadb://", "mysql+pymysql://"), format!("{url}?charset=utf8mb4&ssl_disabled=1")];
    let name = url.rsplit_once('/').unwrap().1;
    // Only a server that `tests/run` started tells its socket.
    let socket = std::env::var("DRIFT_TEST_MARIADB_SOCKET");
    forms.extend(socket.map(|file| format!("mysql://drift:drift@localhost/{name}?unix_socket={file}")));
    for form in forms {
        let snapshot = try_read(&form).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(snapshot.engine, Engine::MariaDb, "the server says what it is, whatever the scheme");
    }
}
