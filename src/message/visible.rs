//! Characters that do something instead of being seen: a terminal obeys them, and a reader is misled by them.

use std::borrow::Cow;

/// The text with control characters, and marks that turn the direction of writing, in visible form; line feeds and
/// tabs stay. A name or a comment of a database may hold anything, and must not move the cursor of who reads of it.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| acts(c) && !matches!(c, '\n' | '\t'))
}

/// The same for what has to stay on one line.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    replaced(text, acts)
}

fn replaced(text: &str, hidden: impl Fn(char) -> bool + Copy) -> Cow<'_, str> {
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !hidden(c) => shown.push(c),
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// Control characters, the separators that some programs break lines at, and the marks of
/// <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_is_seen_stays() {
        for (text, shown) in [
            ("plain ünïcödé 👩‍👩‍👧", "plain ünïcödé 👩‍👩‍👧"),
            ("\x1b[31mred\x07", "\\u{1b}[31mred\\u{7}"),
            ("a\r\nb\tc", "a\\r\nb\tc"),
            ("abc\u{202e}cba", "abc\\u{202e}cba"),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert_eq!(visible_line("a\n\tb"), "a\\n\\tb");
    }
}
