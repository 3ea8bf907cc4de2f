//! Facts that a source may have been unable to compute.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something could not be computed, as one sentence without a final stop, naming the construct.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Reason(pub String);

impl Reason {
    /// A reason with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Reason(text.into())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value, or the reason why the source could not compute it. An unknown fact is never compared and always counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// The source knows the value.
    Known(T),
    /// The source could not compute it.
    Unknown(Reason),
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::Unknown(_) => None,
        }
    }

    /// The value to change in place, if it is known.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::Unknown(_) => None,
        }
    }

    /// The reason, if the value is not known.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Fact::Known(_) => None,
            Fact::Unknown(reason) => Some(reason),
        }
    }

    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Fact::Known(value) => Fact::Known(f(value)),
            Fact::Unknown(reason) => Fact::Unknown(reason),
        }
    }

    /// A fact that cannot be computed, for `reason`.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Fact::Unknown(Reason::new(reason))
    }
}

impl<T> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Fact::Known(value)
    }
}
