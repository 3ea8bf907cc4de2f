//! The typed content of a `drift.toml`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ConfigError, Environment, Problem, read};
use crate::diff::Severity;
use crate::model::Engine;
use crate::text::{Decoded, decode};

/// The name that is looked for.
pub const DEFAULT_FILE: &str = "drift.toml";

/// A text of the file and the bytes where it stands, so that what turns out to be wrong with it later can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, before `${NAME}` is replaced.
    pub value: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A live database that the file names.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its URL, which may hold `${NAME}`.
    pub url: Text,
    /// How long to wait for it.
    pub waits: Waits,
    /// What belongs to it alone, where a repository has several parts.
    pub part: Part,
}

/// What one target's code declares, and the migrations that build it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// `models`.
    pub models: Vec<Text>,
    /// `sql`.
    pub sql: Vec<Text>,
    /// `history`.
    pub history: Option<Text>,
}

impl Part {
    /// Whether it declares anything.
    pub fn declares(&self) -> bool {
        !self.models.is_empty() || !self.sql.is_empty()
    }
}

/// How long to wait for a database; `None` means the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// For a connection.
    pub connect: Option<Duration>,
    /// For the answer to one query.
    pub statement: Option<Duration>,
}

/// From which severity on `check` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// At this one and above.
    At(Severity),
    /// At none.
    Never,
}

impl Default for FailOn {
    fn default() -> Self {
        FailOn::At(Severity::Warning)
    }
}

/// The content of a `drift.toml`; without a file, everything is at its default.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file, as the user knows it; `None` without one.
    pub file: Option<PathBuf>,
    pub(super) text: String,
    /// `dialect`.
    pub dialect: Option<Engine>,
    /// `declared.models`.
    pub models: Vec<Text>,
    /// `declared.sql`.
    pub sql: Vec<Text>,
    /// `history.path`.
    pub history: Option<Text>,
    /// `targets`, in the file's order.
    pub targets: Vec<Target>,
    /// `compare.schemas`; empty means that the declared side decides.
    pub schemas: Vec<String>,
    /// `compare.ignore`.
    pub ignore: Vec<String>,
    /// `gate.fail_on`.
    pub fail_on: FailOn,
    /// `gate.severity`, by code.
    pub severity: BTreeMap<String, Severity>,
    /// `generate.format`.
    pub generate_format: Option<String>,
    /// `generate.path`.
    pub generate_path: Option<Text>,
}

impl Config {
    /// The `drift.toml` of `folder`, or of the nearest folder above it, as a path from there: `../drift.toml`.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let depth = folder.ancestors().position(|folder| folder.join(DEFAULT_FILE).is_file())?;
        Some(std::iter::repeat_n("..", depth).chain([DEFAULT_FILE]).collect())
    }

    /// Reads a file. `codes` are the finding codes that `gate.severity` may name.
    ///
    /// # Errors
    /// Every mistake of the file, each with its line and a remedy.
    pub fn load(file: &Path, codes: &[String]) -> Result<Config, ConfigError> {
        let unreadable =
            |error: std::io::Error| ConfigError::Unreadable { file: file.to_owned(), reason: error.to_string() };
        match decode(std::fs::read(file).map_err(unreadable)?) {
            Decoded { text, foreign: None } => read::config(file, text, codes),
            Decoded { foreign: Some(line), .. } => Err(ConfigError::Unreadable {
                file: file.to_owned(),
                reason: format!("it is not UTF-8 in line {line}\n  help: save it as UTF-8"),
            }),
        }
    }

    /// The folder that the file's paths are relative to; the empty path, which means the current folder, without one.
    pub fn folder(&self) -> &Path {
        self.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// [`Config::expand`] for a URL: what is put before its host is percent-encoded, as far as it would else break the URL.
    ///
    /// # Errors
    /// When a variable is not set.
    pub fn expand_url(&self, text: &Text, environment: &Environment) -> Result<String, ConfigError> {
        let Some((before, host)) = text.value.rsplit_once('@') else { return self.expand(text, environment) };
        let part = |value: &str| Text { value: value.to_owned(), span: text.span.clone() };
        let encoded = Environment::encoding(environment);
        Ok(format!("{}@{}", self.expand(&part(before), &encoded)?, self.expand(&part(host), environment)?))
    }

    /// The text with each `${NAME}` replaced.
    ///
    /// # Errors
    /// When a variable is not set.
    pub fn expand(&self, text: &Text, environment: &Environment) -> Result<String, ConfigError> {
        environment.expand(&text.value).map_err(|name| {
            let file = self.folder().join(".env").display().to_string();
            let unread = match environment.unread_lines() {
                0 => String::new(),
                1 => format!("; 1 line of {file} is not NAME=value and was passed over"),
                count => format!("; {count} lines of {file} are not NAME=value and were passed over"),
            };
            let title = format!("environment variable `{name}` is not set");
            let help = format!("set it (export {name}=...), or write it into {file}{unread}");
            self.wrong(text, title, "is needed here".to_owned(), Some(help))
        })
    }

    /// An error about one text of the file.
    pub fn wrong(&self, text: &Text, title: String, label: String, help: Option<String>) -> ConfigError {
        ConfigError::Wrong {
            file: self.file.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE)),
            text: self.text.clone(),
            problems: vec![Problem { title, span: text.span.clone(), label, help }],
        }
    }
}
