//! The real Alembic, which runs a case's migration as a revision: one process of Python for all cases.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use drift::diff::{Diff, Pair};
use drift::plan::output::{AlembicRevision, Operations, OutputContext, OutputForm};
use drift::plan::{Plan, Planner};
use drift::snapshot::Snapshot;

use crate::support;

/// The migration as a revision; `None` where it would have nothing but the statements themselves.
pub fn revision(plan: &Plan, found: &Diff, sides: Pair<&Snapshot>, dialect: &dyn Planner) -> Option<String> {
    let databases = sides.map(|snapshot| &snapshot.database);
    let revision = AlembicRevision {
        id: "1".to_owned(),
        parents: Vec::new(),
        message: "case".to_owned(),
        operations: Some(Operations { dialect, databases }),
    };
    let context = OutputContext { header: &[], diff: found, origins: &sides.to.origins };
    let text = revision.write(plan, context).up;
    let is_operation = |line: &str| {
        let call = line.trim_start();
        (call.starts_with("op.") || call.starts_with("with op.batch"))
            && !call.starts_with("op.execute(")
            && !call.starts_with("op.get_context")
    };
    text.lines().any(is_operation).then_some(text)
}

/// Runs one of a revision's functions on a database.
///
/// # Errors
/// What Python says of it.
///
/// # Panics
/// When the Python of the tests does not run.
pub fn run(url: &str, revision: &str, function: &str) -> Result<(), String> {
    static PYTHON: LazyLock<Mutex<Alembic>> = LazyLock::new(|| Mutex::new(Alembic::start()));
    let mut alembic = PYTHON.lock().unwrap_or_else(PoisonError::into_inner);
    let order = serde_json::json!({ "url": url, "revision": revision, "function": function });
    writeln!(alembic.input, "{order}").expect("Python listens");
    let mut answer = String::new();
    alembic.output.read_line(&mut answer).expect("Python answers");
    match serde_json::from_str(&answer).expect("Python answers with JSON; see its standard error") {
        None => Ok(()),
        Some(error) => Err(error),
    }
}

struct Alembic {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _child: Child,
}

impl Alembic {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/alembic_runs.py");
        let mut child = Command::new(support::python())
            .args(["-B", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python of DRIFT_TEST_PYTHON runs");
        let input = child.stdin.take().expect("standard input is piped");
        let output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        Alembic { input, output, _child: child }
    }
}
