//! `try` and `with`: what stands between the two ends of something.
//!
//! Models' `try` goes well: what was meant for a failed import is passed over. In a migration an operation may fail, so
//! what stands in a handler may have happened.

use crate::source::python::parse::ast;
use crate::source::python::value::{Site, Value};

use super::branch::merge;
use super::flow::Flow;
use super::migration::Recording;
use super::{Frame, Interp};

impl<'a> Interp<'a> {
    /// What `with` opens is what its name stands for: `with op.batch_alter_table("users") as batch:`.
    pub(super) fn with_statement(&mut self, statement: &'a ast::StmtWith, frame: &Frame<'a>) -> Flow<'a> {
        let (mut suppresses, mut commits) = (false, 0);
        for item in &statement.items {
            let value = self.eval(&item.context_expr, frame);
            suppresses |= value.call_of("contextlib.suppress").is_some();
            commits += u32::from(matches!(&value, Value::Call(call) if call.callee_name() == "autocommit_block"));
            if let Some(target) = &item.optional_vars {
                self.assign_to(target, value, frame);
            }
        }
        if let Some(recording) = &mut self.recording {
            recording.autocommits += commits;
        }
        let flow = if suppresses { self.suppressing(statement, frame) } else { self.block(&statement.body, frame) };
        if let Some(recording) = &mut self.recording {
            recording.autocommits -= commits;
        }
        flow
    }

    /// `with suppress(…):`
    fn suppressing(&mut self, statement: &'a ast::StmtWith, frame: &Frame<'a>) -> Flow<'a> {
        let (flow, _) = self.attempt(&statement.body, frame);
        if flow.may_raise() { flow.perhaps("an exception before it is passed over") } else { flow }
    }

    /// Runs what may fail without the whole failing; tells the number by which its operations know it.
    fn attempt(&mut self, body: &'a [ast::Stmt], frame: &Frame<'a>) -> (Flow<'a>, Option<u32>) {
        let own = self.recording.as_mut().map(Recording::begin_attempt);
        let flow = self.block(body, frame);
        if let Some(recording) = &mut self.recording {
            recording.attempts.pop();
        }
        (flow, own)
    }

    pub(super) fn try_statement(&mut self, statement: &'a ast::StmtTry, frame: &Frame<'a>) -> Flow<'a> {
        // What a handler raises again is not caught. The first of the others stands for all: which exception it was
        // is not known.
        let mut handlers = statement.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(handler)| handler);
        let handler = handlers.find(|handler| !matches!(handler.body.last(), Some(ast::Stmt::Raise(_))));
        let guards = u32::from(self.recording.is_none() && statement.handlers.iter().any(catches_import_errors));
        self.import_guards += guards;
        let (flow, own) = match handler {
            Some(_) => self.attempt(&statement.body, frame),
            None => (self.block(&statement.body, frame), None),
        };
        self.import_guards -= guards;
        let may_fail = own.is_some_and(|own| self.has_operations(own));
        let only_raises = flow.may_raise() && !flow.stays() && !flow.may_return();
        let whole = match handler {
            Some(handler) if only_raises && !may_fail => self.block(&handler.body, frame),
            Some(handler) if may_fail || (flow.may_raise() && self.recording.is_some()) => {
                let has_raised = flow.may_raise();
                let flow = self.or_else(statement, frame, flow).caught();
                self.or_handled(&handler.body, frame, flow, own.filter(|_| !has_raised), frame.site(statement))
            }
            Some(_) | None => self.or_else(statement, frame, flow),
        };
        // Whichever way the rest was left.
        let last = self.block(&statement.finalbody, frame);
        if last.goes_on() { whole } else { last }
    }

    /// `else:` runs where nothing was raised.
    fn or_else(&mut self, statement: &'a ast::StmtTry, frame: &Frame<'a>, flow: Flow<'a>) -> Flow<'a> {
        if !flow.goes_on() || statement.orelse.is_empty() {
            return flow;
        }
        let next = match flow.doubt(true) {
            Some(reason) => self.while_unsure(&reason, |interp| interp.block(&statement.orelse, frame)),
            None => self.block(&statement.orelse, frame),
        };
        flow.then(next)
    }

    /// What goes as `flow` says, or else as a handler does; `attempt` is the one whose operations alone decide on that.
    fn or_handled(
        &mut self,
        handler: &'a [ast::Stmt],
        frame: &Frame<'a>,
        flow: Flow<'a>,
        attempt: Option<u32>,
        site: Site,
    ) -> Flow<'a> {
        let reason = format!("it depends on whether what stands at {} fails", self.project.at(site));
        let before = frame.scope.vars.borrow().clone();
        let handled = match attempt {
            Some(attempt) => self.rescuing(attempt, |interp| interp.block(handler, frame)),
            None => self.while_unsure(&reason, |interp| interp.block(handler, frame)),
        };
        let after_handler = frame.scope.vars.replace(before);
        match (flow.stays(), handled.stays()) {
            (true, true) => merge(&mut frame.scope.vars.borrow_mut(), after_handler, &reason),
            (false, true) => *frame.scope.vars.borrow_mut() = after_handler,
            (_, false) => {}
        }
        flow.or(handled, &reason)
    }

    /// Notes that a function that was called may have raised, where the script would catch that.
    pub(super) fn note_raise(&mut self, flow: &Flow<'a>) {
        if let Some(recording) = self.recording.as_mut().filter(|recording| !recording.attempts.is_empty())
            && flow.may_raise()
        {
            let is_certain = !flow.stays() && !flow.may_return();
            recording.raised = Some(recording.raised == Some(true) || is_certain);
        }
    }

    /// How a statement was left, with what the functions raised that it called.
    pub(super) fn with_raise(&mut self, flow: Flow<'a>) -> Flow<'a> {
        match self.recording.as_mut().and_then(|recording| recording.raised.take()) {
            None => flow,
            Some(true) => Flow::raised(),
            Some(false) => flow.or(Flow::raised(), "it depends on whether an exception is raised before it"),
        }
    }

    fn has_operations(&self, attempt: u32) -> bool {
        let recording = self.recording.as_ref();
        recording.is_some_and(|recording| recording.operations.iter().any(|one| one.attempts.last() == Some(&attempt)))
    }

    /// Runs what happens only if one of the operations of an attempt fails.
    fn rescuing<T>(&mut self, attempt: u32, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.recording.as_mut().map(|recording| recording.rescues.replace(attempt));
        let outcome = run(self);
        if let (Some(recording), Some(before)) = (&mut self.recording, before) {
            recording.rescues = before;
        }
        outcome
    }
}

/// Whether a handler catches what a failed import raises.
fn catches_import_errors(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let names = |expr: &ast::Expr| {
        matches!(expr, ast::Expr::Name(name)
            if matches!(name.id.as_str(), "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException"))
    };
    match handler.type_.as_deref() {
        None => true,
        Some(ast::Expr::Tuple(tuple)) => tuple.elts.iter().any(names),
        Some(expr) => names(expr),
    }
}
