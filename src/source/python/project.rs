//! The project's modules: which file a dotted name means, each file read and parsed once.
//!
//! It must not know what a module's code means; only that `import` statements name modules. Installed packages are
//! never searched: what is not in the project is external.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use typed_arena::Arena;

use crate::snapshot::{Span, Warning};
use crate::text::Decoded;

use super::parse::{ParsedFile, SyntaxError, ast};
use super::value::{ModuleId, Scope, Site};
use super::{encoding, external};

/// Where the syntax trees live while the values that point into them are used.
#[derive(Default)]
pub(super) struct Trees {
    files: Arena<ParsedFile>,
    expressions: Arena<ast::Expr>,
}

impl Trees {
    /// Keeps the expression of a string annotation.
    pub(super) fn keep(&self, expression: ast::Expr) -> &ast::Expr {
        self.expressions.alloc(expression)
    }

    /// Keeps a text that is executed.
    pub(super) fn keep_file(&self, file: ParsedFile) -> &ParsedFile {
        self.files.alloc(file)
    }
}

/// How far the evaluation of a module has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    New,
    Running,
    Done,
}

/// One module or package.
pub(super) struct Module<'a> {
    /// The parsed file; `None` for a folder without `__init__.py`, and for a file that is not Python.
    pub(super) file: Option<&'a ParsedFile>,
    /// The folder that relative imports start from.
    pub(super) folder: PathBuf,
    pub(super) scope: super::shared::Rc<Scope<'a>>,
    pub(super) progress: Progress,
    /// External modules of which everything was imported (`from sqlalchemy import *`).
    pub(super) stars: Vec<String>,
    search: Rc<[PathBuf]>,
    /// It stands for a library: its lines are none of the project's.
    is_stub: bool,
    /// It is a text that is executed here: so are its lines.
    executed_at: Option<Site>,
}

impl Module<'_> {
    /// The last of the modules imported whole that has a name. Of those that may have it, SQLAlchemy's are taken: its
    /// names are the ones that matter.
    pub(super) fn star_of(&self, name: &str) -> Option<String> {
        let having = |known| move |star: &&String| external::exports(star, name) == known;
        let is_sqlalchemy = |star: &&String| star.starts_with("sqlalchemy") || star.starts_with("sqlmodel");
        let stars = || self.stars.iter().rev();
        let may = || stars().filter(having(None));
        stars().find(having(Some(true))).or_else(|| may().find(is_sqlalchemy)).or_else(|| may().next()).cloned()
    }
}

/// The modules of the project, found as they are asked for.
pub(super) struct Project<'a> {
    trees: &'a Trees,
    /// What paths in messages are relative to.
    root: &'a Path,
    modules: Vec<Module<'a>>,
    by_path: HashMap<PathBuf, ModuleId>,
    by_import: HashMap<(PathBuf, String), Option<ModuleId>>,
    search: HashMap<PathBuf, Rc<[PathBuf]>>,
    /// Files that were imported but cannot be read.
    pub(super) warnings: Vec<Warning>,
}

/// Why a given file is no module.
pub(super) enum FileError {
    Io(std::io::Error),
    Syntax(Span, String),
}

impl<'a> Project<'a> {
    /// A project whose spans are relative to `root`.
    pub(super) fn new(trees: &'a Trees, root: &'a Path) -> Self {
        Project {
            trees,
            root,
            modules: Vec::new(),
            by_path: HashMap::new(),
            by_import: HashMap::new(),
            search: HashMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Where the trees are kept.
    pub(super) fn trees(&self) -> &'a Trees {
        self.trees
    }

    /// A module by its number.
    pub(super) fn module(&self, id: ModuleId) -> &Module<'a> {
        &self.modules[id.0]
    }

    /// Whether a module reads an attribute of that name, or names it in a text.
    pub(super) fn reads(&self, name: &str) -> bool {
        let forms = [format!(".{name}"), format!("\"{name}\""), format!("'{name}'")];
        self.modules.iter().filter_map(|module| module.file).any(|file| forms.iter().any(|form| file.mentions(form)))
    }

