//! Any text as an SQL file, for each engine: it is read, compared with itself and built anew.
#![no_main]

use std::path::Path;

use drift::dialect::dialect;
use drift::diff::{Pair, diff};
use drift::model::Engine;
use drift::plan;
use drift::source::{LoadContext, sql};

const ENGINES: [Engine; 4] = [Engine::Postgres, Engine::MySql, Engine::MariaDb, Engine::Sqlite];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let dialect = dialect(ENGINES[usize::from(*first) % ENGINES.len()], None);
    let context = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: Path::new(""), base: None };
    let snapshot = sql::load_text(&text, Path::new("fuzz.sql"), &context);
    let found = diff(Pair::new(&snapshot, &snapshot), dialect.as_ref());
    assert!(found.changes.is_empty(), "a schema differs from itself: {:?}", found.changes);
    plan::create_all(&snapshot, dialect.as_ref());
});
