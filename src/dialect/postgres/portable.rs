//! The spelling of an object-relational mapper's generic types: what SQLAlchemy's compiler for this engine prints.

use crate::model::Reason;
use crate::sql::PortableType;

use super::Postgres;

pub(super) fn portable(_dialect: &Postgres, ty: &PortableType) -> Result<String, Reason> {
    let zone = |with: bool| if with { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" };
    Ok(match ty {
        PortableType::SmallInteger => "SMALLINT".into(),
        PortableType::Integer => "INTEGER".into(),
        PortableType::BigInteger => "BIGINT".into(),
        PortableType::Numeric { precision: None, .. } => "NUMERIC".into(),
        PortableType::Numeric { precision: Some(precision), scale: None } => format!("NUMERIC({precision})"),
        PortableType::Numeric { precision: Some(precision), scale: Some(scale) } => {
            format!("NUMERIC({precision}, {scale})")
        }
        PortableType::Float { precision: None | Some(0) } => "FLOAT".into(),
        PortableType::Float { precision: Some(precision) } => format!("FLOAT({precision})"),
        PortableType::Double { .. } => "DOUBLE PRECISION".into(),
        PortableType::String { length: None } => "VARCHAR".into(),
        PortableType::String { length: Some(length) } => format!("VARCHAR({length})"),
        // SQLAlchemy prints TEXT(n), which PostgreSQL refuses; the column would be TEXT.
        PortableType::Text { .. } => "TEXT".into(),
        PortableType::LargeBinary { .. } => "BYTEA".into(),
        PortableType::Boolean => "BOOLEAN".into(),
        PortableType::Date => "DATE".into(),
        PortableType::Time { timezone } => format!("TIME {}", zone(*timezone)),
        PortableType::DateTime { timezone } => format!("TIMESTAMP {}", zone(*timezone)),
        PortableType::Interval => "INTERVAL".into(),
        PortableType::Json => "JSON".into(),
        PortableType::Uuid => "UUID".into(),
    })
}
