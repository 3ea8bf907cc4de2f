//! The clauses of DDL: columns, constraints, index keys (PostgreSQL manual, "CREATE TABLE", "CREATE INDEX").

use crate::model::{
    CheckConstraint, Column, Constraint, Deferrability, ExclusionConstraint, Expr, ForeignKey, GeneratedStorage,
    Generation, IdentityMode, Index, IndexKey, IndexTarget, MatchType, Name, NullsOrder, PrimaryKey, RelationName,
    SequenceOptions, UniqueConstraint,
};
use crate::sql::Syntax;
use crate::sql::write::{UNKNOWN_TYPE, in_parentheses, is_simple, list};

use super::Postgres;

impl Postgres {
    /// A column as CREATE TABLE and ADD COLUMN have it; `required` says whether NOT NULL is written.
    pub(super) fn column(&self, column: &Column, required: bool) -> String {
        let serial = column.is_serial();
        let mut out =
            format!("{} {}", self.quote(&column.name), if serial { serial_type(column) } else { written(column) });
        if let Some(collation) = &column.collation {
            out.push_str(&format!(" COLLATE {}", self.collation(collation)));
        }
        if let Some(Some(generated)) = column.generated.known() {
            let storage = match generated.storage {
                GeneratedStorage::Stored => "STORED",
                GeneratedStorage::Virtual => "VIRTUAL",
            };
            out.push_str(&format!(" GENERATED ALWAYS AS {} {storage}", in_parentheses(&generated.expr.text)));
        }
        if let Some(Some(default)) = column.default.known() {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if let Some(Some(Generation::Identity { mode, options })) = column.generation.known() {
            let options = self.sequence_options(options);
            let options = if options.is_empty() { options } else { format!(" ({options})") };
            out.push_str(&format!(" GENERATED {} AS IDENTITY{options}", identity_mode(*mode)));
        }
        if required && column.nullable.known() == Some(&false) {
            out.push_str(" NOT NULL");
        }
        out
    }

    /// The options of a sequence that are not what the server implies.
    pub(super) fn sequence_options(&self, options: &SequenceOptions) -> String {
        let numbers = [
            ("START WITH", options.start),
            ("INCREMENT BY", options.increment),
            ("MINVALUE", options.min),
            ("MAXVALUE", options.max),
            ("CACHE", options.cache),
        ];
        let mut words: Vec<String> =
            numbers.iter().filter_map(|(word, value)| value.map(|value| format!("{word} {value}"))).collect();
        words.extend(options.cycle.then(|| "CYCLE".to_owned()));
        words.join(" ")
    }

    /// A constraint as CREATE TABLE and ADD have it.
    pub(super) fn constraint(&self, constraint: &Constraint) -> String {
        let name = constraint.name().name();
        let name = name.map(|name| format!("CONSTRAINT {} ", self.quote(name))).unwrap_or_default();
        let body = match constraint {
            Constraint::PrimaryKey(key) => self.primary_key(key),
            Constraint::Unique(unique) => self.unique(unique),
            Constraint::ForeignKey(key) => self.foreign_key(key),
            Constraint::Check(check) => check_clause(check),
            Constraint::Exclusion(exclusion) => self.exclusion(exclusion),
        };
        format!("{name}{body}")
    }

    fn primary_key(&self, key: &PrimaryKey) -> String {
        let include = self.include(&key.include);
        let columns = self.key_columns(&key.columns, key.without_overlaps);
        format!("PRIMARY KEY ({columns}){include}{}", deferrable(key.deferrability))
    }

    fn unique(&self, unique: &UniqueConstraint) -> String {
        let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let include = self.include(&unique.include);
        let columns = self.key_columns(&unique.columns, unique.without_overlaps);
        format!("UNIQUE{nulls} ({columns}){include}{}", deferrable(unique.deferrability))
    }

    fn key_columns(&self, columns: &[Name], without_overlaps: bool) -> String {
        self.names(columns) + if without_overlaps { " WITHOUT OVERLAPS" } else { "" }
    }

    fn foreign_key(&self, key: &ForeignKey) -> String {
        let columns = |columns: &[Name]| {
            let last = columns.len().saturating_sub(1);
            let word = |at| if key.period && at == last { "PERIOD " } else { "" };
            let columns = columns.iter().enumerate().map(|(at, name)| format!("{}{}", word(at), self.quote(name)));
            columns.collect::<Vec<_>>().join(", ")
        };
        let mut out = format!("FOREIGN KEY ({}) REFERENCES {}", columns(&key.columns), self.relation(&key.references));
        if !key.referenced_columns.is_empty() {
            out.push_str(&format!(" ({})", columns(&key.referenced_columns)));
        }
        match key.match_type {
            MatchType::Simple => {}
            MatchType::Full => out.push_str(" MATCH FULL"),
            MatchType::Partial => out.push_str(" MATCH PARTIAL"),
        }
        if key.on_update != Default::default() {
            out.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
        }
        if key.on_delete != Default::default() {
            out.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
            if !key.on_delete_columns.is_empty() {
                out.push_str(&format!(" ({})", self.names(&key.on_delete_columns)));
            }
        }
        out.push_str(deferrable(key.deferrability));
        out + validity(key.validated, key.enforced)
    }

    fn exclusion(&self, exclusion: &ExclusionConstraint) -> String {
        let elements =
            list(&exclusion.elements, |element| format!("{} WITH {}", self.index_key(&element.key), element.operator));
        let mut out = format!("EXCLUDE USING {} ({elements})", exclusion.method);
        if let Some(predicate) = &exclusion.predicate {
            out.push_str(&format!(" WHERE {}", in_parentheses(&predicate.text)));
        }
        out + deferrable(exclusion.deferrability)
    }

    /// What follows `CREATE INDEX name`.
    pub(super) fn index(&self, table: &RelationName, index: &Index) -> String {
        let mut out = format!("ON {}", self.relation(table));
        if let Some(method) = &index.method {
            out.push_str(&format!(" USING {method}"));
        }
        out.push_str(&format!(" ({})", list(&index.keys, |key| self.index_key(key))));
        out.push_str(&self.include(&index.include));
        if index.nulls_not_distinct {
            out.push_str(" NULLS NOT DISTINCT");
        }
        if !index.options.is_empty() {
            out.push_str(&format!(" WITH ({})", list(&index.options, |(name, value)| format!("{name} = {value}"))));
        }
        if let Some(Some(predicate)) = index.predicate.known() {
            out.push_str(&format!(" WHERE {}", in_parentheses(&predicate.text)));
        }
        out
    }

    fn index_key(&self, key: &IndexKey) -> String {
        let mut out = match &key.target {
            IndexTarget::Column(name) => self.quote(name),
            IndexTarget::Expr(expr) => in_parentheses(expr.known().map_or("", |expr| &expr.text)),
        };
        if let Some(collation) = &key.collation {
            out.push_str(&format!(" COLLATE {}", self.collation(collation)));
        }
        if let Some(opclass) = &key.opclass {
            out.push_str(&format!(" {opclass}"));
        }
        if key.descending {
            out.push_str(" DESC");
        }
        match key.nulls {
            Some(NullsOrder::First) => out.push_str(" NULLS FIRST"),
            Some(NullsOrder::Last) => out.push_str(" NULLS LAST"),
            None => {}
        }
        out
    }

    fn include(&self, names: &[Name]) -> String {
        if names.is_empty() { String::new() } else { format!(" INCLUDE ({})", self.names(names)) }
    }

    pub(super) fn names(&self, names: &[Name]) -> String {
        list(names, |name| self.quote(name))
    }

    pub(super) fn relation(&self, name: &RelationName) -> String {
        self.quote_relation(name)
    }

    /// Names of collations are always quoted: `C` and `en_US` fold otherwise.
    pub(super) fn collation(&self, name: &Name) -> String {
        format!("\"{}\"", name.as_str().replace('"', "\"\""))
    }
}

/// The type as DDL spells it. Where it is not known, the statement stands in a comment.
pub(super) fn written(column: &Column) -> &str {
    column.ty.known().map_or(UNKNOWN_TYPE, |ty| &ty.written)
}

/// The `serial` of a column's integer type.
fn serial_type(column: &Column) -> &'static str {
    match column.ty.known().and_then(|ty| ty.kind.builtin_name()) {
        Some("smallint") => "smallserial",
        Some("bigint") => "bigserial",
        _ => "serial",
    }
}

/// A default where CREATE TABLE wants a restricted expression.
pub(super) fn default_text(expr: &Expr) -> String {
    if is_simple(&expr.text) { expr.text.trim().to_owned() } else { in_parentheses(&expr.text) }
}

pub(super) fn identity_mode(mode: IdentityMode) -> &'static str {
    match mode {
        IdentityMode::Always => "ALWAYS",
        IdentityMode::ByDefault => "BY DEFAULT",
    }
}

fn check_clause(check: &CheckConstraint) -> String {
    let mut out = format!("CHECK {}", in_parentheses(check.expr.known().map_or("", |expr| &expr.text)));
    if check.no_inherit {
        out.push_str(" NO INHERIT");
    }
    out + validity(check.validated, check.enforced)
}

fn validity(validated: bool, enforced: bool) -> &'static str {
    match (validated, enforced) {
        (true, true) => "",
        (false, true) => " NOT VALID",
        (_, false) => " NOT ENFORCED",
    }
}

fn deferrable(deferrability: Deferrability) -> &'static str {
    match deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => " DEFERRABLE",
        Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
