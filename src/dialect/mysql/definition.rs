//! The clauses of DDL: columns, keys, constraints (MySQL manual, 15.1.20 "CREATE TABLE"; MariaDB, "CREATE TABLE").

use crate::model::{
    BINARY_COLLATION, Column, Constraint, Engine, Expr, ForeignKey, GeneratedStorage, Generation, Index, IndexKey,
    IndexKind, IndexTarget, MatchType, Name, PrimaryKey,
};
use crate::sql::Syntax;
use crate::sql::write::{UNKNOWN_TYPE, in_parentheses, is_literal, list};

use super::MySql;

impl MySql {
    /// The whole definition of a column, as CREATE TABLE, ADD and MODIFY want it.
    pub(super) fn column(&self, column: &Column) -> String {
        let mut out =
            format!("{} {}", self.quote(&column.name), column.ty.known().map_or(UNKNOWN_TYPE, |ty| &ty.written));
        let (behind_type, at_end): (Vec<_>, Vec<_>) =
            column.options.iter().partition(|(name, _)| matches!(name.as_str(), "COMPRESSED" | "REF_SYSTEM_ID"));
        behind_type.into_iter().for_each(|option| out.push_str(&option_text(option)));
        // JSON has a character set and a collation of its own, which MariaDB's catalog tells.
        let is_json = column.ty.known().is_some_and(|ty| ty.written == "json");
        if let Some(charset) = column.charset.as_ref().filter(|_| !is_json) {
            out.push_str(&format!(" CHARACTER SET {charset}"));
        }
        if let Some(collation) = column.collation.as_ref().filter(|_| !is_json) {
            let is_binary = collation.key() == BINARY_COLLATION;
            out.push_str(&if is_binary { " BINARY".to_owned() } else { format!(" COLLATE {collation}") });
        }
        let generated = column.generated.known().and_then(Option::as_ref);
        if let Some(generated) = generated {
            let storage = match generated.storage {
                GeneratedStorage::Stored => "STORED",
                GeneratedStorage::Virtual => "VIRTUAL",
            };
            out.push_str(&match generated.expr.text.as_str() {
                row @ ("ROW START" | "ROW END") => format!(" GENERATED ALWAYS AS {row}"),
                text => format!(" GENERATED ALWAYS AS {} {storage}", in_parentheses(text)),
            });
        }
        // MariaDB takes neither NULL nor NOT NULL on a computed column.
        match (column.nullable.known(), generated.is_some(), self.engine) {
            (Some(false), true, Engine::MariaDb) | (Some(true) | None, true, _) | (None, false, _) => {}
            (Some(false), _, _) => out.push_str(" NOT NULL"),
            // Said aloud, since a TIMESTAMP may otherwise be NOT NULL.
            (Some(true), false, _) => out.push_str(" NULL"),
        }
        if let Some(Some(default)) = column.default.known() {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if let Some(expr) = &column.on_update {
            out.push_str(&format!(" ON UPDATE {}", expr.text));
        }
        if column.generation.known() == Some(&Some(Generation::AutoIncrement)) {
            out.push_str(" AUTO_INCREMENT");
        }
        if column.invisible {
            out.push_str(" INVISIBLE");
        }
        at_end.into_iter().for_each(|option| out.push_str(&option_text(option)));
        if let Some(Some(comment)) = column.comment.known() {
            out.push_str(&format!(" COMMENT {}", self.string_literal(comment)));
        }
        out
    }

    /// A constraint as CREATE TABLE and ADD have it; the engine has no exclusion constraints.
    pub(super) fn constraint(&self, constraint: &Constraint) -> Option<String> {
        let is_own = matches!(constraint, Constraint::Check(check) if check.of_column.is_some());
        let name = match constraint {
            // The index behind a foreign key is called after it, unless the server names the key.
            Constraint::ForeignKey(key) => key.name.explicit(),
            _ => constraint.name().name().filter(|_| !is_own),
        };
        let name = name.map(|name| format!("CONSTRAINT {} ", self.quote(name))).unwrap_or_default();
        Some(match constraint {
            Constraint::PrimaryKey(key) => format!("PRIMARY KEY ({}){}", self.key_columns(key), self.key_options(key)),
            Constraint::Unique(unique) => format!("{name}UNIQUE ({})", self.names(&unique.columns)),
            Constraint::ForeignKey(key) => format!("{name}{}", self.foreign_key(key)),
            Constraint::Check(check) => {
                let enforced = if check.enforced { "" } else { " NOT ENFORCED" };
                let expr = in_parentheses(check.expr.known().map_or("", |expr| &expr.text));
                format!("{name}CHECK {expr}{enforced}")
            }
            Constraint::Exclusion(_) => return None,
        })
    }

    fn key_columns(&self, key: &PrimaryKey) -> String {
        list(key.columns.iter().enumerate(), |(at, name)| {
            let prefix = key.prefix_lengths.get(at).copied().flatten();
            let direction = if key.descending.contains(name) { " DESC" } else { "" };
            format!("{}{}{direction}", self.quote(name), prefix_text(prefix))
        })
    }

    fn key_options(&self, key: &PrimaryKey) -> String {
        let mut out = String::new();
        for (name, value) in &key.options {
            let name = name.to_uppercase();
            out.push_str(&if name == "USING" { format!(" USING {value}") } else { format!(" {name} = {value}") });
        }
        if let Some(comment) = &key.comment {
            out.push_str(&format!(" COMMENT {}", self.string_literal(comment)));
        }
        out
    }

    fn foreign_key(&self, key: &ForeignKey) -> String {
        let mut out =
            format!("FOREIGN KEY ({}) REFERENCES {}", self.names(&key.columns), self.quote_relation(&key.references));
        if !key.referenced_columns.is_empty() {
            out.push_str(&format!(" ({})", self.names(&key.referenced_columns)));
        }
        match key.match_type {
            MatchType::Simple => {}
            MatchType::Full => out.push_str(" MATCH FULL"),
            MatchType::Partial => out.push_str(" MATCH PARTIAL"),
        }
        if key.on_delete != Default::default() {
            out.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
        }
        if key.on_update != Default::default() {
            out.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
        }
        out
    }

    /// An index as CREATE TABLE and ADD have it.
    pub(super) fn index(&self, index: &Index, missing: &str) -> String {
        let kind = match (index.kind, index.unique) {
            (IndexKind::Fulltext, _) => "FULLTEXT INDEX",
            (IndexKind::Spatial, _) => "SPATIAL INDEX",
            (IndexKind::Ordinary, true) => "UNIQUE INDEX",
            (IndexKind::Ordinary, false) => "INDEX",
        };
        let keys = list(&index.keys, |key| self.index_key(key));
        let mut out = format!("{kind} {missing}{} ({keys})", self.quote(&index.name));
        if let Some(method) = &index.method {
            out.push_str(&format!(" USING {}", method.to_uppercase()));
        }
        for (name, value) in &index.options {
            let is_parser = name.to_lowercase().contains("parser");
            out.push_str(&if is_parser { format!(" WITH PARSER {value}") } else { format!(" {name} = {value}") });
        }
        if let Some(comment) = &index.comment {
            out.push_str(&format!(" COMMENT {}", self.string_literal(comment)));
        }
        if index.invisible {
            out.push_str(&format!(" {}", self.hidden_index(true)));
        }
        out
    }

    /// The word for an index that the optimizer passes over, or does not.
    pub(super) fn hidden_index(&self, hidden: bool) -> &'static str {
        match (self.engine == Engine::MariaDb, hidden) {
            (true, true) => "IGNORED",
            (true, false) => "NOT IGNORED",
            (false, true) => "INVISIBLE",
            (false, false) => "VISIBLE",
        }
    }

