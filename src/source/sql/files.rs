//! Finding SQL files and reading them as text.

use std::path::{Path, PathBuf};

use crate::source::SourceError;

/// The SQL files that `paths` name, in order: a folder gives its `.sql` files, recursively, in the order of names.
///
/// # Errors
/// When a path cannot be read, or a folder holds no SQL file.
pub(super) fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, SourceError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|source| SourceError::Io { path: path.clone(), source })?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        walk(path, &mut files)?;
        if files.len() == before {
            return Err(SourceError::Empty { pattern: path.display().to_string(), what: ".sql file" });
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    let failed = |source| SourceError::Io { path: folder.to_owned(), source };
    let mut entries = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files)?;
        } else if is_script(&entry) {
            files.push(entry);
        }
    }
    Ok(())
}

/// Whether a file of a folder takes part: an SQL file that is not the way back (`0001_x.down.sql`, as `generate` and
/// several migration tools name it). A file that is named by itself always does.
fn is_script(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.ends_with(".sql") && !name.ends_with(".down.sql")
}

/// The text of a file, and whether it held bytes that are no UTF-8 and were replaced.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read(path: &Path) -> Result<(String, bool), SourceError> {
    let bytes = std::fs::read(path).map_err(|source| SourceError::Io { path: path.to_owned(), source })?;
    if let Some(text) = utf16(&bytes) {
        return Ok((text, false));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    })
}

/// Text of a file that begins with the byte order mark of UTF-16, as PowerShell's `>` writes it.
fn utf16(bytes: &[u8]) -> Option<String> {
    let units =
        |decode: fn([u8; 2]) -> u16| bytes[2..].chunks_exact(2).map(|pair| decode([pair[0], pair[1]])).collect();
    let units: Vec<u16> = match bytes.get(..2)? {
        [0xff, 0xfe] => units(u16::from_le_bytes),
        [0xfe, 0xff] => units(u16::from_be_bytes),
        _ => return None,
    };
    Some(String::from_utf16_lossy(&units))
}

/// The path as messages show it: relative to where the user stands, where possible.
pub(super) fn shown(path: &Path, root: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}
