//! The Python parser, behind one door: the only module that calls `ruff_python_parser`, so that another version (or
//! another parser) changes this file alone.
//!
//! It must not know what the code means.

use std::path::Path;
use std::sync::Arc;

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::{parse_expression, parse_module};
use ruff_text_size::{Ranged, TextSize};

/// The syntax tree's types, under the one name by which the evaluator knows them.
pub(super) use ruff_python_ast as ast;

/// A parsed file.
pub(super) struct ParsedFile {
    /// The file, as spans name it.
    pub(super) shown: Arc<Path>,
    /// Its statements.
    pub(super) body: Vec<ast::Stmt>,
    text: String,
    line_starts: Vec<u32>,
}

/// Why a text is not Python.
pub(super) struct SyntaxError {
    /// The line, from 1.
    pub(super) line: u32,
    /// The column in characters, from 1.
    pub(super) column: u32,
    /// What the parser says.
    pub(super) message: String,
}

impl ParsedFile {
    /// Parses `text`; a byte order mark is passed over.
    pub(super) fn parse(text: String, shown: impl Into<Arc<Path>>) -> Result<Self, SyntaxError> {
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let line_starts = line_starts(&text);
        match parse_module(&text) {
            Ok(parsed) => {
                if let Some(place) = too_deep(parsed.tokens()) {
                    let (line, column) = position(&text, &line_starts, place);
                    return Err(SyntaxError { line, column, message: "this nests too deeply".to_owned() });
                }
                let body = parsed.into_suite().into_iter().collect();
                Ok(ParsedFile { shown: shown.into(), body, text, line_starts })
            }
            Err(error) => {
                let (line, column) = position(&text, &line_starts, error.location.start());
                Err(SyntaxError { line, column, message: error.error.to_string() })
            }
        }
    }

    /// Whether the text has these words.
    pub(super) fn mentions(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// The line and column (in characters) of an offset, both from 1.
    pub(super) fn position(&self, offset: TextSize) -> (u32, u32) {
        position(&self.text, &self.line_starts, offset)
    }
}

/// Parses the text of a string annotation.
pub(super) fn expression(text: &str) -> Option<ast::Expr> {
    let parsed = parse_expression(text.trim()).ok()?;
    too_deep(parsed.tokens()).is_none().then(|| parsed.into_expr())
}

/// How deep the tree of a file may be, by [`too_deep`]. Python's own compiler gives up earlier.
const MOST_DEPTH: usize = 5_000;

/// Where the tree becomes so deep that functions which call themselves cannot walk it. What follows in a chain, such as
/// `a.b.c` or `a + b + c`, lies as deep as what is enclosed; the items of a list lie side by side.
fn too_deep(tokens: &Tokens) -> Option<TextSize> {
    let mut open = vec![0_usize];
    let mut sum = 0;
    for token in tokens {
        match token.kind() {
            TokenKind::Name | TokenKind::Int | TokenKind::Float | TokenKind::Complex | TokenKind::String => continue,
            TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
            TokenKind::Comma | TokenKind::Semi | TokenKind::Newline => {
                sum -= open.last_mut().map_or(0, std::mem::take);
                continue;
            }
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::Indent | TokenKind::FStringStart => {
                open.push(0);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::Dedent | TokenKind::FStringEnd
                if open.len() > 1 =>
            {
                // The whole is one link of the chain around it.
                sum -= open.pop().unwrap_or_default();
            }
            _ => {}
        }
        sum += 1;
        open.last_mut().into_iter().for_each(|length| *length += 1);
        if sum > MOST_DEPTH {
            return Some(token.start());
        }
    }
    None
}

fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
        if ends_line {
            starts.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
        }
    }
    starts
}

fn position(text: &str, line_starts: &[u32], offset: TextSize) -> (u32, u32) {
    let offset = offset.to_u32();
    let line = line_starts.partition_point(|start| *start <= offset);
    let start = line.checked_sub(1).and_then(|index| line_starts.get(index)).copied().unwrap_or(0);
    let before = text.get(start as usize..offset as usize).unwrap_or_default();
    let column = before.chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let file = ParsedFile::parse("a = 1\nb = 'ü' + c\n".into(), Path::new("m.py")).ok().unwrap();
        assert_eq!(file.position(TextSize::new(0)), (1, 1));
        assert_eq!(file.position(TextSize::new(6)), (2, 1));
        // The ü takes two bytes: byte 17 is the tenth character.
        assert_eq!(file.position(TextSize::new(17)), (2, 11));
    }

    #[test]
    fn what_nests_too_deeply_is_refused_and_what_is_long_is_not() {
        let parse = |text: String| ParsedFile::parse(text, Path::new("m.py")).err().map(|error| error.line);
        for deep in ["(", "not ", "a.", "1 + ", "f(a)(", "[x for x in ", "lambda: "] {
            let closes = deep.matches(['(', '[']).count() - deep.matches(')').count();
            let close = if deep.starts_with('[') { "]" } else { ")" };
            let text = format!("x = 1\ny = {}b{}\n", deep.repeat(6_000), close.repeat(6_000 * closes));
            assert_eq!(parse(text), Some(2), "{deep}");
        }
        for long in ["x = 1\n", "x = [1, 2]; y = f(1, a.b)\n", "if x:\n    if y:\n        pass\n"] {
            assert_eq!(parse(long.repeat(6_000)), None, "{long}");
        }
        assert_eq!(parse(format!("x = [{}]", "(1, 'a' + 'b'), ".repeat(6_000))), None);
        assert_eq!(parse(format!("x = ({})", "'a'\n".repeat(6_000))), None);
    }

    #[test]
    fn a_syntax_error_has_its_line() {
        let error = ParsedFile::parse("x = 1\nclass A(:\n    pass\n".into(), Path::new("m.py")).err().unwrap();
        assert_eq!(error.line, 2);
    }
}
