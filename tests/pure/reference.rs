//! The reference pages and the JSON Schemas are made from the code, and this test compares them with what is checked
//! in. `DRIFT_UPDATE=1 cargo test --test pure reference` writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use drift::config::{Form, KEYS};
use drift::diff::catalogue::{self, Entry};
use drift::explain::json::Answers;
use drift::report::Printed;
use drift::source::snapshot_file::SnapshotFile;

/// The width of help texts on the page.
const WIDTH: usize = 100;

/// What stands at the top of each page.
const NOTE: &str =
    "<!-- Made from the code by tests/pure/reference.rs; DRIFT_UPDATE=1 cargo test --test pure reference -->\n";

#[test]
fn the_command_line() {
    let mut page = format!("{NOTE}\n# The command line\n");
    let mut drift = drift::commands::command_line().term_width(WIDTH);
    drift.build();
    let _ = write!(page, "\n```text\n{}\n```\n", drift.render_long_help().to_string().trim_end());
    for command in drift.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        let help = own_help(command);
        let _ = write!(page, "\n## drift {}\n\n```text\n{help}\n```\n", command.get_name());
    }
    compare(&[("docs/reference/cli.md".into(), page)]);
}

#[test]
fn the_configuration() {
    let mut page = format!(
        "{NOTE}\n# drift.toml\n\nPaths are relative to the file. `${{NAME}}` is replaced from the environment, else from \
         a `.env` beside the file. An unknown key is an error that points at its line.\n\n\
         | Key | Holds | Without it |\n| --- | --- | --- |\n"
    );
    for key in KEYS {
        let holds = match key.form {
            Form::Word(_) | Form::Text | Form::Texts | Form::Seconds => key.form.words(),
        };
        let _ = writeln!(page, "| [`{}`](#{}) | {holds} | {} |", key.path, anchor(key.path), key.default);
    }
    for key in KEYS {
        let section = key.path.rsplit_once('.').map_or("", |(section, _)| section).trim_end_matches(".severity");
        let head = if section.is_empty() { String::new() } else { format!("[{}]\n", section.replace('*', "NAME")) };
        let _ = write!(page, "\n## {}\n\n{}\n\n```toml\n{head}{}\n```\n", key.path, key.help, key.example);
    }
    compare(&[("docs/reference/config.md".into(), page)]);
}

#[test]
fn the_findings() {
    let cases = cases();
    let folder = Path::new("docs/reference/findings");
    let mut list = format!(
        "{NOTE}\n# Findings\n\nMissing means declared, not live. Extra means live, not declared. The severity is the usual \
         one; `gate.severity` in drift.toml gives a code another.\n\n| Code | Severity | What is the matter |\n| --- | --- | --- |\n"
    );
    let mut pages = Vec::new();
    for entry in catalogue::entries() {
        let Entry { code, severity, summary, .. } = entry;
        let _ = writeln!(list, "| [`{code}`]({code}.md) | {severity} | {summary} |");
        let examples = cases.get(&code.to_string());
        pages.push((folder.join(format!("{code}.md")), page(entry, examples.and_then(|list| list.first()))));
    }
    pages.push((folder.join("README.md"), list));
    let known: BTreeSet<PathBuf> = pages.iter().map(|(path, _)| path.clone()).collect();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        assert!(known.contains(&path), "{} is the page of no finding", path.display());
    }
    compare(&pages);
}

