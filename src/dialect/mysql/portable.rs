//! The spelling of an object-relational mapper's generic types: what SQLAlchemy's compiler for this engine prints.

use crate::model::Reason;
use crate::sql::PortableType;

use super::MySql;

pub(super) fn portable(_dialect: &MySql, ty: &PortableType) -> Result<String, Reason> {
    Ok(match ty {
        PortableType::SmallInteger => "SMALLINT".into(),
        PortableType::Integer => "INTEGER".into(),
        PortableType::BigInteger => "BIGINT".into(),
        PortableType::Numeric { precision: None, .. } => "NUMERIC".into(),
        PortableType::Numeric { precision: Some(precision), scale: None } => format!("NUMERIC({precision})"),
        PortableType::Numeric { precision: Some(precision), scale: Some(scale) } => {
            format!("NUMERIC({precision}, {scale})")
        }
        PortableType::Float { precision: None } => "FLOAT".into(),
        PortableType::Float { precision: Some(precision) } => format!("FLOAT({precision})"),
        PortableType::Double { .. } => "DOUBLE".into(),
        PortableType::String { length: None } => {
            return Err(Reason::new("VARCHAR requires a length on MySQL and MariaDB"));
        }
        PortableType::String { length: Some(length) } => format!("VARCHAR({length})"),
        PortableType::Text { length: None } => "TEXT".into(),
        PortableType::Text { length: Some(length) } => format!("TEXT({length})"),
        PortableType::LargeBinary { length: None } => "BLOB".into(),
        PortableType::LargeBinary { length: Some(length) } => format!("BLOB({length})"),
        PortableType::Boolean => "BOOL".into(),
        PortableType::Date => "DATE".into(),
        PortableType::Time { .. } => "TIME".into(),
        PortableType::DateTime { .. } | PortableType::Interval => "DATETIME".into(),
        PortableType::Json => "JSON".into(),
        PortableType::Uuid => "CHAR(32)".into(),
    })
}

/// SQLAlchemy 2.1 makes a `UUID` of `Uuid` where MariaDB has that type, and the versions before it text.
pub(super) fn also(dialect: &MySql, ty: &PortableType) -> Vec<String> {
    match ty {
        PortableType::Uuid if dialect.has_uuids() => vec!["UUID".into()],
        _ => Vec::new(),
    }
}
