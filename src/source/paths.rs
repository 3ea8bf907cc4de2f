//! Files, folders and globs as users write them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::SourceError;

/// How the file of a migration's way back ends.
const WAY_BACK: &str = ".down.sql";

/// The files and folders that `pattern` names, relative to `folder`: the path itself where it exists, else what the
/// glob fits, in name order.
///
/// # Errors
/// When nothing fits, or the glob is not one.
pub fn expand(pattern: &str, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let pattern = pattern.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(pattern);
    let plain = folder.join(pattern);
    if plain.exists() {
        return Ok(vec![plain]);
    }
    if !is_glob(pattern) {
        let absent = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such file or folder");
        return Err(SourceError::Io { path: plain, source: absent });
    }
    let full = match folder.to_str() {
        _ if Path::new(pattern).is_absolute() => pattern.to_owned(),
        Some(folder) if !folder.is_empty() => format!("{}/{pattern}", globset::escape(folder)),
        _ => pattern.to_owned(),
    };
    let glob = GlobBuilder::new(&full).literal_separator(true).build().map_err(|error| SourceError::Unclear {
        source_text: pattern.to_owned(),
        message: format!("this is no glob: {}", error.kind()),
        help: "`*` stands for any name, `**` for any folders, `[ab]` and `{a,b}` for a choice".to_owned(),
    })?;
    let matcher = glob.compile_matcher();
    // Hidden and ignored files count: the user named them.
    let walk = ignore::WalkBuilder::new(fixed_part(pattern, folder)).standard_filters(false).build();
    let found = walk.filter_map(Result::ok).map(ignore::DirEntry::into_path);
    // The ways back of migrations are part of no schema, unless they are what is asked for.
    let is_way_back = |path: &PathBuf| path.to_string_lossy().ends_with(WAY_BACK) && !pattern.ends_with(WAY_BACK);
    let mut paths: Vec<PathBuf> =
        found.filter(|path| matcher.is_match(strip_dot(path)) && !is_way_back(path)).collect();
    paths.sort();
    if paths.is_empty() {
        return Err(SourceError::Empty { pattern: pattern.to_owned(), what: "file or folder" });
    }
    Ok(paths)
}

/// The files below `folder` that `takes` accepts, in name order, without the folders that `enters` refuses. A folder is
/// walked once, however many links lead to it, and a link to a folder above is not followed.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn walk(
    folder: &Path,
    enters: fn(&Path) -> bool,
    takes: fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, SourceError> {
    let mut walk = Walk { enters, takes, seen: HashSet::new(), files: Vec::new() };
    walk.enter(folder)?;
    Ok(walk.files)
}

struct Walk {
    enters: fn(&Path) -> bool,
    takes: fn(&Path) -> bool,
    seen: HashSet<PathBuf>,
    files: Vec<PathBuf>,
}

impl Walk {
    fn enter(&mut self, folder: &Path) -> Result<(), SourceError> {
        let failed = |source| SourceError::Io { path: folder.to_owned(), source };
        let real = std::fs::canonicalize(folder).map_err(failed)?;
        let entries: Result<Vec<PathBuf>, std::io::Error> =
            std::fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|entry| entry.path())).collect();
        let mut entries = entries.map_err(failed)?;
        entries.sort();
        for entry in entries {
            if !entry.is_dir() {
                if (self.takes)(&entry) {
                    self.files.push(entry);
                }
                continue;
            }
            let leads_up = entry.is_symlink() && std::fs::canonicalize(&entry).is_ok_and(|to| real.starts_with(to));
            if !leads_up && (self.enters)(&entry) {
                self.enter_once(&entry)?;
            }
        }
        Ok(())
    }

    fn enter_once(&mut self, folder: &Path) -> Result<(), SourceError> {
        let real = std::fs::canonicalize(folder);
        let real = real.map_err(|source| SourceError::Io { path: folder.to_owned(), source })?;
        if self.seen.insert(real) { self.enter(folder) } else { Ok(()) }
    }
}

/// Whether the text has a character that means something in a glob.
fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// The folder below which everything that the glob can fit stands.
fn fixed_part(pattern: &str, folder: &Path) -> PathBuf {
    let fixed: PathBuf = Path::new(pattern).iter().take_while(|part| !is_glob(&part.to_string_lossy())).collect();
    let path = folder.join(fixed);
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

fn strip_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str, folder: &Path) -> Result<Vec<String>, String> {
        let strip = |path: PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
        expand(pattern, folder).map(|paths| paths.into_iter().map(strip).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn paths_and_globs_are_found_and_nothing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a/one.sql", "a/one.down.sql", "a/two.sql", "a/b/three.sql", "a/x.txt"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let folder = folder.path();
        assert_eq!(names("a", folder).unwrap(), ["a"]);
        assert_eq!(names("./a/x.txt", folder).unwrap(), ["a/x.txt"]);
        assert_eq!(names("a/*.sql", folder).unwrap(), ["a/one.sql", "a/two.sql"]);
        assert_eq!(names("a/**/*.sql", folder).unwrap(), ["a/b/three.sql", "a/one.sql", "a/two.sql"]);
        // One that begins at the root is found from wherever it is asked for.
        let absolute = format!("{}/a/**/*.sql", folder.display());
        let elsewhere = tempfile::tempdir().unwrap();
        assert_eq!(expand(&absolute, elsewhere.path()).unwrap().len(), 3);
        assert_eq!(names("a/{one,x}.*", folder).unwrap(), ["a/one.sql", "a/x.txt"]);
        assert_eq!(names("a/*.down.sql", folder).unwrap(), ["a/one.down.sql"]);
        assert!(names("a/*.py", folder).unwrap_err().contains("a/*.py: no file or folder found"));
        assert!(names("b.sql", folder).unwrap_err().contains("cannot read"));
        assert!(names("a/[", folder).unwrap_err().contains("no glob"));
    }
}
