//! A schema that something else than SQL files changes step by step: the operations of a migration script, and the SQL
//! among them. What an operation does to the rest of the schema (a dropped column takes its constraints along, a
//! renamed one is renamed wherever it is named) is the same whichever way it was written.

use crate::model::{
    Column, Constraint, Database, EnumType, Index, Kind, Name, ObjectPath, RelationName, Sequence, Table,
};
use crate::snapshot::{Snapshot, Span, Undecided, Warning};
use crate::source::LoadContext;
use crate::sql::{Rules, split};

use super::alter_table::remove_constraint;
use super::reader::Reader;
use super::transaction::{self, Refused, Transaction, Wrapping};
use super::{Absent, Repeated, absent, create_table, index, read_statement, rename, scope};

/// A schema under change.
#[derive(Clone)]
pub struct Session<'a> {
    reader: Reader<'a>,
    transaction: Transaction,
}

impl<'a> Session<'a> {
    /// A session that starts with the context's base.
    pub fn new(context: &LoadContext<'a>) -> Self {
        Session { reader: Reader::new(context), transaction: Transaction::default() }
    }

    /// The schema as it is now. What no statement named has no name yet.
    pub fn database(&self) -> &Database {
        &self.reader.database
    }

    /// The schema as it is now, with the names that the engine gives.
    pub fn snapshot(&self) -> Snapshot {
        self.reader.clone().finish(scope())
    }

    /// Applies SQL that stands at `at`.
    pub fn run(&mut self, sql: &str, at: &Span) {
        self.run_each(sql, at, &mut |_, _, _, _| {});
    }

    /// Applies SQL that stands at `at`, and tells `each` of every statement with its place, its text, and whether it is
    /// about rows alone.
    pub fn run_each(&mut self, sql: &str, at: &Span, each: &mut dyn FnMut(&Session<'a>, Span, &str, bool)) {
        self.reader.enter_text(at.file.clone(), at.line);
        for statement in split(sql, Rules::of(self.reader.context.dialect.engine())) {
            let span = self.reader.span_at((statement.line, statement.column));
            self.transaction.note(&self.reader, &statement, &span);
            read_statement(&mut self.reader, &statement, None);
            let is_about_rows = statement.first_word().is_some_and(super::statement::is_data);
            each(self, span, statement.text, is_about_rows);
        }
    }

    /// Begins a migration whose `text` runs as `wrapping` says.
    pub fn begin(&mut self, text: &str, wrapping: Wrapping) {
        let rules = Rules::of(self.reader.context.dialect.engine());
        self.transaction.begin(transaction::is_wrapped(text, wrapping, rules));
    }

    /// A command that cannot run in a transaction.
    pub fn outside_transactions(&mut self, command: &str, at: &Span) {
        self.transaction.outside(command, at);
    }

    /// What the server refuses in the transactions since the last call.
    pub fn take_refused(&mut self) -> Vec<Refused> {
        std::mem::take(&mut self.transaction.refused)
    }

    /// What was passed over since the last call.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.reader.warnings)
    }

    /// Where a table or type was created.
    pub fn place(&self, object: &ObjectPath) -> Option<&Span> {
        self.reader.spans.of_object(object)
    }

    /// What was named since the last call, or is referred to now, and is not there.
    pub fn take_absent(&mut self) -> Vec<Absent> {
        let mut absent = std::mem::take(&mut self.reader.absent);
        absent.extend(absent::of_tables(&self.reader));
        absent
    }

    /// What was made since the last call although it was there.
    pub fn take_repeated(&mut self) -> Vec<Repeated> {
        std::mem::take(&mut self.reader.repeated)
    }

    /// Remembers that something is made although it is there.
    pub fn repeat(&mut self, object: ObjectPath, at: &Span) {
        self.reader.repeat(object, at.clone());
    }

    /// States that something is not known.
    pub fn undecided(&mut self, fact: Undecided) {
        self.reader.push_undecided(fact);
    }

    /// What is not known.
    pub fn undecided_facts(&self) -> &[Undecided] {
        &self.reader.undecided
    }

    /// Gives a table's constraints the names that the engine gives, where they have none.
    pub fn complete_table(&mut self, table: &RelationName) {
        self.reader.complete_table(table);
    }

    /// The table of this name: in its schema, or where unqualified names are looked up.
    pub fn table_name(&self, schema: Option<&str>, name: &str) -> RelationName {
        let dialect = self.reader.context.dialect;
        let schema = schema.map(|schema| dialect.relation_name(schema, true));
        let written = RelationName::new(schema, dialect.relation_name(name, true));
        self.reader.names.found(written, |name| self.reader.database.tables.contains_key(name))
    }

    /// A column's, constraint's or index's name.
    pub fn name(&self, name: &str) -> Name {
        self.reader.context.dialect.column_name(name, true)
    }

    /// Adds a table, in the place of one of the same name.
    pub fn add_table(&mut self, table: Table, at: &Span, column_places: &[(Name, Span)]) {
        let name = table.name.clone();
        self.reader.forget_notes(&name);
        self.reader.spans.table(&name, at.clone());
        for (column, place) in column_places {
            self.reader.spans.column(&name, column, place.clone());
        }
        for constraint in constraints(&table) {
            self.reader.spans.constraint(&name, &constraint, at.clone());
        }
        for index in &table.indexes {
            self.reader.spans.index(&name, index, at.clone());
        }
        if let Some(schema) = &name.schema {
            self.reader.database.schemas.insert(schema.clone());
        }
        self.reader.database.tables.insert(name, table);
    }

