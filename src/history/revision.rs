//! One step of a migration history.

use std::path::PathBuf;

use serde::Serialize;

use crate::snapshot::Span;

/// The migration tools whose histories are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Alembic: Python revisions that name their parents.
    Alembic,
    /// Numbered SQL files of no particular tool: `000_x.sql`.
    Numbered,
    /// SQL files without numbers: nothing but what they create and need says in which order they run.
    Unordered,
    /// Flyway: `V1__x.sql`, `R__x.sql`, `U1__x.sql`.
    Flyway,
    /// dbmate: `-- migrate:up` and `-- migrate:down` in one file.
    Dbmate,
    /// golang-migrate: `1_x.up.sql` and `1_x.down.sql`.
    GolangMigrate,
    /// sqlx: `1_x.sql`, or `1_x.up.sql` with `1_x.down.sql`.
    Sqlx,
    /// Diesel: folders with `up.sql` and `down.sql`.
    Diesel,
    /// Prisma: folders with `migration.sql`.
    Prisma,
    /// goose: `-- +goose Up` and `-- +goose Down` in one file.
    Goose,
    /// Supabase: `supabase/migrations/20240101000000_x.sql`.
    Supabase,
}

impl Tool {
    /// Whether it is a tool, which writes down what it ran, and no mere folder of files.
    pub fn keeps_records(self) -> bool {
        match self {
            Tool::Numbered | Tool::Unordered => false,
            Tool::Alembic
            | Tool::Flyway
            | Tool::Dbmate
            | Tool::GolangMigrate
            | Tool::Sqlx
            | Tool::Diesel
            | Tool::Prisma
            | Tool::Goose
            | Tool::Supabase => true,
        }
    }

    /// The name that messages use.
    pub fn words(self) -> &'static str {
        match self {
            Tool::Alembic => "Alembic",
            Tool::Numbered => "numbered SQL files",
            Tool::Unordered => "SQL files without numbers",
            Tool::Flyway => "Flyway",
            Tool::Dbmate => "dbmate",
            Tool::GolangMigrate => "golang-migrate",
            Tool::Sqlx => "sqlx",
            Tool::Diesel => "Diesel",
            Tool::Prisma => "Prisma",
            Tool::Goose => "goose",
            Tool::Supabase => "Supabase",
        }
    }
}

/// One step of a history: what one migration file, or one folder of a tool that uses folders, says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The identifier by which the tool records it: a hash, a number, a timestamp.
    pub id: String,
    /// What it is called beside that: Alembic's message, the words of a file's name.
    pub name: String,
    /// The revisions that come directly before it; empty for a base.
    pub parents: Vec<String>,
    /// Revisions that must have run before it without being its parents: Alembic's `depends_on`.
    pub depends_on: Vec<String>,
    /// Alembic's branch labels.
    pub labels: Vec<String>,
    /// The file that goes forward.
    pub file: PathBuf,
    /// Where in it the revision says what it is.
    pub span: Span,
    /// How it goes back.
    pub backward: Backward,
    /// Whether it runs again whenever its text changes, after all others: Flyway's `R__`.
    pub repeatable: bool,
}

/// How a revision goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backward {
    /// The file goes back by itself: Alembic's `downgrade`, a section of the file.
    Same,
    /// Another file does.
    File(PathBuf),
    /// It says nothing, although the tool has a way to say it.
    Absent,
    /// The tool has none.
    Unsupported,
}
