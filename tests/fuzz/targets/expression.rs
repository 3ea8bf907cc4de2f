//! Two texts as the CHECK expressions of one column: they are brought to canonical form and compared, both ways.
#![no_main]

use std::path::Path;

use drift::dialect::dialect;
use drift::diff::{Pair, diff};
use drift::model::Engine;
use drift::plan::{self, PlanOptions};
use drift::source::{LoadContext, sql};

const ENGINES: [Engine; 4] = [Engine::Postgres, Engine::MySql, Engine::MariaDb, Engine::Sqlite];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    // One line is one side.
    let (left, right) = text.split_once('\n').unwrap_or((&text, "a > 0"));
    let dialect = dialect(ENGINES[usize::from(*first) % ENGINES.len()], None);
    let context = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: Path::new(""), base: None };
    let schema = |expression: &str| {
        let text = format!(
            "CREATE TABLE t (a integer, b varchar(20) DEFAULT ({expression}), c date, CONSTRAINT k CHECK ({expression}));\n\
             CREATE INDEX i ON t ((lower(b))) WHERE {expression};\n"
        );
        sql::load_text(&text, Path::new("fuzz.sql"), &context)
    };
    let (left, right) = (schema(left), schema(right));
    for pair in [Pair::new(&left, &right), Pair::new(&right, &left)] {
        let found = diff(pair, dialect.as_ref());
        plan::plan(&found, pair, dialect.as_ref(), &PlanOptions::default());
    }
});
