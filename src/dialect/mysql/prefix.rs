//! The part of a long text that an ordinary index holds where its declaration names none: as much as the engine's keys can
//! (MySQL manual, 15.1.15 "Column Prefix Key Parts"; measured on MariaDB 10.11, which does so for TEXT and BLOB too).

use crate::diff::{Pair, TableIn};
use crate::model::{Extras, Index, IndexKey, IndexKind, IndexTarget, TypeKind};

use super::collation::{self, Effective};
use super::{MySql, compare::DEFAULT_ENGINE};

/// Whether two keys hold the same part of their column.
pub(super) fn same(dialect: &MySql, keys: Pair<&IndexKey>, indexes: Pair<&Index>, tables: Pair<TableIn<'_>>) -> bool {
    let said = keys.map(|key| key.prefix_length);
    if said.is_same() {
        return true;
    }
    let sides = keys.zip(indexes).zip(tables);
    let length = |side: &((&IndexKey, &Index), TableIn<'_>)| {
        let ((key, index), table) = side;
        key.prefix_length.map_or_else(|| implied(dialect, key, index, *table), |length| vec![length])
    };
    let lengths = sides.as_ref().map(length);
    lengths.from.iter().any(|length| lengths.to.contains(length))
}

/// The lengths that the server may choose, one for each character set that the column may have.
fn implied(dialect: &MySql, key: &IndexKey, index: &Index, place: TableIn<'_>) -> Vec<u32> {
    let IndexTarget::Column(name) = &key.target else { return Vec::new() };
    let Some(column) = place.table.column(name) else { return Vec::new() };
    let Some(TypeKind::Builtin { name, args }) = column.ty.known().map(|ty| &ty.kind) else { return Vec::new() };
    // A unique one is hashed as a whole.
    if index.unique || index.kind != IndexKind::Ordinary {
        return Vec::new();
    }
    let whole: u32 = match name.as_str() {
        "tinytext" | "tinyblob" => 255,
        "json" => u32::MAX,
        name if name.ends_with("text") || name.ends_with("blob") => u32::MAX,
        "varchar" | "char" | "varbinary" | "binary" => args.first().and_then(|length| length.parse().ok()).unwrap_or(1),
        _ => return Vec::new(),
    };
    let is_bytes = name.ends_with("blob") || name.ends_with("binary");
    let widths = match collation::of_column(column, place) {
        _ if is_bytes => vec![1],
        _ if name == "json" => vec![4],
        Effective::Collation(name) => width(name.split('_').next().unwrap_or_default()),
        Effective::DefaultOf(charset) => width(&charset),
        Effective::Inherited => vec![1, 2, 3, 4],
    };
    let is_blob = !matches!(name.as_str(), "varchar" | "char" | "varbinary" | "binary");
    let most = longest_key(dialect, place);
    let lengths = widths.into_iter().map(|width| most / width);
    // A text that fits as a whole has no prefix, which is not said either.
    lengths.filter(|most| is_blob || *most < whole).map(|most| most.min(whole)).collect()
}

/// How many bytes of one column an index of the table's engine holds.
fn longest_key(_dialect: &MySql, place: TableIn<'_>) -> u32 {
    let engine = match &place.table.extras {
        Extras::MySql(extras) => extras.engine.as_deref().unwrap_or(DEFAULT_ENGINE).to_ascii_lowercase(),
        Extras::Postgres(_) | Extras::Sqlite(_) => String::new(),
    };
    match engine.as_str() {
        "myisam" => 1000,
        "aria" => 2300,
        _ => 3072,
    }
}

/// How many bytes a character takes at most.
fn width(charset: &str) -> Vec<u32> {
    vec![match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "utf8" | "ujis" | "eucjpms" => 3,
        "ucs2" | "gbk" | "gb2312" | "big5" | "sjis" | "cp932" | "euckr" => 2,
        // The name of a collation that says no character set.
        "uca1400" | "" => return vec![2, 3, 4],
        _ => 1,
    }]
}
