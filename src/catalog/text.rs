//! Texts as catalogs print them; the same for every engine.

/// Takes off the parentheses that enclose the whole text; the catalog prints them around operators.
pub(super) fn without_parentheses(text: &str) -> &str {
    let mut text = text;
    while let Some(inner) = enclosed(text) {
        text = inner;
    }
    text
}

/// What stands between a first and a last parenthesis that belong together.
fn enclosed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let (mut depth, mut quote) = (0_i32, None);
    for c in inner.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        if depth < 0 {
            return None;
        }
    }
    (depth == 0 && quote.is_none()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::without_parentheses;

    #[test]
    fn only_parentheses_around_the_whole_are_taken_off() {
        for (text, expected) in [
            ("(a > 0)", "a > 0"),
            ("((a > 0))", "a > 0"),
            ("(a) + (b)", "(a) + (b)"),
            ("lower(a)", "lower(a)"),
            ("(a = ')'::text)", "a = ')'::text"),
            ("(a = '''(')", "a = '''('"),
        ] {
            assert_eq!(without_parentheses(text), expected);
        }
    }
}
