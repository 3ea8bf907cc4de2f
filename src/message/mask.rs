//! Passwords in free text: URLs that a user typed, lines of `drift.toml`, what a driver or a program said.

use std::borrow::Cow;

/// The query parameters of database URLs that hold a secret.
const SECRET_PARAMETERS: [&str; 4] = ["password=", "passwd=", "pwd=", "sslpassword="];

/// Replaces every password of a URL in `text` by asterisks.
///
/// The text keeps its length in bytes, so that positions in it stay right.
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut secrets: Vec<(usize, usize)> = Vec::new();
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let url = &text[start..end_of_url(text, start)];
        // A password may hold an unescaped `@` or `/`, so the last `@` is the one that ends it.
        if let (Some(colon), Some(host)) = (url.find(':'), url.rfind('@'))
            && colon < host
        {
            secrets.push((start + colon + 1, start + host));
        }
    }
    for parameter in SECRET_PARAMETERS {
        let lower = text.to_ascii_lowercase();
        for (at, found) in lower.match_indices(parameter) {
            if at > 0 && matches!(text.as_bytes()[at - 1], b'?' | b'&') {
                let start = at + found.len();
                let end = text[start..end_of_url(text, start)].find('&').map(|length| start + length);
                secrets.push((start, end.unwrap_or_else(|| end_of_url(text, start))));
            }
        }
    }
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
            ("'postgres://a:b@h/d' and postgres://c:d@h/d", "'postgres://a:*@h/d' and postgres://c:*@h/d"),
        ] {
            assert_eq!(mask_secrets(text), masked);
            assert_eq!(mask_secrets(text).len(), text.len());
        }
    }
}
