//! The content of quoted names and string literals, and their spelling.

use std::borrow::Cow;

use crate::sql::Rules;
use crate::sql::lex::TokenKind;

/// The name inside `"…"`, `` `…` ``, `[…]` or `U&"…"`.
pub(super) fn name(written: &str) -> String {
    let Some(quote) = written.chars().next() else { return String::new() };
    match quote {
        '[' => inside(written).to_owned(),
        'u' | 'U' => unicode(&inside(written.get(2..).unwrap_or("")).replace("\"\"", "\"")),
        _ => {
            let quote = quote.to_string();
            inside(written).replace(&quote.repeat(2), &quote)
        }
    }
}

/// The content of a string literal in any of its forms.
pub(super) fn string(written: &str, backslash: bool) -> String {
    if let Some(rest) = written.strip_prefix('$') {
        let mark = rest.find('$').map_or(0, |at| at + 2);
        return written.get(mark..written.len().saturating_sub(mark)).unwrap_or("").to_owned();
    }
    let Some(open) = written.find(['\'', '"']) else { return written.to_owned() };
    let (prefix, literal) = written.split_at(open);
    let quote = &literal[..1];
    let content = inside(literal).replace(&quote.repeat(2), quote);
    match prefix {
        "e" | "E" => unescape(inside(literal), quote),
        "u&" | "U&" => unicode(&content),
        _ if backslash => unescape(inside(literal), quote),
        _ => content,
    }
}

/// A string or a quoted name as it is written where no script has changed the rules (`SET sql_mode`,
/// `SET standard_conforming_strings`): what is kept of a statement has left its script.
pub(super) fn spelled(written: &str, kind: TokenKind, rules: Rules) -> Cow<'_, str> {
    let usual = rules.usual();
    match kind {
        TokenKind::QuotedName if written.starts_with('"') && usual.double_quoted_strings => {
            Cow::Owned(format!("`{}`", name(written).replace('`', "``")))
        }
        TokenKind::String if written.contains('\\') && rules.backslash_escapes != usual.backslash_escapes => {
            match (written.starts_with('\''), usual.backslash_escapes) {
                (_, true) => Cow::Owned(written.replace('\\', "\\\\")),
                (true, false) => Cow::Owned(format!("E{written}")),
                (false, false) => Cow::Borrowed(written),
            }
        }
        TokenKind::String | TokenKind::QuotedName | TokenKind::Word | TokenKind::Number | TokenKind::Symbol(_) => {
            Cow::Borrowed(written)
        }
    }
}

/// The text without its first and last character, which are quotes.
fn inside(quoted: &str) -> &str {
    let mut chars = quoted.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

/// Resolves doubled quotes and the backslash escapes of MySQL and of `E'…'`.
fn unescape(content: &str, quote: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut chars = content.chars().peekable();
    while let Some(char) = chars.next() {
        if quote.starts_with(char) && chars.peek() == Some(&char) {
            chars.next();
            text.push(char);
        } else if char == '\\' {
            match chars.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('b') => text.push('\u{8}'),
                Some('0') => text.push('\0'),
                Some('Z') => text.push('\u{1a}'),
                // MySQL keeps these two as they are, for LIKE.
                Some(char @ ('%' | '_')) => text.extend(['\\', char]),
                Some(char) => text.push(char),
                None => {}
            }
        } else {
            text.push(char);
        }
    }
    text
}

/// Resolves `\0441` and `\+01F600` of `U&'…'`.
fn unicode(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (skip, digits) = if rest.starts_with('+') { (1, 6) } else { (0, 4) };
        let code = rest.get(skip..skip + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code.and_then(char::from_u32) {
            Some(char) => {
                text.push(char);
                rest = &rest[skip + digits..];
            }
            None => {
                text.push('\\');
                rest = rest.strip_prefix('\\').unwrap_or(rest);
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_lose_their_quotes() {
        assert_eq!(name("\"a\"\"b\""), "a\"b");
        assert_eq!(name("`a``b`"), "a`b");
        assert_eq!(name("[a b]"), "a b");
        assert_eq!(name("U&\"d\\0061t\\+000061\""), "data");
    }

    #[test]
    fn strings_are_decoded_in_every_form() {
        assert_eq!(string("'it''s \\n'", false), "it's \\n");
        assert_eq!(string("'it\\'s\\n'", true), "it's\n");
        assert_eq!(string("\"say \"\"hi\"\"\"", true), "say \"hi\"");
        assert_eq!(string("E'a\\'b'", false), "a'b");
        assert_eq!(string("$tag$a'b$tag$", false), "a'b");
        assert_eq!(string("$$a$$", false), "a");
        assert_eq!(string("'100\\%'", true), "100\\%");
    }
}
