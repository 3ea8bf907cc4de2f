//! The canonical form of expressions: what two texts have to share to mean the same.
//!
//! [`lower`] reads an expression with `sqlparser` into a [`Node`] tree in which spellings that mean the same on every
//! engine are one; a dialect then folds the tree further with what it knows about types ([`Node::map`]); [`compare`]
//! holds two such trees against each other. What was not understood stays as text in the tree: equal texts are the
//! same, others are undecided, never different.
//!
//! This module must not know an engine's name: what an engine does differently stands in [`Grammar`].

mod call;
mod compare;
mod depth;
mod literal;
mod lower;
mod lowered;
mod node;
mod query;
mod repair;
mod resolve;
mod scope;
mod shape;

pub use compare::compare;
pub use literal::{decimal, interval, json_value, negated, rescaled, timestamp};
pub use lower::{Grammar, lower};
pub use lowered::Lowered;
pub use node::Node;
pub use resolve::{Query, Relations, lower_query};
