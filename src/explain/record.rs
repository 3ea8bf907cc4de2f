//! One error in a log: the message, and what stands around it in its record, brought to plain text.
//!
//! Logs escape: a JSON logger writes `\"` and `\n`, another program writes that log into a JSON string again.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::foreign;
use super::kind::ErrorKind;
use super::phrase::{self, Match, Message, regex};
use super::place::{self, Parameter, Place};
use super::statement::Statement;

/// An error as its record tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What the message says, with what the lines around it add.
    pub message: Message,
    /// The statement that failed, where the record shows it.
    pub statement: Option<Statement>,
    /// What the server proposes, as in `Perhaps you meant to reference the column "orders.status"`.
    pub hint: Option<String>,
    /// The message, without what surrounds it.
    pub text: String,
    /// What depends on the object, where the server says so.
    pub dependents: Vec<String>,
    /// Whether it repeats the error before it: the next layer's words for it in a traceback.
    pub repeats: bool,
}

/// Text as it was before a JSON writer escaped it; twice, where it was written into JSON twice.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        if !(text.contains("\\\"") || text.contains("\\n") || text.contains("\\u00")) {
            break;
        }
        text = Cow::Owned(unescaped(&text));
    }
    text
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => {}
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                plain.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
    }
    plain
}

/// The errors in `text`, which is some lines of a log in plain form.
pub(super) fn read(text: &str) -> Vec<Record> {
    let mut found = phrase::find(text);
    let foreign = foreign::find(text)
        .into_iter()
        .filter(|foreign| !found.iter().any(|known| tells_the_same(text, known, foreign)));
    found.extend(foreign.collect::<Vec<_>>());
    found.sort_by_key(|found| found.start);
    let found = unwrapped(found);
    let places: Vec<(usize, usize)> = found.iter().map(|found| (found.start, found.end)).collect();
    let record = |(index, found): (usize, Match)| {
        let before = if index == 0 { 0 } else { places[index - 1].1 };
        let after = places.get(index + 1).map_or(text.len(), |next| next.0);
        let mut record = complete(found, text, before, after);
        record.repeats = index > 0 && is_chain(&text[before.min(places[index].0)..places[index].0]);
        record
    };
    found.into_iter().enumerate().map(record).collect()
}

/// The errors without the sentences around them, which say in which migration they were met.
fn unwrapped(found: Vec<Match>) -> Vec<Match> {
    const NEAR: usize = 3000;
    let wrappers: Vec<(usize, usize, Message)> =
        found.iter().filter(|found| found.wraps).map(|one| (one.start, one.end, one.message.clone())).collect();
    let mut met: Vec<Match> = Vec::new();
    let mut told = vec![false; wrappers.len()];
    for mut one in found {
        if one.wraps {
            met.push(one);
            continue;
        }
        let distance = |(start, end, _): &(usize, usize, Message)| {
            if *start > one.start { start.saturating_sub(one.end) * 4 } else { one.start.saturating_sub(*end) }
        };
        let nearest = wrappers.iter().enumerate().min_by_key(|(_, wrapper)| distance(wrapper));
        if let Some((index, wrapper)) = nearest
            && distance(wrapper) < NEAR
            && one.message.kind != ErrorKind::FailedMigration
        {
            told[index] = true;
            one.message.tool = wrapper.2.tool;
            if one.message.revisions.is_empty() {
                one.message.revisions.clone_from(&wrapper.2.revisions);
            }
        }
        met.push(one);
    }
    let mut index = 0;
    // Several layers of one tool wrap the same error.
    let is_told = |index: usize| told.get(index).copied().unwrap_or(false) || told.iter().any(|told| *told);
    met.retain(|one| {
        let keep = !one.wraps || !is_told(index);
        index += usize::from(one.wraps);
        keep
    });
    met
}

/// Whether a code belongs to a sentence that was understood: loggers print both, some lines apart.
fn tells_the_same(text: &str, known: &Match, foreign: &Match) -> bool {
    const NEAR: usize = 4096;
    let on_one_line = known.start < foreign.end && foreign.start < known.end
        || !text[known.end.min(foreign.end)..known.start.max(foreign.start)].contains('\n');
    let close = foreign.start < known.end + NEAR && known.start < foreign.end + 200;
    on_one_line || (known.message.kind == foreign.message.kind && close)
}

