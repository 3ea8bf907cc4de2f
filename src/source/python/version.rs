//! Which SQLAlchemy and SQLModel the project runs: some DDL differs between their versions.
//!
//! The versions come from the nearest folder above the models that tells: by a lock or requirements file, by a virtual
//! environment, by being where packages are installed, or by the metadata of a package that was unpacked there. Without
//! any they are the newest. This is the one place where they are decided.

use std::path::{Path, PathBuf};

/// A release, as far as it matters.
type Release = (u32, u32, u32);

/// What is assumed where nothing is pinned.
const NEWEST: Versions = Versions { sqlalchemy: (2, 1, 0), sqlmodel: (0, 0, 50) };

/// The libraries' versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Versions {
    sqlalchemy: Release,
    sqlmodel: Release,
}

impl Versions {
    /// Whether `Boolean` and `Enum` make CHECK constraints unless told otherwise: until 1.3
    /// (<https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-5367>).
    pub(super) fn creates_type_checks(self) -> bool {
        self.sqlalchemy < (1, 4, 0)
    }

    /// Whether columns stand in the order in which their `Column` objects were made: before 2.0, where mixins' columns
    /// come after the class's own.
    pub(super) fn orders_by_creation(self) -> bool {
        self.sqlalchemy < (2, 0, 0)
    }

    /// Whether `Mapped[float]` is `Double` (2.1) and no longer `Float`.
    pub(super) fn floats_are_double(self) -> bool {
        self.sqlalchemy >= (2, 1, 0)
    }

    /// Whether `Computed(...)` without `persisted` leaves the storage to PostgreSQL (2.1), which before was STORED.
    pub(super) fn computed_as_the_engine_likes(self) -> bool {
        self.sqlalchemy >= (2, 1, 0)
    }

    /// Whether `a / b` keeps the fraction on every engine (2.0).
    pub(super) fn division_keeps_fractions(self) -> bool {
        self.sqlalchemy >= (2, 0, 0)
    }

    /// Whether SQLite too casts what `column["key"].as_string()` reads (2.1).
    pub(super) fn json_elements_are_cast(self) -> bool {
        self.sqlalchemy >= (2, 1, 0)
    }

    /// Whether SQLModel keeps a `datetime` with its time zone (`UTCDateTime`, 0.0.45).
    pub(super) fn sqlmodel_datetimes_are_zoned(self) -> bool {
        self.sqlmodel >= (0, 0, 45)
    }

    /// The versions that the project of `path` pins.
    pub(super) fn find(path: &Path) -> Versions {
        let find = |name| find_release(path, name);
        Versions {
            sqlalchemy: find("sqlalchemy").unwrap_or(NEWEST.sqlalchemy),
            sqlmodel: find("sqlmodel").unwrap_or(NEWEST.sqlmodel),
        }
    }
}

fn find_release(path: &Path, name: &str) -> Option<Release> {
    const FILES: [&str; 6] =
        ["uv.lock", "poetry.lock", "pdm.lock", "requirements.txt", "requirements/base.txt", "pyproject.toml"];
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for folder in absolute.ancestors().skip(1).take(6) {
        let pinned = FILES.iter().find_map(|file| {
            let text = std::fs::read_to_string(folder.join(file)).ok()?;
            if file.ends_with(".lock") { from_lock(&text, name) } else { from_requirements(&text, name) }
        });
        let found = pinned
            .or_else(|| environments(folder).iter().find_map(|packages| installed(packages, name)))
            .or_else(|| installed(folder, name))
            .or_else(|| required(folder, name));
        if found.is_some() || folder.join(".git").exists() {
            return found;
        }
    }
    None
}

/// Where the packages of the virtual environments in a project's folder stand.
fn environments(folder: &Path) -> Vec<PathBuf> {
    let libraries = [".venv", "venv"].map(|name| folder.join(name).join("lib"));
    let pythons = libraries.iter().filter_map(|library| std::fs::read_dir(library).ok()).flatten().flatten();
    let mut found: Vec<_> = pythons.map(|python| python.path().join("site-packages")).collect();
    found.extend([".venv", "venv"].map(|name| folder.join(name).join("Lib").join("site-packages")));
    found
}

/// The release that is installed in a folder of packages: `SQLAlchemy-1.4.54.dist-info`.
fn installed(packages: &Path, name: &str) -> Option<Release> {
    metadata_folders(packages).find_map(|folder| {
        let (distribution, rest) = folder.split_once('-')?;
        if !distribution.eq_ignore_ascii_case(name) {
            return None;
        }
        parse(rest.strip_suffix(".dist-info").or_else(|| rest.strip_suffix(".egg-info"))?)
    })
}

