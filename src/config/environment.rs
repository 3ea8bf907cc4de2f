//! The environment that `${NAME}` refers to: the process's own, else a `.env` beside `drift.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use super::ConfigError;
use crate::text::decode;

/// The variables. The process's environment is looked at and never changed.
#[derive(Clone, Default)]
pub struct Environment {
    file: BTreeMap<String, String>,
    /// How many lines of the file were passed over, since they are not `NAME=value`.
    unread: usize,
    /// Whether values are put into the part of a URL that stands before its host.
    encodes: bool,
}

impl Environment {
    /// Reads the `.env` of `folder`, if there is one. A line that is none matters only to who needs it, so that a file
    /// which other tools read in their own way does not stop drift.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn beside(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join(".env");
        if !path.is_file() {
            return Ok(Environment::default());
        }
        let bytes = std::fs::read(&path)
            .map_err(|error| ConfigError::Unreadable { file: path.clone(), reason: error.to_string() })?;
        let text = decode(bytes).text;
        let mut environment = Environment::default();
        for entry in dotenvy::from_read_iter(text.as_bytes()) {
            match entry {
                Ok((name, value)) => {
                    environment.file.insert(name, value);
                }
                // The message of a bad line quotes the line, which may well hold a password.
                Err(_) => environment.unread += 1,
            }
        }
        Ok(environment)
    }

    /// The same variables for the part of a URL that stands before its host.
    pub(super) fn encoding(&self) -> Self {
        Environment { encodes: true, ..self.clone() }
    }

    /// The names that are set in the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.file.keys().map(String::as_str)
    }

    /// How many lines of `.env` were not understood.
    pub fn unread_lines(&self) -> usize {
        self.unread
    }

    /// The value of a variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<String> {
        let own = std::env::var(name).ok();
        own.or_else(|| self.file.get(name).cloned()).filter(|value| !value.is_empty())
    }

    /// Replaces each `${NAME}` of `text`.
    ///
    /// # Errors
    /// The name of the first variable that is not set.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else { break };
            expanded.push_str(before);
            let value = self.get(name).ok_or_else(|| name.to_owned())?;
            if self.encodes && !expanded.is_empty() {
                encode(&value, &mut expanded);
            } else {
                expanded.push_str(&value);
            }
            rest = tail;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

/// A value as the part of a URL before its host has it. What is encoded already stays.
fn encode(value: &str, url: &mut String) {
    for (at, c) in value.char_indices() {
        let is_encoded = || value.get(at + 1..at + 3).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
        match c {
            '@' | '/' | '?' | '#' | ':' | '[' | ']' | ' ' => url.push_str(&format!("%{:02X}", u32::from(c))),
            '%' if !is_encoded() => url.push_str("%25"),
            c => url.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_from_the_file_and_missing_ones_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "DRIFT_UNIT_USER=app\nDRIFT_UNIT_EMPTY=\n").unwrap();
        let environment = Environment::beside(folder.path()).unwrap();
        assert_eq!(environment.expand("a://${DRIFT_UNIT_USER}@h/$x"), Ok("a://app@h/$x".to_owned()));
        assert_eq!(environment.expand("${DRIFT_UNIT_EMPTY}"), Err("DRIFT_UNIT_EMPTY".to_owned()));
        assert_eq!(environment.expand("${DRIFT_UNIT_ABSENT}"), Err("DRIFT_UNIT_ABSENT".to_owned()));
        assert_eq!(environment.expand("open ${"), Ok("open ${".to_owned()));
    }

    #[test]
    fn a_value_before_the_host_of_a_url_does_not_break_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "DRIFT_UNIT_PASSWORD=\"p@ss/w#rd%\"\nDRIFT_UNIT_DONE=p%40ss\n")
            .unwrap();
        let environment = Environment::beside(folder.path()).unwrap().encoding();
        assert_eq!(environment.expand("a://u:${DRIFT_UNIT_PASSWORD}"), Ok("a://u:p%40ss%2Fw%23rd%25".to_owned()));
        assert_eq!(environment.expand("a://u:${DRIFT_UNIT_DONE}"), Ok("a://u:p%40ss".to_owned()));
    }

    #[test]
    fn a_bad_line_is_counted_and_the_others_hold() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "A B\nDRIFT_UNIT_LAST=x\n").unwrap();
        let environment = Environment::beside(folder.path()).unwrap();
        assert_eq!(environment.unread_lines(), 1);
        assert_eq!(environment.get("DRIFT_UNIT_LAST").as_deref(), Some("x"));
    }
}
