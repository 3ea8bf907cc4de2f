//! Built-in functions, and the methods of lists, tuples, dicts and classes.

use std::cell::RefCell;
use std::rc::Rc;

use crate::source::python::classes;
use crate::source::python::enums;
use crate::source::python::value::{Class, Role, Site, Value};

use super::{Interp, operator, text};

/// The items of a `range` that are followed.
const MAX_RANGE: i64 = 10_000;

type Items<'a> = RefCell<Vec<Value<'a>>>;
type Pairs<'a> = RefCell<Vec<(Value<'a>, Value<'a>)>>;

impl<'a> Interp<'a> {
    /// The items of something that is looped over.
    pub(in crate::source::python) fn iterate(&mut self, value: &Value<'a>) -> Option<Vec<Value<'a>>> {
        match value {
            Value::List(_) | Value::Tuple(_) => value.items(),
            Value::Dict(items) => Some(items.borrow().iter().map(|(key, _)| key.clone()).collect()),
            Value::Str(text) => Some(text.chars().map(|c| Value::str(c.to_string())).collect()),
            Value::Class(class) if enums::is_enum(class) => Some(enums::members(class)),
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
            "len" => self.iterate(first?).and_then(|items| i64::try_from(items.len()).ok()).map(Value::Int),
            "range" => range(args),
            "sorted" => self.sorted(first?, kwargs),
            "reversed" => self.iterate(first?).map(|items| Value::list(items.into_iter().rev().collect())),
            "enumerate" => {
                let start = args.get(1).or(find(kwargs, "start")).and_then(Value::as_int).unwrap_or(0);
                let items = self.iterate(first?)?.into_iter().zip(start..);
                Some(Value::list(items.map(|(item, index)| pair(Value::Int(index), item)).collect()))
            }
            "zip" => self.zip(args),
            "map" => {
                let items = self.iterate(args.get(1)?)?;
                let function = first?.clone();
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
                    (Value::Attr(_) | Value::Unknown(_), Some(default))
                        if matches!(first?, Value::Class(_) | Value::Instance(_) | Value::Module(_)) =>
                    {
                        Some(default.clone())
                    }
                    _ => Some(value),
                }
            }
            "setattr" => {
                let name = args.get(1)?.as_str()?;
                self.set_attribute(first?, &name, args.get(2)?.clone(), site);
                Some(Value::None)
            }
            "hasattr" => {
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
                [name, bases, Value::Dict(namespace)] => {
                    let class = self.library_class(&name.as_str()?, bases.items()?, Role::Plain, site);
                    for (name, value) in namespace.borrow().iter() {
                        class.set(&name.as_str()?, Some(value.clone()), None, site);
                    }
                    self.finish_class(&class);
                    Some(Value::Class(class))
                }
                _ => None,
            },
            "print" => Some(Value::None),
            "property" | "classmethod" | "staticmethod" => first.cloned(),
            _ => None,
        }
    }

