//! Dates and times as the servers read them from literals (MySQL manual, 11.1.3 "Date and Time Literals"; MariaDB, "Date
//! and Time Literals"), in the spelling in which a column keeps them.

use crate::model::Engine;

/// How many microseconds a day has.
const DAY: u64 = 86_400_000_000;

/// What is done with digits that a column has no place for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precision {
    /// How many digits of a second the column keeps.
    pub(super) digits: usize,
    /// Whether the rest is rounded, as MySQL does; MariaDB cuts it off (`TIME_ROUND_FRACTIONAL`).
    pub(super) rounds: bool,
}

impl Precision {
    pub(super) fn of(engine: Engine, digits: usize) -> Self {
        Precision { digits, rounds: engine == Engine::MySql }
    }

    /// The microseconds that are kept of a moment.
    fn kept(self, micros: u64) -> u64 {
        let unit = 10_u64.pow(6 - self.digits.min(6) as u32);
        let cut = micros / unit * unit;
        if self.rounds && (micros - cut) * 2 >= unit { cut + unit } else { cut }
    }
}

/// `YYYY-MM-DD`, from a text or a number; what a time says behind the date is lost.
pub(super) fn date(text: &str) -> Option<String> {
    split(text).map(|(date, _)| date)
}

/// `YYYY-MM-DD hh:mm:ss[.f]`, from a text or a number. `None` where the text is none, or rounding leads into another day.
pub(super) fn datetime(text: &str, precision: Precision) -> Option<String> {
    let (date, micros) = split(text)?;
    let micros = precision.kept(micros);
    (micros < DAY).then(|| format!("{date} {}", clock(micros)))
}

/// `[-]hh:mm:ss[.f]`, from `[D ]hh:mm:ss`, `hhmmss` and what may be left out of them.
pub(super) fn time(text: &str, precision: Precision) -> Option<String> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (days, whole) = match whole.split_once(' ') {
        Some((days, rest)) => (number(days)?, rest.trim()),
        None => (0, whole),
    };
    let has_days = text.contains(' ');
    let parts: Vec<&str> = whole.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours] if has_days => (number(hours)?, 0, 0),
        [digits] => {
            let digits = number(digits)?;
            (digits / 10_000, digits / 100 % 100, digits % 100)
        }
        [hours, minutes] => (number(hours)?, number(minutes)?, 0),
        [hours, minutes, seconds] => (number(hours)?, number(minutes)?, number(seconds)?),
        _ => return None,
    };
    let hours = days * 24 + hours;
    if hours > 838 || minutes > 59 || seconds > 59 {
        return None;
    }
    let micros = precision.kept(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros(fraction)?);
    let sign = if micros == 0 { "" } else { sign };
    Some(format!("{sign}{}", clock(micros)))
}

/// `YYYY`, from a text or a number.
pub(super) fn year(text: &str, is_text: bool) -> Option<String> {
    let value = number(text.trim())?;
    Some(match value {
        // Of the numbers, only the text `0` is the year 2000.
        0 if !is_text => "0".to_owned(),
        0..=69 => (2000 + value).to_string(),
        70..=99 => (1900 + value).to_string(),
        _ => value.to_string(),
    })
}

/// A date in its usual form, and the microseconds since its midnight.
fn split(text: &str) -> Option<(String, u64)> {
    let text = text.trim();
    let (body, fraction) = match text.rsplit_once('.') {
        // A point may part a date as well: `2020.01.31`.
        Some((body, fraction)) if body.contains(':') || body.bytes().all(|byte| byte.is_ascii_digit()) => {
            (body, fraction)
        }
        _ => (text, ""),
    };
    let parts = if body.bytes().all(|byte| byte.is_ascii_digit()) { packed(body)? } else { delimited(body)? };
    let [year, month, day, hours, minutes, seconds] = parts;
    let is_zero = month == 0 && day == 0 && year == 0;
    if !(is_zero || (1..=12).contains(&month) && (1..=31).contains(&day)) || hours > 23 || minutes > 59 || seconds > 59
    {
        return None;
    }
    let micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros(fraction)?;
    Some((format!("{year:04}-{month:02}-{day:02}"), micros))
}

