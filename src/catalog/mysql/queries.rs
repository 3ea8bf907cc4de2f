//! Queries that are not the same for every version of the server.

use crate::dialect::mysql::MySql;
use crate::model::Engine;
use crate::sql::Syntax;

/// Only MariaDB tells by which algorithm a view is run.
pub(super) fn views(server: &MySql) -> String {
    let algorithm = match server.engine() {
        Engine::MariaDb => "ALGORITHM",
        Engine::MySql | Engine::Postgres | Engine::Sqlite => "'UNDEFINED'",
    };
    include_str!("queries/views.sql").replace("{algorithm}", algorithm)
}

pub(super) fn columns(server: &MySql) -> String {
    let srid = if server.has_spatial_references() { "SRS_ID" } else { "NULL" };
    include_str!("queries/columns.sql").replace("{srid}", srid)
}

pub(super) fn collations(server: &MySql) -> String {
    let (name, view) = match server.shares_collations() {
        true => ("FULL_COLLATION_NAME", "COLLATION_CHARACTER_SET_APPLICABILITY"),
        false => ("COLLATION_NAME", "COLLATIONS"),
    };
    include_str!("queries/collations.sql").replace("{name}", name).replace("{view}", view)
}

pub(super) fn indexes(server: &MySql) -> String {
    let expression = if server.has_functional_keys() { "EXPRESSION" } else { "NULL" };
    let invisible = match server.engine() {
        _ if !server.has_hidden_indexes() => "0",
        Engine::MariaDb => "IGNORED = 'YES'",
        Engine::MySql | Engine::Postgres | Engine::Sqlite => "IS_VISIBLE = 'NO'",
    };
    let query = include_str!("queries/indexes.sql");
    query.replace("{expression}", expression).replace("{invisible}", invisible)
}
