//! The types of other packages whose storage is known: pgvector, SQLModel, GeoAlchemy.

use super::{SpatialIndex, Spec, SqlType};
use crate::source::python::models::Models;
use crate::source::python::value::Value;

/// The DDL of a package's type; `None` where the key is not one.
pub(super) fn spell<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Result<SqlType, String>> {
    Some(match spec.key.as_str() {
        "sqlmodel.AutoString" => spec.number(0, "length").and_then(|length| models.auto_string(length)),
        "pgvector.Vector" | "pgvector.VECTOR" | "pgvector.HALFVEC" | "pgvector.SPARSEVEC" | "pgvector.BIT" => {
            let keyword = spec.key["pgvector.".len()..].to_uppercase();
            spec.number(0, "dim")
                .map(|dim| SqlType::text(dim.map_or_else(|| keyword.clone(), |n| format!("{keyword}({n})"))))
        }
        "citext.CIText" => Ok(SqlType::text("CITEXT")),
        "geoalchemy2.Geometry" | "geoalchemy2.Geography" => {
            let keyword = if spec.key.ends_with("Geometry") { "geometry" } else { "geography" };
            spec.number(1, "srid").and_then(|srid| {
                let kind = spec.string(0, "geometry_type")?.unwrap_or_else(|| "GEOMETRY".to_owned());
                let srid = srid.map_or_else(|| "-1".to_owned(), |srid| srid.to_string());
                let is_indexed = spec.arg(3, "spatial_index").is_none() || spec.flag(3, "spatial_index")?;
                let index = match spec.flag(4, "use_N_D_index")? {
                    true => SpatialIndex::ManyDimensions,
                    false => SpatialIndex::Plane,
                };
                let spatial_index = is_indexed.then_some(index);
                Ok(SqlType { spatial_index, ..SqlType::text(format!("{keyword}({kind},{srid})")) })
            })
        }
        _ => return None,
    })
}

/// The type that another one is stored as.
pub(super) fn inner<'a>(models: &mut Models<'a>, spec: &Spec<'a>) -> Option<Value<'a>> {
    Some(match spec.key.as_str() {
        "sqlalchemy_json.MutableJson"
        | "sqlalchemy_json.NestedMutableJson"
        | "sqlalchemy_file.FileField"
        | "sqlalchemy_file.ImageField" => Value::external("sqlalchemy.JSON"),
        "sqlalchemy_json.mutable_json_type" => {
            spec.arg(0, "dbtype").cloned().unwrap_or_else(|| Value::external("sqlalchemy.JSON"))
        }
        "depot.fields.sqlalchemy.UploadedFileField" => models.type_call("sqlalchemy.Unicode", 4096),
        _ => return None,
    })
}
