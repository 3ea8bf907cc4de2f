//! The types of SQLAlchemy's dialect modules.

use super::{Affinity, Spec, SqlType};
use crate::source::python::models::Models;
use crate::source::python::value::Value;

/// The DDL of a dialect module's type; `None` where the key is not one.
pub(super) fn spell<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    let (dialect, name) = spec.key.split_once('.')?;
    match dialect {
        "postgresql" => postgresql(name, spec),
        "mysql" => mysql(models, name, spec),
        "sqlite" => sqlite(name),
        _ => None,
    }
}

fn postgresql(name: &str, spec: &Spec<'_>) -> Option<Result<SqlType, String>> {
    Some(match name {
        "JSONB" | "INET" | "CIDR" | "MACADDR" | "MACADDR8" | "TSVECTOR" | "TSQUERY" | "HSTORE" | "BYTEA" | "MONEY"
        | "OID" | "REGCLASS" | "REGCONFIG" | "CITEXT" | "INT4RANGE" | "INT8RANGE" | "NUMRANGE" | "DATERANGE"
        | "TSRANGE" | "TSTZRANGE" | "INT4MULTIRANGE" | "INT8MULTIRANGE" | "NUMMULTIRANGE" | "DATEMULTIRANGE"
        | "TSMULTIRANGE" | "TSTZMULTIRANGE" => Ok(SqlType::text(name)),
        "PGUuid" => Ok(SqlType::text("UUID")),
        "INTERVAL" => spec.number(0, "precision").and_then(|precision| {
            let fields = spec.string(1, "fields")?.map(|fields| format!(" {fields}")).unwrap_or_default();
            let precision = precision.map(|p| format!(" ({p})")).unwrap_or_default();
            Ok(SqlType::text(format!("INTERVAL{fields}{precision}")))
        }),
        "BIT" => {
            let varying = spec.flag(1, "varying");
            spec.number(0, "length").and_then(|length| {
                let varying = varying?;
                let keyword = if varying { "BIT VARYING" } else { "BIT" };
                let length = if varying { length } else { Some(length.unwrap_or(1)) };
                Ok(SqlType::text(length.map_or_else(|| keyword.to_owned(), |n| format!("{keyword}({n})"))))
            })
        }
        _ => return None,
    })
}

fn sqlite(name: &str) -> Option<Result<SqlType, String>> {
    match name {
        "DATETIME" | "DATE" | "TIME" | "JSON" => Some(Ok(SqlType::text(name))),
        _ => None,
    }
}

fn mysql<'a>(models: &mut Models<'a>, name: &str, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    let _ = models;
    let affinity = match name {
        "TINYINT" | "SMALLINT" => Affinity::SmallInteger,
        "MEDIUMINT" | "INTEGER" => Affinity::Integer,
        "BIGINT" => Affinity::BigInteger,
        "DECIMAL" | "NUMERIC" | "FLOAT" | "DOUBLE" | "REAL" => Affinity::Numeric,
        _ => Affinity::Other,
    };
    let written = match name {
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INTEGER" | "BIGINT" => {
            spec.number(0, "display_width").map(|width| with_length(name, width))
        }
        "DECIMAL" | "NUMERIC" | "FLOAT" | "DOUBLE" | "REAL" => {
            let numbers = || Ok::<_, String>((spec.number(0, "precision")?, spec.number(1, "scale")?));
            numbers().map(|(precision, scale)| match (precision, scale) {
                (Some(precision), Some(scale)) => format!("{name}({precision}, {scale})"),
                (Some(precision), None) if name != "DOUBLE" => format!("{name}({precision})"),
                (Some(_) | None, Some(_) | None) => name.to_owned(),
            })
        }
        "VARCHAR" | "CHAR" | "NVARCHAR" | "NCHAR" | "TEXT" | "BINARY" | "VARBINARY" | "BLOB" | "BIT" => {
            spec.number(0, "length").map(|length| with_length(name, length))
        }
        "DATETIME" | "TIMESTAMP" | "TIME" => fsp(spec).map(|fsp| with_length(name, fsp)),
        "YEAR" => spec.number(0, "display_width").map(|width| with_length(name, width)),
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" | "DATE" | "JSON" | "INET4"
        | "INET6" | "BOOLEAN" | "UUID" => Ok(name.to_owned()),
        "BOOL" => Ok("BOOLEAN".to_owned()),
        _ => return None,
    };
    Some(written.and_then(|written| mysql_attributes(written, affinity, spec)))
}

/// The fractional seconds of `DATETIME(fsp=3)`; of `TIMESTAMP(timezone, fsp)` they come second.
fn fsp(spec: &Spec<'_>) -> Result<Option<u32>, String> {
    spec.number(1, "fsp")
}

fn with_length(name: &str, length: Option<u32>) -> String {
    length.map_or_else(|| name.to_owned(), |length| format!("{name}({length})"))
}

/// UNSIGNED and ZEROFILL belong to the type; character set and collation to the column.
fn mysql_attributes(mut written: String, affinity: Affinity, spec: &Spec<'_>) -> Result<SqlType, String> {
    if spec.flag(usize::MAX, "unsigned")? {
        written.push_str(" UNSIGNED");
    }
    if spec.flag(usize::MAX, "zerofill")? {
        written.push_str(" ZEROFILL");
    }
    let mut ty = SqlType::plain(written, affinity);
    // What is not known is not compared.
    ty.charset = spec.string(usize::MAX, "charset").unwrap_or_default();
    ty.collation = spec.string(usize::MAX, "collation").unwrap_or_default();
    Ok(ty)
}

/// `mysql.ENUM('a', 'b')` and `mysql.SET('a', 'b')`.
pub(super) fn mysql_values<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Result<SqlType, String> {
    if spec.key == "mysql.ENUM" && spec.args.iter().any(|value| matches!(value, Value::Class(_))) {
        return models.enum_type(spec);
    }
    let values: Option<Vec<String>> =
        spec.args.iter().map(|value| value.as_str().map(|text| models.dialect.string_literal(&text))).collect();
    let values = values.ok_or("the values of an enum are not known")?;
    let keyword = if spec.key == "mysql.SET" { "SET" } else { "ENUM" };
    mysql_attributes(format!("{keyword}({})", values.join(",")), Affinity::Other, spec)
}
