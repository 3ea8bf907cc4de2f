//! `if` and `match`: the way whose condition holds, and both ways where that cannot be told.

use std::collections::HashMap;

use crate::source::python::parse::ast;
use crate::source::python::parse::ast::visitor::{Visitor, walk_pattern};
use crate::source::python::value::{Site, Value};
use crate::threads;

use super::flow::Flow;
use super::operator::equal;
use super::{Frame, Interp};

impl<'a> Interp<'a> {
    pub(super) fn if_statement(&mut self, statement: &'a ast::StmtIf, frame: &Frame<'a>) -> Flow<'a> {
        let mut branches: Vec<(Option<&'a ast::Expr>, &'a [ast::Stmt])> =
            vec![(Some(&statement.test), &statement.body)];
        branches
            .extend(statement.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), clause.body.as_slice())));
        self.branches(&branches, frame)
    }

    fn branches(&mut self, branches: &[(Option<&'a ast::Expr>, &'a [ast::Stmt])], frame: &Frame<'a>) -> Flow<'a> {
        let Some(((test, body), rest)) = branches.split_first() else {
            return Flow::next();
        };
        if !threads::has_room() {
            return self.too_deep(branches.iter().map(|(_, body)| *body), frame);
        }
        let Some(test) = test else {
            return self.block(body, frame);
        };
        let condition = self.eval(test, frame);
        if condition.external_key() == Some("typing.TYPE_CHECKING") {
            let lazy = std::mem::replace(&mut self.lazy_imports, true);
            self.block(body, frame);
            self.lazy_imports = lazy;
            return self.branches(rest, frame);
        }
        match self.truth(&condition) {
            Some(true) => self.block(body, frame),
            Some(false) => self.branches(rest, frame),
            None => {
                let site = frame.site(test);
                self.either(frame, site, |interp| interp.block(body, frame), |interp| interp.branches(rest, frame))
            }
        }
    }

    /// Leaves out ways that nest too deeply to be taken.
    fn too_deep(&mut self, ways: impl Iterator<Item = &'a [ast::Stmt]>, frame: &Frame<'a>) -> Flow<'a> {
        for way in ways.filter(|way| !way.is_empty()) {
            self.leave_out_statements(way, frame);
        }
        Flow::next()
    }

    /// A condition that is not known: both ways are taken, and what differs between them is unknown afterwards.
    fn either(
        &mut self,
        frame: &Frame<'a>,
        site: Site,
        first: impl FnOnce(&mut Self) -> Flow<'a>,
        second: impl FnOnce(&mut Self) -> Flow<'a>,
    ) -> Flow<'a> {
        if let Some(class) = &frame.class {
            let reason = format!("the class body depends on a condition at {}", self.project.at(site));
            class.partial.borrow_mut().get_or_insert_with(|| reason.into());
        }
        let before = frame.scope.vars.borrow().clone();
        let unsure = format!("it depends on a condition at {}", self.project.at(site));
        let first = self.while_unsure(&unsure, first);
        let after_first = frame.scope.vars.replace(before);
        let second = self.while_unsure(&unsure, second);
        let reason = format!("the value depends on a condition at {}", self.project.at(site));
        match (first.stays(), second.stays()) {
            (true, true) => merge(&mut frame.scope.vars.borrow_mut(), after_first, &reason),
            (true, false) => *frame.scope.vars.borrow_mut() = after_first,
            (false, _) => {}
        }
        first.or(second, &reason)
    }

    /// The first case whose pattern fits.
    pub(super) fn match_statement(&mut self, statement: &'a ast::StmtMatch, frame: &Frame<'a>) -> Flow<'a> {
        let subject = self.eval(&statement.subject, frame);
        self.cases(&statement.cases, &subject, frame)
    }

    fn cases(&mut self, cases: &'a [ast::MatchCase], subject: &Value<'a>, frame: &Frame<'a>) -> Flow<'a> {
        let Some((case, rest)) = cases.split_first() else {
            return Flow::next();
        };
        if !threads::has_room() {
            return self.too_deep(cases.iter().map(|case| case.body.as_slice()), frame);
        }
        let fits = match (self.fits(&case.pattern, subject, frame), case.guard.as_deref()) {
            (Some(false), _) => Some(false),
            (fits, Some(guard)) => {
                let condition = self.eval(guard, frame);
                match self.truth(&condition) {
                    Some(true) => fits,
                    guarded => guarded,
                }
            }
            (fits, None) => fits,
        };
        match fits {
            Some(true) => self.block(&case.body, frame),
            Some(false) => self.cases(rest, subject, frame),
            None => {
                let body = |interp: &mut Self| interp.block(&case.body, frame);
                self.either(frame, frame.site(case), body, |interp| interp.cases(rest, subject, frame))
            }
        }
    }

    /// Whether a pattern fits a value; what it captures is bound.
    fn fits(&mut self, pattern: &'a ast::Pattern, subject: &Value<'a>, frame: &Frame<'a>) -> Option<bool> {
        let fits = self.pattern(pattern, subject, frame);
        if fits.is_none() {
            let mut names = Captured::default();
            names.visit_pattern(pattern);
            for name in names.0 {
                frame.bind(name.as_str(), self.cannot(subject, "is matched"), frame.site(name));
            }
        }
        fits
    }

    fn pattern(&mut self, pattern: &'a ast::Pattern, subject: &Value<'a>, frame: &Frame<'a>) -> Option<bool> {
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
                    match self.pattern(pattern, subject, frame) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => known = false,
                    }
                }
                known.then_some(false)
            }
            ast::Pattern::MatchAs(pattern) => {
                let fits = match &pattern.pattern {
                    Some(inner) => self.pattern(inner, subject, frame),
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

/// Joins the names after two ways through the code: one that only one way binds is kept, a difference is unknown.
pub(super) fn merge<'a>(vars: &mut HashMap<String, Value<'a>>, other: HashMap<String, Value<'a>>, reason: &str) {
    for (name, value) in other {
        match vars.get(&name) {
            None => {
                vars.insert(name, value);
            }
            Some(mine) => {
                let either = Value::either(mine.clone(), value, reason);
                vars.insert(name, either);
            }
        }
    }
}

/// The names that a pattern binds.
#[derive(Default)]
struct Captured<'a>(Vec<&'a ast::Identifier>);

impl<'a> Visitor<'a> for Captured<'a> {
    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        match pattern {
            ast::Pattern::MatchAs(pattern) => self.0.extend(&pattern.name),
            ast::Pattern::MatchStar(pattern) => self.0.extend(&pattern.name),
            ast::Pattern::MatchMapping(pattern) => self.0.extend(&pattern.rest),
            ast::Pattern::MatchValue(_)
            | ast::Pattern::MatchSingleton(_)
            | ast::Pattern::MatchSequence(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchOr(_) => {}
        }
        walk_pattern(self, pattern);
    }
}
