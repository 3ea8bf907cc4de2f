//! Which types lose something when they turn into another (MySQL manual, chapter 11), and which do not turn at all.

use crate::diff::Pair;
use crate::model::TypeKind;

const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];
const TEXTS: [(&str, u64); 4] =
    [("tinytext", 255), ("text", 65_535), ("mediumtext", 16_777_215), ("longtext", u64::MAX)];
const BLOBS: [(&str, u64); 4] =
    [("tinyblob", 255), ("blob", 65_535), ("mediumblob", 16_777_215), ("longblob", u64::MAX)];

/// With the length of their texts.
const PLUG_INS: [(&str, u64); 3] = [("uuid", 36), ("inet4", 15), ("inet6", 39)];

/// DECIMAL(65,30) with its sign, its point and a zero before that.
const LONGEST_NUMBER: u64 = 68;

const SPATIAL: [&str; 9] = [
    "geometry",
    "geometrycollection",
    "geomcollection",
    "point",
    "multipoint",
    "linestring",
    "multilinestring",
    "polygon",
    "multipolygon",
];

/// Whether MariaDB has no way from the first type to the second but by their text (error 4078): its plug-in types and
/// the spatial ones assign from and to strings only, or among the spatial ones.
/// <https://mariadb.com/kb/en/uuid-data-type/>
pub(super) fn needs_text(kinds: Pair<&TypeKind>) -> bool {
    let class = |kind: &TypeKind| match kind {
        TypeKind::Builtin { name, .. } if plug_in(name).is_some() => Class::Own(name.clone()),
        TypeKind::Builtin { name, .. } if SPATIAL.contains(&name.as_str()) => Class::Own("geometry".to_owned()),
        TypeKind::Builtin { .. } if text_size(kind).is_none() && blob_size(kind).is_none() => Class::Number,
        TypeKind::Builtin { .. } | TypeKind::Values { .. } | TypeKind::Array(_) | TypeKind::User { .. } => {
            Class::String
        }
    };
    let classes = kinds.map(class);
    match (&classes.from, &classes.to) {
        (Class::String, _) | (_, Class::String) => false,
        (from, to) => from != to,
    }
}

/// How many characters the text of a value of that type has at most: no more than that, since an index that holds the
/// column has to hold the text as well.
pub(super) fn longest_text(kind: &TypeKind) -> u64 {
    match kind {
        TypeKind::Builtin { name, .. } if SPATIAL.contains(&name.as_str()) => 255,
        TypeKind::Builtin { name, .. } => plug_in(name).unwrap_or(LONGEST_NUMBER),
        TypeKind::Values { .. } | TypeKind::Array(_) | TypeKind::User { .. } => 255,
    }
}

fn plug_in(name: &str) -> Option<u64> {
    PLUG_INS.iter().find(|(other, _)| *other == name).map(|(_, length)| *length)
}

/// Types that assign to each other, as far as [`needs_text`] asks; times count as numbers.
#[derive(PartialEq)]
enum Class {
    String,
    Number,
    Own(String),
}

/// Whether values of the first type may not fit into the second, or lose something there.
pub(super) fn narrows(kinds: Pair<&TypeKind>) -> bool {
    match (kinds.from, kinds.to) {
        (TypeKind::Values { name: from, values: before }, TypeKind::Values { name: to, values: after }) => {
            from != to || before.iter().any(|value| !after.contains(value))
        }
        (TypeKind::Values { .. }, TypeKind::Builtin { .. }) => text_size(kinds.to).is_none(),
        (TypeKind::Builtin { name: from, args: before }, TypeKind::Builtin { name: to, args: after }) => {
            builtin_narrows(kinds, Pair::new((from, before), (to, after)))
        }
        (from, to) => from != to,
    }
}

