//! Splitting a script into statements, as each engine's own client does it, in one linear pass.
//!
//! The splitter must not know what a statement means, beyond what decides where it ends.

use super::Rules;
use super::lex::{Lexer, Token, TokenKind, Unterminated, tokens};

/// One statement of a script.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// Its text, from its first token, without the delimiter.
    pub text: &'a str,
    /// The line it starts on, from 1.
    pub line: u32,
    /// The column it starts at, in characters from 1.
    pub column: u32,
    /// What it is.
    pub kind: StatementKind,
    /// The lexical rules in force where it stands.
    pub rules: Rules,
}

/// What the splitter can say about a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// SQL for the server.
    Sql,
    /// A command to the client program: `\connect`, `.tables`, `source x.sql`.
    Client,
    /// SQL with a quote or comment that is never closed; it was cut at the next semicolon that ends a line.
    Unterminated,
}

impl Statement<'_> {
    /// The statement's tokens; offsets are in bytes of `text`.
    pub fn tokens(&self) -> Vec<Token> {
        tokens(self.text, self.rules).0
    }

    /// Its first word, if it begins with one: enough to know whether it is worth lexing.
    pub fn first_word(&self) -> Option<&str> {
        let token = Lexer::new(self.text, self.rules).next().ok()??;
        (token.kind == TokenKind::Word).then(|| &self.text[token.start..token.end])
    }

    /// Line and column, both from 1, of a byte offset on the line `line` (from 0) of this statement.
    pub fn place(&self, offset: usize, line: u32) -> (u32, u32) {
        let before = &self.text[..offset];
        match before.rfind('\n') {
            None => (self.line, self.column + before.chars().count() as u32),
            Some(newline) => (self.line + line, before[newline + 1..].chars().count() as u32 + 1),
        }
    }
}

/// Splits `text` into its statements. Comments between statements, empty statements, the data of `COPY … FROM stdin`
/// and the `DELIMITER` command itself are passed over.
pub fn split(text: &str, rules: Rules) -> Statements<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Statements { lexer: Lexer::new(text, rules), initial: rules, mark: (0, 1), delimiter: ";", recoveries: 0 }
}

/// The statements of a script, in order.
#[derive(Clone, Debug)]
pub struct Statements<'a> {
    lexer: Lexer<'a>,
    initial: Rules,
    /// A place before the next statement, and the column there.
    mark: (usize, u32),
    delimiter: &'a str,
    recoveries: u32,
}

/// How often a script may be picked up again after an unclosed quote, so that a binary file stays linear.
const MAX_RECOVERIES: u32 = 64;

impl<'a> Iterator for Statements<'a> {
    type Item = Statement<'a>;

    fn next(&mut self) -> Option<Statement<'a>> {
        loop {
            self.lexer.reset();
            if self.lexer.skip_blanks().is_err() {
                // A comment that is never closed holds the rest of the file, to every engine.
                return self.rest(self.lexer.pos);
            }
            if self.lexer.pos >= self.lexer.text.len() {
                return None;
            }
            if self.skip_delimiter() {
                continue;
            }
            if let Some(length) = self.client_command() {
                match self.client(length) {
                    Some(statement) => return Some(statement),
                    None => continue,
                }
            }
            return Some(self.sql());
        }
    }
}

impl<'a> Statements<'a> {
    fn skip_delimiter(&mut self) -> bool {
        // A lone semicolon is an empty statement under any delimiter.
        for delimiter in [self.delimiter, ";"] {
            if self.lexer.starts_with(delimiter) {
                self.lexer.advance_to(self.lexer.pos + delimiter.len());
                return true;
            }
        }
        false
    }

