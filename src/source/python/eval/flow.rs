//! How a block of statements was left: in one way, or, where a condition is not known, in any of several.

use crate::source::python::shared::Rc;
use crate::source::python::value::Value;

/// The ways in which a block may have been left. What stands behind it has certainly run only where the next statement
/// is reached in every one of them.
#[derive(Default)]
pub(super) struct Flow<'a> {
    /// The next statement may be reached.
    next: bool,
    /// It may have returned this.
    returns: Option<Value<'a>>,
    breaks: bool,
    continues: bool,
    /// An exception may have been raised.
    raises: bool,
    /// Why it is not known which of several ways was taken.
    reason: Option<Rc<str>>,
}

impl<'a> Flow<'a> {
    pub(super) fn next() -> Self {
        Flow { next: true, ..Flow::default() }
    }

    pub(super) fn returned(value: Value<'a>) -> Self {
        Flow { returns: Some(value), ..Flow::default() }
    }

    pub(super) fn broken() -> Self {
        Flow { breaks: true, ..Flow::default() }
    }

    pub(super) fn continued() -> Self {
        Flow { continues: true, ..Flow::default() }
    }

    pub(super) fn raised() -> Self {
        Flow { raises: true, ..Flow::default() }
    }

    /// Whether the next statement may be reached.
    pub(super) fn goes_on(&self) -> bool {
        self.next
    }

    /// Whether what is bound in the block can be met again in the function: not where it only returns or raises.
    pub(super) fn stays(&self) -> bool {
        self.next || self.breaks || self.continues
    }

    /// Whether an exception may have been raised.
    pub(super) fn may_raise(&self) -> bool {
        self.raises
    }

    /// Whether it may have returned.
    pub(super) fn may_return(&self) -> bool {
        self.returns.is_some()
    }

    /// Why what follows may not have happened; `None` where it certainly has, if it is reached at all. An exception
    /// that nobody catches is none of the ways: then nothing of the whole has happened.
    pub(super) fn doubt(&self, is_caught: bool) -> Option<Rc<str>> {
        let left = self.returns.is_some() || self.breaks || self.continues || (self.raises && is_caught);
        (self.next && left).then(|| self.reason.clone().unwrap_or_else(|| "it may have been passed over".into()))
    }

    /// This, and then what followed it.
    pub(super) fn then(self, next: Flow<'a>) -> Flow<'a> {
        if !self.next {
            return self;
        }
        let is_next = next.next;
        Flow { next: is_next, ..self.join(next) }
    }

    /// This or the other, for a `reason`.
    pub(super) fn or(self, other: Flow<'a>, reason: &str) -> Flow<'a> {
        let reason = Rc::from(reason);
        Flow { reason: Some(reason), ..self }.join(other)
    }

    /// The ways of both.
    fn join(self, other: Flow<'a>) -> Flow<'a> {
        let reason = self.reason.or(other.reason);
        let returns = match (self.returns, other.returns) {
            (Some(first), Some(second)) => {
                Some(Value::either(first, second, reason.as_deref().unwrap_or("it may have returned before")))
            }
            (one, other) => one.or(other),
        };
        Flow {
            next: self.next || other.next,
            returns,
            breaks: self.breaks || other.breaks,
            continues: self.continues || other.continues,
            raises: self.raises || other.raises,
            reason,
        }
    }

    /// The way behind a turn of a loop: `continue` leads to the next one.
    pub(super) fn behind_turn(self) -> Flow<'a> {
        Flow { next: self.next || self.continues, continues: false, ..self }
    }

    /// The way behind a loop: `break` leads there.
    pub(super) fn behind_loop(self) -> Flow<'a> {
        Flow { next: self.next || self.breaks, breaks: false, ..self }
    }

    /// The way behind a loop that goes on with `orelse` unless it was broken off.
    pub(super) fn behind_loop_with(self, orelse: Flow<'a>) -> Flow<'a> {
        let is_broken = self.breaks;
        let whole = Flow { breaks: false, ..self }.then(orelse);
        Flow { next: whole.next || is_broken, ..whole }
    }

    /// The way behind something that may not have happened at all, for a `reason`; an exception in it is passed over.
    pub(super) fn perhaps(self, reason: &str) -> Flow<'a> {
        Flow { raises: false, ..self }.or(Flow::next(), reason)
    }

    /// The ways without an exception.
    pub(super) fn caught(self) -> Flow<'a> {
        Flow { raises: false, ..self }
    }

    /// What a function returns whose body was left like this; `None` where it only raises.
    pub(super) fn value(self) -> Option<Value<'a>> {
        match (self.returns, self.next) {
            (Some(value), false) => Some(value),
            (Some(value), true) => Some(Value::either(value, Value::None, self.reason.as_deref().unwrap_or_default())),
            (None, false) if self.raises => None,
            (None, _) => Some(Value::None),
        }
    }
}
