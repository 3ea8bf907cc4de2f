//! Settings of a server, a database or a role under which catalogs print other words for the same thing.

use drift::model::Engine;

use super::private::Server;
use crate::bench::Bench;
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
COMMENT ON TABLE "Odd" IS 'it''s a\b';
"#;

/// Builds the schema by a migration, and takes it back.
fn migrates(bench: &Bench, url: &str, name: &str, run: impl Fn(&str)) {
    let check = || bench.run(&["check", "--url", url, "--declared", "schema.sql"]);
    let (up, down) = (format!("{name}.sql"), format!("{name}.down.sql"));
    bench.run(&["generate", "--url", url, "--declared", "schema.sql", "--out", &up]).exits(2);
    run(&bench.read(&up));
    check().exits(0).prints(&["in sync"]).omits(&["undecided"]);
    run(&bench.read(&down));
    bench.run(&["inspect", url]).exits(0).omits(&["CREATE"]);
}

#[test]
fn settings_of_a_postgres_database_or_role_change_nothing() {
    let database = Database::create(Engine::Postgres);
    database.execute(POSTGRES);
    let bench = Bench::new(&[("schema.sql", POSTGRES)]);
    let (name, role) = (super::name(&database), format!("r_{}", super::name(&database)));
    database.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'hush'"));
    let url = super::changed(&database, |url| {
        url.set_username(&role).unwrap();
        url.set_password(Some("hush")).unwrap();
    });
    let check = || bench.run(&["check", "--url", &url, "--declared", "schema.sql"]);
    let (before, inspected) = (check().exits(0), bench.run(&["inspect", &url]).exits(0).out);
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
        for whose in [format!("DATABASE {name}"), format!("ROLE {role}")] {
            // A session that may not write can still be told otherwise.
            let writable = "SET default_transaction_read_only = off;";
            database.execute(&format!(
                "{writable} ALTER DATABASE {name} RESET ALL; ALTER ROLE {role} RESET ALL; ALTER {whose} SET {setting};"
            ));
            let after = check();
            let same = (after.code, &after.out, &after.err) == (before.code, &before.out, &before.err);
            assert!(same, "{whose} {setting}: {}{}", after.out, after.err);
            let seen = bench.run(&["inspect", &url]).exits(0).out;
            assert_eq!(seen, inspected, "{whose} {setting}");
        }
    }
    database.execute(&format!("SET default_transaction_read_only = off; DROP ROLE {role}"));
}

#[test]
fn migrations_mean_the_same_under_settings_of_a_postgres_database() {
    let database = Database::create(Engine::Postgres);
    let bench = Bench::new(&[("schema.sql", POSTGRES)]);
    let settings = [
        "standard_conforming_strings = off",
        "backslash_quote = off",
        "datestyle = 'German, DMY'",
        "intervalstyle = 'sql_standard'",
        "quote_all_identifiers = on",
    ];
    for (number, setting) in settings.iter().enumerate() {
        let name = super::name(&database);
        database.execute(&format!("ALTER DATABASE {name} RESET ALL; ALTER DATABASE {name} SET {setting};"));
        migrates(&bench, database.url(), &format!("up{number}"), |script| database.execute(script));
    }
}

/// What a script says of its own strings and names counts for what is kept of it.
#[test]
fn scripts_with_modes_of_their_own_are_migrated_by_the_engines_usual_ones() {
    for (engine, script) in [
        (
            Engine::Postgres,
            "SET standard_conforming_strings = off;\n\
             CREATE TABLE t (id integer, path text DEFAULT 'a\\\\b', CHECK (path <> 'x\\\\y'));\n\
             CREATE VIEW v AS SELECT id\nFROM t WHERE path = 'x\\ty';\n\
             COMMENT ON TABLE t IS 'k\\\\l';\n",
        ),
        (
            Engine::MariaDb,
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';\n\
             CREATE TABLE t (id integer, \"path\" varchar(9) DEFAULT 'a\\b', CHECK (\"path\" <> 'x\\y')) COMMENT 'k\\l';\n\
             CREATE VIEW v AS SELECT id\nFROM t WHERE \"path\" = 'x\\ty';\n",
        ),
    ] {
        let (live, built) = (Database::create(engine), Database::create(engine));
        built.execute(script);
        let bench = Bench::new(&[("schema.sql", script)]);
        let check = ["check", "--url", built.url(), "--declared", "schema.sql"];
        bench.run(&check).exits(0).prints(&["in sync"]).omits(&["undecided"]);
        migrates(&bench, live.url(), "up", |script| live.execute(script));
        // What was written is what the engine made of the script itself.
        bench.run(&["generate", "--url", live.url(), "--declared", "schema.sql", "--out", "again.sql"]).exits(2);
        live.execute(&bench.read("again.sql"));
        bench.run(&["diff", "--from", built.url(), "--to", live.url()]).exits(0).prints(&["in sync"]);
    }
}

