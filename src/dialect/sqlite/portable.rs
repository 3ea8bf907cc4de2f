//! The spelling of an object-relational mapper's generic types: what SQLAlchemy's compiler for this engine prints.

use crate::model::Reason;
use crate::sql::PortableType;

use super::Sqlite;

pub(super) fn portable(_dialect: &Sqlite, ty: &PortableType) -> Result<String, Reason> {
    Ok(match ty {
        PortableType::SmallInteger => "SMALLINT".into(),
        PortableType::Integer => "INTEGER".into(),
        PortableType::BigInteger => "BIGINT".into(),
        PortableType::Numeric { precision: None, .. } => "NUMERIC".into(),
        PortableType::Numeric { precision: Some(precision), scale: None } => format!("NUMERIC({precision})"),
        PortableType::Numeric { precision: Some(precision), scale: Some(scale) } => {
            format!("NUMERIC({precision}, {scale})")
        }
        PortableType::Float { .. } => "FLOAT".into(),
        PortableType::Double { .. } => "DOUBLE".into(),
        PortableType::String { length: None } => "VARCHAR".into(),
        PortableType::String { length: Some(length) } => format!("VARCHAR({length})"),
        PortableType::Text { length: None } => "TEXT".into(),
        PortableType::Text { length: Some(length) } => format!("TEXT({length})"),
        PortableType::LargeBinary { .. } => "BLOB".into(),
        PortableType::Boolean => "BOOLEAN".into(),
        PortableType::Date => "DATE".into(),
        PortableType::Time { .. } => "TIME".into(),
        PortableType::DateTime { .. } | PortableType::Interval => "DATETIME".into(),
        PortableType::Json => "JSON".into(),
        PortableType::Uuid => "CHAR(32)".into(),
    })
}
