//! A statement, or a list of parameters, as its parts with their places: names, values, placeholders, symbols.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// A word or a quoted name.
    Name(String),
    /// A string or a number.
    Literal(String),
    /// A placeholder, with its number or name.
    Placeholder(Option<usize>, String),
    Symbol(char),
}

impl Item {
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Item::Name(name) if name.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        *self == Item::Symbol(symbol)
    }

    pub(super) fn is_operator(&self) -> bool {
        matches!(self, Item::Symbol('=' | '<' | '>' | '!' | '~' | '*' | '+' | '-' | '/' | '%' | '@' | '&' | '|' | '#'))
    }
}

/// The most parts of a statement that are looked at.
const MOST: usize = 20_000;

/// The parts of `text`, each with its place.
pub(super) fn items(text: &str) -> Vec<(Item, Range<usize>)> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if items.len() == MOST {
            break;
        }
        let rest = &text[at..];
        let (item, length) = match first {
            c if c.is_whitespace() => (None, c.len_utf8()),
            '\'' => literal(rest),
            '"' | '`' => name(rest, first),
            '%' | ':' | '$' | '?' | '@' => placeholder(rest, first),
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
                (Some(Item::Literal(rest[..end].to_owned())), end)
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(rest.len());
                (Some(Item::Name(rest[..end].to_owned())), end)
            }
            c => (Some(Item::Symbol(c)), c.len_utf8()),
        };
        items.extend(item.map(|item| (item, at..at + length)));
        at += length;
    }
    items
}

/// A string; its end may be cut off.
fn literal(rest: &str) -> (Option<Item>, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        match c {
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                text.push('\'');
            }
            '\'' => return (Some(Item::Literal(text)), index + 1),
            c => text.push(c),
        }
    }
    (Some(Item::Literal(text)), rest.len())
}

fn name(rest: &str, quote: char) -> (Option<Item>, usize) {
    match rest[1..].find(quote) {
        Some(end) => (Some(Item::Name(rest[1..=end].to_owned())), end + 2),
        None => (Some(Item::Symbol(quote)), 1),
    }
}

/// `%s`, `%(name)s`, `?`, `$3`, `:name`, `@p1`; a cast `::integer` is none.
fn placeholder(rest: &str, first: char) -> (Option<Item>, usize) {
    let word = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    if first == '?' {
        return (Some(Item::Placeholder(None, String::new())), 1);
    }
    if rest.starts_with("%s") {
        return (Some(Item::Placeholder(None, String::new())), 2);
    }
    if let Some(inner) = rest.strip_prefix("%(")
        && let Some(end) = inner.find(")s")
    {
        return (Some(Item::Placeholder(None, inner[..end].to_owned())), end + 4);
    }
    if let Some(cast) = rest.strip_prefix("::") {
        return (None, 2 + word(cast));
    }
    let end = word(&rest[1..]);
    if end == 0 || first == '%' {
        return (Some(Item::Symbol(first)), 1);
    }
    let name = &rest[1..=end];
    (Some(Item::Placeholder(name.parse().ok(), name.to_owned())), end + 1)
}