/// Whether the text between two messages joins them into one error: a traceback shows what each layer made of it.
fn is_chain(between: &str) -> bool {
    let joints = [
        "direct cause of the following exception",
        "During handling of the above exception",
        "Caused by:",
        "sqlMessage",
        "[cause]",
        "originalError",
    ];
    between.lines().count() <= 1 || joints.iter().any(|joint| between.contains(joint))
}

fn complete(found: Match, text: &str, before: usize, after: usize) -> Record {
    let Match { start, end, mut message, wraps: _ } = found;
    let behind = &text[end..after.max(end)];
    if let Some(key) = KEY.captures(behind)
        && message.columns.is_empty()
        && message.kind.is_about_column()
    {
        message.columns = key[1].split(',').map(phrase::bare).collect();
    }
    let line_start = text[..start].rfind('\n').map_or(0, |index| index + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |index| end + index);
    let statement = statement(&message, behind)
        .or_else(|| statement(&message, &text[line_start..line_end]))
        .or_else(|| statement(&message, &text[before..start]));
    if let Some(copied) = COPY.captures(behind)
        && message.columns.is_empty()
    {
        message.table = Some(phrase::bare(&copied[1]));
        message.columns.extend(copied.get(2).map(|column| column.as_str().to_owned()));
    }
    if message.columns.is_empty() && message.kind.is_about_column() {
        let column = value_column(&message, statement.as_ref(), behind);
        let is_alias = |column: &String| statement.as_ref().is_some_and(|one| one.relation(column).is_some());
        message.columns.extend(column.filter(|column| !is_alias(column)));
    }
    let mut dependents = Vec::new();
    for depends in DEPENDS.captures_iter(behind).take(20) {
        // The first of them stands behind `DETAIL:`, in whatever language.
        let name = depends[1].rsplit(":  ").next().unwrap_or(&depends[1]).trim();
        let name = name.trim_start_matches("rule _RETURN on ").to_owned();
        if let (Some(column), true) = (depends.get(2), message.columns.is_empty()) {
            message.columns.push(phrase::bare(column.as_str()));
        }
        if let (Some(table), None) = (depends.get(3), &message.table) {
            message.table = Some(phrase::bare(table.as_str()));
        }
        if !dependents.contains(&name) {
            dependents.push(name);
        }
    }
    let hint = HINT.captures(behind).map(|found| found[1].trim().to_owned());
    Record { message, statement, hint, text: text[start..end].to_owned(), dependents, repeats: false }
}

/// The column of the value, or of the operator, that an error is about: by the caret under an excerpt, by the number of
/// the parameter, or by the value among the parameters.
fn value_column(message: &Message, statement: Option<&Statement>, behind: &str) -> Option<String> {
    let is_insert = |statement: &&Statement| {
        let verb = statement.text.trim_start().get(..6).unwrap_or_default();
        verb.eq_ignore_ascii_case("insert") || verb.eq_ignore_ascii_case("replac")
    };
    let written = statement.filter(is_insert).map(|statement| statement.written.as_slice()).unwrap_or_default();
    if let Some((excerpt, byte)) = pointed_at(behind)
        && let Some(column) = place::column_of(excerpt, Place::Byte(byte), written)
    {
        return Some(column);
    }
    let statement = statement?;
    let number = PARAMETER.captures(behind).and_then(|found| found[1].parse().ok()).or(message.argument);
    if let Some(number) = number {
        return place::column_of(&statement.text, Place::Parameter(number), written);
    }
    let value = message.value.as_deref()?.trim_matches('\'');
    if let Some(shown) = PARAMETERS.captures(behind)
        && let Some(parameter) = place::parameter_of(&shown[1], value)
    {
        return match &parameter {
            Parameter::Number(number) => place::column_of(&statement.text, Place::Parameter(*number), written),
            Parameter::Name(name) => place::column_of(&statement.text, Place::Named(name), written),
        };
    }
    place::column_of(&statement.text, Place::Value(value), written)
}