    fn rest(&mut self, start: usize) -> Option<Statement<'a>> {
        let statement = self.statement(start, self.lexer.text.len(), self.lexer.line, StatementKind::Unterminated);
        self.lexer.advance_to(self.lexer.text.len());
        Some(statement)
    }

    fn statement(&mut self, start: usize, end: usize, line: u32, kind: StatementKind) -> Statement<'a> {
        let text = self.lexer.text;
        let passed = &text[self.mark.0..start];
        let column = match passed.rfind('\n') {
            None => self.mark.1 + passed.chars().count() as u32,
            Some(newline) => passed[newline + 1..].chars().count() as u32 + 1,
        };
        self.mark = (start, column);
        Statement { text: text[start..end].trim_end(), line: line + 1, column, kind, rules: self.lexer.rules }
    }

    /// The length of a client command that starts here.
    fn client_command(&self) -> Option<usize> {
        let rules = &self.lexer.rules;
        let rest = &self.lexer.text[self.lexer.pos..];
        let first = rest.as_bytes().first()?;
        let is_command = (rules.psql_commands && *first == b'\\')
            || (rules.dot_commands && *first == b'.')
            || (rules.mysql_commands
                && (*first == b'\\' || first_word_is(rest, "delimiter") || first_word_is(rest, "source")));
        is_command.then(|| rest.lines().next().map_or(0, str::len))
    }

    fn client(&mut self, length: usize) -> Option<Statement<'a>> {
        let (start, line) = (self.lexer.pos, self.lexer.line);
        let text = &self.lexer.text[start..start + length];
        let statement = self.statement(start, start + length, line, StatementKind::Client);
        self.lexer.advance_to(start + length);
        let mut words = text.split_ascii_whitespace();
        let command = words.next().unwrap_or("");
        if self.lexer.rules.mysql_commands && command.eq_ignore_ascii_case("delimiter") {
            self.delimiter = words.next().unwrap_or(";");
            self.lexer.stop = (self.delimiter != ";").then_some(self.delimiter);
            return None;
        }
        Some(statement)
    }

    fn sql(&mut self) -> Statement<'a> {
        let (start, line) = (self.lexer.statement_start(), self.lexer.line);
        let mut body = Body::default();
        let mut end = start;
        loop {
            if let Err(Unterminated { .. }) = self.lexer.skip_blanks() {
                return self.recover(start, line);
            }
            let at = self.lexer.pos;
            if at >= self.lexer.text.len() {
                return self.finish(start, end, line);
            }
            if self.lexer.starts_with(self.delimiter) && (self.delimiter != ";" || !body.holds()) {
                let statement = self.finish(start, end, line);
                self.lexer.advance_to(at + self.delimiter.len());
                self.skip_copy_data(&statement);
                return statement;
            }
            if self.lexer.rules.psql_commands && self.lexer.starts_with("\\") {
                // `\g`, `\gexec` and the like end the statement; the loop above reads them as a command.
                return self.finish(start, end, line);
            }
            match self.lexer.next() {
                Ok(Some(token)) => {
                    end = token.end;
                    body.see(token, &self.lexer.text[token.start..token.end], &self.lexer.rules);
                }
                Ok(None) => return self.finish(start, end, line),
                Err(Unterminated { .. }) => return self.recover(start, line),
            }
        }
    }

    fn finish(&mut self, start: usize, end: usize, line: u32) -> Statement<'a> {
        let statement = self.statement(start, end, line, StatementKind::Sql);
        self.follow_settings(statement.text);
        statement
    }

    /// An unclosed quote: the statement ends at the first semicolon that ends a line, and reading goes on after it.
    fn recover(&mut self, start: usize, line: u32) -> Statement<'a> {
        self.recoveries += 1;
        let rest = &self.lexer.text[start..];
        let end = match self.recoveries > MAX_RECOVERIES {
            true => None,
            false => line_end_semicolon(rest),
        };
        let end = end.map_or(self.lexer.text.len(), |length| start + length);
        self.lexer.pos = start;
        self.lexer.line = line;
        let statement = self.statement(start, end, line, StatementKind::Unterminated);
        self.lexer.advance_to(end);
        statement
    }

    /// Passes the rows that follow `COPY … FROM stdin;` up to the line `\.`.
    fn skip_copy_data(&mut self, statement: &Statement<'a>) {
        if !self.lexer.rules.psql_commands || !first_word_is(statement.text, "copy") {
            return;
        }
        let tokens = statement.tokens();
        let word = |token: &Token| statement.text[token.start..token.end].to_ascii_lowercase();
        if !tokens.windows(2).any(|pair| word(&pair[0]) == "from" && word(&pair[1]) == "stdin") {
            return;
        }
        self.lexer.skip_line();
        let mut at = self.lexer.pos;
        for row in self.lexer.text[at..].split_inclusive('\n') {
            at += row.len();
            if row.trim_end() == "\\." {
                break;
            }
        }
        self.lexer.advance_to(at);
    }

    /// Settings that change how what follows is read.
    fn follow_settings(&mut self, text: &str) {
        let rules = self.lexer.rules;
        if text.len() > 4096 || !(first_word_is(text, "set") || first_word_is(text, "/*!40101")) {
            return;
        }
        let text = text.to_ascii_lowercase();
        if rules.mysql_commands && text.contains("sql_mode") {
            // A mode that is named to be taken out of the others.
            let taken = text.contains("replace(");
            let ansi = text.contains("ansi");
            let plain_backslash = text.contains("no_backslash_escapes");
            self.lexer.rules.double_quoted_strings = !ansi || taken;
            self.lexer.rules.backslash_escapes = !plain_backslash || taken;
        }
        if rules.psql_commands && text.contains("standard_conforming_strings") {
            let value = text.rsplit(['=', ' ']).next().unwrap_or("").trim_matches(['\'', ';']);
            let off = matches!(value, "off" | "false" | "0" | "no");
            self.lexer.rules.backslash_escapes = off || self.initial.backslash_escapes;
        }
    }
}

