//! SQL files: each statement applied to the schema in turn.
//!
//! Statements are read by hand over the tokens of [`crate::sql::lex`], and what they contain (types, expressions,
//! queries) is sliced from the source as it was written. Nothing here asks which engine it reads: [`grammar`] says
//! what the DDL allows, and the dialect how names and types are meant.

mod absent;
mod alter_table;
mod column;
mod comment;
mod constraint;
mod copy_table;
mod create_table;
mod cursor;
mod data_type;
mod do_block;
mod drop;
mod files;
mod grammar;
mod index;
mod key_clause;
mod literal;
mod namespace;
mod notes;
mod opaque;
mod partition;
mod reader;
mod repeated;
mod rename;
mod sequence;
mod session;
mod settings;
mod spans;
mod statement;
mod table_options;
mod text_type;
mod transaction;
mod types;
mod uncaptured;
mod view;
mod virtual_table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{Facet, Kind, Reason};
use crate::snapshot::{Coverage, Scope, Snapshot, Span};
use crate::sql::{Statement, StatementKind, split};
use crate::text::Decoded;

use super::{LoadContext, SourceError};
pub use absent::Absent;
use grammar::Grammar;
use reader::Reader;
pub use repeated::Repeated;
pub use session::Session;
pub use transaction::{Refused, Wrapping};

/// How deep psql's `\i` may nest.
const MAX_INCLUDES: usize = 32;

/// Reads SQL files, and the `.sql` files of folders in name order, as one script.
///
/// # Errors
/// When a path cannot be read or holds no SQL file. A statement that is not understood is a warning of the snapshot.
pub fn load(paths: &[PathBuf], context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    let mut reader = Reader::new(context);
    for path in files::collect(paths)? {
        read_file(&mut reader, &path, 0)?;
    }
    Ok(reader.finish(scope()))
}

/// Reads SQL text, such as a program's output, under the name `file`.
pub fn load_text(text: &str, file: &Path, context: &LoadContext<'_>) -> Snapshot {
    let mut reader = Reader::new(context);
    reader.enter_file(file.into());
    read_text(&mut reader, text, None);
    reader.finish(scope())
}

fn read_file(reader: &mut Reader<'_>, path: &Path, depth: usize) -> Result<(), SourceError> {
    let Decoded { text, foreign } = files::read(path)?;
    let shown: Arc<Path> = files::shown(path, reader.context.root).into();
    reader.enter_file(shown.clone());
    if let Some(line) = foreign {
        let span = Span { file: shown, line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
        let message = "the file is not UTF-8 here; bytes that are not were read as Windows-1252";
        reader.warn(span, message, "save it as UTF-8; rows of binary data do no harm");
    }
    read_text(reader, &text, Some((path, depth)));
    Ok(())
}

/// Applies every statement of a text; `file` is where it stands, so that included files are found.
fn read_text(reader: &mut Reader<'_>, text: &str, file: Option<(&Path, usize)>) {
    for statement in split(text, reader.context.dialect.rules()) {
        read_statement(reader, &statement, file);
    }
}

fn read_statement(reader: &mut Reader<'_>, statement: &Statement<'_>, file: Option<(&Path, usize)>) {
    let span = reader.span_at((statement.line, statement.column));
    match statement.kind {
        StatementKind::Sql => reader.apply(statement),
        StatementKind::Unterminated => {
            let message = "a quote or comment that begins in this statement is never closed";
            reader.warn(span, message, "close it; the statement was read up to the end of its line");
            reader.apply(statement);
        }
        StatementKind::Client => client(reader, statement.text, span, file),
    }
}

/// Commands to psql, sqlite3 or mysql: only the inclusion of another file matters.
fn client(reader: &mut Reader<'_>, command: &str, span: Span, file: Option<(&Path, usize)>) {
    let mut words = command.split_ascii_whitespace();
    let verb = words.next().unwrap_or("");
    let is_include = matches!(verb, "\\i" | "\\ir" | "\\include" | "\\include_relative" | ".read" | "\\.")
        || verb.eq_ignore_ascii_case("source");
    let (true, Some(name)) = (is_include, words.next()) else { return };
    let name = name.trim_matches(['\'', '"', ';']);
    let Some((from, depth)) = file.filter(|(_, depth)| *depth < MAX_INCLUDES) else {
        reader.warn(span, format!("the included file {name} is not read"), "name the file as a source of its own");
        return;
    };
    let path = from.parent().unwrap_or(Path::new("")).join(name);
    let here = Arc::clone(reader.file());
    if read_file(reader, &path, depth + 1).is_err() {
        let message = format!("the included file {} cannot be read", path.display());
        reader.warn(span, message, "paths are taken relative to the file that includes them");
    }
    reader.enter_file(here);
}

/// What SQL files can speak about: everything in the model but privileges, which scripts rarely state in full.
fn scope() -> Scope {
    Scope::default()
        .complete([
            Kind::Schema,
            Kind::Enum,
            Kind::Domain,
            Kind::Sequence,
            Kind::Table,
            Kind::Column,
            Kind::PrimaryKey,
            Kind::Unique,
            Kind::ForeignKey,
            Kind::Check,
            Kind::Exclusion,
            Kind::Index,
            Kind::View,
            Kind::Routine,
            Kind::Trigger,
            Kind::Policy,
            Kind::Extension,
            Kind::Type,
            Kind::Event,
        ])
        .with(
            Facet::of(Kind::Grant),
            Coverage::Silent(Reason::new("privileges of SQL files are counted and not compared")),
        )
}

#[cfg(test)]
mod tests;
