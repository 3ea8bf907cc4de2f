//! The tokens of short SQL texts such as types. Text in, tokens out; what they mean is for the dialects.

use crate::model::Reason;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word as written: a keyword or an identifier without quotes.
    Word(String),
    /// A quoted identifier's content.
    Quoted(String),
    /// A string literal's content.
    Text(String),
    /// A number as written, with its sign.
    Number(String),
    /// Any other character.
    Symbol(char),
}

impl Token {
    /// Whether this is the unquoted word `keyword`, given in lower case.
    pub fn is_word(&self, keyword: &str) -> bool {
        matches!(self, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Whether this is the character `symbol`.
    pub fn is_symbol(&self, symbol: char) -> bool {
        matches!(self, Token::Symbol(found) if *found == symbol)
    }
}

/// How an engine quotes inside such texts.
#[derive(Clone, Copy, Debug)]
pub struct Quoting {
    /// The characters that enclose identifiers; `[` is closed by `]`.
    pub identifiers: &'static [char],
    /// The characters that enclose strings.
    pub strings: &'static [char],
    /// Whether a backslash escapes the next character of a string.
    pub backslash: bool,
}

/// Splits `text` into tokens.
///
/// # Errors
/// When a quote is not closed.
pub fn tokens(text: &str, quoting: Quoting) -> Result<Vec<Token>, Reason> {
    let mut rest = text.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = if quoting.identifiers.contains(&first) {
            let (content, length) = quoted(rest, false, text)?;
            tokens.push(Token::Quoted(content));
            length
        } else if quoting.strings.contains(&first) {
            let (content, length) = quoted(rest, quoting.backslash, text)?;
            tokens.push(Token::Text(content));
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..length].to_owned()));
            length
        } else if first.is_ascii_digit() || (first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let digits = rest[1..].find(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(rest.len(), |at| at + 1);
            tokens.push(Token::Number(rest[..digits].to_owned()));
            digits
        } else {
            tokens.push(Token::Symbol(first));
            first.len_utf8()
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Whether two texts are the same but for blanks, the case of keywords and quotes around identifiers that do not need
/// them.
pub fn same_tokens(one: &str, other: &str, quoting: Quoting) -> bool {
    let folded = |text: &str| {
        let fold = |token: Token| match token {
            Token::Word(word) => Token::Word(word.to_lowercase()),
            Token::Quoted(name) if name == name.to_lowercase() => Token::Word(name),
            other => other,
        };
        tokens(text, quoting).map(|tokens| tokens.into_iter().map(fold).collect::<Vec<_>>())
    };
    match (folded(one), folded(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// The content of the quoted text at the start of `rest`, and the length of the whole in bytes.
fn quoted(rest: &str, backslash: bool, whole: &str) -> Result<(String, usize), Reason> {
    let mut chars = rest.char_indices().peekable();
    let close = match chars.next() {
        Some((_, '[')) => ']',
        Some((_, open)) => open,
        None => return Err(Reason::new("the text is empty")),
    };
    let mut content = String::new();
    while let Some((at, c)) = chars.next() {
        if c == close {
            if close != ']' && chars.peek().is_some_and(|(_, next)| *next == close) {
                content.push(c);
                chars.next();
            } else {
                return Ok((content, at + c.len_utf8()));
            }
        } else if backslash && c == '\\' {
            if let Some((_, escaped)) = chars.next() {
                // Before these the backslash stays: it is for LIKE.
                content.extend(matches!(escaped, '%' | '_').then_some(c));
                content.push(unescape(escaped));
            }
        } else {
            content.push(c);
        }
    }
    Err(Reason::new(format!("a quote is not closed in `{whole}`")))
}

/// What a character after a backslash stands for (MySQL manual, "String Literals").
fn unescape(c: char) -> char {
    match c {
        '0' => '\0',
        'b' => '\u{8}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\u{1a}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MYSQL: Quoting = Quoting { identifiers: &['`'], strings: &['\'', '"'], backslash: true };

    #[test]
    fn words_numbers_and_quotes() {
        let word = |text: &str| Token::Word(text.into());
        assert_eq!(
            tokens("numeric (3,-2)", MYSQL).unwrap(),
            vec![
                word("numeric"),
                Token::Symbol('('),
                Token::Number("3".into()),
                Token::Symbol(','),
                Token::Number("-2".into()),
                Token::Symbol(')'),
            ]
        );
        assert_eq!(tokens(r"'it''s \'x\\'", MYSQL).unwrap(), vec![Token::Text(r"it's 'x\".into())]);
        assert!(tokens("enum('a", MYSQL).is_err());
    }
}