fn first_word_is(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text.as_bytes().get(word.len()).is_none_or(|byte| byte.is_ascii_whitespace())
}

/// The length up to and including the first semicolon that ends a line.
fn line_end_semicolon(text: &str) -> Option<usize> {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed.ends_with(';') {
            return Some(length + trimmed.len());
        }
        length += line.len();
    }
    None
}

/// Whether a semicolon may stand inside the statement that is being read.
#[derive(Clone, Debug, Default)]
struct Body {
    words: u32,
    kind: BodyKind,
    depth: u32,
    previous: Previous,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BodyKind {
    /// The first words did not decide yet.
    #[default]
    Undecided,
    /// A semicolon always ends it.
    Flat,
    /// `BEGIN … END` of a trigger or routine.
    Block,
    /// `BEGIN ATOMIC … END` of a PostgreSQL routine.
    Atomic,
    /// The actions of a PostgreSQL rule, in parentheses.
    Rule,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Previous {
    #[default]
    Other,
    Begin,
    End,
}

impl Body {
    /// Whether a semicolon here belongs to the body.
    fn holds(&self) -> bool {
        self.depth > 0
    }

    fn see(&mut self, token: Token, text: &str, rules: &Rules) {
        match token.kind {
            TokenKind::Word => self.word(text, rules),
            TokenKind::Symbol(b'(') if self.kind == BodyKind::Rule => self.depth += 1,
            TokenKind::Symbol(b')') if self.kind == BodyKind::Rule => self.depth = self.depth.saturating_sub(1),
            TokenKind::Symbol(_) | TokenKind::QuotedName | TokenKind::String | TokenKind::Number => {
                // `END` alone closed its block; what follows is another statement.
                self.previous = Previous::Other;
            }
        }
    }

    fn word(&mut self, text: &str, rules: &Rules) {
        self.words += 1;
        match self.kind {
            BodyKind::Flat | BodyKind::Rule => {}
            BodyKind::Undecided => self.decide(text, rules),
            BodyKind::Block | BodyKind::Atomic => self.nest(text),
        }
    }

    fn decide(&mut self, text: &str, rules: &Rules) {
        let word = text.to_ascii_uppercase();
        self.kind = match word.as_str() {
            "CREATE" if self.words == 1 => BodyKind::Undecided,
            _ if self.words == 1 => BodyKind::Flat,
            "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT" | "PACKAGE" if rules.block_bodies => BodyKind::Block,
            "FUNCTION" | "PROCEDURE" => BodyKind::Atomic,
            "RULE" if rules.psql_commands => BodyKind::Rule,
            "TABLE" | "VIEW" | "INDEX" | "TYPE" | "SCHEMA" | "DATABASE" | "SEQUENCE" => BodyKind::Flat,
            _ if self.words > 16 => BodyKind::Flat,
            _ => BodyKind::Undecided,
        };
    }

    fn nest(&mut self, text: &str) {
        let previous = std::mem::take(&mut self.previous);
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if previous == Previous::Begin && self.kind == BodyKind::Atomic && is("ATOMIC") {
            self.depth = 1;
        } else if is("BEGIN") {
            self.previous = Previous::Begin;
            if self.kind == BodyKind::Block || self.depth > 0 {
                self.depth += 1;
            }
        } else if is("CASE") && previous != Previous::End {
            if self.depth > 0 {
                self.depth += 1;
            }
        } else if is("END") {
            self.depth = self.depth.saturating_sub(1);
            self.previous = Previous::End;
        } else if previous == Previous::End && ["IF", "LOOP", "WHILE", "REPEAT", "FOR"].iter().any(|word| is(word)) {
            // `END IF` closes something that was not counted when it opened.
            self.depth += 1;
        }
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