#[test]
fn a_database_without_an_encoding_is_refused_with_its_reason() {
    let database = Database::create(Engine::Postgres);
    let name = format!("{}_ascii", super::name(&database));
    database.execute(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"));
    let url = super::changed(&database, |url| url.set_path(&name));
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
    let run = run.exits(1);
    let told = run.err.contains("invalid byte sequence") && run.err.contains("see the encoding of the database");
    assert!(told, "{}", run.err);
}

const MYSQL: &str = r#"CREATE TABLE odd (
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

/// Settings of MySQL and MariaDB.
const MODES: [&str; 10] = [
    "sql_mode = ''",
    "sql_mode = 'ANSI_QUOTES'",
    "sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION'",
    "sql_mode = 'ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES'",
    "sql_mode = DEFAULT, GLOBAL time_zone = '+05:45'",
    "character_set_client = 'latin1', GLOBAL character_set_results = 'latin1', \
     GLOBAL collation_connection = 'latin1_swedish_ci'",
    "init_connect = 'SET SESSION sql_mode = \"ANSI_QUOTES,NO_BACKSLASH_ESCAPES\"'",
    "autocommit = 0",
    "group_concat_max_len = 4",
];

/// Settings of MariaDB alone.
const MARIADB_MODES: [&str; 6] = [
    "sql_mode = 'ORACLE'",
    "sql_mode = 'MSSQL'",
    "sql_mode = 'NO_KEY_OPTIONS,NO_TABLE_OPTIONS,NO_FIELD_OPTIONS'",
    "sql_quote_show_create = 0",
    "tx_isolation = 'READ-UNCOMMITTED'",
    "old_mode = ''",
];

#[test]
fn modes_of_mariadb_change_neither_what_is_seen_nor_what_a_migration_makes() {
    modes_change_nothing(Engine::MariaDb, "GLOBAL tx_read_only", &[&MODES[..], &MARIADB_MODES].concat());
}

#[test]
fn modes_of_mysql_change_neither_what_is_seen_nor_what_a_migration_makes() {
    modes_change_nothing(Engine::MySql, "GLOBAL transaction_read_only", &MODES);
}

fn modes_change_nothing(engine: Engine, read_only: &str, modes: &[&str]) {
    let server = Server::start(engine, |_| Vec::new());
    server.execute("CREATE DATABASE app; CREATE DATABASE fresh; CREATE USER app@'%' IDENTIFIED BY 'geheim'");
    server.execute("GRANT ALL ON app.* TO app@'%'; GRANT ALL ON fresh.* TO app@'%'");
    server.execute(&format!("USE app; {MYSQL}"));
    let bench = Bench::new(&[("schema.sql", MYSQL)]);
    let (url, fresh) = (server.url("app", "127.0.0.1", "app"), server.url("app", "127.0.0.1", "fresh"));
    let inspected = bench.run(&["inspect", &url]).exits(0).out;
    for (number, mode) in modes.iter().enumerate() {
        server.execute(&format!("SET GLOBAL {mode}, {read_only} = 1"));
        let run = bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(0);
        run.prints(&["in sync"]);
        assert_eq!(bench.run(&["inspect", &url]).exits(0).out, inspected, "{engine} {mode}");
        server.execute(&format!("SET {read_only} = 0"));
        // A default of type TIMESTAMP is a moment, and means another one in another zone.
        if mode.starts_with("sql_mode") && !mode.contains("time_zone") {
            let run = |script: &str| server.execute(&format!("USE fresh; {script}"));
            migrates(&bench, &fresh, &format!("up{number}"), run);
        }
        for variable in ["sql_mode", "time_zone", "autocommit", "character_set_client", "collation_connection"] {
            server.execute(&format!("SET GLOBAL {variable} = DEFAULT"));
        }
        server.execute("SET GLOBAL init_connect = ''");
    }
}
