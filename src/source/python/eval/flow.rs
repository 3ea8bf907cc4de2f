//! How a block of statements was left.

use std::rc::Rc;

use crate::source::python::value::Value;

/// How a block was left.
pub(super) enum Flow<'a> {
    Next,
    Return(Value<'a>),
    /// Of two ways one has returned this, and the other goes on.
    Perhaps(Value<'a>, Rc<str>),
    Break,
    Continue,
    /// An exception was raised.
    Raise,
}

impl<'a> Flow<'a> {
    /// Whether the next statement is reached.
    pub(super) fn goes_on(&self) -> bool {
        match self {
            Flow::Next | Flow::Perhaps(..) => true,
            Flow::Return(_) | Flow::Break | Flow::Continue | Flow::Raise => false,
        }
    }

    /// This, and then what followed it.
    pub(super) fn then(self, next: Flow<'a>) -> Flow<'a> {
        match (self, next) {
            (Flow::Perhaps(first, reason), Flow::Return(second)) => Flow::Return(Value::either(first, second, &reason)),
            (Flow::Perhaps(first, reason), Flow::Perhaps(second, _)) => {
                Flow::Perhaps(Value::either(first, second, &reason), reason)
            }
            (Flow::Perhaps(first, _), Flow::Raise) => Flow::Return(first),
            (Flow::Perhaps(_, reason), Flow::Break | Flow::Continue) => Flow::Return(Value::Unknown(reason)),
            (perhaps @ Flow::Perhaps(..), Flow::Next) => perhaps,
            (Flow::Next | Flow::Return(_) | Flow::Break | Flow::Continue | Flow::Raise, next) => next,
        }
    }
}