    /// Puts a table in the place of the one of its name, with the places of what stands in it.
    pub fn put_table(&mut self, table: Table) {
        self.reader.database.tables.insert(table.name.clone(), table);
    }

    /// Removes a table.
    pub fn drop_table(&mut self, name: &RelationName) -> bool {
        rename::drop_table(&mut self.reader, name, false)
    }

    /// Renames a table and what refers to it.
    pub fn rename_table(&mut self, from: &RelationName, to: &RelationName) {
        rename::table(&mut self.reader, from, to);
    }

    /// Adds a column, or puts it in the place of the one of its name; false where there is no such table.
    pub fn add_column(&mut self, table: &RelationName, column: Column, at: &Span) -> bool {
        self.reader.spans.column(table, &column.name, at.clone());
        let Some(table) = self.reader.table(table) else { return false };
        match table.column_mut(&column.name) {
            Some(known) => *known = column,
            None => table.columns.push(column),
        }
        true
    }

    /// The column to change.
    pub fn column_mut(&mut self, table: &RelationName, column: &Name) -> Option<&mut Column> {
        self.reader.table(table)?.column_mut(column)
    }

    /// Removes a column and what depends on it; false where there is none.
    pub fn drop_column(&mut self, table: &RelationName, column: &Name) -> bool {
        let found = self.database().tables.get(table).is_some_and(|table| table.column(column).is_some());
        rename::drop_column(&mut self.reader, table, column);
        found
    }

    /// Renames a column wherever it is named.
    pub fn rename_column(&mut self, table: &RelationName, from: &Name, to: &Name) {
        rename::column(&mut self.reader, table, from, to);
    }

    /// Adds a constraint; false where there is no such table.
    pub fn add_constraint(&mut self, table: &RelationName, constraint: Constraint, at: &Span) -> bool {
        self.reader.spans.constraint(table, &constraint, at.clone());
        let Some(table) = self.reader.table(table) else { return false };
        create_table::add_constraint(table, constraint);
        true
    }

    /// Whether a table has a constraint that was given this name.
    pub fn has_constraint(&self, table: &RelationName, name: &Name) -> bool {
        let table = self.database().tables.get(table);
        table.is_some_and(|table| constraints(table).iter().any(|own| own.name().explicit() == Some(name)))
    }

    /// Removes a constraint by its name, the chosen one or the engine's; false where there is none.
    pub fn drop_constraint(&mut self, table: &RelationName, name: &Name) -> bool {
        let removed = |reader: &mut Reader<'_>| reader.table(table).is_some_and(|table| remove_constraint(table, name));
        removed(&mut self.reader) || {
            self.reader.complete_table(table);
            removed(&mut self.reader)
        }
    }

    /// Removes the primary key.
    pub fn drop_primary_key(&mut self, table: &RelationName) {
        if let Some(table) = self.reader.table(table) {
            table.primary_key = None;
        }
    }

    /// Adds an index, in the place of one of its name; false where there is no such table.
    pub fn add_index(&mut self, table: &RelationName, index: Index, at: &Span) -> bool {
        self.reader.spans.index(table, &index, at.clone());
        let Some(table) = self.reader.table(table) else { return false };
        table.indexes.retain(|other| index.name_is_implied || other.name != index.name);
        table.indexes.push(index);
        true
    }

    /// Removes an index by its name, in `table` where that is known; false where there is none.
    pub fn drop_index(&mut self, table: Option<&RelationName>, schema: Option<&Name>, name: &Name) -> bool {
        let schema = table.map_or(schema, |table| table.schema.as_ref()).cloned();
        let schema = schema.or_else(|| self.reader.names.default_schema().cloned());
        let Some((found, position)) = index::locate(&mut self.reader, &RelationName::new(schema, name.clone())) else {
            return false;
        };
        if let Some(table) = self.reader.table(&found) {
            table.indexes.remove(position);
        }
        true
    }

    /// Sets a table's comment; false where there is no such table.
    pub fn comment_table(&mut self, table: &RelationName, comment: Option<String>) -> bool {
        let Some(table) = self.reader.table(table) else { return false };
        table.comment = comment.into();
        true
    }

    /// Adds an enum type, unless it is there.
    pub fn add_enum(&mut self, ty: EnumType, at: &Span) {
        if !self.reader.database.enums.contains_key(&ty.name) {
            self.reader.spans.object(ObjectPath::relation(Kind::Enum, &ty.name), at.clone());
            self.reader.database.enums.insert(ty.name.clone(), ty);
        }
    }

    /// Puts an enum type in the place of the one of its name.
    pub fn put_enum(&mut self, ty: EnumType) {
        self.reader.database.enums.insert(ty.name.clone(), ty);
    }

    /// Removes an enum type.
    pub fn drop_enum(&mut self, name: &RelationName) {
        self.reader.move_notes_of(&[Kind::Enum], name, None);
        self.reader.database.enums.remove(name);
    }

    /// Keeps the sequence of a serial column that takes no more numbers from it.
    pub fn keep_sequence(&mut self, table: &RelationName, column: &Column, at: &Span) {
        super::sequence::keep(&mut self.reader, table, column, at);
    }

    /// Adds a sequence, unless it is there.
    pub fn add_sequence(&mut self, sequence: Sequence, at: &Span) {
        if !self.reader.database.sequences.contains_key(&sequence.name) {
            self.reader.spans.object(ObjectPath::relation(Kind::Sequence, &sequence.name), at.clone());
            self.reader.database.sequences.insert(sequence.name.clone(), sequence);
        }
    }
}

fn constraints(table: &Table) -> Vec<Constraint> {
    super::spans::constraints(table)
}
