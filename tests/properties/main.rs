//! Random schemas and random changes on real servers: what must hold between any two schemas stands in `run.rs`.
//!
//! `DRIFT_PROPERTY_SEED` chooses other pairs than the usual ones (a number, or `random`), and `DRIFT_PROPERTY_PAIRS`
//! how many there are on each engine. A failure is shrunk and printed as the two schemas, with the seed.

#[path = "../support/mod.rs"]
mod support;

mod build;
mod change;
mod ddl;
mod expected;
mod picks;
mod pieces;
mod repair;
mod rows;
mod run;
mod schema;
mod vocabulary;

use std::cell::RefCell;

use drift::diff::Pair;
use drift::model::Engine;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use run::Bench;

/// How many pairs an engine has where nobody says. MySQL takes a second for each.
fn usual_pairs(engine: Engine) -> u32 {
    match engine {
        Engine::MySql => 100,
        Engine::Postgres | Engine::MariaDb | Engine::Sqlite => 500,
    }
}

/// The seed where nobody says: the same pairs on every run, so that a failure is nobody else's.
const SEED: u64 = 1;

/// How often a failing pair is tried smaller.
const SHRINKING: u32 = 400;

#[test]
fn sqlite() {
    hold(Engine::Sqlite);
}

#[test]
fn mariadb() {
    hold(Engine::MariaDb);
}

#[test]
fn mysql() {
    hold(Engine::MySql);
}

#[test]
fn postgres() {
    hold(Engine::Postgres);
}

#[test]
fn pieces_of_sqlite() {
    pieces_hold(Engine::Sqlite);
}

#[test]
fn pieces_of_mariadb() {
    pieces_hold(Engine::MariaDb);
}

#[test]
fn pieces_of_mysql() {
    pieces_hold(Engine::MySql);
}

#[test]
fn pieces_of_postgres() {
    pieces_hold(Engine::Postgres);
}

/// Any two schemas that are put together from pieces.
fn pieces_hold(engine: Engine) {
    let scripts = |choices: &pieces::Choices| {
        let sides = choices.iter().copied().unzip::<_, _, Vec<_>, Vec<_>>();
        Pair::new(sides.0, sides.1).map(|choices| pieces::script(engine, choices))
    };
    // Each of them holds about as much as five of the others.
    let (outcome, seed) = check(engine, pairs(engine) / 5, &pieces::choices(engine), |bench, choices| {
        bench.check_scripts(scripts(choices).as_ref().map(String::as_str))
    });
    if let Err(TestError::Fail(reason, choices)) = outcome {
        let Pair { from, to } = scripts(&choices);
        panic!("{engine}, DRIFT_PROPERTY_SEED={seed}\n-- live\n{from}\n-- declared\n{to}\n-- {}", reason.message());
    }
}

fn hold(engine: Engine) {
    let (outcome, seed) = check(engine, pairs(engine), &picks::blueprint(), Bench::check);
    if let Err(TestError::Fail(reason, blueprint)) = outcome {
        let schemas = run::schemas(&blueprint, vocabulary::vocabulary(engine));
        let live = ddl::script(&schemas.from, engine, blueprint.spelling.into());
        let declared = ddl::script(&schemas.to, engine, 0);
        panic!(
            "{engine}, DRIFT_PROPERTY_SEED={seed}\n-- live\n{live}\n-- declared\n{declared}\n-- {}",
            reason.message()
        );
    }
}

/// Runs `check` on that many values, and makes one that fails smaller; the answer is the outcome and the seed.
fn check<S: Strategy>(
    engine: Engine,
    pairs: u32,
    strategy: &S,
    check: impl Fn(&mut Bench, &S::Value) -> run::Outcome,
) -> (Result<(), TestError<S::Value>>, u64) {
    let seed = seed();
    println!("{engine}: DRIFT_PROPERTY_SEED={seed} DRIFT_PROPERTY_PAIRS={pairs}");
    let config = Config { cases: pairs, max_shrink_iters: SHRINKING, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let bench = RefCell::new(Bench::new(engine));
    // A smaller schema may fail in another way, which would lead away from what was found.
    let kind = RefCell::new(None::<String>);
    let outcome = runner.run(strategy, |value| {
        let Err(failure) = check(&mut bench.borrow_mut(), &value) else { return Ok(()) };
        let first = failure.lines().next().unwrap_or_default().to_owned();
        if kind.borrow().is_none() {
            println!("{engine}: {:?}", bench.borrow().counts);
            println!("{engine}: the next pair fails and is made smaller: {failure}");
        }
        if *kind.borrow_mut().get_or_insert_with(|| first.clone()) != first {
            return Ok(());
        }
        Err(TestCaseError::fail(failure))
    });
    println!("{engine}: {:?}", bench.borrow().counts);
    (outcome, seed)
}

fn seed() -> u64 {
    match std::env::var("DRIFT_PROPERTY_SEED") {
        Ok(text) if text == "random" => std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(SEED, |since| u64::from(since.subsec_nanos())),
        Ok(text) => text.parse().expect("DRIFT_PROPERTY_SEED is a number or `random`"),
        Err(_) => SEED,
    }
}

fn pairs(engine: Engine) -> u32 {
    std::env::var("DRIFT_PROPERTY_PAIRS")
        .map_or(usual_pairs(engine), |text| text.parse().expect("DRIFT_PROPERTY_PAIRS is a number"))
}
