//! The little of Python's `re` that table names are made with: `re.sub` over a class name.
//!
//! A pattern that fancy-regex does not know is not followed.

use fancy_regex::{Captures, Regex};

use crate::source::python::value::Value;

/// `re.<name>(…)`; `None` where it is not followed.
pub(super) fn call<'a>(name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
    match (name, args) {
        ("sub", [pattern, replacement, text]) => {
            let (pattern, replacement, text) = (pattern.as_str()?, replacement.as_str()?, text.as_str()?);
            substitute(&pattern, &replacement, &text).map(Value::str)
        }
        _ => None,
    }
}

/// Unlike Rust's `replace_all`, Python also replaces an empty match right behind another match.
fn substitute(pattern: &str, replacement: &str, text: &str) -> Option<String> {
    let regex = Regex::new(pattern).ok()?;
    let mut out = String::new();
    let mut at = 0;
    while let Some(captures) = regex.captures_from_pos(text, at).ok()? {
        let whole = captures.get(0)?;
        out.push_str(&text[at..whole.start()]);
        expand(replacement, &captures, &mut out)?;
        at = whole.end();
        if whole.start() == whole.end() {
            let Some(passed) = text[at..].chars().next() else { return Some(out) };
            out.push(passed);
            at += passed.len_utf8();
        }
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// Writes a replacement with its `\1` and `\g<1>`.
fn expand(replacement: &str, captures: &Captures<'_, str>, out: &mut String) -> Option<()> {
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let group = match chars.next()? {
            'g' => {
                let (name, after) = chars.as_str().strip_prefix('<')?.split_once('>')?;
                chars = after.chars();
                match name.parse() {
                    Ok(number) => captures.get(number),
                    Err(_) => captures.name(name),
                }
            }
            digit if digit.is_ascii_digit() => captures.get(digit.to_digit(10)? as usize),
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(group.map_or("", |group| group.as_str()));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_to_snake_case() {
        let sub = |pattern, replacement, text| substitute(pattern, replacement, text).unwrap();
        assert_eq!(sub(r"(?<!^)(?=[A-Z])", "_", "UserAccount"), "User_Account");
        let first = sub("(.)([A-Z][a-z]+)", r"\1_\2", "HTTPUserAccount2Go");
        assert_eq!(first, "HTTP_UserAccount2_Go");
        assert_eq!(sub("([a-z0-9])([A-Z])", r"\1_\2", &first), "HTTP_User_Account2_Go");
        assert_eq!(sub(r"\W+", "-", "a b!!c"), "a-b-c");
        assert_eq!(sub("Model$", "", "UserModel"), "User");
        assert_eq!(sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", "MyHTTPServer"), "My_HTTP_Server");
        assert_eq!(sub(r"(?P<head>[A-Z])", r"_\g<head>", "MyTable"), "_My_Table");
    }

    /// As Python 3.7 and later answers.
    #[test]
    fn an_empty_match_behind_another_counts() {
        assert_eq!(substitute("x*", "-", "abxd").unwrap(), "-a-b--d-");
    }

    #[test]
    fn what_it_does_not_know_is_not_followed() {
        assert!(substitute("(", "", "a").is_none());
    }
}
