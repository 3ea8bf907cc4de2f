//! Reading never writes: not by our statements, not through what a database's owner has planted in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::support::{Database, block_on};
use drift::catalog::{self, CatalogError, DatabaseUrl, ReadOptions};
use drift::model::Engine;
use drift::snapshot::Snapshot;

fn try_read(database: &Database, options: &ReadOptions) -> Result<Snapshot, CatalogError> {
    block_on(catalog::read(&DatabaseUrl::parse(database.url())?, options))
}

fn read(database: &Database) -> Snapshot {
    try_read(database, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn postgres_sees_read_only_transactions_of_queries() {
    let Ok(folder) = std::env::var("DRIFT_TEST_POSTGRES_SOCKET") else {
        panic!("DRIFT_TEST_POSTGRES_SOCKET is not set: run this test on a server that `tests/run` starts");
    };
    let database = Database::create(Engine::Postgres);
    let name = database.url().rsplit_once('/').unwrap().1;
    database.execute(&format!(
        "ALTER DATABASE {name} SET log_statement = 'all'; CREATE SCHEMA {name}; CREATE TABLE {name}.t (id serial);"
    ));
    read(&database);
    let log = std::fs::read_to_string(Path::new(&folder).join("log")).unwrap();
    // The schema's number stands among the parameters; the process that had them is ours.
    let schema = &database.query(&format!("SELECT '{name}'::regnamespace::oid"))[0][0];
    let is_ours = |line: &&str| line.contains("DETAIL:") && line.contains(schema.as_str());
    let ours = log.lines().find(is_ours).expect("the read is in the log");
    let process = &ours[ours.find('[').unwrap()..=ours.find(']').unwrap()];
    let statements: Vec<&str> = log
        .lines()
        .filter(|line| line.contains(process))
        .filter_map(|line| line.split_once("statement: ").or_else(|| line.split_once("execute <unnamed>: ")))
        .map(|(_, sql)| sql)
        .collect();
    assert!(statements[0].starts_with("SELECT pg_catalog.current_setting"), "{statements:?}");
    assert!(statements[1].starts_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"), "{statements:?}");
    assert!(statements.len() > 10, "{statements:?}");
    for statement in &statements[2..] {
        let is_query = ["SELECT", "WITH", "--", "SET LOCAL", "ROLLBACK"].iter().any(|word| statement.starts_with(word));
        // Another one, where somebody has written meanwhile and at the end, to see whether somebody has.
        let begins = statement.starts_with("BEGIN TRANSACTION") && statement.ends_with("READ ONLY");
        assert!(is_query || begins, "{statement}");
    }
}

#[test]
fn postgres_functions_that_an_owner_planted_are_not_called() {
    let database = Database::create(Engine::Postgres);
    let name = database.url().rsplit_once('/').unwrap().1;
    database.execute(&format!(
        "CREATE FUNCTION public.format(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
         CREATE FUNCTION public.cardinality(text[]) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
         CREATE FUNCTION public.to_jsonb(pg_catalog.pg_index) RETURNS jsonb LANGUAGE plpgsql
             AS 'BEGIN RAISE ''planted''; END';
         CREATE TABLE public.pg_class (oid oid);
         CREATE TABLE t (id serial PRIMARY KEY);
         ALTER DATABASE {name} SET search_path = public, pg_catalog;
         ALTER DATABASE {name} SET datestyle = 'SQL, DMY'; ALTER DATABASE {name} SET quote_all_identifiers = on;
         ALTER DATABASE {name} SET default_transaction_isolation = 'serializable';"
    ));
    let snapshot = read(&database);
    assert_eq!(snapshot.database.tables.len(), 2);
    assert!(snapshot.database.sequences.is_empty(), "the serial was told in spite of all");
}

#[test]
fn mariadb_sees_one_read_only_transaction_of_queries() {
    let database = Database::create(Engine::MariaDb);
    let name = database.url().rsplit_once('/').unwrap().1;
    database.execute("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY); CREATE SEQUENCE s;");
    database.execute("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1;");
    read(&database);
    database.execute("SET GLOBAL general_log = 0");
    let rows = database.query(&format!(
        "SELECT command_type, REPLACE(CONVERT(argument USING utf8mb4), '\\n', ' ') FROM mysql.general_log
         WHERE thread_id = (SELECT MIN(thread_id) FROM mysql.general_log
                            WHERE command_type = 'Connect' AND argument LIKE '% on {name} %') ORDER BY event_time"
    ));
    let statements: Vec<&str> =
        rows.iter().filter(|row| ["Query", "Execute"].contains(&row[0].as_str())).map(|row| row[1].trim()).collect();
    let begin = statements.iter().position(|sql| sql.contains("START TRANSACTION")).expect("a transaction");
    assert!(statements[begin].ends_with("READ ONLY"), "{statements:?}");
    for (at, statement) in statements.iter().enumerate() {
        let allowed: &[&str] =
            if at > begin { &["SELECT", "--", "SHOW CREATE", "SHOW GRANTS"] } else { &["SET", "SELECT"] };
        assert!(allowed.iter().any(|word| statement.starts_with(word)), "{statement}");
    }
    assert!(statements.len() > begin + 8, "{statements:?}");
}

#[test]
fn an_sqlite_file_and_its_folder_stay_as_they_are() {
    for mode in ["DELETE", "WAL"] {
        file_stays(mode);
    }
}

fn file_stays(mode: &str) {
    let database = Database::create(Engine::Sqlite);
    database.execute(&format!("PRAGMA journal_mode = {mode};"));
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);");
    let file = database.file().unwrap();
    let contents = || -> BTreeMap<_, _> {
        let entries = std::fs::read_dir(file.parent().unwrap()).unwrap();
        let entries = entries.map(|entry| entry.unwrap().path());
        entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    };
    let before = contents();
    assert_eq!(read(&database).database.tables.len(), 1);
    assert!(before == contents(), "{mode}");
}

#[test]
fn a_read_that_has_to_wait_gives_up_and_says_so() {
    let database = Database::create(Engine::Postgres);
    let options = ReadOptions { statement_timeout: Duration::from_millis(300), ..ReadOptions::default() };
    let error = std::thread::scope(|scope| {
        scope.spawn(|| database.execute("BEGIN; LOCK TABLE pg_catalog.pg_enum; SELECT pg_sleep(3); ROLLBACK;"));
        std::thread::sleep(Duration::from_millis(800));
        try_read(&database, &options).map(drop).unwrap_err()
    });
    let text = error.to_string();
    assert!(text.starts_with("cannot read the enum types of PostgreSQL at ") && text.contains("help: "), "{text}");
}
