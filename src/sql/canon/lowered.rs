//! Texts that were lowered before: many tables have the same defaults and conditions.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::Reason;

use super::Node;

/// What the texts of one grammar were lowered to.
#[derive(Debug, Default)]
pub struct Lowered(Mutex<HashMap<String, Result<Node, Reason>>>);

impl Lowered {
    /// What `text` comes to, by `lower` where it has not been asked for before.
    pub(super) fn of(&self, text: &str, lower: impl FnOnce() -> Result<Node, Reason>) -> Result<Node, Reason> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lowered) = known().get(text) {
            return lowered.clone();
        }
        let lowered = lower();
        known().insert(text.to_owned(), lowered.clone());
        lowered
    }
}
