//! Operator classes: which one an index takes where none is named (PostgreSQL manual, 11.10 "Operator Classes and
//! Operator Families", and the tables of built-in classes in the chapters on GiST, SP-GiST, GIN and BRIN).

use std::collections::BTreeMap;

use crate::diff::{Pair, Verdict};
use crate::model::{Domain, IndexKey, IndexTarget, Reason, RelationName, Table, TypeKind};

/// The types that btree sorts, each with the first part of its class's name. A type in the manner of `anyarray` stands for
/// all of its kind.
const SORTED: &[(&str, &str)] = &[
    ("array", "anyarray"),
    ("bit", "bit"),
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("bytea", "bytea"),
    ("char", "\"char\""),
    ("date", "date"),
    ("enum", "anyenum"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("inet", "inet"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("interval", "interval"),
    ("jsonb", "jsonb"),
    ("macaddr", "macaddr"),
    ("macaddr8", "macaddr8"),
    ("money", "money"),
    ("multirange", "anymultirange"),
    ("name", "name"),
    ("numeric", "numeric"),
    ("oid", "oid"),
    ("oidvector", "oidvector"),
    ("pg_lsn", "pg_lsn"),
    ("range", "anyrange"),
    ("record", "record"),
    ("text", "text"),
    ("tid", "tid"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
    ("tsquery", "tsquery"),
    ("tsvector", "tsvector"),
    ("uuid", "uuid"),
    ("varbit", "bit varying"),
    ("xid8", "xid8"),
];

/// What hash has beyond those of btree, and what it lacks.
const HASHED: &[(&str, &str)] = &[("aclitem", "aclitem"), ("cid", "cid"), ("xid", "xid")];
const NOT_HASHED: &[&str] = &["bit", "money", "tsquery", "tsvector", "varbit"];

/// The default classes of the other methods.
const OTHERS: &[(&str, &str, &str)] = &[
    ("brin", "box_inclusion_ops", "box"),
    ("brin", "inet_inclusion_ops", "inet"),
    ("brin", "range_inclusion_ops", "anyrange"),
    ("gin", "array_ops", "anyarray"),
    ("gin", "jsonb_ops", "jsonb"),
    ("gin", "tsvector_ops", "tsvector"),
    ("gist", "box_ops", "box"),
    ("gist", "circle_ops", "circle"),
    ("gist", "multirange_ops", "anymultirange"),
    ("gist", "point_ops", "point"),
    ("gist", "poly_ops", "polygon"),
    ("gist", "range_ops", "anyrange"),
    ("gist", "tsquery_ops", "tsquery"),
    ("gist", "tsvector_ops", "tsvector"),
    ("spgist", "box_ops", "box"),
    ("spgist", "inet_ops", "inet"),
    ("spgist", "poly_ops", "polygon"),
    ("spgist", "quad_point_ops", "point"),
    ("spgist", "range_ops", "anyrange"),
    ("spgist", "text_ops", "text"),
];

/// Built-in classes that no key has unless they are named.
const CHOSEN: &[&str] = &[
    "bpchar_pattern_ops",
    "cidr_ops",
    "inet_minmax_ops",
    "jsonb_path_ops",
    "kd_point_ops",
    "record_image_ops",
    "text_pattern_ops",
    "varchar_ops",
    "varchar_pattern_ops",
];

/// The type for which a built-in class is a method's default.
fn default_for(method: &str, class: &str) -> Option<&'static str> {
    let sorted = |suffix: &str| {
        let first = class.strip_suffix(suffix)?;
        SORTED.iter().find(|(name, _)| *name == first).map(|(_, ty)| *ty)
    };
    let of_method = match method {
        "btree" => sorted("_ops"),
        "hash" => {
            let first = class.strip_suffix("_ops")?;
            let own = HASHED.iter().find(|(name, _)| *name == first).map(|(_, ty)| *ty);
            own.or_else(|| sorted("_ops").filter(|_| !NOT_HASHED.contains(&first)))
        }
        "brin" => sorted("_minmax_ops").filter(|ty| *ty != "inet"),
        _ => None,
    };
    let others = || OTHERS.iter().find(|(of, name, _)| *of == method && *name == class).map(|(_, _, ty)| *ty);
    of_method.or_else(others)
}

/// Whether a method has a default class for just this type; for another it takes that of a type to which it is the same
/// in the bytes: `text_ops` for `varchar`.
fn has_own(method: &str, ty: &str) -> bool {
    let listed = || OTHERS.iter().any(|(of, _, own)| *of == method && *own == ty);
    let sorted = |(first, own): &(&str, &str)| match method {
        "btree" => *own == ty,
        "hash" => *own == ty && !NOT_HASHED.contains(first),
        "brin" => *own == ty && default_for(method, &format!("{first}_minmax_ops")).is_some(),
        _ => false,
    };
    SORTED.iter().any(sorted) || method == "hash" && HASHED.iter().any(|(_, own)| *own == ty) || listed()
}

/// Whether naming a class says no more than what holds for a key of that type. Where the type is not known, the class is
/// one that fits it, since the engine admits no other.
pub(super) fn is_default(method: &str, class: &str, ty: Option<&TypeKind>) -> bool {
    let Some(default) = default_for(method, class) else { return false };
    match ty {
        Some(TypeKind::Builtin { name, .. }) => default == name || !has_own(method, name),
        Some(TypeKind::Array(_)) => default == "anyarray",
        Some(TypeKind::User { .. } | TypeKind::Values { .. }) | None => true,
    }
}

/// Takes from keys the classes that they would have anyway.
pub(super) fn elide(table: &mut Table, domains: &BTreeMap<RelationName, Domain>) {
    let Table { columns, indexes, exclusions, .. } = table;
    let of_indexes = indexes.iter_mut().flat_map(|index| {
        let method = index.method.clone().unwrap_or_else(|| "btree".to_owned());
        index.keys.iter_mut().map(move |key| (method.clone(), key))
    });
    let of_exclusions = exclusions.iter_mut().flat_map(|exclusion| {
        let method = exclusion.method.clone();
        exclusion.elements.iter_mut().map(move |element| (method.clone(), &mut element.key))
    });
    for (method, key) in of_indexes.chain(of_exclusions) {
        let Some(class) = &key.opclass else { continue };
        let column = match &key.target {
            IndexTarget::Column(name) => columns.iter().find(|column| column.name == *name),
            IndexTarget::Expr(_) => None,
        };
        let ty = column.and_then(|column| column.ty.known()).map(|ty| base(&ty.kind, domains));
        if is_default(&method, class, ty) {
            key.opclass = None;
        }
    }
}

/// The type below a domain.
pub(super) fn base<'a>(kind: &'a TypeKind, domains: &'a BTreeMap<RelationName, Domain>) -> &'a TypeKind {
    let mut kind = kind;
    // A domain may be over another; the bound keeps a circle from going on.
    for _level in 0..16 {
        let TypeKind::User { name, .. } = kind else { break };
        let is_meant = |domain: &&Domain| {
            domain.name.name == name.name && (name.schema.is_none() || domain.name.schema == name.schema)
        };
        let Some(domain) = domains.values().find(is_meant) else { break };
        kind = &domain.ty.kind;
    }
    kind
}

/// Whether two keys have the same class. A catalog tells which one the engine chose; a declaration that names none has
/// that one, whichever it is.
pub(super) fn verdict(keys: Pair<&IndexKey>) -> Verdict {
    let (named, other) = match (&keys.from.opclass, &keys.to.opclass) {
        (Some(class), None) => (class, keys.to),
        (None, Some(class)) => (class, keys.from),
        (from, to) => return (from == to).into(),
    };
    match &other.implied_opclass {
        Some(implied) => (implied.as_str() == named).into(),
        None if CHOSEN.contains(&named.as_str()) || is_chosen(named) => Verdict::Differs,
        None => Verdict::Undecided(Reason::new(format!(
            "whether `{named}` is the operator class that the key would have anyway, only a database tells"
        ))),
    }
}

/// Whether only who names it has this class.
fn is_chosen(class: &str) -> bool {
    // Parameters are stated, even to the default class; these families of brin are never the default.
    class.contains('(')
        || class.ends_with("_minmax_multi_ops")
        || class.ends_with("_bloom_ops")
        || class.ends_with("_trgm_ops")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    #[test]
    fn a_default_class_is_that_of_the_method_and_the_type() {
        let builtin = |name: &str| TypeKind::builtin(name);
        let of = |method, class, ty: &str| is_default(method, class, Some(&builtin(ty)));
        assert!(of("btree", "int4_ops", "integer"));
        assert!(of("btree", "text_ops", "character varying"));
        assert!(of("hash", "inet_ops", "cidr"));
        assert!(of("btree", "range_ops", "int4range"));
        assert!(of("btree", "oid_ops", "regclass"));
        assert!(of("brin", "timestamptz_minmax_ops", "timestamp with time zone"));
        assert!(of("spgist", "quad_point_ops", "point"));
        assert!(is_default("gin", "array_ops", Some(&TypeKind::Array(Box::new(builtin("text"))))));
        assert!(is_default("btree", "text_ops", None));
        // The engine admits these, and they are not what it would take.
        assert!(!of("btree", "oid_ops", "integer"));
        assert!(!of("btree", "varbit_ops", "bit"));
        assert!(!of("btree", "text_pattern_ops", "text"));
        assert!(!of("btree", "varchar_ops", "character varying"));
        assert!(!of("gin", "jsonb_path_ops", "jsonb"));
        assert!(!of("brin", "inet_minmax_ops", "inet"));
        assert!(!of("gist", "inet_ops", "inet"));
        assert!(!of("spgist", "kd_point_ops", "point"));
        assert!(!is_default("hash", "money_ops", None));
    }

    #[test]
    fn only_a_catalog_tells_the_defaults_of_extensions() {
        let key = |class: Option<&str>, implied: Option<&str>| IndexKey {
            opclass: class.map(str::to_owned),
            implied_opclass: implied.map(Name::exact),
            ..IndexKey::column(Name::exact("a"))
        };
        let compared = |live: &IndexKey, declared: &IndexKey| verdict(Pair::new(live, declared));
        assert_eq!(compared(&key(None, Some("citext_ops")), &key(Some("citext_ops"), None)), Verdict::Same);
        assert_eq!(compared(&key(None, Some("array_ops")), &key(Some("gin__int_ops"), None)), Verdict::Differs);
        assert_eq!(compared(&key(None, None), &key(Some("text_pattern_ops"), None)), Verdict::Differs);
        assert!(matches!(compared(&key(None, None), &key(Some("citext_ops"), None)), Verdict::Undecided(_)));
    }
}
