//! Loops and comprehensions, followed as far as what they go over is known.
//!
//! Where it is not, and where there are too many turns, one turn over unknown values stands for all that are left: a
//! table of a name that is not known is told like any other, and what the turn binds is unknown afterwards.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::source::python::dict::Dict;
use crate::source::python::parse::ast;
use crate::source::python::parse::ast::visitor::{Visitor, walk_expr, walk_stmt};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Scope, Site, Value};

use super::branch::merge;
use super::flow::Flow;
use super::{Frame, Interp, MAX_TURNS};

/// How often a `while` may go round. Models build columns from lists; a server's own loop would never end.
const MAX_ROUNDS: u32 = 1000;

/// A `for` or a `while`.
struct Loop<'a> {
    /// What a `for` binds.
    target: Option<&'a ast::Expr>,
    body: &'a [ast::Stmt],
    orelse: &'a [ast::Stmt],
    site: Site,
}

impl<'a> Interp<'a> {
    pub(super) fn for_statement(&mut self, statement: &'a ast::StmtFor, frame: &Frame<'a>) -> Flow<'a> {
        let site = frame.site(statement);
        let this = Loop { target: Some(&statement.target), body: &statement.body, orelse: &statement.orelse, site };
        let iterable = self.eval(&statement.iter, frame);
        let Some(items) = self.iterate(&iterable) else {
            let reason = self.not_followed("loop", site, &iterable);
            return self.open_turn(&this, frame, &reason);
        };
        self.looping += 1;
        let flow = self.turns_of(statement, items, &this, frame);
        self.looping -= 1;
        flow
    }

    fn turns_of(
        &mut self,
        statement: &'a ast::StmtFor,
        items: Vec<Value<'a>>,
        this: &Loop<'a>,
        frame: &Frame<'a>,
    ) -> Flow<'a> {
        let site = this.site;
        let mut flow = Flow::next();
        for item in items {
            if !self.step() || !self.turn() {
                let reason = self.too_long("loop", site);
                return flow.then(self.open_turn(this, frame, &reason)).behind_loop();
            }
            self.assign_to(&statement.target, item, frame);
            flow = self.one_turn(&statement.body, frame, flow);
            if !flow.goes_on() {
                break;
            }
        }
        self.end_of_loop(this, frame, flow)
    }

    pub(super) fn while_statement(&mut self, statement: &'a ast::StmtWhile, frame: &Frame<'a>) -> Flow<'a> {
        let site = frame.site(statement);
        let this = Loop { target: None, body: &statement.body, orelse: &statement.orelse, site };
        // A migration that goes round says all that it does in one turn.
        if self.recording.is_some() {
            let reason = format!("the loop at {} is not followed", self.project.at(site));
            return self.open_turn(&this, frame, &reason);
        }
        self.looping += 1;
        let flow = self.rounds_of(statement, &this, frame);
        self.looping -= 1;
        flow
    }

    fn rounds_of(&mut self, statement: &'a ast::StmtWhile, this: &Loop<'a>, frame: &Frame<'a>) -> Flow<'a> {
        let site = this.site;
        let mut flow = Flow::next();
        for _round in 0..MAX_ROUNDS {
            let condition = self.eval(&statement.test, frame);
            match self.truth(&condition) {
                Some(true) if self.step() && self.turn() => {}
                Some(true) => {
                    let reason = self.too_long("loop", site);
                    return flow.then(self.open_turn(this, frame, &reason)).behind_loop();
                }
                Some(false) => return self.end_of_loop(this, frame, flow),
                None => {
                    let reason = self.not_followed("loop", site, &condition);
                    return flow.then(self.open_turn(this, frame, &reason)).behind_loop();
                }
            }
            flow = self.one_turn(&statement.body, frame, flow);
            if !flow.goes_on() {
                return flow.behind_loop();
            }
        }
        let at = self.project.at(site);
        let reason = format!("the loop at {at} is not followed to its end: it takes more than {MAX_ROUNDS} turns");
        flow.then(self.open_turn(this, frame, &reason)).behind_loop()
    }

    /// Runs a loop's body once, behind turns that went as `flow` says.
    fn one_turn(&mut self, body: &'a [ast::Stmt], frame: &Frame<'a>, flow: Flow<'a>) -> Flow<'a> {
        let turn = self.behind(&flow, |interp| interp.block(body, frame));
        flow.then(turn.behind_turn())
    }

    /// What stands behind the last turn, unless the loop was broken off.
    fn end_of_loop(&mut self, this: &Loop<'a>, frame: &Frame<'a>, flow: Flow<'a>) -> Flow<'a> {
        if !flow.goes_on() || this.orelse.is_empty() {
            return flow.behind_loop();
        }
        let orelse = self.behind(&flow, |interp| interp.block(this.orelse, frame));
        flow.behind_loop_with(orelse)
    }

    /// The turn that stands for all that are left.
    fn open_turn(&mut self, this: &Loop<'a>, frame: &Frame<'a>, reason: &str) -> Flow<'a> {
        if let Some(class) = &frame.class {
            let reason = format!("the class body has a loop at {} that is not followed", self.project.at(this.site));
            class.partial.borrow_mut().get_or_insert_with(|| reason.into());
        }
        let before = forget(this.body, frame, reason);
        if let Some(target) = this.target {
            self.assign_to(target, Value::unknown(reason), frame);
        }
        let flow = self.openly(reason, |interp| {
            let turn = interp.block(this.body, frame).behind_turn().behind_loop().perhaps(reason);
            turn.then(interp.block(this.orelse, frame).perhaps(reason))
        });
        merge(&mut frame.scope.vars.borrow_mut(), before, reason);
        flow
    }

    /// Runs something over values that stand for others; there, nothing is gained by following a recursion.
    pub(super) fn openly<T>(&mut self, reason: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        self.open_turns += 1;
        let result = self.while_unsure(reason, run);
        self.open_turns -= 1;
        result
    }

    /// Why a loop is not followed that depends on `value`.
    fn not_followed(&self, what: &str, site: Site, value: &Value<'a>) -> Rc<str> {
        if let Some(reason) = value.unknown_reason() {
            return reason.clone();
        }
        let why = self.why_unknown(value).or_else(|| self.limit());
        let why = why.unwrap_or_else(|| "what it depends on is not known".to_owned());
        format!("the {what} at {} is not followed: {why}", self.project.at(site)).into()
    }

    /// Why a loop is not followed to its end.
    fn too_long(&self, what: &str, site: Site) -> String {
        let limit = self.limit().unwrap_or_else(|| format!("all loops together take more than {MAX_TURNS} turns"));
        format!("the {what} at {} is not followed to its end: {limit}", self.project.at(site))
    }

    pub(super) fn list_comprehension(
        &mut self,
        element: &'a ast::Expr,
        generators: &'a [ast::Comprehension],
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let mut items = Vec::new();
        let inner = Frame { scope: Scope::inside(&frame.scope, false), class: None, method: frame.method.clone() };
        match self.comprehension(generators, &inner, &mut |interp, frame| items.push(interp.eval(element, frame))) {
            Ok(()) => Value::list(items),
            Err(unknown) => unknown,
        }
    }

    pub(super) fn dict_comprehension(&mut self, comp: &'a ast::ExprDictComp, frame: &Frame<'a>) -> Value<'a> {
        let Some(key) = comp.key.as_deref() else {
            return Value::unknown("a dict comprehension that spreads is not followed");
        };
        let mut items = Dict::default();
        let inner = Frame { scope: Scope::inside(&frame.scope, false), class: None, method: frame.method.clone() };
        let done = self.comprehension(&comp.generators, &inner, &mut |interp, frame| {
            let key = interp.eval(key, frame);
            let value = interp.eval(&comp.value, frame);
            items.put(key, value);
        });
        match done {
            Ok(()) => Value::Dict(Rc::new(RefCell::new(items))),
            Err(unknown) => unknown,
        }
    }

    /// Runs `each` for every combination of the generators' items.
    ///
    /// # Errors
    /// The unknown value that the comprehension is, where it is not known for which items `each` runs.
    fn comprehension(
        &mut self,
        generators: &'a [ast::Comprehension],
        frame: &Frame<'a>,
        each: &mut dyn FnMut(&mut Self, &Frame<'a>),
    ) -> Result<(), Value<'a>> {
        self.looping += 1;
        let result = self.generated(generators, frame, each);
        self.looping -= 1;
        result
    }

    /// The same, inside of the loop that it is.
    ///
    /// # Errors
    /// The unknown value that the comprehension is, where it is not known for which items `each` runs.
    fn generated(
        &mut self,
        generators: &'a [ast::Comprehension],
        frame: &Frame<'a>,
        each: &mut dyn FnMut(&mut Self, &Frame<'a>),
    ) -> Result<(), Value<'a>> {
        let Some((generator, rest)) = generators.split_first() else {
            each(self, frame);
            return Ok(());
        };
        let site = frame.site(generator);
        let iterable = self.eval(&generator.iter, frame);
        let Some(items) = self.iterate(&iterable) else {
            let reason = self.not_followed("comprehension", site, &iterable);
            let unknown = Value::Unknown(reason.clone());
            let turn = |interp: &mut Self| interp.comprehension_turn(generator, rest, unknown.clone(), frame, each);
            return self.openly(&reason, turn).and(Err(unknown));
        };
        let mut result = Ok(());
        for item in items {
            if !self.step() || !self.turn() {
                let reason = self.too_long("comprehension", site);
                let unknown = Value::unknown(&reason);
                let turn = |interp: &mut Self| interp.comprehension_turn(generator, rest, unknown.clone(), frame, each);
                return result.and(self.openly(&reason, turn)).and(Err(unknown));
            }
            result = result.and(self.comprehension_turn(generator, rest, item, frame, each));
        }
        result
    }

    fn comprehension_turn(
        &mut self,
        generator: &'a ast::Comprehension,
        rest: &'a [ast::Comprehension],
        item: Value<'a>,
        frame: &Frame<'a>,
        each: &mut dyn FnMut(&mut Self, &Frame<'a>),
    ) -> Result<(), Value<'a>> {
        self.assign_to(&generator.target, item, frame);
        let mut result = Ok(());
        for condition in &generator.ifs {
            let value = self.eval(condition, frame);
            match self.truth(&value) {
                Some(true) => {}
                Some(false) => return result,
                None => result = result.and(Err(self.cannot(&value, "is a condition"))),
            }
        }
        let mut inner = |interp: &mut Self| interp.comprehension(rest, frame, each);
        let done = match result.as_ref().err().and_then(Value::unknown_reason).cloned() {
            Some(reason) => self.while_unsure(&reason, &mut inner),
            None => inner(self),
        };
        result.and(done)
    }
}

