//! SQL text: splitting files into statements, the canonical form of expressions, and the trait by which readers and
//! writers ask an engine for its spelling.
//!
//! This module must not know about files, databases or differences.

mod portable;
mod syntax;

pub use portable::PortableType;
pub use syntax::Syntax;
