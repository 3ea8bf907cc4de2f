//! Errors whose words are in another language. The code says the kind, else what the sentence says; what it quotes are the
//! names, and the nouns beside them tell which is which. What cannot be told stays open: a name is never taken for a
//! table because it stands second.

mod words;

use std::sync::LazyLock;

use regex::Regex;

use crate::model::Engine;

use super::kind::{About, ErrorKind};
use super::phrase::{self, Match, Message, regex};
use words::{NOUNS, Role, SAYINGS, SEVERITIES, Saying};

/// Codes as drivers print them.
static CODES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"SQLSTATE(?:\[|[:= ]\s?)["']?([0-9A-Z]{5})"#,
        r#"(?i:"?(?:code|sqlstate|sql_?state)"?)\s*[:=]\s*["']?([0-9A-Z]{5})\b"#,
        r"(?:ERROR|Error|error|errno:?|FEHLER|ERREUR)\s+(\d{4})\b",
        r"(?:errno|errorCode|Error Code)\s*[:=]\s*(\d{4})\b",
        r#"\((\d{4}), ["']"#,
        r"(?:^|[\s:])([0-9][0-9A-Z]{4}): ",
    ]
    .map(regex)
    .into()
});

static CLASS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:errors|exceptions|PG)(?:\.|::)([A-Z]\w+?)(?:Error)?\b"));

/// What stands before the sentence of a server where no code does.
static PREFIX: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?:\b(?:{SEVERITIES})|\berror|Error|Exception|\bpq)\s?: ")));

/// Names as servers of other languages quote them.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"«\s*([^«»\n]+?)\s*»|»([^«»\n]+)«|„([^„“”\n]+)[“”]|“([^“”\n]+)”|「([^「」\n]+)」|"([^"\n]+)"|'([^'\n]+)'|`([^`\n]+)`"#,
    )
});

static PATH: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)+"));

/// A name of plain letters, as it stands without quotes beside a noun; a type may have several words.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"[a-z_][a-z0-9_$]*(?:\.[a-z_][a-z0-9_$]*)*(?: (?:varying|precision|without time zone|with time zone))?(?:\(\d+(?:,\d+)?\))?(?:\[\])?",
    )
});

static OPERATOR: LazyLock<Regex> =
    LazyLock::new(|| regex(r": (?<type>[\w .\[\](),]+?) (?<value>[-+*/<>=~!@#%^&|?]+ [\w .\[\](),]+)"));

static FUNCTION: LazyLock<Regex> = LazyLock::new(|| regex(r"([a-z_][\w$.]*)\([^()]*\)"));

/// Words and codes of which one stands in every such error.
pub(super) fn triggers() -> impl Iterator<Item = &'static str> {
    SAYINGS.iter().flat_map(|(_, _, words)| words.split('|'))
}

/// Every line of `text` that has the code of an error, or says one in another language.
pub(super) fn find(text: &str) -> Vec<Match> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        found.extend(read(text, start, line));
        start += line.len();
    }
    found
}

/// The error in a line, which starts at `start`.
fn read(text: &str, start: usize, line: &str) -> Option<Match> {
    let code = code_in(line);
    let (from, to, sentence) = match &code {
        Some(code) => sentence(text, start, line, code.end),
        None => {
            let prefix = PREFIX.find(line)?;
            (start, start + line.trim_end().len(), &line[prefix.end()..])
        }
    };
    let sentence = continued(text, to, within(sentence));
    // MySQL's numbers say all that there is to say.
    let saying = match &code {
        Some(Code { engine: Engine::MySql, .. }) => None,
        Some(_) | None => saying(&sentence),
    };
    let named = names(&sentence);
    let (kind, number) = match (saying, &code) {
        (Some((kind, said)), code) => {
            let given = code.as_ref().map(|code| code.text.clone());
            let kind = kind_of(kind, &named).or(code.as_ref().map(|code| code.kind))?;
            (kind, given.unwrap_or_else(|| said.to_owned()))
        }
        (None, Some(code)) => (code.kind, code.text.clone()),
        (None, None) => return None,
    };
    let engine = code.map_or(Engine::Postgres, |code| code.engine);
    let mut message = Message::new(kind, Some(engine), number);
    if engine == Engine::MySql {
        by_number(&mut message, &named);
    } else {
        by_nouns(&mut message, &named, &sentence);
    }
    Some(Match { start: from, end: to, message, wraps: false })
}

