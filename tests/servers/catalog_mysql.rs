//! What MySQL's catalog says otherwise than MariaDB's: a schema that uses what only MySQL has, by what the model holds
//! of it, and the ways into the server that MariaDB does not have.

use crate::support::{Database, block_on};
use drift::catalog::{self, CatalogError, ConnectCause, DatabaseUrl, ReadOptions};
use drift::model::{
    Column, Engine, Fact, GeneratedStorage, IndexTarget, Kind, Name, RelationName, ServerVersion, Table,
};
use drift::snapshot::{Coverage, Snapshot};

fn try_read(url: &str) -> Result<Snapshot, CatalogError> {
    block_on(catalog::read(&DatabaseUrl::parse(url)?, &ReadOptions::default()))
}

fn built(script: &str) -> Snapshot {
    let database = Database::create(Engine::MySql);
    database.execute(script);
    try_read(database.url()).unwrap_or_else(|error| panic!("{error}"))
}

fn table<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Table {
    &snapshot.database.tables[&RelationName::new(None, Name::exact(name))]
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Column {
    table.column(&Name::insensitive(name)).unwrap_or_else(|| panic!("no column {name}"))
}

fn ty(column: &Column) -> &str {
    column.ty.known().map_or("unknown", |ty| &ty.written)
}

fn default(column: &Column) -> Option<&str> {
    column.default.known().and_then(Option::as_ref).map(|expr| expr.text.as_str())
}

#[test]
fn columns_are_read_whole() {
    let snapshot = built(
        "CREATE TABLE t (
            id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, flag bool, padded int(5) zerofill, doc json,
            code varchar(20) DEFAULT 'it''s \\\\', made char(36) DEFAULT (uuid()), list json DEFAULT (json_array()),
            bytes varbinary(4) DEFAULT 0x00FF, bits bit(3) DEFAULT b'101', n decimal(5,2) DEFAULT 1.5,
            at datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), old varchar(5) CHARACTER SET utf8,
            twice int AS (n * 2) STORED, place point NOT NULL SRID 4326, text_now varchar(20) DEFAULT 'now()'
        )",
    );
    assert_eq!(snapshot.engine, Engine::MySql);
    let t = table(&snapshot, "t");
    // 8.0.15 prints bytes as a text, which these are not; 9.7 in digits.
    if column(t, "bytes").default.known().is_some() {
        assert_eq!(default(column(t, "bytes")), Some("0x00FF"));
    }
    assert!(!matches!(column(t, "bytes").default, Fact::Known(None)));
    for (name, written, default_text) in [
        ("id", "bigint unsigned", None),
        ("flag", "tinyint(1)", None),
        ("padded", "int(5) unsigned zerofill", None),
        ("doc", "json", None),
        ("code", "varchar(20)", Some("'it''s \\\\'")),
        ("made", "char(36)", Some("(uuid())")),
        ("list", "json", Some("(json_array())")),
        ("bits", "bit(3)", Some("b'101'")),
        ("n", "decimal(5,2)", Some("1.50")),
        ("at", "datetime(3)", Some("CURRENT_TIMESTAMP(3)")),
        ("place", "point srid 4326", None),
        ("text_now", "varchar(20)", Some("'now()'")),
    ] {
        let column = column(t, name);
        assert_eq!((ty(column), default(column)), (written, default_text), "{name}");
    }
    assert_eq!(column(t, "at").on_update.as_ref().map(|expr| expr.text.as_str()), Some("CURRENT_TIMESTAMP(3)"));
    // 8.0.15 still calls it by its old name, which comparing knows.
    let old = column(t, "old").charset.as_ref().map(Name::as_str);
    assert!(matches!(old, Some("utf8mb3" | "utf8")), "{old:?}");
    assert_eq!(column(t, "code").collation, None, "the database's own is not repeated");
    let generated = column(t, "twice").generated.known().unwrap().as_ref().unwrap();
    assert_eq!((generated.expr.text.as_str(), generated.storage), ("`n` * 2", GeneratedStorage::Stored));
}

