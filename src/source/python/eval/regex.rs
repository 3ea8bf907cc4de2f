//! The little of Python's `re` that table names are made with. A pattern that fancy-regex does not know is not followed.

use fancy_regex::{Captures, Regex};

use crate::source::python::bounds::MOST_ITEMS;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Site, Value};

use super::Interp;

impl<'a> Interp<'a> {
    /// `re.<name>(…)`; `None` where it is not followed.
    pub(super) fn regex(
        &mut self,
        name: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        site: Site,
    ) -> Option<Value<'a>> {
        let flags = kwargs.iter().find(|(name, _)| name == "flags").map(|(_, value)| value);
        if kwargs.iter().any(|(name, _)| name != "flags") {
            return None;
        }
        match (name, args) {
            ("sub", [pattern, replacement, text]) => {
                let (regex, text) = (compiled(pattern, flags)?, text.as_str()?);
                match replacement.as_str() {
                    Some(replacement) => substitute(&regex, &replacement, &text).map(Value::str),
                    None => self.substitute_by(&regex, replacement, &text, site),
                }
            }
            ("split", [pattern, text]) => {
                let text = text.as_str()?;
                let mut parts = Vec::new();
                let mut at = 0;
                for captures in matches(&compiled(pattern, flags)?, &text)? {
                    let whole = captures.get(0)?;
                    parts.push(Value::str(&text[at..whole.start()]));
                    parts.extend(groups(&captures).into_iter().skip(1));
                    at = whole.end();
                }
                parts.push(Value::str(&text[at..]));
                Some(Value::list(parts))
            }
            ("findall", [pattern, text]) => {
                let text = text.as_str()?;
                let found = matches(&compiled(pattern, flags)?, &text)?;
                let item = |captures: &Captures<'_, str>| {
                    let text =
                        |group: &Value<'a>| if matches!(group, Value::None) { Value::str("") } else { group.clone() };
                    let groups: Vec<_> = groups(captures).iter().map(text).collect();
                    match groups.as_slice() {
                        [whole] => whole.clone(),
                        [_, one] => one.clone(),
                        [_, several @ ..] => Value::Tuple(Rc::new(several.to_vec())),
                        [] => Value::None,
                    }
                };
                Some(Value::list(found.iter().map(item).collect()))
            }
            ("match" | "search" | "fullmatch", [pattern, text]) => {
                let (pattern, text) = (pattern.as_str()?, text.as_str()?);
                let pattern = match name {
                    "match" => format!("\\A(?:{pattern})"),
                    "fullmatch" => format!("\\A(?:{pattern})\\z"),
                    _ => pattern.to_string(),
                };
                let regex = compiled(&Value::str(pattern), flags)?;
                match regex.captures(&*text).ok()? {
                    Some(captures) => Some(self.matched(&captures, site)),
                    None => Some(Value::None),
                }
            }
            ("escape", [text]) => Some(Value::str(fancy_regex::escape(&text.as_str()?))),
            _ => None,
        }
    }

    /// What a match is: a call of nobody's whose arguments are the groups.
    fn matched(&mut self, captures: &Captures<'_, str>, site: Site) -> Value<'a> {
        self.make_call(Value::external("<match>"), groups(captures), Vec::new(), site)
    }

    /// `re.sub(pattern, function, text)`.
    fn substitute_by(&mut self, regex: &Regex, function: &Value<'a>, text: &str, site: Site) -> Option<Value<'a>> {
        let mut out = String::new();
        let mut at = 0;
        for captures in matches(regex, text)? {
            let whole = captures.get(0)?;
            out.push_str(&text[at..whole.start()]);
            let found = self.matched(&captures, site);
            out.push_str(&self.call_with(function.clone(), vec![found], Vec::new(), None, site).as_str()?);
            at = whole.end();
        }
        out.push_str(&text[at..]);
        Some(Value::str(out))
    }
}

/// A method of a match; `None` where it is not followed.
pub(super) fn of_match<'a>(found: &Call<'a>, name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
    match (name, args) {
        ("group", []) => found.args.first().cloned(),
        ("group" | "__getitem__", [index]) => found.args.get(usize::try_from(index.as_int()?).ok()?).cloned(),
        ("groups", []) => Some(Value::Tuple(Rc::new(found.args.iter().skip(1).cloned().collect()))),
        _ => None,
    }
}

fn compiled(pattern: &Value<'_>, flags: Option<&Value<'_>>) -> Option<Regex> {
    let mut letters = String::new();
    if let Some(flags) = flags {
        add_flags(flags, &mut letters)?;
    }
    let pattern = pattern.as_str()?.replace("\\Z", "\\z");
    let pattern = if letters.is_empty() { pattern } else { format!("(?{letters}){pattern}") };
    Regex::new(&pattern).ok()
}

fn add_flags(flags: &Value<'_>, letters: &mut String) -> Option<()> {
    match flags {
        Value::Int(0) => {}
        Value::Op(op) if op.operator == "|" && letters.len() < 8 => {
            for operand in &op.operands {
                add_flags(operand, letters)?;
            }
        }
        other => letters.push(match other.external_key()? {
            "re.I" | "re.IGNORECASE" => 'i',
            "re.M" | "re.MULTILINE" => 'm',
            "re.S" | "re.DOTALL" => 's',
            "re.X" | "re.VERBOSE" => 'x',
            "re.U" | "re.UNICODE" => return Some(()),
            _ => return None,
        }),
    }
    Some(())
}

/// The whole match and its groups; None stands for a group that is no part of it.
fn groups<'a>(captures: &Captures<'_, str>) -> Vec<Value<'a>> {
    (0..captures.len())
        .map(|index| captures.get(index).map_or(Value::None, |group| Value::str(group.as_str())))
        .collect()
}

/// Every match in turn. Unlike Rust, Python also finds an empty one right behind another.
fn matches<'t>(regex: &Regex, text: &'t str) -> Option<Vec<Captures<'t, str>>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = regex.captures_from_pos(text, at).ok()? {
        let whole = captures.get(0)?;
        let (start, end) = (whole.start(), whole.end());
        found.push(captures);
        at = end;
        if start == end {
            let Some(passed) = text[at..].chars().next() else { break };
            at += passed.len_utf8();
        }
        if found.len() > MOST_ITEMS {
            return None;
        }
    }
    Some(found)
}

fn substitute(regex: &Regex, replacement: &str, text: &str) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    for captures in matches(regex, text)? {
        let whole = captures.get(0)?;
        out.push_str(&text[at..whole.start()]);
        expand(replacement, &captures, &mut out)?;
        at = whole.end();
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

    fn substituted(pattern: &str, replacement: &str, text: &str) -> Option<String> {
        substitute(&compiled(&Value::str(pattern), None)?, replacement, text)
    }

    #[test]
    fn the_usual_ways_to_snake_case() {
        let sub = |pattern, replacement, text| substituted(pattern, replacement, text).unwrap();
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
        assert_eq!(substituted("x*", "-", "abxd").unwrap(), "-a-b--d-");
    }

    #[test]
    fn what_it_does_not_know_is_not_followed() {
        assert!(substituted("(", "", "a").is_none());
    }
}