/// `YYYYMMDD[hhmmss]` and `YYMMDD[hhmmss]`.
fn packed(digits: &str) -> Option<[u64; 6]> {
    let years = match digits.len() {
        8 | 14 => 4,
        6 | 12 => 2,
        _ => return None,
    };
    let at = |index: usize| digits.get(years + 2 * index..years + 2 * index + 2).map_or(Some(0), number);
    Some([full_year(&digits[..years])?, at(0)?, at(1)?, at(2)?, at(3)?, at(4)?])
}

/// Numbers with any sign of punctuation between them.
fn delimited(text: &str) -> Option<[u64; 6]> {
    let (date, clock) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let parts = |text: &str| -> Option<Vec<u64>> {
        text.split(|c: char| c.is_ascii_punctuation()).map(number).collect::<Option<Vec<u64>>>()
    };
    let [_, month, day] = *parts(date)? else { return None };
    let year = full_year(date.split(|c: char| c.is_ascii_punctuation()).next()?)?;
    let clock = if clock.is_empty() { Vec::new() } else { parts(clock)? };
    let at = |index: usize| clock.get(index).copied().unwrap_or(0);
    (clock.len() <= 3).then(|| [year, month, day, at(0), at(1), at(2)])
}

/// A year of two digits is one of 1970 to 2069.
fn full_year(digits: &str) -> Option<u64> {
    let year = number(digits)?;
    Some(match (digits.len(), year) {
        (2, 0..=69) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    })
}

fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// The microseconds of the digits behind a point; what is finer than that is cut off.
fn micros(fraction: &str) -> Option<u64> {
    if fraction.is_empty() { Some(0) } else { number(format!("{fraction:0<6}").get(..6)?) }
}

fn clock(micros: u64) -> String {
    let seconds = micros / 1_000_000;
    let fraction = format!("{:06}", micros % 1_000_000);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{:02}:{:02}:{:02}{point}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: Precision = Precision { digits: 0, rounds: false };

    /// Measured: what MariaDB 10.11 and MySQL 9.7 keep of these defaults.
    #[test]
    fn literals_of_every_form() {
        for (text, kept) in [
            ("2020-1-2 3:4", "2020-01-02 03:04:00"),
            ("20200102030405", "2020-01-02 03:04:05"),
            ("200102", "2020-01-02 00:00:00"),
            ("2020/01/02", "2020-01-02 00:00:00"),
            ("2020-01-02T03:04:05.9", "2020-01-02 03:04:05"),
            ("0000-00-00", "0000-00-00 00:00:00"),
        ] {
            assert_eq!(datetime(text, CUTS).as_deref(), Some(kept), "{text}");
        }
        for (text, kept) in [
            ("10", "00:00:10"),
            ("1 2:3", "26:03:00"),
            ("120000", "12:00:00"),
            ("-10:00:00", "-10:00:00"),
            ("100:00:00", "100:00:00"),
            ("1:2:3", "01:02:03"),
            ("5", "00:00:05"),
        ] {
            assert_eq!(time(text, CUTS).as_deref(), Some(kept), "{text}");
        }
        assert_eq!(date("2020-01-02 10:00:00").as_deref(), Some("2020-01-02"));
        assert_eq!(year("20", true).as_deref(), Some("2020"));
        for text in ["now", "2020-13-01", "1", ""] {
            assert_eq!(datetime(text, CUTS), None, "{text}");
        }
    }

    #[test]
    fn digits_that_have_no_place_are_cut_or_rounded() {
        let rounds = Precision { digits: 0, rounds: true };
        assert_eq!(time("12:00:00.6", CUTS).as_deref(), Some("12:00:00"));
        assert_eq!(time("12:00:59.6", rounds).as_deref(), Some("12:01:00"));
        assert_eq!(datetime("2020-01-02 23:59:59.6", rounds), None);
        assert_eq!(time("12:00:00.5", Precision { digits: 3, rounds: true }).as_deref(), Some("12:00:00.5"));
    }
}
