//! Python's dict: pairs in the order in which their keys came, found by the keys' hashes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;

use super::eval::identical;
use super::shared::Rc;
use super::value::Value;

/// How many pairs are looked through one by one; the index of a larger dict is made when something is looked up.
const FEW: usize = 8;

/// How deep a key may nest.
const MOST_DEPTH: u32 = 8;

/// The pairs of a dict, or of one that makes what it lacks (`defaultdict(list)`).
#[derive(Clone, Default)]
pub(super) struct Dict<'a> {
    pairs: Vec<(Value<'a>, Value<'a>)>,
    /// Where the pairs stand, by the hash of their key; not all of them are in it.
    places: HashMap<u64, Vec<usize>>,
    /// How many of the pairs are in the index.
    indexed: usize,
    /// Why it may have keys that are not known.
    pub(super) open: Option<Rc<str>>,
    /// What makes the value of a key that is not there.
    pub(super) factory: Option<Value<'a>>,
}

impl<'a> Dict<'a> {
    /// The value of a key.
    pub(super) fn get(&mut self, key: &Value<'a>) -> Option<Value<'a>> {
        let place = self.place(key)?;
        self.pairs.get(place).map(|(_, value)| value.clone())
    }

    /// Adds a pair, or replaces the value of its key.
    pub(super) fn put(&mut self, key: Value<'a>, value: Value<'a>) {
        if let Some(reason) = key.unknown_reason() {
            self.open = Some(reason.clone());
        }
        match self.place(&key).and_then(|place| self.pairs.get_mut(place)) {
            Some((_, slot)) => *slot = value,
            None => self.pairs.push((key, value)),
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, key: &Value<'a>) -> Option<Value<'a>> {
        let place = self.place(key)?;
        self.places.clear();
        self.indexed = 0;
        Some(self.pairs.remove(place).1)
    }

    /// Takes every pair out.
    pub(super) fn clear(&mut self) {
        *self = Dict { factory: self.factory.take(), ..Dict::default() };
    }

    /// The same pairs, without what makes others.
    pub(super) fn plain(&self) -> Self {
        Dict { factory: None, ..self.clone() }
    }

    fn place(&mut self, key: &Value<'a>) -> Option<usize> {
        if self.pairs.len() <= FEW {
            return self.pairs.iter().position(|(known, _)| identical(known, key));
        }
        for (place, (known, _)) in self.pairs.iter().enumerate().skip(self.indexed) {
            if let Some(hash) = hash_of(known) {
                self.places.entry(hash).or_default().push(place);
            }
        }
        self.indexed = self.pairs.len();
        let places = self.places.get(&hash_of(key)?)?;
        places.iter().copied().find(|place| self.pairs.get(*place).is_some_and(|(known, _)| identical(known, key)))
    }
}

impl<'a> Deref for Dict<'a> {
    type Target = [(Value<'a>, Value<'a>)];

    fn deref(&self) -> &Self::Target {
        &self.pairs
    }
}

impl<'a> FromIterator<(Value<'a>, Value<'a>)> for Dict<'a> {
    fn from_iter<I: IntoIterator<Item = (Value<'a>, Value<'a>)>>(pairs: I) -> Self {
        let mut dict = Dict::default();
        for (key, value) in pairs {
            dict.put(key, value);
        }
        dict
    }
}

/// A hash that identical keys have in common; `None` for what is identical to nothing.
fn hash_of(key: &Value<'_>) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    hash(key, &mut hasher, 0)?;
    Some(hasher.finish())
}

fn hash(key: &Value<'_>, to: &mut DefaultHasher, depth: u32) -> Option<()> {
    fn address<T: ?Sized>(shared: &Rc<T>) -> usize {
        Rc::as_ptr(shared).addr()
    }
    if depth > MOST_DEPTH {
        return None;
    }
    if let Some(text) = key.as_str() {
        text.hash(to);
        return Some(());
    }
    std::mem::discriminant(key).hash(to);
    match key {
        Value::None | Value::Ellipsis => {}
        Value::Bool(value) => value.hash(to),
        Value::Int(number) => number.hash(to),
        Value::Number(text) | Value::Str(text) => text.hash(to),
        Value::Tuple(items) => {
            for item in items.iter() {
                hash(item, to, depth + 1)?;
            }
        }
        Value::List(list) => address(list).hash(to),
        Value::Dict(dict) => address(dict).hash(to),
        Value::Function(function) => address(function).hash(to),
        Value::Class(class) => address(class).hash(to),
        Value::Instance(instance) => address(instance).hash(to),
        Value::Member(member) => (address(&member.class), &member.name).hash(to),
        Value::Module(id) => id.hash(to),
        Value::External(name) => name.key().hash(to),
        Value::Call(call) => address(call).hash(to),
        Value::Choice(choice) => address(choice).hash(to),
        Value::Attr(attr) => {
            hash(&attr.0, to, depth + 1)?;
            attr.1.hash(to);
        }
        Value::Method(_)
        | Value::Subscript(_)
        | Value::Op(_)
        | Value::Super(_)
        | Value::Deferred(_)
        | Value::Unknown(_) => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_last_is_found_and_the_first_place_is_kept() {
        let mut dict = Dict::default();
        for round in 0..2 {
            for number in 0..1_000 {
                let key = Value::Tuple(Rc::new(vec![Value::Int(number), Value::str("a")]));
                dict.put(key, Value::Int(number + round));
            }
        }
        assert_eq!(dict.len(), 1_000);
        let key = |number| Value::Tuple(Rc::new(vec![Value::Int(number), Value::str("a")]));
        assert_eq!(dict.remove(&key(3)).and_then(|value| value.as_int()), Some(4));
        assert!(dict.get(&key(3)).is_none());
        assert_eq!(dict.get(&key(999)).and_then(|value| value.as_int()), Some(1_000));
        assert_eq!(dict.first().and_then(|(_, value)| value.as_int()), Some(1));
    }
}
