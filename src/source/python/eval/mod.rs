//! The abstract evaluation of Python: modules run from top to bottom, as an import would, over values that may be
//! unknown. Functions of the project are followed when they are called; nothing outside the project is.
//!
//! It must not know what a column or a table is, beyond recording the calls that make them.

mod attribute;
mod branch;
mod builtin;
mod call;
mod container;
mod effects;
mod custom;
mod expression;
mod flask;
mod flow;
mod found;
mod guarded;
mod import;
mod library;
mod making;
mod migration;
mod operator;
mod reach;
mod reflected;
mod regex;
mod repeat;
mod spell;
mod statement;
mod text;

use std::collections::{HashMap, HashSet};

use crate::snapshot::Span;
use crate::source::python::shared::Rc;
use crate::threads;

use super::project::{Progress, Project};
use super::table::Declares;
use super::value::{Call, Class, Function, ModuleId, Role, Scope, Site, Value};
use super::version::Versions;

pub(super) use attribute::own_or_inherited;
pub(super) use found::{Found, TableFacts, entry};
pub(super) use migration::{Operation, Recording};
pub(super) use operator::identical;

/// How deep calls of the project's functions may nest.
const MAX_DEPTH: u32 = 40;
/// How many statements one call from a module or class body may take, with all that it calls. Models take tens; a
/// program's own work at import time, whose conditions are all unknown, would take for ever.
const MAX_STEPS_OF_CALL: u64 = 10_000;

/// The same for `upgrade` of a migration, all of whose conditions are asked of a schema that is known.
const MAX_STEPS_OF_MIGRATION: u64 = 200_000;

/// How many turns all loops may take together. Loops over columns take tens.
const MAX_TURNS: u64 = 100_000;

/// How much all of it may be together: expressions that are evaluated, and items that are gone over.
const MAX_WORK: u64 = 30_000_000;

/// How many string annotations one annotation may lead to: an alias may name itself.
const MAX_QUOTED: u32 = 200;

/// The evaluation of one project.
pub(super) struct Interp<'a> {
    pub(super) project: Project<'a>,
    /// What `dialect.name` is.
    pub(super) dialect_name: &'static str,
    /// Every `Table(...)`, in order.
    pub(super) tables: Vec<Rc<Call<'a>>>,
    /// Every class, in order.
    pub(super) classes: Vec<Rc<Class<'a>>>,
    /// Every `Index(...)` and constraint, in order: those outside a table's arguments belong to their columns' table.
    pub(super) schema_items: Vec<Rc<Call<'a>>>,
    /// Those of them that are meant for another dialect.
    pub(super) suppressed: Vec<Rc<Call<'a>>>,
    /// `map_imperatively(Class, table)` and `mapper(Class, table)`.
    pub(super) mappings: Vec<Rc<Call<'a>>>,
    /// The classes that have a table so far.
    pub(super) mapped: HashSet<*const Class<'a>>,
    /// Functions decorated with `@compiles(Element, "dialect", ...)`.
    pub(super) compilers: Vec<(Rc<Call<'a>>, Rc<Function<'a>>)>,
    /// Functions decorated with `@Operations.implementation_for(Class)`.
    implementations: Vec<(Value<'a>, Rc<Function<'a>>)>,
    /// `event.listen(target, event, fn)` and functions decorated with `event.listens_for(target, event)`, in order.
    pub(super) listeners: Vec<(Rc<Call<'a>>, Option<Value<'a>>)>,
    /// Every `Sequence(...)`, in order.
    pub(super) sequences: Vec<Rc<Call<'a>>>,
    /// What is added to tables that are known only when the classes are mapped.
    pub(super) appended: Vec<reach::Appended<'a>>,
    /// Attributes assigned to external objects, such as `SQLModel.metadata`.
    pub(super) external_attributes: Vec<(String, Value<'a>)>,
    /// What a migration script does; `None` where models are read.
    pub(super) recording: Option<Recording<'a>>,
    /// The classes that their metaclasses are making, one in another.
    making: Vec<Rc<Class<'a>>>,
    /// Why what runs at this point may not run.
    doubt: Option<Rc<str>>,
    /// Which SQLAlchemy the project runs.
    pub(super) version: Versions,
    /// Inside how many `try` that expect an import to fail.
    import_guards: u32,
    /// Where libraries that are not read are called for what they do.
    pub(super) effects: Vec<Site>,
    /// How many texts are being executed, one in another.
    executing: u32,
    /// The folders all of whose modules are read.
    pub(super) covered: Vec<std::path::PathBuf>,
    /// The modules that were named, which run whatever imports them.
    pub(super) listed: HashSet<ModuleId>,
    order: u32,
    depth: u32,
    /// Statements of the call at hand.
    steps: u64,
    /// Turns that loops have taken.
    turns: u64,
    /// What has been done so far, of [`MAX_WORK`].
    work: u64,
    /// How many loops are being run, one in another.
    looping: u32,
    /// How many string annotations may still be read for the annotation at hand.
    quoted: Option<u32>,
    /// The functions that are being followed.
    running: Vec<Rc<Function<'a>>>,
    /// How many turns over unknown values are being run, one in another.
    open_turns: u32,
    /// What code that is not run may declare.
    reached: HashMap<reach::Address, reach::Reach>,
    /// What such code may have declared.
    pub(super) left_out: Vec<reach::LeftOut>,
    /// Inside `if TYPE_CHECKING:`.
    lazy_imports: bool,
}

