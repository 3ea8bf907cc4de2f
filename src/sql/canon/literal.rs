//! The canonical spelling of literal values.

/// A number without a leading `+`, superfluous leading zeros and exponent; its digits after the point stay, since a
/// `numeric` keeps them. `None` where the text is no decimal number.
pub fn decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], digits[at + 1..].parse::<i32>().ok().filter(|exponent| exponent.abs() < 1000)?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 || !(whole.chars().chain(fraction.chars())).all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (whole, fraction) = shifted(whole, fraction, exponent);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let value = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let zero = value.chars().all(|c| c == '0' || c == '.');
    Some(if negative && !zero { format!("-{value}") } else { value })
}

/// The digits before and after the point when the point moves by `exponent` places to the right.
fn shifted(whole: &str, fraction: &str, exponent: i32) -> (String, String) {
    let digits = format!("{whole}{fraction}");
    let point = whole.len() as i32 + exponent;
    if point <= 0 {
        (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)))
    } else if point as usize >= digits.len() {
        (format!("{digits}{}", "0".repeat(point as usize - digits.len())), String::new())
    } else {
        let (before, after) = digits.split_at(point as usize);
        (before.to_owned(), after.to_owned())
    }
}

/// The number with the opposite sign.
pub fn negated(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None if number.chars().all(|c| c == '0' || c == '.') => number.to_owned(),
        None => format!("-{number}"),
    }
}

/// The number with exactly `scale` digits after the point, or with as few as it needs; `None` where digits other than
/// zeros would go.
pub fn rescaled(number: &str, scale: Option<usize>) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let needed = fraction.trim_end_matches('0');
    match scale {
        None if needed.is_empty() => Some(whole.to_owned()),
        None => Some(format!("{whole}.{needed}")),
        Some(scale) if needed.len() > scale => None,
        Some(0) => Some(whole.to_owned()),
        Some(scale) => Some(format!("{whole}.{needed:0<scale$}")),
    }
}

/// A date with an optional time as `2020-01-31 10:00:00[.5]`, and the offset that followed it in seconds. `None` for
/// spellings whose meaning depends on the server's settings.
pub fn timestamp(text: &str) -> Option<(String, Option<i32>)> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let digits = |from: usize, to: usize| date.get(from..to)?.parse::<u32>().ok();
    let (_, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let dashes = date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-';
    if !dashes || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let rest = rest.trim_start_matches(['T', ' ']).trim();
    if rest.is_empty() {
        return Some((format!("{date} 00:00:00"), None));
    }
    let zone = rest.find(['+', '-', 'Z', 'z', 'U']).unwrap_or(rest.len());
    let clock = rest[..zone].trim();
    let clock = if clock.is_empty() { "00:00:00".to_owned() } else { time(clock)? };
    Some((format!("{date} {clock}"), offset(rest[zone..].trim())?))
}

/// A time of day as `10:00:00[.5]`.
fn time(text: &str) -> Option<String> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = [0u32; 3];
    let given: Vec<&str> = clock.split(':').collect();
    if !(2..=3).contains(&given.len()) || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    for (slot, part) in parts.iter_mut().zip(given) {
        *slot = part.parse().ok()?;
    }
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{:02}:{:02}:{:02}{point}{fraction}", parts[0], parts[1], parts[2]))
}

/// The seconds east of Greenwich; the inner `None` where there is no offset, the outer where it is not understood.
fn offset(text: &str) -> Option<Option<i32>> {
    let sign = match text.as_bytes().first() {
        None => return Some(None),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") => return Some(Some(0)),
        Some(_) => return None,
    };
    let (hours, minutes) = match text[1..].split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if text.len() == 5 => (&text[1..3], &text[3..]),
        None => (&text[1..], "0"),
    };
    Some(Some(sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60)))
}

