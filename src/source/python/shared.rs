//! Counted references to values. They are [`std::rc::Rc`], except that letting go of a value which nests very deeply
//! does not nest as deeply: a loop may put one tuple into the next for ever.

use std::cell::Cell;
use std::ops::Deref;

/// How deep letting go may nest. What lies deeper stays in memory until the program ends.
const MOST_DEPTH: u32 = 1_000;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A counted reference; empty only while it is let go.
pub(super) struct Rc<T: ?Sized>(Option<std::rc::Rc<T>>);

impl<T> Rc<T> {
    /// A reference to a new value.
    pub(super) fn new(value: T) -> Self {
        Rc(Some(std::rc::Rc::new(value)))
    }
}

impl<T: ?Sized> Rc<T> {
    fn inner(&self) -> &std::rc::Rc<T> {
        match &self.0 {
            Some(inner) => inner,
            None => unreachable!("a reference that is used has not been let go"),
        }
    }

    /// Whether both lead to one value.
    pub(super) fn ptr_eq(a: &Self, b: &Self) -> bool {
        std::rc::Rc::ptr_eq(a.inner(), b.inner())
    }

    /// Where the value stands, which tells it apart from others.
    pub(super) fn as_ptr(this: &Self) -> *const T {
        std::rc::Rc::as_ptr(this.inner())
    }
}

impl<T: ?Sized> Drop for Rc<T> {
    fn drop(&mut self) {
        let Some(inner) = self.0.take() else { return };
        if std::rc::Rc::strong_count(&inner) > 1 {
            return;
        }
        let depth = DEPTH.get();
        if depth >= MOST_DEPTH {
            return std::mem::forget(inner);
        }
        DEPTH.set(depth + 1);
        drop(inner);
        DEPTH.set(depth);
    }
}

impl<T: ?Sized> Clone for Rc<T> {
    fn clone(&self) -> Self {
        Rc(self.0.clone())
    }
}

impl<T: ?Sized> Deref for Rc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner()
    }
}

impl<T: ?Sized> AsRef<T> for Rc<T> {
    fn as_ref(&self) -> &T {
        self.inner()
    }
}

impl<T: Default> Default for Rc<T> {
    fn default() -> Self {
        Rc::new(T::default())
    }
}

impl Default for Rc<str> {
    fn default() -> Self {
        Rc::from("")
    }
}

impl From<&str> for Rc<str> {
    fn from(text: &str) -> Self {
        Rc(Some(std::rc::Rc::from(text)))
    }
}

impl From<String> for Rc<str> {
    fn from(text: String) -> Self {
        Rc(Some(std::rc::Rc::from(text)))
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Rc<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Rc<T> {}

impl<T: ?Sized + PartialOrd> PartialOrd for Rc<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: ?Sized + Ord> Ord for Rc<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: ?Sized + std::hash::Hash> std::hash::Hash for Rc<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for Rc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + std::fmt::Display> std::fmt::Display for Rc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Link(#[expect(dead_code, reason = "it is there to be let go")] Option<Rc<Link>>);

    #[test]
    fn a_long_chain_is_let_go_without_nesting() {
        let mut chain = None;
        for _ in 0..1_000_000 {
            chain = Some(Rc::new(Link(chain)));
        }
        drop(chain);
        assert_eq!(DEPTH.get(), 0);
    }
}
