//! The part of a migration file that goes forward, where one file holds both ways.

use std::borrow::Cow;
use std::path::Path;

use crate::history::revision::Tool;
use crate::source::sql::Wrapping;

/// `text` without what goes back. Lines keep their numbers: what is left out is left empty.
pub fn forward(tool: Tool, text: &str) -> Cow<'_, str> {
    let Some(markers) = markers(tool) else { return Cow::Borrowed(text) };
    if !text.lines().any(|line| markers.up(line)) {
        return Cow::Borrowed(text);
    }
    let mut forward = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if markers.up(line) {
            inside = true;
        } else if markers.down(line) {
            inside = false;
        }
        forward.push_str(if inside { line } else { &line[line.trim_end_matches(['\n', '\r']).len()..] });
    }
    Cow::Owned(forward)
}

/// Whether a tool runs the statements of the file at `path` in a transaction.
pub fn wrapping(tool: Tool, path: &Path, text: &str) -> Wrapping {
    let says = |words: &str| text.lines().any(|line| line.trim_start().starts_with("--") && line.contains(words));
    let beside = |name: &str, words: &str| {
        let settings = std::fs::read_to_string(path.with_file_name(name)).unwrap_or_default();
        settings.replace(' ', "").contains(words)
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (is_off, otherwise) = match tool {
        Tool::Dbmate => (says("transaction:false"), Wrapping::Always),
        Tool::Goose => (says("NO TRANSACTION"), Wrapping::Always),
        Tool::Sqlx => (text.starts_with("-- no-transaction"), Wrapping::Always),
        Tool::Diesel => (beside("metadata.toml", "run_in_transaction=false"), Wrapping::Always),
        Tool::Flyway => (beside(&format!("{name}.conf"), "executeInTransaction=false"), Wrapping::Mixed),
        Tool::Prisma | Tool::GolangMigrate | Tool::Supabase => (false, Wrapping::Several),
        // A client runs each statement by itself.
        Tool::Alembic | Tool::Numbered | Tool::Unordered => (true, Wrapping::Never),
    };
    if is_off { Wrapping::Never } else { otherwise }
}

/// Whether `text` says how to go back.
pub(super) fn has_backward(tool: Tool, text: &str) -> bool {
    markers(tool).is_some_and(|markers| text.lines().any(|line| markers.down(line)))
}

/// The tool whose markers stand in `text`.
pub(super) fn tool_of(text: &str) -> Option<Tool> {
    let tools = [Tool::Dbmate, Tool::Goose];
    tools.into_iter().find(|tool| markers(*tool).is_some_and(|markers| text.lines().any(|line| markers.up(line))))
}

struct Markers {
    up: &'static str,
    down: &'static str,
}

/// dbmate: <https://github.com/amacneil/dbmate#creating-migrations>; goose:
/// <https://pressly.github.io/goose/documentation/annotations/>.
fn markers(tool: Tool) -> Option<Markers> {
    match tool {
        Tool::Dbmate => Some(Markers { up: "migrate:up", down: "migrate:down" }),
        Tool::Goose => Some(Markers { up: "+goose up", down: "+goose down" }),
        Tool::Alembic
        | Tool::Numbered
        | Tool::Unordered
        | Tool::Flyway
        | Tool::GolangMigrate
        | Tool::Sqlx
        | Tool::Diesel
        | Tool::Prisma
        | Tool::Supabase => None,
    }
}

impl Markers {
    fn up(&self, line: &str) -> bool {
        is_marker(line, self.up)
    }

    fn down(&self, line: &str) -> bool {
        is_marker(line, self.down)
    }
}

/// Whether a comment line starts with the words of a marker, whatever options follow.
fn is_marker(line: &str, marker: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("--") else { return false };
    let mut words = comment.split_whitespace();
    marker.split(' ').all(|word| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_back_is_left_out_and_lines_keep_their_numbers() {
        let text = "-- migrate:up transaction:false\nCREATE TABLE a (x int);\n\n-- migrate:down\nDROP TABLE a;\n";
        assert_eq!(forward(Tool::Dbmate, text), "-- migrate:up transaction:false\nCREATE TABLE a (x int);\n\n\n\n");
        assert_eq!(forward(Tool::Numbered, text), text);
        let goose = "-- +goose Down\nDROP TABLE a;\n-- +goose Up\nCREATE TABLE a (x int);";
        assert_eq!(forward(Tool::Goose, goose), "\n\n-- +goose Up\nCREATE TABLE a (x int);");
        assert_eq!((tool_of(text), tool_of(goose), tool_of("SELECT 1")), (Some(Tool::Dbmate), Some(Tool::Goose), None));
        assert!(has_backward(Tool::Goose, goose) && !has_backward(Tool::Goose, "-- +goose Up\n"));
    }
}