/// An interval as months, days and microseconds, the way PostgreSQL stores it; `None` for spellings other than
/// `1 day 02:00:00` and `90 minutes`.
pub fn interval(text: &str) -> Option<String> {
    let (mut months, mut days, mut micros) = (0i64, 0i64, 0i64);
    let mut words = text.split_whitespace();
    let mut any = false;
    while let Some(word) = words.next() {
        any = true;
        if word.contains(':') {
            micros += clock(word)?;
            continue;
        }
        let split = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (number, unit) = match word.split_at(split) {
            // A number at the end without a unit counts seconds.
            (number, "") => (number, words.next().unwrap_or("second")),
            glued => glued,
        };
        let unit = unit.to_ascii_lowercase();
        let number: i64 = number.parse().ok()?;
        match unit.strip_suffix('s').filter(|unit| unit.len() > 1).unwrap_or(&unit) {
            "year" | "yr" | "y" => months += number * 12,
            "month" | "mon" => months += number,
            "week" | "w" => days += number * 7,
            "day" | "d" => days += number,
            "hour" | "hr" | "h" => micros += number * 3_600_000_000,
            "minute" | "min" | "m" => micros += number * 60_000_000,
            "second" | "sec" | "s" => micros += number * 1_000_000,
            "millisecond" | "msec" => micros += number * 1000,
            _ => return None,
        }
    }
    any.then(|| format!("{months} months {days} days {micros} us"))
}

/// The microseconds of `[-]HH:MM[:SS[.ffffff]]`.
fn clock(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |positive| (-1, positive));
    let text = time(text.trim_start_matches('+'))?;
    let (clock, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<i64>().ok()?;
    }
    let fraction: i64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").get(..6)?.parse().ok()? };
    Some(sign * (seconds * 1_000_000 + fraction))
}

/// A JSON document with its keys sorted and without blanks; `None` where it is no JSON or holds numbers
/// that a float might not keep.
pub fn json_value(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    sorted(&value)
}

fn sorted(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Number(number) => (number.is_i64() || number.is_u64()).then(|| number.to_string()),
        serde_json::Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(sorted).collect();
            Some(format!("[{}]", items?.join(",")))
        }
        serde_json::Value::Object(fields) => {
            let mut fields: Vec<(&String, &serde_json::Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields: Option<Vec<String>> = fields
                .into_iter()
                .map(|(key, value)| Some(format!("{}:{}", serde_json::Value::from(key.as_str()), sorted(value)?)))
                .collect();
            Some(format!("{{{}}}", fields?.join(",")))
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::String(_) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, canonical) in [
            ("0", "0"),
            ("-0", "0"),
            ("007", "7"),
            (".5", "0.5"),
            ("1.50", "1.50"),
            ("1e3", "1000"),
            ("1.5E-2", "0.015"),
            ("-12.5", "-12.5"),
            ("1.25e1", "12.5"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(canonical), "{text}");
        }
        assert_eq!(decimal("0x1"), None);
        assert_eq!(decimal(""), None);
        assert_eq!(rescaled("1.50", None).as_deref(), Some("1.5"));
        assert_eq!(rescaled("1", Some(2)).as_deref(), Some("1.00"));
        assert_eq!(rescaled("1.555", Some(2)), None);
        assert_eq!(negated("-1"), "1");
    }

    #[test]
    fn times() {
        assert_eq!(timestamp("2020-01-31"), Some(("2020-01-31 00:00:00".into(), None)));
        assert_eq!(timestamp("2020-01-31T10:00:00.500Z"), Some(("2020-01-31 10:00:00.5".into(), Some(0))));
        assert_eq!(timestamp("2020-01-31 10:00+01"), Some(("2020-01-31 10:00:00".into(), Some(3600))));
        assert_eq!(timestamp("31/01/2020"), None);
        assert_eq!(timestamp("now"), None);
        assert_eq!(interval("1 day"), interval("1d"));
        assert_eq!(interval("24 hours"), interval("24:00:00"));
        assert_ne!(interval("24 hours"), interval("1 day"));
        assert_eq!(interval("1 week"), interval("7 days"));
        assert_eq!(interval("0"), interval("00:00:00"));
        assert_eq!(interval("1 day 90"), interval("1 day 90 seconds"));
        assert_eq!(interval("1.5 days"), None);
    }

    #[test]
    fn json() {
        assert_eq!(json_value(r#"{"b": 1, "a": []}"#).as_deref(), Some(r#"{"a":[],"b":1}"#));
        assert_eq!(json_value("1.50"), None);
    }
}
