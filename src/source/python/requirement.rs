//! Which release of a library a project requires, by whatever file says so: a lock file, requirements, `pyproject.toml` of any
//! tool, `setup.cfg`, `setup.py`, a Pipfile, a virtual environment, or the metadata of a package that was unpacked.
//!
//! The nearest folder above the models that tells counts. In it an exact version comes first, then what is installed, then
//! the newest release that a range admits.

use std::fs;
use std::path::{Path, PathBuf};

/// A release, as far as it matters.
pub(super) type Release = (u32, u32, u32);

/// What is taken to be the newest patch of a line.
const LAST: u32 = 99;

/// How deep files of requirements may include each other.
const MOST_INCLUDES: u32 = 5;

/// The release of a library that the project of `path` runs.
pub(super) fn find_release(path: &Path, name: &str) -> Option<Release> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for folder in absolute.ancestors().skip(1).take(6) {
        let found = in_folder(folder, name);
        if found.is_some() || folder.join(".git").exists() {
            return found;
        }
    }
    None
}

fn in_folder(folder: &Path, name: &str) -> Option<Release> {
    let locked = ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"]
        .iter()
        .find_map(|file| from_lock(&fs::read_to_string(folder.join(file)).ok()?, name));
    if let Some(locked) =
        locked.or_else(|| from_pipfile_lock(&fs::read_to_string(folder.join("Pipfile.lock")).ok()?, name))
    {
        return Some(locked);
    }
    let wanted: Vec<Wanted> = declarations(folder).iter().flat_map(|text| in_text(text, name)).collect();
    wanted
        .iter()
        .find_map(Wanted::exact)
        .or_else(|| environments(folder).iter().find_map(|packages| installed(packages, name)))
        .or_else(|| installed(folder, name))
        .or_else(|| wanted.iter().find_map(|wanted| wanted.newest(name)))
        .or_else(|| required(folder, name))
}

/// The texts of a folder that say what the project requires, the most telling first.
fn declarations(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    let mut paths = vec![folder.join("requirements.txt"), folder.join("requirements/base.txt")];
    for inside in [folder.to_path_buf(), folder.join("requirements")] {
        let entries = fs::read_dir(&inside).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut others: Vec<PathBuf> = entries
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt" || extension == "in"))
            .filter(|path| {
                inside != folder || file_name(path).contains("requirements") || file_name(path).contains("constraints")
            })
            .collect();
        others.sort();
        paths.extend(others);
    }
    for path in paths {
        include(&path, &mut texts, 0);
    }
    let others = ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml"];
    texts.extend(others.iter().filter_map(|file| fs::read_to_string(folder.join(file)).ok()));
    texts
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A file of requirements, with those that it includes (`-r base.txt`).
fn include(path: &Path, texts: &mut Vec<String>, depth: u32) {
    let Ok(text) = fs::read_to_string(path) else { return };
    if depth > MOST_INCLUDES || texts.contains(&text) {
        return;
    }
    texts.push(text.clone());
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["-r" | "-c" | "--requirement" | "--constraint", file] = words.as_slice() {
            include(&path.with_file_name(file), texts, depth + 1);
        }
    }
}

/// What a line says of a library: clauses such as `>=1.4`, all of which hold.
#[derive(Debug, PartialEq, Eq)]
struct Wanted(Vec<(Clause, Vec<u32>)>);

/// The operators of PEP 440 and Poetry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clause {
    Is,
    /// `==1.4.*`
    Like,
    IsNot,
    From,
    Above,
    UpTo,
    Below,
    /// `~=1.4.2`
    Compatible,
    /// Poetry's `^1.4`
    Caret,
    /// Poetry's `~1.4`
    Tilde,
}

/// What a text says of a library, in whatever form: each place where its name stands before a version.
fn in_text(text: &str, name: &str) -> Vec<Wanted> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line);
        if line.trim_start().starts_with('#') || line.contains("extra ==") {
            continue;
        }
        let lower = line.to_ascii_lowercase();
        for (at, _) in lower.match_indices(name) {
            let before = lower[..at].chars().next_back();
            let after = &line[at + name.len()..];
            if before.is_none_or(|c| !(c.is_ascii_alphanumeric() || "-_./".contains(c))) {
                found.extend(wanted(after));
            }
        }
    }
    found
}

