//! Every file of `fixtures/cases` as one test: two sides of a schema, and what must hold between them on real servers.
//! Beside them stand the models of `fixtures/models`, which need none (`sent.rs`).
//!
//! `DRIFT_UPDATE=1 tests/run --test cases` writes the blocks of what is expected anew, to be judged before they are
//! committed. The properties stand in `properties.rs`.

#[path = "../support/mod.rs"]
mod support;

mod alembic;
mod document;
mod models;
mod properties;
mod report;
mod sent;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use document::Document;
use drift::model::{Engine, ServerVersion};
use libtest_mimic::{Arguments, Failed, Trial};

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: Cell<String> = const { Cell::new(String::new()) };
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The cases wait for servers most of the time.
    arguments.test_threads.get_or_insert(8);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut servers = Servers::default();
    let wanted = arguments.filter.clone();
    let mut trial = |file: PathBuf| {
        let name = file.strip_prefix(&root).unwrap_or(&file).with_extension("").display().to_string();
        // No server is asked for a case that will not run.
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted)) {
            return None;
        }
        let planned = read(&file).and_then(|case| Ok((servers.engines(&name, &case)?, case)));
        // A case that no server is there for has not passed.
        let is_ignored = planned.as_ref().is_ok_and(|(engines, _)| engines.is_empty());
        let run = move || planned.map_err(Failed::from).and_then(|(engines, case)| run(case, &file, &engines));
        Some(Trial::test(name, run).with_ignored_flag(is_ignored))
    };
    let mut trials: Vec<Trial> = files(&root).into_iter().filter_map(&mut trial).collect();
    trials.extend(sent::trials());
    // A panic is caught and told among the failures of its case; here only its place is kept.
    std::panic::set_hook(Box::new(|info| PANIC.set(info.to_string())));
    let conclusion = libtest_mimic::run(&arguments, trials);
    for (server, names) in &servers.left_out {
        println!("left out on {server}, which is too old for them: {} ({})", names.len(), names.join(", "));
    }
    conclusion.exit_code()
}

/// The case files, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder of the repository can be listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether an engine is tried: all are, but where `DRIFT_TEST_ENGINES` names some (`mysql`, `postgres,mariadb`), as when
/// another version of one server is looked at.
fn is_wanted(engine: &Engine) -> bool {
    let wanted = std::env::var("DRIFT_TEST_ENGINES").unwrap_or_default();
    wanted.is_empty() || wanted.split(',').any(|key| key.trim() == engine.key())
}

fn read(file: &Path) -> Result<Document, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Document::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// What the servers are too old for.
#[derive(Default)]
struct Servers {
    versions: BTreeMap<&'static str, ServerVersion>,
    /// The cases that are left out, by the server that lacks what they are about.
    left_out: BTreeMap<String, Vec<String>>,
}

impl Servers {
    /// The engines that a case is tried on.
    fn engines(&mut self, name: &str, case: &Document) -> Result<Vec<Engine>, String> {
        let mut engines = Vec::new();
        for engine in case.engines.iter().copied().filter(is_wanted) {
            let Some(needed) = case.needs(engine)? else {
                engines.push(engine);
                continue;
            };
            let version = *self.versions.entry(engine.key()).or_insert_with(|| properties::server_version(engine));
            match version < needed {
                true => self.left_out.entry(format!("{engine} {version}")).or_default().push(name.to_owned()),
                false => engines.push(engine),
            }
        }
        Ok(engines)
    }
}

/// Checks one case on each engine. An engine that fails does not keep the others from being checked.
fn run(mut case: Document, file: &Path, engines: &[Engine]) -> Result<(), Failed> {
    let update = std::env::var_os("DRIFT_UPDATE").is_some();
    let mut failures = Vec::new();
    for engine in engines.iter().copied() {
        match std::panic::catch_unwind(|| properties::check(&case, engine)) {
            Ok(outcome) => {
                failures.extend(outcome.failures.into_iter().map(|failure| format!("[{engine}] {failure}")));
                let server = (engine, outcome.version);
                if update {
                    case.record(server, &outcome.golden);
                } else {
                    failures.extend(case.compare(server, &outcome.golden));
                }
            }
            Err(_) => failures.push(format!("[{engine}] {}", PANIC.take())),
        }
    }
    if update {
        std::fs::write(file, case.written()).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n").into()) }
}
