//! The canonical spelling of a value of a known type, as its output function prints it (chapter 8).

use crate::model::{RelationName, TypeKind};
use crate::sql::canon::{Node, decimal, interval, json_value, rescaled, timestamp};

use super::Place;
use super::types::is_called;

/// The value that `text` is in a type given by [`super::types::plain`]. A spelling that is not understood stays opaque: it may mean
/// the same as another.
pub(super) fn literal(text: &str, ty: &TypeKind, place: Place<'_>) -> Node {
    known(text, ty, place).unwrap_or_else(|| Node::Opaque(format!("'{text}'::{ty:?}")))
}

fn known(text: &str, ty: &TypeKind, place: Place<'_>) -> Option<Node> {
    let name = match ty {
        TypeKind::Builtin { name, .. } => name.as_str(),
        TypeKind::Array(element) => return array(text, element, place),
        // A label is itself; what other types make of a text is theirs to say.
        TypeKind::User { name, .. } => {
            let verbatim = name.name.as_str() == "citext" || is_enum(name, place);
            return verbatim.then(|| Node::Literal { ty: ty.clone(), text: text.to_owned() });
        }
        TypeKind::Values { .. } => return None,
    };
    let literal = |text: String| Some(Node::literal(name, text));
    match name {
        "text" => literal(text.to_owned()),
        "bpchar" => literal(text.trim_end_matches(' ').to_owned()),
        "boolean" => boolean(text).map(Node::Bool),
        "integer" => literal(rescaled(&decimal(text)?, None).filter(|number| !number.contains('.'))?),
        "numeric" => literal(decimal(text)?),
        "real" | "double precision" => literal(rescaled(&decimal(text)?, None)?),
        "date" => match timestamp(text)? {
            (moment, None) if moment.ends_with(" 00:00:00") => literal(moment[..10].to_owned()),
            _ => None,
        },
        "timestamp without time zone" => match timestamp(text)? {
            (moment, None) => literal(moment),
            _ => None,
        },
        // Without an offset the server's time zone decides; with one, only the same offset is compared.
        "timestamp with time zone" => match timestamp(text)? {
            (moment, Some(0)) => literal(moment),
            _ => None,
        },
        "time without time zone" => literal(timestamp(&format!("2000-01-01 {text}"))?.0[11..].to_owned()),
        "interval" => literal(interval(text)?),
        "jsonb" => literal(json_value(text)?),
        "json" | "xml" => literal(text.to_owned()),
        "uuid" => uuid(text).and_then(literal),
        "bit" => bits(text).and_then(literal),
        "bytea" => text.strip_prefix("\\x").and_then(|digits| literal(digits.to_lowercase())),
        "inet" | "cidr" => literal(network(text)?),
        "regclass" => literal(relation(text, place)),
        "regconfig" => literal(text.trim_start_matches("pg_catalog.").to_owned()),
        _ => None,
    }
}

fn is_enum(name: &RelationName, place: Place<'_>) -> bool {
    place.database.enums.keys().any(|known| is_called(known, name))
}

/// The spellings of a truth value (8.6).
fn boolean(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "on" | "y" | "t" => Some(true),
        "0" | "off" | "of" | "n" | "f" => Some(false),
        word if !word.is_empty() && ("true".starts_with(word) || "yes".starts_with(word)) => Some(true),
        word if !word.is_empty() && ("false".starts_with(word) || "no".starts_with(word)) => Some(false),
        _ => None,
    }
}

fn uuid(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
    (digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())).then(|| digits.to_lowercase())
}

/// An address; the mask of a single host is not written.
fn network(text: &str) -> Option<String> {
    let (address, mask) = text.split_once('/').unwrap_or((text, ""));
    let address: std::net::IpAddr = address.parse().ok()?;
    let host = if address.is_ipv4() { "32" } else { "128" };
    let mask = if mask.is_empty() { host } else { mask };
    mask.parse::<u8>().ok().map(|mask| format!("{address}/{mask}"))
}

/// The binary digits of `101`, `b101` and `x5`.
fn bits(text: &str) -> Option<String> {
    let binary = |digits: &str| digits.chars().all(|c| matches!(c, '0' | '1')).then(|| digits.to_owned());
    match text.as_bytes().first() {
        Some(b'b' | b'B') => binary(&text[1..]),
        Some(b'x' | b'X') => text[1..].chars().map(|c| Some(format!("{:04b}", c.to_digit(16)?))).collect(),
        _ => binary(text),
    }
}

/// A sequence's full name. Without a schema it is the one that the database has by that name, else one beside the
/// table: the catalog always says the schema.
fn relation(text: &str, place: Place<'_>) -> String {
    let parsed = crate::sql::Syntax::data_type(place.dialect, text);
    let Ok(TypeKind::User { mut name, .. }) = parsed.map(|ty| ty.kind) else { return text.to_owned() };
    if name.schema.is_none() {
        let beside = place.table.and_then(|table| table.name.schema.clone());
        let mut known = place.database.sequences.keys().filter(|known| is_called(known, &name));
        let beside_known = known.clone().any(|known| known.schema == beside);
        name.schema = match (known.next(), known.next()) {
            (Some(only), None) if !beside_known => only.schema.clone(),
            _ => beside,
        };
    }
    name.to_string()
}

/// The elements of `{a,"b c",NULL}`; `None` where arrays are nested or have bounds.
fn array(text: &str, element: &TypeKind, place: Place<'_>) -> Option<Node> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut items = Vec::new();
    let mut rest = inside.trim();
    while !rest.is_empty() {
        let (item, after) = array_item(rest)?;
        items.push(item.map_or(Node::Null, |text| literal(&text, element, place)));
        rest = after.trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
            if rest.is_empty() {
                return None;
            }
        } else if !rest.is_empty() {
            return None;
        }
    }
    Some(Node::Array(items))
}

/// The first item, `None` for NULL, and what follows it.
fn array_item(text: &str) -> Option<(Option<String>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(',').unwrap_or(text.len());
        let item = text[..end].trim();
        let plain = !item.is_empty() && !item.contains(['{', '}', '"', '\\']);
        let value = (!item.eq_ignore_ascii_case("null")).then(|| item.to_owned());
        return plain.then_some((value, &text[end..]));
    };
    let mut content = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Some(content), &quoted[at + 1..])),
            '\\' => content.push(chars.next()?.1),
            other => content.push(other),
        }
    }
    None
}
