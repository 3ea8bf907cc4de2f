//! What users type to let their migration tool do what is right.

use super::Graph;
use super::revision::Tool;

/// The command that runs what is pending; `client` is how the engine's own client is given a file.
pub fn run_command(tool: Tool, client: &str, graph: &Graph, pending: &[usize]) -> Option<String> {
    if pending.is_empty() {
        return None;
    }
    Some(match tool {
        Tool::Alembic if graph.heads().len() > 1 => "alembic upgrade heads".to_owned(),
        Tool::Alembic => "alembic upgrade head".to_owned(),
        Tool::Flyway => "flyway migrate".to_owned(),
        Tool::Dbmate => "dbmate up".to_owned(),
        Tool::GolangMigrate => "migrate up".to_owned(),
        Tool::Sqlx => "sqlx migrate run".to_owned(),
        Tool::Diesel => "diesel migration run".to_owned(),
        Tool::Prisma => "prisma migrate deploy".to_owned(),
        Tool::Goose => "goose up".to_owned(),
        Tool::Numbered | Tool::Unordered => {
            let run = |at: &usize| format!("{client} {}", graph.revision(*at).file.display());
            pending.iter().map(run).collect::<Vec<_>>().join(" && ")
        }
    })
}

/// The command that corrects what is recorded, so that it ends with `revisions`; `None` where the tool has none.
pub fn stamp_command(tool: Tool, revisions: &[&str]) -> Option<String> {
    Some(match (tool, revisions) {
        (Tool::Alembic, []) => "alembic stamp base".to_owned(),
        (Tool::Alembic, [one]) => format!("alembic stamp {one}"),
        // Several versions replace what is there, rather than moving it.
        (Tool::Alembic, several) => format!("alembic stamp --purge {}", several.join(" ")),
        (Tool::GolangMigrate, [.., last]) => format!("migrate force {last}"),
        (Tool::Prisma, [.., last]) => format!("prisma migrate resolve --applied {last}"),
        (Tool::GolangMigrate | Tool::Prisma, []) => return None,
        (
            Tool::Numbered | Tool::Unordered | Tool::Flyway | Tool::Dbmate | Tool::Sqlx | Tool::Diesel | Tool::Goose,
            _,
        ) => return None,
    })
}
