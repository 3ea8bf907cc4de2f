//! What PostgreSQL refuses inside a transaction, in which most tools run a migration: commands that have none, and a
//! value of an enum that the same transaction adds (<https://www.postgresql.org/docs/current/sql-altertype.html#id-1.9.3.42.7>).

use std::collections::BTreeSet;

use crate::model::Engine;
use crate::snapshot::Span;
use crate::sql::lex::{Token, TokenKind};
use crate::sql::{Rules, Statement, split};

use super::literal;
use super::reader::Reader;

/// Whether a migration's statements run in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Each by itself.
    Never,
    /// All in one.
    Always,
    /// In one that the server opens where it is sent several at once.
    Several,
    /// In one, unless none of them can run in any.
    Mixed,
}

/// Something that the server refuses in the transaction at hand.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Where.
    pub at: Span,
    /// What is refused and why, as one sentence.
    pub message: String,
}

/// The transaction at hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Transaction {
    is_open: bool,
    /// The values added in it, each with its type's name.
    added: Vec<(String, String)>,
    /// The types made in it, whose values can be used at once.
    made: BTreeSet<String>,
    pub(super) refused: Vec<Refused>,
}

impl Transaction {
    /// Begins a migration.
    pub(super) fn begin(&mut self, is_open: bool) {
        *self = Transaction { is_open, refused: std::mem::take(&mut self.refused), ..Transaction::default() };
    }

    /// A command that cannot run in a transaction.
    pub(super) fn outside(&mut self, command: &str, at: &Span) {
        if self.is_open {
            let message = format!("{command} cannot run inside a transaction");
            self.refused.push(Refused { at: at.clone(), message });
        }
    }

    /// Looks at a statement before it is carried out.
    pub(super) fn note(&mut self, reader: &Reader<'_>, statement: &Statement<'_>, at: &Span) {
        if reader.context.dialect.engine() != Engine::Postgres {
            return;
        }
        match statement.first_word().map(str::to_ascii_uppercase).as_deref() {
            Some("BEGIN" | "START") => return self.begin(true),
            Some("COMMIT" | "ROLLBACK" | "END" | "ABORT") => return self.begin(false),
            _ => {}
        }
        if let Some(command) = outside(statement) {
            return self.outside(command, at);
        }
        let upper = statement.text.to_ascii_uppercase();
        let words = upper.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        if self.added.is_empty() && !matches!(words.as_str(), "ALTER TYPE" | "CREATE TYPE") {
            return;
        }
        let tokens = statement.tokens();
        let text = |token: &Token| &statement.text[token.start..token.end];
        let names = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName);
        let name = |token: &Token| match token.kind {
            TokenKind::QuotedName => literal::name(text(token)).to_lowercase(),
            TokenKind::Word | TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => {
                text(token).to_lowercase()
            }
        };
        let mut strings = tokens.iter().filter(|token| token.kind == TokenKind::String);
        match words.as_str() {
            "CREATE TYPE" => {
                let end = tokens.iter().position(|token| text(token).eq_ignore_ascii_case("AS")).unwrap_or(0);
                self.made.extend(tokens[..end].iter().rfind(names).map(name));
            }
            "ALTER TYPE" => {
                let end = tokens.iter().position(|token| text(token).eq_ignore_ascii_case("ADD"));
                let ty = end.and_then(|end| tokens[..end].iter().rfind(names).map(name));
                let value = strings.next().map(|token| literal::string(text(token), false));
                if let (Some(ty), Some(value), true) = (ty, value, self.is_open)
                    && !self.made.contains(&ty)
                {
                    self.added.push((ty, value));
                }
            }
            _ => {
                let used: BTreeSet<String> = strings.map(|token| literal::string(text(token), false)).collect();
                let mentioned: BTreeSet<String> = tokens.iter().filter(names).map(name).collect();
                for (ty, value) in self.added.iter().filter(|(_, value)| used.contains(value)) {
                    if mentioned.contains(ty) || columns_of(reader, ty).any(|table| mentioned.contains(&table)) {
                        let message = format!("the value '{value}' is added to {ty} and used in the same transaction");
                        self.refused.push(Refused { at: at.clone(), message });
                    }
                }
            }
        }
    }
}

/// The tables that have a column of an enum.
fn columns_of(reader: &Reader<'_>, ty: &str) -> impl Iterator<Item = String> {
    let is_it = move |column: &crate::model::Column| {
        let known = column.ty.known().and_then(|known| known.kind.user_type());
        known.is_some_and(|name| name.name.as_str().eq_ignore_ascii_case(ty))
    };
    let tables = reader.database.tables.values().filter(move |table| table.columns.iter().any(is_it));
    tables.map(|table| table.name.name.as_str().to_lowercase())
}

/// The command that a statement is, if it cannot run in a transaction.
fn outside(statement: &Statement<'_>) -> Option<&'static str> {
    let first = statement.first_word()?.to_ascii_uppercase();
    if !matches!(first.as_str(), "CREATE" | "DROP" | "REINDEX" | "ALTER" | "VACUUM") {
        return None;
    }
    let tokens = statement.tokens();
    let text = |token: &Token| statement.text[token.start..token.end].to_ascii_uppercase();
    let words: Vec<String> = tokens.iter().take(24).map(text).collect();
    let has = |word: &str| words.iter().any(|own| own == word);
    let second = words.get(1).map(String::as_str).unwrap_or_default();
    match (first.as_str(), second) {
        ("CREATE", "INDEX" | "UNIQUE") if has("CONCURRENTLY") => Some("CREATE INDEX CONCURRENTLY"),
        ("DROP", "INDEX") if has("CONCURRENTLY") => Some("DROP INDEX CONCURRENTLY"),
        ("REINDEX", _) if has("CONCURRENTLY") => Some("REINDEX CONCURRENTLY"),
        ("ALTER", "TABLE") if has("DETACH") && has("CONCURRENTLY") => Some("DETACH PARTITION CONCURRENTLY"),
        ("ALTER", "SYSTEM") => Some("ALTER SYSTEM"),
        ("CREATE" | "DROP", "DATABASE") => Some("CREATE or DROP DATABASE"),
        ("CREATE" | "DROP", "TABLESPACE") => Some("CREATE or DROP TABLESPACE"),
        ("VACUUM", _) => Some("VACUUM"),
        (_, _) => None,
    }
}

/// Whether the statements of a text run in a transaction.
pub(super) fn is_wrapped(text: &str, wrapping: Wrapping, rules: Rules) -> bool {
    match wrapping {
        Wrapping::Never => false,
        Wrapping::Always => true,
        Wrapping::Several => split(text, rules).nth(1).is_some(),
        Wrapping::Mixed => split(text, rules).any(|statement| outside(&statement).is_none()),
    }
}
