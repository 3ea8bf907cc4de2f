//! Which engine migrations are written for, by what they look like.

use crate::model::Engine;

use super::{History, Tool};

/// Words that one engine alone understands, in lower case.
const WORDS: [(Engine, &[&str]); 3] = [
    (Engine::MySql, &["`", "engine=", "engine =", "auto_increment", "foreign_key_checks"]),
    (Engine::Sqlite, &["autoincrement", "pragma ", "without rowid"]),
    (
        Engine::Postgres,
        &[
            "serial",
            "jsonb",
            "timestamptz",
            "with time zone",
            "gen_random_uuid",
            "bytea",
            "create extension",
            "::",
            "$$",
        ],
    ),
];

impl History {
    /// The engine that the files are for; `None` where none of them says it. What Alembic's operations mean to the chain
    /// is the same on every engine.
    pub fn engine(&self) -> Option<Engine> {
        if self.tool == Tool::Alembic {
            return Some(Engine::Postgres);
        }
        self.graph.revisions().iter().find_map(|revision| {
            let text = std::fs::read(self.root.join(&revision.file)).ok()?;
            let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
            let code = |line: &str| line.split("--").next().unwrap_or_default().to_owned() + "\n";
            let text: String = text.lines().map(code).collect();
            let mentions = |words: &[&str]| words.iter().any(|word| text.contains(word));
            WORDS.iter().find(|(_, words)| mentions(words)).map(|(engine, _)| *engine)
        })
    }
}
