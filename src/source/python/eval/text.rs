//! Strings: f-strings, formatting and methods.

use crate::source::python::bounds::Looks;
use crate::source::python::parse::ast;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Op, Value};

use super::spell::repr;
use super::{Frame, Interp};

impl<'a> Interp<'a> {
    pub(super) fn fstring(&mut self, fstring: &'a ast::ExprFString, frame: &Frame<'a>) -> Value<'a> {
        let mut text = String::new();
        for part in fstring.value.iter() {
            let string = match part {
                ast::FStringPart::Literal(literal) => {
                    text.push_str(&literal.value);
                    continue;
                }
                ast::FStringPart::FString(string) => string,
            };
            for element in &string.elements {
                let interpolation = match element {
                    ast::InterpolatedStringElement::Literal(literal) => {
                        text.push_str(&literal.value);
                        continue;
                    }
                    ast::InterpolatedStringElement::Interpolation(interpolation) => interpolation,
                };
                let value = self.eval(&interpolation.expression, frame);
                let quoted = matches!(interpolation.conversion, ast::ConversionFlag::Repr);
                let formatted = match (&interpolation.format_spec, quoted) {
                    (Some(spec), _) => {
                        self.format_spec(&spec.elements, frame).and_then(|spec| specified(&value, &spec))
                    }
                    (None, true) => value.as_str().map(|text| Value::str(repr(&text))),
                    (None, false) => format_value(&value),
                };
                match formatted.and_then(|value| value.as_str()) {
                    Some(piece) => text.push_str(&piece),
                    None => {
                        let unknown = self.cannot(&value, "is part of an f-string");
                        return self.begun(&text, unknown);
                    }
                }
            }
        }
        Value::str(text)
    }

    fn format_spec(&mut self, elements: &'a [ast::InterpolatedStringElement], frame: &Frame<'a>) -> Option<String> {
        let mut spec = String::new();
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(literal) => spec.push_str(&literal.value),
                ast::InterpolatedStringElement::Interpolation(inner) => {
                    spec.push_str(&format_value(&self.eval(&inner.expression, frame))?.as_str()?);
                }
            }
        }
        Some(spec)
    }

    /// A text that is known as far as it has begun. In a migration that tells SQL about rows from other SQL.
    pub(super) fn begun(&self, beginning: &str, rest: Value<'a>) -> Value<'a> {
        match self.recording.is_some() && !beginning.trim().is_empty() {
            true => Value::Op(Rc::new(Op { operator: "…", operands: vec![Value::str(beginning), rest] })),
            false => rest,
        }
    }
}

/// A value as a format such as `03d`, `>10` or `x` has it; `None` for one that is not followed.
fn specified<'a>(value: &Value<'a>, spec: &str) -> Option<Value<'a>> {
    let (spec, letter) = match spec.chars().next_back() {
        Some(letter) if letter.is_ascii_alphabetic() => (&spec[..spec.len() - 1], Some(letter)),
        Some(_) | None => (spec, None),
    };
    let text = match (value, letter) {
        (Value::Int(number), Some('x')) if *number >= 0 => format!("{number:x}"),
        (Value::Int(_), Some('d') | None) | (Value::Str(_), Some('s') | None) => {
            format_value(value)?.as_str()?.to_string()
        }
        _ => return None,
    };
    let (align, rest) = match spec.chars().next() {
        Some(align @ ('<' | '>' | '^')) => (align, &spec[1..]),
        Some(_) | None => (if matches!(value, Value::Int(_)) { '>' } else { '<' }, spec),
    };
    let (fill, width) = match rest.strip_prefix('0') {
        Some(width) => ("0", width),
        None => (" ", rest),
    };
    let width: usize = if width.is_empty() { 0 } else { width.parse().ok()? };
    let missing = width.min(1_000).saturating_sub(text.chars().count());
    let (before, after) = match align {
        '<' => (0, missing),
        '^' => (missing / 2, missing - missing / 2),
        _ => (missing, 0),
    };
    Some(Value::str(format!("{}{text}{}", fill.repeat(before), fill.repeat(after))))
}