/// Makes unknown what the statements bind, and returns what it was.
fn forget<'a>(statements: &'a [ast::Stmt], frame: &Frame<'a>, reason: &str) -> HashMap<String, Value<'a>> {
    let mut bound = Bound::default();
    bound.visit_body(statements);
    let mut vars = frame.scope.vars.borrow_mut();
    let forgotten = bound.0.into_iter().filter_map(|name| {
        let value = vars.get_mut(name)?;
        Some((name.to_owned(), std::mem::replace(value, Value::unknown(reason))))
    });
    // The first is what stood there before; a name that is bound twice is met again as unknown.
    let mut before = HashMap::new();
    for (name, value) in forgotten {
        before.entry(name).or_insert(value);
    }
    before
}

/// The names that statements assign to, without those of functions and classes in them.
#[derive(Default)]
struct Bound<'a>(Vec<&'a str>);

impl<'a> Visitor<'a> for Bound<'a> {
    fn visit_stmt(&mut self, statement: &'a ast::Stmt) {
        if !matches!(statement, ast::Stmt::FunctionDef(_) | ast::Stmt::ClassDef(_)) {
            walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        match expr {
            ast::Expr::Name(name) if name.ctx.is_store() => self.0.push(name.id.as_str()),
            ast::Expr::ListComp(_)
            | ast::Expr::SetComp(_)
            | ast::Expr::DictComp(_)
            | ast::Expr::Generator(_)
            | ast::Expr::Lambda(_) => {}
            other => walk_expr(self, other),
        }
    }
}
