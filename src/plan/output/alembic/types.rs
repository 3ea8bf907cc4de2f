//! Types as SQLAlchemy has them: <https://docs.sqlalchemy.org/en/20/core/types.html>.
//!
//! Each candidate stands beside the SQL that its compiler prints, and is taken where the engine's own reader finds in
//! that SQL the type that is wanted. So a type is named rightly or not at all.

use crate::model::{DataType, Engine, RelationName, TypeKind};
use crate::plan::Planner;
use crate::sql::PortableType;

use super::python::{argument, list};

/// The expression that makes this type; `None` where SQLAlchemy has none that prints it in every version.
pub(super) fn expression(
    ty: &DataType,
    dialect: &dyn Planner,
    is_enum: &dyn Fn(&RelationName) -> bool,
) -> Option<String> {
    match &ty.kind {
        TypeKind::Builtin { args, .. } => {
            let mut candidates = portable(args, dialect);
            candidates.extend(own(args, dialect.engine()));
            let prints =
                |sql: &str| dialect.data_type(sql).is_ok_and(|printed| is_same(&printed, ty, dialect.engine()));
            candidates.into_iter().find(|(sql, _)| prints(sql)).map(|(_, python)| python)
        }
        TypeKind::Values { name, values } => {
            let values = values.iter().map(|value| argument(value)).collect::<Vec<_>>().join(", ");
            Some(format!("mysql.{}({values})", name.to_uppercase()))
        }
        TypeKind::Array(element) => {
            let element = DataType::new(element.as_ref().clone(), String::new());
            Some(format!("postgresql.ARRAY({})", expression(&element, dialect, is_enum)?))
        }
        TypeKind::User { name, args } => (args.is_empty() && is_enum(name)).then(|| {
            let schema = name.schema.iter().filter(|schema| dialect.default_schema().as_ref() != Some(*schema));
            let schema = schema.map(|schema| format!(", schema={}", argument(schema.as_str()))).collect::<String>();
            // Types are made by statements of their own, before the tables.
            format!("postgresql.ENUM(name={}{schema}, create_type=False)", argument(name.name.as_str()))
        }),
    }
}

/// Whether SQLAlchemy has the engine number a key of this type, unless it is told not to.
pub(super) fn is_integer(expression: &str) -> bool {
    ["Integer(", "INTEGER(", "INT("].iter().any(|name| expression.contains(name))
}

/// SQLite keeps a type as it was written, and MySQL's booleans are told by their width alone.
fn is_same(printed: &DataType, wanted: &DataType, engine: Engine) -> bool {
    let is_written = || printed.written.eq_ignore_ascii_case(&wanted.written);
    printed.kind == wanted.kind
        && match engine {
            Engine::Sqlite | Engine::MySql | Engine::MariaDb => is_written(),
            // The text of an array's element is not known.
            Engine::Postgres => true,
        }
}

/// The generic types.
fn portable(args: &[String], dialect: &dyn Planner) -> Vec<(String, String)> {
    use PortableType as P;
    let number = |at: usize| args.get(at).and_then(|text| text.parse::<u32>().ok());
    let mut types = vec![
        (P::SmallInteger, "sa.SmallInteger()".to_owned()),
        (P::Integer, "sa.Integer()".to_owned()),
        (P::BigInteger, "sa.BigInteger()".to_owned()),
        (P::Boolean, "sa.Boolean()".to_owned()),
        (P::Text { length: None }, "sa.Text()".to_owned()),
        (P::String { length: None }, "sa.String()".to_owned()),
        (P::Date, "sa.Date()".to_owned()),
        (P::DateTime { timezone: false }, "sa.DateTime()".to_owned()),
        (P::DateTime { timezone: true }, "sa.DateTime(timezone=True)".to_owned()),
        (P::Time { timezone: false }, "sa.Time()".to_owned()),
        (P::Time { timezone: true }, "sa.Time(timezone=True)".to_owned()),
        (P::Float { precision: None }, "sa.Float()".to_owned()),
        (P::Numeric { precision: None, scale: None }, "sa.Numeric()".to_owned()),
        (P::LargeBinary { length: None }, "sa.LargeBinary()".to_owned()),
        (P::Json, "sa.JSON()".to_owned()),
    ];
    if let Some(length) = number(0) {
        types.push((P::String { length: Some(length) }, format!("sa.String({length})")));
    }
    if let (Some(precision), Some(scale)) = (number(0), number(1)) {
        let python = format!("sa.Numeric({precision}, {scale})");
        types.push((P::Numeric { precision: Some(precision), scale: Some(scale) }, python));
    }
    let printed = types.into_iter().map(|(ty, python)| Some((dialect.portable_type(&ty).ok()?, python)));
    printed.flatten().collect()
}

