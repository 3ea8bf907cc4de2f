//! A schema that is migrated back and forth while it is read: what is told is one state or the other, or that it does
//! not hold still.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use drift::model::Engine;

use crate::bench::{Bench, Run};
use crate::support::Database;

/// A migration and its reverse, each of which the engine carries out as a whole; `{n}` is another number each time, since
/// what comes back exactly as it was cannot be told from what has stayed.
struct Migration {
    engine: Engine,
    schema: &'static str,
    there: &'static str,
    back: &'static str,
}

const MIGRATIONS: [Migration; 3] = [
    Migration {
        engine: Engine::Postgres,
        schema: "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a integer DEFAULT 1 CHECK (a > 0), b integer);
                 CREATE INDEX i ON t ((a + b)) WHERE a > 2; CREATE VIEW v AS SELECT a FROM t;",
        there: "BEGIN; DROP VIEW v; ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t ALTER COLUMN c SET DEFAULT 2;
                ALTER TABLE t ADD COLUMN d integer DEFAULT 5 CHECK (d > 0); CREATE INDEX j ON t (d); COMMIT;",
        back: "BEGIN; ALTER TABLE t DROP COLUMN d; ALTER TABLE t RENAME COLUMN c TO a;
               ALTER TABLE t ALTER COLUMN a SET DEFAULT 1; CREATE VIEW v AS SELECT a FROM t; COMMIT;",
    },
    Migration {
        engine: Engine::MariaDb,
        schema: "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a integer DEFAULT 1, KEY i (a)) COMMENT 'state';",
        there:
            "ALTER TABLE t DROP KEY i, CHANGE a c integer DEFAULT 2, ADD COLUMN d integer DEFAULT 5, ADD KEY j (d, c),
                ADD CONSTRAINT k CHECK (d > 0), COMMENT 'state {n}';",
        back: "ALTER TABLE t DROP CONSTRAINT k, DROP KEY j, DROP COLUMN d, CHANGE c a integer DEFAULT 1, ADD KEY i (a),
               COMMENT 'state {n}';",
    },
    Migration {
        engine: Engine::Sqlite,
        schema: "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a integer DEFAULT 1); CREATE INDEX i ON t (a);",
        there: "BEGIN IMMEDIATE; DROP INDEX i; ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t ADD COLUMN d integer;
                CREATE INDEX j ON t (d); COMMIT;",
        back: "BEGIN IMMEDIATE; DROP INDEX j; ALTER TABLE t DROP COLUMN d; ALTER TABLE t RENAME COLUMN c TO a;
               CREATE INDEX i ON t (a); COMMIT;",
    },
];

/// What a run found, as text that tells findings apart; `None` where it says that the schema does not hold still.
/// A file of SQLite may also be locked for longer than drift waits.
fn findings(engine: Engine, run: &Run) -> Option<BTreeSet<String>> {
    if run.code == 1 {
        let is_locked = engine == Engine::Sqlite && run.err.contains("another process holds a lock");
        assert!(is_locked || run.err.contains("it changed while it was read"), "{}", run.err);
        return None;
    }
    let json = run.json();
    let report = json.as_array().map_or(&json, |list| &list[0]);
    let findings = report["findings"].as_array().unwrap();
    let undecided = report["undecided"].as_array().unwrap();
    let texts = findings.iter().map(|finding| &finding["message"]).chain(undecided.iter().map(|fact| &fact["reason"]));
    Some(texts.map(|text| text.as_str().unwrap().chars().filter(|c| !c.is_ascii_digit()).collect()).collect())
}

#[test]
fn a_migration_that_runs_meanwhile_is_seen_as_a_whole_or_not_at_all() {
    for Migration { engine, schema, there, back } in MIGRATIONS {
        let database = Database::create(engine);
        database.execute(schema);
        let bench = Bench::new(&[("schema.sql", schema)]);
        let check = || {
            let args = ["check", "--url", database.url(), "--declared", "schema.sql", "--format", "json"];
            findings(engine, &bench.run(&args))
        };
        let migrate = |script: &str, n: u32| database.execute(&script.replace("{n}", &n.to_string()));
        migrate(there, 1);
        migrate(back, 2);
        let before = check();
        assert!(before.is_some(), "{engine}");
        migrate(there, 3);
        let after = check();
        assert!(after.is_some() && after != before, "{engine}");
        let enough = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 2.. {
                    if enough.load(Ordering::SeqCst) {
                        break;
                    }
                    migrate(back, 2 * n);
                    migrate(there, 2 * n + 1);
                }
            });
            for _ in 0..12 {
                let seen = std::panic::catch_unwind(check);
                if !matches!(&seen, Ok(seen) if seen.is_none() || *seen == before || *seen == after) {
                    enough.store(true, Ordering::SeqCst);
                    panic!("{engine}: {seen:?}\nis neither {before:?}\nnor {after:?}");
                }
            }
            enough.store(true, Ordering::SeqCst);
        });
    }
}
