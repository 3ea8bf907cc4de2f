//! Whose layout a folder of SQL migrations follows, and the steps in the order in which its tool runs them.
//!
//! Nothing is read here but names and the markers inside files; what a step does, the replay says.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::history::revision::{Backward, Revision, Tool};
use crate::snapshot::Span;

use super::section;

/// The steps in `folder`, shown by paths that start with `shown`; `None` where no SQL migration is in it.
///
/// # Errors
/// When the folder, or a file whose markers have to be looked for, cannot be read.
pub fn read(folder: &Path, shown: &Path) -> io::Result<Option<(Tool, Vec<Revision>)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push(name);
        }
    }
    entries.sort_by(|one, other| natural(one, other));
    let steps: Vec<Step> = entries.iter().filter_map(|entry| step(folder, entry)).collect();
    if steps.is_empty() {
        return Ok(None);
    }
    let tool = tool(folder, &steps)?;
    Ok(Some((tool, chain(tool, folder, shown, steps)?)))
}

/// A file, or a folder of a tool that uses folders, by what its name says.
struct Step {
    style: Style,
    id: String,
    name: String,
    /// The file that goes forward or back, below the history's folder.
    file: PathBuf,
    way: Way,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
    Repeatable,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Flyway,
    UpAndDown,
    DieselFolder,
    PrismaFolder,
    Number,
    Bare,
}

fn step(folder: &Path, entry: &str) -> Option<Step> {
    if folder.join(entry).is_dir() {
        return folder_step(folder, entry);
    }
    let stem = strip_suffix(entry, ".sql")?;
    if let Some(step) = flyway(stem, entry) {
        return Some(step);
    }
    let (style, way, stem) = match (strip_suffix(stem, ".up"), strip_suffix(stem, ".down")) {
        (Some(stem), _) => (Style::UpAndDown, Way::Forward, stem),
        (None, Some(stem)) => (Style::UpAndDown, Way::Back, stem),
        (None, None) => (Style::Number, Way::Forward, stem),
    };
    let digits = stem.find(|c: char| !c.is_ascii_digit()).unwrap_or(stem.len());
    let (id, rest) = stem.split_at(digits);
    let step =
        |style, id: &str, name: &str| Step { style, id: id.to_owned(), name: name.to_owned(), file: entry.into(), way };
    match (id, rest.strip_prefix(['_', '-', '.'])) {
        ("", _) => (style == Style::Number).then(|| step(Style::Bare, stem, stem)),
        (_, None) if !rest.is_empty() => (style == Style::Number).then(|| step(Style::Bare, stem, stem)),
        (id, name) => Some(step(style, id, name.unwrap_or_default())),
    }
}

/// `2024-01-01-000000_create_users/up.sql` of Diesel, `20240101000000_init/migration.sql` of Prisma.
fn folder_step(folder: &Path, entry: &str) -> Option<Step> {
    let (id, name) = entry.split_once('_')?;
    if !id.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let step = |style, id: String, file: &str| Step {
        style,
        id,
        name: name.to_owned(),
        file: Path::new(entry).join(file),
        way: Way::Forward,
    };
    if folder.join(entry).join("migration.sql").is_file() {
        return Some(step(Style::PrismaFolder, entry.to_owned(), "migration.sql"));
    }
    let is_diesel = folder.join(entry).join("up.sql").is_file();
    // Diesel records the version without the dashes.
    is_diesel.then(|| step(Style::DieselFolder, id.replace('-', ""), "up.sql"))
}

/// <https://documentation.red-gate.com/flyway/flyway-concepts/migrations/naming>
fn flyway(stem: &str, entry: &str) -> Option<Step> {
    let (version, name) = stem.split_once("__")?;
    let way = match version.chars().next()? {
        'V' => Way::Forward,
        'U' => Way::Back,
        'R' if version.len() == 1 => Way::Repeatable,
        _ => return None,
    };
    let version = &version[1..];
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    if way != Way::Repeatable && !is_version {
        return None;
    }
    let id = if way == Way::Repeatable { name.to_owned() } else { version.replace('_', ".") };
    Some(Step { style: Style::Flyway, id, name: name.replace('_', " "), file: entry.into(), way })
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let end = text.get(at..)?;
    end.eq_ignore_ascii_case(suffix).then(|| &text[..at])
}

