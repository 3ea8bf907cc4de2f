//! The stable code of a finding and its severity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Attribute, Kind};

/// The code of a finding, `object.what`: `column.missing`, `index.method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// The kind of object.
    pub kind: Kind,
    /// What is the matter with it.
    pub what: What,
}

/// What is the matter with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Declared, not live.
    Missing,
    /// Live, not declared.
    Extra,
    /// An enum's label is declared and not live.
    ValueMissing,
    /// An enum's label is live and not declared.
    ValueExtra,
    /// On both sides, with one attribute different.
    Differs(Attribute),
}

impl What {
    /// The second word of the code.
    pub fn key(self) -> &'static str {
        match self {
            What::Missing => "missing",
            What::Extra => "extra",
            What::ValueMissing => "value_missing",
            What::ValueExtra => "value_extra",
            What::Differs(attribute) => attribute.key(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.kind.key(), self.what.key()))
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Cosmetic: comments, extra indexes, order.
    Info,
    /// A difference that running code may survive.
    Warning,
    /// A difference that breaks running code.
    Error,
}

impl Severity {
    /// The word used in configuration and reports.
    pub fn key(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}
