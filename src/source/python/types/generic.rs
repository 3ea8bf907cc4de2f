//! SQLAlchemy's own types: the generic ones (`String`) and the upper-case ones (`VARCHAR`).

use super::{Affinity, Spec, SqlType, TypeCheck};
use crate::source::python::models::Models;
use crate::source::python::value::Value;
use crate::sql::PortableType;

/// The DDL of a type of SQLAlchemy itself; `None` where the key is not one.
pub(super) fn spell<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    let name = spec.key.strip_prefix("sa.").or_else(|| {
        // Dialect modules pass the standard types on: postgresql.VARCHAR, sqlite.INTEGER.
        spec.key.strip_prefix("postgresql.").or_else(|| spec.key.strip_prefix("sqlite."))
    })?;
    portable(name, spec)
        .map(|known| known.and_then(|(ty, affinity)| models.portable(&ty, affinity)))
        .or_else(|| special(models, name, spec))
        .or_else(|| standard(models.rules.time_zones, name, spec))
        .map(|result| result.map(|ty| with_collation(ty, spec)))
}

fn with_collation(mut ty: SqlType, spec: &Spec<'_>) -> SqlType {
    // A collation that is not known is not compared.
    ty.collation = spec.string(usize::MAX, "collation").unwrap_or_default();
    ty
}

fn portable(name: &str, spec: &Spec<'_>) -> Option<Result<(PortableType, Affinity), String>> {
    let numbers = || Ok::<_, String>((spec.number(0, "precision")?, spec.number(1, "scale")?));
    let other = |ty| Ok((ty, Affinity::Other));
    Some(match name {
        "SmallInteger" => Ok((PortableType::SmallInteger, Affinity::SmallInteger)),
        "Integer" => Ok((PortableType::Integer, Affinity::Integer)),
        "BigInteger" => Ok((PortableType::BigInteger, Affinity::BigInteger)),
        "Numeric" => {
            numbers().map(|(precision, scale)| (PortableType::Numeric { precision, scale }, Affinity::Numeric))
        }
        "Float" => spec.number(0, "precision").map(|precision| (PortableType::Float { precision }, Affinity::Numeric)),
        "Double" => {
            spec.number(0, "precision").map(|precision| (PortableType::Double { precision }, Affinity::Numeric))
        }
        "String" | "Unicode" => {
            spec.number(0, "length").map(|length| (PortableType::String { length }, Affinity::Other))
        }
        "Text" | "UnicodeText" => {
            spec.number(0, "length").map(|length| (PortableType::Text { length }, Affinity::Other))
        }
        "LargeBinary" | "Binary" => {
            spec.number(0, "length").map(|length| (PortableType::LargeBinary { length }, Affinity::Other))
        }
        "Date" => other(PortableType::Date),
        "Time" => spec.flag(0, "timezone").map(|timezone| (PortableType::Time { timezone }, Affinity::Other)),
        "DateTime" => spec.flag(0, "timezone").map(|timezone| (PortableType::DateTime { timezone }, Affinity::Other)),
        "JSON" => other(PortableType::Json),
        _ => return None,
    })
}

/// Types with more than a spelling.
fn special<'a>(models: &mut Models<'a>, name: &str, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    Some(match name {
        "Boolean" => boolean(models, spec),
        "Uuid" => {
            let native = spec.kwarg("native_uuid").map_or(Some(true), Value::as_bool);
            match native {
                Some(true) => models.portable(&PortableType::Uuid, Affinity::Other),
                Some(false) => Ok(SqlType::text("CHAR(32)")),
                None => Err("`native_uuid` is not known".to_owned()),
            }
        }
        "Interval" => interval(models, spec),
        "MatchType" => boolean(models, spec),
        "NullType" | "NULLTYPE" => Err("the column has no type".to_owned()),
        _ => return None,
    })
}

