//! Operations: what is done to a schema, before an engine spells it.

use crate::diff::Pair;
use crate::model::{Column, Constraint, EnumType, Index, Name, RelationName, Sequence, Table, View};

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
    /// CREATE SEQUENCE.
    CreateSequence(Sequence),
    /// DROP SEQUENCE.
    DropSequence(Sequence),
    /// ALTER SEQUENCE.
    AlterSequence(Pair<Sequence>),
    /// CREATE TABLE with exactly what the table value holds.
    CreateTable(Box<Table>),
    /// DROP TABLE.
    DropTable(Box<Table>),
    /// ALTER TABLE for the attributes in `extras`.
    AlterTable(Box<Pair<Table>>),
    /// ADD COLUMN.
    AddColumn(RelationName, Box<Column>),
    /// DROP COLUMN.
    DropColumn(RelationName, Box<Column>),
    /// ALTER or MODIFY COLUMN: from one definition to the other.
    AlterColumn(RelationName, Box<Pair<Column>>),
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
    /// ALTER INDEX … RENAME.
    RenameIndex(RelationName, Box<Pair<Index>>),
    /// The table's comment; a column's goes with [`Op::AlterColumn`].
    CommentTable(RelationName, Pair<Option<String>>),
    /// CREATE VIEW.
    CreateView(View),
    /// DROP VIEW.
    DropView(View),
    /// SQLite: a new table in the shape of `to`, filled from the old and put in its place.
    RebuildTable(Box<Pair<Table>>),
}
