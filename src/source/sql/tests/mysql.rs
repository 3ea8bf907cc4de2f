//! MySQL and MariaDB.

use super::*;
use crate::model::{ConstraintName, Extras, IndexKind, ReferentialAction, ServerVersion};

const BOTH: [Engine; 2] = [Engine::MySql, Engine::MariaDb];

#[test]
fn indexes_are_named_after_their_first_column() {
    for engine in BOTH {
        let script =
            "CREATE TABLE t (a int UNIQUE, b varchar(50), KEY (b, a), KEY (b(10) DESC), UNIQUE KEY named (a, b),
            CONSTRAINT sym UNIQUE (b), FULLTEXT INDEX ft (b) WITH PARSER ngram, INDEX USING BTREE (a) COMMENT 'x');";
        let snapshot = clean(engine, script);
        let table = table(&snapshot, "t");
        let names: Vec<&str> = table.indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "b_2", "named", "sym", "ft", "a_2"]);
        assert!(index(table, "a").unique && index(table, "a").name_is_implied && !index(table, "sym").name_is_implied);
        assert_eq!(
            (index(table, "b_2").keys[0].prefix_length, index(table, "b_2").keys[0].descending),
            (Some(10), true)
        );
        assert_eq!(index(table, "ft").kind, IndexKind::Fulltext);
        assert!(table.uniques.is_empty());
    }
}

#[test]
fn the_index_behind_a_foreign_key_is_automatic() {
    for engine in BOTH {
        let script = "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, KEY c_b (c, b),
            CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES o (id) ON DELETE RESTRICT, FOREIGN KEY (b) REFERENCES o (id),
            FOREIGN KEY (c) REFERENCES o (id));";
        let snapshot = clean(engine, script);
        let table = table(&snapshot, "t");
        let automatic: Vec<_> =
            table.indexes.iter().filter(|index| index.automatic).map(|index| index.name.as_str()).collect();
        assert_eq!(automatic, ["fk_a", "b"]);
        let names: Vec<_> = table.foreign_keys.iter().map(|key| key.name.name().unwrap().as_str()).collect();
        assert_eq!(names, ["fk_a", "t_ibfk_1", "t_ibfk_2"]);
        assert_eq!(table.foreign_keys[0].on_delete, ReferentialAction::NoAction);
        assert!(!is_nullable(column(table, "id")));
    }
}

#[test]
fn unnamed_checks_differ_by_vendor() {
    let script = "CREATE TABLE t (a int CHECK (a > 0), b int, CHECK (b > 0), CONSTRAINT c CHECK (a > b));";
    let names = |engine| {
        let snapshot = clean(engine, script);
        table(&snapshot, "t").checks.iter().map(|check| check.name.clone()).collect::<Vec<_>>()
    };
    let implied = |name: &str| ConstraintName::Implied(Name::insensitive(name));
    let explicit = ConstraintName::Explicit(Name::insensitive("c"));
    assert_eq!(names(Engine::MySql), [implied("t_chk_1"), implied("t_chk_2"), explicit.clone()]);
    assert_eq!(names(Engine::MariaDb), [implied("a"), implied("CONSTRAINT_1"), explicit]);
}

/// What a comparison sees of a script that is for a server of this version.
fn completed(engine: Engine, version: (u32, u32, u32), script: &str) -> Snapshot {
    let dialect = dialect(engine, Some(ServerVersion::new(version.0, version.1, version.2)));
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: Path::new("."), base: None };
    let mut snapshot = super::super::load_text(script, Path::new("x.sql"), &context);
    dialect.complete(&mut snapshot.database);
    snapshot
}

#[test]
fn inline_references_count_where_the_server_honours_them() {
    let keys = |engine, version| {
        let script = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES o (id));";
        table(&completed(engine, version, script), "t").foreign_keys.len()
    };
    assert_eq!(keys(Engine::MySql, (8, 4, 0)), 0);
    assert_eq!(keys(Engine::MySql, (9, 0, 0)), 1);
    assert_eq!(keys(Engine::MariaDb, (10, 5, 0)), 1);
}