/// The version behind a name: `==2.0`, `[asyncio]>=1.4,<2`, ` = "^1.4"`, `" = {version = "1.4.*"}`, ` (<2,>=1.4)`, `=1.4`.
fn wanted(after: &str) -> Option<Wanted> {
    let rest = after.trim_start_matches(['"', '\'']).trim_start();
    let rest =
        rest.strip_prefix('[').and_then(|extras| extras.split_once(']')).map_or(rest, |(_, after)| after).trim_start();
    // A table's key stands before a text of its own, and a bare number in it is the version itself.
    let (rest, is_key) = match rest.strip_prefix('=').map(str::trim_start) {
        Some(value) if value.starts_with('{') => {
            (value.split_once("version")?.1.trim_start().strip_prefix('=')?.trim_start(), true)
        }
        Some(value) if value.starts_with(['"', '\'']) => (value, true),
        Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => {
            return clause(&format!("~{number}")).map(|one| Wanted(vec![one]));
        }
        Some(_) | None => (rest, false),
    };
    let quote = rest.chars().next().filter(|c| is_key && (*c == '"' || *c == '\''));
    let rest = rest.trim_start_matches(['"', '\'', '(']);
    let end =
        rest.find(|c: char| quote.is_some_and(|quote| c == quote) || "\"';)]}#\\".contains(c)).unwrap_or(rest.len());
    let text = rest[..end].trim().trim_end_matches(',');
    // Of alternatives the last is the newest.
    let text = text.rsplit("||").next().unwrap_or(text);
    let clauses: Option<Vec<_>> = text
        .split(',')
        .map(|one| {
            let one = one.trim();
            let is_number = one.starts_with(|c: char| c.is_ascii_digit());
            if is_number && is_key { clause(&format!("=={one}")) } else { clause(one) }
        })
        .collect();
    clauses.filter(|clauses| !clauses.is_empty()).map(Wanted)
}

fn clause(text: &str) -> Option<(Clause, Vec<u32>)> {
    const OPERATORS: [(&str, Clause); 11] = [
        ("===", Clause::Is),
        ("==", Clause::Is),
        ("~=", Clause::Compatible),
        (">=", Clause::From),
        ("<=", Clause::UpTo),
        ("!=", Clause::IsNot),
        ("^", Clause::Caret),
        ("~", Clause::Tilde),
        (">", Clause::Above),
        ("<", Clause::Below),
        ("=", Clause::Is),
    ];
    let (operator, version) =
        OPERATORS.iter().find_map(|(words, operator)| Some((*operator, text.strip_prefix(words)?.trim())))?;
    let is_like = version.ends_with(".*");
    let digits = version.trim_end_matches(".*").split('.').map_while(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse::<u32>().ok()
    });
    let numbers: Vec<u32> = digits.take(3).collect();
    if numbers.is_empty() {
        return None;
    }
    Some((if is_like && operator == Clause::Is { Clause::Like } else { operator }, numbers))
}

impl Wanted {
    fn exact(&self) -> Option<Release> {
        self.0.iter().find(|(clause, _)| *clause == Clause::Is).map(|(_, numbers)| release(numbers))
    }

    /// The newest release that is admitted; `None` where any newer one is.
    fn newest(&self, name: &str) -> Option<Release> {
        let known: &[Release] = match name {
            "sqlalchemy" => &[(1, 0, 19), (1, 1, 18), (1, 2, 19), (1, 3, 24), (1, 4, 54), (2, 0, LAST), (2, 1, LAST)],
            "pydantic" => &[(1, 10, LAST), (2, LAST, LAST)],
            _ => &[(0, 0, LAST)],
        };
        let mut candidates = known.to_vec();
        for (clause, numbers) in &self.0 {
            let (major, minor, patch) = release(numbers);
            match clause {
                Clause::Below if patch > 0 => candidates.push((major, minor, patch - 1)),
                Clause::Below if minor > 0 => candidates.push((major, minor - 1, LAST)),
                Clause::Like | Clause::Compatible | Clause::Tilde if numbers.len() > 2 => {
                    candidates.push((major, minor, LAST));
                }
                _ => candidates.push((major, minor, patch)),
            }
        }
        let admitted =
            candidates.into_iter().filter(|one| self.0.iter().all(|(clause, numbers)| admits(*clause, numbers, *one)));
        admitted.max().filter(|newest| Some(newest) != known.last())
    }
}

