//! The sentences in which databases, drivers and frameworks tell of an error: one table for each engine, and one for
//! the frameworks that have words of their own.
//!
//! A phrase is a regular expression with named groups: `column`, `table`, `schema`, `path` (a name with dots),
//! `columns` (a list), `type`, `value`, `constraint`, `check`, `function`. This module must not know of logs or
//! schemas.

mod framework;
mod mysql;
mod postgres;
mod sqlite;

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexSet};

use crate::model::Engine;

use super::kind::ErrorKind;

/// One sentence.
pub(super) struct Phrase {
    engine: Option<Engine>,
    kind: ErrorKind,
    code: &'static str,
    pattern: &'static str,
}

/// What a sentence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The engine whose words these are, where the words tell.
    pub engine: Option<Engine>,
    /// SQLSTATE on PostgreSQL, the error number on MySQL and MariaDB, the result code's name on SQLite, the
    /// framework's own code; empty where none is known.
    pub code: String,
    /// What stands before a column's or table's name: a schema, a table or an alias.
    pub path: Vec<String>,
    /// The table.
    pub table: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// A type's name.
    pub type_name: Option<String>,
    /// The value that was refused.
    pub value: Option<String>,
    /// The constraint or index.
    pub constraint: Option<String>,
    /// The text of a check.
    pub check: Option<String>,
    /// The function.
    pub function: Option<String>,
}

impl Message {
    /// A message that says nothing but its kind.
    pub(super) fn new(kind: ErrorKind, engine: Option<Engine>, code: impl Into<String>) -> Message {
        Message {
            kind,
            engine,
            code: code.into(),
            path: Vec::new(),
            table: None,
            columns: Vec::new(),
            type_name: None,
            value: None,
            constraint: None,
            check: None,
            function: None,
        }
    }
}

/// A phrase that stands in a text.
pub(super) struct Match {
    /// Where it starts, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// What it says.
    pub(super) message: Message,
}

struct Table {
    phrases: Vec<&'static Phrase>,
    set: RegexSet,
    patterns: Vec<Regex>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let tables = [framework::PHRASES, postgres::PHRASES, mysql::PHRASES, sqlite::PHRASES];
    let phrases: Vec<&'static Phrase> = tables.into_iter().flatten().collect();
    let patterns: Vec<Regex> = phrases.iter().map(|phrase| regex(phrase.pattern)).collect();
    let set = RegexSet::new(phrases.iter().map(|phrase| phrase.pattern)).expect("each pattern compiles alone");
    Table { phrases, set, patterns }
});

/// A pattern of this program's own, which the tests have compiled.
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// Every phrase in `text`, in the order in which they stand there; where two overlap, the more special one.
pub(super) fn find(text: &str) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    for index in TABLE.set.matches(text) {
        for captures in TABLE.patterns[index].captures_iter(text) {
            let whole = captures.get_match();
            let (start, end) = (whole.start(), whole.end());
            if found.iter().all(|other| end <= other.start || other.end <= start) {
                found.push(Match { start, end, message: message(TABLE.phrases[index], &captures) });
            }
        }
    }
    found.sort_by_key(|found| found.start);
    found
}

/// Words of which one stands in every phrase: what a log is searched for first.
pub(super) const TRIGGERS: &[&str] = &[
    "does not exist",
    "doesn't exist",
    "Unknown column",
    "Unknown table",
    "Unknown database",
    "Unknown SEQUENCE",
    "unknown database",
    "unknown attribute",
    "no such ",
    "has no column named",
    "has no field",
    "violates ",
    "is violated",
    "constraint fail",
    "CONSTRAINT `",
    "onstraint violat",
    "doesn't have a default value",
    "cannot be null",
    "Data truncated for column",
    "Data too long for column",
    "Out of range value",
    "ncorrect ",
    "Duplicate entry",
    "check that it exists",
    "invalid input ",
    "too long for ",
    "out of range",
    "numeric field overflow",
    "is of type ",
    "cannot be matched",
    "cannot cast type",
    "no unique ",
    "ON CONFLICT clause",
    "no partition of relation",
    "cannot store ",
    "datatype mismatch",
    "Error converting field",
    "Inconsistent column data",
    "decoding column",
    "no column found",
    "missing column [",
    "missing table [",
    "missing sequence [",
    "wrong column type",
    "was not found in this ResultSet",
    "not among the defined enum values",
    "Scan error on column",
];

fn message(phrase: &Phrase, captures: &Captures<'_>) -> Message {
    let get = |name: &str| captures.name(name).map(|found| found.as_str().to_owned()).filter(|text| !text.is_empty());
    let mut message = Message::new(phrase.kind, phrase.engine, phrase.code);
    message.table = get("table");
    message.path.extend(get("schema"));
    message.columns.extend(get("column"));
    if let Some(list) = get("columns") {
        message.columns.extend(list.split(',').map(bare).filter(|name| !name.is_empty()));
    }
    message.type_name = get("type");
    message.value = get("value");
    message.constraint = get("constraint");
    message.check = get("check");
    message.function = get("function");
    if let Some(path) = get("path") {
        let mut parts = dotted(&path);
        let name = parts.pop();
        match phrase.kind {
            ErrorKind::UnknownTable | ErrorKind::MissingSequence => message.table = name,
            ErrorKind::MissingFunction => message.function = name,
            ErrorKind::MissingType | ErrorKind::MissingEnumValue => message.type_name = name,
            ErrorKind::UnknownColumn
            | ErrorKind::UnknownSchema
            | ErrorKind::MissingUnique
            | ErrorKind::NotNull
            | ErrorKind::TypeMismatch
            | ErrorKind::ValueTooLong
            | ErrorKind::ValueOutOfRange
            | ErrorKind::FkViolation
            | ErrorKind::UniqueViolation
            | ErrorKind::CheckViolation => message.columns.extend(name),
        }
        message.path.extend(parts);
    }
    for list in [&mut message.path, &mut message.columns] {
        list.iter_mut().for_each(|name| *name = bare(name));
    }
    message.engine = match phrase.engine {
        Some(Engine::MySql) => Some(mysql::family(captures)),
        engine => engine,
    };
    message
}

/// The parts of a name with dots; a dot inside quotes is part of the name.
pub(super) fn dotted(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in path.chars() {
        match (quote, c) {
            (None, '"' | '`') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '.') => parts.push(String::new()),
            (None | Some(_), c) => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A name without the quotes around it.
pub(super) fn bare(name: &str) -> String {
    name.trim().trim_matches(|c| matches!(c, '"' | '`' | '\'' | '[' | ']')).to_owned()
}

/// The kind of error that a code stands for, with the engine: codes are what stays when the words are in another
/// language.
pub(super) fn kind_of_code(code: &str) -> Option<(ErrorKind, Engine)> {
    let of = |phrases: &[Phrase]| phrases.iter().find(|phrase| phrase.code == code).map(|phrase| phrase.kind);
    of(postgres::PHRASES)
        .map(|kind| (kind, Engine::Postgres))
        .or_else(|| of(mysql::PHRASES).or_else(|| mysql::kind_of_sqlstate(code)).map(|kind| (kind, Engine::MySql)))
}

/// The SQLSTATE behind the name that PostgreSQL's appendix A gives an error, as drivers name their exceptions.
pub(super) fn code_of_class(class: &str) -> Option<&'static str> {
    postgres::CLASSES.iter().find(|(name, _)| *name == class).map(|(_, code)| *code)
}
