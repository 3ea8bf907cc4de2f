//! Statements.

use std::cell::{Cell, RefCell};

use crate::source::python::parse::ast;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Body, Class, Function, Role, Scope, Value};

use super::flow::Flow;
use super::{Frame, Interp};

impl<'a> Interp<'a> {
    /// Runs statements until one leaves the block.
    pub(super) fn block(&mut self, statements: &'a [ast::Stmt], frame: &Frame<'a>) -> Flow<'a> {
        let mut flow = Flow::next();
        for (index, statement) in statements.iter().enumerate() {
            if !self.step() {
                let reason = self.leave_out_statements(&statements[index..], frame);
                return flow.then(Flow::returned(Value::Unknown(reason.clone())).perhaps(&reason));
            }
            let done = self.behind(&flow, |interp| interp.statement(statement, frame));
            flow = flow.then(self.with_raise(done));
            if !flow.goes_on() {
                break;
            }
        }
        flow
    }

    fn statement(&mut self, statement: &'a ast::Stmt, frame: &Frame<'a>) -> Flow<'a> {
        match statement {
            ast::Stmt::Import(import) => self.import(import, frame),
            ast::Stmt::ImportFrom(import) => {
                if self.fails_to_import(import) {
                    return Flow::raised();
                }
                self.import_from(import, frame);
            }
            ast::Stmt::Assign(assign) => self.assign(assign, frame),
            ast::Stmt::AnnAssign(assign) => self.annotated_assign(assign, frame),
            ast::Stmt::AugAssign(assign) => self.augmented_assign(assign, frame),
            ast::Stmt::TypeAlias(alias) => self.type_alias(alias, frame),
            ast::Stmt::FunctionDef(def) => self.define_function(def, frame),
            ast::Stmt::ClassDef(def) => self.define_class(def, frame),
            ast::Stmt::Expr(expr) => {
                let value = self.eval(&expr.value, frame);
                if super::effects::is_call(&expr.value) {
                    self.note_effect(&value);
                }
            }
            ast::Stmt::Return(ret) => {
                let value = ret.value.as_ref().map_or(Value::None, |value| self.eval(value, frame));
                return Flow::returned(value);
            }
            ast::Stmt::If(statement) => return self.if_statement(statement, frame),
            ast::Stmt::For(statement) => return self.for_statement(statement, frame),
            ast::Stmt::With(statement) => return self.with_statement(statement, frame),
            ast::Stmt::Try(statement) => return self.try_statement(statement, frame),
            ast::Stmt::While(statement) => return self.while_statement(statement, frame),
            ast::Stmt::Match(statement) => return self.match_statement(statement, frame),
            ast::Stmt::Raise(_) => return Flow::raised(),
            ast::Stmt::Break(_) => return Flow::broken(),
            ast::Stmt::Continue(_) => return Flow::continued(),
            ast::Stmt::Delete(delete) => delete_names(delete, frame),
            ast::Stmt::Assert(_)
            | ast::Stmt::Global(_)
            | ast::Stmt::Nonlocal(_)
            | ast::Stmt::Pass(_)
            | ast::Stmt::IpyEscapeCommand(_) => {}
        }
        Flow::next()
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
                super::container::set_item(self, &base, index, value);
            }
            ast::Expr::Tuple(ast::ExprTuple { elts, .. }) | ast::Expr::List(ast::ExprList { elts, .. }) => {
                let items = self.iterate(&value);
                for (index, element) in elts.iter().enumerate() {
                    let item = items.as_ref().and_then(|items| items.get(index).cloned());
                    let item = item.unwrap_or_else(|| self.cannot(&value, "is unpacked"));
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
            scope: Scope::closure(&frame.scope),
            decorators,
            owner: RefCell::new(frame.class.clone()),
        };
        let function = Rc::new(function);
        for decorator in &function.decorators {
            if let Some(compiles) = decorator.call_of("sa.compiles") {
                self.compilers.push((compiles.clone(), function.clone()));
            }
            if let Some(listens) = decorator.call_of("sa.listens_for") {
                self.listeners.push((listens.clone(), Some(Value::Function(function.clone()))));
            }
        }
        self.note_implementation(&function);
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
        let mut open = None;
        if let Some(arguments) = &def.arguments {
            let (args, kwargs, more) = self.arguments(arguments, frame);
            (bases, open) = (args, more);
            // A base from a module that is still being read is known once the module has been.
            for (base, expr) in bases.iter_mut().zip(&arguments.args) {
                if let (Value::Unknown(_), ast::Expr::Name(name)) = (&*base, expr)
                    && let Some(later @ Value::Deferred(_)) = frame.scope.get(name.id.as_str())
                {
                    *base = later;
                }
            }
            keywords = kwargs;
        }
        unwrap_metaclass(&mut bases, &mut keywords);
        let decorators: Vec<_> = def.decorator_list.iter().map(|d| self.eval(&d.expression, frame)).collect();
        let site = frame.site(&def.name);
        let class = Rc::new(Class {
            name: def.name.as_str().to_owned(),
            bases: RefCell::new(bases),
            above: RefCell::default(),
            keywords,
            decorators,
            namespace: RefCell::default(),
            by_name: RefCell::default(),
            body_length: Cell::new(usize::MAX),
            scope: Scope::inside(&Scope::closure(&frame.scope), true),
            site,
            doubt: self.doubt.clone(),
            role: Cell::new(Role::Plain),
            partial: RefCell::new(open),
        });
        let body = Frame { scope: class.scope.clone(), class: Some(class.clone()), method: None };
        self.block(&def.body, &body);
        let made = self.finish_class(&class);
        frame.bind(def.name.as_str(), made, site);
    }
}

/// `with_metaclass(Meta, Base)`, which was written where Python 2 had to read it too.
fn unwrap_metaclass<'a>(bases: &mut Vec<Value<'a>>, keywords: &mut Vec<(String, Value<'a>)>) {
    let [Value::Call(call)] = bases.as_slice() else { return };
    let Some((metaclass, rest)) = call.args.split_first() else { return };
    if call.callee_name() == "with_metaclass" {
        keywords.push(("metaclass".to_owned(), metaclass.clone()));
        *bases = rest.to_vec();
    }
}

fn delete_names(delete: &ast::StmtDelete, frame: &Frame<'_>) {
    for target in &delete.targets {
        if let ast::Expr::Name(name) = target {
            frame.scope.vars.borrow_mut().remove(name.id.as_str());
        }
    }
}
