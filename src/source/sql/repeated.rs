//! What is made although it is there.

use crate::model::ObjectPath;
use crate::snapshot::Span;

use super::reader::Reader;

/// Something that a statement makes and that is there already, so that the engine refuses the statement.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// What.
    pub object: ObjectPath,
    /// Where it is made again.
    pub at: Span,
    /// Where it was made first, where that is known.
    pub first: Option<Span>,
}

impl Reader<'_> {
    /// Warns of something that is made twice, unless a guard expects that.
    pub fn warn_repeated(&mut self, object: ObjectPath, at: Span, message: impl Into<String>, help: impl Into<String>) {
        if !self.is_guarded() {
            self.repeat(object, at.clone());
            self.warn(at, message, help);
        }
    }

    /// Remembers that something is made twice.
    pub fn repeat(&mut self, object: ObjectPath, at: Span) {
        let first = self.spans.of(&object).cloned();
        self.repeated.push(Repeated { object, at, first });
    }
}