fn boolean<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Result<SqlType, String> {
    let ty = models.portable(&PortableType::Boolean, Affinity::Other)?;
    let create = match spec.kwarg("create_constraint") {
        None => models.version.creates_type_checks(),
        Some(value) => value.as_bool().ok_or("`create_constraint` is not known")?,
    };
    let literals = vec!["0".to_owned(), "1".to_owned()];
    let name = spec.string(usize::MAX, "name")?;
    let check = (create && !models.rules.native_boolean).then_some(TypeCheck { literals, name });
    Ok(SqlType { check, ..ty })
}

/// `Interval(native, second_precision, day_precision)`: the second precision is PostgreSQL's `INTERVAL(n)`.
fn interval<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Result<SqlType, String> {
    let native = spec.arg(0, "native").map_or(Some(true), Value::as_bool).ok_or("`native` is not known")?;
    let ty = models.portable(&PortableType::Interval, Affinity::Other)?;
    if !native || !ty.written.eq_ignore_ascii_case("interval") {
        // It is stored as a DateTime, for which the project may have a compiler of its own.
        return models.sql_type(&Value::external("sqlalchemy.DateTime"));
    }
    Ok(match spec.number(1, "second_precision")? {
        Some(precision) => SqlType::text(format!("INTERVAL({precision})")),
        None => ty,
    })
}

/// The upper-case types, which every engine is sent as they are written.
fn standard(time_zones: bool, name: &str, spec: &Spec<'_>) -> Option<Result<SqlType, String>> {
    let affinity = match name {
        "SMALLINT" => Affinity::SmallInteger,
        "INTEGER" | "INT" => Affinity::Integer,
        "BIGINT" => Affinity::BigInteger,
        "NUMERIC" | "DECIMAL" | "FLOAT" | "REAL" | "DOUBLE" | "DOUBLE_PRECISION" => Affinity::Numeric,
        _ => Affinity::Other,
    };
    let sized = |keyword: &str| {
        spec.number(0, "length").map(|length| length.map_or_else(|| keyword.to_owned(), |n| format!("{keyword}({n})")))
    };
    let precise = |keyword: &str| {
        let (precision, scale) = (spec.number(0, "precision")?, spec.number(1, "scale")?);
        Ok(match (precision, scale) {
            (None, _) => keyword.to_owned(),
            (Some(precision), None) => format!("{keyword}({precision})"),
            (Some(precision), Some(scale)) => format!("{keyword}({precision}, {scale})"),
        })
    };
    let zoned = |keyword: &str| {
        if !time_zones {
            return Ok(keyword.to_owned());
        }
        let zone = if spec.flag(0, "timezone")? { " WITH TIME ZONE" } else { "" };
        let precision = spec.number(1, "precision")?;
        Ok(format!("{keyword}{}{zone}", precision.map(|p| format!("({p})")).unwrap_or_default()))
    };
    let written = match name {
        "SMALLINT" | "INTEGER" | "BIGINT" | "DATE" | "DATETIME" | "BOOLEAN" | "JSON" | "REAL" => Ok(name.to_owned()),
        "INT" => Ok("INTEGER".to_owned()),
        "VARCHAR" | "CHAR" | "NVARCHAR" | "NCHAR" | "TEXT" | "CLOB" | "BLOB" | "BINARY" | "VARBINARY" => sized(name),
        "NUMERIC" | "DECIMAL" => precise(name),
        "FLOAT" => spec.number(0, "precision").map(|p| p.map_or_else(|| name.to_owned(), |p| format!("FLOAT({p})"))),
        "DOUBLE" => Ok("DOUBLE".to_owned()),
        "DOUBLE_PRECISION" => Ok("DOUBLE PRECISION".to_owned()),
        "TIMESTAMP" | "TIME" => zoned(name),
        "UUID" => Ok("UUID".to_owned()),
        _ => return None,
    };
    Some(written.map(|written| SqlType::plain(written, affinity)))
}