    /// A module to change.
    pub(super) fn module_mut(&mut self, id: ModuleId) -> &mut Module<'a> {
        &mut self.modules[id.0]
    }

    /// The place of a site in its file.
    pub(super) fn span(&self, site: Site) -> Option<Span> {
        let module = self.modules.get(site.module.0).filter(|module| !module.is_stub)?;
        // A text that is executed stands behind the module that does so, which ends the search.
        if let Some(at) = module.executed_at {
            return self.span(at);
        }
        let file = module.file?;
        let (line, column) = file.position(site.offset);
        Some(Span { file: Arc::clone(&file.shown), line, column })
    }

    /// `file:line` of a site, for reasons.
    pub(super) fn at(&self, site: Site) -> String {
        self.span(site).map_or_else(|| "an imported module".to_owned(), |span| span.to_string())
    }

    /// Reads a given file.
    pub(super) fn load(&mut self, path: &Path) -> Result<ModuleId, FileError> {
        let path = std::path::absolute(path).map_err(FileError::Io)?;
        if let Some(id) = self.by_path.get(&path) {
            return Ok(*id);
        }
        let bytes = std::fs::read(&path).map_err(FileError::Io)?;
        let shown = self.shown(&path);
        let Decoded { text, foreign } = encoding::decode(bytes);
        if let Some(line) = foreign {
            self.warnings.push(Warning {
                message:
                    "the file is not UTF-8 here, and says no other encoding that is known; what is not was read as \
                          Windows-1252"
                        .to_owned(),
                help: Some("save it as UTF-8; Python itself may refuse it".to_owned()),
                at: Some(Span { file: shown.clone(), line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 }),
            });
        }
        match ParsedFile::parse(text, shown.clone()) {
            Ok(file) => Ok(self.add(path, Some(self.trees.files.alloc(file)))),
            Err(SyntaxError { line, column, message }) => {
                Err(FileError::Syntax(Span { file: shown, line, column }, message))
            }
        }
    }

    /// The module that an absolute import in `from` means, if it is in the project.
    pub(super) fn resolve(&mut self, from: ModuleId, dotted: &str) -> Option<ModuleId> {
        let search = self.module(from).search.clone();
        let root = dotted.split('.').next().unwrap_or_default();
        if super::external::is_foreign_module(root) {
            return None;
        }
        search.iter().find_map(|base| self.resolve_below(base, dotted))
    }

    /// The module that is `level` dots up from `from`, then `dotted`.
    pub(super) fn resolve_relative(&mut self, from: ModuleId, level: u32, dotted: &str) -> Option<ModuleId> {
        let mut folder = self.module(from).folder.clone();
        for _ in 1..level {
            folder.pop();
        }
        if dotted.is_empty() { self.package(&folder) } else { self.resolve_below(&folder, dotted) }
    }

    /// The module that stands for a library whose declarations are known.
    pub(super) fn stub(&mut self, dotted: &str) -> Option<ModuleId> {
        let (library, text) = super::stubs::text(dotted)?;
        let path = PathBuf::from(format!("<{library}>"));
        if let Some(id) = self.by_path.get(&path) {
            return Some(*id);
        }
        let file = ParsedFile::parse(text.to_owned(), path.as_path()).ok()?;
        let id = self.push(path.clone(), path, Rc::new([]), Some(self.trees.files.alloc(file)));
        self.modules[id.0].is_stub = true;
        Some(id)
    }

    /// The packages that a module stands in, the outermost first.
    pub(super) fn packages_of(&mut self, id: ModuleId) -> Vec<ModuleId> {
        let module = self.module(id);
        let Some(file) = module.file.filter(|_| !module.is_stub) else { return Vec::new() };
        // The first of a package's own folders is the package itself.
        let inner = usize::from(file.shown.file_name().is_some_and(|name| name == "__init__.py"));
        let folders = module.folder.ancestors().take_while(|folder| folder.join("__init__.py").is_file());
        let folders: Vec<PathBuf> = folders.skip(inner).map(|folder| folder.join("__init__.py")).collect();
        folders.iter().rev().map(|init| self.import(init)).collect()
    }

    /// A module for a text that is executed at a place.
    pub(super) fn executed(&mut self, at: Site, file: &'a ParsedFile) -> ModuleId {
        let module = self.module(at.module);
        let (folder, search) = (module.folder.clone(), module.search.clone());
        let id = self.push(PathBuf::from(format!("<executed {}>", self.modules.len())), folder, search, Some(file));
        self.modules[id.0].executed_at = Some(at);
        self.modules[id.0].progress = Progress::Done;
        id
    }

    /// The submodule `name` of a package.
    pub(super) fn submodule(&mut self, package: ModuleId, name: &str) -> Option<ModuleId> {
        let module = self.module(package);
        let is_package = module.file.is_none_or(|file| file.shown.ends_with("__init__.py"));
        let folder = module.folder.clone();
        if is_package { self.resolve_below(&folder, name) } else { None }
    }

    /// The first segment of `import a.b.c`, which may be a folder without `__init__.py`.
    pub(super) fn resolve_top(&mut self, from: ModuleId, name: &str) -> Option<ModuleId> {
        if let Some(id) = self.resolve(from, name) {
            return Some(id);
        }
        let search = self.module(from).search.clone();
        search
            .iter()
            .map(|base| base.join(name))
            .find(|folder| folder.is_dir())
            .and_then(|folder| self.package(&folder))
    }

    fn resolve_below(&mut self, base: &Path, dotted: &str) -> Option<ModuleId> {
        let key = (base.to_path_buf(), dotted.to_owned());
        if let Some(found) = self.by_import.get(&key) {
            return *found;
        }
        let mut stem = base.to_path_buf();
        stem.extend(dotted.split('.'));
        let package = stem.join("__init__.py");
        let file = stem.with_file_name(format!("{}.py", stem.file_name().unwrap_or_default().to_string_lossy()));
        let found = [package, file].into_iter().find(|path| path.is_file()).map(|path| self.import(&path));
        self.by_import.insert(key, found);
        found
    }

    /// Reads an imported file; one that is not Python is a module without content, and a warning.
    fn import(&mut self, path: &Path) -> ModuleId {
        match self.load(path) {
            Ok(id) => id,
            Err(error) => {
                let (message, at) = match error {
                    FileError::Io(source) => (format!("cannot read {}: {source}", self.shown(path).display()), None),
                    FileError::Syntax(at, message) => {
                        (format!("an imported module is not Python: {message}"), Some(at))
                    }
                };
                self.warnings.push(Warning { message, help: None, at });
                self.add(path.to_path_buf(), None)
            }
        }
    }

    /// The package in `folder`, with or without `__init__.py`.
    fn package(&mut self, folder: &Path) -> Option<ModuleId> {
        let init = folder.join("__init__.py");
        if init.is_file() {
            return Some(self.import(&init));
        }
        if let Some(id) = self.by_path.get(folder) {
            return Some(*id);
        }
        folder.is_dir().then(|| {
            let search = self.search_path(folder);
            self.push(folder.to_path_buf(), folder.to_path_buf(), search, None)
        })
    }

    fn add(&mut self, path: PathBuf, file: Option<&'a ParsedFile>) -> ModuleId {
        let folder = path.parent().unwrap_or(&path).to_path_buf();
        let search = self.search_path(&folder);
        self.push(path, folder, search, file)
    }

    fn push(
        &mut self,
        path: PathBuf,
        folder: PathBuf,
        search: Rc<[PathBuf]>,
        file: Option<&'a ParsedFile>,
    ) -> ModuleId {
        let id = ModuleId(self.modules.len());
        let scope =
            super::shared::Rc::new(Scope { module: id, vars: Default::default(), parent: None, is_class: false });
        self.modules.push(Module {
            file,
            folder,
            scope,
            progress: Progress::New,
            stars: Vec::new(),
            search,
            is_stub: false,
            executed_at: None,
        });
        self.by_path.insert(path, id);
        id
    }

    fn shown(&self, path: &Path) -> Arc<Path> {
        let root = std::path::absolute(self.root).unwrap_or_else(|_| self.root.to_path_buf());
        path.strip_prefix(&root).unwrap_or(path).into()
    }

    /// The folders that absolute imports of a file in `folder` are looked up in, most likely first: the one that holds
    /// the top-level package, the file's own folder and those between, then outwards to the project's root.
    fn search_path(&mut self, folder: &Path) -> Rc<[PathBuf]> {
        if let Some(known) = self.search.get(folder) {
            return known.clone();
        }
        let package_root = folder.ancestors().find(|f| !f.join("__init__.py").is_file()).unwrap_or(folder);
        let mut list = vec![package_root.to_path_buf()];
        list.extend(folder.ancestors().take_while(|f| *f != package_root).map(Path::to_path_buf));
        let project_root = self.project_root(package_root);
        for outer in package_root.ancestors().skip(1) {
            if !outer.starts_with(&project_root) {
                break;
            }
            list.push(outer.to_path_buf());
            list.push(outer.join("src"));
        }
        let list: Rc<[PathBuf]> = list.into();
        self.search.insert(folder.to_path_buf(), list.clone());
        list
    }

    /// The outermost folder to search: the nearest that looks like a project's, else where the user stands, else two up.
    fn project_root(&self, package_root: &Path) -> PathBuf {
        const MARKS: [&str; 7] =
            [".git", "pyproject.toml", "setup.py", "setup.cfg", "alembic.ini", "requirements.txt", "drift.toml"];
        let marked = package_root.ancestors().find(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()));
        let here = std::path::absolute(self.root).unwrap_or_default();
        match marked {
            // A package may bring its own `alembic.ini`; its modules are imported by its name all the same.
            Some(folder) => {
                folder.ancestors().find(|outer| !outer.join("__init__.py").is_file()).unwrap_or(folder).to_path_buf()
            }
            None if package_root.starts_with(&here) => here,
            None => package_root.ancestors().nth(2).unwrap_or(package_root).to_path_buf(),
        }
    }
}
