//! The sentences in which databases, drivers and frameworks tell of an error: one table for each engine, and one for
//! the frameworks and migration tools that have words of their own.
//!
//! A phrase is a regular expression with named groups: `column`, `table`, `schema`, `path` (a name with dots),
//! `columns` (a list), `type`, `value`, `constraint`, `check`, `function`, `object` (of any kind), `argument` (the number
//! of a parameter); `model` (the class of a table), `member` (a class that is taken for one) and `maybe` (a class that
//! most likely is none); `revision`, `revisions` (a list), `versions` (a list of goose's), `other` (the revision that it
//! stands beside) and `app` (what Django's revisions belong to). This module must not know of logs or schemas.

mod framework;
mod migration;
mod mysql;
mod postgres;
mod sqlite;
mod trigger;

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexSet};

use crate::model::Engine;

use super::kind::{About, ErrorKind};
use super::tool::MigrationTool;

pub(super) use trigger::triggers;

/// One sentence.
pub(super) struct Phrase {
    engine: Option<Engine>,
    kind: ErrorKind,
    code: &'static str,
    pattern: &'static str,
    tool: Option<MigrationTool>,
    /// Whether it only says where an error of the server was met.
    wraps: bool,
}

/// How far a message is about a table of the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// It is.
    #[default]
    Sure,
    /// It is, if a class of the code stands for a table.
    IfClass,
    /// It is, if a class of the code stands for a table with such a column.
    IfColumn,
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
    /// The class of the code that stands for the table.
    pub model: Option<String>,
    /// How far that is certain.
    pub certainty: Certainty,
    /// The columns.
    pub columns: Vec<String>,
    /// A type's name.
    pub type_name: Option<String>,
    /// The value that was refused.
    pub value: Option<String>,
    /// The number of the statement's parameter that was refused, from 1.
    pub argument: Option<usize>,
    /// The constraint or index.
    pub constraint: Option<String>,
    /// The text of a check.
    pub check: Option<String>,
    /// The function.
    pub function: Option<String>,
    /// An object of another kind, or of one that the message does not tell.
    pub object: Option<String>,
    /// The migration tool whose words these are, or that ran the statement.
    pub tool: Option<MigrationTool>,
    /// The revisions that it is about; of an error of the server, the migration in which it was met.
    pub revisions: Vec<String>,
    /// The revision that these stand beside: what runs before them, or names them.
    pub other: Option<String>,
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
            model: None,
            certainty: Certainty::Sure,
            columns: Vec::new(),
            type_name: None,
            value: None,
            argument: None,
            constraint: None,
            check: None,
            function: None,
            object: None,
            tool: None,
            revisions: Vec::new(),
            other: None,
        }
    }

    /// Puts a name where the kind of error has its own.
    pub(super) fn put(&mut self, name: String) {
        match self.kind.about() {
            // What a role may not use is a table, where it is not said to be something else.
            About::Object if self.kind == ErrorKind::PermissionDenied => self.table = Some(name),
            About::Relation | About::Sequence => self.table = Some(name),
            About::Function => self.function = Some(name),
            About::Type | About::Value => self.type_name = Some(name),
            About::Index | About::Extension | About::Object => self.object = Some(name),
            About::History => self.revisions.push(name),
            About::Column | About::Key | About::Schema => self.columns.push(name),
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
    /// Whether it only says where an error of the server was met.
    pub(super) wraps: bool,
}

struct Table {
    phrases: Vec<&'static Phrase>,
    set: RegexSet,
    patterns: Vec<Regex>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let servers = [framework::PHRASES, postgres::PHRASES, mysql::PHRASES, sqlite::PHRASES];
    let tables = migration::PHRASES.iter().copied().chain(servers);
    let phrases: Vec<&'static Phrase> = tables.flatten().collect();
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
        let phrase = TABLE.phrases[index];
        for captures in TABLE.patterns[index].captures_iter(text) {
            let whole = captures.get_match();
            let (start, end) = (whole.start(), whole.end());
            let is_free = found.iter().all(|other| end <= other.start || other.end <= start);
            if is_free && let Some(message) = message(phrase, &captures) {
                found.push(Match { start, end, message, wraps: phrase.wraps });
            }
        }
    }
    found.sort_by_key(|found| found.start);
    found
}

