//! The state of a reading: the schema so far, and what every kind of statement needs to change it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::model::{
    ConstraintName, Database, Expr, Facet, Index, Kind, LetterCase, Name, ObjectPath, OpaqueObject, Reason,
    RelationName, Table, UncapturedSet,
};
use crate::snapshot::{Origins, Scope, Snapshot, Span, Undecided, Warning};
use crate::source::LoadContext;
use crate::sql::{Statement, without_parentheses};

use super::absent::Absent;
use super::cursor::{Cursor, Ident, Problem, Read};
use super::data_type::Types;
use super::namespace::Namespace;
use super::repeated::Repeated;
use super::spans::Spans;
use super::statement::Subject;
use super::{Grammar, statement, virtual_table};

/// The kinds of object that an unread part of a table's definition may have declared.
pub(super) const TABLE_PARTS: [Kind; 7] =
    [Kind::Column, Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey, Kind::Check, Kind::Exclusion, Kind::Index];

/// A script being read: statements are applied one by one.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub context: LoadContext<'a>,
    pub grammar: Grammar,
    pub database: Database,
    pub spans: Spans,
    pub names: Namespace,
    /// What the statements so far said and the model does not hold. Readers of single clauses borrow the reader and
    /// write here all the same.
    pub uncaptured: RefCell<UncapturedSet>,
    /// The types that were read so far.
    pub types: RefCell<Types>,
    file: Arc<Path>,
    /// How many lines of the file stand before the text that is read.
    lines_before: u32,
    base_origins: Origins,
    pub undecided: Vec<Undecided>,
    pub warnings: Vec<Warning>,
    /// Tables that statements change and that are not there.
    pub absent: Vec<Absent>,
    /// What statements make and that is there already.
    pub repeated: Vec<Repeated>,
    /// Tables that live as long as a session; statements about them are passed over.
    temporary: BTreeSet<RelationName>,
    /// SQLite's virtual tables, with their modules.
    pub virtual_tables: Vec<(String, String)>,
    /// Whether ALTER TABLE is about ONLY the table that it names.
    pub only: bool,
    /// Inside a DO block: what exists already, or does not exist, was expected.
    is_guarded: bool,
}

impl<'a> Reader<'a> {
    pub fn new(context: &LoadContext<'a>) -> Self {
        let engine = context.dialect.engine();
        let default_schema = context.default_schema.cloned().or_else(|| context.dialect.default_schema());
        let base = context.base.cloned();
        let empty = || Snapshot::empty(engine, default_schema.clone(), Scope::default());
        let mut base = base.unwrap_or_else(empty);
        // A new database has its default schema, whether a script creates it or not.
        base.database.schemas.extend(default_schema.clone());
        let uncaptured = std::mem::take(&mut base.database.uncaptured);
        Reader {
            context: *context,
            grammar: Grammar::of(engine),
            database: base.database,
            uncaptured: RefCell::new(uncaptured),
            spans: Spans::default(),
            names: Namespace::new(default_schema, Grammar::of(engine)),
            types: RefCell::default(),
            file: Path::new("").into(),
            lines_before: 0,
            base_origins: base.origins,
            undecided: base.undecided,
            warnings: base.warnings,
            temporary: BTreeSet::new(),
            virtual_tables: Vec::new(),
            absent: Vec::new(),
            repeated: Vec::new(),
            only: false,
            is_guarded: false,
        }
    }

    /// The name under which the following statements' places are recorded.
    pub fn enter_file(&mut self, file: Arc<Path>) {
        self.enter_text(file, 1);
    }

    /// The same for SQL that stands inside another file, from `line` on.
    pub fn enter_text(&mut self, file: Arc<Path>, line: u32) {
        self.file = file;
        self.lines_before = line.saturating_sub(1);
    }

    pub fn file(&self) -> &Arc<Path> {
        &self.file
    }

    /// Applies one statement of SQL; what cannot be read becomes a warning.
    pub fn apply(&mut self, sql: &Statement<'_>) {
        // Dumps are mostly data; what changes no schema is not even lexed.
        if sql.first_word().is_some_and(statement::is_data) {
            virtual_table::dumped(self, sql);
            return;
        }
        let tokens = sql.tokens();
        if !tokens.is_empty() {
            self.apply_inner(Cursor::new(sql, &tokens, &self.grammar));
        }
    }

