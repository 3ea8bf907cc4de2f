//! The revisions of a folder, by what each script says of itself:
//! <https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script>.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::history::revision::{Backward, Revision};
use crate::snapshot::Warning;
use crate::source::python::{Constant, Header};

use super::Config;

/// The revisions in the folders of `config`, in the order of their files, with a warning for each script that is none.
/// `root` is the folder to which shown paths are relative.
///
/// # Errors
/// When a folder or a script cannot be read.
pub fn revisions(config: &Config, root: &Path) -> io::Result<(Vec<Revision>, Vec<Warning>)> {
    let mut revisions = Vec::new();
    let mut warnings = Vec::new();
    for folder in &config.version_locations {
        // Git keeps no empty folder.
        if !folder.is_dir() {
            let shown = folder.strip_prefix(root).unwrap_or(folder).display();
            let message = format!("there is no folder {shown}, in which Alembic would look for revisions");
            let help = Some("make it, or correct version_locations".to_owned());
            warnings.push(Warning { message, help, at: None });
            continue;
        }
        for file in scripts(folder, config.recursive)? {
            let shown = file.strip_prefix(root).unwrap_or(&file).to_owned();
            match revision(&file, &shown) {
                Ok(Some(revision)) => revisions.push(revision),
                Ok(None) => {}
                Err(warning) => warnings.push(warning),
            }
        }
    }
    Ok((revisions, warnings))
}

/// The Python files of a folder by name, and of those below it where the configuration says so.
fn scripts(folder: &Path, recursive: bool) -> io::Result<Vec<PathBuf>> {
    let depth = if recursive { None } else { Some(1) };
    let mut files = Vec::new();
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .max_depth(depth)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(|entry| entry.file_name() != "__pycache__")
        .build();
    for entry in walk {
        let path = entry
            .map_err(|error| error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links")))?
            .into_path();
        let is_script = path.extension().is_some_and(|extension| extension == "py") && !path.ends_with("__init__.py");
        if is_script && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

/// What a script says of itself; `None` for a file without a `revision`, which Alembic passes over as well.
fn revision(file: &Path, shown: &Path) -> Result<Option<Revision>, Warning> {
    let failed = |message: String, help: &str, at| Warning { message, help: Some(help.to_owned()), at };
    let bytes = fs::read(file).map_err(|error| {
        failed(format!("{} cannot be read: {error}", shown.display()), "give this account the right to read it", None)
    })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let message = message(&text);
    let header = Header::read(text, shown).map_err(|(at, message)| {
        failed(
            format!("this revision is not Python: {message}"),
            "mend the script: Alembic cannot load it either",
            Some(at),
        )
    })?;
    let Some((id, span)) = header.constant("revision") else { return Ok(None) };
    let Constant::Text(id) = id else {
        return Err(failed(
            "this revision's identifier is computed".to_owned(),
            "write revision = '...' as a string, as Alembic's template does",
            Some(span.clone()),
        ));
    };
    let list = |name: &str| match header.constant(name) {
        None | Some((Constant::None, _)) => Ok(Vec::new()),
        Some((Constant::Text(text), _)) => Ok(vec![text.clone()]),
        Some((Constant::Texts(texts), _)) => Ok(texts.clone()),
        Some((Constant::Other, at)) => Err(failed(
            format!("this revision's {name} is computed"),
            "write it as a string, a tuple of strings, or None",
            Some(at.clone()),
        )),
    };
    Ok(Some(Revision {
        id: id.clone(),
        name: message.unwrap_or_default(),
        parents: list("down_revision")?,
        depends_on: list("depends_on")?,
        labels: list("branch_labels")?,
        file: shown.to_owned(),
        span: span.clone(),
        backward: if header.acts("downgrade") || !header.acts("upgrade") { Backward::Same } else { Backward::Absent },
        repeatable: false,
    }))
}

/// The first line of a script's docstring: the message that `alembic revision -m` was given.
fn message(text: &str) -> Option<String> {
    let rest = text.trim_start_matches('\u{feff}').trim_start();
    let quote = ["\"\"\"", "'''"].into_iter().find(|quote| rest.starts_with(quote))?;
    let line = rest[3..].lines().find(|line| !line.trim().is_empty())?;
    Some(line.trim().trim_end_matches(quote).to_owned())
}