/// The numbers of goose's list, `version 2: 00002_add.sql`.
static VERSIONS: LazyLock<Regex> = LazyLock::new(|| regex(r"version (\d+):"));

/// Classes of the languages themselves, which stand for no table.
const CLASSES_OF_NO_TABLE: &[&str] = &[
    "Array",
    "BasicObject",
    "Class",
    "Complex",
    "Date",
    "DateTime",
    "Dir",
    "Enumerator",
    "Exception",
    "FalseClass",
    "File",
    "Float",
    "Hash",
    "IO",
    "Integer",
    "MatchData",
    "Method",
    "Module",
    "NilClass",
    "NoneType",
    "Object",
    "Proc",
    "Range",
    "Rational",
    "Regexp",
    "Set",
    "String",
    "Struct",
    "Symbol",
    "Thread",
    "Time",
    "TrueClass",
];

/// What a phrase says; `None` where it turns out to be no error of a database.
fn message(phrase: &Phrase, captures: &Captures<'_>) -> Option<Message> {
    let get = |name: &str| captures.name(name).map(|found| found.as_str().to_owned()).filter(|text| !text.is_empty());
    let list = |text: String| text.split(',').map(bare).filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let mut message = Message::new(phrase.kind, phrase.engine, phrase.code);
    message.tool = phrase.tool;
    message.table = get("table").map(|name| bare(&name));
    message.path.extend(get("schema"));
    message.columns.extend(get("column"));
    message.columns.extend(get("columns").map(list).unwrap_or_default());
    message.type_name = get("type");
    message.value = get("value");
    message.argument = get("argument").and_then(|number| number.parse().ok());
    message.constraint = get("constraint");
    message.check = get("check");
    message.function = get("function");
    message.object = get("object").map(|name| bare(&name));
    message.revisions = revisions(captures);
    message.other = get("other");
    for (group, certainty) in
        [("model", Certainty::Sure), ("member", Certainty::IfClass), ("maybe", Certainty::IfColumn)]
    {
        if let Some(class) = get(group) {
            message.model = Some(class);
            message.certainty = certainty;
        }
    }
    if message.model.as_deref().is_some_and(|class| CLASSES_OF_NO_TABLE.contains(&class)) {
        return None;
    }
    if let Some(path) = get("path") {
        let mut parts = dotted(&path);
        if let Some(name) = parts.pop() {
            message.put(name);
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
    Some(message)
}

/// The revisions that a sentence is about.
fn revisions(captures: &Captures<'_>) -> Vec<String> {
    let get = |name: &str| captures.name(name).map(|found| found.as_str());
    let app = get("app").map(|app| format!("{app}.")).unwrap_or_default();
    let mut found: Vec<String> = get("revision").map(|one| format!("{app}{}", bare(one))).into_iter().collect();
    // Django's list names the application behind: `0002_a, 0002_b in shop; 0003_c, 0003_d in users`.
    let listed = get("revisions").unwrap_or_default().split([',', ';', '\n']);
    let names = listed.map(|one| bare(one.split(" in ").next().unwrap_or(one))).filter(|name| !name.is_empty());
    found.extend(names);
    found.extend(VERSIONS.captures_iter(get("versions").unwrap_or_default()).map(|found| found[1].to_owned()));
    found
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
    let of = |kinds: &[(&str, ErrorKind)]| kinds.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind);
    of(postgres::KINDS)
        .map(|kind| (kind, Engine::Postgres))
        .or_else(|| of(mysql::KINDS).map(|kind| (kind, Engine::MySql)))
}

/// Every code that says the kind of error.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    postgres::KINDS.iter().chain(mysql::KINDS).map(|(code, _)| *code)
}

/// The SQLSTATE behind the name that PostgreSQL's appendix A gives an error, as drivers name their exceptions.
pub(super) fn code_of_class(class: &str) -> Option<&'static str> {
    postgres::CLASSES.iter().find(|(name, _)| *name == class).map(|(_, code)| *code)
}
