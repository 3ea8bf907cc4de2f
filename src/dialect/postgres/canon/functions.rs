//! The functions whose argument and result types matter for the casts around them.

use crate::model::TypeKind;

use super::types::{Ty, numeric_rank};

/// The name under which a function stands in canonical trees.
pub(super) fn canonical_name(name: &str) -> &str {
    match name {
        // The same value and type: the start of the transaction (9.9.5 "Current Date/Time").
        "current_timestamp" | "transaction_timestamp" => "now",
        "trim" => "btrim",
        "char_length" | "character_length" => "length",
        "user" | "current_role" => "current_user",
        "ceiling" => "ceil",
        "pow" => "power",
        "strpos" => "position",
        other => other,
    }
}

/// The same for servers that know EXTRACT as `date_part` only.
pub(super) fn canonical_name_before_14(name: &str) -> &str {
    if name == "extract" { "date_part" } else { canonical_name(name) }
}

/// The type that untyped literals take as arguments of a function; `None` leaves them untyped.
pub(super) fn parameter(name: &str, position: usize) -> Option<TypeKind> {
    let ty = match (own_name(name), position) {
        ("nextval" | "currval" | "setval", 0) => "regclass",
        ("to_tsvector" | "to_tsquery" | "plainto_tsquery" | "websearch_to_tsquery", 0) => "regconfig",
        ("json_exists" | "json_query" | "json_value", 1) => "jsonpath",
        ("unaccent", _) => return None,
        ("array_to_string" | "string_agg", 1 | 2)
        | ("decode" | "encode", 1)
        | ("to_tsquery" | "plainto_tsquery" | "websearch_to_tsquery" | "to_tsvector", 1)
        | ("date_trunc" | "daterange" | "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange", 2)
        | ("format", 0)
        | ("concat_ws", 0) => "text",
        (name, _) if TEXT_ARGUMENTS.contains(&name) => "text",
        ("date_trunc" | "date_part" | "timezone" | "date_bin" | "extract", 0) => "text",
        _ => return None,
    };
    Some(TypeKind::builtin(ty))
}

/// The name without its schema.
fn own_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether a function's numbers are all brought to one type, as those of an operator are.
pub(super) fn unites_numbers(name: &str) -> bool {
    matches!(name, "power" | "mod" | "log" | "atan2" | "div")
}

/// Functions whose string arguments are `text` in every form they have.
const TEXT_ARGUMENTS: [&str; 30] = [
    "ascii",
    "btrim",
    "current_setting",
    "initcap",
    "left",
    "length",
    "like_escape",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "overlay",
    "position",
    "regexp_match",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "similar_to_escape",
    "split_part",
    "starts_with",
    "substr",
    "substring",
    "to_char",
    "to_date",
    "translate",
    "upper",
];

/// The type of a function's result.
pub(super) fn result(name: &str, args: &[Ty]) -> Ty {
    let first = args.first().cloned().unwrap_or(Ty::Unknown);
    match own_name(name) {
        "lower" | "upper" if !first.is("text") && !first.is("bpchar") && first != Ty::Untyped => Ty::Unknown,
        "btrim" | "initcap" | "left" | "lower" | "lpad" | "ltrim" | "md5" | "regexp_replace" | "repeat" | "replace"
        | "reverse" | "right" | "rpad" | "rtrim" | "split_part" | "substr" | "substring" | "to_char" | "translate"
        | "upper" | "concat" | "concat_ws" | "format" | "jsonb_typeof" | "json_typeof" | "array_to_string"
        | "current_user" | "session_user" | "current_setting" | "current_database" | "version" | "encode"
        | "like_escape" | "overlay" | "similar_to_escape" => Ty::builtin("text"),
        "count" | "dense_rank" | "grouping" | "ntile" | "rank" | "row_number" => Ty::builtin("integer"),
        "avg" if first.is("interval") => first,
        "avg" if first.is("real") || first.is("double precision") => Ty::builtin("double precision"),
        "avg" if numeric_rank(&first).is_some() => Ty::builtin("numeric"),
        "sum" if !first.is("integer") && numeric_rank(&first).is_some() => first,
        "first_value" | "lag" | "last_value" | "lead" | "max" | "min" | "nth_value" => first,
        "string_agg" => Ty::builtin("text"),
        "bool_and" | "bool_or" | "every" => Ty::builtin("boolean"),
        "array_agg" => match first {
            Ty::Known(kind) => Ty::Known(TypeKind::Array(Box::new(kind))),
            Ty::Untyped | Ty::Unknown => Ty::Unknown,
        },
        "jsonb_agg" | "jsonb_object_agg" => Ty::builtin("jsonb"),
        "json_agg" | "json_object_agg" | "row_to_json" => Ty::builtin("json"),
        "ascii" | "length" | "octet_length" | "bit_length" | "position" | "array_length" | "cardinality"
        | "array_position" | "jsonb_array_length" | "json_array_length" | "num_nonnulls" | "num_nulls" | "nextval"
        | "currval" | "lastval" => Ty::builtin("integer"),
        "now" | "statement_timestamp" | "clock_timestamp" | "to_timestamp" => Ty::builtin("timestamp with time zone"),
        "localtimestamp" => Ty::builtin("timestamp without time zone"),
        "current_date" | "to_date" | "make_date" => Ty::builtin("date"),
        "gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" => Ty::builtin("uuid"),
        "age" | "make_interval" => Ty::builtin("interval"),
        "extract" => Ty::builtin("numeric"),
        "date_part" | "random" => Ty::builtin("double precision"),
        "date_trunc" => args.get(1).cloned().unwrap_or(Ty::Unknown),
        "to_tsvector" | "setweight" => Ty::builtin("tsvector"),
        "jsonb_build_object" | "jsonb_build_array" | "to_jsonb" => Ty::builtin("jsonb"),
        "json_build_object" | "json_build_array" | "to_json" => Ty::builtin("json"),
        "starts_with" => Ty::builtin("boolean"),
        "ceil" | "exp" | "floor" | "ln" | "log" | "power" | "sign" | "sqrt"
            if args.iter().any(|ty| ty.is("numeric")) =>
        {
            Ty::builtin("numeric")
        }
        "ceil" | "floor" | "log" | "round" | "sign" | "trunc"
            if args.len() == 1 && (first.is("integer") || first.is("real") || first.is("double precision")) =>
        {
            Ty::builtin("double precision")
        }
        "cos" | "exp" | "ln" | "power" | "radians" | "sin" | "sqrt" => Ty::builtin("double precision"),
        "abs" | "mod" if numeric_rank(&first).is_some() => first,
        "round" | "trunc" if first.is("numeric") || first.is("double precision") => first,
        "timezone" => match args.get(1).and_then(Ty::name) {
            Some("timestamp with time zone") => Ty::builtin("timestamp without time zone"),
            Some("timestamp without time zone") => Ty::builtin("timestamp with time zone"),
            _ => Ty::Unknown,
        },
        _ => Ty::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_depend_on_arguments() {
        assert!(result("lower", &[Ty::builtin("text")]).is("text"));
        assert_eq!(result("lower", &[Ty::builtin("int4range")]), Ty::Unknown);
        assert!(TEXT_ARGUMENTS.is_sorted());
    }
}
