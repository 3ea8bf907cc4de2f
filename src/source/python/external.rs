//! Names of things outside the project, and the one key by which each is known, whatever module it was imported from.

/// A dotted name outside the project.
#[derive(Debug)]
pub(super) struct ExternalName {
    path: String,
    key: String,
}

impl ExternalName {
    /// The name `path`.
    pub(super) fn new(path: &str) -> Self {
        ExternalName { path: path.to_owned(), key: key(path) }
    }

    /// The name as it was reached.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The key: `sa.Column`, `postgresql.JSONB`, `sa.func.now`, `typing.Optional`, `sqlmodel.Field`; else the path.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The last segment.
    pub(super) fn last(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or(&self.key)
    }
}

/// Names that SQLModel defines itself; the rest it passes on from SQLAlchemy.
const SQLMODEL_OWN: [&str; 4] = ["SQLModel", "Field", "Relationship", "AutoString"];

/// Libraries of columns and types that are known by name.
const FLAT: [&str; 6] =
    ["sqlalchemy_utils", "flask_sqlalchemy", "pgvector", "geoalchemy2", "sqlalchemy_json", "citext"];

fn key(path: &str) -> String {
    let mut segments = path.split('.');
    let root = segments.next().unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    match root {
        "sqlalchemy" => sqlalchemy_key(path, last),
        "sqlmodel" if SQLMODEL_OWN.contains(&last) => format!("sqlmodel.{last}"),
        "sqlmodel" => sqlalchemy_key(path, last),
        "typing" | "typing_extensions" => format!("typing.{last}"),
        "collections" => format!("typing.{last}"),
        "datetime" | "decimal" | "uuid" | "enum" | "functools" | "dataclasses" => match segments.next() {
            Some(_) => path.to_owned(),
            None => root.to_owned(),
        },
        root if FLAT.contains(&root) => format!("{root}.{last}"),
        _ => path.to_owned(),
    }
}

fn sqlalchemy_key(path: &str, last: &str) -> String {
    if let Some(at) = path.find(".func.") {
        return format!("sa{}", &path[at..]);
    }
    if let Some((_, function)) = path.split_once(".functions.")
        && function != "func"
        && function.chars().next().is_some_and(char::is_lowercase)
    {
        return format!("sa.func.{function}");
    }
    if let Some(at) = path.find(".dialects.") {
        let mut rest = path[at + ".dialects.".len()..].split('.');
        let dialect = match rest.next().unwrap_or_default() {
            "mariadb" => "mysql",
            other => other,
        };
        return match rest.next() {
            Some(_) => format!("{dialect}.{last}"),
            None => format!("sa.dialects.{dialect}"),
        };
    }
    format!("sa.{last}")
}

/// Top-level modules that are never the project's own, even where a file beside the importing one has that name.
pub(super) fn is_foreign_module(root: &str) -> bool {
    const NAMES: [&str; 45] = [
        "__future__",
        "abc",
        "alembic",
        "ast",
        "asyncio",
        "base64",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fastapi",
        "flask",
        "flask_sqlalchemy",
        "functools",
        "hashlib",
        "importlib",
        "inspect",
        "itertools",
        "json",
        "logging",
        "math",
        "operator",
        "os",
        "pathlib",
        "pydantic",
        "random",
        "re",
        "secrets",
        "sqlalchemy",
        "sqlalchemy_utils",
        "sqlmodel",
        "string",
        "sys",
        "threading",
        "time",
        "types",
        "typing",
        "typing_extensions",
        "uuid",
        "warnings",
        "weakref",
        "zoneinfo",
    ];
    NAMES.binary_search(&root).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_key_whatever_its_module() {
        for path in ["sqlalchemy.Column", "sqlalchemy.sql.schema.Column", "sqlmodel.Column"] {
            assert_eq!(ExternalName::new(path).key(), "sa.Column");
        }
        assert_eq!(ExternalName::new("sqlalchemy.dialects.postgresql.json.JSONB").key(), "postgresql.JSONB");
        assert_eq!(ExternalName::new("sqlalchemy.sql.func.now").key(), "sa.func.now");
        assert_eq!(ExternalName::new("sqlmodel.main.Field").key(), "sqlmodel.Field");
        assert_eq!(ExternalName::new("datetime.datetime").key(), "datetime.datetime");
    }

    #[test]
    fn foreign_modules_are_sorted_for_the_search() {
        assert!(is_foreign_module("enum") && is_foreign_module("zoneinfo") && is_foreign_module("__future__"));
        assert!(!is_foreign_module("models"));
    }
}
