//! The spelling of portable types against what SQLAlchemy 2.0.58 and 1.4.54 print:
//! `type.compile(dialect=postgresql | mysql | mariadb | sqlite)`, where MySQL and MariaDB never differ.

use crate::model::Engine;
use crate::sql::PortableType as P;

use super::dialect;

#[test]
fn types_are_spelled_as_sqlalchemy_spells_them() {
    for (ty, postgres, mysql, sqlite) in [
        (P::SmallInteger, "SMALLINT", "SMALLINT", "SMALLINT"),
        (P::Integer, "INTEGER", "INTEGER", "INTEGER"),
        (P::BigInteger, "BIGINT", "BIGINT", "BIGINT"),
        (P::Numeric { precision: None, scale: None }, "NUMERIC", "NUMERIC", "NUMERIC"),
        (P::Numeric { precision: None, scale: Some(2) }, "NUMERIC", "NUMERIC", "NUMERIC"),
        (P::Numeric { precision: Some(10), scale: None }, "NUMERIC(10)", "NUMERIC(10)", "NUMERIC(10)"),
        (P::Numeric { precision: Some(10), scale: Some(2) }, "NUMERIC(10, 2)", "NUMERIC(10, 2)", "NUMERIC(10, 2)"),
        (P::Float { precision: None }, "FLOAT", "FLOAT", "FLOAT"),
        (P::Float { precision: Some(53) }, "FLOAT(53)", "FLOAT(53)", "FLOAT"),
        (P::Double { precision: None }, "DOUBLE PRECISION", "DOUBLE", "DOUBLE"),
        (P::Double { precision: Some(53) }, "DOUBLE PRECISION", "DOUBLE", "DOUBLE"),
        (P::String { length: None }, "VARCHAR", "", "VARCHAR"),
        (P::String { length: Some(20) }, "VARCHAR(20)", "VARCHAR(20)", "VARCHAR(20)"),
        (P::Text { length: None }, "TEXT", "TEXT", "TEXT"),
        // SQLAlchemy prints TEXT(10) for PostgreSQL too, which the server refuses.
        (P::Text { length: Some(10) }, "TEXT", "TEXT(10)", "TEXT(10)"),
        (P::LargeBinary { length: None }, "BYTEA", "BLOB", "BLOB"),
        (P::LargeBinary { length: Some(10) }, "BYTEA", "BLOB(10)", "BLOB"),
        (P::Boolean, "BOOLEAN", "BOOL", "BOOLEAN"),
        (P::Date, "DATE", "DATE", "DATE"),
        (P::Time { timezone: false }, "TIME WITHOUT TIME ZONE", "TIME", "TIME"),
        (P::Time { timezone: true }, "TIME WITH TIME ZONE", "TIME", "TIME"),
        (P::DateTime { timezone: false }, "TIMESTAMP WITHOUT TIME ZONE", "DATETIME", "DATETIME"),
        (P::DateTime { timezone: true }, "TIMESTAMP WITH TIME ZONE", "DATETIME", "DATETIME"),
        (P::Interval, "INTERVAL", "DATETIME", "DATETIME"),
        (P::Json, "JSON", "JSON", "JSON"),
        (P::Uuid, "UUID", "CHAR(32)", "CHAR(32)"),
    ] {
        for engine in Engine::ALL {
            let expected = match engine {
                Engine::Postgres => postgres,
                Engine::MySql | Engine::MariaDb => mysql,
                Engine::Sqlite => sqlite,
            };
            let dialect = dialect(engine, None);
            let printed = dialect.portable_type(&ty);
            match &printed {
                Ok(text) => assert_eq!(text, expected, "{ty:?} on {engine}"),
                Err(_) => assert_eq!(expected, "", "{ty:?} on {engine}"),
            }
            // What is printed is a type of the engine.
            assert!(
                printed.is_err() || printed.is_ok_and(|text| dialect.data_type(&text).is_ok()),
                "{ty:?} on {engine}"
            );
        }
    }
}