/// Measured on MariaDB 10.5 and 10.11.
#[test]
fn keys_descend_where_the_server_honours_it() {
    let descends = |engine, version| {
        let snapshot = completed(engine, version, "CREATE TABLE t (a int, b int, KEY k (a, b DESC));");
        let keys = &index(table(&snapshot, "t"), "k").keys;
        keys.iter().map(|key| key.descending).collect::<Vec<_>>()
    };
    assert_eq!(descends(Engine::MariaDb, (10, 7, 8)), [false, false]);
    assert_eq!(descends(Engine::MariaDb, (10, 8, 1)), [false, true]);
    assert_eq!(descends(Engine::MySql, (8, 0, 15)), [false, true]);
}

#[test]
fn alter_table_moves_and_redefines_columns() {
    for engine in BOTH {
        let script = "CREATE TABLE t (a int NOT NULL DEFAULT 1, b int, c int, PRIMARY KEY (a), KEY i (b, c));
            ALTER TABLE t ADD COLUMN first_one int FIRST, ADD after_a int NOT NULL AFTER a, ADD (x int, y int),
              MODIFY COLUMN b bigint NOT NULL DEFAULT 7 COMMENT 'bb' AFTER c, CHANGE c cc varchar(9), DROP COLUMN y,
              RENAME COLUMN x TO xx, ALTER COLUMN b DROP DEFAULT, ADD UNIQUE u (cc), ADD CONSTRAINT f FOREIGN KEY (xx) REFERENCES t (a),
              RENAME INDEX u TO u2, ALGORITHM=INPLACE, LOCK=NONE;
            ALTER TABLE t DROP FOREIGN KEY f, DROP KEY i, ADD FULLTEXT KEY ft (cc), COMMENT='new', ENGINE=myisam;";
        let snapshot = clean(engine, script);
        let table = table(&snapshot, "t");
        assert_eq!(columns(table), ["first_one", "a", "after_a", "cc", "b", "xx"]);
        let b = column(table, "b");
        assert_eq!((written(b), default(b), is_nullable(b)), ("bigint", None, false));
        assert_eq!(b.comment, Fact::Known(Some("bb".to_owned())));
        let names: Vec<&str> = table.indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(names, ["u2", "ft"]);
        let Extras::MySql(extras) = &table.extras else { panic!("not MySQL") };
        assert_eq!(extras.engine.as_deref(), Some("MyISAM"));
        assert_eq!(table.comment, Fact::Known(Some("new".to_owned())));
    }
}

#[test]
fn dropping_a_column_shrinks_its_indexes() {
    let script =
        "CREATE TABLE t (a int, b int, KEY ab (a, b), KEY a_only (a), PRIMARY KEY (a, b)); ALTER TABLE t DROP a;";
    let snapshot = clean(Engine::MySql, script);
    let table = table(&snapshot, "t");
    assert_eq!(table.indexes.len(), 1);
    assert_eq!(index(table, "ab").keys.len(), 1);
    assert_eq!(texts(&table.primary_key.as_ref().unwrap().columns), ["b"]);
}

#[test]
fn conditional_comments_are_sql() {
    let script = "/*!50001 CREATE TABLE `t` (`a` int /*!80023 INVISIBLE */, `b` varchar(5) /*!50606 COLUMN_FORMAT FIXED */ DEFAULT 'x')
        /*!50100 PARTITION BY HASH (`a`) PARTITIONS 4 */ */;
        /*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
        /*!50001 VIEW `v` AS select 1 AS `x` */;";
    let snapshot = clean(Engine::MySql, script);
    let mysql = table(&snapshot, "t");
    assert!(column(mysql, "a").invisible);
    let Extras::MySql(extras) = &mysql.extras else { panic!("not MySQL") };
    assert_eq!(extras.partition_by.as_deref(), Some("PARTITION BY HASH (`a`) PARTITIONS 4"));
    assert_eq!(snapshot.database.views[&name(Engine::MySql, "v")].query.text, "select 1 AS `x`");
    assert!(!column(table(&clean(Engine::MariaDb, script), "t"), "a").invisible);
}

