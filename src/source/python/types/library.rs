//! The types of other packages whose storage is known: SQLAlchemy-Utils, pgvector, SQLModel, GeoAlchemy.

use super::{Affinity, Spec, SqlType};
use crate::source::python::models::Models;
use crate::source::python::value::Value;
use crate::sql::PortableType;

/// The DDL of a package's type; `None` where the key is not one.
pub(super) fn spell<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    let string = |models: &mut Models<'a>, length| models.portable(&PortableType::String { length }, Affinity::Other);
    Some(match spec.key.as_str() {
        "sqlmodel.AutoString" => spec.number(0, "length").and_then(|length| models.auto_string(length)),
        "sqlalchemy_utils.EmailType" | "sqlalchemy_utils.LocaleType" => {
            let length = if spec.key.ends_with("EmailType") { 255 } else { 10 };
            string(models, Some(length))
        }
        "sqlalchemy_utils.URLType" => models.portable(&PortableType::Text { length: None }, Affinity::Other),
        "sqlalchemy_utils.TimezoneType" => string(models, Some(50)),
        "sqlalchemy_utils.CountryType" => string(models, Some(2)),
        "sqlalchemy_utils.CurrencyType" => string(models, Some(3)),
        "sqlalchemy_utils.ColorType" => string(models, Some(20)),
        "sqlalchemy_utils.PhoneNumberType" => string(models, Some(20)),
        "sqlalchemy_utils.IPAddressType" => string(models, Some(50)),
        "sqlalchemy_utils.ScalarListType" => models.portable(&PortableType::Text { length: None }, Affinity::Other),
        "sqlalchemy_utils.LtreeType" => Ok(SqlType::text("LTREE")),
        "pgvector.Vector" | "pgvector.VECTOR" | "pgvector.HALFVEC" | "pgvector.SPARSEVEC" => {
            let keyword = spec.key["pgvector.".len()..].to_uppercase();
            spec.number(0, "dim")
                .map(|dim| SqlType::text(dim.map_or_else(|| keyword.clone(), |n| format!("{keyword}({n})"))))
        }
        "citext.CIText" => Ok(SqlType::text("CITEXT")),
        "geoalchemy2.Geometry" | "geoalchemy2.Geography" => {
            let keyword = if spec.key.ends_with("Geometry") { "geometry" } else { "geography" };
            let kind = spec.string(0, "geometry_type").unwrap_or_else(|| "GEOMETRY".to_owned());
            spec.number(1, "srid").map(|srid| match srid {
                Some(srid) => SqlType::text(format!("{keyword}({kind},{srid})")),
                None => SqlType::text(format!("{keyword}({kind},-1)")),
            })
        }
        _ => return None,
    })
}

/// The type that another one is stored as.
pub(super) fn inner<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Value<'a>> {
    let native_uuid = models.rules.arrays;
    Some(match spec.key.as_str() {
        "sqlalchemy_utils.UUIDType" => {
            let binary = spec.arg(0, "binary").and_then(Value::as_bool).unwrap_or(true);
            let native = spec.arg(1, "native").and_then(Value::as_bool).unwrap_or(true);
            return Some(if native && native_uuid {
                Value::external("sqlalchemy.dialects.postgresql.UUID")
            } else if binary {
                models.type_call("sqlalchemy.BINARY", 16)
            } else {
                models.type_call("sqlalchemy.CHAR", 32)
            });
        }
        "sqlalchemy_utils.ChoiceType" => {
            spec.kwarg("impl").cloned().unwrap_or_else(|| models.type_call("sqlalchemy.Unicode", 255))
        }
        "sqlalchemy_utils.JSONType" => {
            Value::external(if native_uuid { "sqlalchemy.JSON" } else { "sqlalchemy.UnicodeText" })
        }
        "sqlalchemy_utils.ArrowType" | "sqlalchemy_utils.EnrichedDateTimeType" => {
            Value::external("sqlalchemy.DateTime")
        }
        "sqlalchemy_utils.StringEncryptedType" | "sqlalchemy_utils.EncryptedType" => {
            return Some(Value::external(if spec.key.ends_with("StringEncryptedType") {
                "sqlalchemy.String"
            } else {
                "sqlalchemy.LargeBinary"
            }));
        }
        "sqlalchemy_json.MutableJson" | "sqlalchemy_json.NestedMutableJson" => Value::external("sqlalchemy.JSON"),
        _ => return None,
    })
}
