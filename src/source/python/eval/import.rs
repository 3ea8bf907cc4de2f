//! `import` and `from … import`.

use crate::source::python::parse::ast;
use crate::source::python::project::Progress;
use crate::source::python::shared::Rc;
use crate::source::python::value::{ModuleId, Value};

use super::{Frame, Interp};

impl<'a> Interp<'a> {
    pub(super) fn import(&mut self, statement: &'a ast::StmtImport, frame: &Frame<'a>) {
        let from = frame.scope.module;
        for alias in &statement.names {
            let dotted = alias.name.as_str();
            let site = frame.site(alias);
            let top = dotted.split('.').next().unwrap_or(dotted);
            let module = self.project.resolve(from, dotted);
            if let Some(id) = module
                && !self.imports_lazily()
            {
                self.run(id);
            }
            match (&alias.asname, module) {
                (Some(name), Some(id)) => frame.bind(name.as_str(), Value::Module(id), site),
                (Some(name), None) => frame.bind(name.as_str(), Value::external(dotted), site),
                (None, Some(_)) => {
                    let value = self.project.resolve_top(from, top).map_or_else(|| Value::external(top), Value::Module);
                    frame.bind(top, value, site);
                }
                (None, None) => frame.bind(top, Value::external(top), site),
            }
        }
    }

    pub(super) fn import_from(&mut self, statement: &'a ast::StmtImportFrom, frame: &Frame<'a>) {
        let from = frame.scope.module;
        let dotted = statement.module.as_ref().map_or("", |name| name.as_str());
        let module = if statement.level == 0 {
            self.project.resolve(from, dotted)
        } else {
            self.project.resolve_relative(from, statement.level, dotted)
        };
        if let Some(id) = module
            && !self.imports_lazily()
        {
            self.run(id);
        }
        for alias in &statement.names {
            let name = alias.name.as_str();
            let bound = alias.asname.as_ref().map_or(name, |asname| asname.as_str());
            let site = frame.site(alias);
            if name == "*" {
                self.import_star(module, dotted, frame, site);
                continue;
            }
            let value = match module {
                Some(id) => self.imported_name(id, name),
                // A folder without `__init__.py` is a package too: its modules are found by their whole name.
                None if statement.level == 0 => match self.project.resolve(from, &format!("{dotted}.{name}")) {
                    Some(id) => {
                        self.run_unless_lazy(id);
                        Value::Module(id)
                    }
                    None => self.library_name(dotted, name),
                },
                None => Value::unknown(format!("`{name}` is imported from a module that is not in the project")),
            };
            frame.bind(bound, value, site);
        }
    }

    /// Whether a `try` expects this import to fail, as it does with the SQLAlchemy that the project runs.
    pub(super) fn fails_to_import(&self, statement: &ast::StmtImportFrom) -> bool {
        let Some(module) = statement.module.as_ref().filter(|_| self.import_guards > 0) else { return false };
        statement.level == 0
            && statement.names.iter().any(|alias| self.version.lacks(module.as_str(), alias.name.as_str()))
    }

    /// A name of a library: known where the library's declarations are.
    pub(super) fn library_name(&mut self, dotted: &str, name: &str) -> Value<'a> {
        if let Some(stub) = self.project.stub(dotted) {
            self.run(stub);
            let vars = self.project.module(stub).scope.vars.borrow();
            if let Some(value @ (Value::Class(_) | Value::Call(_) | Value::Function(_))) = vars.get(name) {
                return value.clone();
            }
            drop(vars);
        }
        if (dotted, name) == ("sqlalchemy", "__version__") {
            return Value::str(self.version.of_sqlalchemy());
        }
        Value::external(&format!("{dotted}.{name}"))
    }

    /// What is imported for annotations, or inside a function that is followed, is read only if it is used.
    fn imports_lazily(&self) -> bool {
        self.lazy_imports || self.depth > 0
    }

    fn run_unless_lazy(&mut self, id: ModuleId) {
        if !self.imports_lazily() {
            self.run(id);
        }
    }

    /// `name` of a module: its variable, else its submodule. A module still running may get the name later.
    fn imported_name(&mut self, id: ModuleId, name: &str) -> Value<'a> {
        if let Some(value) = self.project.module(id).scope.vars.borrow().get(name) {
            return value.clone();
        }
        if let Some(submodule) = self.project.submodule(id, name) {
            self.run_unless_lazy(submodule);
            return Value::Module(submodule);
        }
        match self.project.module(id).progress {
            Progress::Done => match self.project.module(id).star_of(name) {
                Some(star) => self.library_name(&star, name),
                None => match self.project.module(id).scope.get("__getattr__") {
                    Some(Value::Function(function)) => {
                        self.call_function(&function, vec![Value::str(name)], Vec::new())
                    }
                    Some(_) => Value::unknown(format!("`{name}` comes from a module's `__getattr__`")),
                    None => Value::unknown(format!("`{name}` is not found in the module that it is imported from")),
                },
            },
            Progress::New | Progress::Running => Value::Deferred(Rc::new((id, name.to_owned()))),
        }
    }

    fn import_star(
        &mut self,
        module: Option<ModuleId>,
        dotted: &str,
        frame: &Frame<'a>,
        site: crate::source::python::value::Site,
    ) {
        let Some(id) = module else {
            self.project.module_mut(frame.scope.module).stars.push(dotted.to_owned());
            return;
        };
        let scope = self.project.module(id).scope.clone();
        let listed = scope.get("__all__").and_then(|all| all.items());
        let names: Vec<String> = match listed {
            Some(all) => all.iter().filter_map(|name| name.as_str().map(|text| text.to_string())).collect(),
            None => scope.vars.borrow().keys().filter(|name| !name.starts_with('_')).cloned().collect(),
        };
        for name in names {
            let value = self.imported_name(id, &name);
            frame.bind(&name, value, site);
        }
        let stars = self.project.module(id).stars.clone();
        self.project.module_mut(frame.scope.module).stars.extend(stars);
    }
}
