//! Calls of libraries that are not read: what they were handed, or were called for, may declare something.

use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::declarative::{is_base, is_mapped};
use crate::source::python::external::is_known_library;
use crate::source::python::parse::{ParsedFile, ast};
use crate::source::python::shared::Rc;
use crate::source::python::table::Declares;
use crate::source::python::value::{Call, ModuleId, Scope, Site, Value};

use super::{Frame, Interp};

/// What the whole of the models hangs on.
enum Whole {
    MetaData,
    Registry,
    Base,
}

impl<'a> Interp<'a> {
    /// Notes a call that a library keeps: with the MetaData, the registry or the base of the models it may do anything.
    pub(super) fn note_handed_over(&mut self, call: &Rc<Call<'a>>) {
        if self.recording.is_some() || !is_of_unknown_library(&call.callee) {
            return;
        }
        let given = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value));
        let Some(whole) = given.filter_map(whole).next() else { return };
        let what = match whole {
            Whole::MetaData => "the MetaData",
            Whole::Registry => "the registry",
            Whole::Base => "the base class",
        };
        let (callee, at) = (self.spell(&call.callee), self.project.at(call.site));
        let reason = format!("`{callee}` at {at} is handed {what} of the models, and is not followed").into();
        self.leave_out_one(Declares::Table, &reason, call.site);
        self.leave_out_one(Declares::Index, &reason, call.site);
    }

    /// Notes a statement that is nothing but a call: a library is called for what it does.
    pub(super) fn note_effect(&mut self, value: &Value<'a>) {
        let Value::Call(call) = value else { return };
        if self.recording.is_some() || !is_of_unknown_library(&call.callee) {
            return;
        }
        self.effects.push(call.site);
        let given = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value));
        for value in given {
            if let Value::Class(class) = value
                && is_mapped(class)
                && !is_base(class)
            {
                let (callee, at) = (self.spell(&call.callee), self.project.at(call.site));
                class.mark_partial(format!("`{callee}` at {at} is handed the class, and is not followed"));
            }
        }
    }

    /// `exec(text)`: the text as a part of the module.
    pub(super) fn execute(&mut self, code: &Value<'a>, site: Site) -> Value<'a> {
        let Some(text) = code.as_str() else {
            let why = self.why_unknown(code).unwrap_or_else(|| "it is no text".to_owned());
            let reason = format!("what is executed at {} is not known: {why}", self.project.at(site)).into();
            self.leave_out_one(Declares::Table, &reason, site);
            return Value::None;
        };
        let module = self.project.module(site.module);
        let (shown, scope) = (module.file.map(|file| file.shown.clone()), module.scope.clone());
        let shown = shown.unwrap_or_else(|| std::path::Path::new("<exec>").into());
        if let Ok(file) = ParsedFile::parse(text.to_string(), shown) {
            let file = self.project.trees().keep_file(file);
            let module = self.project.executed(site, file);
            let names = Rc::new(Scope { module, vars: scope.vars.clone(), parent: None, is_class: false });
            self.executing += 1;
            if self.executing < super::MAX_DEPTH && self.step() {
                self.block(&file.body, &Frame::of(names.clone()));
            }
            self.executing -= 1;
            *scope.vars.borrow_mut() = names.vars.take();
        }
        Value::None
    }

    /// `import_module(name)`; `None` where it is not in the project.
    pub(super) fn import_by_name(
        &mut self,
        name: &Value<'a>,
        package: Option<&Value<'a>>,
        site: Site,
    ) -> Option<Value<'a>> {
        let from = site.module;
        let Some(name) = name.as_str() else {
            // What stands beside the files that are read is read too.
            if self.recording.is_none() && !self.is_covered(from) {
                let why = self.why_unknown(name).unwrap_or_else(|| "it is no text".to_owned());
                let reason =
                    format!("which module is imported at {} is not known: {why}", self.project.at(site)).into();
                self.leave_out_one(Declares::Table, &reason, site);
            }
            return Some(self.cannot(name, "names a module"));
        };
        let dotted = name.trim_start_matches('.');
        let level = u32::try_from(name.len() - dotted.len()).ok()?;
        let module = match (level, package.and_then(Value::as_str)) {
            (0, _) => self.project.resolve(from, dotted),
            (_, Some(package)) if !package.is_empty() => {
                let package = self.project.resolve(from, &package)?;
                self.project.resolve_relative(package, level, dotted)
            }
            _ => self.project.resolve_relative(from, level, dotted),
        }?;
        self.run(module);
        Some(Value::Module(module))
    }

    fn is_covered(&self, module: ModuleId) -> bool {
        let folder = &self.project.module(module).folder;
        self.covered.iter().any(|covered| folder.starts_with(covered))
    }
}

/// Whether something is called that a library brings along, and not what it made.
fn is_of_unknown_library(callee: &Value<'_>) -> bool {
    match callee {
        Value::External(name) => !is_known_library(name.path()),
        Value::Attr(attr) => match &attr.0 {
            Value::External(name) => !is_known_library(name.path()),
            Value::Call(call) => call.key().is_some_and(|key| !key.starts_with("sa.") && !is_known_library(key)),
            _ => false,
        },
        _ => false,
    }
}

fn whole(value: &Value<'_>) -> Option<Whole> {
    match value {
        Value::Call(call) if call.key() == Some("sa.MetaData") => Some(Whole::MetaData),
        Value::Call(call) if call.key() == Some("sa.registry") => Some(Whole::Registry),
        Value::Attr(attr) if &*attr.1 == "metadata" => Some(Whole::MetaData),
        Value::External(name) if name.key() == "sqlmodel.SQLModel" => Some(Whole::Base),
        Value::Class(class) if is_base(class) => Some(Whole::Base),
        Value::Class(class) => {
            // An abstract base of the project's own.
            let extends = ancestors(class).into_iter().skip(1).filter_map(Ancestor::class).any(|one| is_base(&one));
            (extends && !is_mapped(class)).then_some(Whole::Base)
        }
        _ => None,
    }
}

/// Whether a statement is a call.
pub(super) fn is_call(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Call(_))
}