/// The tool whose names these are; where several use the same names, the markers in the files or the project around
/// them tell.
fn tool(folder: &Path, steps: &[Step]) -> io::Result<Tool> {
    // Files that go back say less: 001_a.down.sql may stand beside 001_a.up.sql or beside 001_a.sql.
    let forward = steps.iter().filter(|step| step.way != Way::Back);
    let count = |style: Style| forward.clone().filter(|step| step.style == style).count();
    let styles =
        [Style::PrismaFolder, Style::DieselFolder, Style::Flyway, Style::UpAndDown, Style::Number, Style::Bare];
    let most = styles.into_iter().rev().max_by_key(|style| count(*style)).unwrap_or(Style::Bare);
    match most {
        Style::PrismaFolder => Ok(Tool::Prisma),
        Style::DieselFolder => Ok(Tool::Diesel),
        Style::Flyway => Ok(Tool::Flyway),
        Style::UpAndDown if uses_sqlx(folder) => Ok(Tool::Sqlx),
        Style::UpAndDown => Ok(Tool::GolangMigrate),
        Style::Number | Style::Bare => {
            for step in steps.iter().filter(|step| step.style == most) {
                if let Some(tool) = section::tool_of(&fs::read_to_string(folder.join(&step.file))?) {
                    return Ok(tool);
                }
            }
            Ok(match most == Style::Bare {
                true => Tool::Unordered,
                false if is_supabase(folder) => Tool::Supabase,
                false if uses_sqlx(folder) => Tool::Sqlx,
                false => Tool::Numbered,
            })
        }
    }
}

/// Whether a folder is the one in which Supabase's command looks for migrations:
/// <https://supabase.com/docs/guides/deployment/database-migrations>.
fn is_supabase(folder: &Path) -> bool {
    folder.ends_with("supabase/migrations")
}

/// Whether the Rust project around a folder uses sqlx.
fn uses_sqlx(folder: &Path) -> bool {
    let manifests = folder.ancestors().take(4).map(|folder| folder.join("Cargo.toml"));
    let mut texts = manifests.filter_map(|manifest| fs::read_to_string(manifest).ok());
    texts.any(|text| text.lines().any(|line| line.trim_start().starts_with("sqlx")))
}

/// The steps as a chain: each follows the one before it, as these tools have no branches.
fn chain(tool: Tool, folder: &Path, shown: &Path, steps: Vec<Step>) -> io::Result<Vec<Revision>> {
    let (back, mut forward): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(|step| step.way == Way::Back);
    // Beside numbered files, one without a number is a script that no tool runs.
    forward.retain(|step| step.style != Style::Bare || tool == Tool::Unordered);
    forward.sort_by(|one, other| {
        let repeatable = |step: &Step| step.way == Way::Repeatable;
        repeatable(one).cmp(&repeatable(other)).then_with(|| order(tool, &one.id, &other.id))
    });
    let mut revisions: Vec<Revision> = Vec::with_capacity(forward.len());
    for step in forward {
        let before = revisions.last().filter(|_| tool != Tool::Unordered).map(|last| last.id.clone());
        let backward = match back.iter().find(|other| other.id == step.id) {
            Some(other) => Backward::File(shown.join(&other.file)),
            None if step.way == Way::Repeatable => Backward::Unsupported,
            None => backward(tool, &folder.join(&step.file), !back.is_empty())?,
        };
        let file = shown.join(&step.file);
        revisions.push(Revision {
            id: step.id,
            name: step.name,
            parents: before.into_iter().collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            span: Span { file: file.as_path().into(), line: 1, column: 1 },
            file,
            backward,
            repeatable: step.way == Way::Repeatable,
        });
    }
    Ok(revisions)
}

/// The order in which a tool runs two steps: some go by the numbers, some by the letters of their names.
fn order(tool: Tool, one: &str, other: &str) -> Ordering {
    match tool {
        Tool::Prisma | Tool::Diesel | Tool::Dbmate | Tool::Supabase => one.cmp(other),
        Tool::Alembic
        | Tool::Numbered
        | Tool::Unordered
        | Tool::Flyway
        | Tool::GolangMigrate
        | Tool::Sqlx
        | Tool::Goose => natural(one, other),
    }
}

