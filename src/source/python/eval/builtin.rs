//! Built-in functions.

use std::cell::RefCell;

use crate::source::python::classes;
use crate::source::python::dict::Dict;
use crate::source::python::enums;
use crate::source::python::parse;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Site, Value};
use crate::threads;

use super::container::pair;
use super::{Frame, Interp, text};

/// The items of a `range` that are followed.
const MAX_RANGE: i64 = 10_000;

impl<'a> Interp<'a> {
    /// The items of something that is looped over.
    pub(in crate::source::python) fn iterate(&mut self, value: &Value<'a>) -> Option<Vec<Value<'a>>> {
        let length = match value {
            Value::List(items) => items.borrow().len(),
            Value::Tuple(items) => items.len(),
            Value::Dict(items) => items.borrow().len(),
            Value::Str(text) => text.len(),
            _ => 0,
        };
        if !self.spend(length) {
            return None;
        }
        match value {
            Value::List(_) | Value::Tuple(_) => value.items(),
            Value::Dict(items) => Some(items.borrow().iter().map(|(key, _)| key.clone()).collect()),
            Value::Str(text) => Some(text.chars().map(|c| Value::str(c.to_string())).collect()),
            Value::Class(class) if enums::is_enum(class) => Some(enums::members(class)),
            Value::Call(call) => {
                self.goes_over(call);
                None
            }
            _ => None,
        }
    }

    /// A built-in function; `None` where the call is kept.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        args: &[Value<'a>],
        kwargs: &[(String, Value<'a>)],
        site: Site,
    ) -> Option<Value<'a>> {
        let first = args.first();
        match name {
            "list" | "set" | "frozenset" | "iter" => match first {
                None => Some(Value::list(Vec::new())),
                Some(value) => self.iterate(value).map(Value::list),
            },
            "tuple" => match first {
                None => Some(Value::Tuple(Rc::default())),
                Some(value) => self.iterate(value).map(|items| Value::Tuple(Rc::new(items))),
            },
            "dict" => self.make_dict(first, kwargs),
            "str" => match first? {
                Value::Int(number) => Some(Value::str(number.to_string())),
                Value::Number(text) => Some(Value::Str(text.clone())),
                value => text::format_value(value),
            },
            "int" => match first? {
                Value::Int(number) => Some(Value::Int(*number)),
                Value::Bool(value) => Some(Value::Int(i64::from(*value))),
                Value::Str(text) => text.trim().parse().ok().map(Value::Int),
                _ => None,
            },
            "float" => match first? {
                Value::Int(number) => Some(Value::Number(format!("{number}.0").into())),
                Value::Number(text) => Some(Value::Number(text.clone())),
                _ => None,
            },
            "bool" => self.truth(first?).map(Value::Bool),
            "len" => match first? {
                Value::List(items) if items.borrow().iter().all(|item| item.unknown_reason().is_none()) => {
                    length(items.borrow().len())
                }
                Value::Tuple(items) => length(items.len()),
                Value::Dict(items) if items.borrow().open.is_none() => length(items.borrow().len()),
                Value::Str(text) => length(text.chars().count()),
                Value::Class(_) => length(self.iterate(first?)?.len()),
                _ => None,
            },
            "range" => range(args, || self.project.at(site)),
            "sorted" => self.sorted(first?, kwargs),
            "reversed" => self.iterate(first?).map(|items| Value::list(items.into_iter().rev().collect())),
            "enumerate" => {
                let start = args.get(1).or(find(kwargs, "start")).and_then(Value::as_int).unwrap_or(0);
                let items = self.iterate(first?)?.into_iter().zip(start..);
                Some(Value::list(items.map(|(item, index)| pair(Value::Int(index), item)).collect()))
            }
            "zip" => self.zip(args),
            "map" => {
                let function = first?.clone();
                let Some(items) = self.iterate(args.get(1)?) else {
                    let unknown = self.cannot(args.get(1)?, "is mapped");
                    let reason = unknown.unknown_reason().cloned().unwrap_or_default();
                    self.openly(&reason, |interp| interp.call_with(function, vec![unknown], Vec::new(), None, site));
                    return None;
                };
                let call = |item| self.call_with(function.clone(), vec![item], Vec::new(), None, site);
                Some(Value::list(items.into_iter().map(call).collect()))
            }
            "any" | "all" => {
                let want = name == "any";
                let items = self.iterate(first?)?;
                let truths: Option<Vec<bool>> = items.iter().map(|item| self.truth(item)).collect();
                Some(Value::Bool(truths?.into_iter().any(|truth| truth == want) == want))
            }
            "min" | "max" => {
                let items = if args.len() == 1 { self.iterate(first?)? } else { args.to_vec() };
                let numbers: Option<Vec<i64>> = items.iter().map(Value::as_int).collect();
                let numbers = numbers?.into_iter();
                if name == "min" { numbers.min() } else { numbers.max() }.map(Value::Int)
            }
            "sum" => {
                let numbers: Option<Vec<i64>> = self.iterate(first?)?.iter().map(Value::as_int).collect();
                numbers?.into_iter().try_fold(0i64, i64::checked_add).map(Value::Int)
            }
            "next" => self.iterate(first?)?.into_iter().next().or_else(|| args.get(1).cloned()),
            "getattr" => {
                let name = args.get(1)?.as_str()?;
                let value = self.attribute(first?, &name);
                match (&value, args.get(2)) {
                    (Value::Attr(_) | Value::Choice(_) | Value::Unknown(_), Some(default))
                        if matches!(first?, Value::Class(_) | Value::Instance(_) | Value::Module(_)) =>
                    {
                        Some(default.clone())
                    }
                    _ => Some(value),
                }
            }
            "setattr" => {
                match args.get(1)?.as_str() {
                    Some(name) => self.set_attribute(first?, &name, args.get(2)?.clone(), site),
                    None => self.set_unknown_attribute(first?, args.get(1)?, args.get(2)?, site),
                }
                Some(Value::None)
            }
            "hasattr" => {
                if let Value::External(module) = first?
                    && module.path().starts_with("sqlalchemy")
                {
                    return Some(Value::Bool(!self.version.lacks(module.path(), &args.get(1)?.as_str()?)));
                }
                let Value::Class(class) = first? else {
                    return None;
                };
                Some(Value::Bool(super::own_or_inherited(class, &args.get(1)?.as_str()?).is_some()))
            }
            "isinstance" => self.is_instance(first?, args.get(1)?),
            "issubclass" => match (first?, args.get(1)?) {
                (Value::Class(class), Value::Class(of)) => {
                    Some(Value::Bool(classes::ancestors(class).iter().any(|ancestor| ancestor.is(of))))
                }
                _ => None,
            },
            "type" => match args {
                [Value::Instance(instance)] => Some(Value::Class(instance.class.clone())),
                [Value::Member(member)] => Some(Value::Class(member.class.clone())),
                [_, _, _] => Some(self.make_class(args, site)),
                _ => None,
            },
            "exec" => Some(self.execute(first?, site)),
            // Texts are executed as they are.
            "compile" => Some(first?.clone()),
            "eval" => {
                let expression = parse::expression(&first?.as_str()?)?;
                let expression = self.project.trees().keep(expression);
                let frame = Frame::of(self.project.module(site.module).scope.clone());
                Some(self.eval(expression, &frame))
            }
            "__import__" => self.import_by_name(first?, None, site),
            "vars" => match first? {
                Value::Class(_) => Some(self.attribute(first?, "__dict__")),
                _ => None,
            },
            "print" => Some(Value::None),
            "globals" => {
                let names = self.project.module(site.module).scope.vars.borrow();
                Some(Value::dict(names.iter().map(|(name, value)| (Value::str(name), value.clone()))))
            }
            "property" | "classmethod" | "staticmethod" => first.cloned(),
            _ => None,
        }
    }

    pub(super) fn make_dict(&mut self, first: Option<&Value<'a>>, kwargs: &[(String, Value<'a>)]) -> Option<Value<'a>> {
        let mut items = match first {
            None => Dict::default(),
            Some(Value::Dict(items)) => items.borrow().plain(),
            Some(other) => {
                let pairs = self.iterate(other)?;
                let pairs: Option<Dict<'a>> = pairs
                    .iter()
                    .map(|pair| match pair.items()?.as_slice() {
                        [key, value] => Some((key.clone(), value.clone())),
                        _ => None,
                    })
                    .collect();
                pairs?
            }
        };
        for (name, value) in kwargs {
            items.put(Value::str(name), value.clone());
        }
        Some(Value::Dict(Rc::new(RefCell::new(items))))
    }

    fn sorted(&mut self, value: &Value<'a>, kwargs: &[(String, Value<'a>)]) -> Option<Value<'a>> {
        if kwargs.iter().any(|(name, _)| name == "key") {
            return None;
        }
        let mut items = self.iterate(value)?;
        if items.iter().all(|item| item.as_str().is_some()) {
            items.sort_by_key(Value::as_str);
        } else if items.iter().all(|item| item.as_int().is_some()) {
            items.sort_by_key(Value::as_int);
        } else {
            return None;
        }
        if find(kwargs, "reverse").and_then(Value::as_bool) == Some(true) {
            items.reverse();
        }
        Some(Value::list(items))
    }

    fn zip(&mut self, args: &[Value<'a>]) -> Option<Value<'a>> {
        let lists: Option<Vec<_>> = args.iter().map(|arg| self.iterate(arg)).collect();
        let lists = lists?;
        let length = lists.iter().map(Vec::len).min().unwrap_or(0);
        let rows =
            (0..length).map(|index| Value::Tuple(Rc::new(lists.iter().map(|list| list[index].clone()).collect())));
        Some(Value::list(rows.collect()))
    }

    fn is_instance(&mut self, value: &Value<'a>, class: &Value<'a>) -> Option<Value<'a>> {
        if !self.spend(1) || !threads::has_room() {
            return None;
        }
        if let Some(classes) = class.items() {
            let answers: Option<Vec<Value<'a>>> = classes.iter().map(|class| self.is_instance(value, class)).collect();
            return Some(Value::Bool(answers?.iter().any(|answer| answer.as_bool() == Some(true))));
        }
        let answer = match (value, class.external_key(), class) {
            (Value::Str(_), Some(key), _) => key == "builtins.str",
            (Value::List(_), Some(key), _) => key == "builtins.list",
            (Value::Dict(_), Some(key), _) => key == "builtins.dict",
            (Value::Tuple(_), Some(key), _) => key == "builtins.tuple",
            (Value::Int(_), Some(key), _) => key == "builtins.int",
            (Value::Bool(_), Some(key), _) => matches!(key, "builtins.bool" | "builtins.int"),
            (Value::None, _, _) => false,
            (Value::Class(_), Some(key), _) => key == "builtins.type",
            // `isinstance(bind.dialect, PGDialect)`: MariaDB's is one of MySQL's.
            (Value::External(name), Some(key), _) if name.path() == "<dialect>" => {
                let (module, class) = key.rsplit_once('.')?;
                if !class.contains("Dialect")
                    || !matches!(module, "postgresql" | "mysql" | "sqlite" | "oracle" | "mssql")
                {
                    return None;
                }
                module == self.dialect_name
            }
            // What a connection or a result is an instance of is not known.
            (Value::Call(call), Some(_), _) if call.key().is_none_or(|key| key.starts_with("alembic.")) => return None,
            (Value::Call(call), Some(key), _) => match super::reflected::derives(call.key()?, key) {
                Some(derives) => derives,
                None => call.key()? == key,
            },
            (Value::Instance(instance), _, Value::Class(class)) => {
                classes::ancestors(&instance.class).iter().any(|ancestor| ancestor.is(class))
            }
            _ => return None,
        };
        Some(Value::Bool(answer))
    }
}

fn length<'a>(length: usize) -> Option<Value<'a>> {
    i64::try_from(length).ok().map(Value::Int)
}

fn find<'v, 'a>(kwargs: &'v [(String, Value<'a>)], name: &str) -> Option<&'v Value<'a>> {
    kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn range<'a>(args: &[Value<'a>], at: impl Fn() -> String) -> Option<Value<'a>> {
    let numbers: Option<Vec<i64>> = args.iter().map(Value::as_int).collect();
    let (start, end, step) = match numbers?.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] if *step > 0 => (*start, *end, *step),
        _ => return None,
    };
    if end.saturating_sub(start) / step > MAX_RANGE {
        let reason = format!("the range at {} is not followed: it has more than {MAX_RANGE} numbers", at());
        return Some(Value::unknown(reason));
    }
    let step = usize::try_from(step).ok()?;
    Some(Value::list((start..end).step_by(step).map(Value::Int).collect()))
}
