//! SQLAlchemy's types as classes: which derives from which, for scripts that ask `isinstance(column["type"], …)`.

/// Whether an object of the class `key` is an instance of `class`; `None` where one of them is no known type.
pub(super) fn derives(key: &str, class: &str) -> Option<bool> {
    let (_, wanted) = class.rsplit_once('.')?;
    let (_, mut name) = key.rsplit_once('.')?;
    parent(name)?;
    if parent(wanted).is_none() && !matches!(wanted, "TypeEngine" | "Interval") {
        return None;
    }
    while name != wanted {
        match parent(name) {
            Some("") | None => return Some(false),
            Some(base) => name = base,
        }
    }
    Some(true)
}

/// The class that a type's class derives from; none is empty.
fn parent(name: &str) -> Option<&'static str> {
    Some(match name {
        "VARCHAR" | "CHAR" | "Text" | "Unicode" | "Enum" | "AutoString" => "String",
        "NVARCHAR" | "NCHAR" => "Unicode",
        "TEXT" | "CLOB" | "UnicodeText" => "Text",
        "ENUM" => "Enum",
        "TIMESTAMP" | "DATETIME" => "DateTime",
        "DATE" => "Date",
        "TIME" => "Time",
        "SMALLINT" => "SmallInteger",
        "BIGINT" => "BigInteger",
        "INTEGER" | "SmallInteger" | "BigInteger" => "Integer",
        "BOOLEAN" => "Boolean",
        "NUMERIC" | "DECIMAL" => "Numeric",
        "FLOAT" | "REAL" | "Double" => "Float",
        "DOUBLE" | "DOUBLE_PRECISION" => "Double",
        "BLOB" | "BYTEA" | "BINARY" | "VARBINARY" => "LargeBinary",
        "JSONB" => "JSON",
        "UUID" => "Uuid",
        "String" | "DateTime" | "Date" | "Time" | "Integer" | "Boolean" | "LargeBinary" | "JSON" | "Uuid" | "ARRAY" => {
            "TypeEngine"
        }
        // Whether a float is a numeric depends on the version.
        "Numeric" | "Float" => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::derives;

    #[test]
    fn a_reflected_type_is_an_instance_of_the_classes_above_it() {
        assert_eq!(derives("postgresql.TIMESTAMP", "sa.DateTime"), Some(true));
        assert_eq!(derives("sa.TEXT", "sa.VARCHAR"), Some(false));
        assert_eq!(derives("sa.VARCHAR", "sa.String"), Some(true));
        assert_eq!(derives("sa.Table", "sa.String"), None);
    }
}