/// How a step without a file for the way back goes back.
fn backward(tool: Tool, file: &Path, others_have: bool) -> io::Result<Backward> {
    match tool {
        Tool::Dbmate | Tool::Goose => {
            let text = fs::read_to_string(file)?;
            Ok(if section::has_backward(tool, &text) { Backward::Same } else { Backward::Absent })
        }
        Tool::Diesel => {
            let down = file.with_file_name("down.sql");
            Ok(if down.is_file() { Backward::File(down) } else { Backward::Absent })
        }
        Tool::GolangMigrate => Ok(Backward::Absent),
        // Flyway's undo files and sqlx's down files are for those who want them: where others have one, it is missed.
        Tool::Numbered | Tool::Flyway | Tool::Sqlx if others_have => Ok(Backward::Absent),
        Tool::Alembic
        | Tool::Numbered
        | Tool::Unordered
        | Tool::Flyway
        | Tool::Sqlx
        | Tool::Prisma
        | Tool::Supabase => Ok(Backward::Unsupported),
    }
}

/// Names with numbers in them, by the numbers' values: `2_x` before `10_x`, `1.2` before `1.10`.
pub(in crate::history) fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (None, None) => return one.cmp(other),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (number, rest) = leading_number(left);
                let (against, behind) = leading_number(right);
                let order = number.len().cmp(&against.len()).then_with(|| number.cmp(against));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (rest, behind);
            }
            (Some(a), Some(b)) if a == b => (left, right) = (&left[a.len_utf8()..], &right[b.len_utf8()..]),
            (Some(a), Some(b)) => return a.cmp(&b),
        }
    }
}

/// The digits at the start without leading zeros, and the rest.
fn leading_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let Some((tool, revisions)) = read(folder.path(), Path::new("m")).unwrap() else { return "none".to_owned() };
        let steps: Vec<String> = revisions
            .iter()
            .map(|revision| {
                let back = match &revision.backward {
                    Backward::Same | Backward::File(_) => "<",
                    Backward::Absent => "!",
                    Backward::Unsupported => "",
                };
                format!("{}{back}", revision.id)
            })
            .collect();
        format!("{tool:?} {}", steps.join(" "))
    }

    #[test]
    fn each_layout_is_known_by_its_names() {
        for (files, expected) in [
            (&[("000_a.sql", ""), ("010_c.sql", ""), ("2_b.sql", ""), ("notes.txt", "")][..], "Numbered 000 2 010"),
            (
                &[("V1__a.sql", ""), ("V1_10__c.sql", ""), ("V1.2__b.sql", ""), ("R__v.sql", ""), ("U1__a.sql", "")],
                "Flyway 1< 1.2! 1.10! v",
            ),
            (
                &[
                    (
                        "20240101000000_a.sql",
                        "-- migrate:up
-- migrate:down
",
                    ),
                    (
                        "20240102000000_b.sql",
                        "-- migrate:up
",
                    ),
                ],
                "Dbmate 20240101000000< 20240102000000!",
            ),
            (
                &[(
                    "00001_a.sql",
                    "-- +goose Up
SELECT 1;
-- +goose Down
",
                )],
                "Goose 00001<",
            ),
            (&[("1_a.up.sql", ""), ("1_a.down.sql", ""), ("2_b.up.sql", "")], "GolangMigrate 1< 2!"),
            (&[("1_a.sql", ""), ("1_a.down.sql", ""), ("2_b.sql", "")], "Numbered 1< 2!"),
            (&[("2024-01-01-000000_a/up.sql", ""), ("2024-01-01-000000_a/down.sql", "")], "Diesel 20240101000000<"),
            (&[("20240101000000_init/migration.sql", ""), ("migration_lock.toml", "")], "Prisma 20240101000000_init"),
            // The shorter number is the smaller one, but its letters come later.
            (
                &[("20240102_b/migration.sql", ""), ("20240101000000_a/migration.sql", "")],
                "Prisma 20240101000000_a 20240102_b",
            ),
            (&[("10_b.up.sql", ""), ("9_a.up.sql", "")], "GolangMigrate 9! 10!"),
            (&[("add_tables.sql", ""), ("complete_schema.sql", "")], "Unordered add_tables complete_schema"),
            (&[("001_a.sql", ""), ("002_b.sql", ""), ("seed.sql", "")], "Numbered 001 002"),
            (&[("env.py", ""), ("readme.md", "")], "none"),
        ] {
            assert_eq!(shown(files), expected, "{files:?}");
        }
    }
}