#[test]
fn indexes_are_read_whole() {
    let snapshot = built(
        "CREATE TABLE t (a int, b varchar(50), c text, KEY down (a DESC, b(10)), UNIQUE KEY calls ((lower(b))),
            KEY hidden (a) INVISIBLE, FULLTEXT KEY words (c) WITH PARSER ngram);
         CREATE TABLE parts (y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10));",
    );
    let index = |name: &str| {
        let wanted = Name::insensitive(name);
        table(&snapshot, "t")
            .indexes
            .iter()
            .find(|index| index.name == wanted)
            .unwrap_or_else(|| panic!("no index {name}"))
    };
    let down = &index("down").keys;
    assert_eq!((down[0].descending, down[1].descending, down[1].prefix_length), (true, false, Some(10)));
    let IndexTarget::Expr(Fact::Known(expr)) = &index("calls").keys[0].target else { panic!("no expression") };
    assert_eq!(expr.text, "lower(`b`)");
    assert!(index("calls").unique && index("hidden").invisible && !index("down").invisible);
    assert_eq!(index("words").options, [("parser".to_owned(), "ngram".to_owned())]);
    let drift::model::Extras::MySql(extras) = &table(&snapshot, "parts").extras else { panic!("another engine's") };
    let clause = extras.partition_by.as_deref().unwrap();
    assert!(clause.starts_with("PARTITION BY RANGE (`y`)") && clause.ends_with(')'), "{clause}");
}

#[test]
fn checks_are_read_where_the_server_keeps_them() {
    let snapshot =
        built("CREATE TABLE t (a int CHECK (a > 0), b varchar(9), CONSTRAINT words CHECK (b IN ('a', 'b')))");
    let checks = &table(&snapshot, "t").checks;
    if snapshot.version.unwrap() < ServerVersion::new(8, 0, 16) {
        assert!(checks.is_empty() && matches!(snapshot.scope.of(Kind::Check), Coverage::Silent(_)));
        return;
    }
    let mut found: Vec<_> = checks
        .iter()
        .map(|check| (check.name.name().unwrap().as_str(), check.expr.known().unwrap().text.as_str(), check.enforced))
        .collect();
    found.sort_unstable();
    let words = "`b` in (_utf8mb4'a',_utf8mb4'b')";
    assert_eq!(found, [("t_chk_1", "`a` > 0", true), ("words", words, true)]);
}

/// `caching_sha2_password` and `sha256_password` send the password itself: inside TLS, or under the server's RSA key.
#[test]
fn every_way_of_logging_in_works_with_and_without_tls() {
    let database = Database::create(Engine::MySql);
    let name = database.url().rsplit_once('/').unwrap().1.to_owned();
    for plugin in ["caching_sha2_password", "sha256_password"] {
        let user = format!("{}_{}", &name[name.len() - 12..], &plugin[..2]);
        database.execute(&format!(
            "CREATE USER '{user}'@'%' IDENTIFIED WITH {plugin} BY 'pass word/?#'; GRANT SELECT ON `{name}`.* TO '{user}'@'%';"
        ));
        let url = database.url().replace("drift:drift@", &format!("{user}:pass%20word%2F%3F%23@"));
        let read = [format!("{url}?ssl-mode=DISABLED"), url.clone(), format!("{url}?ssl-mode=DISABLED")]
            .map(|url| try_read(&url));
        let wrong = try_read(&url.replace("pass%20word", "other")).map(drop);
        database.execute(&format!("DROP USER '{user}'@'%'"));
        for result in read {
            assert_eq!(
                result.map(|snapshot| snapshot.engine).map_err(|error| error.to_string()),
                Ok(Engine::MySql),
                "{plugin}"
            );
        }
        assert!(
            matches!(wrong, Err(CatalogError::Connect { cause: ConnectCause::Password, .. })),
            "{plugin}: {wrong:?}"
        );
    }
}
