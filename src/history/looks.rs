//! Which engine migrations are written for, by what they look like.

use crate::model::Engine;
use crate::snapshot::Span;

use super::problem::{Gravity, Problem};
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
    /// The engine that Prisma's own file names, from which migrations for another one are refused:
    /// <https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/limitations-and-known-issues>.
    pub fn locked_engine(&self) -> Option<Engine> {
        let lock = std::fs::read_to_string(self.root.join(&self.place).join("migration_lock.toml")).ok()?;
        let provider = lock.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "provider").then(|| value.trim().trim_matches('"').to_owned())
        })?;
        match provider.as_str() {
            "postgresql" | "postgres" | "cockroachdb" => Some(Engine::Postgres),
            "mysql" => Some(Engine::MySql),
            "sqlite" => Some(Engine::Sqlite),
            _ => None,
        }
    }

    /// What is wrong where Prisma's file names another engine than the one at hand.
    pub fn wrong_provider(&self, engine: Engine) -> Option<Problem> {
        let locked = self.locked_engine().filter(|locked| !locked.shares_rules_with(engine))?;
        let file = self.place.join("migration_lock.toml");
        Some(Problem {
            code: "history.provider",
            gravity: Gravity::Error,
            message: format!("these migrations are for {locked}, and the database is {engine}"),
            at: vec![Span { file: file.as_path().into(), line: 1, column: 1 }],
            help: "Prisma refuses this (P3019): name the right database, or begin a history for this one".to_owned(),
        })
    }

    /// The engine that the files are for; `None` where none of them says it. What Alembic's operations mean to the chain
    /// is the same on every engine.
    pub fn engine(&self) -> Option<Engine> {
        if self.tool == Tool::Alembic {
            return Some(Engine::Postgres);
        }
        if let Some(engine) = self.locked_engine() {
            return Some(engine);
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
