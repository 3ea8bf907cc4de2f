//! What a Python file says of itself at its top level, without being evaluated: constants, and which functions it has.
//!
//! Migration scripts say so which revision they are. Reading hundreds of them has to be quick.

use std::path::Path;
use std::sync::Arc;

use crate::snapshot::Span;

use super::parse::{ParsedFile, SyntaxError, ast};

/// A constant at the top level of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `None`.
    None,
    /// A string.
    Text(String),
    /// A tuple, list or set of strings; `None` among them is left out.
    Texts(Vec<String>),
    /// Something that has to be evaluated.
    Other,
}

/// A file's top level.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// What is assigned there, the last assignment of each name, with its place.
    pub constants: Vec<(String, Constant, Span)>,
    /// The functions, and whether each does anything.
    pub functions: Vec<(String, bool)>,
}

impl Header {
    /// Reads `text`, the content of the file that messages show as `shown`.
    ///
    /// # Errors
    /// Where it is not Python: the place, and what the parser says.
    pub fn read(text: String, shown: &Path) -> Result<Header, (Span, String)> {
        let file = ParsedFile::parse(text, shown).map_err(|error| {
            let SyntaxError { line, column, message } = error;
            (Span { file: shown.into(), line, column }, message)
        })?;
        let mut header = Header::default();
        for statement in &file.body {
            header.statement(statement, &file);
        }
        Ok(header)
    }

    /// The constant of this name, with its place.
    pub fn constant(&self, name: &str) -> Option<(&Constant, &Span)> {
        self.constants.iter().rev().find(|(known, ..)| known == name).map(|(_, value, span)| (value, span))
    }

    /// Whether there is a function of this name that does something.
    pub fn acts(&self, function: &str) -> bool {
        self.functions.iter().any(|(name, acts)| name == function && *acts)
    }

    fn statement(&mut self, statement: &ast::Stmt, file: &ParsedFile) {
        let (targets, value) = match statement {
            ast::Stmt::Assign(assign) => (assign.targets.as_slice(), Some(&*assign.value)),
            ast::Stmt::AnnAssign(assign) => (std::slice::from_ref(&*assign.target), assign.value.as_deref()),
            ast::Stmt::FunctionDef(function) => {
                return self.functions.push((function.name.to_string(), !is_empty(&function.body)));
            }
            _ => return,
        };
        for target in targets {
            if let (ast::Expr::Name(name), Some(value)) = (target, value) {
                let (line, column) = file.position(name.range.start());
                let span = Span { file: Arc::clone(&file.shown), line, column };
                self.constants.push((name.id.to_string(), constant(value), span));
            }
        }
    }
}

fn constant(value: &ast::Expr) -> Constant {
    let texts = |elements: &[ast::Expr]| {
        let mut texts = Vec::new();
        for element in elements {
            match constant(element) {
                Constant::Text(text) => texts.push(text),
                Constant::None => {}
                Constant::Texts(_) | Constant::Other => return Constant::Other,
            }
        }
        Constant::Texts(texts)
    };
    match value {
        ast::Expr::NoneLiteral(_) => Constant::None,
        ast::Expr::StringLiteral(text) => Constant::Text(text.value.to_str().to_owned()),
        ast::Expr::Tuple(tuple) => texts(&tuple.elts),
        ast::Expr::List(list) => texts(&list.elts),
        ast::Expr::Set(set) => texts(&set.elts),
        _ => Constant::Other,
    }
}

/// Whether a body does nothing: `pass`, `...`, a docstring, `return`.
fn is_empty(body: &[ast::Stmt]) -> bool {
    body.iter().all(|statement| match statement {
        ast::Stmt::Pass(_) => true,
        ast::Stmt::Return(value) => value.value.is_none(),
        ast::Stmt::Expr(expression) => {
            matches!(*expression.value, ast::Expr::StringLiteral(_) | ast::Expr::EllipsisLiteral(_))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_of_a_revision_is_read() {
        let text = "revision: str = 'a1'\ndown_revision = ('b', None, \"c\")\nbranch_labels = None\nx = f()\n\
                    def upgrade():\n    op.execute('x')\ndef downgrade() -> None:\n    \"\"\"Nothing.\"\"\"\n    pass\n";
        let header = Header::read(text.to_owned(), Path::new("v/a1.py")).unwrap();
        let constant = |name| header.constant(name).map(|(value, span)| (value.clone(), span.line));
        assert_eq!(constant("revision"), Some((Constant::Text("a1".into()), 1)));
        assert_eq!(constant("down_revision"), Some((Constant::Texts(vec!["b".into(), "c".into()]), 2)));
        assert_eq!(constant("branch_labels"), Some((Constant::None, 3)));
        assert_eq!(constant("x"), Some((Constant::Other, 4)));
        assert_eq!(constant("absent"), None);
        assert!(header.acts("upgrade") && !header.acts("downgrade"));
    }
}
