//! What the end-to-end tests share: empty databases on real servers, each dropped when its test ends.
//!
//! The servers are those that `tests/run` starts. A test whose server is absent fails with that advice; it is never
//! skipped. Everything here is synchronous, so that a test needs no runtime of its own: see [`block_on`].

#![allow(dead_code, reason = "each test binary compiles this module and uses its own part of it")]

mod client;
mod database;
pub mod independent;
mod session;

pub use database::Database;
#[allow(unused_imports, reason = "only tests that run thousands of scripts keep a connection open")]
pub use session::Session;

/// Runs a future of the library, such as `catalog::read`, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs nothing but the operating system")
        .block_on(future)
}

/// The Python interpreter that has SQLAlchemy and SQLModel (`tests/support/requirements.txt`).
pub fn python() -> String {
    variable("DRIFT_TEST_PYTHON")
}

/// A variable that `tests/run` sets.
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this test through `tests/run`"))
}
