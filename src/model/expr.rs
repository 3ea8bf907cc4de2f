//! SQL expressions, kept as text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An SQL expression as its source wrote it: a default, a check, a generated column, an index key or predicate.
///
/// Two texts may mean the same. Whether they do is for the dialect's comparison to say, so this type has no equality
/// of its own.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Expr {
    /// The expression's text, without the keyword that introduces it and without a final semicolon.
    pub text: String,
}

impl Expr {
    /// An expression with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Expr { text: text.into() }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
