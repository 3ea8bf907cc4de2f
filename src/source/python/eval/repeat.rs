//! `while` and `match`, followed as far as their conditions are known.

use crate::source::python::parse::ast;
use crate::source::python::value::Value;

use super::flow::Flow;
use super::operator::equal;
use super::{Frame, Interp};

/// How often a `while` may go round. Models build columns from lists; a server's own loop would never end.
const MAX_ROUNDS: u32 = 1000;

impl<'a> Interp<'a> {
    pub(super) fn while_statement(&mut self, statement: &'a ast::StmtWhile, frame: &Frame<'a>) -> Flow<'a> {
        let mut flow = Flow::Next;
        for _round in 0..MAX_ROUNDS {
            let condition = self.eval(&statement.test, frame);
            match self.truth(&condition) {
                Some(true) if self.step() => {}
                Some(false) => return flow.then(self.block(&statement.orelse, frame)),
                Some(true) | None => break,
            }
            match self.block(&statement.body, frame) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return flow,
                left => flow = flow.then(left),
            }
            if !flow.goes_on() {
                return flow;
            }
        }
        self.not_followed(frame, frame.site(statement));
        flow
    }

    /// The first case whose pattern fits. One of which that cannot be told ends the search.
    pub(super) fn match_statement(&mut self, statement: &'a ast::StmtMatch, frame: &Frame<'a>) -> Flow<'a> {
        let subject = self.eval(&statement.subject, frame);
        for case in &statement.cases {
            let fits = match (self.fits(&case.pattern, &subject, frame), case.guard.as_deref()) {
                (Some(true), Some(guard)) => {
                    let condition = self.eval(guard, frame);
                    self.truth(&condition)
                }
                (fits, _) => fits,
            };
            match fits {
                Some(true) => return self.block(&case.body, frame),
                Some(false) => {}
                None => {
                    self.not_followed(frame, frame.site(statement));
                    return Flow::Next;
                }
            }
        }
        Flow::Next
    }

    /// Whether a pattern fits a value; what it captures is bound.
    fn fits(&mut self, pattern: &'a ast::Pattern, subject: &Value<'a>, frame: &Frame<'a>) -> Option<bool> {
        match pattern {
            ast::Pattern::MatchValue(pattern) => {
                let value = self.eval(&pattern.value, frame);
                equal(subject, &value)
            }
            ast::Pattern::MatchSingleton(pattern) => match (pattern.value, subject) {
                (_, subject) if subject.is_symbolic() => None,
                (ast::Singleton::None, subject) => Some(matches!(subject, Value::None)),
                (ast::Singleton::True, subject) => Some(matches!(subject, Value::Bool(true))),
                (ast::Singleton::False, subject) => Some(matches!(subject, Value::Bool(false))),
            },
            ast::Pattern::MatchOr(pattern) => {
                let mut known = true;
                for pattern in &pattern.patterns {
                    match self.fits(pattern, subject, frame) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => known = false,
                    }
                }
                known.then_some(false)
            }
            ast::Pattern::MatchAs(pattern) => {
                let fits = match &pattern.pattern {
                    Some(inner) => self.fits(inner, subject, frame),
                    None => Some(true),
                };
                if let (Some(true), Some(name)) = (fits, &pattern.name) {
                    frame.bind(name.as_str(), subject.clone(), frame.site(pattern));
                }
                fits
            }
            ast::Pattern::MatchSequence(_)
            | ast::Pattern::MatchMapping(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchStar(_) => None,
        }
    }
}
