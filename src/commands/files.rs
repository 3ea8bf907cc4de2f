//! Files that are written whole or not at all, whatever happens meanwhile: a full disk, a Ctrl-C, a reader.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::failure::advice;
use super::interrupt;

/// Writes one file, in the place of what was there.
///
/// # Errors
/// When it cannot be written; then what was there still is.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    replace_all(&[(path, bytes)])
}

/// Writes several files that belong together: all of them, or none.
///
/// # Errors
/// As [`replace`].
pub(super) fn replace_all(files: &[(&Path, &[u8])]) -> anyhow::Result<()> {
    // What is no regular file, such as /dev/stdout or a pipe, may wait for its reader for ever: nothing is held meanwhile.
    if let [(path, bytes)] = files
        && fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
    {
        let written = OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
        return match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.with_context(|| cannot_write(path)),
        };
    }
    let _whole = interrupt::hold();
    let mut drafts = Vec::new();
    for (path, bytes) in files {
        drafts.push(Draft::new(path, bytes).with_context(|| cannot_write(path))?);
    }
    for draft in &mut drafts {
        draft.publish().with_context(|| cannot_write(&draft.target))?;
    }
    Ok(())
}

/// Writes several files that belong together into places that are free, and the folders that are not there: all of the
/// files, or none. `force` replaces what is there; `help` says what can be done about it.
///
/// # Errors
/// When one of them exists, or as [`replace`].
pub(super) fn create(files: &[(&Path, &str)], force: bool, help: &str) -> anyhow::Result<()> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists() && !force) {
        return Err(advice(format!("{} exists and is not replaced", path.display()), help));
    }
    for (path, _) in files {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
    }
    let files: Vec<(&Path, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    replace_all(&files)
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// The new content of a file, under another name in the same folder until it is complete.
struct Draft {
    path: PathBuf,
    target: PathBuf,
}

impl Draft {
    fn new(path: &Path, bytes: &[u8]) -> io::Result<Draft> {
        // A link stays a link: what it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        // Renaming would pass by the rights of the file itself.
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        let name = target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        let draft = target.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&draft);
        let mut file = file.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => io::Error::new(error.kind(), "there is no such folder: create it first"),
            _ => error,
        })?;
        let draft = Draft { path: draft, target };
        file.write_all(bytes)?;
        if let Some(old) = old {
            fs::set_permissions(&draft.path, old.permissions())?;
        }
        Ok(draft)
    }

    fn publish(&mut self) -> io::Result<()> {
        fs::rename(&self.path, &self.target)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // What failed has been told; a remainder that cannot be removed adds nothing to it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_replaced_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::write(file("a"), "old").unwrap();
        let (first, second, absent) = (file("a"), file("b"), file("none/c"));
        replace_all(&[(&first, b"1"), (&second, b"2")]).unwrap();
        assert_eq!((fs::read(&first).unwrap(), fs::read(&second).unwrap()), (b"1".to_vec(), b"2".to_vec()));
        let error = replace_all(&[(&first, b"new"), (&absent, b"new")]).unwrap_err();
        assert!(error.to_string().contains("none/c"), "{error}");
        assert_eq!(fs::read(&first).unwrap(), b"1");
        assert_eq!(names(folder.path()), ["a", "b"]);
    }
}
