//! SQL text: splitting files into statements, the canonical form of expressions, and the trait by which readers and
//! writers ask an engine for its spelling.
//!
//! This module must not know about files, databases or differences.

pub mod lex;
pub mod canon;
mod parentheses;
mod portable;
mod rules;
mod split;
mod syntax;
mod tokens;
pub mod write;

pub use parentheses::without_parentheses;
pub use portable::PortableType;
pub use rules::Rules;
pub use split::{Statement, StatementKind, Statements, split};
pub use syntax::Syntax;
pub use tokens::{Quoting, Token, same_tokens, tokens};
