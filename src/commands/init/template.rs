//! The commented `drift.toml`: every key with its help, those that the project answers set, the others as comments.

use std::fmt::Write;

use crate::config::{KEYS, Key};

use super::discover::Project;

/// The name of the target that the file gets.
pub(super) const TARGET: &str = "main";

/// How wide comments are.
const WIDTH: usize = 100;

/// The text of the file.
pub(super) fn write(project: &Project) -> String {
    let mut out =
        String::from("# What drift compares. `drift check` runs it; the reference is docs/reference/config.md.\n");
    let mut section = "";
    for key in KEYS.iter().filter(|key| project.parts.is_empty() || !key.path.starts_with("targets.")) {
        if key.path.starts_with("compare.") && !section.starts_with("compare") {
            parts(&mut out, project);
        }
        let (above, _) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        let above = if above == "gate.severity" { "gate" } else { above };
        if above != section {
            section = above;
            let _ = write!(out, "\n[{}]", above.replace('*', TARGET));
        }
        out.push('\n');
        for line in wrapped(key.help) {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "{}", setting(key, project));
    }
    out
}

/// A target for each part of a repository that has several.
fn parts(out: &mut String, project: &Project) {
    for (part, url) in &project.parts {
        let _ = writeln!(out, "\n# {}: its code, its migrations and its database.", shown_folder(&part.folder));
        let _ = writeln!(out, "[targets.{}]", part.name);
        let _ = writeln!(out, "url = {}", quoted(&url.text()));
        if !part.models.is_empty() {
            let models: Vec<String> = part.models.iter().map(|model| quoted(model)).collect();
            let _ = writeln!(out, "models = [{}]", models.join(", "));
        }
        let _ = writeln!(out, "history = {}", quoted(&part.history));
    }
}

fn shown_folder(folder: &std::path::Path) -> String {
    let folder = super::parts::shown(folder);
    if folder.is_empty() { "This folder".to_owned() } else { folder }
}

/// The line that sets a key, as a comment where the project does not answer it.
fn setting(key: &Key, project: &Project) -> String {
    let name = key.path.rsplit('.').next().unwrap_or(key.path);
    let list = |values: &[String]| {
        let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        format!("{name} = [{}]", quoted.join(", "))
    };
    match key.path {
        "declared.models" if !project.models.is_empty() => list(&project.models),
        // Models and SQL files mostly declare the same tables twice; the models are where the code looks.
        "declared.sql" if !project.sql.is_empty() && project.models.is_empty() => list(&project.sql),
        "declared.sql" if !project.sql.is_empty() => format!("# {}", list(&project.sql)),
        "history.path" => match &project.history {
            Some(path) => format!("{name} = {}", quoted(path)),
            None => format!("# {}", key.example),
        },
        "targets.*.url" => format!("{name} = {}", quoted(&project.url.text())),
        "dialect" => match project.engine {
            Some(engine) => format!("# {name} = {}", quoted(engine.key())),
            None => format!("# {}", key.example),
        },
        _ => format!("# {}", key.example),
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_file_is_one_that_drift_reads() {
        let project = Project { models: vec!["app \"x\"/models".to_owned()], ..Project::default() };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drift.toml");
        std::fs::write(&file, write(&project)).unwrap();
        let config = Config::load(&file, &[]).unwrap();
        assert_eq!(config.models[0].value, "app \"x\"/models");
        assert_eq!(config.targets[0].url.value, "${DATABASE_URL}");
        // Every key is there, set or as a comment.
        let text = write(&project);
        for key in KEYS {
            assert!(text.contains(key.example.split(' ').next().unwrap()), "{}", key.path);
        }
    }
}