    fn make_dict(&mut self, first: Option<&Value<'a>>, kwargs: &[(String, Value<'a>)]) -> Option<Value<'a>> {
        let mut items = match first {
            None => Vec::new(),
            Some(Value::Dict(items)) => items.borrow().clone(),
            Some(other) => {
                let pairs = self.iterate(other)?;
                let pairs: Option<Vec<_>> = pairs
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
            put(&mut items, Value::str(name), value.clone());
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
            (Value::Call(call), Some(key), _) => call.key()? == key,
            (Value::Instance(instance), _, Value::Class(class)) => {
                classes::ancestors(&instance.class).iter().any(|ancestor| ancestor.is(class))
            }
            _ => return None,
        };
        Some(Value::Bool(answer))
    }

    /// `base[index]`.
    pub(super) fn subscript(&mut self, base: Value<'a>, index: Value<'a>) -> Value<'a> {
        let found = match (&base, &index) {
            (Value::Unknown(_), _) => return base,
            (Value::List(_) | Value::Tuple(_), Value::Int(position)) => {
                let items = base.items().unwrap_or_default();
                at(&items, *position).cloned()
            }
            (Value::List(_) | Value::Tuple(_), Value::Op(slice)) if slice.operator == ":" => {
                let items = base.items().unwrap_or_default();
                slice_of(&items, &slice.operands).map(|items| match &base {
                    Value::Tuple(_) => Value::Tuple(Rc::new(items)),
                    _ => Value::list(items),
                })
            }
            (Value::Str(text), Value::Int(position)) => {
                let chars: Vec<char> = text.chars().collect();
                at(&chars, *position).map(|c| Value::str(c.to_string()))
            }
            (Value::Str(text), Value::Op(slice)) if slice.operator == ":" => {
                let chars: Vec<char> = text.chars().collect();
                slice_of(&chars, &slice.operands).map(|chars| Value::str(chars.into_iter().collect::<String>()))
            }
            (Value::Dict(items), key) => get(&items.borrow(), key),
            (Value::Class(class), key) if enums::is_enum(class) => key.as_str().and_then(|name| class.own_value(&name)),
            // A generic class of the project, such as `Base[int]`, is the class.
            (Value::Class(class), _) => return Value::Class(class.clone()),
            (Value::External(_) | Value::Call(_) | Value::Attr(_) | Value::Subscript(_), _) => {
                return Value::Subscript(Rc::new((base, index)));
            }
            _ => None,
        };
        found.unwrap_or_else(|| Value::unknown("an element is not known"))
    }
}

/// Sets `base[index]`.
pub(super) fn set_item<'a>(base: &Value<'a>, index: Value<'a>, value: Value<'a>) {
    match (base, &index) {
        (Value::Dict(items), _) => put(&mut items.borrow_mut(), index, value),
        (Value::List(items), Value::Int(position)) => {
            let mut items = items.borrow_mut();
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let position = if *position < 0 { position + length } else { *position };
            if let Some(slot) = usize::try_from(position).ok().and_then(|position| items.get_mut(position)) {
                *slot = value;
            }
        }
        // `locals()["name"] = …` in a class body.
        (Value::Class(class), _) => {
            if let Some(name) = index.as_str() {
                class.set(&name, Some(value), None, class.site);
            }
        }
        _ => {}
    }
}

/// Adds a pair to a dict, or replaces the value of its key.
pub(super) fn put<'a>(items: &mut Vec<(Value<'a>, Value<'a>)>, key: Value<'a>, value: Value<'a>) {
    match items.iter_mut().find(|(known, _)| operator::identical(known, &key)) {
        Some((_, slot)) => *slot = value,
        None => items.push((key, value)),
    }
}

fn get<'a>(items: &[(Value<'a>, Value<'a>)], key: &Value<'a>) -> Option<Value<'a>> {
    items.iter().find(|(known, _)| operator::identical(known, key)).map(|(_, value)| value.clone())
}

fn find<'v, 'a>(kwargs: &'v [(String, Value<'a>)], name: &str) -> Option<&'v Value<'a>> {
    kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn pair<'a>(a: Value<'a>, b: Value<'a>) -> Value<'a> {
    Value::Tuple(Rc::new(vec![a, b]))
}

fn at<T>(items: &[T], position: i64) -> Option<&T> {
    let length = i64::try_from(items.len()).ok()?;
    let position = if position < 0 { position + length } else { position };
    items.get(usize::try_from(position).ok()?)
}

fn slice_of<'a, T: Clone>(items: &[T], bounds: &[Value<'a>]) -> Option<Vec<T>> {
    let length = i64::try_from(items.len()).ok()?;
    let bound = |index: usize, default: i64| match bounds.get(index) {
        None | Some(Value::None) => Some(default),
        Some(value) => value.as_int().map(|n| if n < 0 { n + length } else { n }.clamp(0, length)),
    };
    if !matches!(bounds.get(2), None | Some(Value::None | Value::Int(1))) {
        return None;
    }
    let (start, end) = (bound(0, 0)?, bound(1, length)?);
    Some(items.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?).unwrap_or_default().to_vec())
}