/// The types of one engine, and those of the SQL standard that it has.
fn own(args: &[String], engine: Engine) -> Vec<(String, String)> {
    let mut types: Vec<(String, String)> = match engine {
        Engine::Postgres => postgres(args.first()),
        Engine::MySql | Engine::MariaDb => mysql(args),
        Engine::Sqlite => ["TIMESTAMP", "BLOB", "REAL", "FLOAT", "DECIMAL"].map(of_standard).to_vec(),
    };
    if let Some(length) = args.first() {
        types.push((format!("char({length})"), format!("sa.CHAR({length})")));
    }
    types
}

fn of_standard(name: &str) -> (String, String) {
    (name.to_owned(), format!("sa.{name}()"))
}

fn postgres(precision: Option<&String>) -> Vec<(String, String)> {
    let names = [
        "jsonb",
        "uuid",
        "inet",
        "cidr",
        "macaddr",
        "money",
        "oid",
        "tsvector",
        "real",
        "int4range",
        "int8range",
        "numrange",
        "daterange",
        "tsrange",
        "tstzrange",
        "interval",
        "bit",
    ];
    let mut types: Vec<(String, String)> =
        names.iter().map(|name| (name.to_string(), format!("postgresql.{}()", name.to_uppercase()))).collect();
    types.push(("bit varying".to_owned(), "postgresql.BIT(varying=True)".to_owned()));
    if let Some(n) = precision {
        types.push((format!("bit({n})"), format!("postgresql.BIT({n})")));
        types.push((format!("bit varying({n})"), format!("postgresql.BIT({n}, varying=True)")));
        types.push((format!("interval({n})"), format!("postgresql.INTERVAL(precision={n})")));
        for name in ["timestamp", "time"] {
            let class = format!("postgresql.{}", name.to_uppercase());
            types.push((format!("{name}({n}) without time zone"), format!("{class}(precision={n})")));
            types.push((format!("{name}({n}) with time zone"), format!("{class}(timezone=True, precision={n})")));
        }
    }
    types
}

fn mysql(args: &[String]) -> Vec<(String, String)> {
    let names = [
        "double",
        "float",
        "datetime",
        "timestamp",
        "time",
        "year",
        "tinytext",
        "mediumtext",
        "longtext",
        "tinyblob",
        "mediumblob",
        "longblob",
    ];
    let plain = |name: &str| (name.to_owned(), format!("mysql.{}()", name.to_uppercase()));
    let mut types: Vec<(String, String)> = names.iter().copied().map(plain).collect();
    for (name, class) in [
        ("tinyint", "TINYINT"),
        ("smallint", "SMALLINT"),
        ("mediumint", "MEDIUMINT"),
        ("int", "INTEGER"),
        ("bigint", "BIGINT"),
    ] {
        types.push((name.to_owned(), format!("mysql.{class}()")));
        types.push((format!("{name} unsigned"), format!("mysql.{class}(unsigned=True)")));
    }
    match args {
        [n] => {
            for name in ["datetime", "timestamp", "time"] {
                types.push((format!("{name}({n})"), format!("mysql.{}(fsp={n})", name.to_uppercase())));
            }
            types.push((format!("bit({n})"), format!("mysql.BIT({n})")));
            types.push((format!("binary({n})"), format!("sa.BINARY({n})")));
            types.push((format!("varbinary({n})"), format!("sa.VARBINARY({n})")));
        }
        [precision, scale] => {
            types.push((
                format!("decimal({precision},{scale}) unsigned"),
                format!("mysql.DECIMAL({precision}, {scale}, unsigned=True)"),
            ));
        }
        _ => {}
    }
    types
}

/// The names of a list, as arguments.
pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n crate::model::Name>) -> String {
    list(names.into_iter().map(|name| argument(name.as_str())))
}
