//! TOML checked against [`KEYS`]: which keys there are, and that each holds what it should.
//!
//! This file must not know what a value means.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::file::Text;
use super::keys::{Form, KEYS, Key};
use crate::message::nearest;

/// One key that a file sets.
pub(super) struct Entry {
    /// The definition that fits.
    pub(super) key: &'static Key,
    /// What stands for the `*` of the definition's path, with its place.
    pub(super) name: Option<Text>,
    /// The value; one text for a form that is not a list.
    pub(super) values: Vec<Text>,
}

/// A table that a user named, such as `[targets.production]`.
pub(super) struct NamedTable {
    /// The name.
    pub(super) name: Text,
}

/// What a file holds.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) entries: Vec<Entry>,
    pub(super) tables: Vec<NamedTable>,
    pub(super) problems: Vec<Problem>,
}

/// Reads TOML text.
pub(super) fn read(text: &str) -> Tree {
    let mut tree = Tree::default();
    match DeTable::parse(text) {
        Ok(table) => tree.table(table.get_ref(), &[]),
        Err(error) => tree.problems.push(Problem {
            title: "this is not TOML".to_owned(),
            span: error.span().unwrap_or(0..0),
            label: error.message().to_owned(),
            help: None,
        }),
    }
    tree
}

/// What is known at one level: the parts of the keys' paths that may follow `path`.
fn known_below(path: &[Text]) -> Vec<&'static str> {
    let mut known: Vec<&'static str> = KEYS
        .iter()
        .filter_map(|key| {
            let mut parts = key.path.split('.');
            let fits = path.iter().all(|text| parts.next().is_some_and(|part| part == "*" || part == text.value));
            fits.then(|| parts.next()).flatten()
        })
        .collect();
    known.dedup();
    known
}

/// The definition of the key at `path`.
fn definition(path: &[Text]) -> Option<&'static Key> {
    KEYS.iter().find(|key| {
        let parts: Vec<&str> = key.path.split('.').collect();
        parts.len() == path.len() && parts.iter().zip(path).all(|(part, text)| *part == "*" || *part == text.value)
    })
}

impl Tree {
    fn table(&mut self, table: &DeTable<'_>, above: &[Text]) {
        // In the file's order, so that several mistakes are told from top to bottom.
        let mut items: Vec<_> = table.iter().collect();
        items.sort_by_key(|(key, _)| key.span().start);
        let known = known_below(above);
        for (key, value) in items {
            let name = Text { value: key.get_ref().to_string(), span: key.span() };
            if !known.contains(&name.value.as_str()) && !known.contains(&"*") {
                self.problems.push(unknown_key(above, &name, &known));
                continue;
            }
            let path: Vec<Text> = above.iter().cloned().chain([name.clone()]).collect();
            match definition(&path) {
                Some(key) => self.value(key, &path, value),
                None => match value.get_ref() {
                    DeValue::Table(inner) => {
                        if known.contains(&"*") {
                            self.tables.push(NamedTable { name });
                        }
                        self.table(inner, &path);
                    }
                    other => self.problems.push(Problem {
                        title: format!("`{}` is a table, not {}", join(&path), article(other.type_str())),
                        span: value.span(),
                        label: "expected a table".to_owned(),
                        help: Some(table_help(&path)),
                    }),
                },
            }
        }
    }

    fn value(&mut self, key: &'static Key, path: &[Text], value: &Spanned<DeValue<'_>>) {
        let single = |value: &Spanned<DeValue<'_>>| {
            value.get_ref().as_str().map(|text| Text { value: text.to_owned(), span: value.span() })
        };
        let values: Option<Vec<Text>> = match key.form {
            Form::Text | Form::Word(_) => single(value).map(|text| vec![text]),
            Form::Texts => match value.get_ref().as_array() {
                Some(list) => list.iter().map(single).collect(),
                None => single(value).map(|text| vec![text]),
            },
            Form::Seconds => seconds(value.get_ref()).map(|text| vec![Text { value: text, span: value.span() }]),
        };
        let Some(values) = values else {
            self.problems.push(Problem {
                title: format!("`{}` must be {}", join(path), key.form.words()),
                span: value.span(),
                label: format!("this is {}", found(value.get_ref())),
                help: Some(format!("for example: {}", key.example)),
            });
            return;
        };
        if let Form::Word(words) = key.form
            && let Some(wrong) = values.iter().find(|text| !words.contains(&text.value.as_str()))
        {
            self.problems.push(unknown_word(path, wrong, words, wrong.span.clone()));
            return;
        }
        let name = key.path.split('.').position(|part| part == "*").and_then(|at| path.get(at)).cloned();
        self.entries.push(Entry { key, name, values });
    }
}

/// The digits of a number of seconds that can be waited for.
fn seconds(value: &DeValue<'_>) -> Option<String> {
    let number = value.as_integer().filter(|number| number.radix() == 10)?;
    let seconds: u32 = number.as_str().replace('_', "").trim_start_matches('+').parse().ok()?;
    (seconds > 0).then(|| seconds.to_string())
}

fn unknown_key(above: &[Text], name: &Text, known: &[&'static str]) -> Problem {
    let place = if above.is_empty() { "drift.toml".to_owned() } else { format!("[{}]", join(above)) };
    let elsewhere = KEYS.iter().map(|key| key.path).find(|path| path.rsplit('.').next() == Some(name.value.as_str()));
    let help = match (nearest(&name.value, known.iter().copied()), elsewhere) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, Some(path)) => format!("did you mean `{path}`?"),
        (None, None) => format!("{place} may have: {}", known.join(", ")),
    };
    Problem {
        title: format!("unknown key `{}` in {place}", in_short(&name.value)),
        span: name.span.clone(),
        label: "unknown key".to_owned(),
        help: Some(help),
    }
}

/// A text of the file, as much of it as a message can hold.
fn in_short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn unknown_word(path: &[Text], wrong: &Text, words: &'static [&'static str], span: Range<usize>) -> Problem {
    let help = match nearest(&wrong.value, words.iter().copied()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("use {}", Form::Word(words).words()),
    };
    Problem {
        title: format!("`{}` cannot be \"{}\"", join(path), in_short(&wrong.value)),
        span,
        label: format!("expected {}", Form::Word(words).words()),
        help: Some(help),
    }
}

/// What a value is, in words; a list that was refused holds something else than strings.
fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Array(_) => "a list with other values than strings".to_owned(),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => article(value.type_str()),
    }
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

fn table_help(path: &[Text]) -> String {
    match known_below(path).first() {
        Some(&"*") | None => format!("write a [{}.NAME] section", join(path)),
        Some(key) => format!("write a [{}] section with `{key} = ...`", join(path)),
    }
}

fn join(path: &[Text]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|text| match text.value.contains('.') {
            true => format!("\"{}\"", text.value),
            false => text.value.clone(),
        })
        .collect();
    parts.join(".")
}
