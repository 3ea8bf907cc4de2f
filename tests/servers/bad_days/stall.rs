//! Servers that hang, and connections that are lost.

use std::net::TcpListener;
use std::time::Instant;

use drift::model::Engine;

use super::proxy::{End, Proxy};
use super::{SERVERS, changed};
use crate::bench::{Bench, Run};
use crate::support::Database;

const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY);\n");

/// A folder whose target waits one second, for a connection and for an answer.
fn bench(url: &str) -> Bench {
    let config = format!(
        "[declared]\nsql = [\"schema.sql\"]\n[targets.main]\nurl = \"{url}\"\nconnect_timeout = 1\nstatement_timeout = 1\n"
    );
    Bench::new(&[SCHEMA, ("drift.toml", &config)])
}

/// A database in sync with [`SCHEMA`], its URL without encryption at another port, and its own port.
fn through(database: &Database, port: u16) -> String {
    let query = match database.engine() {
        Engine::Postgres => "sslmode=disable",
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => "ssl-mode=DISABLED",
    };
    changed(database, |url| {
        url.set_port(Some(port)).unwrap();
        url.set_query(Some(query));
    })
}

fn database(engine: Engine) -> (Database, u16) {
    let database = Database::create(engine);
    database.execute(SCHEMA.1);
    let port = url::Url::parse(database.url()).unwrap().port().unwrap();
    (database, port)
}

/// How long a run may take that waits for a second, however busy the machine.
const SECONDS: u64 = 30;

/// Runs a check that has to give up.
fn gives_up(bench: &Bench) -> Run {
    let began = Instant::now();
    let run = bench.run(&["check"]).exits(1);
    let waited = began.elapsed().as_secs();
    assert!(waited < SECONDS, "{waited} s");
    assert_eq!(run.out, "");
    run
}

/// Whether all that there was went through, since less was read than before: a catalog is read again where somebody
/// writes meanwhile, as other tests do.
fn is_whole(run: &Run, proxy: &Proxy, limit: usize, percent: usize) -> bool {
    percent > 15 && run.code == 0 && proxy.passed() < limit
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    for engine in SERVERS {
        let database = Database::create(engine);
        // It is connected to, and nobody ever reads.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = through(&database, listener.local_addr().unwrap().port());
        gives_up(&bench(&url)).says(&["cannot connect to", "no answer within 1 s", "connect_timeout"]);
        // The URL's own word counts more than the file's.
        gives_up(&bench(&format!("{url}&connect_timeout=2"))).says(&["no answer within 2 s"]);
    }
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    for engine in SERVERS {
        let (database, port) = database(engine);
        let whole = Proxy::start(port, usize::MAX, End::Cut);
        bench(&through(&database, whole.port)).run(&["check"]).exits(0).prints(&["in sync"]);
        for percent in [2, 50, 90] {
            let limit = whole.passed() * percent / 100;
            let proxy = Proxy::start(port, limit, End::Stall);
            let began = Instant::now();
            let run = bench(&through(&database, proxy.port)).run(&["check"]);
            if is_whole(&run, &proxy, limit, percent) {
                continue;
            }
            let run = run.exits(1).says(&["help: "]);
            assert_eq!(run.out, "", "{engine} after {percent} %");
            // A server that does not keep to the limit itself has as long again to say so.
            let told = ["within 1 s", "within 2 s"].iter().any(|limit| run.err.contains(&format!("no answer {limit}")));
            assert!(told, "{engine} after {percent} %: {}", run.err);
            assert!(began.elapsed().as_secs() < SECONDS, "{engine} after {percent} %: {:?}", began.elapsed());
        }
    }
}

#[test]
fn a_connection_that_is_cut_is_an_error_wherever_it_is_cut() {
    for engine in SERVERS {
        let (database, port) = database(engine);
        let whole = Proxy::start(port, usize::MAX, End::Cut);
        bench(&through(&database, whole.port)).run(&["check"]).exits(0).prints(&["in sync"]);
        for percent in (0..95).step_by(7) {
            let limit = whole.passed() * percent / 100;
            let proxy = Proxy::start(port, limit, End::Cut);
            let run = bench(&through(&database, proxy.port)).run(&["check"]);
            if is_whole(&run, &proxy, limit, percent) {
                continue;
            }
            let run = run.exits(1).says(&["error", "help: "]);
            assert_eq!(run.out, "", "{engine} after {percent} %");
            let told = ["was cut", "was lost"].iter().any(|words| run.err.contains(words));
            assert!(told && !run.err.contains(" bytes"), "{engine} after {percent} %: {}", run.err);
        }
    }
}

#[test]
fn a_catalog_that_somebody_holds_is_waited_for_as_long_as_was_asked() {
    let (database, port) = database(Engine::Postgres);
    let bench = bench(&through(&database, port));
    std::thread::scope(|scope| {
        // Longer than anybody waits; whoever holds it is sent away afterwards.
        scope.spawn(|| database.try_execute("BEGIN; LOCK TABLE pg_catalog.pg_enum; SELECT pg_sleep(600); ROLLBACK;"));
        // Until the lock is there.
        let held = "SELECT count(*) FROM pg_locks WHERE relation = 'pg_catalog.pg_enum'::regclass AND granted \
                    AND mode = 'AccessExclusiveLock'";
        while database.query(held)[0][0] == "0" {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let run = std::panic::catch_unwind(|| gives_up(&bench));
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'pg_catalog.pg_enum'::regclass \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted",
        );
        run.unwrap().says(&[
            "cannot read the enum types of PostgreSQL",
            "statement timeout",
            "raise statement_timeout of the target",
        ]);
    });
}