fn builtin_narrows(kinds: Pair<&TypeKind>, types: Pair<(&String, &Vec<String>)>) -> bool {
    let (from, before) = (types.from.0.as_str(), types.from.1);
    let (to, after) = (types.to.0.as_str(), types.to.1);
    if let Some(ranges) = Pair::new(integer(from), integer(to)).both() {
        let ((rank, unsigned), (rank_after, unsigned_after)) = (ranges.from, ranges.to);
        return match (unsigned, unsigned_after) {
            (false, true) => true,
            (true, false) => rank_after <= rank,
            (true, true) | (false, false) => rank_after < rank,
        };
    }
    if let Some(sizes) = Pair::new(text_size(kinds.from), text_size(kinds.to)).both() {
        return sizes.to < sizes.from;
    }
    if let Some(sizes) = Pair::new(blob_size(kinds.from), blob_size(kinds.to)).both() {
        return sizes.to < sizes.from;
    }
    let digits = |args: &[String]| number(args, 0, 10) - number(args, 1, 0);
    match (base(from), base(to)) {
        ("decimal", "decimal") => digits(after) < digits(before) || number(after, 1, 0) < number(before, 1, 0),
        (name, "decimal") if integer(name).is_some() => digits(after) < 19,
        (name, "double") if integer(name).is_some() => name == "bigint",
        ("float", "double") | ("date", "datetime") | ("json", "longtext") => false,
        ("datetime" | "timestamp", "datetime") | ("time", "time") | ("timestamp", "timestamp") => {
            number(after, 0, 0) < number(before, 0, 0)
        }
        (from, to) if from == to => number(after, 0, 0) < number(before, 0, 0),
        // Numbers and times read back from text as they were written.
        (_, _) => text_size(kinds.to).is_none_or(|size| size < 255),
    }
}

fn base(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

/// The rank of an integer type, and whether it is unsigned.
fn integer(name: &str) -> Option<(usize, bool)> {
    let rank = INTEGERS.iter().position(|other| *other == base(name))?;
    Some((rank, name.contains("unsigned")))
}

fn number(args: &[String], at: usize, implied: i64) -> i64 {
    args.get(at).and_then(|arg| arg.parse().ok()).unwrap_or(implied)
}

fn text_size(kind: &TypeKind) -> Option<u64> {
    sized(kind, ["char", "varchar"], &TEXTS)
}

fn blob_size(kind: &TypeKind) -> Option<u64> {
    sized(kind, ["binary", "varbinary"], &BLOBS)
}

fn sized(kind: &TypeKind, counted: [&str; 2], fixed: &[(&str, u64)]) -> Option<u64> {
    let TypeKind::Builtin { name, args } = kind else { return None };
    if counted.contains(&name.as_str()) {
        return args.first().map_or(Some(1), |length| length.parse().ok());
    }
    fixed.iter().find(|(other, _)| other == name).map(|(_, size)| *size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, args: &[&str]) -> TypeKind {
        TypeKind::Builtin { name: name.to_owned(), args: args.iter().map(|arg| (*arg).to_owned()).collect() }
    }

    #[test]
    fn what_shrinks_narrows() {
        let narrow = |from: &TypeKind, to: &TypeKind| narrows(Pair::new(from, to));
        assert!(!narrow(&kind("int", &[]), &kind("bigint", &[])));
        assert!(narrow(&kind("bigint", &[]), &kind("int", &[])));
        assert!(narrow(&kind("int", &[]), &kind("int unsigned", &[])));
        assert!(!narrow(&kind("int unsigned", &[]), &kind("bigint", &[])));
        assert!(!narrow(&kind("varchar", &["20"]), &kind("varchar", &["50"])));
        assert!(narrow(&kind("varchar", &["50"]), &kind("varchar", &["20"])));
        assert!(!narrow(&kind("varchar", &["50"]), &kind("text", &[])));
        assert!(narrow(&kind("text", &[]), &kind("varchar", &["255"])));
        assert!(!narrow(&kind("decimal", &["8", "2"]), &kind("decimal", &["10", "2"])));
        assert!(narrow(&kind("datetime", &["6"]), &kind("datetime", &[])));
        assert!(narrow(&kind("varchar", &["50"]), &kind("int", &[])));
    }

    #[test]
    fn plug_in_types_turn_into_strings_only() {
        let needs = |from: &TypeKind, to: &TypeKind| needs_text(Pair::new(from, to));
        assert!(needs(&kind("uuid", &[]), &kind("bigint", &[])));
        assert!(needs(&kind("int", &[]), &kind("inet6", &[])));
        assert!(needs(&kind("inet4", &[]), &kind("inet6", &[])));
        assert!(!needs(&kind("uuid", &[]), &kind("char", &["36"])));
        assert!(!needs(&kind("binary", &["16"]), &kind("uuid", &[])));
        assert!(!needs(&kind("point", &[]), &kind("geometry", &[])));
        assert!(!needs(&kind("int", &[]), &kind("datetime", &[])));
    }

    #[test]
    fn labels_that_go_narrow() {
        let values = |values: &[&str]| TypeKind::Values {
            name: "enum".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        assert!(narrows(Pair::new(&values(&["a", "b"]), &values(&["a"]))));
        assert!(!narrows(Pair::new(&values(&["a"]), &values(&["a", "b"]))));
    }
}