    /// Applies the statement that begins at the cursor.
    pub fn apply_inner(&mut self, cursor: Cursor<'_>) {
        let Err(problem) = statement::apply(self, cursor) else { return };
        if self.is_guarded && problem.is_missing {
            return;
        }
        let subject = statement::subject(self, cursor);
        let what = match &subject {
            Some(Subject::Object(path)) => format!(" about {} {path}", path.kind.words()),
            Some(Subject::Any(..)) | None => String::new(),
        };
        let verb = if problem.is_missing { "applied" } else { "read" };
        let reason = format!("a statement{what} could not be {verb}: {}", problem.message);
        let span = self.span_at(problem.place);
        self.absent.extend(problem.table.as_deref().map(|table| Absent::table(table, span.clone())));
        let help = match (&subject, problem.is_missing) {
            (Some(Subject::Object(_)), true) => {
                "read the file that creates it before this one; the object is left undecided"
            }
            (Some(Subject::Any(..)) | None, true) => {
                "read the file that creates it before this one, or write IF EXISTS"
            }
            (Some(_), false) => "correct it if the engine refuses it too; what it declares is left undecided",
            (None, false) => "correct it if the engine refuses it too; it was passed over",
        };
        self.warn(span.clone(), reason.clone(), problem.help(help));
        match subject {
            Some(Subject::Object(path)) => self.undecided_object(path, &reason, span),
            Some(Subject::Any(object, kinds)) if !problem.is_missing => {
                for kind in kinds {
                    self.undecided(object.clone(), Facet::of(kind), reason.as_str(), span.clone());
                }
            }
            Some(Subject::Any(..)) | None => {}
        }
    }

