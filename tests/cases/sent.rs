//! Python models against the DDL that SQLAlchemy itself sends for them (`fixtures/models/<topic>/<engine>.sql`, written
//! by `fixtures/models/generate.py`): read as models and read as SQL, a topic must be one and the same schema.

use std::path::{Path, PathBuf};

use drift::dialect::{Dialect, dialect};
use drift::diff::{Pair, diff};
use drift::model::Engine;
use drift::snapshot::Snapshot;
use drift::source::{LoadContext, python, sql};
use libtest_mimic::{Failed, Trial};

/// One test for each topic and engine.
pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for topic in topics() {
        for engine in Engine::ALL {
            let name = topic.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(ddl) = ddl(&topic, engine) else { continue };
            let topic = topic.clone();
            trials.push(Trial::test(format!("sent/{name}::{}", engine.key()), move || check(&topic, &ddl, engine)));
        }
    }
    assert!(trials.len() > 40, "the topics are gone");
    trials
}

fn topics() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/models");
    let entries = std::fs::read_dir(folder).expect("fixtures/models can be read");
    let mut topics: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|p| p.is_dir()).collect();
    topics.sort();
    topics
}

/// The topic's DDL for an engine, where the topic is for it. MariaDB is sent what MySQL is.
fn ddl(topic: &Path, engine: Engine) -> Option<PathBuf> {
    let key = if engine == Engine::MariaDb { "mysql" } else { engine.key() };
    Some(topic.join(format!("{key}.sql"))).filter(|path| path.exists())
}

fn check(topic: &Path, ddl: &Path, engine: Engine) -> Result<(), Failed> {
    let dialect = dialect(engine, None);
    let models = [topic.join("models.py"), topic.join("models")].into_iter().find(|path| path.exists());
    let models = models.ok_or("the topic has no models")?;
    let declared = python::load(&[models], &context(&*dialect, topic)).map_err(|error| error.to_string())?;
    let sent = sql::load(&[ddl.to_path_buf()], &context(&*dialect, topic)).map_err(|error| error.to_string())?;
    let mut problems = undecided(&declared);
    problems.extend(sent.warnings.iter().map(|warning| format!("the DDL: {warning}")));
    let found = diff(Pair { from: &sent, to: &declared }, &*dialect);
    problems.extend(found.changes.iter().map(|change| format!("{change:?}")));
    problems.extend(found.undecided.iter().map(|one| format!("undecided: {one:?}")));
    problems.extend(without_place(&declared));
    if problems.is_empty() { Ok(()) } else { Err(format!("\n{}", problems.join("\n")).into()) }
}

fn context<'a>(dialect: &'a dyn Dialect, root: &'a Path) -> LoadContext<'a> {
    LoadContext { dialect, default_schema: None, root, base: None }
}

fn undecided(snapshot: &Snapshot) -> Vec<String> {
    snapshot.undecided.iter().map(|one| format!("undecided: {} {}", one.facet, one.reason)).collect()
}

/// Every column has a line: its own, or that of its class where a library declares it.
fn without_place(snapshot: &Snapshot) -> Vec<String> {
    let mut missing = Vec::new();
    for table in snapshot.database.tables.values() {
        for column in &table.columns {
            let kind = drift::model::Kind::Column;
            let path = drift::model::ObjectPath::of_table(kind, &table.name, column.name.clone());
            if snapshot.origins.find(&path).is_none() {
                missing.push(format!("{path} has no place"));
            }
        }
    }
    missing
}