/// Where statements run: a module, a function call or a class body.
#[derive(Clone)]
pub(super) struct Frame<'a> {
    pub(super) scope: Rc<Scope<'a>>,
    /// The class whose body it is.
    pub(super) class: Option<Rc<Class<'a>>>,
    /// Inside a method: the class whose method it is, and its first argument.
    pub(super) method: Option<(Rc<Class<'a>>, Value<'a>)>,
}

impl<'a> Frame<'a> {
    /// A frame of a module or function.
    pub(super) fn of(scope: Rc<Scope<'a>>) -> Self {
        Frame { scope, class: None, method: None }
    }

    /// Binds a name.
    fn bind(&self, name: &str, value: Value<'a>, site: Site) {
        if let Some(class) = &self.class {
            class.set(name, Some(value.clone()), None, site);
        }
        self.scope.set(name, value);
    }

    fn site(&self, node: impl ruff_text_size::Ranged) -> Site {
        Site { module: self.scope.module, offset: node.start() }
    }
}

impl<'a> Interp<'a> {
    /// An evaluation for the dialect that SQLAlchemy calls `dialect_name`.
    pub(super) fn new(project: Project<'a>, dialect_name: &'static str) -> Self {
        Interp {
            project,
            dialect_name,
            tables: Vec::new(),
            classes: Vec::new(),
            schema_items: Vec::new(),
            sequences: Vec::new(),
            suppressed: Vec::new(),
            mappings: Vec::new(),
            mapped: HashSet::new(),
            compilers: Vec::new(),
            implementations: Vec::new(),
            appended: Vec::new(),
            listeners: Vec::new(),
            external_attributes: Vec::new(),
            recording: None,
            making: Vec::new(),
            doubt: None,
            version: Versions::default(),
            import_guards: 0,
            effects: Vec::new(),
            executing: 0,
            covered: Vec::new(),
            listed: HashSet::new(),
            order: 0,
            depth: 0,
            steps: 0,
            turns: 0,
            work: 0,
            looping: 0,
            quoted: None,
            running: Vec::new(),
            open_turns: 0,
            reached: HashMap::new(),
            left_out: Vec::new(),
            lazy_imports: false,
        }
    }

