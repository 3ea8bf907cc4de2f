//! Identifiers, folded at the edge so that equality means "the same object" to the engine.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// One identifier: the text that is shown and quoted, and the key by which the engine tells it from others.
///
/// Equality, order and hash look at the key only. An engine whose identifiers are case-insensitive makes names with
/// [`Name::insensitive`]; PostgreSQL folds unquoted text before it makes an [`Name::exact`].
#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Spelling", into = "Spelling")]
#[schemars(with = "Spelling")]
pub struct Name {
    text: CompactString,
    /// The folded form, where it is not the text itself.
    key: Option<Box<str>>,
}

impl Name {
    /// A name that is told from others letter by letter.
    pub fn exact(text: impl Into<CompactString>) -> Self {
        Name { text: text.into(), key: None }
    }

    /// A name whose case does not count: MySQL's columns and indexes, everything in SQLite.
    pub fn insensitive(text: impl Into<CompactString>) -> Self {
        let text = text.into();
        let folded = text.to_lowercase();
        let key = (folded != text).then(|| folded.as_str().into());
        Name { text, key }
    }

    /// The identifier as it was written, without quotes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form that equality looks at.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.text)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Name {}
impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(other.key())
    }
}
impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// How a name stands in JSON: its text alone, with the key beside it only where the two differ.
#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum Spelling {
    Plain(String),
    Folded { name: String, key: String },
}

impl From<Spelling> for Name {
    fn from(spelling: Spelling) -> Self {
        match spelling {
            Spelling::Plain(text) => Name { text: text.into(), key: None },
            Spelling::Folded { name, key } => Name { text: name.into(), key: Some(key.into()) },
        }
    }
}

impl From<Name> for Spelling {
    fn from(name: Name) -> Self {
        match name.key {
            None => Spelling::Plain(name.text.into()),
            Some(key) => Spelling::Folded { name: name.text.into(), key: key.into() },
        }
    }
}

/// The name of a table, view, sequence, index or type, with the schema it lives in.
///
/// The schema is `None` for the connected database of MySQL and MariaDB and for SQLite's `main`; a PostgreSQL name
/// always carries its schema once a source has been loaded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RelationName {
    /// The schema (PostgreSQL) or other database (MySQL), if it has to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// The name inside the schema.
    pub name: Name,
}

impl RelationName {
    /// A name in `schema`.
    pub fn new(schema: Option<Name>, name: Name) -> Self {
        RelationName { schema, name }
    }

    /// The name as messages show it: `users`, or `billing.users` outside `default_schema`.
    pub fn shown(&self, default_schema: Option<&Name>) -> Cow<'_, str> {
        match &self.schema {
            Some(schema) if Some(schema) != default_schema => Cow::Owned(format!("{schema}.{}", self.name)),
            _ => Cow::Borrowed(self.name.as_str()),
        }
    }
}

impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insensitive_names_are_equal_whatever_their_case() {
        assert_eq!(Name::insensitive("Users"), Name::insensitive("USERS"));
        assert_ne!(Name::exact("Users"), Name::exact("users"));
        assert_eq!(Name::insensitive("Users").as_str(), "Users");
    }

    #[test]
    fn json_keeps_the_key() {
        let name = Name::insensitive("Users");
        let back: Name = serde_json::from_str(&serde_json::to_string(&name).unwrap()).unwrap();
        assert_eq!(back, Name::insensitive("users"));
        assert_eq!(serde_json::to_string(&Name::exact("users")).unwrap(), "\"users\"");
    }
}