fn release(numbers: &[u32]) -> Release {
    let number = |index: usize| numbers.get(index).copied().unwrap_or(0);
    (number(0), number(1), number(2))
}

fn admits(clause: Clause, numbers: &[u32], candidate: Release) -> bool {
    let own = [candidate.0, candidate.1, candidate.2];
    let least = release(numbers);
    let begins_with = |count: usize| own.iter().zip(numbers).take(count).all(|(a, b)| a == b);
    match clause {
        Clause::Is => candidate == least,
        Clause::Like => begins_with(numbers.len()),
        Clause::IsNot => candidate != least,
        Clause::From => candidate >= least,
        Clause::Above => candidate > least,
        Clause::UpTo => candidate <= least,
        Clause::Below => candidate < least,
        Clause::Compatible => candidate >= least && begins_with(numbers.len().saturating_sub(1).max(1)),
        Clause::Caret => {
            let fixed = numbers.iter().position(|number| *number > 0).unwrap_or(numbers.len().saturating_sub(1));
            candidate >= least && begins_with(fixed + 1)
        }
        Clause::Tilde => candidate >= least && begins_with(numbers.len().min(2)),
    }
}

/// Where the packages of the virtual environments in a project's folder stand.
fn environments(folder: &Path) -> Vec<PathBuf> {
    let libraries = [".venv", "venv", "env"].map(|name| folder.join(name).join("lib"));
    let pythons = libraries.iter().filter_map(|library| fs::read_dir(library).ok()).flatten().flatten();
    let mut found: Vec<_> = pythons.map(|python| python.path().join("site-packages")).collect();
    found.extend([".venv", "venv", "env"].map(|name| folder.join(name).join("Lib").join("site-packages")));
    found
}

/// The release that is installed in a folder of packages: `SQLAlchemy-1.4.54.dist-info`.
fn installed(packages: &Path, name: &str) -> Option<Release> {
    metadata_folders(packages).find_map(|folder| {
        let (distribution, rest) = folder.split_once('-')?;
        if !distribution.eq_ignore_ascii_case(name) {
            return None;
        }
        version(rest.strip_suffix(".dist-info").or_else(|| rest.strip_suffix(".egg-info"))?)
    })
}

/// What the metadata of a package that was unpacked in a folder requires.
fn required(folder: &Path, name: &str) -> Option<Release> {
    let wheels = metadata_folders(folder).map(|wheel| folder.join(wheel).join("METADATA"));
    wheels.chain([folder.join("PKG-INFO")]).find_map(|path| from_metadata(&fs::read_to_string(path).ok()?, name))
}

/// The folders of packages' metadata, in name order.
fn metadata_folders(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.ends_with("-info")).collect();
    names.sort();
    names.into_iter()
}

/// `Requires-Dist: SQLAlchemy (<2,>=1.4)`; what an extra requires does not count.
fn from_metadata(text: &str, name: &str) -> Option<Release> {
    let headers = text.lines().take_while(|line| !line.is_empty());
    let requirements = headers.filter_map(|line| line.strip_prefix("Requires-Dist: "));
    let wanted: Vec<Wanted> = requirements.flat_map(|requirement| in_text(requirement, name)).collect();
    wanted.iter().find_map(Wanted::exact).or_else(|| wanted.iter().find_map(|wanted| wanted.newest(name)))
}

fn version(text: &str) -> Option<Release> {
    clause(&format!("=={text}")).map(|(_, numbers)| release(&numbers))
}

/// `name = "sqlalchemy"`, then `version = "2.0.1"`.
fn from_lock(text: &str, name: &str) -> Option<Release> {
    let wanted = format!("name = \"{name}\"");
    let mut lines = text.lines();
    lines.find(|line| line.trim().eq_ignore_ascii_case(&wanted))?;
    let found = lines.take(3).find_map(|line| line.trim().strip_prefix("version = \""))?;
    version(found)
}