/// What the metadata of a package that was unpacked in a folder requires.
fn required(folder: &Path, name: &str) -> Option<Release> {
    let wheels = metadata_folders(folder).map(|wheel| folder.join(wheel).join("METADATA"));
    wheels.chain([folder.join("PKG-INFO")]).find_map(|path| from_metadata(&std::fs::read_to_string(path).ok()?, name))
}

/// The folders of packages' metadata, in name order.
fn metadata_folders(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.ends_with("-info")).collect();
    names.sort();
    names.into_iter()
}

/// `Requires-Dist: SQLAlchemy (<2,>=1.4)`; what an extra requires does not count.
fn from_metadata(text: &str, name: &str) -> Option<Release> {
    let headers = text.lines().take_while(|line| !line.is_empty());
    let requirements = headers.filter_map(|line| line.strip_prefix("Requires-Dist: "));
    requirements
        .filter(|requirement| !requirement.contains("extra =="))
        .find_map(|requirement| from_requirements(&requirement.replace(['(', ')'], " "), name))
}

fn parse(text: &str) -> Option<Release> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let mut next = || numbers.next().and_then(Result::ok);
    Some((next()?, next().unwrap_or(0), next().unwrap_or(0)))
}

/// `name = "sqlalchemy"`, then `version = "2.0.1"`.
fn from_lock(text: &str, name: &str) -> Option<Release> {
    let wanted = format!("name = \"{name}\"");
    let mut lines = text.lines();
    lines.find(|line| line.trim().eq_ignore_ascii_case(&wanted))?;
    let version = lines.take(3).find_map(|line| line.trim().strip_prefix("version = \""))?;
    parse(version)
}

/// `sqlalchemy==1.4.54`, `SQLAlchemy[asyncio]~=1.3.0`, `"sqlalchemy>=1.3,<1.4"`; an open upper end is the newest.
fn from_requirements(text: &str, name: &str) -> Option<Release> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'']);
        line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name))?;
        let rest = &line[name.len()..];
        let rest = rest.strip_prefix('[').and_then(|extras| extras.split_once(']')).map_or(rest, |(_, after)| after);
        let rest = rest.trim_start().trim_start_matches("= \"");
        // `<2.0,>=1.4` as wheels write it, and `>=1.4,<2.0`.
        for pin in ["===", "==", "~=", "^"] {
            if let Some(version) = rest.strip_prefix(pin) {
                return parse(version.trim());
            }
        }
        let (major, minor, patch) = parse(rest.split_once('<')?.1.trim_start_matches('=').trim())?;
        Some(match (major, minor, patch) {
            (2, 0, 0) => (1, 4, 99),
            (major, 0, 0) if major > 2 => return None,
            (major, minor, 0) => (major, minor.saturating_sub(1), 99),
            (major, minor, patch) => (major, minor, patch - 1),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_and_open_ranges_are_not() {
        let sqlalchemy = |text| from_requirements(text, "sqlalchemy");
        assert_eq!(sqlalchemy("flask\nSQLAlchemy==1.3.24\n"), Some((1, 3, 24)));
        assert_eq!(sqlalchemy("sqlalchemy[asyncio] ~=1.4.0"), Some((1, 4, 0)));
        assert_eq!(sqlalchemy("    \"sqlalchemy>=1.4,<2.0\","), Some((1, 4, 99)));
        assert_eq!(sqlalchemy("sqlalchemy>=2.0"), None);
        assert_eq!(sqlalchemy("sqlalchemy-utils==0.41"), None);
        assert_eq!(sqlalchemy("sqlalchemy (<2.0,>=1.4)"), Some((1, 4, 99)));
        let metadata =
            "Name: x\nRequires-Dist: sqlalchemy==1.3.0; extra == 'old'\nRequires-Dist: SQLAlchemy (<2,>=1.4)\n\n";
        assert_eq!(from_metadata(metadata, "sqlalchemy"), Some((1, 4, 99)));
        assert_eq!(from_requirements("sqlmodel==0.0.32", "sqlmodel"), Some((0, 0, 32)));
        assert_eq!(
            from_lock("[[package]]\nname = \"sqlalchemy\"\nversion = \"2.0.30\"\n", "sqlalchemy"),
            Some((2, 0, 30))
        );
    }
}
