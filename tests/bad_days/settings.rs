//! Settings of a server, a database or a role under which catalogs print other words for the same thing.

use drift::model::Engine;

use crate::bench::Bench;
use crate::private::Server;
use crate::support::Database;

const POSTGRES: &str = r#"CREATE TABLE "Odd" (
    id integer NOT NULL PRIMARY KEY,
    day date DEFAULT '2020-02-03',
    at timestamp with time zone DEFAULT '2020-02-03 04:05:06+00',
    span interval DEFAULT '1 day 02:03:04',
    raw bytea DEFAULT '\x0102ff',
    real double precision DEFAULT 0.1,
    price money DEFAULT 1.5,
    path text DEFAULT 'a\b''c',
    "select" text DEFAULT E'tab\t',
    CHECK (day > '2000-01-02' AND at < '2030-01-02 00:00:00+00' AND span < '1 year' AND path <> 'x\y')
);
CREATE INDEX "By Day" ON "Odd" (day) WHERE day > '2001-02-03';
CREATE VIEW seen AS SELECT id, "select" FROM "Odd" WHERE day > '2000-01-02' AND path = 'a\b';
"#;

#[test]
fn settings_of_a_postgres_database_or_role_change_nothing() {
    let database = Database::create(Engine::Postgres);
    database.execute(POSTGRES);
    let bench = Bench::new(&[("schema.sql", POSTGRES)]);
    let check = || bench.run(&["check", "--url", database.url(), "--declared", "schema.sql"]);
    let (before, inspected) = (check().exits(0), bench.run(&["inspect", database.url()]).exits(0).out);
    for setting in [
        "search_path = ''",
        "search_path = nowhere, pg_catalog",
        "search_path = pg_temp, public",
        "datestyle = 'German, DMY'",
        "datestyle = 'SQL, MDY'",
        "intervalstyle = 'iso_8601'",
        "timezone = 'Asia/Kathmandu'",
        "bytea_output = 'escape'",
        "extra_float_digits = -15",
        "quote_all_identifiers = on",
        "standard_conforming_strings = off",
        "backslash_quote = off",
        "escape_string_warning = on",
        "client_encoding = 'LATIN1'",
        "client_encoding = 'SQL_ASCII'",
        "client_min_messages = 'debug5'",
        "default_transaction_isolation = 'serializable'",
        "default_transaction_deferrable = on",
        "default_transaction_read_only = on",
        "transform_null_equals = on",
        "row_security = off",
        "enable_seqscan = off",
        "jit_above_cost = 0",
    ] {
        let name = crate::name(&database);
        // A session that may not write can still be told otherwise.
        let writable = "SET default_transaction_read_only = off;";
        database.execute(&format!("{writable} ALTER DATABASE {name} RESET ALL; ALTER DATABASE {name} SET {setting};"));
        let after = check();
        assert_eq!((after.code, &after.out, &after.err), (before.code, &before.out, &before.err), "{setting}");
        let seen = bench.run(&["inspect", database.url()]).exits(0).out;
        assert_eq!(seen, inspected, "{setting}");
    }
}

#[test]
fn a_database_without_an_encoding_is_read_or_refused_with_its_reason() {
    let database = Database::create(Engine::Postgres);
    let name = format!("{}_ascii", crate::name(&database));
    database.execute(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"));
    let url = crate::changed(&database, |url| url.set_path(&name));
    let script = "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text DEFAULT 'caf\\xe9');";
    let bench = Bench::new(&[("schema.sql", "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text);\n")]);
    bench.write("build.sql", &script.replace("'caf", "E'caf"));
    let status = std::process::Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(bench.path("build.sql"))
        .arg(&url)
        .status()
        .unwrap();
    assert!(status.success());
    let run = bench.run(&["check", "--url", &url, "--declared", "schema.sql"]);
    database.execute(&format!("DROP DATABASE {name}"));
    let told = run.code == 2 && run.out.contains("column.default") || run.code == 1 && run.err.contains("help: ");
    assert!(told, "exit {}\n{}\n{}", run.code, run.out, run.err);
}

const MARIADB: &str = r#"CREATE TABLE odd (
    id integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at timestamp NOT NULL DEFAULT '2020-02-03 04:05:06',
    path varchar(20) DEFAULT 'a\\b''c',
    quoted varchar(20) DEFAULT 'say "hi"',
    `select` integer DEFAULT 5,
    total integer AS (`select` * 2) STORED,
    mode enum('a', 'b''c') DEFAULT 'a',
    body json,
    KEY by_path (path(5)),
    CONSTRAINT k CHECK (path <> 'x\\y' AND `select` > 0)
) COMMENT 'it''s';
CREATE VIEW seen AS SELECT id, CONCAT(path, 'x') AS both_ FROM odd WHERE path = 'a';
"#;

#[test]
fn modes_of_a_mariadb_server_change_nothing() {
    let server = Server::start(Engine::MariaDb, |_| Vec::new());
    server.execute("CREATE DATABASE app; CREATE USER app@'%' IDENTIFIED BY 'geheim'; GRANT ALL ON app.* TO app@'%';");
    server.execute(&format!("USE app; {MARIADB}"));
    let bench = Bench::new(&[("schema.sql", MARIADB)]);
    let url = server.url("app", "127.0.0.1", "app");
    let inspected = bench.run(&["inspect", &url]).exits(0).out;
    for mode in [
        "sql_mode = ''",
        "sql_mode = 'ANSI_QUOTES'",
        "sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION'",
        "sql_mode = 'ANSI,TRADITIONAL'",
        "sql_mode = 'ORACLE'",
        "sql_mode = 'MSSQL'",
        "sql_mode = 'NO_KEY_OPTIONS,NO_TABLE_OPTIONS,NO_FIELD_OPTIONS'",
        "sql_mode = DEFAULT, GLOBAL time_zone = '+05:45'",
        "sql_quote_show_create = 0",
        "character_set_client = 'latin1', GLOBAL character_set_results = 'latin1', \
         GLOBAL collation_connection = 'latin1_swedish_ci'",
        "init_connect = 'SET SESSION sql_mode = \"ANSI_QUOTES,NO_BACKSLASH_ESCAPES\"'",
        "tx_isolation = 'READ-UNCOMMITTED', GLOBAL tx_read_only = 1",
        "autocommit = 0",
        "group_concat_max_len = 4",
        "old_mode = ''",
    ] {
        server.execute(&format!("SET GLOBAL {mode}"));
        let run = bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(0);
        run.prints(&["in sync"]);
        assert_eq!(bench.run(&["inspect", &url]).exits(0).out, inspected, "{mode}");
        for variable in ["sql_mode", "time_zone", "sql_quote_show_create", "init_connect", "autocommit", "tx_read_only"]
        {
            let value = if variable == "init_connect" { "''" } else { "DEFAULT" };
            server.execute(&format!("SET GLOBAL {variable} = {value}"));
        }
    }
}
