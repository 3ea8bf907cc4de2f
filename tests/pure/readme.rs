//! The commands of README.md and the tutorial do what those say: each line of a `console` block
//! that begins with `$ ` is run, and what it prints has to be what stands below it.
//!
//! A line `...` in an expected output stands for any lines. `DRIFT_UPDATE=1` writes the outputs anew.

use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Printed between two commands of a block.
const MARK: &str = "--- next command ---";

#[test]
fn readme() {
    let folder = Folder::with(&["drift.toml", "fixtures/systems/live-agent"]);
    folder.check("README.md", ".");
}

#[test]
fn tutorial() {
    let folder = Folder::with(&["fixtures/systems/live-agent"]);
    folder.check("docs/tutorial.md", "fixtures/systems/live-agent");
}

#[test]
fn the_example_configuration_names_every_key() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("drift.toml")).expect("drift.toml");
    let config = drift::config::Config::load(&Path::new(ROOT).join("drift.toml"), &["index.extra".to_owned()]);
    let config = config.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.targets.len(), 1);
    for key in drift::config::KEYS {
        let name = key.path.split('.').rfind(|part| *part != "*").expect("a path has a last part");
        let set = text.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = ")));
        assert!(set, "drift.toml does not show {}", key.path);
    }
}

/// A folder with copies of files of the repository, in which the commands run.
struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn with(paths: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for path in paths {
            let target = folder.path().join("project").join(path);
            std::fs::create_dir_all(target.parent().expect("it stands in the folder")).expect("a folder");
            let status = Command::new("cp").arg("-R").arg(Path::new(ROOT).join(path)).arg(target).status();
            assert!(status.expect("cp runs").success());
        }
        // `cargo run --release --` and an installed `drift` are both the program under test.
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder");
        let program = env!("CARGO_BIN_EXE_drift");
        executable(&bin.join("drift"), &format!("#!/bin/sh\nexec '{program}' \"$@\"\n"));
        executable(&bin.join("cargo"), &format!("#!/bin/sh\nshift 3\nexec '{program}' \"$@\"\n"));
        Folder { folder }
    }

    /// Checks a document whose commands are run in the folder `at`.
    fn check(&self, document: &str, at: &str) {
        let file = Path::new(ROOT).join(document);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{document}: {error}"));
        let actual = self.rewritten(&text, at);
        if std::env::var_os("DRIFT_UPDATE").is_some() {
            std::fs::write(&file, actual).expect("the document is written");
        } else if actual != text {
            let changes = similar::TextDiff::from_lines(text.as_str(), actual.as_str()).unified_diff().to_string();
            panic!("{document} (- says, + found):\n{changes}");
        }
    }

    /// The document with the outputs that its commands give; an output that fits what is expected stays as it is.
    fn rewritten(&self, text: &str, at: &str) -> String {
        let mut out = String::new();
        let mut lines = text.lines();
        let mut blocks = 0;
        while let Some(line) = lines.next() {
            out += &format!("{line}\n");
            if line == "```console" {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                out += &format!("{}```\n", self.block(&block, at));
                blocks += 1;
            }
        }
        assert!(blocks > 0, "the document has no console block");
        out
    }

    fn block(&self, lines: &[&str], at: &str) -> String {
        let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in lines {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command, Vec::new())),
                (None, Some((_, expected))) => expected.push(line),
                (None, None) => panic!("a console block begins with `$ `: {line}"),
            }
        }
        let script: String =
            commands.iter().map(|(command, _)| format!("{command}\nkept=$?; echo '{MARK}'; (exit $kept)\n")).collect();
        let path =
            format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{script}")])
            .current_dir(self.folder.path().join("project").join(at))
            .env("PATH", path)
            .env_remove("DATABASE_URL")
            .output()
            .expect("sh runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mark = format!("{MARK}\n");
        let mut outputs = printed.split(mark.as_str());
        let mut text = String::new();
        for (command, expected) in commands {
            let found: Vec<&str> = outputs.next().unwrap_or_default().lines().collect();
            let shown = if fits(&expected, &found) { expected } else { found };
            text += &format!("$ {command}\n");
            text.extend(shown.iter().map(|line| format!("{line}\n")));
        }
        text
    }
}

/// Whether `found` is what is expected, where a line `...` stands for any lines.
fn fits(expected: &[&str], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((&"...", rest)) => (0..=found.len()).any(|skipped| fits(rest, &found[skipped..])),
        Some((line, rest)) => {
            found.first().is_some_and(|first| first.trim_end() == line.trim_end()) && fits(rest, &found[1..])
        }
    }
}

fn executable(path: &PathBuf, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).expect("a file in a temporary folder");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("its mode is set");
}
