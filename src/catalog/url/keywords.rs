//! Connection strings of keywords and values, as libpq takes them beside URLs: `host=db user=app password='two words'`
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE>).

use crate::message::is_secret;

use super::parse::{FORMS, set_parameter};
use super::{Address, Engine};

/// The keywords of which one at least has to stand there, so that the text is meant as a connection string.
const PLACES: [&str; 5] = ["host", "hostaddr", "port", "dbname", "user"];

/// Whether a text begins like a connection string: a word and an equals sign.
pub(super) fn begins(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' '));
    rest.len() < text.len() && rest.starts_with('=')
}

/// The address that a connection string gives.
///
/// # Errors
/// When it is none of libpq's; nothing of its values is repeated.
pub(super) fn parse(text: &str) -> Result<Address, String> {
    let pairs = pairs(text).ok_or_else(not_libpq)?;
    if !pairs.iter().any(|(key, _)| PLACES.contains(&key.as_str())) {
        return Err(not_libpq());
    }
    let mut address = Address::default();
    for (key, value) in pairs {
        set_parameter(Engine::Postgres, &mut address, &key, value.into())?;
    }
    Ok(address)
}

/// The connection string as it may be shown.
pub(super) fn redact(text: &str) -> String {
    let pairs = pairs(text).unwrap_or_default();
    let shown = pairs.iter().map(|(key, value)| match is_secret(key) {
        true => format!("{key}=***"),
        false if value.is_empty() || value.contains([' ', '\'', '\\']) => {
            format!("{key}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        false => format!("{key}={value}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn not_libpq() -> String {
    format!("this is neither a database URL nor libpq's `host=… dbname=…`: write {FORMS}")
}

/// The keywords with their values; `None` where the grammar does not hold, as in the strings of ADO.NET, whose pairs end
/// with semicolons.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_end();
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        let (value, after) = value(after.trim_start())?;
        let is_ado = value.split_once(';').is_some_and(|(_, rest)| rest.is_empty() || rest.contains('='));
        if after.chars().next().is_some_and(|c| !c.is_whitespace()) || is_ado {
            return None;
        }
        pairs.push((key.to_ascii_lowercase(), value));
        rest = after.trim_start();
    }
    Some(pairs)
}

/// A value, in single quotes or up to the next white space, and what stands behind it. A backslash keeps the next
/// character as it is.
fn value(text: &str) -> Option<(String, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            '\'' if quoted => return Some((value, &text[at + 1..])),
            c if c.is_whitespace() && !quoted => return Some((value, &text[at..])),
            other => value.push(other),
        }
    }
    (!quoted).then_some((value, ""))
}
