//! Passwords in free text: URLs that a user typed, lines of `drift.toml`, what a driver or a program said.

use std::borrow::Cow;

/// The words that make the name of an option or a variable one for a secret.
const SECRET_WORDS: [&str; 8] = ["pass", "pwd", "secret", "token", "credential", "apikey", "api_key", "private_key"];

/// Whether an option or a variable of this name holds a secret: `sslpassword`, `Pwd`, `DB_SECRET`.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Replaces every password in a text by asterisks: those of URLs, also of mistyped ones, and the values of options and
/// variables (`password=…`, `Pwd=…;`).
///
/// The text keeps its length in bytes, so that positions in it stay right.
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut secrets: Vec<(usize, usize)> = Vec::new();
    for (at, separator) in text.match_indices("//") {
        let start = at + separator.len();
        secrets.extend(in_url(text, start, end_of_url(text, start)));
    }
    secrets.extend(quoted(text).flat_map(|(start, end)| in_argument(text, start, end)));
    secrets.extend(values(text));
    masked(text, secrets)
}

/// [`mask_secrets`] for a text that is an argument as a whole, such as a source which a user named: it may hold a
/// password that is not encoded, with blanks and quotes in it, and its scheme may be mistyped.
pub fn mask_argument(text: &str) -> Cow<'_, str> {
    let mut secrets = in_argument(text, 0, text.len());
    secrets.extend(values(text));
    masked(text, secrets)
}

/// Where passwords may stand in a part of a text that is a URL as a whole, or was meant to be one.
fn in_argument(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let slashes = text[start..end].find("//");
    let user = slashes.map_or(start, |at| start + at + 2);
    in_url(text, user, end).into_iter().collect()
}

/// What stands between two quotes of a kind on one line, such as a value of `drift.toml`.
fn quoted(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices(['"', '\'', '`']).filter_map(|(at, quote)| {
        let rest = &text[at + 1..];
        let length = rest.find([quote.chars().next()?, '\n'])?;
        rest[length..].starts_with(quote).then_some((at + 1, at + 1 + length))
    })
}

/// Where the password of a URL whose user begins at `start` stands. It may hold an unescaped `@` or `/`, so the last `@`
/// is the one that ends it.
fn in_url(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let url = &text[start..end];
    let (colon, host) = (url.find(':')?, url.rfind('@')?);
    (colon < host).then_some((start + colon + 1, start + host))
}

/// Where the values of options that hold secrets stand.
fn values(text: &str) -> Vec<(usize, usize)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut found = Vec::new();
    for (at, _) in text.match_indices('=') {
        let before = &text[..at];
        let name = &before[before.trim_end_matches(is_name).len()..];
        let value = &text[at + 1..];
        if !is_secret(name) || value.starts_with('=') {
            continue;
        }
        let length = match value.chars().next() {
            Some(quote @ ('\'' | '"')) => value[1..].find(quote).map(|length| length + 2),
            Some(_) | None => value.find(|c: char| c.is_whitespace() || ";&,`\"'<>()".contains(c)),
        };
        found.push((at + 1, at + 1 + length.unwrap_or(value.len())));
    }
    found
}

/// The text with asterisks for each of these ranges.
fn masked(text: &str, mut secrets: Vec<(usize, usize)>) -> Cow<'_, str> {
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    secrets.sort_unstable();
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in secrets {
        let start = start.max(done);
        if start >= end {
            continue;
        }
        masked.push_str(&text[done..start]);
        masked.extend(std::iter::repeat_n('*', end - start));
        done = end;
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// Where the URL that `start` lies in ends: at white space or a quote.
fn end_of_url(text: &str, start: usize) -> usize {
    text[start..]
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'))
        .map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_and_positions_kept() {
        for (text, masked) in [
            ("postgres://app:s3cr3t@db/app", "postgres://app:******@db/app"),
            ("url = \"mysql://u:p@ss/w@h/d\" # x", "url = \"mysql://u:******@h/d\" # x"),
            ("postgres://db/app?user=u&password=geheim&x=1", "postgres://db/app?user=u&password=******&x=1"),
            ("postgres://u:ü@h/d", "postgres://u:**@h/d"),
            ("postgres://app@db:5432/app", "postgres://app@db:5432/app"),
            ("a: b and nothing else @ all", "a: b and nothing else @ all"),
            ("postgres//u:geheim@h/d is no folder", "postgres//u:******@h/d is no folder"),
            ("host=h password=geheim dbname=d", "host=h password=****** dbname=d"),
            ("host=h password='ge heim' dbname=d", "host=h password=********* dbname=d"),
            ("Server=h;Uid=root;Pwd=geheim;", "Server=h;Uid=root;Pwd=******;"),
            ("DB_PASSWORD=geheim", "DB_PASSWORD=******"),
            ("password = Column(String)", "password = Column(String)"),
            ("passwords == other", "passwords == other"),
            ("url = \"u:geheim@h/d\"", "url = \"u:******@h/d\""),
            ("url = \"postgres://u:ge heim@h/d\"", "url = \"postgres://u:*******@h/d\""),
            ("'postgres://a:b@h/d' and postgres://c:d@h/d", "'postgres://a:*@h/d' and postgres://c:*@h/d"),
        ] {
            assert_eq!(mask_secrets(text), masked);
            assert_eq!(mask_secrets(text).len(), text.len());
        }
    }

    #[test]
    fn an_argument_is_masked_as_a_whole() {
        for (text, masked) in [
            ("postgres://u:ge heim's@h/d", "postgres://u:*********@h/d"),
            ("postgres//u:geheim@h/d", "postgres//u:******@h/d"),
            ("postgres:u:geheim@h/d", "postgres:********@h/d"),
            ("u:geheim@h/d", "u:******@h/d"),
            ("app/models.py", "app/models.py"),
        ] {
            assert_eq!(mask_argument(text), masked);
        }
    }
}