/// A value as `str()` and f-strings print it.
pub(super) fn format_value<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    match value {
        Value::Str(_) => Some(value.clone()),
        Value::Int(number) => Some(Value::str(number.to_string())),
        Value::Number(text) => Some(Value::Str(text.clone())),
        Value::Bool(value) => Some(Value::str(if *value { "True" } else { "False" })),
        Value::None => Some(Value::str("None")),
        Value::Member(member) => match &member.value {
            Value::Str(text) if crate::source::python::enums::prints_its_value(&member.class) => {
                Some(Value::Str(text.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `format % values`, for `%s`, `%d`, `%r` and `%(name)s`.
pub(super) fn percent<'a>(format: &str, values: &Value<'a>) -> Value<'a> {
    percent_text(format, values)
        .map_or_else(|| Value::unknown(format!("the string {format:?} % a value that is not known")), Value::str)
}

fn percent_text(format: &str, values: &Value<'_>) -> Option<String> {
    let list = match values {
        Value::Tuple(items) => items.as_ref().clone(),
        other => vec![other.clone()],
    };
    let mut list = list.into_iter();
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let value = match rest.strip_prefix('(').and_then(|named| named.split_once(')')) {
            Some((name, after)) => {
                rest = after;
                let Value::Dict(items) = values else {
                    return None;
                };
                let found = items.borrow().iter().find(|(key, _)| key.as_str().as_deref() == Some(name)).cloned();
                found?.1
            }
            None => list.next()?,
        };
        rest = rest.strip_prefix(['s', 'd', 'r'])?;
        out.push_str(&format_value(&value)?.as_str()?);
    }
    out.push_str(rest);
    Some(out)
}

/// A method of a string; `None` where it is not followed.
pub(super) fn method<'a>(
    interp: &mut Interp<'a>,
    text: &Rc<str>,
    name: &str,
    args: &[Value<'a>],
    kwargs: &[(String, Value<'a>)],
) -> Option<Value<'a>> {
    let arg = |index: usize| args.get(index).and_then(Value::as_str);
    let chars = |trim: fn(&str, &[char]) -> String| {
        let set: Vec<char> = arg(0).map_or_else(|| vec![' ', '\n', '\t', '\r'], |set| set.chars().collect());
        Some(Value::str(trim(text, &set)))
    };
    match name {
        "lower" | "casefold" => Some(Value::str(text.to_lowercase())),
        "upper" => Some(Value::str(text.to_uppercase())),
        "capitalize" => Some(Value::str(capitalize(text))),
        "title" => Some(Value::str(title(text))),
        "swapcase" => Some(Value::str(text.chars().map(swapped).collect::<String>())),
        "zfill" => {
            let width = usize::try_from(args.first()?.as_int()?).ok()?.min(1_000);
            Some(Value::str(format!("{}{text}", "0".repeat(width.saturating_sub(text.chars().count())))))
        }
        "count" => i64::try_from(text.matches(&*arg(0)?).count()).ok().map(Value::Int),
        "find" | "index" => match text.find(&*arg(0)?) {
            Some(at) => i64::try_from(text[..at].chars().count()).ok().map(Value::Int),
            None => (name == "find").then_some(Value::Int(-1)),
        },
        "partition" | "rpartition" => {
            let separator = arg(0)?;
            let parts = if name == "partition" { text.split_once(&*separator) } else { text.rsplit_once(&*separator) };
            let parts = match (parts, name) {
                (Some((before, after)), _) => [before, &separator, after],
                (None, "partition") => [&**text, "", ""],
                (None, _) => ["", "", text],
            };
            Some(Value::Tuple(Rc::new(parts.map(Value::str).to_vec())))
        }
        "isalpha" => Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_alphabetic))),
        "isdigit" | "isnumeric" | "isdecimal" => {
            Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_numeric)))
        }
        "isalnum" => Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_alphanumeric))),
        "splitlines" => Some(Value::list(text.lines().map(Value::str).collect())),
        "encode" | "decode" | "__str__" => Some(Value::Str(text.clone())),
        "strip" => chars(|text, set| text.trim_matches(set).to_owned()),
        "lstrip" => chars(|text, set| text.trim_start_matches(set).to_owned()),
        "rstrip" => chars(|text, set| text.trim_end_matches(set).to_owned()),
        "replace" => Some(Value::str(text.replace(&*arg(0)?, &arg(1)?))),
        "removeprefix" => Some(Value::str(text.strip_prefix(&*arg(0)?).unwrap_or(text))),
        "removesuffix" => Some(Value::str(text.strip_suffix(&*arg(0)?).unwrap_or(text))),
        "startswith" => any_affix(args.first()?, |affix| text.starts_with(affix)),
        "endswith" => any_affix(args.first()?, |affix| text.ends_with(affix)),
        "isspace" => Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_whitespace))),
        "isupper" => Some(Value::Bool(text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase))),
        "islower" => Some(Value::Bool(text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase))),
        "rsplit" | "split" if args.len() == 2 => {
            let (separator, most) = (arg(0)?, usize::try_from(args[1].as_int()?).ok()?);
            let mut parts: Vec<Value<'a>> = match name {
                "split" => text.splitn(most + 1, &*separator).map(Value::str).collect(),
                _ => text.rsplitn(most + 1, &*separator).map(Value::str).collect(),
            };
            if name == "rsplit" {
                parts.reverse();
            }
            Some(Value::list(parts))
        }
        "split" | "rsplit" => {
            let parts: Vec<Value<'a>> = match arg(0) {
                Some(separator) => text.split(&*separator).map(Value::str).collect(),
                None => text.split_whitespace().map(Value::str).collect(),
            };
            args.get(1).is_none().then(|| Value::list(parts))
        }
        "join" => {
            let items = interp.iterate(args.first()?)?;
            let parts: Option<Vec<Rc<str>>> = items.iter().map(Value::as_str).collect();
            let parts = parts?;
            Some(Value::str(parts.iter().map(|part| &**part).collect::<Vec<_>>().join(text)))
        }
        "format" => format(text, args, kwargs).map(Value::str),
        _ => None,
    }
}

