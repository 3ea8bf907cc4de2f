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
const FLAT: [&str; 7] =
    ["sqlalchemy_utils", "flask_sqlalchemy", "pgvector", "geoalchemy2", "sqlalchemy_file", "sqlalchemy_json", "citext"];

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

/// Whether `from module import *` brings `name` along, where that is known.
pub(super) fn exports(module: &str, name: &str) -> Option<bool> {
    const TYPING: [&str; 32] = [
        "Annotated",
        "AnyStr",
        "Awaitable",
        "Callable",
        "ClassVar",
        "Collection",
        "DefaultDict",
        "Dict",
        "Final",
        "FrozenSet",
        "Generic",
        "Iterable",
        "Iterator",
        "List",
        "Literal",
        "Mapping",
        "MutableMapping",
        "NamedTuple",
        "NewType",
        "NotRequired",
        "Optional",
        "Protocol",
        "Required",
        "Self",
        "Set",
        "TYPE_CHECKING",
        "Type",
        "TypeAlias",
        "TypeVar",
        "TypedDict",
        "Union",
        "no_type_check",
    ];
    // What these have in common with SQLAlchemy is whose import comes last.
    const SHARED: [&str; 7] = ["Any", "Enum", "Sequence", "Text", "Tuple", "UUID", "cast"];
    const DATETIME: [&str; 6] = ["date", "datetime", "time", "timedelta", "timezone", "tzinfo"];
    const ENUM: [&str; 8] = ["Enum", "Flag", "IntEnum", "IntFlag", "ReprEnum", "StrEnum", "auto", "unique"];
    const UTILS: [&str; 14] = [
        "Asterisk",
        "Choice",
        "Country",
        "Currency",
        "Ltree",
        "Password",
        "PhoneNumber",
        "QueryChain",
        "Timestamp",
        "aggregated",
        "auto_delete_orphans",
        "generic_relationship",
        "generic_repr",
        "observes",
    ];
    const POSTGRESQL: [&str; 10] = [
        "All",
        "Any",
        "ExcludeConstraint",
        "Insert",
        "Range",
        "aggregate_order_by",
        "array",
        "array_agg",
        "hstore",
        "insert",
    ];
    match module {
        "typing" | "typing_extensions" => {
            Some(TYPING.contains(&name) || matches!(name, "Any" | "Sequence" | "Text" | "Tuple" | "cast"))
        }
        "datetime" => Some(DATETIME.contains(&name)),
        "enum" => Some(ENUM.contains(&name)),
        "uuid" => Some(name == "UUID" || name.starts_with("uuid") || name.starts_with("NAMESPACE")),
        "decimal" => Some(name == "Decimal"),
        "dataclasses" => Some(matches!(name, "dataclass" | "field" | "InitVar" | "KW_ONLY")),
        _ => match module.split('.').next()? {
            "sqlalchemy" if module.contains(".dialects.") => {
                let is_upper = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                Some(is_upper || module.ends_with("postgresql") && POSTGRESQL.contains(&name))
            }
            "sqlalchemy" | "sqlmodel" => SHARED.contains(&name).then_some(true),
            "sqlalchemy_utils" => Some(UTILS.contains(&name) || name.ends_with("Type") && !is_own_type(name)),
            _ => None,
        },
    }
}

/// Types of SQLAlchemy's that are called one.
fn is_own_type(name: &str) -> bool {
    matches!(name, "PickleType" | "UserDefinedType" | "NullType" | "MatchType" | "SchemaType" | "TupleType")
}

/// Whether a library is known to declare nothing behind a project's back: Python's own modules, and those whose
/// constructs this reader knows.
pub(super) fn is_known_library(path: &str) -> bool {
    const KNOWN: [&str; 29] = [
        "aenum",
        "attr",
        "attrs",
        "builtins",
        "celery",
        "citext",
        "click",
        "dataclasses_json",
        "environ",
        "flask_login",
        "flask_marshmallow",
        "flask_security",
        "geoalchemy2",
        "graphene",
        "marshmallow",
        "mypy_extensions",
        "numpy",
        "os.environ",
        "packaging",
        "pandas",
        "pgvector",
        "pytest",
        "six",
        "sqlalchemy_json",
        "sqlalchemy_serializer",
        "strawberry",
        "strenum",
        "structlog",
        "testing",
    ];
    let root = path.split('.').next().unwrap_or(path);
    root.starts_with('<') || is_foreign_module(root) || KNOWN.contains(&root)
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
