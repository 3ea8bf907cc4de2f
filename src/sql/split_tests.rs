//! What the splitter makes of each engine's scripts.

use super::*;
use crate::model::Engine;

fn texts(engine: Engine, script: &str) -> Vec<String> {
    split(script, Rules::of(engine))
        .filter(|statement| statement.kind == StatementKind::Sql)
        .map(|statement| statement.text.to_owned())
        .collect()
}

fn places(engine: Engine, script: &str) -> Vec<(u32, u32)> {
    split(script, Rules::of(engine)).map(|statement| (statement.line, statement.column)).collect()
}

#[test]
fn semicolons_in_quotes_and_comments_do_not_split() {
    let script = "SELECT ';', \";\" -- ;\n, 1; /* ; */ SELECT 'it''s;';\nSELECT 3";
    assert_eq!(texts(Engine::Postgres, script), ["SELECT ';', \";\" -- ;\n, 1", "SELECT 'it''s;'", "SELECT 3"]);
}

#[test]
fn postgres_quotes_by_dollars_and_escapes() {
    let script =
        "CREATE FUNCTION f() AS $body$ BEGIN; $$;$$; END $body$ LANGUAGE plpgsql; SELECT E'\\';', '\\'; SELECT $1;";
    let found = texts(Engine::Postgres, script);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[1], "SELECT E'\\';', '\\'");
    assert_eq!(found[2], "SELECT $1");
}

#[test]
fn postgres_comments_nest() {
    assert_eq!(texts(Engine::Postgres, "/* a /* b; */ c; */ SELECT 1;"), ["SELECT 1"]);
    assert_eq!(texts(Engine::Sqlite, "/* a /* b; */ SELECT 1;"), ["SELECT 1"]);
}

#[test]
fn psql_commands_and_copy_data_are_no_sql() {
    let script =
        "\\restrict abc\nSELECT 1;\nCOPY t (a) FROM stdin;\n1\t'x;\n\\.\n\\connect other\nSELECT 2 \\gexec\nSELECT 3;";
    assert_eq!(texts(Engine::Postgres, script), ["SELECT 1", "COPY t (a) FROM stdin", "SELECT 2", "SELECT 3"]);
}

#[test]
fn sql_standard_bodies_and_rules_hold_semicolons() {
    let script = "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 END; SELECT 2; END; \
                  CREATE RULE r AS ON UPDATE TO t DO (SELECT 1; SELECT 2); SELECT 3;";
    assert_eq!(texts(Engine::Postgres, script).len(), 3);
    assert_eq!(texts(Engine::Postgres, "BEGIN; SELECT 1; END;"), ["BEGIN", "SELECT 1", "END"]);
}

#[test]
fn mysql_reads_backslashes_hashes_and_conditional_comments() {
    let script = "SELECT 'a\\';b', \"c;\" # d;\n; /*!40101 SET NAMES utf8 */; /*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ VIEW v AS SELECT 5--3;";
    assert_eq!(
        texts(Engine::MySql, script),
        [
            "SELECT 'a\\';b', \"c;\"",
            "/*!40101 SET NAMES utf8",
            "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ VIEW v AS SELECT 5--3"
        ]
    );
}

#[test]
fn conditional_comments_count_by_engine_and_version() {
    let words = |engine, script: &str| {
        let statements: Vec<_> = split(script, Rules::of(engine)).collect();
        statements.iter().flat_map(Statement::tokens).count()
    };
    assert_eq!(words(Engine::MySql, "SELECT /*!80023 a */ /*M! b */ /*!110000 c */"), 2);
    assert_eq!(words(Engine::MariaDb, "SELECT /*!80023 a */ /*M! b */ /*!110000 c */"), 3);
    assert_eq!(words(Engine::MariaDb, "/*M!999999\\- enable the sandbox mode */ SELECT 1"), 2);
    assert_eq!(words(Engine::Postgres, "SELECT /*! a */ 1"), 2);
}

#[test]
fn delimiters_and_bodies_of_mysql() {
    let script = "DELIMITER $$\nCREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a = 1; END$$\nDELIMITER ;\nSELECT 1;\n\
                  CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; CASE a WHEN 1 THEN SELECT 2; END CASE; END; SELECT 2;";
    let found = texts(Engine::MySql, script);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].ends_with("END"));
    assert!(found[2].ends_with("END CASE; END"));
}

#[test]
fn bodies_and_dot_commands_of_sqlite() {
    let script = ".mode list\nCREATE TRIGGER t AFTER INSERT ON x BEGIN UPDATE x SET a = CASE WHEN 1 THEN 2 END; END;\n\
                  CREATE TABLE [a;b] (`c;d` TEXT);";
    assert_eq!(texts(Engine::Sqlite, script).len(), 2);
    assert_eq!(texts(Engine::Sqlite, "BEGIN; CREATE TABLE a (b); END;").len(), 3);
}

#[test]
fn places_count_lines_and_characters() {
    assert_eq!(
        places(Engine::Postgres, "\u{feff}SELECT 1; SELECT 'é'; SELECT 2;\r\n\r\n  SELECT\n3;"),
        [(1, 1), (1, 11), (1, 23), (3, 3)]
    );
    let script = "CREATE TABLE t (\n  é int, b int);";
    let statement = split(script, Rules::of(Engine::Postgres)).next().unwrap();
    let token = statement.tokens().into_iter().rev().nth(2).unwrap();
    assert_eq!(&statement.text[token.start..token.end], "b");
    assert_eq!(statement.place(token.start, token.line), (2, 10));
}

#[test]
fn an_unclosed_quote_loses_one_statement() {
    let script = "SELECT 1;\nSELECT 'oops;\nSELECT 2;\nSELECT 3;\n";
    let kinds: Vec<_> = split(script, Rules::of(Engine::Postgres)).map(|s| (s.kind, s.text)).collect();
    assert_eq!(
        kinds,
        [
            (StatementKind::Sql, "SELECT 1"),
            (StatementKind::Unterminated, "SELECT 'oops;"),
            (StatementKind::Sql, "SELECT 2"),
            (StatementKind::Sql, "SELECT 3")
        ]
    );
}

#[test]
fn quoting_follows_the_scripts_own_settings() {
    let script = "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; SELECT 'a\\'; SELECT 2;";
    assert_eq!(texts(Engine::MySql, script).len(), 3);
    let script = "SET sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''); SELECT 'a\\';b'; SELECT 2;";
    assert_eq!(texts(Engine::MySql, script).len(), 3);
    let script = "SET standard_conforming_strings = off; SELECT 'a\\';b'; SELECT 2;";
    assert_eq!(texts(Engine::Postgres, script).len(), 3);
}

#[test]
fn a_large_script_on_one_line_is_linear() {
    let script = "INSERT INTO t VALUES (1, 'abc');".repeat(200_000);
    assert_eq!(split(&script, Rules::of(Engine::MySql)).count(), 200_000);
}
