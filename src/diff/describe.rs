//! How messages show columns, constraints and indexes: close to the SQL of the standard, in one line.

use crate::model::{
    CheckConstraint, Column, Deferrability, ExclusionConstraint, Fact, ForeignKey, GeneratedStorage, Generation,
    IdentityMode, Index, IndexKey, IndexKind, IndexTarget, MatchType, Name, NullsOrder, PrimaryKey, ReferentialAction,
    Sequence, SequenceOptions, UniqueConstraint,
};

/// What stands for a fact that could not be computed.
const UNKNOWN: &str = "?";

/// `timestamp NOT NULL DEFAULT now()`.
pub fn column(column: &Column) -> String {
    let mut text = column.ty.known().map_or(UNKNOWN.to_owned(), |ty| ty.written.clone());
    match &column.nullable {
        Fact::Known(true) => text += " NULL",
        Fact::Known(false) => text += " NOT NULL",
        Fact::Unknown(_) => {}
    }
    if let Fact::Known(Some(default)) = &column.default {
        text += &format!(" DEFAULT {default}");
    }
    if let Fact::Known(Some(generated)) = &column.generated {
        text += &format!(" GENERATED ALWAYS AS ({}) {}", generated.expr, storage(generated.storage));
    }
    if let Fact::Known(Some(kind)) = &column.generation {
        text += &format!(" {}", generation(kind));
    }
    text
}

/// `STORED` or `VIRTUAL`.
pub(super) fn storage(storage: GeneratedStorage) -> &'static str {
    match storage {
        GeneratedStorage::Stored => "STORED",
        GeneratedStorage::Virtual => "VIRTUAL",
    }
}

/// `SERIAL`, `AUTO_INCREMENT`, `GENERATED ALWAYS AS IDENTITY (START WITH 10)`.
pub(super) fn generation(generation: &Generation) -> String {
    match generation {
        Generation::Serial(options) => format!("SERIAL {}", sequence_options(options)).trim_end().to_owned(),
        Generation::AutoIncrement => "AUTO_INCREMENT".to_owned(),
        Generation::Identity { mode, options } => {
            let mode = match mode {
                IdentityMode::Always => "ALWAYS",
                IdentityMode::ByDefault => "BY DEFAULT",
            };
            let options = sequence_options(options);
            let options = if options.is_empty() { options } else { format!(" ({options})") };
            format!("GENERATED {mode} AS IDENTITY{options}")
        }
    }
}

/// The options that are not what the engine implies, such as `START WITH 10 CYCLE`.
pub(super) fn sequence_options(options: &SequenceOptions) -> String {
    let numbers = [
        ("START WITH", options.start),
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.min),
        ("MAXVALUE", options.max),
        ("CACHE", options.cache),
    ];
    let mut words: Vec<String> =
        numbers.iter().filter_map(|(word, number)| number.map(|number| format!("{word} {number}"))).collect();
    if options.cycle {
        words.push("CYCLE".to_owned());
    }
    words.join(" ")
}

/// A sequence with its type, options and owner.
pub(super) fn sequence(sequence: &Sequence) -> String {
    let ty = sequence.ty.as_ref().map(|ty| format!("AS {ty}"));
    let options = Some(sequence_options(&sequence.options)).filter(|options| !options.is_empty());
    let owner = sequence.owned_by.as_ref().map(|(table, column)| format!("OWNED BY {table}.{column}"));
    let text = [ty, options, owner].into_iter().flatten().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "default options".to_owned() } else { text }
}

/// `a, b`.
pub(super) fn names(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

/// `PRIMARY KEY (a, b)`.
pub(super) fn primary_key(key: &PrimaryKey) -> String {
    format!("PRIMARY KEY ({})", key_columns(key))
}

/// The columns of a primary key with their prefix lengths.
pub(super) fn key_columns(key: &PrimaryKey) -> String {
    let columns = key.columns.iter().enumerate().map(|(at, column)| match key.prefix_lengths.get(at) {
        Some(Some(length)) => format!("{column}({length})"),
        Some(None) | None => column.to_string(),
    });
    columns.collect::<Vec<_>>().join(", ") + overlaps(key.without_overlaps) + &include(&key.include)
}

/// `COMPRESSED, COLUMN_FORMAT FIXED`; `None` where there are no options.
pub(super) fn options(options: &[(String, String)]) -> Option<String> {
    let words = options.iter().map(|(name, value)| format!("{name} {value}").trim_end().to_owned());
    (!options.is_empty()).then(|| words.collect::<Vec<_>>().join(", "))
}

/// `UNIQUE (a, b)`.
pub(super) fn unique(unique: &UniqueConstraint) -> String {
    format!("UNIQUE ({}){}", unique_columns(unique), unique_options(unique))
}

/// The columns of a unique constraint.
pub(super) fn unique_columns(unique: &UniqueConstraint) -> String {
    names(&unique.columns) + overlaps(unique.without_overlaps)
}

fn overlaps(without: bool) -> &'static str {
    if without { " WITHOUT OVERLAPS" } else { "" }
}

