//! Tokens of SQL text with their places: enough to split statements and to read DDL, for every engine.
//!
//! Tokens hold no text of their own: what was written is always sliced from the source. This module must not know
//! what statements mean.

use super::Rules;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name: `"…"`, `` `…` `` or `[…]`.
    QuotedName,
    /// A string literal of any form, with its prefix.
    String,
    /// A number; MySQL's names that start with a digit are read as this too.
    Number,
    /// One character of punctuation or of an operator.
    Symbol(u8),
}

/// One token. Offsets are in bytes of the text that was lexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The line it starts on, counted from 0 at the start of the text.
    pub line: u32,
}

/// Why a token could not be read: its closing quote or comment mark is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unterminated {
    /// Where it starts.
    pub start: usize,
}

/// A position in text, advanced token by token.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    pub text: &'a str,
    pub rules: Rules,
    pub pos: usize,
    pub line: u32,
    /// How many conditional comments are open.
    conditional: u32,
    /// Where the outermost open conditional comment starts.
    conditional_start: Option<usize>,
    /// A text that ends words too: the delimiter that a script has chosen.
    pub stop: Option<&'a str>,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str, rules: Rules) -> Self {
        Lexer { text, rules, pos: 0, line: 0, conditional: 0, conditional_start: None, stop: None }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    pub fn starts_with(&self, prefix: &str) -> bool {
        self.bytes()[self.pos..].starts_with(prefix.as_bytes())
    }

    /// Forgets open conditional comments: a new statement begins.
    pub fn reset(&mut self) {
        self.conditional = 0;
        self.conditional_start = None;
    }

    /// Where a statement starts that begins here: at the mark of a conditional comment that is still open, if any.
    pub fn statement_start(&self) -> usize {
        self.conditional_start.unwrap_or(self.pos)
    }

    /// Moves to `end`, counting lines.
    pub fn advance_to(&mut self, end: usize) {
        let passed = &self.bytes()[self.pos..end];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u32;
        self.pos = end;
    }

    /// Passes white space and comments, and the marks of conditional comments whose content counts.
    pub fn skip_blanks(&mut self) -> Result<(), Unterminated> {
        while let Some(byte) = self.byte(self.pos) {
            let next = self.byte(self.pos + 1);
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b'\x0b' | b'\x0c' => self.advance_to(self.pos + 1),
                b'-' if next == Some(b'-') && self.dashes_start_comment() => self.skip_line(),
                b'#' if self.rules.hash_comments => self.skip_line(),
                b'/' if next == Some(b'*') => self.block_comment()?,
                b'*' if next == Some(b'/') && self.conditional > 0 => {
                    self.conditional -= 1;
                    self.pos += 2;
                    if self.conditional == 0 {
                        self.conditional_start = None;
                    }
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn dashes_start_comment(&self) -> bool {
        // MySQL wants white space after the dashes: `5--3` is arithmetic there.
        !self.rules.hash_comments || self.byte(self.pos + 2).is_none_or(|byte| byte.is_ascii_whitespace())
    }

    /// Moves to the end of the line, before its newline.
    pub fn skip_line(&mut self) {
        let rest = &self.text[self.pos..];
        self.pos += rest.find('\n').unwrap_or(rest.len());
    }

    fn block_comment(&mut self) -> Result<(), Unterminated> {
        let start = self.pos;
        if self.rules.conditional_version.is_some() {
            let mark = if self.rules.mariadb_comments && self.starts_with("/*M!") { 4 } else { 3 };
            if mark == 4 || self.starts_with("/*!") {
                let digits = self.bytes()[start + mark..].iter().take(6).take_while(|b| b.is_ascii_digit()).count();
                // Fewer than five digits are no version.
                let digits = if digits < 5 { 0 } else { digits };
                let version = self.text[start + mark..start + mark + digits].parse().ok();
                if self.rules.conditional_counts(version, mark == 4) {
                    self.conditional += 1;
                    self.conditional_start.get_or_insert(start);
                    self.pos = start + mark + digits;
                    return Ok(());
                }
            }
        }
        let mut depth = 0u32;
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            match (byte, self.byte(at + 1)) {
                (b'/', Some(b'*')) if depth == 0 || self.rules.nested_comments => {
                    depth += 1;
                    at += 2;
                }
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.advance_to(at);
                        return Ok(());
                    }
                }
                _ => at += 1,
            }
        }
        Err(Unterminated { start })
    }

    /// The next token after blanks; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Token>, Unterminated> {
        self.skip_blanks()?;
        let start = self.pos;
        let Some(first) = self.byte(start) else { return Ok(None) };
        let (kind, end) = self.scan(first, start)?;
        let token = Token { kind, start, end, line: self.line };
        match kind {
            TokenKind::String | TokenKind::QuotedName => self.advance_to(end),
            TokenKind::Word | TokenKind::Number | TokenKind::Symbol(_) => self.pos = end,
        }
        Ok(Some(token))
    }

    fn scan(&self, first: u8, start: usize) -> Result<(TokenKind, usize), Unterminated> {
        let rules = &self.rules;
        let next = self.byte(start + 1);
        Ok(match first {
            b'\'' => (TokenKind::String, self.quoted(start, start, b'\'', rules.backslash_escapes)?),
            b'"' if rules.double_quoted_strings => {
                (TokenKind::String, self.quoted(start, start, b'"', rules.backslash_escapes)?)
            }
            b'"' => (TokenKind::QuotedName, self.quoted(start, start, b'"', false)?),
            b'`' if rules.backtick_names => (TokenKind::QuotedName, self.quoted(start, start, b'`', false)?),
            b'[' if rules.bracket_names => (TokenKind::QuotedName, self.quoted(start, start, b']', false)?),
            b'$' if rules.dollar_strings => match self.dollar_string(start)? {
                Some(end) => (TokenKind::String, end),
                None => (TokenKind::Symbol(b'$'), start + 1),
            },
            b'0'..=b'9' => (TokenKind::Number, self.number(start)),
            b'.' if next.is_some_and(|b| b.is_ascii_digit()) && !self.follows_name(start) => {
                (TokenKind::Number, self.number(start))
            }
            _ if is_word_start(first) || (first == b'@' && rules.hash_comments) => self.word_or_prefixed(start)?,
            _ => (TokenKind::Symbol(first), start + 1),
        })
    }

    /// Whether the character before is the end of a name: the point of `a.1b` is no decimal point.
    fn follows_name(&self, start: usize) -> bool {
        let before = start.checked_sub(1).and_then(|at| self.byte(at));
        before.is_some_and(|byte| is_word_part(byte) || matches!(byte, b'"' | b'`' | b']'))
    }

    /// The end of a quoted text that is opened at `open`.
    fn quoted(&self, start: usize, open: usize, close: u8, escapes: bool) -> Result<usize, Unterminated> {
        let bytes = self.bytes();
        let mut at = open + 1;
        while let Some(byte) = bytes.get(at) {
            if *byte == close {
                // A doubled quote stands for itself, except for `]`.
                if close != b']' && bytes.get(at + 1) == Some(&close) {
                    at += 2;
                    continue;
                }
                return Ok(at + 1);
            }
            at += if *byte == b'\\' && escapes { 2 } else { 1 };
        }
        Err(Unterminated { start })
    }

    fn dollar_string(&self, start: usize) -> Result<Option<usize>, Unterminated> {
        let bytes = self.bytes();
        let tag = bytes[start + 1..].iter().take_while(|byte| is_word_part(**byte) && **byte != b'$').count();
        let opens = bytes.get(start + 1 + tag) == Some(&b'$') && !bytes.get(start + 1).is_some_and(u8::is_ascii_digit);
        if !opens {
            return Ok(None);
        }
        let mark = &self.text[start..start + tag + 2];
        let body = start + mark.len();
        match self.text[body..].find(mark) {
            Some(length) => Ok(Some(body + length + mark.len())),
            None => Err(Unterminated { start }),
        }
    }

    fn number(&self, start: usize) -> usize {
        let bytes = self.bytes();
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            let signed_exponent = matches!(byte, b'+' | b'-')
                && matches!(bytes[at - 1], b'e' | b'E')
                && !bytes[start..].starts_with(b"0x")
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if !(is_word_part(*byte) || *byte == b'.' || signed_exponent) || self.stops(at) {
                break;
            }
            at += 1;
        }
        at
    }

    fn stops(&self, at: usize) -> bool {
        self.stop.is_some_and(|stop| self.bytes()[at..].starts_with(stop.as_bytes()))
    }

    fn word_or_prefixed(&self, start: usize) -> Result<(TokenKind, usize), Unterminated> {
        let bytes = self.bytes();
        let mut end = start + 1;
        while let Some(byte) = bytes.get(end) {
            if !(is_word_part(*byte) || (*byte == b'@' && bytes[start] == b'@')) || self.stops(end) {
                break;
            }
            end += 1;
        }
        let word = &self.text[start..end];
        if bytes.get(end) == Some(&b'\'') && word.len() == 1 {
            let escapes = match word {
                "e" | "E" if self.rules.escape_strings => true,
                "n" | "N" => self.rules.backslash_escapes,
                "x" | "X" | "b" | "B" => false,
                _ => return Ok((TokenKind::Word, end)),
            };
            return Ok((TokenKind::String, self.quoted(start, end, b'\'', escapes)?));
        }
        if matches!(word, "u" | "U") && self.rules.dollar_strings && bytes.get(end) == Some(&b'&') {
            match bytes.get(end + 1) {
                Some(b'\'') => return Ok((TokenKind::String, self.quoted(start, end + 1, b'\'', false)?)),
                Some(b'"') => return Ok((TokenKind::QuotedName, self.quoted(start, end + 1, b'"', false)?)),
                _ => {}
            }
        }
        Ok((TokenKind::Word, end))
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 || byte == b'$'
}

fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The tokens of one statement or expression. What stands behind an unterminated quote is left out, and
/// the flag says so.
pub fn tokens(text: &str, rules: Rules) -> (Vec<Token>, bool) {
    let mut lexer = Lexer::new(text, rules);
    let mut tokens = Vec::new();
    loop {
        match lexer.next() {
            Ok(Some(token)) => tokens.push(token),
            Ok(None) => return (tokens, true),
            Err(Unterminated { .. }) => return (tokens, false),
        }
    }
}