struct Code {
    text: String,
    kind: ErrorKind,
    engine: Engine,
    /// Where it ends in its line.
    end: usize,
}

fn code_in(line: &str) -> Option<Code> {
    let known = |code: &str, end: usize| {
        let (kind, engine) = phrase::kind_of_code(code)?;
        Some(Code { text: code.to_owned(), kind, engine, end })
    };
    let codes = CODES.iter().flat_map(|pattern| pattern.captures_iter(line));
    let by_code = codes.filter_map(|found| known(&found[1], found.get_match().end())).next();
    by_code.or_else(|| {
        let mut classes = CLASS.captures_iter(line);
        classes.find_map(|found| known(phrase::code_of_class(&found[1])?, found.get_match().end()))
    })
}

/// The sentence that belongs to a code: behind it, before it, or on a line above where the code stands alone.
fn sentence<'a>(text: &'a str, start: usize, line: &'a str, end_of_code: usize) -> (usize, usize, &'a str) {
    let end = start + line.trim_end().len();
    let behind = &text[(start + end_of_code).min(end)..end];
    if QUOTED.is_match(behind) || PATH.is_match(behind) {
        return (start, end, behind);
    }
    if line.chars().filter(|c| c.is_alphabetic()).count() > 30 || saying(line).is_some() {
        return (start, end, line);
    }
    let mut above = start;
    for candidate in text[..start].lines().rev().take(30) {
        above = above.saturating_sub(candidate.len() + 1);
        let is_frame = candidate.trim_start().starts_with("at ");
        if !is_frame && (QUOTED.is_match(candidate) || PATH.is_match(candidate)) {
            return (above, end, candidate);
        }
    }
    (start, end, line)
}

