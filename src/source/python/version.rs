//! Which SQLAlchemy and SQLModel the project runs: some DDL differs between their versions.
//!
//! What the project requires is found in `requirement`. Without any word of it they are the newest. This is the one place
//! where it is decided what follows from a version.

use std::path::Path;

use super::requirement::{Release, find_release};

/// What is assumed where nothing is pinned.
const NEWEST: Versions = Versions { sqlalchemy: (2, 1, 0), sqlmodel: (0, 0, 50), pydantic: (2, 12, 0) };

/// The libraries' versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Versions {
    sqlalchemy: Release,
    sqlmodel: Release,
    pydantic: Release,
}

/// What SQLAlchemy had not before a release, by module and name; a module without names came as a whole.
const SINCE: [(Release, &str, &[&str]); 8] = [
    (
        (2, 0, 0),
        "sqlalchemy.orm",
        &[
            "DeclarativeBase",
            "DeclarativeBaseNoMeta",
            "DynamicMapped",
            "MappedAsDataclass",
            "MappedColumn",
            "MappedSQLExpression",
            "WriteOnlyMapped",
            "mapped_column",
        ],
    ),
    ((2, 0, 0), "sqlalchemy", &["DOUBLE", "DOUBLE_PRECISION", "Double", "UUID", "Uuid"]),
    ((2, 0, 0), "sqlalchemy.ext.asyncio", &["AsyncAttrs", "async_sessionmaker"]),
    ((1, 4, 0), "sqlalchemy.ext.asyncio", &[]),
    ((1, 4, 0), "sqlalchemy.future", &[]),
    (
        (1, 4, 0),
        "sqlalchemy.orm",
        &["Mapped", "as_declarative", "declarative_base", "declarative_mixin", "declared_attr", "registry"],
    ),
    ((1, 4, 0), "sqlalchemy", &["Identity"]),
    ((1, 3, 11), "sqlalchemy", &["Computed"]),
];

impl Default for Versions {
    fn default() -> Self {
        NEWEST
    }
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

    /// Whether a field whose default is None may be NULL whatever its annotation says: with pydantic 1, which SQLModel
    /// left behind with 0.0.14.
    pub(super) fn none_makes_fields_optional(self) -> bool {
        self.pydantic < (2, 0, 0) || self.sqlmodel < (0, 0, 14)
    }

    /// Whether a field that has any default may be NULL: in the first SQLModels, until 0.0.5.
    pub(super) fn defaults_make_fields_optional(self) -> bool {
        self.sqlmodel < (0, 0, 5)
    }

    /// Whether SQLAlchemy's module has no such name yet.
    pub(super) fn lacks(self, module: &str, name: &str) -> bool {
        SINCE.iter().any(|(since, of, names)| {
            self.sqlalchemy < *since && *of == module && (names.is_empty() || names.contains(&name))
        })
    }

    /// `sqlalchemy.__version__`.
    pub(super) fn of_sqlalchemy(self) -> String {
        let (major, minor, patch) = self.sqlalchemy;
        format!("{major}.{minor}.{patch}")
    }

    /// The versions that the project of `path` pins.
    pub(super) fn find(path: &Path) -> Versions {
        let find = |name| find_release(path, name);
        Versions {
            sqlalchemy: find("sqlalchemy").unwrap_or(NEWEST.sqlalchemy),
            sqlmodel: find("sqlmodel").unwrap_or(NEWEST.sqlmodel),
            pydantic: find("pydantic").unwrap_or(NEWEST.pydantic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_from_its_release_on() {
        let old = Versions { sqlalchemy: (1, 4, 54), ..NEWEST };
        assert!(old.lacks("sqlalchemy.orm", "mapped_column") && !old.lacks("sqlalchemy.orm", "registry"));
        assert!(!NEWEST.lacks("sqlalchemy.orm", "mapped_column"));
        assert!(Versions { sqlalchemy: (1, 3, 24), ..NEWEST }.lacks("sqlalchemy.ext.asyncio", "AsyncSession"));
    }
}
