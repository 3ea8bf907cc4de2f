//! Operations: what is done to a schema, before an engine spells it.

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, Domain, EnumType, Index, Kind, Name, OpaqueObject, RelationName, Sequence, Table, View,
};

/// One operation on the database.
#[derive(Clone, Debug)]
pub enum Op {
    /// CREATE SCHEMA.
    CreateSchema(Name),
    /// DROP SCHEMA.
    DropSchema(Name),
    /// CREATE TYPE … AS ENUM.
    CreateEnum(EnumType),
    /// DROP TYPE.
    DropEnum(EnumType),
    /// ALTER TYPE … ADD VALUE for each new label, where no label goes.
    ExtendEnum(Pair<EnumType>),
    /// A new type in place of the old, with every column moved to it: labels go, or change their order.
    ReplaceEnum {
        /// The type on both sides.
        types: Pair<EnumType>,
        /// The columns of that type, with their tables.
        columns: Vec<(RelationName, Column)>,
    },
    /// CREATE DOMAIN.
    CreateDomain(Domain),
    /// The creation of an object that is listed and not compared, by its definition: a composite type, a routine.
    CreateOther(OpaqueObject),
    /// CREATE SEQUENCE, without its owner.
    CreateSequence(Sequence),
    /// DROP SEQUENCE.
    DropSequence(Sequence),
    /// ALTER SEQUENCE.
    AlterSequence(Box<Pair<Sequence>>),
    /// ALTER SEQUENCE … OWNED BY for a sequence that was created before its table.
    OwnSequence(Sequence),
    /// A sequence that stood by itself becomes the one behind a numbered column, or the reverse. The column on both sides,
    /// and the sequence as it is by itself; its position stays.
    HandSequence(RelationName, Box<Pair<Column>>, Sequence),
    /// CREATE TABLE with exactly what the table value holds, its indexes and comments included.
    CreateTable(Box<Table>),
    /// DROP TABLE.
    DropTable(Box<Table>),
    /// ALTER TABLE for the attributes in `extras`.
    AlterTable(Box<Pair<Table>>),
    /// ADD COLUMN.
    AddColumn(RelationName, Box<Column>, Option<Position>),
    /// DROP COLUMN.
    DropColumn(RelationName, Box<Column>),
    /// ALTER or MODIFY COLUMN: from one definition to the other, and to another place.
    AlterColumn(RelationName, Box<Pair<Column>>, Option<Position>),
    /// ADD CONSTRAINT.
    AddConstraint(RelationName, Constraint),
    /// DROP CONSTRAINT.
    DropConstraint(RelationName, Constraint),
    /// RENAME CONSTRAINT.
    RenameConstraint(RelationName, Pair<Constraint>),
    /// CREATE INDEX.
    CreateIndex(RelationName, Box<Index>),
    /// DROP INDEX.
    DropIndex(RelationName, Box<Index>),
    /// Another name, comment or visibility for an index that stays.
    AlterIndex(RelationName, Box<Pair<Index>>),
    /// The comment of a table, view, sequence or type; a column's goes with [`Op::AlterColumn`].
    Comment(Commented, Pair<Option<String>>),
    /// CREATE VIEW.
    CreateView(View),
    /// DROP VIEW.
    DropView(View),
    /// SQLite: a new table in the shape of `to`, filled from the old and put in its place.
    RebuildTable(Box<Rebuild>),
    /// Several operations that only hold together: in MySQL those that one ALTER TABLE does, in PostgreSQL an index of a
    /// partitioned table with the constraints of its partitions that stand on parts of it.
    Together(RelationName, Vec<Op>),
}

/// Where a column goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    First,
    /// Behind that column.
    After(Name),
}

impl Position {
    /// Behind that column, or before all others where there is none.
    pub fn behind(column: Option<&Name>) -> Self {
        column.map_or(Position::First, |before| Position::After(before.clone()))
    }
}

/// What a comment is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commented {
    /// A table, view, sequence or enum.
    pub kind: Kind,
    /// Its name.
    pub name: RelationName,
    /// Whether it is a materialized view.
    pub materialized: bool,
}

/// A table that is built anew.
#[derive(Clone, Debug)]
pub struct Rebuild {
    /// The table on both sides.
    pub tables: Pair<Table>,
    /// The triggers that DROP TABLE takes along.
    pub triggers: Vec<OpaqueObject>,
}
