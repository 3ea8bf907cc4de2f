//! Which SQLAlchemy the project runs: some DDL differs between its versions.
//!
//! The version comes from the lock or requirements file nearest above the models; without one it is the newest. This is
//! the one place where it is decided.

use std::path::Path;

/// A version of SQLAlchemy, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SqlAlchemy {
    major: u32,
    minor: u32,
}

impl SqlAlchemy {
    const NEWEST: SqlAlchemy = SqlAlchemy { major: 2, minor: 1 };

    /// Whether `Boolean` and `Enum` make CHECK constraints unless told otherwise: until 1.3
    /// (<https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-5367>).
    pub(super) fn creates_type_checks(self) -> bool {
        self < SqlAlchemy { major: 1, minor: 4 }
    }

    /// Whether columns stand in the order in which their `Column` objects were made: before 2.0, where mixins' columns
    /// come after the class's own.
    pub(super) fn orders_by_creation(self) -> bool {
        self < SqlAlchemy { major: 2, minor: 0 }
    }

    /// The version that the project of `path` pins.
    pub(super) fn find(path: &Path) -> SqlAlchemy {
        const FILES: [&str; 6] =
            ["uv.lock", "poetry.lock", "pdm.lock", "requirements.txt", "requirements/base.txt", "pyproject.toml"];
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        for folder in absolute.ancestors().skip(1).take(6) {
            let found = FILES.iter().find_map(|file| {
                let text = std::fs::read_to_string(folder.join(file)).ok()?;
                if file.ends_with(".lock") { from_lock(&text) } else { from_requirements(&text) }
            });
            if let Some(version) = found {
                return version;
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        SqlAlchemy::NEWEST
    }

    fn parse(text: &str) -> Option<SqlAlchemy> {
        let mut numbers = text.split(['.', 'b', 'r', ',', '"', '\'', ' ', ';']).map(str::parse::<u32>);
        let major = numbers.next()?.ok()?;
        let minor = numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(SqlAlchemy { major, minor })
    }
}

/// `name = "sqlalchemy"`, then `version = "2.0.1"`.
fn from_lock(text: &str) -> Option<SqlAlchemy> {
    let mut lines = text.lines();
    lines.find(|line| line.trim().eq_ignore_ascii_case("name = \"sqlalchemy\""))?;
    let version = lines.take(3).find_map(|line| line.trim().strip_prefix("version = \""))?;
    SqlAlchemy::parse(version)
}

/// `sqlalchemy==1.4.54`, `SQLAlchemy[asyncio]~=1.3.0`, `"sqlalchemy>=1.3,<1.4"`; an open upper end is the newest.
fn from_requirements(text: &str) -> Option<SqlAlchemy> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'']);
        let rest = line.get(.."sqlalchemy".len()).filter(|name| name.eq_ignore_ascii_case("sqlalchemy"))?;
        let rest = &line[rest.len()..];
        let rest = rest.strip_prefix('[').and_then(|extras| extras.split_once(']')).map_or(rest, |(_, after)| after);
        let rest = rest.trim_start().trim_start_matches("= \"");
        for pin in ["===", "==", "~=", "^"] {
            if let Some(version) = rest.strip_prefix(pin) {
                return SqlAlchemy::parse(version.trim());
            }
        }
        let below = SqlAlchemy::parse(rest.split_once('<')?.1.trim_start_matches('=').trim())?;
        Some(match below {
            SqlAlchemy { major, minor: 0 } if major > 2 => SqlAlchemy::NEWEST,
            SqlAlchemy { major: 2, minor: 0 } => SqlAlchemy { major: 1, minor: 4 },
            SqlAlchemy { major, minor } => SqlAlchemy { major, minor: minor.saturating_sub(1) },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major: u32, minor: u32) -> Option<SqlAlchemy> {
        Some(SqlAlchemy { major, minor })
    }

    #[test]
    fn pins_are_read_and_open_ranges_are_not() {
        assert_eq!(from_requirements("flask\nSQLAlchemy==1.3.24\n"), version(1, 3));
        assert_eq!(from_requirements("sqlalchemy[asyncio] ~=1.4.0"), version(1, 4));
        assert_eq!(from_requirements("    \"sqlalchemy>=1.4,<2.0\","), version(1, 4));
        assert_eq!(from_requirements("sqlalchemy>=2.0"), None);
        assert_eq!(from_requirements("sqlalchemy-utils==0.41"), None);
        assert_eq!(from_lock("[[package]]\nname = \"sqlalchemy\"\nversion = \"2.0.30\"\n"), version(2, 0));
    }
}
