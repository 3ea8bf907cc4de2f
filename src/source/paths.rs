//! Files, folders and globs as users write them.

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
        assert_eq!(names("a/{one,x}.*", folder).unwrap(), ["a/one.sql", "a/x.txt"]);
        assert_eq!(names("a/*.down.sql", folder).unwrap(), ["a/one.down.sql"]);
        assert!(names("a/*.py", folder).unwrap_err().contains("a/*.py: no file or folder found"));
        assert!(names("b.sql", folder).unwrap_err().contains("cannot read"));
        assert!(names("a/[", folder).unwrap_err().contains("no glob"));
    }
}