    /// Runs a module, once.
    pub(super) fn run(&mut self, id: ModuleId) {
        // Without room it is left for later: what is imported from it is looked up when it is used.
        if !threads::has_room() || self.project.module(id).progress != Progress::New {
            return;
        }
        // A package comes before what stands in it.
        for package in self.project.packages_of(id) {
            self.run(package);
        }
        if self.project.module(id).progress != Progress::New {
            return;
        }
        let module = self.project.module_mut(id);
        module.progress = Progress::Running;
        let (file, scope) = (module.file, module.scope.clone());
        if let Some(file) = file {
            let name = file.shown.with_extension("").to_string_lossy().replace(['/', '\\'], ".");
            scope.set("__name__", Value::str(name.trim_end_matches(".__init__")));
            let lazy = std::mem::replace(&mut self.lazy_imports, false);
            let (depth, steps) = (std::mem::replace(&mut self.depth, 0), self.steps);
            let doubt = self.doubt.clone();
            if self.listed.contains(&id) {
                self.doubt = None;
            }
            self.block(&file.body, &Frame::of(scope));
            (self.lazy_imports, self.depth, self.steps, self.doubt) = (lazy, depth, steps, doubt);
        }
        self.project.module_mut(id).progress = Progress::Done;
    }

    /// The place of a site.
    pub(super) fn span(&self, site: Site) -> Option<Span> {
        self.project.span(site)
    }

    /// Resolves a name that was left for later.
    pub(super) fn force(&mut self, value: Value<'a>) -> Value<'a> {
        let Value::Deferred(deferred) = &value else {
            return value;
        };
        let (id, name) = (deferred.0, deferred.1.clone());
        self.run(id);
        let found = self.project.module(id).scope.get(&name);
        match found {
            Some(Value::Deferred(other)) if Rc::ptr_eq(&other, deferred) => {
                Value::unknown(format!("`{name}` is imported in a circle"))
            }
            Some(Value::Deferred(other)) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let value = self.force(Value::Deferred(other));
                self.depth -= 1;
                value
            }
            Some(found) => found,
            None => match self.project.submodule(id, &name) {
                Some(module) => Value::Module(module),
                None => Value::unknown(format!("`{name}` is not found in the module that it is imported from")),
            },
        }
    }

    fn next_order(&mut self) -> u32 {
        self.order += 1;
        self.order
    }

    /// Counts a statement; false when a call has taken too many. What stands in a module itself is bounded by its text.
    fn step(&mut self) -> bool {
        self.steps += 1;
        self.has_steps_left()
    }

    fn has_steps_left(&self) -> bool {
        self.limit().is_none()
    }

    /// Counts work; false where all together is too much. What stands in a module itself is bounded by its text.
    fn spend(&mut self, amount: usize) -> bool {
        self.work = self.work.saturating_add(amount as u64);
        !self.is_exhausted()
    }

    fn is_exhausted(&self) -> bool {
        self.work > MAX_WORK && (self.depth > 0 || self.looping > 0)
    }

    /// Lets as much be done again as at the beginning: another stage begins.
    pub(super) fn rest(&mut self) {
        (self.work, self.turns) = (0, 0);
    }

    /// The value of what is not worked out, because all together is too much.
    fn exhausted(&self) -> Value<'a> {
        Value::unknown("the project takes too much work to be followed to its end")
    }

    /// The limit that is reached here, as a reason says it.
    fn limit(&self) -> Option<String> {
        if !threads::has_room() {
            Some("it nests too deeply".to_owned())
        } else if self.is_exhausted() {
            Some("the project takes too much work to be followed to its end".to_owned())
        } else if self.depth > 0 && self.steps >= self.most_steps() {
            Some(format!("the call that it is part of takes more than {} statements", self.most_steps()))
        } else {
            None
        }
    }

    /// How many statements a call may take.
    fn most_steps(&self) -> u64 {
        if self.recording.is_some() { MAX_STEPS_OF_MIGRATION } else { MAX_STEPS_OF_CALL }
    }

    /// Counts a turn of a loop; false when there have been too many.
    fn turn(&mut self) -> bool {
        self.turns += 1;
        self.turns < MAX_TURNS
    }
}
