//! Nothing that reading commands do can change the target: the server's own counters say so.

use drift::model::Engine;

use crate::bench::Bench;
use crate::support::Database;

const SCHEMA: &str =
    "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(20) DEFAULT 'x' CHECK (name <> 'y'));
                      CREATE INDEX by_name ON users (name); INSERT INTO users (id) VALUES (1);";
const OTHER: (&str, &str) = (
    "schema.sql",
    "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(30) DEFAULT lower('X') CHECK (name <> 'z'));\n\
     CREATE INDEX by_name ON users (lower(name));\n",
);

/// Runs every command that reads a database.
fn read(database: &Database) {
    let bench = Bench::new(&[OTHER]);
    let url = database.url();
    for format in ["table", "sql", "json", "markdown"] {
        bench.run(&["check", "--url", url, "--declared", "schema.sql", "--format", format]).exits(2);
    }
    bench.run(&["check", "--url", url, "--declared", "schema.sql", "--format", "sql", "--allow-drop"]).exits(2);
    bench.run(&["diff", "--from", url, "--to", "schema.sql"]).exits(2);
    bench.run(&["diff", "--from", "schema.sql", "--to", url]).exits(2);
    for format in ["sql", "json", "mermaid"] {
        bench.run(&["inspect", url, "--format", format]).exits(0);
    }
    bench.run(&["generate", "--url", url, "--declared", "schema.sql", "--allow-drop"]).exits(2);
}

#[test]
fn postgres_counts_no_write() {
    let database = Database::create(Engine::Postgres);
    database.execute(SCHEMA);
    // What the server's databases share, other tests change.
    let counters = "SELECT (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables JOIN pg_class c ON c.oid = relid \
                     WHERE NOT c.relisshared), \
                    pg_stat_get_db_tuples_inserted(oid), pg_stat_get_db_tuples_updated(oid), \
                    pg_stat_get_db_tuples_deleted(oid), \
                    (SELECT string_agg(c.oid || ' ' || c.xmin || ' ' || pg_relation_filenode(c.oid), ',' ORDER BY c.oid) \
                     FROM pg_class c WHERE NOT c.relisshared) FROM pg_database WHERE datname = current_database()";
    database.execute("VACUUM ANALYZE");
    let before = settled(&database, counters);
    read(&database);
    assert_eq!(settled(&database, counters), before);
}

/// The counters once they have stopped moving: a session tells them when it ends.
fn settled(database: &Database, counters: &str) -> Vec<Vec<String>> {
    let mut last = database.query(counters);
    loop {
        std::thread::sleep(std::time::Duration::from_millis(1_200));
        let now = database.query(counters);
        if now == last {
            return now;
        }
        last = now;
    }
}

#[test]
fn mariadb_counts_no_write_of_the_reading_account() {
    let database = Database::create(Engine::MariaDb);
    database.execute(SCHEMA);
    let counted = "SELECT 'rows', COALESCE(SUM(ROWS_CHANGED), 0), COALESCE(SUM(ROWS_CHANGED_X_INDEXES), 0) FROM information_schema.TABLE_STATISTICS \
                   WHERE TABLE_SCHEMA = DATABASE() \
                   UNION ALL SELECT 'table', UNIX_TIMESTAMP(UPDATE_TIME), UNIX_TIMESTAMP(CREATE_TIME) \
                   FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                   UNION ALL SELECT 'sum', COUNT(*), SUM(id) FROM users";
    database.execute("SET GLOBAL userstat = 1");
    let user = format!("w_{}", super::name(&database));
    database.execute(&format!(
        "CREATE USER '{user}'@'%' IDENTIFIED BY 'hush'; GRANT ALL ON {}.* TO '{user}'@'%'",
        super::name(&database)
    ));
    let before = database.query(counted);
    let url = super::changed(&database, |url| {
        url.set_username(&user).unwrap();
        url.set_password(Some("hush")).unwrap();
    });
    let bench = Bench::new(&[OTHER]);
    bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(2);
    bench.run(&["inspect", &url]).exits(0);
    bench.run(&["generate", "--url", &url, "--declared", "schema.sql", "--allow-drop"]).exits(2);
    assert_eq!(database.query(counted), before);
    let of_user = database.query(&format!(
        "SELECT ROWS_INSERTED + ROWS_UPDATED + ROWS_DELETED, UPDATE_COMMANDS FROM information_schema.USER_STATISTICS \
         WHERE USER = '{user}'"
    ));
    database.execute(&format!("DROP USER '{user}'@'%'"));
    assert_eq!(of_user, [["0", "0"]]);
}

#[cfg(unix)]
#[test]
fn an_sqlite_file_that_nobody_may_write_is_read_and_stays() {
    use std::os::unix::fs::PermissionsExt;

    for mode in ["DELETE", "WAL"] {
        let database = Database::create(Engine::Sqlite);
        database.execute(&format!("PRAGMA journal_mode = {mode}"));
        database.execute(SCHEMA);
        let file = database.file().unwrap();
        let folder = file.parent().unwrap().to_owned();
        let rights = |path: &std::path::Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        rights(&file, 0o444);
        rights(&folder, 0o555);
        let state = || {
            let metadata = std::fs::metadata(&file).unwrap();
            let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            (std::fs::read(&file).unwrap(), metadata.modified().unwrap(), names)
        };
        let before = state();
        read(&database);
        assert!(state() == before, "{mode}");
        rights(&folder, 0o755);
        rights(&file, 0o644);
    }
}
