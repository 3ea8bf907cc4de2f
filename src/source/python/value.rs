//! What a Python expression comes to, as far as it can be known without running it.
//!
//! Constants and containers are themselves. A call of something outside the project, such as `Column(...)`, is kept
//! as a call: what SQLAlchemy would make of it is for the readers of those calls to say. What cannot be known is
//! [`Value::Unknown`] with the reason.

use std::cell::RefCell;
use std::collections::HashMap;

use ruff_text_size::TextSize;

use super::bounds::MOST_TEXT;
use super::dict::Dict;
use super::external::ExternalName;
use super::parse::ast;
use super::shared::Rc;

pub(super) use super::class::{Class, Entry, Role};

/// How many values a choice lists; with more it is merely unknown.
const MOST_CHOICES: usize = 8;

/// The number of a module in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ModuleId(pub(super) usize);

/// A place in a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) module: ModuleId,
    pub(super) offset: TextSize,
}

/// A value of the abstract evaluation.
#[derive(Clone)]
pub(super) enum Value<'a> {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// A float, a big integer or a decimal, as its literal text.
    Number(Rc<str>),
    Str(Rc<str>),
    List(Rc<RefCell<Vec<Value<'a>>>>),
    Tuple(Rc<Vec<Value<'a>>>),
    Dict(Rc<RefCell<Dict<'a>>>),
    Function(Rc<Function<'a>>),
    /// A function with the object or class that it was taken from.
    Method(Rc<(Value<'a>, Rc<Function<'a>>)>),
    Class(Rc<Class<'a>>),
    Instance(Rc<Instance<'a>>),
    Member(Rc<Member<'a>>),
    Module(ModuleId),
    /// Something outside the project, by name.
    External(Rc<ExternalName>),
    /// A call that is not evaluated.
    Call(Rc<Call<'a>>),
    /// An attribute of something that is not evaluated.
    Attr(Rc<(Value<'a>, Rc<str>)>),
    /// `base[index]` of something that is not evaluated, such as `Mapped[int]`.
    Subscript(Rc<(Value<'a>, Value<'a>)>),
    /// An operation on something that is not evaluated.
    Op(Rc<Op<'a>>),
    /// `super()` inside a method: the class whose method it is, and the object.
    Super(Rc<(Rc<Class<'a>>, Value<'a>)>),
    /// A name of a module that is still being read, or is needed only later.
    Deferred(Rc<(ModuleId, String)>),
    /// One of several values; which one cannot be known.
    Choice(Rc<Choice<'a>>),
    Unknown(Rc<str>),
}

/// What a condition that is not known leaves open.
pub(super) struct Choice<'a> {
    pub(super) values: Vec<Value<'a>>,
    /// Why it is not known which of them it is.
    pub(super) reason: Rc<str>,
}

/// A call that is kept as it stands. Its address is its identity: one `Column(...)` is one column.
pub(super) struct Call<'a> {
    pub(super) callee: Value<'a>,
    pub(super) args: Vec<Value<'a>>,
    pub(super) kwargs: Vec<(String, Value<'a>)>,
    pub(super) site: Site,
    /// The order in which calls were made: SQLAlchemy's `_creation_order`.
    pub(super) order: u32,
    /// Attributes that were assigned to the object afterwards.
    pub(super) assigned: RefCell<Vec<(String, Value<'a>)>>,
    /// A splat of something unknown was among the arguments.
    pub(super) open: Option<Rc<str>>,
    /// Why it may not have been made.
    pub(super) doubt: Option<Rc<str>>,
}

/// An operation that is not evaluated.
pub(super) struct Op<'a> {
    /// The operator as Python writes it: `|`, `==`, `-`, `in`, `and`, ...
    pub(super) operator: &'static str,
    /// One operand or two.
    pub(super) operands: Vec<Value<'a>>,
}

/// A function or lambda of the project.
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) parameters: Option<&'a ast::Parameters>,
    pub(super) defaults: Vec<(&'a str, Value<'a>)>,
    pub(super) body: Body<'a>,
    pub(super) returns: Option<&'a ast::Expr>,
    pub(super) scope: Rc<Scope<'a>>,
    pub(super) decorators: Vec<Value<'a>>,
    /// The class in whose body it stands.
    pub(super) owner: RefCell<Option<Rc<Class<'a>>>>,
}

/// What a function does.
#[derive(Clone, Copy)]
pub(super) enum Body<'a> {
    Statements(&'a [ast::Stmt]),
    Expression(&'a ast::Expr),
}

/// An object of a project's class.
pub(super) struct Instance<'a> {
    pub(super) class: Rc<Class<'a>>,
    pub(super) args: Vec<Value<'a>>,
    pub(super) kwargs: Vec<(String, Value<'a>)>,
    /// A splat of something unknown was among the arguments.
    pub(super) open: Option<Rc<str>>,
    pub(super) attributes: RefCell<Vec<(String, Value<'a>)>>,
    pub(super) site: Site,
}

/// A member of an enum class.
pub(super) struct Member<'a> {
    pub(super) class: Rc<Class<'a>>,
    pub(super) name: String,
    pub(super) value: Value<'a>,
}

/// The names of a module, a function call or a class body.
pub(super) struct Scope<'a> {
    pub(super) module: ModuleId,
    pub(super) vars: RefCell<HashMap<String, Value<'a>>>,
    pub(super) parent: Option<Rc<Scope<'a>>>,
    /// Class bodies are not seen from the functions inside them.
    pub(super) is_class: bool,
}

impl<'a> Scope<'a> {
    /// A new scope inside `parent`.
    pub(super) fn inside(parent: &Rc<Scope<'a>>, is_class: bool) -> Rc<Self> {
        Rc::new(Scope { module: parent.module, vars: RefCell::default(), parent: Some(parent.clone()), is_class })
    }

    /// The scope that a function defined here closes over.
    pub(super) fn closure(scope: &Rc<Self>) -> Rc<Self> {
        let mut scope = scope;
        while let (Some(parent), true) = (&scope.parent, scope.is_class) {
            scope = parent;
        }
        scope.clone()
    }

    /// The value of a name here or further out.
    pub(super) fn get(&self, name: &str) -> Option<Value<'a>> {
        let mut scope = self;
        loop {
            if let Some(value) = scope.vars.borrow().get(name) {
                return Some(value.clone());
            }
            scope = scope.parent.as_deref()?;
        }
    }

    /// Binds a name here.
    pub(super) fn set(&self, name: &str, value: Value<'a>) {
        self.vars.borrow_mut().insert(name.to_owned(), value);
    }
}

impl<'a> Value<'a> {
    /// A string.
    pub(super) fn str(text: impl AsRef<str>) -> Self {
        match text.as_ref() {
            long if long.len() > MOST_TEXT => Value::unknown("a text of more than a megabyte"),
            text => Value::Str(Rc::from(text)),
        }
    }

    /// A list.
    pub(super) fn list(items: Vec<Value<'a>>) -> Self {
        Value::List(Rc::new(RefCell::new(items)))
    }

    /// A dict.
    pub(super) fn dict(pairs: impl IntoIterator<Item = (Value<'a>, Value<'a>)>) -> Self {
        Value::Dict(Rc::new(RefCell::new(pairs.into_iter().collect())))
    }

    /// Something outside the project.
    pub(super) fn external(path: &str) -> Self {
        Value::External(Rc::new(ExternalName::new(path)))
    }

    /// A value that cannot be known.
    pub(super) fn unknown(reason: impl AsRef<str>) -> Self {
        Value::Unknown(Rc::from(reason.as_ref()))
    }

    /// One of the two values, where both ways through a condition were taken.
    pub(super) fn either(first: Value<'a>, second: Value<'a>, reason: &str) -> Self {
        if super::eval::identical(&first, &second) {
            return first;
        }
        let values: Vec<_> = [first, second].iter().flat_map(Value::alternatives).collect();
        match values.len() {
            0..=MOST_CHOICES => Value::Choice(Rc::new(Choice { values, reason: Rc::from(reason) })),
            _ => Value::unknown(reason),
        }
    }

    /// Why the value is not known, if it is not.
    pub(super) fn unknown_reason(&self) -> Option<&Rc<str>> {
        match self {
            Value::Choice(choice) => Some(&choice.reason),
            Value::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// What the value may be: itself, unless it is a choice.
    pub(super) fn alternatives(&self) -> Vec<Value<'a>> {
        match self {
            Value::Choice(choice) => choice.values.clone(),
            other => vec![other.clone()],
        }
    }

    /// The text of a string, or of an enum member that is one.
    pub(super) fn as_str(&self) -> Option<Rc<str>> {
        match self {
            Value::Str(text) => Some(text.clone()),
            Value::Member(member) => match &member.value {
                Value::Str(text) if super::enums::is_string_enum(&member.class) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// An integer.
    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// A boolean; 0 and 1 count too, as Python has it.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }

    /// The key of an external name: `sa.Column`, `typing.Optional`.
    pub(super) fn external_key(&self) -> Option<&str> {
        match self {
            Value::External(name) => Some(name.key()),
            _ => None,
        }
    }

    /// The call, if its callee is the external name `key`.
    pub(super) fn call_of(&self, key: &str) -> Option<&Rc<Call<'a>>> {
        match self {
            Value::Call(call) if call.callee.external_key() == Some(key) => Some(call),
            _ => None,
        }
    }

    /// The items of a list or tuple.
    pub(super) fn items(&self) -> Option<Vec<Value<'a>>> {
        match self {
            Value::List(items) => Some(items.borrow().clone()),
            Value::Tuple(items) => Some(items.as_ref().clone()),
            _ => None,
        }
    }

    /// Whether the value is a plain piece of data that needs no library to understand.
    pub(super) fn is_symbolic(&self) -> bool {
        matches!(
            self,
            Value::External(_)
                | Value::Call(_)
                | Value::Attr(_)
                | Value::Subscript(_)
                | Value::Op(_)
                | Value::Choice(_)
                | Value::Unknown(_)
        )
    }
}

impl<'a> Call<'a> {
    /// The last segment of what is called: `Column`, `desc`, `now`.
    pub(super) fn callee_name(&self) -> &str {
        match &self.callee {
            Value::External(name) => name.last(),
            Value::Attr(attr) => &attr.1,
            _ => "",
        }
    }

    /// The key of what is called, if it stands outside the project.
    pub(super) fn key(&self) -> Option<&str> {
        self.callee.external_key()
    }

    /// A keyword argument.
    pub(super) fn kwarg(&self, name: &str) -> Option<&Value<'a>> {
        self.kwargs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A keyword argument, or the positional one at `index`.
    pub(super) fn arg(&self, index: usize, name: &str) -> Option<&Value<'a>> {
        self.kwarg(name).or_else(|| self.args.get(index))
    }

    /// An attribute that was assigned after the call.
    pub(super) fn assigned(&self, name: &str) -> Option<Value<'a>> {
        self.assigned.borrow().iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}
