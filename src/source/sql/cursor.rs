//! Walking over the tokens of one statement. Knows quoting and nesting, and nothing of what statements mean.

use std::borrow::Cow;

use crate::model::RelationName;
use crate::sql::Statement;
use crate::sql::lex::{Token, TokenKind};

use super::literal;

/// Why a statement or a part of it could not be read, and where.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// One sentence without a final stop.
    pub message: String,
    /// Line and column, from 1.
    pub place: (u32, u32),
    /// Whether the statement is well formed and names what does not exist.
    pub is_missing: bool,
    /// The table that does not exist.
    pub table: Option<Box<RelationName>>,
    /// What is likely wrong, and what to do.
    pub hint: Option<&'static str>,
}

impl Problem {
    /// What to do: the hint, if there is one, and what holds for every problem of the kind.
    pub fn help(&self, general: &str) -> String {
        self.hint.map_or_else(|| general.to_owned(), |hint| format!("{hint}; {general}"))
    }
}

/// The outcome of reading a part of a statement.
pub(super) type Read<T> = Result<T, Problem>;

/// An identifier as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ident {
    /// Its text without quotes.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

/// A place among the tokens of a statement, or of a part of it in parentheses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    statement: &'a Statement<'a>,
    tokens: &'a [Token],
    position: usize,
    strings_as_names: bool,
    digit_names: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(statement: &'a Statement<'a>, tokens: &'a [Token], grammar: &super::Grammar) -> Self {
        Cursor {
            statement,
            tokens,
            position: 0,
            strings_as_names: grammar.strings_as_names,
            digit_names: grammar.digit_names,
        }
    }

    fn over(&self, tokens: &'a [Token]) -> Self {
        Cursor { tokens, position: 0, ..*self }
    }

    pub fn is_done(&self) -> bool {
        self.position >= self.tokens.len()
    }

    pub fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.position)
    }

    pub fn text(&self, token: &Token) -> &'a str {
        &self.statement.text[token.start..token.end]
    }

    /// The unquoted word here, if it is one.
    pub fn word(&self) -> Option<&'a str> {
        self.word_at(self.position)
    }

    fn word_at(&self, at: usize) -> Option<&'a str> {
        self.tokens.get(at).filter(|token| token.kind == TokenKind::Word).map(|token| self.text(token))
    }

    /// Whether these words, separated by spaces, stand here.
    pub fn at(&self, words: &str) -> bool {
        self.word().is_some_and(|found| self.begins(found, words))
    }

    /// Whether these words stand here, where `found` is the first of them that does.
    fn begins(&self, found: &str, words: &str) -> bool {
        let Some((first, rest)) = words.as_bytes().split_at_checked(found.len()) else { return false };
        match (first.eq_ignore_ascii_case(found.as_bytes()), rest) {
            (true, []) => true,
            (true, [b' ', ..]) => words[found.len() + 1..].split(' ').enumerate().all(|(offset, word)| {
                self.word_at(self.position + 1 + offset).is_some_and(|found| found.eq_ignore_ascii_case(word))
            }),
            (true, _) | (false, _) => false,
        }
    }

    /// Whether one of these words or phrases stands here.
    pub fn at_any(&self, phrases: &[&str]) -> bool {
        self.word().is_some_and(|found| phrases.iter().any(|phrase| self.begins(found, phrase)))
    }

    /// Passes these words if they stand here.
    pub fn eat(&mut self, words: &str) -> bool {
        let found = self.at(words);
        if found {
            self.position += words.split(' ').count();
        }
        found
    }

    pub fn at_symbol(&self, symbol: u8) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    pub fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.at_symbol(symbol);
        self.position += usize::from(found);
        found
    }

    pub fn expect(&mut self, words: &str) -> Read<()> {
        if self.eat(words) { Ok(()) } else { Err(self.problem(words)) }
    }

    /// Passes one token, whatever it is.
    pub fn skip(&mut self) {
        self.position = (self.position + 1).min(self.tokens.len());
    }

    /// Passes one token or everything in parentheses.
    pub fn skip_group(&mut self) {
        if self.at_symbol(b'(') && self.parens().is_ok() {
            return;
        }
        self.skip();
    }

    /// The text of one token or of everything in parentheses, which is passed.
    pub fn group(&mut self) -> String {
        let start = self.mark();
        self.skip_group();
        self.slice(start)
    }

    /// The text of a number with its sign, or `DEFAULT`, which is passed.
    pub fn group_signed(&mut self) -> String {
        let sign = if self.eat_symbol(b'-') { "-" } else { "" };
        format!("{sign}{}", self.group())
    }

    pub fn skip_all(&mut self) {
        self.position = self.tokens.len();
    }

    /// Where the cursor stands, to slice from later or to come back to.
    pub fn mark(&self) -> usize {
        self.position
    }

    pub fn back_to(&mut self, mark: usize) {
        self.position = mark;
    }

    /// Line and column of the token here, or of the last one.
    pub fn place(&self) -> (u32, u32) {
        match self.peek().or(self.tokens.last()) {
            Some(token) => self.statement.place(token.start, token.line),
            None => (self.statement.line, self.statement.column),
        }
    }

    /// What to say when `expected` does not stand here.
    pub fn problem(&self, expected: &str) -> Problem {
        let message = match self.peek() {
            Some(token) if token.kind == TokenKind::Symbol(0) => format!("expected {expected}, found a NUL byte"),
            Some(token) => format!("expected {expected}, found `{}`", shorten(self.text(token))),
            None => format!("expected {expected}, but the statement ends"),
        };
        let hint = self.peek().and_then(|token| match token.kind {
            TokenKind::Symbol(0) => Some("save the file as plain text: no SQL holds NUL bytes"),
            TokenKind::String if self.text(token).starts_with('"') => {
                Some("if it is meant for ANSI_QUOTES, write `SET sql_mode = 'ANSI_QUOTES';` before it")
            }
            TokenKind::String | TokenKind::Word | TokenKind::QuotedName | TokenKind::Number | TokenKind::Symbol(_) => {
                None
            }
        });
        Problem { message, place: self.place(), is_missing: false, table: None, hint }
    }

    /// An identifier.
    pub fn ident(&mut self) -> Read<Ident> {
        let ident = self.peek().and_then(|token| self.as_ident(token)).ok_or_else(|| self.problem("a name"))?;
        self.position += 1;
        // What stands before it would be half of a name.
        if self.at_symbol(0) { Err(self.problem("a name")) } else { Ok(ident) }
    }

    fn as_ident(&self, token: &Token) -> Option<Ident> {
        let text = self.text(token);
        let quoted = match token.kind {
            TokenKind::Word => return Some(Ident { text: text.to_owned(), quoted: false }),
            TokenKind::Number if self.digit_names && text.bytes().any(|byte| !byte.is_ascii_digit()) => {
                return Some(Ident { text: text.to_owned(), quoted: false });
            }
            TokenKind::QuotedName => literal::name(text),
            TokenKind::String if self.strings_as_names => literal::string(text, false),
            TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => return None,
        };
        Some(Ident { text: quoted, quoted: true })
    }

    /// The parts of a name separated by points.
    pub fn dotted(&mut self) -> Read<Vec<Ident>> {
        let mut parts = vec![self.ident()?];
        while self.at_symbol(b'.') {
            self.position += 1;
            parts.push(self.ident()?);
        }
        Ok(parts)
    }

    /// A string literal's content; neighbouring literals are one.
    pub fn string(&mut self) -> Read<String> {
        let mut content = String::new();
        let start = self.position;
        while let Some(token) = self.peek().filter(|token| token.kind == TokenKind::String) {
            content.push_str(&literal::string(self.text(token), self.statement.rules.backslash_escapes));
            self.position += 1;
        }
        if self.position == start { Err(self.problem("a string")) } else { Ok(content) }
    }

    /// A whole number with its sign.
    pub fn integer(&mut self) -> Read<i64> {
        let start = self.position;
        let negative = self.eat_symbol(b'-');
        if !negative {
            self.eat_symbol(b'+');
        }
        let value = self.peek().filter(|token| token.kind == TokenKind::Number).map(|token| self.text(token));
        let value = value.and_then(|text| text.parse::<i128>().ok());
        let value =
            value.map(|value| if negative { -value } else { value }).and_then(|value| i64::try_from(value).ok());
        match value {
            Some(value) => {
                self.position += 1;
                Ok(value)
            }
            None => {
                self.position = start;
                Err(self.problem("a whole number"))
            }
        }
    }

    /// What stands in the parentheses that open here; the cursor moves behind them.
    pub fn parens(&mut self) -> Read<Cursor<'a>> {
        if !self.at_symbol(b'(') {
            return Err(self.problem("`(`"));
        }
        let mut depth = 0usize;
        for (at, token) in self.tokens.iter().enumerate().skip(self.position) {
            if token.kind == TokenKind::Symbol(b'(') {
                depth += 1;
            } else if token.kind == TokenKind::Symbol(b')') {
                depth -= 1;
            }
            if depth == 0 {
                let inner = self.over(&self.tokens[self.position + 1..at]);
                self.position = at + 1;
                return Ok(inner);
            }
        }
        Err(Problem {
            message: "this `(` is never closed".to_owned(),
            place: self.place(),
            is_missing: false,
            table: None,
            hint: None,
        })
    }

    /// What is left, split at the commas outside parentheses and brackets. Empty parts are kept out.
    pub fn items(self) -> Vec<Cursor<'a>> {
        let mut items = Vec::new();
        let mut depth = 0i32;
        let mut start = self.position;
        for (at, token) in self.tokens.iter().enumerate().skip(self.position) {
            let TokenKind::Symbol(symbol) = token.kind else { continue };
            match symbol {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                b',' if depth == 0 => {
                    items.push(self.over(&self.tokens[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
        items.push(self.over(&self.tokens[start..]));
        items.retain(|item| !item.is_done());
        items
    }

    /// The text from `mark` to here: white space and comments between tokens shrink to one space.
    pub fn slice(&self, mark: usize) -> String {
        let mut text = String::new();
        let mut end = None;
        for token in &self.tokens[mark.min(self.position)..self.position] {
            if end.is_some_and(|end| end < token.start) {
                text.push(' ');
            }
            text.push_str(&self.spelled(token));
            end = Some(token.end);
        }
        text
    }

    fn spelled(&self, token: &Token) -> Cow<'a, str> {
        literal::spelled(self.text(token), token.kind, self.statement.rules)
    }

    /// The text of all that is left.
    pub fn rest(&self) -> String {
        let mut end = *self;
        end.skip_all();
        end.slice(self.position)
    }

    /// The text of all that is left as it was written, with its line breaks.
    pub fn rest_as_written(&self) -> String {
        let mut text = String::new();
        let mut end = self.peek().map_or(0, |first| first.start);
        for token in &self.tokens[self.position.min(self.tokens.len())..] {
            text.push_str(&self.statement.text[end..token.start]);
            text.push_str(&self.spelled(token));
            end = token.end;
        }
        text
    }

    /// Passes tokens, and groups in parentheses as one, until `stop` says that what stands here no longer belongs.
    /// The text that was passed.
    pub fn until(&mut self, stop: impl Fn(&Cursor<'a>) -> bool) -> String {
        let start = self.position;
        while !self.is_done() && !stop(self) {
            if self.at_symbol(b'[') {
                while !self.is_done() && !self.at_symbol(b']') {
                    self.skip_group();
                }
            }
            self.skip_group();
        }
        self.slice(start)
    }

    /// Whether some word, outside quotes, is one of `words`.
    pub fn mentions(&self, words: &[&str]) -> bool {
        self.tokens[self.position..].iter().any(|token| {
            token.kind == TokenKind::Word && words.iter().any(|word| self.text(token).eq_ignore_ascii_case(word))
        })
    }
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.len() == text.len() && line.chars().count() <= 40 {
        return text.to_owned();
    }
    format!("{}…", line.chars().take(40).collect::<String>())
}