    /// Reads with guards: statements that meet what exists already do nothing, without a warning.
    pub fn guarded<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_guarded, true);
        let outcome = read(self);
        self.is_guarded = before;
        outcome
    }

    /// Whether guards stand around what is read.
    pub fn is_guarded(&self) -> bool {
        self.is_guarded
    }

    /// The finished snapshot.
    pub fn finish(mut self, scope: Scope) -> Snapshot {
        virtual_table::forget_shadows(&mut self);
        self.context.dialect.complete(&mut self.database);
        self.database.uncaptured = self.uncaptured.take();
        let origins = self.spans.origins(&self.database, self.base_origins);
        Snapshot {
            engine: self.context.dialect.engine(),
            version: None,
            letter_case: LetterCase::default(),
            default_schema: self.names.default_schema().cloned(),
            database: self.database,
            scope,
            origins,
            undecided: self.undecided,
            warnings: self.warnings,
        }
    }

    pub fn span(&self, cursor: &Cursor<'_>) -> Span {
        self.span_at(cursor.place())
    }

    pub fn span_at(&self, (line, column): (u32, u32)) -> Span {
        Span { file: self.file.clone(), line: line + self.lines_before, column }
    }

    pub fn warn(&mut self, at: Span, message: impl Into<String>, help: impl Into<String>) {
        self.warnings.push(Warning { message: message.into(), help: Some(help.into()), at: Some(at) });
    }

    pub fn undecided(&mut self, object: Option<ObjectPath>, facet: Facet, reason: impl Into<String>, at: Span) {
        self.push_undecided(Undecided { object, facet, reason: Reason::new(reason), declared_at: Some(at) });
    }

    /// Adds a fact that is not known, unless that is known already.
    pub fn push_undecided(&mut self, fact: Undecided) {
        let is_it = |other: &Undecided| other.object == fact.object && other.facet == fact.facet;
        if !self.undecided.iter().any(is_it) {
            self.undecided.push(fact);
        }
    }

    /// An object about which a statement could not be read: it exists or not, and so do its parts.
    pub fn undecided_object(&mut self, path: ObjectPath, reason: &str, at: Span) {
        let facets = if path.kind == Kind::Table && self.database.tables.contains_key(&relation(&path)) {
            TABLE_PARTS.map(Facet::of).to_vec()
        } else {
            vec![Facet::of(path.kind)]
        };
        for facet in facets {
            self.undecided(Some(path.clone()), facet, reason, at.clone());
        }
    }

    /// Remembers a table that is not part of the schema.
    pub fn add_temporary(&mut self, name: RelationName) {
        self.temporary.insert(RelationName::new(None, name.name));
    }

    /// Whether a name means a table that is not part of the schema: it hides others of that name.
    pub fn is_temporary(&self, name: &RelationName) -> bool {
        self.temporary.contains(&RelationName::new(None, name.name.clone())) && !self.database.tables.contains_key(name)
    }

    /// A name that a statement gives to a new object.
    pub fn new_relation(&self, cursor: &mut Cursor<'_>) -> Read<RelationName> {
        let written = self.written(cursor)?;
        Ok(self.names.placed(written))
    }

    /// The name of an existing table, found along the search path.
    pub fn table_name(&self, cursor: &mut Cursor<'_>) -> Read<RelationName> {
        let written = self.written(cursor)?;
        Ok(self.names.found(written, |name| self.database.tables.contains_key(name)))
    }

    /// The name of an existing object of any kind, found along the search path.
    pub fn existing<T>(
        &self,
        cursor: &mut Cursor<'_>,
        map: fn(&Database) -> &BTreeMap<RelationName, T>,
    ) -> Read<RelationName> {
        let written = self.written(cursor)?;
        Ok(self.names.found(written, |name| map(&self.database).contains_key(name)))
    }

    /// A possibly qualified name as it stands, folded and without a schema that was not written.
    pub fn written(&self, cursor: &mut Cursor<'_>) -> Read<RelationName> {
        let mut parts = cursor.dotted()?;
        let name = parts.pop().map(|part| self.relation_name(&part));
        let name = name.ok_or_else(|| cursor.problem("a name"))?;
        let schema = parts.pop().map(|part| self.relation_name(&part));
        Ok(RelationName::new(schema, name))
    }

    pub fn relation_name(&self, ident: &Ident) -> Name {
        self.context.dialect.relation_name(&ident.text, ident.quoted)
    }

    pub fn column_name(&self, ident: &Ident) -> Name {
        self.context.dialect.column_name(&ident.text, ident.quoted)
    }

    /// A column's, constraint's or index's name.
    pub fn name(&self, cursor: &mut Cursor<'_>) -> Read<Name> {
        Ok(self.column_name(&cursor.ident()?))
    }

    /// A list of names in parentheses.
    pub fn names(&self, cursor: &mut Cursor<'_>) -> Read<Vec<Name>> {
        cursor.parens()?.items().into_iter().map(|mut item| self.name(&mut item)).collect()
    }

    /// A collation or character set: never folded, since catalogs print it as it is.
    pub fn collation(&self, cursor: &mut Cursor<'_>) -> Read<Name> {
        if let Ok(text) = cursor.string() {
            return Ok(Name::insensitive(text));
        }
        let mut parts = cursor.dotted()?;
        let last = parts.pop().ok_or_else(|| cursor.problem("a collation"))?;
        Ok(self.column_name(&last))
    }

    /// The table that a statement changes.
    pub fn table(&mut self, name: &RelationName) -> Option<&mut Table> {
        self.database.tables.get_mut(name)
    }

    /// Adds an object that is listed and not compared; a later one of the same name replaces it.
    pub fn opaque(&mut self, kind: Kind, name: RelationName, table: Option<RelationName>, definition: Option<String>) {
        self.forget_opaque(kind, &name, table.as_ref());
        self.database.opaque.push(OpaqueObject { kind, name, table, definition });
    }

    pub fn forget_opaque(&mut self, kind: Kind, name: &RelationName, table: Option<&RelationName>) {
        self.database.opaque.retain(|object| {
            !(object.kind == kind && object.name == *name && (table.is_none() || object.table.as_ref() == table))
        });
    }

    /// Lets the engine name what a table's statements left unnamed, since a statement may refer to such a name.
    pub fn complete_table(&mut self, name: &RelationName) {
        if let Some(table) = self.database.tables.remove(name) {
            let mut alone = Database::default();
            alone.tables.insert(name.clone(), table);
            self.context.dialect.complete(&mut alone);
            self.database.tables.extend(alone.tables);
        }
    }
}

fn relation(path: &ObjectPath) -> RelationName {
    RelationName::new(path.schema.clone(), path.name.clone())
}

/// The chosen name of a constraint, if there is one.
pub(super) fn constraint_name(chosen: Option<Name>) -> ConstraintName {
    chosen.map_or(ConstraintName::None, ConstraintName::Explicit)
}

/// An index that no statement named: the engine will.
pub(super) fn unnamed_index() -> Index {
    Index { name_is_implied: true, ..Index::on_columns(Name::exact(""), []) }
}

/// An expression without the parentheses around the whole of it.
pub(super) fn bare(text: &str) -> Expr {
    Expr::new(without_parentheses(text))
}

/// The problem that what a statement names does not exist.
pub(super) fn problem(cursor: &Cursor<'_>, message: impl Into<String>) -> Problem {
    Problem { message: message.into(), place: cursor.place(), is_missing: true, table: None, hint: None }
}
