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

    /// What follows from a known value, which may not be known itself; from an unknown one nothing does.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Fact::Known(value) => f(value),
            Fact::Unknown(reason) => Fact::Unknown(reason),
        }
    }

    /// The value, or the reason as an error.
    ///
    /// # Errors
    /// When it is not known.
    pub fn into_result(self) -> Result<T, Reason> {
        match self {
            Fact::Known(value) => Ok(value),
            Fact::Unknown(reason) => Err(reason),
        }
    }

    /// The same fact about a borrowed value.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Fact::Known(value) => Fact::Known(value),
            Fact::Unknown(reason) => Fact::Unknown(reason.clone()),
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

impl<T> From<Result<T, Reason>> for Fact<T> {
    fn from(result: Result<T, Reason>) -> Self {
        match result {
            Ok(value) => Fact::Known(value),
            Err(reason) => Fact::Unknown(reason),
        }
    }
}

impl Fact<bool> {
    /// Whether all hold: one that does not is enough, whatever the others are.
    pub fn all(facts: impl IntoIterator<Item = Fact<bool>>) -> Fact<bool> {
        let mut all = Fact::Known(true);
        for fact in facts {
            match fact {
                Fact::Known(false) => return fact,
                Fact::Unknown(_) if all.known().is_some() => all = fact,
                Fact::Known(true) | Fact::Unknown(_) => {}
            }
        }
        all
    }

    /// Whether one holds, whatever the others are.
    pub fn any(facts: impl IntoIterator<Item = Fact<bool>>) -> Fact<bool> {
        !Fact::all(facts.into_iter().map(|fact| !fact))
    }
}

impl std::ops::Not for Fact<bool> {
    type Output = Fact<bool>;

    fn not(self) -> Fact<bool> {
        self.map(|holds| !holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_settles_a_question_does_so_whatever_else_is_unknown() {
        let open = || Fact::unknown("why");
        assert_eq!(Fact::all([open(), Fact::Known(false)]), Fact::Known(false));
        assert_eq!(Fact::all([Fact::Known(true), open()]), open());
        assert_eq!(Fact::any([open(), Fact::Known(true)]), Fact::Known(true));
        assert_eq!(Fact::any([Fact::Known(false), open()]), open());
        assert_eq!(Fact::any([]), Fact::Known(false));
    }
}
