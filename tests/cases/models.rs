//! What SQLAlchemy itself would send for a case's models: the judge of the Python reader.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support;

/// The statements of `MetaData.create_all` for the models of `text` for a dialect of SQLAlchemy.
///
/// # Panics
/// With Python's message when the models cannot be imported.
pub fn create_all(text: &str, dialect: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/create_all.py");
    let mut child = Command::new(support::python())
        .args(["-B", script, dialect])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the Python of DRIFT_TEST_PYTHON runs");
    let mut input = child.stdin.take().expect("standard input is piped");
    input.write_all(text.as_bytes()).expect("Python reads its script");
    drop(input);
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "create_all.py: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