fn range<'a>(args: &[Value<'a>]) -> Option<Value<'a>> {
    let numbers: Option<Vec<i64>> = args.iter().map(Value::as_int).collect();
    let (start, end, step) = match numbers?.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] if *step > 0 => (*start, *end, *step),
        _ => return None,
    };
    if end.saturating_sub(start) / step > MAX_RANGE {
        return None;
    }
    let step = usize::try_from(step).ok()?;
    Some(Value::list((start..end).step_by(step).map(Value::Int).collect()))
}

/// A method of a list or set; `None` where it is not followed.
pub(super) fn list_method<'a>(
    interp: &mut Interp<'a>,
    list: &Rc<Items<'a>>,
    name: &str,
    args: &[Value<'a>],
) -> Option<Value<'a>> {
    let first = args.first();
    match name {
        "append" | "add" => list.borrow_mut().push(first?.clone()),
        "extend" | "update" => {
            let more = interp.iterate(first?)?;
            list.borrow_mut().extend(more);
        }
        "insert" => {
            let index = usize::try_from(first?.as_int()?).ok()?;
            let mut items = list.borrow_mut();
            let index = index.min(items.len());
            items.insert(index, args.get(1)?.clone());
        }
        "pop" => return list.borrow_mut().pop(),
        "copy" => return Some(Value::list(list.borrow().clone())),
        "index" => return tuple_method(&Value::List(list.clone()), name, args),
        "union" => {
            let mut items = list.borrow().clone();
            items.extend(interp.iterate(first?)?);
            return Some(Value::list(items));
        }
        _ => return None,
    }
    Some(Value::None)
}

/// A method of a tuple; `None` where it is not followed.
pub(super) fn tuple_method<'a>(base: &Value<'a>, name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
    match name {
        "index" => {
            let position = base.items()?.iter().position(|item| operator::identical(item, &args[0]))?;
            i64::try_from(position).ok().map(Value::Int)
        }
        _ => None,
    }
}

/// A method of a dict; `None` where it is not followed.
pub(super) fn dict_method<'a>(
    interp: &mut Interp<'a>,
    dict: &Rc<Pairs<'a>>,
    name: &str,
    args: &[Value<'a>],
    kwargs: &[(String, Value<'a>)],
) -> Option<Value<'a>> {
    let default = || args.get(1).cloned().unwrap_or(Value::None);
    match name {
        "get" => Some(get(&dict.borrow(), args.first()?).unwrap_or_else(default)),
        "pop" => {
            let mut items = dict.borrow_mut();
            let found = items.iter().position(|(key, _)| operator::identical(key, &args[0]));
            Some(found.map_or_else(default, |index| items.remove(index).1))
        }
        "setdefault" => {
            let known = get(&dict.borrow(), args.first()?);
            Some(known.unwrap_or_else(|| {
                put(&mut dict.borrow_mut(), args[0].clone(), default());
                default()
            }))
        }
        "keys" => Some(Value::list(dict.borrow().iter().map(|(key, _)| key.clone()).collect())),
        "values" => Some(Value::list(dict.borrow().iter().map(|(_, value)| value.clone()).collect())),
        "items" => Some(Value::list(dict.borrow().iter().map(|(k, v)| pair(k.clone(), v.clone())).collect())),
        "copy" => Some(Value::Dict(Rc::new(RefCell::new(dict.borrow().clone())))),
        "update" => {
            let more = interp.make_dict(args.first(), kwargs)?;
            if let Value::Dict(more) = more {
                for (key, value) in more.borrow().iter() {
                    put(&mut dict.borrow_mut(), key.clone(), value.clone());
                }
            }
            Some(Value::None)
        }
        _ => None,
    }
}

/// A method that every class has; `None` where it is not followed.
pub(super) fn class_method<'a>(
    interp: &mut Interp<'a>,
    class: &Rc<Class<'a>>,
    name: &str,
    args: &[Value<'a>],
    site: Site,
) -> Option<Value<'a>> {
    match name {
        "update" => {
            let Value::Dict(items) = args.first()? else {
                return None;
            };
            for (name, value) in items.borrow().iter() {
                class.set(&name.as_str()?, Some(value.clone()), None, site);
            }
            let _ = interp;
            Some(Value::None)
        }
        _ => None,
    }
}
