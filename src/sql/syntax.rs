//! What the readers and writers of SQL ask an engine.

use crate::model::{DataType, Database, Engine, GeneratedStorage, Name, Reason, RelationName, Table};

use super::{PortableType, Rules};

/// An engine's spelling of names, types and literals, and what it adds to DDL by itself.
pub trait Syntax {
    /// The engine.
    fn engine(&self) -> Engine;

    /// How the engine's texts are cut into tokens; what a comment for certain versions holds is up to the server's own.
    fn rules(&self) -> Rules {
        Rules::of(self.engine())
    }

    /// The schema that unqualified names mean: `public`, or none.
    fn default_schema(&self) -> Option<Name>;

    /// The name of a table, view, sequence, type or schema as written in SQL, folded as the engine folds it.
    fn relation_name(&self, text: &str, quoted: bool) -> Name;

    /// The name of a column, constraint or index as written in SQL, folded as the engine folds it.
    fn column_name(&self, text: &str, quoted: bool) -> Name;

    /// An identifier as DDL has to write it: quoted where the engine would otherwise misread it.
    fn quote(&self, name: &Name) -> String;

    /// A relation's name as DDL has to write it.
    fn quote_relation(&self, name: &RelationName) -> String {
        match &name.schema {
            Some(schema) => format!("{}.{}", self.quote(schema), self.quote(&name.name)),
            None => self.quote(&name.name),
        }
    }

    /// How the engine's own client is given a file with SQL: what stands before its name.
    fn client(&self) -> &'static str;

    /// A string literal with this content.
    fn string_literal(&self, text: &str) -> String;

    /// Reads a type as DDL writes it, with everything that belongs to the type (`varchar(20)`, `int unsigned`,
    /// `timestamp(3) with time zone`, `text[]`), but without collation and character set.
    ///
    /// # Errors
    /// The reason why the text is no type of this engine.
    fn data_type(&self, written: &str) -> Result<DataType, Reason>;

    /// The DDL spelling of a mapper's generic type on this engine, as SQLAlchemy's compiler prints it.
    ///
    /// # Errors
    /// The reason why the engine has no such type, such as MySQL's `VARCHAR` without a length.
    fn portable_type(&self, ty: &PortableType) -> Result<String, Reason>;

    /// The types that other versions of SQLAlchemy make of the same generic type on this engine.
    fn also_portable(&self, _ty: &PortableType) -> Vec<String> {
        Vec::new()
    }

    /// Whether `REFERENCES` inside a column definition declares a foreign key. MySQL before 9.0 parses and ignores it:
    /// <https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html>.
    fn inline_references(&self) -> bool {
        true
    }

    /// Where the value of a generated column lives whose declaration says neither STORED nor VIRTUAL.
    fn implied_storage(&self) -> GeneratedStorage {
        GeneratedStorage::Virtual
    }

    /// Takes away the unique constraints of one CREATE TABLE that the engine does not make, since a key before them is
    /// the same, and answers their places in the list as it was.
    fn absorb_uniques(&self, _table: &mut Table) -> Vec<usize> {
        Vec::new()
    }

    /// Adds to a declared schema what the engine adds by itself when it runs the DDL: names of unnamed constraints
    /// and indexes, NOT NULL of primary key columns, the columns that a foreign key without a list refers to,
    /// the index behind a foreign key (MySQL), serial columns from a sequence and its default (PostgreSQL).
    ///
    /// Sources call it once, when everything has been read.
    fn complete(&self, database: &mut Database);
}
