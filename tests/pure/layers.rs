//! The house rules that the compiler does not know: which module may import which, that every file says what it is
//! for, and that no file outgrows a reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module may import, from the bottom up. `crate::` paths that are not listed are forbidden.
const LAYERS: &[(&str, &[&str])] = &[
    ("message", &[]),
    ("text", &[]),
    ("threads", &[]),
    ("model", &[]),
    ("snapshot", &["model"]),
    ("sql", &["model", "snapshot"]),
    ("diff", &["threads", "model", "snapshot", "sql"]),
    ("plan", &["message", "model", "snapshot", "sql", "diff"]),
    ("dialect", &["model", "snapshot", "sql", "diff", "plan"]),
    // SQLite's catalog is SQL text, which the SQL source reads: a second reader would be a second truth.
    ("catalog", &["message", "threads", "model", "snapshot", "sql", "diff", "plan", "dialect", "source"]),
    ("source", &["message", "text", "threads", "model", "snapshot", "sql", "diff", "plan", "dialect"]),
    ("history", &["message", "model", "snapshot", "diff", "plan", "source"]),
    ("config", &["message", "text", "model", "diff"]),
    ("report", &["message", "model", "snapshot", "diff", "plan"]),
    ("explain", &["message", "model", "snapshot", "diff", "report"]),
    ("cli", &[]),
    (
        "commands",
        &[
            "message", "text", "threads", "model", "snapshot", "sql", "diff", "plan", "dialect", "catalog", "source",
            "history", "config", "report", "explain", "cli",
        ],
    ),
];

/// The most lines that a file may have without its tests, which read as a list.
const MOST_LINES: usize = 400;

/// Files that may be longer, each with its reason. It is empty, and is to stay so.
const EXCUSED: &[(&str, &str)] = &[];

#[test]
fn imports_run_downwards_only() {
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module(&path) else { continue };
        let Some(allowed) = allowed.get(module.as_str()) else {
            wrong.push(format!("{}: the module `{module}` is not in the table", path.display()));
            continue;
        };
        for (line, used) in imports(&text) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}:{line}: `{module}` must not import `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_architecture_page_has_every_module() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let absent: Vec<&str> = LAYERS.iter().map(|(module, _)| *module).filter(|module| !rows.contains(module)).collect();
    assert!(absent.is_empty(), "docs/architecture.md does not list: {}", absent.join(", "));
}

#[test]
fn every_module_opens_with_its_job() {
    let mute = sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    let mute: Vec<String> = mute.map(|(path, _)| path.display().to_string()).collect();
    assert!(mute.is_empty(), "without //! at the top:\n{}", mute.join("\n"));
}

#[test]
fn no_file_outgrows_its_reader() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, lines_without_tests(&text)))
        .filter(|(path, lines)| *lines > MOST_LINES && !EXCUSED.iter().any(|(file, _)| path.ends_with(file)))
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

/// The project's own files with their text, in name order.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The module of the crate that a file belongs to; `lib.rs` and `main.rs` put everything together.
fn module(path: &Path) -> Option<String> {
    let first = path.iter().nth(1)?.to_str()?;
    match first.trim_end_matches(".rs") {
        "lib" | "main" => None,
        module => Some(module.to_owned()),
    }
}

/// The modules that `crate::` paths name, in `use` lines and elsewhere, with their lines. Comments do not import.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (at, word) in code.match_indices("crate::") {
            let rest = &code[at + word.len()..];
            let names = match rest.strip_prefix('{') {
                Some(list) => list.split([',', '}']).map(|part| part.trim().to_owned()).collect(),
                None => vec![rest.to_owned()],
            };
            for name in names {
                let name: String = name.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if !name.is_empty() {
                    found.push((number + 1, name));
                }
            }
        }
    }
    found
}

/// The lines above a file's own tests.
fn lines_without_tests(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}
