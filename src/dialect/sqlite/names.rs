//! Names: folding and quoting.

use crate::model::Name;

pub(super) fn default_schema() -> Option<Name> {
    todo!("dialect/names")
}

pub(super) fn relation(_text: &str, _quoted: bool) -> Name {
    todo!("dialect/names")
}

pub(super) fn column(_text: &str, _quoted: bool) -> Name {
    todo!("dialect/names")
}

pub(super) fn quote(_text: &str) -> String {
    todo!("dialect/names")
}

pub(super) fn string_literal(_text: &str) -> String {
    todo!("dialect/names")
}