#[test]
fn character_sets_are_kept_as_declared() {
    let script =
        "CREATE TABLE t (a varchar(5), b varchar(5) CHARACTER SET utf8 COLLATE utf8_bin) DEFAULT CHARSET=latin1;
        ALTER TABLE t DEFAULT CHARACTER SET utf8mb4; CREATE TABLE c (a text CHARACTER SET latin1) COLLATE latin1_bin;
        ALTER TABLE c CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;";
    let snapshot = clean(Engine::MariaDb, script);
    let first = table(&snapshot, "t");
    let shown = |name: &Option<Name>| name.as_ref().map(|name| name.as_str().to_owned());
    assert_eq!(shown(&column(first, "a").charset).as_deref(), Some("latin1"));
    assert_eq!(shown(&column(first, "b").collation).as_deref(), Some("utf8mb3_bin"));
    let converted = table(&snapshot, "c");
    assert_eq!(column(converted, "a").charset, None);
    let Extras::MySql(extras) = &converted.extras else { panic!("not MySQL") };
    assert_eq!(shown(&extras.collation).as_deref(), Some("utf8mb4_bin"));
}

#[test]
fn the_own_database_is_not_named() {
    let script = "CREATE DATABASE app DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; USE app; CREATE TABLE app.t (id int PRIMARY KEY);
        CREATE TABLE u (id int, t int, FOREIGN KEY (t) REFERENCES app.t (id)); RENAME TABLE u TO w; CREATE TABLE other.x (a int);";
    let snapshot = clean(Engine::MariaDb, script);
    let names: Vec<String> = snapshot.database.tables.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["t", "w", "other.x"]);
    assert_eq!(table(&snapshot, "w").foreign_keys[0].references, name(Engine::MariaDb, "t"));
    assert_eq!(snapshot.database.default_collation.as_ref().map(Name::as_str), Some("utf8mb4_bin"));
}

#[test]
fn columns_have_their_own_attributes() {
    let script = "CREATE TABLE t (id serial, a timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        b int GENERATED ALWAYS AS (id + 1) VIRTUAL COMMENT 'v', c varchar(20) AS (concat(b, ')')) STORED, d int DEFAULT NULL,
        `e``x` enum('a','b''c') DEFAULT 'a', f bit(1) DEFAULT b'0', 2fa int);";
    let snapshot = clean(Engine::MySql, script);
    let table = table(&snapshot, "t");
    assert_eq!(written(column(table, "id")), "bigint unsigned");
    assert!(index(table, "id").unique);
    assert_eq!(column(table, "a").on_update.as_ref().unwrap().text, "CURRENT_TIMESTAMP");
    assert_eq!(default(column(table, "d")), None);
    assert_eq!(default(column(table, "f")), Some("b'0'"));
    let generated = column(table, "c").generated.known().unwrap().as_ref().unwrap();
    assert_eq!(generated.expr.text, "concat(b, ')')");
    assert_eq!(columns(table)[5..], ["e`x", "f", "2fa"]);
}

#[test]
fn sequences_routines_and_events() {
    let script = "CREATE SEQUENCE s START WITH 5 INCREMENT BY 2 NOCACHE;\nDELIMITER ;;\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END;;\n\
        CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN SELECT 1; END;;\nDELIMITER ;\nCREATE TABLE t (a int); DROP EVENT e;";
    let snapshot = clean(Engine::MariaDb, script);
    let options = &snapshot.database.sequences[&name(Engine::MariaDb, "s")].options;
    assert_eq!((options.start, options.increment, options.cache), (Some(5), Some(2), Some(0)));
    assert_eq!(snapshot.database.opaque.len(), 1);
}

/// Measured on MariaDB 10.11.
#[test]
fn a_primary_key_is_the_only_key_that_a_column_brings() {
    for engine in BOTH {
        let script = "CREATE TABLE s (id SERIAL PRIMARY KEY); CREATE TABLE u (id int UNIQUE PRIMARY KEY);
            CREATE TABLE k (id SERIAL, a int UNIQUE);";
        let snapshot = clean(engine, script);
        assert!(table(&snapshot, "s").indexes.is_empty() && table(&snapshot, "u").indexes.is_empty());
        assert_eq!(table(&snapshot, "k").indexes.len(), 2);
    }
}
