//! Code that is not run, because a call takes too many statements or nests too deeply: whether it could have declared
//! anything, as far as its text tells. What it could have is told; the rest of a program's own work is not.

use std::collections::HashSet;

use ruff_text_size::Ranged;

use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::declarative;
use crate::source::python::parse::ast;
use crate::source::python::parse::ast::visitor::{Visitor, walk_expr, walk_stmt};
use crate::source::python::shared::Rc;
use crate::source::python::table::{Declares, declares};
use crate::source::python::value::{Body, Class, Function, Scope, Site, Value};

use super::{Frame, Interp, MAX_DEPTH, own_or_inherited};

/// Something that may have been declared, and is not known.
pub(in crate::source::python) struct LeftOut {
    pub(in crate::source::python) what: Declares,
    pub(in crate::source::python) reason: Rc<str>,
    pub(in crate::source::python) site: Site,
}

/// What is added to something that may turn out to be a table.
pub(in crate::source::python) struct Appended<'a> {
    pub(in crate::source::python) table: Value<'a>,
    pub(in crate::source::python) item: Value<'a>,
    pub(in crate::source::python) what: Declares,
    pub(in crate::source::python) site: Site,
}

/// What code may declare.
pub(super) type Reach = HashSet<Declares>;

impl<'a> Interp<'a> {
    /// Leaves out statements, because the call that they belong to takes too many. Returns the reason.
    pub(super) fn leave_out_statements(&mut self, statements: &'a [ast::Stmt], frame: &Frame<'a>) -> Rc<str> {
        let site = frame.site(&statements[0]);
        let limit = self.limit().unwrap_or_default();
        let reason: Rc<str> = format!("what follows from {} on is not followed: {limit}", self.project.at(site)).into();
        if let Some(class) = &frame.class {
            class.partial.borrow_mut().get_or_insert_with(|| reason.clone());
        }
        if let Some(recording) = &mut self.recording {
            recording.cut_off(&reason, site);
        }
        let this = frame.method.as_ref().map(|(class, _)| class.clone());
        self.leave_out(Body::Statements(statements), &frame.scope, this, site, &reason);
        reason
    }

    /// Leaves out the call of a function. Returns the reason.
    pub(super) fn leave_out_call(&mut self, function: &Rc<Function<'a>>) -> Rc<str> {
        let offset = match function.body {
            Body::Statements(body) => body.first().map(Ranged::start).unwrap_or_default(),
            Body::Expression(expr) => expr.start(),
        };
        let site = Site { module: function.scope.module, offset };
        // What it does is told by the turns that were followed.
        let is_pointless = self.depth < MAX_DEPTH && self.has_steps_left();
        let limit = match self.limit() {
            _ if self.depth >= MAX_DEPTH => format!("calls nest deeper than {MAX_DEPTH}"),
            Some(limit) => limit,
            None => "it calls itself in a loop that is not followed".to_owned(),
        };
        let reason: Rc<str> =
            format!("the function `{}` at {} is not followed: {limit}", function.name, self.project.at(site)).into();
        if let Some(recording) = self.recording.as_mut().filter(|_| !is_pointless) {
            recording.cut_off(&reason, site);
        }
        let owner = function.owner.borrow().clone();
        self.leave_out(function.body, &function.scope, owner, site, &reason);
        reason
    }

    /// States what a listener may declare that is not called.
    pub(in crate::source::python) fn leave_out_listener(&mut self, function: &Rc<Function<'a>>, event: &str) {
        let offset = match function.body {
            Body::Statements(body) => body.first().map(Ranged::start).unwrap_or_default(),
            Body::Expression(expr) => expr.start(),
        };
        let site = Site { module: function.scope.module, offset };
        let at = self.project.at(site);
        let reason = format!("the function `{}` at {at}, which listens to `{event}`, is not followed", function.name);
        let owner = function.owner.borrow().clone();
        self.leave_out(function.body, &function.scope, owner, site, &reason.into());
    }

