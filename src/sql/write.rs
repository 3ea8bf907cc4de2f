//! What every writer of DDL needs: parentheses where an expression wants them, and lists.

/// What stands in the place of a type that is not known: such a statement is only shown, as a comment.
pub const UNKNOWN_TYPE: &str = "/* its type is not known */";

/// The expression between parentheses, unless it already stands between a pair that belongs together.
pub fn in_parentheses(text: &str) -> String {
    if is_wrapped(text) { text.trim().to_owned() } else { format!("({})", text.trim()) }
}

/// Whether one pair of parentheses encloses the whole text.
pub fn is_wrapped(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('(') && closing(text) == Some(text.len())
}

/// Whether a text is one literal: a string, a number with or without its sign, NULL, TRUE or FALSE.
pub fn is_literal(text: &str) -> bool {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).map_or(text, str::trim_start);
    let is_number = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    let is_word = ["null", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    is_number || is_word || is_string(text)
}

/// Whether a text is one call or name with its casts, such as `now()`, `'a'::text` or `nextval('s'::regclass)`: what
/// stands alone wherever the grammar wants a simple expression.
pub fn is_simple(text: &str) -> bool {
    let text = text.trim();
    let mut rest = text;
    let mut is_name = false;
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '\'' | '"' => match end_of_quoted(rest, c) {
                Some(end) => &rest[end..],
                None => return false,
            },
            '(' => match closing(rest) {
                Some(end) => &rest[end..],
                None => return false,
            },
            ':' if rest.starts_with("::") => {
                is_name = true;
                &rest[2..]
            }
            '[' | ']' | '.' | '_' => &rest[1..],
            // A type may be of several words: `'x'::character varying`.
            ' ' if is_name => &rest[1..],
            '-' if rest.len() == text.len() => &rest[1..],
            c if c.is_alphanumeric() => &rest[c.len_utf8()..],
            _ => return false,
        };
    }
    !text.is_empty()
}

/// The items with commas between them.
pub fn list<T>(items: impl IntoIterator<Item = T>, mut write: impl FnMut(T) -> String) -> String {
    let mut out = String::new();
    for item in items {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&write(item));
    }
    out
}

/// A statement of several indented lines between parentheses.
pub fn block(head: &str, lines: &[String], tail: &str) -> String {
    if lines.is_empty() {
        return format!("{head} (){tail}");
    }
    format!("{head} (\n    {}\n){tail}", lines.join(",\n    "))
}

fn is_string(text: &str) -> bool {
    let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    text.len() - body.len() <= 1 && body.starts_with('\'') && end_of_quoted(body, '\'') == Some(body.len())
}

/// Where the quoted text at the start of `text` ends.
fn end_of_quoted(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => drop(chars.next()),
                _ => return Some(at + quote.len_utf8()),
            }
        }
    }
    None
}

/// Where the parenthesis at the start of `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '\'' | '"' | '`' => {
                at += end_of_quoted(&text[at..], c)?;
                continue;
            }
            '(' => depth += 1,
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_are_added_once() {
        assert_eq!(in_parentheses("a > 0"), "(a > 0)");
        assert_eq!(in_parentheses("(a > 0)"), "(a > 0)");
        assert_eq!(in_parentheses("(a) > (b)"), "((a) > (b))");
        assert_eq!(in_parentheses("(a = ')')"), "(a = ')')");
    }

    #[test]
    fn literals_and_calls() {
        for text in ["1", "-1.5", "1e3", "'it''s'", "NULL", "true", "x'ff'"] {
            assert!(is_literal(text), "{text}");
        }
        for text in ["now()", "'a' || 'b'", "1 + 1", "a", "'a'::text"] {
            assert!(!is_literal(text), "{text}");
        }
        for text in ["now()", "'a'::character varying", "nextval('s'::regclass)", "-1", "'{}'::text[]", "CURRENT_DATE"]
        {
            assert!(is_simple(text), "{text}");
        }
        for text in ["a AND b", "now() AT TIME ZONE 'utc'", "1 + 1", ""] {
            assert!(!is_simple(text), "{text}");
        }
    }
}
