//! Statements.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::source::python::parse::ast;
use crate::source::python::value::{Body, Class, Function, Role, Scope, Site, Value};

use super::flow::Flow;
use super::{Frame, Interp};

impl<'a> Interp<'a> {
    /// Runs statements until one leaves the block.
    pub(super) fn block(&mut self, statements: &'a [ast::Stmt], frame: &Frame<'a>) -> Flow<'a> {
        let mut flow = Flow::Next;
        for statement in statements {
            if !self.step() {
                return flow;
            }
            flow = flow.then(self.statement(statement, frame));
            if !flow.goes_on() {
                break;
            }
        }
        flow
    }

    fn statement(&mut self, statement: &'a ast::Stmt, frame: &Frame<'a>) -> Flow<'a> {
        match statement {
            ast::Stmt::Import(import) => self.import(import, frame),
            ast::Stmt::ImportFrom(import) => self.import_from(import, frame),
            ast::Stmt::Assign(assign) => self.assign(assign, frame),
            ast::Stmt::AnnAssign(assign) => self.annotated_assign(assign, frame),
            ast::Stmt::AugAssign(assign) => self.augmented_assign(assign, frame),
            ast::Stmt::TypeAlias(alias) => self.type_alias(alias, frame),
            ast::Stmt::FunctionDef(def) => self.define_function(def, frame),
            ast::Stmt::ClassDef(def) => self.define_class(def, frame),
            ast::Stmt::Expr(expr) => {
                self.eval(&expr.value, frame);
            }
            ast::Stmt::Return(ret) => {
                let value = ret.value.as_ref().map_or(Value::None, |value| self.eval(value, frame));
                return Flow::Return(value);
            }
            ast::Stmt::If(statement) => return self.if_statement(statement, frame),
            ast::Stmt::For(statement) => return self.for_statement(statement, frame),
            ast::Stmt::With(statement) => return self.with_statement(statement, frame),
            ast::Stmt::Try(statement) => return self.try_statement(statement, frame),
            ast::Stmt::While(repeated) if self.recording.is_some() => {
                return self.perhaps(&[&repeated.body], frame, frame.site(statement));
            }
            ast::Stmt::Match(choice) if self.recording.is_some() => {
                let cases: Vec<&'a [ast::Stmt]> = choice.cases.iter().map(|case| case.body.as_slice()).collect();
                return self.perhaps(&cases, frame, frame.site(statement));
            }
            ast::Stmt::While(statement) => return self.while_statement(statement, frame),
            ast::Stmt::Match(statement) => return self.match_statement(statement, frame),
            ast::Stmt::Raise(_) => return Flow::Raise,
            ast::Stmt::Break(_) => return Flow::Break,
            ast::Stmt::Continue(_) => return Flow::Continue,
            ast::Stmt::Delete(delete) => delete_names(delete, frame),
            ast::Stmt::Assert(_)
            | ast::Stmt::Global(_)
            | ast::Stmt::Nonlocal(_)
            | ast::Stmt::Pass(_)
            | ast::Stmt::IpyEscapeCommand(_) => {}
        }
        Flow::Next
    }

    fn assign(&mut self, statement: &'a ast::StmtAssign, frame: &Frame<'a>) {
        let value = self.eval(&statement.value, frame);
        for target in &statement.targets {
            self.assign_to(target, value.clone(), frame);
        }
    }

    /// Binds a target: a name, an attribute, an element, or several of them.
    pub(super) fn assign_to(&mut self, target: &'a ast::Expr, value: Value<'a>, frame: &Frame<'a>) {
        match target {
            ast::Expr::Name(name) => frame.bind(name.id.as_str(), value, frame.site(name)),
            ast::Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value, frame);
                self.set_attribute(&base, attribute.attr.as_str(), value, frame.site(attribute));
            }
            ast::Expr::Subscript(subscript) => {
                let base = self.eval(&subscript.value, frame);
                let index = self.eval(&subscript.slice, frame);
                super::container::set_item(&base, index, value);
            }
            ast::Expr::Tuple(ast::ExprTuple { elts, .. }) | ast::Expr::List(ast::ExprList { elts, .. }) => {
                let items = self.iterate(&value);
                for (index, element) in elts.iter().enumerate() {
                    let item = items.as_ref().and_then(|items| items.get(index).cloned());
                    let item = item.unwrap_or_else(|| Value::unknown("a value that is unpacked is not known"));
                    self.assign_to(element, item, frame);
                }
            }
            _ => {}
        }
    }

    fn annotated_assign(&mut self, statement: &'a ast::StmtAnnAssign, frame: &Frame<'a>) {
        let value = statement.value.as_ref().map(|value| self.eval(value, frame));
        let ast::Expr::Name(name) = statement.target.as_ref() else {
            if let Some(value) = value {
                self.assign_to(&statement.target, value, frame);
            }
            return;
        };
        let name_text = name.id.as_str();
        if let Some(class) = &frame.class {
            class.set(name_text, value.clone(), Some(&statement.annotation), frame.site(name));
        }
        if let Some(value) = value {
            frame.scope.set(name_text, value);
        }
    }

    fn augmented_assign(&mut self, statement: &'a ast::StmtAugAssign, frame: &Frame<'a>) {
        let left = self.eval(&statement.target, frame);
        let right = self.eval(&statement.value, frame);
        // `list += …` changes the list itself, which may have other names.
        if let (Value::List(list), ast::Operator::Add) = (&left, statement.op)
            && let Some(more) = self.iterate(&right)
        {
            list.borrow_mut().extend(more);
            return;
        }
        let value = self.binary(statement.op, left, right);
        self.assign_to(&statement.target, value, frame);
    }

    fn type_alias(&mut self, statement: &'a ast::StmtTypeAlias, frame: &Frame<'a>) {
        if let ast::Expr::Name(name) = statement.name.as_ref() {
            let value = self.eval(&statement.value, frame);
            frame.bind(name.id.as_str(), value, frame.site(name));
        }
    }

    fn define_function(&mut self, def: &'a ast::StmtFunctionDef, frame: &Frame<'a>) {
        let decorators: Vec<_> = def.decorator_list.iter().map(|d| self.eval(&d.expression, frame)).collect();
        let name = def.name.as_str();
        let site = frame.site(&def.name);
        let function = Function {
            name,
            parameters: Some(&def.parameters),
            defaults: self.defaults(&def.parameters, frame),
            body: Body::Statements(&def.body),
            returns: def.returns.as_deref(),
            scope: frame.scope.closure(),
            decorators,
            owner: RefCell::new(frame.class.clone()),
        };
        let function = Rc::new(function);
        for decorator in &function.decorators {
            if let Some(compiles) = decorator.call_of("sa.compiles") {
                self.compilers.push((compiles.clone(), function.clone()));
            }
        }
        frame.bind(name, Value::Function(function), site);
    }

    pub(super) fn defaults(&mut self, parameters: &'a ast::Parameters, frame: &Frame<'a>) -> Vec<(&'a str, Value<'a>)> {
        parameters
            .iter_non_variadic_params()
            .filter_map(|parameter| {
                let default = parameter.default.as_deref()?;
                Some((parameter.parameter.name.as_str(), self.eval(default, frame)))
            })
            .collect()
    }

    fn define_class(&mut self, def: &'a ast::StmtClassDef, frame: &Frame<'a>) {
        let mut bases = Vec::new();
        let mut keywords = Vec::new();
        if let Some(arguments) = &def.arguments {
            let (args, kwargs, _) = self.arguments(arguments, frame);
            bases = args;
            keywords = kwargs;
        }
        let decorators: Vec<_> = def.decorator_list.iter().map(|d| self.eval(&d.expression, frame)).collect();
        let site = frame.site(&def.name);
        let class = Rc::new(Class {
            name: def.name.as_str().to_owned(),
            bases,
            keywords,
            decorators,
            namespace: RefCell::default(),
            by_name: RefCell::default(),
            body_length: Cell::new(usize::MAX),
            scope: Scope::inside(&frame.scope.closure(), true),
            site,
            role: Cell::new(Role::Plain),
            partial: RefCell::default(),
        });
        let body = Frame { scope: class.scope.clone(), class: Some(class.clone()), method: None };
        self.block(&def.body, &body);
        self.finish_class(&class);
        frame.bind(def.name.as_str(), Value::Class(class), site);
    }

    /// What happens to a class when its body has run.
    pub(super) fn finish_class(&mut self, class: &Rc<Class<'a>>) {
        self.make_members(class);
        class.body_length.set(class.namespace.borrow().len());
        self.apply_class_decorators(class);
        self.classes.push(class.clone());
    }

    fn if_statement(&mut self, statement: &'a ast::StmtIf, frame: &Frame<'a>) -> Flow<'a> {
        let mut branches: Vec<(Option<&'a ast::Expr>, &'a [ast::Stmt])> =
            vec![(Some(&statement.test), &statement.body)];
        branches
            .extend(statement.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), clause.body.as_slice())));
        self.branches(&branches, frame)
    }

    fn branches(&mut self, branches: &[(Option<&'a ast::Expr>, &'a [ast::Stmt])], frame: &Frame<'a>) -> Flow<'a> {
        let Some(((test, body), rest)) = branches.split_first() else {
            return Flow::Next;
        };
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
                self.either(body, rest, frame, site)
            }
        }
    }

    /// A condition that is not known: both ways are taken, and what differs between them is unknown afterwards.
    fn either(
        &mut self,
        body: &'a [ast::Stmt],
        rest: &[(Option<&'a ast::Expr>, &'a [ast::Stmt])],
        frame: &Frame<'a>,
        site: Site,
    ) -> Flow<'a> {
        if let Some(class) = &frame.class {
            let reason = format!("the class body depends on a condition at {}", self.project.at(site));
            class.partial.borrow_mut().get_or_insert_with(|| reason.into());
        }
        let before = frame.scope.vars.borrow().clone();
        let unsure = format!("it depends on a condition at {}", self.project.at(site));
        let first = self.while_unsure(&unsure, |this| this.block(body, frame));
        let after_first = frame.scope.vars.replace(before);
        let second = self.while_unsure(&unsure, |this| this.branches(rest, frame));
        let reason = format!("the value depends on a condition at {}", self.project.at(site));
        match (first, second) {
            (Flow::Raise, other) => other,
            (other, Flow::Raise) => {
                *frame.scope.vars.borrow_mut() = after_first;
                other
            }
            (Flow::Next, Flow::Next) => {
                merge(&mut frame.scope.vars.borrow_mut(), after_first, &reason);
                Flow::Next
            }
            (Flow::Return(a), Flow::Return(b)) => Flow::Return(Value::either(a, b, &reason)),
            (Flow::Return(value), Flow::Next) => Flow::Perhaps(value, reason.into()),
            (Flow::Next, Flow::Return(value)) => {
                *frame.scope.vars.borrow_mut() = after_first;
                Flow::Perhaps(value, reason.into())
            }
            (Flow::Return(a), Flow::Perhaps(b, _)) => Flow::Perhaps(Value::either(a, b, &reason), reason.into()),
            (Flow::Perhaps(a, _), Flow::Return(b)) => {
                *frame.scope.vars.borrow_mut() = after_first;
                Flow::Perhaps(Value::either(a, b, &reason), reason.into())
            }
            (Flow::Perhaps(a, _), Flow::Perhaps(b, _)) => {
                merge(&mut frame.scope.vars.borrow_mut(), after_first, &reason);
                Flow::Perhaps(Value::either(a, b, &reason), reason.into())
            }
            (Flow::Perhaps(value, _), Flow::Next) | (Flow::Next, Flow::Perhaps(value, _)) => {
                merge(&mut frame.scope.vars.borrow_mut(), after_first, &reason);
                Flow::Perhaps(value, reason.into())
            }
            (Flow::Return(_) | Flow::Perhaps(..), Flow::Break | Flow::Continue)
            | (Flow::Break | Flow::Continue, Flow::Return(_) | Flow::Perhaps(..)) => {
                Flow::Return(Value::unknown(reason))
            }
            (Flow::Next | Flow::Break | Flow::Continue, Flow::Next | Flow::Break | Flow::Continue) => {
                merge(&mut frame.scope.vars.borrow_mut(), after_first, &reason);
                Flow::Next
            }
        }
    }

    /// What `with` opens is what its name stands for: `with op.batch_alter_table("users") as batch:`.
    fn with_statement(&mut self, statement: &'a ast::StmtWith, frame: &Frame<'a>) -> Flow<'a> {
        for item in &statement.items {
            let value = self.eval(&item.context_expr, frame);
            if let Some(target) = &item.optional_vars {
                self.assign_to(target, value, frame);
            }
        }
        self.block(&statement.body, frame)
    }

    fn for_statement(&mut self, statement: &'a ast::StmtFor, frame: &Frame<'a>) -> Flow<'a> {
        let iterable = self.eval(&statement.iter, frame);
        let Some(items) = self.iterate(&iterable) else {
            self.assign_to(&statement.target, Value::unknown("the items of a loop are not known"), frame);
            return self.perhaps(&[&statement.body], frame, frame.site(statement));
        };
        let mut flow = Flow::Next;
        for item in items {
            if !self.step() {
                break;
            }
            if !self.turn() {
                self.not_followed(frame, frame.site(statement));
                return Flow::Next;
            }
            self.assign_to(&statement.target, item, frame);
            match self.block(&statement.body, frame) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return flow,
                left => flow = flow.then(left),
            }
            if !flow.goes_on() {
                return flow;
            }
        }
        flow.then(self.block(&statement.orelse, frame))
    }

    /// A `try` goes well; what was meant for a failed import is passed over.
    fn try_statement(&mut self, statement: &'a ast::StmtTry, frame: &Frame<'a>) -> Flow<'a> {
        let mut flow = self.block(&statement.body, frame);
        match flow {
            Flow::Next | Flow::Perhaps(..) => {}
            Flow::Raise => {
                let handler = statement.handlers.first().map(|ast::ExceptHandler::ExceptHandler(handler)| handler);
                flow = handler.map_or(Flow::Next, |handler| self.block(&handler.body, frame));
                if !flow.goes_on() {
                    return flow;
                }
            }
            Flow::Return(_) | Flow::Break | Flow::Continue => return flow,
        }
        flow = flow.then(self.block(&statement.orelse, frame));
        if flow.goes_on() { flow.then(self.block(&statement.finalbody, frame)) } else { flow }
    }

    /// A statement that is not followed: in a class body it may have made columns.
    pub(super) fn not_followed(&mut self, frame: &Frame<'a>, site: Site) {
        if let Some(class) = &frame.class {
            let reason =
                format!("the class body has a loop or match at {} that is not followed", self.project.at(site));
            class.partial.borrow_mut().get_or_insert_with(|| reason.into());
        }
    }
}

fn delete_names(delete: &ast::StmtDelete, frame: &Frame<'_>) {
    for target in &delete.targets {
        if let ast::Expr::Name(name) = target {
            frame.scope.vars.borrow_mut().remove(name.id.as_str());
        }
    }
}

/// Joins the names after two ways through the code: one that only one way binds is kept, a difference is unknown.
fn merge<'a>(vars: &mut HashMap<String, Value<'a>>, other: HashMap<String, Value<'a>>, reason: &str) {
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