    fn index_key(&self, key: &IndexKey) -> String {
        let mut out = match &key.target {
            IndexTarget::Column(name) => self.quote(name),
            IndexTarget::Expr(expr) => in_parentheses(expr.known().map_or("", |expr| &expr.text)),
        };
        out.push_str(&prefix_text(key.prefix_length));
        if key.descending {
            out.push_str(" DESC");
        }
        out
    }

    pub(super) fn names(&self, names: &[Name]) -> String {
        list(names, |name| self.quote(name))
    }
}

/// ` COMPRESSED`, ` REF_SYSTEM_ID = 101`, ` COLUMN_FORMAT FIXED`.
fn option_text((name, value): &(String, String)) -> String {
    match name.as_str() {
        "REF_SYSTEM_ID" => format!(" {name} = {value}"),
        _ => format!(" {name} {value}").trim_end().to_owned(),
    }
}

fn prefix_text(length: Option<u32>) -> String {
    length.map(|length| format!("({length})")).unwrap_or_default()
}

/// A default: literals and the current time stand alone, any other expression in parentheses (MySQL manual, 13.6).
pub(super) fn default_text(expr: &Expr) -> String {
    let text = expr.text.trim();
    if is_literal(text) || is_now(text) { text.to_owned() } else { in_parentheses(text) }
}

/// Whether a text is a spelling of the current time that a timestamp column takes as it is.
fn is_now(text: &str) -> bool {
    let lower = text.to_lowercase();
    let name = lower.split('(').next().unwrap_or_default().trim();
    let rest = lower[lower.find('(').unwrap_or(lower.len())..].trim();
    let is_name = ["current_timestamp", "now", "localtime", "localtimestamp"].contains(&name);
    let is_precision = rest.is_empty() || rest.trim_matches(['(', ')']).chars().all(|c| c.is_ascii_digit());
    is_name && is_precision && (name != "now" || !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_alone_or_in_parentheses() {
        let text = |text: &str| default_text(&Expr::new(text));
        assert_eq!(text("'a'"), "'a'");
        assert_eq!(text("current_timestamp(6)"), "current_timestamp(6)");
        assert_eq!(text("NOW()"), "NOW()");
        assert_eq!(text("uuid()"), "(uuid())");
        assert_eq!(text("(json_array())"), "(json_array())");
        assert_eq!(text("now() + interval 1 day"), "(now() + interval 1 day)");
    }
}
