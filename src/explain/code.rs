//! Errors whose words are in another language: the code says the kind, what the sentence quotes are the names.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::Engine;

use super::kind::ErrorKind;
use super::phrase::{self, Match, Message, regex};

/// Codes as drivers print them.
static CODES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"SQLSTATE(?:\[|[:= ]\s?)["']?([0-9A-Z]{5})"#,
        r#"(?i:"?(?:code|sqlstate|sql_?state)"?)\s*[:=]\s*["']([0-9A-Z]{5})["']"#,
        r"(?:ERROR|Error|error|errno:?|FEHLER|ERREUR)\s+(\d{4})\b",
        r#"\((\d{4}), ["']"#,
        r"(?:^|[\s:])([0-9][0-9A-Z]{4}): ",
    ]
    .map(regex)
    .into()
});

static CLASS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:errors|exceptions|PG)(?:\.|::)([A-Z]\w+?)(?:Error)?\b"));

/// Names as servers of other languages quote them.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"«\s*([^«»\n]+?)\s*»|»([^«»\n]+)«|„([^„“”\n]+)[“”]|“([^“”\n]+)”|"([^"\n]+)"|'([^'\n]+)'|`([^`\n]+)`"#)
});

static PATH: LazyLock<Regex> = LazyLock::new(|| regex(r"[\p{L}_][\w$]*(?:\.[\p{L}_][\w$]*)+"));

/// Every line of `text` that has the code of an error.
pub(super) fn find(text: &str) -> Vec<Match> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((code, kind, engine, place)) = code_in(line) {
            let (from, to, sentence) = sentence(text, start, line, place);
            let mut message = Message::new(kind, Some(engine), code);
            named(&mut message, &names(sentence));
            found.push(Match { start: from, end: to, message });
        }
        start += line.len();
    }
    found
}

/// The code in a line, and where it ends.
fn code_in(line: &str) -> Option<(String, ErrorKind, Engine, usize)> {
    let known = |code: &str, end: usize| {
        let (kind, engine) = phrase::kind_of_code(code)?;
        Some((code.to_owned(), kind, engine, end))
    };
    let codes = CODES.iter().flat_map(|pattern| pattern.captures_iter(line));
    let by_code = codes.filter_map(|found| known(&found[1], found.get_match().end())).next();
    by_code.or_else(|| {
        let mut classes = CLASS.captures_iter(line);
        classes.find_map(|found| known(phrase::code_of_class(&found[1])?, found.get_match().end()))
    })
}

/// The sentence that belongs to a code: behind it, before it, or on a line above where the code stands alone.
fn sentence<'a>(text: &'a str, start: usize, line: &'a str, end_of_code: usize) -> (usize, usize, &'a str) {
    let end = start + line.trim_end().len();
    let behind = &text[(start + end_of_code).min(end)..end];
    if QUOTED.is_match(behind) || PATH.is_match(behind) {
        return (start, end, behind);
    }
    if line.chars().filter(|c| c.is_alphabetic()).count() > 30 {
        return (start, end, line);
    }
    let mut above = start;
    for candidate in text[..start].lines().rev().take(30) {
        above = above.saturating_sub(candidate.len() + 1);
        let is_frame = candidate.trim_start().starts_with("at ");
        if !is_frame && (QUOTED.is_match(candidate) || PATH.is_match(candidate)) {
            return (above, end, candidate);
        }
    }
    (start, end, line)
}

/// The names that a sentence quotes; without quotes, what has dots.
fn names(sentence: &str) -> Vec<String> {
    let quoted = QUOTED.captures_iter(sentence);
    let names =
        quoted.filter_map(|found| (1..=7).find_map(|group| found.get(group)).map(|name| name.as_str().to_owned()));
    let names: Vec<String> = names.collect();
    if names.is_empty() { PATH.find_iter(sentence).map(|path| path.as_str().to_owned()).collect() } else { names }
}

/// Puts the names of a foreign sentence where the kind of error has them.
fn named(message: &mut Message, names: &[String]) {
    let Some(first) = names.first() else { return };
    let mut parts = phrase::dotted(first);
    let name = parts.pop().unwrap_or_default();
    match message.kind {
        ErrorKind::UnknownTable | ErrorKind::MissingSequence => message.table = Some(name),
        ErrorKind::UnknownSchema => parts.push(name),
        ErrorKind::MissingType => message.type_name = Some(name),
        ErrorKind::MissingEnumValue | ErrorKind::ValueTooLong => message.value = names.last().cloned(),
        ErrorKind::MissingFunction => message.function = Some(name),
        ErrorKind::UnknownColumn | ErrorKind::NotNull | ErrorKind::TypeMismatch | ErrorKind::ValueOutOfRange => {
            message.columns.push(name);
            message.table = names.get(1).cloned();
        }
        ErrorKind::FkViolation | ErrorKind::CheckViolation => {
            message.table = Some(name);
            message.constraint = names.get(1).cloned();
        }
        ErrorKind::UniqueViolation | ErrorKind::MissingUnique => message.constraint = Some(name),
    }
    message.path = parts;
}
