//! Lists, tuples and dicts: their elements and methods.

use std::cell::RefCell;

use crate::source::python::bounds::MOST_ITEMS;
use crate::source::python::dict::Dict;
use crate::source::python::enums;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, ModuleId, Site, Value};

use super::{Interp, operator};

type Items<'a> = RefCell<Vec<Value<'a>>>;
type Pairs<'a> = RefCell<Dict<'a>>;

impl<'a> Interp<'a> {
    /// `base[index]`.
    pub(super) fn subscript(&mut self, base: Value<'a>, index: Value<'a>) -> Value<'a> {
        let found = match (&base, &index) {
            (Value::Choice(_) | Value::Unknown(_), _) => return self.cannot(&base, "is indexed"),
            (Value::List(_) | Value::Tuple(_) | Value::Str(_), Value::Choice(_) | Value::Unknown(_)) => {
                return self.cannot(&index, "is an index");
            }
            (Value::List(items), Value::Int(position)) => at(&items.borrow(), *position).cloned(),
            (Value::Tuple(items), Value::Int(position)) => at(items, *position).cloned(),
            (Value::List(_) | Value::Tuple(_), Value::Op(slice)) if slice.operator == ":" => {
                let items = base.items().unwrap_or_default();
                if !self.spend(items.len()) {
                    return self.exhausted();
                }
                slice_of(&items, &slice.operands).map(|items| match &base {
                    Value::Tuple(_) => Value::Tuple(Rc::new(items)),
                    _ => Value::list(items),
                })
            }
            (Value::Str(text), Value::Int(position)) => {
                let chars: Vec<char> = text.chars().collect();
                if !self.spend(chars.len() / 16) {
                    return self.exhausted();
                }
                at(&chars, *position).map(|c| Value::str(c.to_string()))
            }
            (Value::Str(text), Value::Op(slice)) if slice.operator == ":" => {
                let chars: Vec<char> = text.chars().collect();
                slice_of(&chars, &slice.operands).map(|chars| Value::str(chars.into_iter().collect::<String>()))
            }
            (Value::Dict(items), key) => return self.item(items, key),
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

    /// The value of a key; `None` where the dict lacks it.
    ///
    /// # Errors
    /// The unknown value that it is, where the key or what the dict holds is not known.
    fn lookup(&mut self, dict: &Rc<Pairs<'a>>, key: &Value<'a>) -> Result<Option<Value<'a>>, Value<'a>> {
        if key.unknown_reason().is_some() {
            return Err(self.cannot(key, "is a key"));
        }
        let mut dict = dict.borrow_mut();
        match (dict.get(key), &dict.open) {
            (None, Some(reason)) => Err(Value::Unknown(reason.clone())),
            (found, _) => Ok(found),
        }
    }

    /// `dict[key]`: what is not there is made by the dict's factory, where it has one.
    fn item(&mut self, dict: &Rc<Pairs<'a>>, key: &Value<'a>) -> Value<'a> {
        match self.lookup(dict, key) {
            Ok(Some(found)) => return found,
            Ok(None) => {}
            Err(unknown) => return unknown,
        }
        let Some(factory) = dict.borrow().factory.clone() else {
            return Value::unknown("an element is not known");
        };
        let site = Site { module: ModuleId(0), offset: 0.into() };
        let made = self.call_with(factory, Vec::new(), Vec::new(), None, site);
        dict.borrow_mut().put(key.clone(), made.clone());
        made
    }
}

/// Sets `base[index]`.
pub(super) fn set_item<'a>(interp: &mut Interp<'a>, base: &Value<'a>, index: Value<'a>, value: Value<'a>) {
    match (base, &index) {
        (Value::Dict(items), _) => items.borrow_mut().put(index, value),
        (Value::List(items), Value::Int(position)) => {
            let mut items = items.borrow_mut();
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let position = if *position < 0 { position + length } else { *position };
            if let Some(slot) = usize::try_from(position).ok().and_then(|position| items.get_mut(position)) {
                *slot = value;
            }
        }
        // `locals()["name"] = …` in a class body.
        (Value::Class(class), _) => match index.as_str() {
            Some(name) => class.set(&name, Some(value), None, class.site),
            None => interp.set_unknown_attribute(base, &index, &value, class.site),
        },
        _ => {}
    }
}

/// A pair.
pub(super) fn pair<'a>(a: Value<'a>, b: Value<'a>) -> Value<'a> {
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
            // What is not known stands for any number of items.
            let first = first?;
            let more = match interp.iterate(first) {
                Some(more) => more,
                None => vec![interp.cannot(first, "is added to a list")],
            };
            if list.borrow().len() + more.len() > MOST_ITEMS {
                return None;
            }
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
            let sought = args.first()?;
            let position = base.items()?.iter().position(|item| operator::identical(item, sought))?;
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
        "get" => match interp.lookup(dict, args.first()?) {
            Ok(found) => Some(found.unwrap_or_else(default)),
            Err(unknown) => Some(unknown),
        },
        "pop" => {
            let sought = args.first()?;
            match interp.lookup(dict, sought) {
                Ok(_) if interp.spend(dict.borrow().len()) => {
                    Some(dict.borrow_mut().remove(sought).unwrap_or_else(default))
                }
                Ok(_) => None,
                Err(unknown) => Some(unknown),
            }
        }
        "setdefault" => match interp.lookup(dict, args.first()?) {
            Ok(Some(known)) => Some(known),
            Ok(None) => {
                dict.borrow_mut().put(args[0].clone(), default());
                Some(default())
            }
            Err(unknown) => Some(unknown),
        },
        "keys" => Some(Value::list(dict.borrow().iter().map(|(key, _)| key.clone()).collect())),
        "values" => Some(Value::list(dict.borrow().iter().map(|(_, value)| value.clone()).collect())),
        "items" => Some(Value::list(dict.borrow().iter().map(|(k, v)| pair(k.clone(), v.clone())).collect())),
        "copy" => Some(Value::Dict(Rc::new(RefCell::new(dict.borrow().clone())))),
        "clear" => {
            dict.borrow_mut().clear();
            Some(Value::None)
        }
        "update" => {
            let more = interp.make_dict(args.first(), kwargs)?;
            if let Value::Dict(more) = more {
                for (key, value) in more.borrow().iter() {
                    dict.borrow_mut().put(key.clone(), value.clone());
                }
            }
            Some(Value::None)
        }
        _ => None,
    }
}

/// A method that every class has; `None` where it is not followed.
pub(super) fn class_method<'a>(class: &Rc<Class<'a>>, name: &str, args: &[Value<'a>], site: Site) -> Option<Value<'a>> {
    match name {
        "update" => {
            let Value::Dict(items) = args.first()? else {
                return None;
            };
            for (name, value) in items.borrow().iter() {
                class.set(&name.as_str()?, Some(value.clone()), None, site);
            }
            Some(Value::None)
        }
        _ => None,
    }
}
