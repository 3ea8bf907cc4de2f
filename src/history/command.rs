//! What users type to let their migration tool do what is right.

use super::revision::Tool;
use super::{Graph, History, Recorded};

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
        Tool::Supabase => "supabase db push".to_owned(),
        Tool::Numbered | Tool::Unordered => {
            let run = |at: &usize| format!("{client} {}", graph.revision(*at).file.display());
            pending.iter().map(run).collect::<Vec<_>>().join(" && ")
        }
    })
}

/// The command that runs what is pending beside what a database records.
pub fn run_pending(history: &History, recorded: Option<&Recorded>, client: &str, pending: &[usize]) -> Option<String> {
    let late = recorded.map(|recorded| history.late(recorded)).unwrap_or_default();
    let is_late = |at: &usize| late.contains(at);
    match history.tool {
        // It never runs them.
        Tool::GolangMigrate if !pending.is_empty() && pending.iter().all(is_late) => None,
        Tool::Goose | Tool::Flyway | Tool::Supabase if pending.iter().any(is_late) => {
            Some(history.run_out_of_order().to_owned())
        }
        tool => run_command(tool, client, &history.graph, pending),
    }
}

/// The command that corrects what is recorded, so that it ends with `revisions`; `None` where the tool has none.
pub fn stamp_command(tool: Tool, revisions: &[&str]) -> Option<String> {
    Some(match (tool, revisions) {
        (Tool::Alembic, []) => "alembic stamp base".to_owned(),
        (Tool::Alembic, [one]) => format!("alembic stamp {one}"),
        // Several versions replace what is there, rather than moving it.
        (Tool::Alembic, several) => format!("alembic stamp --purge {}", several.join(" ")),
        (Tool::GolangMigrate, [.., last]) => format!("migrate force {}", number(last)),
        (Tool::Supabase, [.., last]) => format!("supabase migration repair --status applied {last}"),
        (Tool::Prisma, [.., last]) => format!("prisma migrate resolve --applied {last}"),
        (Tool::GolangMigrate | Tool::Prisma | Tool::Supabase, []) => return None,
        (
            Tool::Numbered | Tool::Unordered | Tool::Flyway | Tool::Dbmate | Tool::Sqlx | Tool::Diesel | Tool::Goose,
            _,
        ) => return None,
    })
}

/// What records a revision as applied after it was carried out by hand: a command, or SQL where the tool has none.
pub fn record_applied(tool: Tool, id: &str) -> Option<String> {
    let number = number(id);
    Some(match tool {
        Tool::Alembic => format!("alembic stamp {id}"),
        Tool::GolangMigrate => format!("migrate force {number}"),
        Tool::Prisma => format!("prisma migrate resolve --applied {id}"),
        Tool::Supabase => format!("supabase migration repair --status applied {id}"),
        Tool::Dbmate => format!("INSERT INTO schema_migrations (version) VALUES ('{id}');"),
        Tool::Sqlx => format!("UPDATE _sqlx_migrations SET success = TRUE WHERE version = {number};"),
        Tool::Diesel => format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{id}');"),
        Tool::Goose => format!("INSERT INTO goose_db_version (version_id, is_applied) VALUES ({number}, TRUE);"),
        Tool::Flyway => format!("UPDATE flyway_schema_history SET success = TRUE WHERE version = '{id}';"),
        Tool::Numbered | Tool::Unordered => return None,
    })
}

/// What takes a revision that failed out of the records, so that it runs again; `before` is the one before it.
pub fn record_absent(tool: Tool, id: &str, before: Option<&str>) -> Option<String> {
    let number_of = number;
    let number = number(id);
    Some(match tool {
        // Without a version it stands at -1.
        Tool::GolangMigrate => format!("migrate force {}", before.map_or("-1", number_of)),
        Tool::Prisma => format!("prisma migrate resolve --rolled-back {id}"),
        Tool::Flyway => "flyway repair".to_owned(),
        Tool::Sqlx => format!("DELETE FROM _sqlx_migrations WHERE version = {number};"),
        Tool::Supabase => format!("supabase migration repair --status reverted {id}"),
        Tool::Alembic | Tool::Dbmate | Tool::Diesel | Tool::Goose | Tool::Numbered | Tool::Unordered => return None,
    })
}

/// A number as tools record it, without the zeros that a file's name begins with.
fn number(id: &str) -> &str {
    match id.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}