/// What a unique constraint has beyond its columns.
pub(super) fn unique_options(unique: &UniqueConstraint) -> String {
    let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    format!("{nulls}{}", include(&unique.include))
}

fn include(columns: &[Name]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", names(columns)) }
}

/// `FOREIGN KEY (a) REFERENCES t (id) ON DELETE CASCADE`.
pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let actions = actions(key);
    let blank = if actions.is_empty() { "" } else { " " };
    format!("FOREIGN KEY {}{blank}{actions}", reference(key))
}

/// `(a) REFERENCES t (id)`.
pub(super) fn reference(key: &ForeignKey) -> String {
    let columns = |columns: &[Name]| match columns {
        [others @ .., last] if key.period => {
            let others: String = others.iter().map(|column| format!("{column}, ")).collect();
            format!("{others}PERIOD {last}")
        }
        columns => names(columns),
    };
    format!("({}) REFERENCES {} ({})", columns(&key.columns), key.references, columns(&key.referenced_columns))
}

/// `ON DELETE CASCADE MATCH FULL`: what is not the default.
pub(super) fn actions(key: &ForeignKey) -> String {
    let mut words = Vec::new();
    if key.on_delete != ReferentialAction::NoAction {
        let columns = names(&key.on_delete_columns);
        let columns = if columns.is_empty() { columns } else { format!(" ({columns})") };
        words.push(format!("ON DELETE {}{columns}", key.on_delete.sql()));
    }
    if key.on_update != ReferentialAction::NoAction {
        words.push(format!("ON UPDATE {}", key.on_update.sql()));
    }
    match key.match_type {
        MatchType::Simple => {}
        MatchType::Full => words.push("MATCH FULL".to_owned()),
        MatchType::Partial => words.push("MATCH PARTIAL".to_owned()),
    }
    words.join(" ")
}

/// `DEFERRABLE INITIALLY DEFERRED`.
pub(super) fn deferrability(deferrability: Deferrability) -> &'static str {
    match deferrability {
        Deferrability::NotDeferrable => "NOT DEFERRABLE",
        Deferrability::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrability::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
    }
}

/// Whether rows satisfy a constraint, and whether they have to.
pub(super) fn validity(validated: bool, enforced: bool) -> &'static str {
    match (validated, enforced) {
        (true, true) => "VALID",
        (false, true) => "NOT VALID",
        (_, false) => "NOT ENFORCED",
    }
}

/// `CHECK (a > 0)`.
pub(super) fn check(check: &CheckConstraint) -> String {
    format!("CHECK ({})", check.expr.known().map_or(UNKNOWN, |expr| &expr.text))
}

/// `EXCLUDE USING gist (a WITH =, b WITH &&)`.
pub(super) fn exclusion(exclusion: &ExclusionConstraint) -> String {
    let elements = exclusion.elements.iter().map(|element| format!("{} WITH {}", key(&element.key), element.operator));
    let mut text = format!("EXCLUDE USING {} ({})", exclusion.method, elements.collect::<Vec<_>>().join(", "));
    if let Some(predicate) = &exclusion.predicate {
        text += &format!(" WHERE ({predicate})");
    }
    text
}

/// `UNIQUE INDEX USING gin (lower(a) DESC) WHERE (b > 0)`.
pub(super) fn index(index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let keys = index.keys.iter().map(key).collect::<Vec<_>>().join(", ");
    let mut text = format!("{unique}INDEX{} ({keys}){}", method(index), include(&index.include));
    if let Fact::Known(Some(predicate)) = &index.predicate {
        text += &format!(" WHERE ({predicate})");
    }
    text
}

/// ` USING gin`, ` FULLTEXT`; empty for what the engine does by default.
pub(super) fn method(index: &Index) -> String {
    let kind = match index.kind {
        IndexKind::Ordinary => "",
        IndexKind::Fulltext => " FULLTEXT",
        IndexKind::Spatial => " SPATIAL",
    };
    let method = index.method.as_ref().map(|method| format!(" USING {method}")).unwrap_or_default();
    format!("{kind}{method}")
}

/// The keys and INCLUDE columns.
pub(super) fn index_keys(index: &Index) -> String {
    index.keys.iter().map(key).collect::<Vec<_>>().join(", ") + &include(&index.include)
}

fn key(key: &IndexKey) -> String {
    let mut text = match &key.target {
        IndexTarget::Column(name) => name.to_string(),
        IndexTarget::Expr(Fact::Known(expr)) => expr.text.clone(),
        IndexTarget::Expr(Fact::Unknown(_)) => UNKNOWN.to_owned(),
    };
    if let Some(length) = key.prefix_length {
        text += &format!("({length})");
    }
    if let Some(collation) = &key.collation {
        text += &format!(" COLLATE {collation}");
    }
    if let Some(opclass) = &key.opclass {
        text += &format!(" {opclass}");
    }
    if key.descending {
        text += " DESC";
    }
    match key.nulls {
        None => {}
        Some(NullsOrder::First) => text += " NULLS FIRST",
        Some(NullsOrder::Last) => text += " NULLS LAST",
    }
    text
}
