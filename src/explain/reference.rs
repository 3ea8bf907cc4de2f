//! Which object an error is about: aliases resolved by the statement, and equal errors counted as one.

use crate::model::Engine;

use super::kind::{About, ErrorKind};
use super::phrase::Certainty;
use super::record::Record;
use super::statement::{Relation, Statement};
use super::tool::MigrationTool;

/// A distinct error of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The engine whose words these are, where the words tell.
    pub engine: Option<Engine>,
    /// SQLSTATE, the vendor's number or the result code's name; empty where none is known.
    pub code: String,
    /// The schema, or on MySQL the database.
    pub schema: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// The class of the code that stands for the table, where the message names that.
    pub model: Option<String>,
    /// How far the message is about a table of the schema.
    pub certainty: Certainty,
    /// What stood before the column, where no statement says which table it means: a table's name or an alias.
    pub qualifier: Option<String>,
    /// The tables of the statement, any of which may be meant, where `table` is not known.
    pub among: Vec<String>,
    /// A type's name.
    pub type_name: Option<String>,
    /// The value that was refused.
    pub value: Option<String>,
    /// The constraint or index.
    pub constraint: Option<String>,
    /// The text of a check.
    pub check: Option<String>,
    /// The function.
    pub function: Option<String>,
    /// An object of another kind, or of one that the message does not tell.
    pub object: Option<String>,
    /// What depends on the object.
    pub dependents: Vec<String>,
    /// The migration tool whose words these are, or that ran the statement.
    pub tool: Option<MigrationTool>,
    /// The revisions that it is about; of an error of the server, the migration in which it was met.
    pub revisions: Vec<String>,
    /// The revision that these stand beside.
    pub other: Option<String>,
    /// What the server proposes.
    pub hint: Option<String>,
    /// The message as it stood in the text.
    pub text: String,
    /// How often the error stands in the text.
    pub count: u64,
    /// The line on which it stands first, from 1.
    pub line: u64,
}

impl Reference {
    /// What `record` is about.
    pub fn of(record: Record, line: u64) -> Reference {
        let Record { mut message, statement, hint, text, dependents, repeats: _ } = record;
        if let Some(statement) = &statement {
            told_by_statement(&mut message, statement);
        }
        let mut path = message.path;
        let mut table = message.table;
        let mut qualifier = None;
        if !message.columns.is_empty() && table.is_none() {
            qualifier = path.pop();
        }
        let mut schema = path.pop();
        let mut among = Vec::new();
        if table.is_none() && message.kind.is_about_column() && message.model.is_none() {
            let resolved = match (&statement, &qualifier) {
                (Some(statement), Some(qualifier)) => statement.relation(qualifier).cloned(),
                (Some(statement), None) => meant(statement, &message.columns),
                (None, _) => None,
            };
            match resolved {
                Some(relation) => {
                    schema = relation.schema.or(schema);
                    table = Some(relation.name);
                    qualifier = None;
                }
                None => {
                    among = statement
                        .iter()
                        .flat_map(|statement| &statement.relations)
                        .map(|one| one.name.clone())
                        .collect();
                    among.dedup();
                }
            }
        }
        // To PostgreSQL sequences are relations like tables; `_seq` is how it names them itself.
        let is_sequence = table.as_ref().is_some_and(|table| table.ends_with("_seq"));
        let kind = match message.kind {
            ErrorKind::UnknownTable if is_sequence => ErrorKind::MissingSequence,
            kind => kind,
        };
        Reference {
            kind,
            engine: message.engine,
            code: message.code,
            schema,
            table,
            columns: message.columns,
            qualifier,
            among,
            type_name: message.type_name,
            value: message.value,
            constraint: message.constraint,
            check: message.check,
            function: message.function,
            model: message.model,
            certainty: message.certainty,
            object: message.object,
            dependents,
            tool: message.tool,
            revisions: message.revisions,
            other: message.other,
            hint,
            text,
            count: 1,
            line,
        }
    }

    /// Whether both are the same error, of which one may say less.
    fn agrees_with(&self, other: &Reference) -> bool {
        fn open<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        self.kind == other.kind
            && self.columns == other.columns
            && self.function == other.function
            && self.type_name == other.type_name
            && self.constraint == other.constraint
            && self.object == other.object
            && self.model == other.model
            && (self.revisions == other.revisions || self.revisions.is_empty() || other.revisions.is_empty())
            && (self.kind != ErrorKind::MissingEnumValue || self.value == other.value)
            && open(&self.table, &other.table)
            && open(&self.schema, &other.schema)
    }

    /// Takes over what `other` knows and this does not.
    fn learn(&mut self, other: Reference) {
        if self.table.is_none() && other.table.is_some() {
            self.table = other.table;
            self.schema = other.schema.or(self.schema.take());
            self.qualifier = None;
            self.among.clear();
        }
        self.engine = self.engine.or(other.engine);
        self.tool = self.tool.or(other.tool);
        if self.revisions.is_empty() {
            self.revisions = other.revisions;
        }
        self.other = self.other.take().or(other.other);
        for one in other.dependents {
            if !self.dependents.contains(&one) {
                self.dependents.push(one);
            }
        }
        self.hint = self.hint.take().or(other.hint);
        if self.code.is_empty() {
            self.code = other.code;
        }
    }
}

/// Adds what the message leaves to the statement.
fn told_by_statement(message: &mut super::phrase::Message, statement: &Statement) {
    if message.kind == ErrorKind::MissingUnique && message.columns.is_empty() && message.table.is_none() {
        message.columns.clone_from(&statement.conflict);
    }
    // MySQL says of columns and indexes alike that they are not there to be dropped.
    if message.kind == ErrorKind::UnknownIndex && message.code == "1091" && statement.drops_column {
        message.kind = ErrorKind::UnknownColumn;
        message.columns.extend(message.object.take());
    }
    let target = statement.target.and_then(|index| statement.relations.get(index));
    if message.kind.about() == About::Index && message.table.is_none() {
        message.table = target.map(|relation| relation.name.clone());
    }
}

/// The relation that a bare column belongs to: the one that is written, where the column is, or the only one.
fn meant(statement: &Statement, columns: &[String]) -> Option<Relation> {
    let target = statement.target.and_then(|index| statement.relations.get(index));
    let written = columns.is_empty()
        || columns.iter().all(|column| statement.written.iter().any(|name| name.eq_ignore_ascii_case(column)));
    match (target, statement.relations.as_slice()) {
        (Some(target), _) if written || !statement.conflict.is_empty() => Some(target.clone()),
        (_, [only]) => Some(only.clone()),
        (Some(target), _) if statement.written.is_empty() || !written => Some(target.clone()),
        (_, _) => None,
    }
}

/// The distinct errors of a text, in the order of their first appearance.
#[derive(Debug, Default)]
pub struct Tally {
    references: Vec<Reference>,
}

/// The most distinct errors that are kept: a log in which each line is an error of its own must not fill the memory.
const MOST: usize = 10_000;

impl Tally {
    /// Counts an error that stands on `line`.
    pub fn add(&mut self, record: Record, line: u64) {
        let repeats = record.repeats;
        let reference = Reference::of(record, line);
        let is_full = self.references.len() == MOST;
        match self.references.iter_mut().rev().find(|known| known.agrees_with(&reference)) {
            Some(known) => {
                known.count += u64::from(!repeats);
                known.learn(reference);
            }
            None if is_full => {}
            None => self.references.push(reference),
        }
    }

    /// The errors.
    pub fn into_references(self) -> Vec<Reference> {
        self.references
    }
}