/// `"sqlalchemy": {"version": "==1.4.54"}`.
fn from_pipfile_lock(text: &str, name: &str) -> Option<Release> {
    let lock: serde_json::Value = serde_json::from_str(text).ok()?;
    let found = ["default", "develop"].iter().find_map(|group| lock.get(group)?.get(name)?.get("version")?.as_str())?;
    version(found.trim_start_matches('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Release> {
        let wanted = in_text(text, "sqlalchemy");
        wanted.iter().find_map(Wanted::exact).or_else(|| wanted.iter().find_map(|wanted| wanted.newest("sqlalchemy")))
    }

    #[test]
    fn pins_are_read_in_every_form() {
        for text in [
            "flask\nSQLAlchemy==1.3.24\n",
            "dependencies = [\"flask\", \"sqlalchemy==1.3.24\"]",
            "dependencies = ['sqlalchemy[asyncio] == 1.3.24; python_version > \"3\"']",
            "[tool.poetry.dependencies]\nSQLAlchemy = \"1.3.24\"",
            "sqlalchemy = {extras = [\"asyncio\"], version = \"1.3.24\"}",
            "install_requires =\n    sqlalchemy == 1.3.24  # for a while",
            "setup(install_requires=['flask', 'sqlalchemy==1.3.24'])",
            "[packages]\nsqlalchemy = \"==1.3.24\"",
        ] {
            assert_eq!(of(text), Some((1, 3, 24)), "{text}");
        }
    }

    #[test]
    fn of_a_range_the_newest_release_counts() {
        for (text, release) in [
            ("    \"sqlalchemy>=1.4,<2.0\",", Some((1, 4, 54))),
            ("sqlalchemy (<2.0,>=1.4)", Some((1, 4, 54))),
            ("sqlalchemy ~=1.4.0", Some((1, 4, LAST))),
            ("sqlalchemy = \"^1.3\"", Some((1, 4, 54))),
            ("sqlalchemy = \"~1.3\"", Some((1, 3, 24))),
            ("sqlalchemy==1.4.*", Some((1, 4, 54))),
            ("- sqlalchemy=1.4", Some((1, 4, 54))),
            ("sqlalchemy<1.4.40", Some((1, 4, 39))),
            ("sqlalchemy<2.1", Some((2, 0, LAST))),
            ("sqlalchemy>=2.0", None),
            ("sqlalchemy = \"^2.0\"", None),
            ("sqlalchemy-utils==0.41", None),
            ("Flask-SQLAlchemy==2.5", None),
            ("sqlalchemy", None),
        ] {
            assert_eq!(of(text), release, "{text}");
        }
    }

    #[test]
    fn locks_and_metadata() {
        let metadata =
            "Name: x\nRequires-Dist: sqlalchemy==1.3.0; extra == 'old'\nRequires-Dist: SQLAlchemy (<2,>=1.4)\n\n";
        assert_eq!(from_metadata(metadata, "sqlalchemy"), Some((1, 4, 54)));
        assert_eq!(in_text("sqlmodel==0.0.32", "sqlmodel")[0].exact(), Some((0, 0, 32)));
        let lock = "[[package]]\nname = \"sqlalchemy\"\nversion = \"2.0.30\"\n";
        assert_eq!(from_lock(lock, "sqlalchemy"), Some((2, 0, 30)));
        let lock = "{\"default\": {\"sqlalchemy\": {\"version\": \"==1.4.54\"}}}";
        assert_eq!(from_pipfile_lock(lock, "sqlalchemy"), Some((1, 4, 54)));
    }

    #[test]
    fn an_included_file_counts_and_an_exact_version_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("requirements.txt", "-r main.list\n");
        write("main.list", "sqlalchemy==1.4.1\n");
        write("pyproject.toml", "dependencies = [\"sqlalchemy>=1.3,<3\"]\n");
        assert_eq!(find_release(&folder.path().join("models.py"), "sqlalchemy"), Some((1, 4, 1)));
    }
}
