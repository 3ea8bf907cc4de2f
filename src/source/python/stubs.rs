//! Libraries whose mixins declare columns: their declarations as Python text, read as if they stood in the project.
//!
//! A library that is not listed here stays outside, and what it may add is undecided.

/// The text that stands for a library's module, if it is one of those.
pub(super) fn text(dotted: &str) -> Option<(&'static str, &'static str)> {
    match dotted.split('.').next()? {
        "sqlalchemy_utils" => Some(("sqlalchemy_utils", include_str!("stubs/sqlalchemy_utils.py"))),
        // `fastapi_users.db` passes the same names on.
        "fastapi_users_db_sqlalchemy" | "fastapi_users" => {
            Some(("fastapi_users_db_sqlalchemy", include_str!("stubs/fastapi_users_db_sqlalchemy.py")))
        }
        "oslo_db" => Some(("oslo_db", include_str!("stubs/oslo_db.py"))),
        "flask_appbuilder" => Some(("flask_appbuilder", include_str!("stubs/flask_appbuilder.py"))),
        "advanced_alchemy" => Some(("advanced_alchemy", include_str!("stubs/advanced_alchemy.py"))),
        "litestar" if dotted.contains(".sqlalchemy") => text("advanced_alchemy"),
        "sqlalchemy_helpers" => Some(("sqlalchemy_helpers", include_str!("stubs/sqlalchemy_helpers.py"))),
        "invenio_db" => Some(("invenio_db", include_str!("stubs/invenio_db.py"))),
        "authlib" => Some(("authlib", include_str!("stubs/authlib.py"))),
        "flask_dance" => Some(("flask_dance", include_str!("stubs/flask_dance.py"))),
        _ => None,
    }
}