/// What follows a message where a JSON logger wrote it: `", "pid": 1146}`.
static END_OF_JSON: LazyLock<Regex> = LazyLock::new(|| regex(r#""\s*(?:,\s*"[\w.@-]+"\s*:|\}\s*[,\]}]*\s*$)"#));

/// The sentence without the rest of the JSON object in which it stands.
fn within(sentence: &str) -> &str {
    END_OF_JSON.find(sentence).map_or(sentence, |end| &sentence[..end.start()])
}

/// The sentence with its second line, where a translation has two.
fn continued(text: &str, end: usize, sentence: &str) -> String {
    let sentence = sentence.trim_end();
    let is_open = ["contrainte de clé", "convertie vers le"].iter().any(|ending| sentence.ends_with(ending));
    match text.get(end..).and_then(|rest| rest.trim_start().lines().next()) {
        Some(next) if is_open => format!("{sentence} {}", within(next)),
        Some(_) | None => sentence.to_owned(),
    }
}

fn saying(sentence: &str) -> Option<(Saying, &'static str)> {
    let says = |words: &str| words.split('|').any(|word| sentence.contains(word));
    SAYINGS.iter().find(|(_, _, words)| says(words)).map(|(saying, code, _)| (*saying, *code))
}

/// The kind of error, where what is named decides it.
fn kind_of(saying: Saying, names: &[Named]) -> Option<ErrorKind> {
    let has = |role: Role| names.iter().any(|name| name.role == Some(role));
    Some(match saying {
        Saying::Error(kind) => kind,
        Saying::Absent if has(Role::Constraint) => ErrorKind::UnknownConstraint,
        Saying::Absent if has(Role::Column) => ErrorKind::UnknownColumn,
        Saying::Absent if has(Role::Index) => ErrorKind::UnknownIndex,
        Saying::Absent if has(Role::Sequence) => ErrorKind::MissingSequence,
        Saying::Absent if has(Role::Table) => ErrorKind::UnknownTable,
        Saying::Absent if has(Role::Schema) => ErrorKind::UnknownSchema,
        Saying::Absent if has(Role::Type) => ErrorKind::MissingType,
        Saying::Absent if has(Role::Function) => ErrorKind::MissingFunction,
        Saying::Present if has(Role::Constraint) => ErrorKind::DuplicateObject,
        Saying::Present if has(Role::Column) => ErrorKind::DuplicateColumn,
        Saying::Present if has(Role::Table) => ErrorKind::DuplicateTable,
        Saying::Present if !names.is_empty() => ErrorKind::DuplicateObject,
        Saying::Absent | Saying::Present => return None,
    })
}

/// A name in a sentence, with what the noun beside it says that it is.
struct Named {
    text: String,
    role: Option<Role>,
}

/// The names that a sentence quotes; without quotes, what has dots, arguments, or a noun beside it.
fn names(sentence: &str) -> Vec<Named> {
    let mut places: Vec<(std::ops::Range<usize>, String)> = QUOTED
        .captures_iter(sentence)
        .filter_map(|found| {
            // In `l'opérateur n'existe pas` the apostrophes quote nothing.
            let is_apostrophe = found.get_match().as_str().starts_with('\'');
            let is_inside = is_apostrophe && sentence[..found.get_match().start()].ends_with(char::is_alphabetic);
            let inner = (1..=8).find_map(|group| found.get(group)).filter(|_| !is_inside)?;
            Some((found.get_match().range(), inner.as_str().to_owned()))
        })
        .collect();
    if places.is_empty() {
        let functions = FUNCTION.captures_iter(sentence);
        places = functions.map(|found| (found.get_match().range(), found[1].to_owned())).collect();
    }
    if places.is_empty() {
        places = PATH.find_iter(sentence).map(|path| (path.range(), path.as_str().to_owned())).collect();
    }
    let mut named = Vec::new();
    for (index, (place, text)) in places.iter().enumerate() {
        let before = index.checked_sub(1).map_or(0, |before| places[before].0.end);
        let after = places.get(index + 1).map_or(sentence.len(), |(next, _)| next.start);
        let nouns_before = nouns(&sentence[before..place.start]);
        let nouns_after = nouns(&sentence[place.end..after]);
        // Korean, and some of the Chinese sentences, put the noun behind the name, and nothing between.
        let reach = if is_korean(sentence) { 16 } else { 5 };
        let close = nouns_after.first().filter(|noun| noun.0 <= reach && !sentence[place.end..].starts_with(','));
        let role = match (nouns_before.last(), close) {
            (Some(noun), None) => Some(noun.1),
            (Some(noun), Some(_)) if !is_korean(sentence) => Some(noun.1),
            (_, Some(noun)) => Some(noun.1),
            (None, None) => None,
        };
        named.push(Named { text: text.clone(), role });
    }
    if named.is_empty() {
        // `keine Berechtigung für Tabelle orders`
        let beside = PLAIN.find_iter(sentence).filter_map(|plain| {
            let noun = nouns(&sentence[..plain.start()]).pop().filter(|noun| noun.2 + 4 >= plain.start());
            let noun = noun.or_else(|| {
                let behind = nouns(&sentence[plain.end()..]).into_iter().next();
                behind.filter(|noun| noun.0 <= 2)
            })?;
            Some(Named { text: plain.as_str().to_owned(), role: Some(noun.1) })
        });
        named.extend(beside.last());
    }
    named
}

fn is_korean(sentence: &str) -> bool {
    sentence.chars().any(|c| ('가'..='힣').contains(&c))
}

/// The nouns in `text`, each with its start, what it says of a name, and its end; none that stands in a longer one.
fn nouns(text: &str) -> Vec<(usize, Role, usize)> {
    let mut found: Vec<(usize, Role, usize)> = Vec::new();
    for (role, words) in NOUNS {
        for word in words.split('|') {
            found.extend(text.match_indices(word).map(|(at, word)| (at, *role, at + word.len())));
        }
    }
    let all = found.clone();
    found.retain(|(start, _, end)| {
        !all.iter().any(|(from, _, to)| from <= start && end <= to && (to - from) > (end - start))
    });
    found.sort_by_key(|(start, _, _)| *start);
    found
}

/// MySQL and MariaDB name the same things in the same order in every language.
fn by_number(message: &mut Message, names: &[Named]) {
    let text = |at: usize| names.get(at).map(|name| name.text.clone());
    let path = |at: usize| names.get(at).map(|name| phrase::dotted(&name.text)).unwrap_or_default();
    match message.kind {
        ErrorKind::UniqueViolation => {
            message.value = text(0);
            let mut parts = path(1);
            message.constraint = parts.pop();
            message.table = parts.pop();
        }
        ErrorKind::UnknownSchema => message.path.extend(text(0)),
        ErrorKind::MissingEnumValue => message.columns.extend(path(0).pop()),
        ErrorKind::TypeMismatch => {
            message.value = text(0);
            message.columns.extend(names.iter().skip(1).last().and_then(|name| phrase::dotted(&name.text).pop()));
        }
        ErrorKind::PermissionDenied => {
            message.table = names.iter().skip(2).last().and_then(|name| phrase::dotted(&name.text).pop());
        }
        ErrorKind::FkViolation | ErrorKind::CheckViolation => {}
        _ => {
            let mut parts = path(0);
            if let Some(name) = parts.pop() {
                message.put(name);
            }
            message.path = parts;
        }
    }
}

/// Each name by the noun beside it; one without a noun goes where the kind of error has its own.
fn by_nouns(message: &mut Message, names: &[Named], sentence: &str) {
    for Named { text, role } in names {
        let mut parts = phrase::dotted(text);
        let name = parts.pop().unwrap_or_default();
        match role {
            Some(Role::Column) => {
                message.columns.push(name);
                message.path.extend(parts);
            }
            Some(Role::Table | Role::Sequence) => {
                message.table = Some(name);
                message.path.extend(parts);
            }
            Some(Role::Schema) => message.path.push(name),
            Some(Role::Type | Role::Enum) => message.type_name = Some(name),
            Some(Role::Function) => message.function = Some(name),
            Some(Role::Constraint) => message.constraint = Some(name),
            Some(Role::Index) => message.object = Some(name),
            Some(Role::Value) => message.value = Some(text.clone()),
            Some(Role::Other) => {}
            None => by_kind(message, text, name, parts),
        }
    }
    match message.kind {
        ErrorKind::MissingEnumValue => {
            message.value = names.last().map(|name| name.text.clone());
            message.type_name = beside(sentence, Role::Enum).or(message.type_name.take());
        }
        ErrorKind::TypeMismatch if sentence.contains(": ") && names.is_empty() => {
            if let Some(found) = OPERATOR.captures(sentence) {
                message.type_name = Some(found["type"].to_owned());
                message.value = Some(found["value"].to_owned());
            }
        }
        ErrorKind::TypeMismatch if message.columns.is_empty() => {
            message.value = names.last().map(|name| name.text.clone());
            message.type_name = beside(sentence, Role::Type).or(message.type_name.take());
        }
        ErrorKind::TypeMismatch => message.type_name = beside(sentence, Role::Type),
        ErrorKind::ValueTooLong | ErrorKind::ValueOutOfRange => {
            let kinds = PLAIN.find_iter(sentence).map(|found| found.as_str());
            let by_size = kinds.into_iter().find(|word| word.ends_with(')')).map(str::to_owned);
            message.type_name = by_size.or_else(|| beside(sentence, Role::Type));
        }
        ErrorKind::FkViolation if names.iter().filter(|name| name.role == Some(Role::Table)).count() > 1 => {
            // `update or delete on table "a" violates foreign key constraint "c" on table "b"`: b has the constraint.
        }
        _ => {}
    }
    if matches!(message.kind.about(), About::Object) && message.object.is_none() {
        message.object = message.constraint.clone().or(message.type_name.clone());
    }
}

/// A name that no noun stands beside.
fn by_kind(message: &mut Message, text: &str, name: String, parts: Vec<String>) {
    match message.kind.about() {
        About::Value => message.value = Some(text.to_owned()),
        About::Key => message.constraint = Some(name),
        About::Column if message.kind == ErrorKind::UnknownColumn && message.columns.is_empty() => {
            message.columns.push(name);
            message.path.extend(parts);
        }
        About::Relation | About::Sequence if message.table.is_none() => {
            message.table = Some(name);
            message.path.extend(parts);
        }
        About::Type | About::Function | About::Index | About::Extension | About::Object => message.put(name),
        About::Column | About::Relation | About::Sequence | About::Schema | About::History => {}
    }
}

/// The plain name beside the noun of a role: behind it, else before it.
fn beside(sentence: &str, role: Role) -> Option<String> {
    let noun = nouns(sentence).into_iter().find(|noun| noun.1 == role)?;
    let behind = PLAIN.find_at(sentence, noun.2).filter(|plain| plain.start() <= noun.2 + 3);
    let before = || PLAIN.find_iter(&sentence[..noun.0]).filter(|plain| plain.end() + 1 >= noun.0).last();
    behind.or_else(before).map(|plain| plain.as_str().to_owned())
}
