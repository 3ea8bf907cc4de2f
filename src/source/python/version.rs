//! Which SQLAlchemy and SQLModel the project runs: some DDL differs between their versions.
//!
//! The versions come from the lock or requirements file nearest above the models; without one they are the newest. This
//! is the one place where they are decided.

use std::path::Path;

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
        let found = FILES.iter().find_map(|file| {
            let text = std::fs::read_to_string(folder.join(file)).ok()?;
            if file.ends_with(".lock") { from_lock(&text, name) } else { from_requirements(&text, name) }
        });
        if found.is_some() || folder.join(".git").exists() {
            return found;
        }
    }
    None
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
        assert_eq!(from_requirements("sqlmodel==0.0.32", "sqlmodel"), Some((0, 0, 32)));
        assert_eq!(
            from_lock("[[package]]\nname = \"sqlalchemy\"\nversion = \"2.0.30\"\n", "sqlalchemy"),
            Some((2, 0, 30))
        );
    }
}
