//! `drift init`: looks at the project and writes a commented `drift.toml`.

mod discover;
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
    let next = match (project.models.is_empty() && project.sql.is_empty(), project.url.is_known()) {
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
    let mut lines = vec![
        format!("models     {}", listed(&project.models)),
        format!("sql files  {}", listed(&project.sql)),
        format!("database   {}", project.url.text()),
    ];
    if let Some(ini) = &project.history {
        lines.push(format!("history    {ini}"));
    }
    lines
}
