//! `drift init`: looks at the project and writes a commented `drift.toml`.

mod database;
mod discover;
mod parts;
mod template;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::cli::{Global, InitArgs};
use crate::config::{DEFAULT_FILE, Environment};

use super::Exit;
use super::failure::advice;
use super::files;
use super::output::emit;
use discover::Project;

/// Writes the file, says what it is made of and what comes next.
pub(super) fn run(args: &InitArgs, global: &Global) -> anyhow::Result<Exit> {
    // The file's paths are relative to it, so the project is where the file is.
    let (file, folder) = match &global.config {
        Some(file) => (file.clone(), file.parent().unwrap_or(Path::new("")).to_owned()),
        None if args.folder.as_os_str() == "." => (DEFAULT_FILE.into(), PathBuf::new()),
        None => (args.folder.join(DEFAULT_FILE), args.folder.clone()),
    };
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    if file.exists() {
        return Err(advice(
            format!("{} exists and is not replaced", file.display()),
            "edit it, or move it away first; `drift check` runs it",
        ));
    }
    let environment = Environment::beside(&folder)?;
    let project = discover::look(&folder, &environment);
    files::replace(&file, template::write(&project).as_bytes())?;
    let mut text = format!("wrote {}\n", file.display());
    for line in findings(&project) {
        let _ = writeln!(text, "  {line}");
    }
    let declares_nothing = match project.parts.as_slice() {
        [] => project.models.is_empty() && project.sql.is_empty(),
        parts => parts.iter().all(|(part, _)| part.models.is_empty()),
    };
    let unset: Vec<String> =
        project.parts.iter().filter(|(_, url)| !url.is_known()).map(|(_, url)| url.text()).collect();
    let next = match (declares_nothing, project.url.is_known()) {
        (false, _) if !project.parts.is_empty() && unset.is_empty() => "drift check".to_owned(),
        (false, _) if !project.parts.is_empty() => {
            format!("set {}, then run `drift check`, or `drift check --target NAME`", unset.join(" and "))
        }
        (true, _) => "say under [declared] where the models or SQL files are, then run `drift check`".to_owned(),
        (false, true) => "drift check".to_owned(),
        (false, false) => {
            format!(
                "set {} or put a url under [targets.{}], then run `drift check`",
                project.url.text(),
                template::TARGET
            )
        }
    };
    let _ = writeln!(text, "next: {next}");
    emit(global, None, |out| out.write_all(text.as_bytes()))?;
    Ok(Exit::InSync)
}

/// What was found, line by line.
fn findings(project: &Project) -> Vec<String> {
    let listed = |paths: &[String]| match paths {
        [] => "none found".to_owned(),
        paths => paths.join(", "),
    };
    let mut lines = Vec::new();
    for (part, url) in &project.parts {
        let models = listed(&part.models);
        lines.push(format!("part       {}: {models}, migrations {}, database {}", part.name, part.history, url.text()));
    }
    if project.parts.is_empty() {
        lines.push(format!("models     {}", listed(&project.models)));
        lines.push(format!("sql files  {}", listed(&project.sql)));
        lines.push(format!("database   {}", project.url.text()));
        lines.push(format!("history    {}", project.history.as_deref().unwrap_or("none found")));
    } else if !project.models.is_empty() {
        lines.push(format!("models     of no part: {}", listed(&project.models)));
    }
    let is_set = project.url.is_known() || project.parts.iter().any(|(_, url)| url.is_known());
    if !is_set && !project.elsewhere.is_empty() {
        let files = listed(&project.elsewhere);
        lines.push(format!(
            "note       {files}: not read, since it is not beside the configuration; export what it sets"
        ));
    }
    lines
}