    fn leave_out(
        &mut self,
        code: Body<'a>,
        scope: &Rc<Scope<'a>>,
        this: Option<Rc<Class<'a>>>,
        site: Site,
        reason: &Rc<str>,
    ) {
        let key = address(code);
        if !self.reached.contains_key(&key) {
            let mut walker = Walker {
                interp: self,
                scope: scope.clone(),
                this,
                seen: HashSet::new(),
                pending: Vec::new(),
                found: Reach::new(),
            };
            walker.walk(code);
            let found = walker.found;
            self.reached.insert(key, found);
        }
        for what in self.reached.get(&key).cloned().unwrap_or_default() {
            self.leave_out_one(what, reason, site);
        }
    }

    /// `….append_column(…)` and `….append_constraint(…)` of something that is no `Table(…)`. Whether it stands for one,
    /// as `Class.__table__` does, is known when the classes are mapped.
    pub(super) fn note_append(&mut self, method: &str, callee: &Value<'a>, item: Option<&Value<'a>>, site: Site) {
        if !matches!(method, "append_column" | "append_constraint") {
            return;
        }
        let table = match callee {
            Value::Attr(attr) if attr.0.call_of("sa.Table").is_some() => return,
            Value::Attr(attr) => &attr.0,
            Value::Unknown(_) | Value::Choice(_) => callee,
            _ => return,
        };
        let what = match item {
            _ if method == "append_column" => Declares::Column,
            Some(Value::Call(item)) => item.key().and_then(declares).unwrap_or(Declares::Constraint),
            Some(_) | None => Declares::Constraint,
        };
        let item = item.cloned().unwrap_or(Value::None);
        self.appended.push(Appended { table: table.clone(), item, what, site });
    }

    /// A column that is assigned to an attribute of something that is not known.
    pub(super) fn tell_addition(&mut self, base: &Value<'a>, value: &Value<'a>, site: Site) {
        if let Value::Call(call) = value
            && call.key().and_then(declares) == Some(Declares::Column)
        {
            self.tell(Declares::Column, base, site);
        }
    }

    /// Records that something is added to a table that is not known.
    pub(in crate::source::python) fn tell(&mut self, what: Declares, table: &Value<'a>, site: Site) {
        let why = self.why_unknown(table).unwrap_or_else(|| "it is not known which".to_owned());
        let reason = format!("something is added to a table at {}: {why}", self.project.at(site));
        self.leave_out_one(what, &reason.into(), site);
    }

    /// Records that something may be declared at a place, once.
    pub(super) fn leave_out_one(&mut self, what: Declares, reason: &Rc<str>, site: Site) {
        if !self.left_out.iter().any(|known| known.what == what && known.site == site) {
            self.left_out.push(LeftOut { what, reason: reason.clone(), site });
        }
    }
}

/// What tells two pieces of code apart.
pub(super) type Address = (usize, usize);

fn address(code: Body<'_>) -> Address {
    match code {
        Body::Statements(body) => (body.as_ptr().addr(), body.len()),
        Body::Expression(expr) => (std::ptr::from_ref(expr).addr(), 0),
    }
}

struct Walker<'i, 'a> {
    interp: &'i mut Interp<'a>,
    /// Where the code at hand looks names up.
    scope: Rc<Scope<'a>>,
    /// The class whose method it is.
    this: Option<Rc<Class<'a>>>,
    seen: HashSet<Address>,
    pending: Vec<Rc<Function<'a>>>,
    found: Reach,
}

