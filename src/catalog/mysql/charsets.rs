//! Which character set and collation stand for which.

use std::collections::HashMap;

use crate::model::Name;

use super::rows;

/// The server's collations, and the database's own.
pub(super) struct Charsets {
    database: String,
    /// The character set of each collation.
    charsets: HashMap<String, String>,
    /// The collation that each character set implies.
    defaults: HashMap<String, String>,
}

impl Charsets {
    pub fn new(rows: &rows::Rows) -> Self {
        let all = rows.collations.iter();
        let defaults = all.clone().filter(|row| row.is_default != 0);
        Charsets {
            database: rows.database.default_collation.clone(),
            charsets: all.map(|row| (row.name.clone(), row.charset.clone())).collect(),
            defaults: defaults.map(|row| (row.charset.clone(), row.name.clone())).collect(),
        }
    }

    /// The character set to which a collation belongs.
    pub fn of<'a>(&'a self, collation: &'a str) -> Option<&'a str> {
        self.charsets.get(collation).map(String::as_str)
    }

    /// A collation as a declaration would say it: its character set, and itself where the set does not imply it.
    pub fn explicit(&self, collation: &str) -> (Option<Name>, Option<Name>) {
        let charset = self.of(collation);
        let implied = charset.and_then(|charset| self.defaults.get(charset)).map(String::as_str);
        (charset.map(Name::insensitive), (implied != Some(collation)).then(|| Name::insensitive(collation)))
    }

    /// The collation of a table that says no other.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The collation that a character set implies.
    pub fn implied(&self, charset: &str) -> Option<&str> {
        self.defaults.get(charset).map(String::as_str)
    }
}