#[test]
fn the_schemas_of_json() {
    let report = serde_json::to_string_pretty(&schemars::schema_for!(Printed<'static>)).unwrap() + "\n";
    let snapshot = serde_json::to_string_pretty(&schemars::schema_for!(SnapshotFile<'static>)).unwrap() + "\n";
    let answers = serde_json::to_string_pretty(&schemars::schema_for!(Answers<'static>)).unwrap() + "\n";
    compare(&[
        ("docs/explain.schema.json".into(), answers),
        ("docs/report.schema.json".into(), report),
        ("docs/snapshot.schema.json".into(), snapshot),
    ]);
}

#[test]
fn every_finding_has_a_case_that_runs() {
    let cases = cases();
    let without: Vec<String> = catalogue::codes().into_iter().filter(|code| !cases.contains_key(code)).collect();
    assert!(without.is_empty(), "no file of fixtures/cases expects: {}", without.join(", "));
}

/// The page of one finding, with the smallest case that expects it.
fn page(entry: &Entry, case: Option<&Case>) -> String {
    let Entry { code, severity, summary, why, mend } = entry;
    let mut page = format!(
        "{NOTE}\n# {code}\n\n{summary}\n\nUsual severity: **{severity}**.\n\n## Why it matters\n\n{why}\n\n\
         ## How it is mended\n\n{mend}\n"
    );
    if let Some(case) = case {
        let up = "../../../";
        let _ = write!(page, "\n## Example\n\nFrom [{0}]({up}{0}), which the tests run.\n", case.path);
        for line in &case.shown {
            let _ = write!(page, "\n{line}");
        }
    }
    page
}

/// A file of `fixtures/cases` that expects a finding.
struct Case {
    /// Its path from the project's root.
    path: String,
    /// Its fenced blocks, each with its fence.
    shown: Vec<String>,
}

/// The cases by the codes that their report expects, those that are about the code first, then the shortest.
fn cases() -> BTreeMap<String, Vec<Case>> {
    let codes: Vec<String> = catalogue::codes();
    let mut found: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let mut folders = vec![root().join("fixtures/cases")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let blocks = blocks(&text);
            let reports = blocks.iter().filter(|block| block.starts_with("```text report") || is_report(block));
            let words: BTreeSet<&str> = reports.flat_map(|block| block.split_whitespace()).collect();
            for code in codes.iter().filter(|code| words.contains(code.as_str())) {
                let path = path.strip_prefix(root()).unwrap().display().to_string();
                found.entry(code.clone()).or_default().push(Case { path, shown: blocks.clone() });
            }
        }
    }
    for (code, list) in &mut found {
        let (kind, what) = code.split_once('.').unwrap_or((code, ""));
        // A case of that name is about the finding; others show it by the way.
        let own = |case: &Case| case.path.contains(&format!("/{kind}/{}", what.replace('_', "-")));
        let near = |case: &Case| case.path.contains(&format!("/{kind}/"));
        list.sort_by_key(|case| {
            let size: usize = case.shown.iter().map(String::len).sum();
            (!own(case), !near(case), size, case.path.clone())
        });
    }
    found
}

/// Whether a block's info string names it a report.
fn is_report(block: &str) -> bool {
    block.lines().next().is_some_and(|fence| fence.split_whitespace().any(|word| word.starts_with("report")))
}

/// The fenced blocks of a Markdown text.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            None if line.starts_with("```") => open = Some(format!("{line}\n")),
            None => {}
            Some(block) => {
                *block += line;
                *block += "\n";
                if line == "```" {
                    blocks.extend(open.take());
                }
            }
        }
    }
    blocks
}

/// A command's help without the options that every command has.
fn own_help(command: &mut clap::Command) -> String {
    let help = command.render_long_help().to_string();
    let own = help.split("\nGlobal options:").next().unwrap_or(&help);
    own.trim_end().to_owned()
}

fn anchor(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric() || *c == '_' || *c == '-').collect::<String>().to_lowercase()
}

/// Compares pages with what is checked in, or writes them where the environment asks for it.
fn compare(pages: &[(PathBuf, String)]) {
    let update = std::env::var_os("DRIFT_UPDATE").is_some();
    let mut stale = Vec::new();
    for (path, text) in pages {
        let file = root().join(path);
        if update {
            std::fs::write(&file, text).unwrap();
        } else if std::fs::read_to_string(&file).unwrap_or_default() != *text {
            stale.push(path.display().to_string());
        }
    }
    assert!(stale.is_empty(), "differ from the code: {}\nDRIFT_UPDATE=1 writes them anew", stale.join(", "));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
