//! What comes with an extension of PostgreSQL: where such a thing is missing, the extension is.
//!
//! From the manual's appendix F, and the manuals of PostGIS, pgvector and TimescaleDB.

use crate::model::Kind;
use crate::snapshot::Snapshot;

use super::kind::ErrorKind;
use super::reference::Reference;

/// Extensions, each with the types, functions, operator classes and access methods by which it is missed. `*` stands for
/// the rest of a name.
const BRINGS: &[(&str, &str)] = &[
    ("citext", "citext"),
    ("hstore", "hstore akeys avals hstore_to_json hstore_to_jsonb"),
    ("ltree", "ltree lquery ltxtquery subpath nlevel text2ltree"),
    ("cube", "cube cube_distance"),
    ("earthdistance", "earth ll_to_earth earth_distance earth_box"),
    ("isn", "isbn isbn13 issn issn13 ean13 upc"),
    ("uuid-ossp", "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil"),
    (
        "pgcrypto",
        "gen_random_uuid gen_random_bytes gen_salt crypt digest hmac encrypt decrypt pgp_sym_* pgp_pub_* armor",
    ),
    (
        "pg_trgm",
        "gin_trgm_ops gist_trgm_ops similarity word_similarity strict_word_similarity show_trgm set_limit show_limit",
    ),
    ("unaccent", "unaccent"),
    ("fuzzystrmatch", "levenshtein levenshtein_less_equal soundex difference metaphone dmetaphone dmetaphone_alt"),
    ("tablefunc", "crosstab crosstab2 crosstab3 crosstab4 connectby normal_rand"),
    ("intarray", "gin__int_ops gist__int_ops gist__intbig_ops icount sort_asc sort_desc query_int"),
    ("btree_gist", "gist_*_ops"),
    ("bloom", "bloom"),
    (
        "vector",
        "vector halfvec sparsevec hnsw ivfflat vector_l2_ops vector_cosine_ops vector_ip_ops halfvec_*_ops cosine_distance \
         l2_distance inner_product",
    ),
    ("postgis", "geometry geography box2d box3d st_* gist_geometry_ops_2d gist_geography_ops addgeometrycolumn"),
    ("postgis_raster", "raster"),
    ("timescaledb", "create_hypertable time_bucket add_retention_policy add_compression_policy"),
    ("pg_stat_statements", "pg_stat_statements"),
    ("dblink", "dblink dblink_connect dblink_exec"),
    ("lo", "lo lo_manage"),
    ("xml2", "xpath_table xslt_process"),
    ("seg", "seg"),
    ("pg_cron", "cron.schedule"),
];

/// An extension that an error misses.
pub(super) struct Missed {
    /// Its name.
    pub(super) name: String,
    /// What of it the error names.
    pub(super) thing: String,
    /// Whether it is installed; `None` where the database was not read.
    pub(super) live: Option<bool>,
    /// Whether it is declared; `None` where nothing that could declare it was read.
    pub(super) declared: Option<bool>,
}

/// The extension that brings what `reference` misses, if it is one that is known, or one that is declared under that
/// very name.
pub(super) fn missed(reference: &Reference, live: Option<&Snapshot>, declared: Option<&Snapshot>) -> Option<Missed> {
    let (thing, is_its_name) = match reference.kind {
        ErrorKind::MissingType => (reference.type_name.as_deref()?, false),
        ErrorKind::MissingFunction => (reference.function.as_deref()?, false),
        ErrorKind::UnknownTable => (reference.table.as_deref()?, false),
        ErrorKind::MissingExtension => {
            let object = reference.object.as_deref()?;
            let by_method = match (&reference.type_name, object) {
                (Some(_), "gist") => Some("btree_gist"),
                (Some(_), "gin") => Some("btree_gin"),
                (_, _) => None,
            };
            let named = reference.text.contains("xtension");
            (by_method.unwrap_or(object), named || by_method.is_some())
        }
        _ => return None,
    };
    let lower = thing.to_lowercase();
    let bare = lower.trim_end_matches("[]");
    let has = |snapshot: &Snapshot, name: &str| {
        let mut extensions = snapshot.database.opaque.iter().filter(|object| object.kind == Kind::Extension);
        extensions.any(|object| object.name.name.as_str().eq_ignore_ascii_case(name))
    };
    let known = BRINGS.iter().find(|(_, things)| things.split_whitespace().any(|known| fits(known, bare)));
    let by_own_name = || [live, declared].into_iter().flatten().any(|side| has(side, bare)).then_some(bare);
    let name = if is_its_name { bare } else { known.map(|(name, _)| *name).or_else(by_own_name)? };
    Some(Missed {
        name: name.to_owned(),
        thing: thing.to_owned(),
        live: live.map(|side| has(side, name)),
        declared: declared.filter(|side| declares_extensions(side) || has(side, name)).map(|side| has(side, name)),
    })
}

/// Whether a source can say that there is no such extension: models cannot.
fn declares_extensions(snapshot: &Snapshot) -> bool {
    snapshot.database.opaque.iter().any(|object| object.kind == Kind::Extension)
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.len() > head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail),
    }
}

/// The statement that installs it.
pub(super) fn create(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain {
        format!("CREATE EXTENSION IF NOT EXISTS {name};")
    } else {
        format!("CREATE EXTENSION IF NOT EXISTS \"{name}\";")
    }
}