impl<'a> Walker<'_, 'a> {
    fn walk(&mut self, code: Body<'a>) {
        self.walk_one(code);
        while let Some(function) = self.pending.pop() {
            self.scope = function.scope.clone();
            self.this = function.owner.borrow().clone();
            self.walk_one(function.body);
        }
    }

    fn walk_one(&mut self, code: Body<'a>) {
        match code {
            Body::Statements(body) => self.visit_body(body),
            Body::Expression(expr) => self.visit_expr(expr),
        }
    }

    fn enter(&mut self, value: &Value<'a>) {
        let function = match value {
            Value::Function(function) => function.clone(),
            Value::Method(method) => method.1.clone(),
            Value::Class(class) => match own_or_inherited(class, "__init__").and_then(|(_, entry)| entry.value) {
                Some(Value::Function(init)) => init,
                _ => return,
            },
            _ => return,
        };
        if self.seen.insert(address(function.body)) {
            self.pending.push(function);
        }
    }

    /// What a name, or an attribute of one, stands for, without running anything.
    fn resolve(&mut self, expr: &'a ast::Expr) -> Option<Value<'a>> {
        match expr {
            ast::Expr::Name(name) => {
                if let (Some(class), "self" | "cls") = (&self.this, name.id.as_str()) {
                    return Some(Value::Class(class.clone()));
                }
                if let Some(value) = self.scope.get(name.id.as_str()) {
                    return Some(self.interp.force(value));
                }
                let star = self.interp.project.module(self.scope.module).star_of(name.id.as_str())?;
                Some(Value::external(&format!("{star}.{}", name.id)))
            }
            ast::Expr::Attribute(attribute) => {
                let base = self.resolve(&attribute.value)?;
                let name = attribute.attr.as_str();
                match &base {
                    Value::Module(_) | Value::External(_) | Value::Call(_) => Some(self.interp.attribute(&base, name)),
                    Value::Class(class) => own_or_inherited(class, name)?.1.value,
                    Value::Instance(instance) => own_or_inherited(&instance.class, name)?.1.value,
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether what extends this is mapped.
    fn is_mapped_base(&mut self, expr: &'a ast::Expr) -> bool {
        match self.resolve(expr) {
            Some(Value::Class(class)) => {
                ancestors(&class).into_iter().filter_map(Ancestor::class).any(|class| declarative::is_base(&class))
            }
            _ => false,
        }
    }

    fn is_mapped(&mut self, def: &'a ast::StmtClassDef) -> bool {
        let mut bound = def.body.iter().filter_map(|statement| match statement {
            ast::Stmt::Assign(assign) => assign.targets.first()?.as_name_expr().map(|name| name.id.as_str()),
            ast::Stmt::AnnAssign(assign) => assign.target.as_name_expr().map(|name| name.id.as_str()),
            ast::Stmt::FunctionDef(def) => Some(def.name.as_str()),
            _ => None,
        });
        if bound.any(|name| matches!(name, "__tablename__" | "__table__")) {
            return true;
        }
        let Some(arguments) = &def.arguments else {
            return false;
        };
        arguments.find_keyword("table").is_some() || arguments.args.iter().any(|base| self.is_mapped_base(base))
    }

    /// Whether a call says by itself what it declares, with its arguments.
    fn declares(&mut self, call: &'a ast::ExprCall) -> bool {
        if let ast::Expr::Attribute(attribute) = call.func.as_ref()
            && attribute.attr.as_str() == "append_column"
        {
            self.found.insert(Declares::Column);
        }
        let Some(value) = self.resolve(&call.func) else {
            return false;
        };
        self.enter(&value);
        let Some(key) = value.external_key() else {
            return false;
        };
        let makes_class = key == "builtins.type"
            && matches!(&*call.arguments.args, [_, ast::Expr::Tuple(bases), _] if bases.elts.iter().any(|base| self.is_mapped_base(base)));
        let what = if makes_class { Some(Declares::Table) } else { declares(key) };
        self.found.extend(what);
        what == Some(Declares::Table)
    }
}

impl<'a> Visitor<'a> for Walker<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a ast::Stmt) {
        match statement {
            ast::Stmt::ClassDef(def) if self.is_mapped(def) => {
                self.found.insert(Declares::Table);
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_annotation(&mut self, _annotation: &'a ast::Expr) {}

    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        match expr {
            ast::Expr::Call(call) if self.declares(call) => return,
            // A function that is passed on may be called.
            ast::Expr::Name(_) | ast::Expr::Attribute(_) => {
                if let Some(value @ (Value::Function(_) | Value::Method(_))) = self.resolve(expr) {
                    self.enter(&value);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