/// `startswith` and `endswith` take one string or a tuple of them.
fn any_affix<'a>(argument: &Value<'a>, holds: impl Fn(&str) -> bool) -> Option<Value<'a>> {
    let affixes = argument.items().unwrap_or_else(|| vec![argument.clone()]);
    let affixes: Option<Vec<Rc<str>>> = affixes.iter().map(Value::as_str).collect();
    Some(Value::Bool(affixes?.iter().any(|affix| holds(affix))))
}

/// Each run of letters with a capital at its beginning.
fn title(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    out
}

fn swapped(c: char) -> char {
    let mut other: Vec<char> = if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() };
    if other.len() == 1 { other.remove(0) } else { c }
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase())
}

fn format<'a>(text: &str, args: &[Value<'a>], kwargs: &[(String, Value<'a>)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut position = 0;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let after = &rest[at..];
        if let Some(after) = after.strip_prefix("{{") {
            out.push('{');
            rest = after;
        } else if let Some(after) = after.strip_prefix("}}") {
            out.push('}');
            rest = after;
        } else {
            let (field, after) = after.strip_prefix('{')?.split_once('}')?;
            let value = match field.parse::<usize>() {
                Ok(index) => args.get(index)?,
                Err(_) if field.is_empty() => {
                    position += 1;
                    args.get(position - 1)?
                }
                Err(_) => &kwargs.iter().find(|(name, _)| name == field)?.1,
            };
            out.push_str(&format_value(value)?.as_str()?);
            rest = after;
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Plain data as `json.dumps` writes it; `None` for anything that is not ASCII or not plain.
pub(super) fn json(value: &Value<'_>) -> Option<String> {
    json_within(value, &Looks::new())
}

fn json_within(value: &Value<'_>, looks: &Looks) -> Option<String> {
    if !looks.more() {
        return None;
    }
    let list = |items: &[Value<'_>]| {
        let parts: Option<Vec<_>> = items.iter().map(|item| json_within(item, looks)).collect();
        Some(format!("[{}]", parts?.join(", ")))
    };
    match value {
        Value::None => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Number(text) => Some(text.to_string()),
        Value::List(items) => list(&items.borrow()),
        Value::Tuple(items) => list(items),
        Value::Dict(items) => {
            let pair = |(key, value): &(Value<'_>, Value<'_>)| {
                let key = json_within(&Value::Str(key.as_str()?), looks)?;
                Some(format!("{key}: {}", json_within(value, looks)?))
            };
            let parts: Option<Vec<_>> = items.borrow().iter().map(pair).collect();
            Some(format!("{{{}}}", parts?.join(", ")))
        }
        other => other.as_str().filter(|text| text.is_ascii()).and_then(|text| serde_json::to_string(&*text).ok()),
    }
}
