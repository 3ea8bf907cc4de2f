//! One error in a log: the message, and what stands around it in its record, brought to plain text.
//!
//! Logs escape: a JSON logger writes `\"` and `\n`, another program writes that log into a JSON string again.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::code;
use super::phrase::{self, Match, Message, regex};
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
    let foreign =
        code::find(text).into_iter().filter(|foreign| !found.iter().any(|known| tells_the_same(text, known, foreign)));
    found.extend(foreign.collect::<Vec<_>>());
    found.sort_by_key(|found| found.start);
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
    let Match { start, end, mut message } = found;
    let behind = &text[end..after.max(end)];
    if let Some(key) = KEY.captures(behind)
        && message.columns.is_empty()
    {
        message.columns = key[1].split(',').map(phrase::bare).collect();
    }
    let line_start = text[..start].rfind('\n').map_or(0, |index| index + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |index| end + index);
    let statement = statement(&message, behind)
        .or_else(|| statement(&message, &text[line_start..line_end]))
        .or_else(|| statement(&message, &text[before..start]));
    if message.columns.is_empty()
        && let (Some(statement), Some(column)) = (&statement, pointed_at(behind))
        && statement.relation(&column).is_none()
    {
        message.columns.push(column);
    }
    let hint = HINT.captures(behind).map(|found| found[1].trim().to_owned());
    Record { message, statement, hint, text: text[start..end].to_owned(), repeats: false }
}

/// `Key (customer_id)=(999) is not present`, and `already exists`.
static KEY: LazyLock<Regex> = LazyLock::new(|| regex(r"Key \(([^)]+)\)=\("));

/// The server's own proposal.
static HINT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)hint:\s*(perhaps you meant[^\n]*)"));

/// Where SQL can start in a log: `[SQL: SELECT`, `LINE 1: ...`, `sql: 'INSERT`, a line of its own.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:LINE \d+: (?:\.\.\.)?)|\b(?:SELECT|select|INSERT|insert|UPDATE|update|DELETE FROM|delete from|WITH|with|REPLACE INTO|MERGE INTO|TRUNCATE|ALTER TABLE)\s",
    )
});

/// The statement in `text` that the message speaks of: a whole one before an excerpt.
fn statement(message: &Message, text: &str) -> Option<Statement> {
    let mut excerpt = None;
    for found in SQL.find_iter(text).take(20) {
        let is_excerpt = found.as_str().starts_with("LINE");
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

/// The name under the caret of a `LINE 1:` excerpt, or left of the operator that it points at.
fn pointed_at(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("LINE "));
    let (excerpt, caret) = (lines.next()?, lines.next()?);
    let at = caret.chars().position(|c| c == '^')?;
    let chars: Vec<char> = excerpt.chars().collect();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.' | '$');
    let mut end = at.min(chars.len());
    let start_of = |end: usize| chars[..end].iter().rposition(|c| !is_name(*c)).map_or(0, |index| index + 1);
    // The caret stands at an operator or at a value: the column is the operand to its left.
    while end > 0 && !is_name(chars[end - 1]) {
        end -= 1;
    }
    let name: String = chars[start_of(end)..end].iter().collect();
    let name = phrase::dotted(&name).pop()?;
    let is_column = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.eq_ignore_ascii_case("values");
    is_column.then_some(name)
}
