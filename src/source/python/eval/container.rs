//! Lists, tuples and dicts: their elements and methods.

use std::cell::RefCell;
use std::rc::Rc;

use crate::source::python::bounds::MOST_ITEMS;
use crate::source::python::enums;
use crate::source::python::value::{Class, Site, Value};

use super::{Interp, operator};

type Items<'a> = RefCell<Vec<Value<'a>>>;
type Pairs<'a> = RefCell<Vec<(Value<'a>, Value<'a>)>>;

impl<'a> Interp<'a> {
    /// `base[index]`.
    pub(super) fn subscript(&mut self, base: Value<'a>, index: Value<'a>) -> Value<'a> {
        let found = match (&base, &index) {
            (Value::Choice(_) | Value::Unknown(_), _) => return self.cannot(&base, "is indexed"),
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
pub(super) fn set_item<'a>(interp: &mut Interp<'a>, base: &Value<'a>, index: Value<'a>, value: Value<'a>) {
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
        (Value::Class(class), _) => match index.as_str() {
            Some(name) => class.set(&name, Some(value), None, class.site),
            None => interp.set_unknown_attribute(base, &index, &value, class.site),
        },
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
        "get" => Some(get(&dict.borrow(), args.first()?).unwrap_or_else(default)),
        "pop" => {
            let sought = args.first()?;
            let mut items = dict.borrow_mut();
            let found = items.iter().position(|(key, _)| operator::identical(key, sought));
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