/// `unnamed portal parameter $3 = 'forty'`, in a CONTEXT line.
static PARAMETER: LazyLock<Regex> = LazyLock::new(|| regex(r"portal(?: \S+)? parameter \$(\d+)"));

/// The parameters as SQLAlchemy, Hibernate's and PHP's loggers show them behind the statement.
static PARAMETERS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\[?(?:parameters|params|bindings|binds)\]?\s*[:=]\s*([\[({][^\n]{0,4000})"));

/// `COPY customers, line 3, column age: "forty"`.
static COPY: LazyLock<Regex> = LazyLock::new(|| regex(r"\bCOPY (\S+), line \d+(?:, column ([^\s:]+))?"));

/// `view names depends on column "name" of table users`, and `rule _RETURN on view names depends on column "name"`.
static DEPENDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?m)(?:DETAIL:\s+|^\s*)([^\n]{1,200}?) depends on (?:column ("[^"]+"|\w+))?(?: of (?:table|view|materialized view) (\S+))?"#,
    )
});

/// `Key (customer_id)=(999) is not present`, and `already exists`, in any language.
static KEY: LazyLock<Regex> = LazyLock::new(|| regex(r#"\s\(([\w"$]+(?:, [\w"$]+)*)\)=\("#));

/// The server's own proposal.
static HINT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)hint:\s*(perhaps you meant[^\n]*)"));

/// Where SQL can start in a log: `[SQL: SELECT`, `LINE 1: ...`, `sql: 'INSERT`, a line of its own.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:(?:LINE|ZEILE|LIGNE|LÍNEA|LINEA|LINHA|RIGA|RAD|СТРОКА|РЯДОК|行|줄|第)\s?\d+\s?行?\s?[:：] ?(?:\.\.\.)?)|\b(?:SELECT|select|INSERT|insert|UPDATE|update|DELETE FROM|delete from|WITH|with|REPLACE INTO|MERGE INTO|TRUNCATE|(?i:ALTER TABLE|CREATE TABLE|CREATE (?:UNIQUE )?INDEX|DROP TABLE))\s",
    )
});

/// The statement in `text` that the message speaks of: a whole one before an excerpt.
fn statement(message: &Message, text: &str) -> Option<Statement> {
    let mut excerpt = None;
    for found in SQL.find_iter(text).take(20) {
        let is_excerpt = found.as_str().contains(|c: char| c.is_ascii_digit());
        let cut = is_excerpt && found.as_str().ends_with("...");
        let start = if !is_excerpt {
            found.start()
        } else if cut {
            found.end() - 3
        } else {
            found.end()
        };
        let end = if is_excerpt {
            text[start..].find('\n').map_or(text.len(), |end| start + end)
        } else {
            end_of(text, start)
        };
        let Some(statement) = Statement::read(&text[start..end]) else { continue };
        let names = message.columns.iter().chain(&message.table).chain(message.path.last());
        let speaks = names.clone().next().is_none() || names.clone().any(|name| statement.mentions(name));
        match (is_excerpt, speaks) {
            (false, true) => return Some(statement),
            (true, _) => excerpt = excerpt.or(Some(statement)),
            (false, false) => {}
        }
    }
    excerpt
}

/// Where a statement that starts at `start` is over at the latest.
fn end_of(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let ends = ["]\n", "\n[parameters", "\n(Background", "\n\n", "\nTraceback", "\nCONTEXT:", "\nDETAIL:", "\nHINT:"];
    ends.iter().filter_map(|end| rest.find(end)).min().map_or(text.len(), |end| start + end)
}

/// The excerpt of a statement that has a caret under it, and the byte that the caret points at.
fn pointed_at(text: &str) -> Option<(&str, usize)> {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let caret = lines.peek().filter(|next| next.trim() == "^" && SQL.is_match(line));
        let Some(at) = caret.and_then(|caret| caret.chars().position(|c| c == '^')) else { continue };
        let byte = line.char_indices().nth(at).map(|(byte, _)| byte)?;
        let head = SQL.find(line).filter(|head| head.end() <= byte)?;
        let start = if head.as_str().ends_with("...") { head.end() - 3 } else { head.end() };
        return Some((&line[start..], byte - start));
    }
    None
}
