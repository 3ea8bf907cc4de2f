//! Column definitions, as CREATE TABLE, ADD COLUMN and MODIFY write them.

use crate::model::{
    BINARY_COLLATION, CheckConstraint, Column, Constraint, ConstraintName, Deferrability, Expr, Fact, Generated,
    GeneratedStorage, Generation, IdentityMode, Index, IndexKey, Kind, Name, ObjectPath, PrimaryKey, RelationName,
    SequenceOptions, UniqueConstraint,
};
use crate::snapshot::Span;

use super::constraint::deferrability;
use super::cursor::{Cursor, Read};
use super::key_clause::nulls_not_distinct;
use super::reader::{Reader, bare, constraint_name, unnamed_index};
use super::sequence;
use super::text_type::TextType;

/// What a definition adds to a table, each with its place.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub columns: Vec<(Column, Span)>,
    pub constraints: Vec<(Constraint, Span)>,
    pub indexes: Vec<(Index, Span)>,
    /// Columns of NOT NULL table constraints (PostgreSQL 18).
    pub not_null: Vec<Name>,
}

/// The words that end a type and that begin an attribute of a column, over all engines.
const ATTRIBUTES: [&str; 40] = [
    "SERIAL DEFAULT VALUE",
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
    "STORAGE",
    "COMPRESSION",
    "DEFERRABLE",
    "INITIALLY",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "KEY",
    "COMMENT",
    "CHARACTER SET",
    "CHARSET",
    "CHAR SET",
    "COLUMN_FORMAT",
    "ON",
    "VISIBLE",
    "INVISIBLE",
    "FIRST",
    "AFTER",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "SRID",
    "REF_SYSTEM_ID",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
    "WITHOUT SYSTEM",
    "WITH SYSTEM",
    "WITH OPTIONS",
    "USING",
];

/// Whether an attribute of a column, or what follows a column, stands here.
pub(super) fn at_attribute(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&ATTRIBUTES) || cursor.at("COMPRESSED") || cursor.at_symbol(b',')
}

/// A column being defined.
struct Definition<'p> {
    column: Column,
    parts: &'p mut Parts,
    /// The place of the attribute that is being read.
    span: Span,
}

impl Reader<'_> {
    /// Reads one column definition: its name, type and attributes, up to the end or to FIRST and AFTER.
    pub fn column(&self, cursor: &mut Cursor<'_>, table: &RelationName, parts: &mut Parts) -> Read<()> {
        let span = self.span(cursor);
        let name = self.name(cursor)?;
        match self.defined(cursor, table, name.clone(), parts) {
            Ok(column) => {
                parts.columns.push((column, span));
                Ok(())
            }
            Err(problem) => {
                let reason = format!("its definition could not be read: {}", problem.message);
                parts.columns.push((unknown_column(name, &reason), span));
                Err(problem)
            }
        }
    }

    fn defined(&self, cursor: &mut Cursor<'_>, table: &RelationName, name: Name, parts: &mut Parts) -> Read<Column> {
        let written = cursor.until(at_attribute);
        let mut column = Column::new(name, Fact::unknown("its type was not read"));
        if written.is_empty() && !self.grammar.untyped_columns {
            return Err(cursor.problem("a data type"));
        }
        let before = (parts.constraints.len(), parts.indexes.len());
        let serial_key = self.column_type(&mut column, &written);
        if serial_key {
            let mut definition = Definition { column, parts: &mut *parts, span: self.span(cursor) };
            definition.unique(self, None, Deferrability::default(), false);
            column = definition.column;
        }
        let column = self.attributes(cursor, table, column, parts)?;
        // MySQL gives a column one key: PRIMARY KEY beside UNIQUE or SERIAL is the primary key alone.
        let is_primary = |(constraint, _): &(Constraint, Span)| matches!(constraint, Constraint::PrimaryKey(_));
        if self.grammar.unique_is_index && parts.constraints[before.0..].iter().any(is_primary) {
            parts.indexes.truncate(before.1);
        }
        Ok(column)
    }

    /// Applies the attributes that stand here to a column.
    pub fn attributes(
        &self,
        cursor: &mut Cursor<'_>,
        table: &RelationName,
        column: Column,
        parts: &mut Parts,
    ) -> Read<Column> {
        let span = self.span(cursor);
        let mut definition = Definition { column, parts, span };
        while !cursor.is_done() && !cursor.at_any(&["FIRST", "AFTER"]) {
            definition.span = self.span(cursor);
            definition.attribute(self, cursor, table)?;
        }
        Ok(definition.column)
    }

    /// Sets a column's type and what the type's spelling brings with it; true where that is a unique key.
    pub fn column_type(&self, column: &mut Column, written: &str) -> bool {
        let lower = written.to_ascii_lowercase();
        let serial = match lower.as_str() {
            _ if !self.grammar.serial_sequences => None,
            "serial" | "serial4" => Some("integer"),
            "bigserial" | "serial8" => Some("bigint"),
            "smallserial" | "serial2" => Some("smallint"),
            _ => None,
        };
        if let Some(integer) = serial {
            column.ty = self.data_type(integer);
            column.nullable = Fact::Known(false);
            column.generation = Fact::Known(Some(Generation::Serial(Box::default())));
            return false;
        }
        if self.grammar.text_attributes {
            let text = TextType::of(written);
            (column.charset, column.collation) = (text.charset, text.collation);
            column.ty = self.data_type(&text.ty);
            if lower != "serial" {
                return false;
            }
        }
        if self.grammar.serial_alias && lower == "serial" {
            column.ty = self.data_type("bigint unsigned");
            column.nullable = Fact::Known(false);
            column.generation = Fact::Known(Some(Generation::AutoIncrement));
            return true;
        }
        column.ty = self.data_type(written);
        false
    }

    /// The text of a default or ON UPDATE expression, up to the next attribute.
    pub fn default_expr(&self, cursor: &mut Cursor<'_>) -> Read<Option<Expr>> {
        let start = cursor.mark();
        if cursor.is_done() {
            return Err(cursor.problem("an expression"));
        }
        // The first token always belongs: `DEFAULT NULL` is no attribute.
        cursor.skip_group();
        // `DEFAULT NEXT VALUE FOR s`, `DEFAULT x AT TIME ZONE y`, `DEFAULT INTERVAL '1' DAY` hold no attribute's word.
        cursor.until(at_attribute);
        let text = cursor.slice(start);
        Ok((!is_null(&text)).then(|| Expr::new(text)))
    }
}

/// Whether a default expression is NULL, which is what a column without a default has.
fn is_null(text: &str) -> bool {
    let bare = bare(text).text;
    let value = bare.split("::").next().unwrap_or("").trim();
    value.eq_ignore_ascii_case("null")
}

/// A column of which only the name is known.
pub(super) fn unknown_column(name: Name, reason: &str) -> Column {
    let mut column = Column::new(name, Fact::unknown(reason));
    column.nullable = Fact::unknown(reason);
    column.default = Fact::unknown(reason);
    column.generation = Fact::unknown(reason);
    column.generated = Fact::unknown(reason);
    column.comment = Fact::unknown(reason);
    column
}

impl Definition<'_> {
    fn attribute(&mut self, reader: &Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
        let span = reader.span(cursor);
        let name = if cursor.eat("CONSTRAINT") { Some(reader.name(cursor)?) } else { None };
        if cursor.eat("NOT NULL") {
            self.column.nullable = Fact::Known(false);
            if cursor.eat("NO INHERIT") {
                reader.beyond(self.path(table), "NOT NULL NO INHERIT", "");
            }
            reader.conflict(cursor, self.path(table), "NOT NULL")?;
        } else if cursor.eat("NULL") {
            self.column.nullable = Fact::Known(true);
            reader.conflict(cursor, self.path(table), "NULL")?;
        } else if cursor.eat("DEFAULT") {
            self.column.default = Fact::Known(reader.default_expr(cursor)?);
        } else if cursor.eat("PRIMARY KEY") || cursor.eat("KEY") {
            self.primary_key(reader, cursor, table, name)?;
        } else if cursor.eat("UNIQUE") {
            cursor.eat("KEY");
            let distinct = nulls_not_distinct(cursor);
            let columns = [self.column.name.clone()];
            reader.conflict(cursor, ObjectPath::table(table), &format!("UNIQUE ({})", columns[0]))?;
            reader.index_parameters(cursor, table, &columns)?;
            let deferrability = deferrability(cursor);
            self.unique(reader, name, deferrability, distinct);
        } else if cursor.eat("CHECK") {
            self.check(reader, cursor, name, span)?;
        } else if cursor.at("REFERENCES") {
            let column = self.column.name.clone();
            let key = reader.references(cursor, table, constraint_name(name), vec![column])?;
            if reader.context.dialect.inline_references() {
                self.parts.constraints.push((Constraint::ForeignKey(key), span));
            }
        } else if cursor.at_any(&["GENERATED", "AS"]) {
            self.generated(reader, cursor)?;
        } else {
            self.plain_attribute(reader, cursor, table)?;
        }
        Ok(())
    }

    fn path(&self, table: &RelationName) -> ObjectPath {
        ObjectPath::of_table(Kind::Column, table, self.column.name.clone())
    }

    fn plain_attribute(&mut self, reader: &Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
        if cursor.eat("COLLATE") {
            self.column.collation = chosen_collation(reader.collation(cursor)?);
        } else if cursor.eat("CHARACTER SET") || cursor.eat("CHARSET") || cursor.eat("CHAR SET") {
            self.column.charset = Some(reader.collation(cursor)?);
        } else if reader.grammar.text_attributes && cursor.eat("BINARY") {
            self.column.collation = Some(Name::insensitive(BINARY_COLLATION));
        } else if cursor.eat("COMMENT") {
            cursor.eat_symbol(b'=');
            self.column.comment = Fact::Known(Some(cursor.string()?).filter(|text| !text.is_empty()));
        } else if cursor.eat("AUTO_INCREMENT") {
            self.column.generation = Fact::Known(Some(Generation::AutoIncrement));
        } else if cursor.eat("ON UPDATE") {
            self.column.on_update = reader.default_expr(cursor)?;
        } else if cursor.eat("INVISIBLE") {
            self.column.invisible = true;
        } else if cursor.eat("SERIAL DEFAULT VALUE") {
            self.column.nullable = Fact::Known(false);
            self.column.generation = Fact::Known(Some(Generation::AutoIncrement));
            self.unique(reader, None, Deferrability::default(), false);
        } else if cursor.eat("SRID") {
            // It stands among the attributes, and says which values the type has.
            let start = cursor.mark();
            cursor.skip_group();
            let srid = cursor.slice(start);
            if let Fact::Known(ty) = &self.column.ty {
                self.column.ty = reader.data_type(&format!("{} srid {srid}", ty.written));
            }
        } else if let Some(option) = reader.column_option(cursor, self.path(table)) {
            self.column.options.retain(|(name, _)| *name != option.0);
            // What DDL calls the default is what a column without the option has.
            self.column.options.extend((option.1 != "DEFAULT").then_some(option));
            self.column.options.sort();
        } else if !(reader.column_beyond(cursor, self.path(table))
            || cursor.eat("VISIBLE")
            || cursor.eat("WITH OPTIONS")
            || cursor.eat("WITH SYSTEM VERSIONING")
            || cursor.eat("STORED")
            || cursor.eat("VIRTUAL"))
        {
            return Err(cursor.problem("an attribute of the column"));
        }
        Ok(())
    }

    fn primary_key(
        &mut self,
        reader: &Reader<'_>,
        cursor: &mut Cursor<'_>,
        table: &RelationName,
        name: Option<Name>,
    ) -> Read<()> {
        if !cursor.eat("ASC") && cursor.eat("DESC") {
            reader.beyond(self.path(table), "PRIMARY KEY DESC", "");
        }
        reader.conflict(cursor, ObjectPath::table(table), "PRIMARY KEY")?;
        if cursor.eat("AUTOINCREMENT") {
            self.column.generation = Fact::Known(Some(Generation::AutoIncrement));
        }
        reader.index_parameters(cursor, table, std::slice::from_ref(&self.column.name))?;
        let name = if reader.grammar.unique_is_index { ConstraintName::None } else { constraint_name(name) };
        let key = PrimaryKey {
            deferrability: deferrability(cursor),
            ..PrimaryKey::new(name, vec![self.column.name.clone()])
        };
        self.parts.constraints.push((Constraint::PrimaryKey(key), self.span.clone()));
        Ok(())
    }

    fn unique(&mut self, reader: &Reader<'_>, name: Option<Name>, deferrability: Deferrability, nulls: bool) {
        let columns = vec![self.column.name.clone()];
        if reader.grammar.unique_is_index {
            let mut index = unnamed_index();
            index.unique = true;
            index.keys = columns.into_iter().map(IndexKey::column).collect();
            if let Some(name) = name {
                index.name = name;
                index.name_is_implied = false;
            }
            self.parts.indexes.push((index, self.span.clone()));
            return;
        }
        let unique = UniqueConstraint {
            name: constraint_name(name),
            columns,
            without_overlaps: false,
            include: Vec::new(),
            nulls_not_distinct: nulls,
            deferrability,
        };
        self.parts.constraints.push((Constraint::Unique(unique), self.span.clone()));
    }

    fn check(&mut self, reader: &Reader<'_>, cursor: &mut Cursor<'_>, name: Option<Name>, span: Span) -> Read<()> {
        let mut check: CheckConstraint = reader.check(cursor, constraint_name(name))?;
        if check.name == ConstraintName::None && reader.grammar.check_named_after_column {
            check.name = ConstraintName::Implied(self.column.name.clone());
            check.of_column = Some(self.column.name.clone());
        }
        self.parts.constraints.push((Constraint::Check(check), span));
        Ok(())
    }

    /// `[GENERATED {ALWAYS | BY DEFAULT}] AS {IDENTITY […] | (expr) [STORED | VIRTUAL | PERSISTENT]}`.
    fn generated(&mut self, reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
        let mut mode = IdentityMode::Always;
        if cursor.eat("GENERATED") && !cursor.eat("ALWAYS") {
            cursor.expect("BY DEFAULT")?;
            cursor.eat("ON NULL");
            mode = IdentityMode::ByDefault;
        }
        cursor.expect("AS")?;
        if cursor.eat("IDENTITY") {
            let options = if cursor.at_symbol(b'(') {
                let mut inner = cursor.parens()?;
                sequence::options(reader, &mut inner, self.column.ty.known())?.options
            } else {
                SequenceOptions::default()
            };
            self.column.nullable = Fact::Known(false);
            self.column.generation = Fact::Known(Some(Generation::Identity { mode, options: Box::new(options) }));
            return Ok(());
        }
        // MariaDB's columns of system versioning, as its catalog shows them.
        for row in ["ROW START", "ROW END"] {
            if cursor.eat(row) {
                self.column.nullable = Fact::Known(false);
                let generated = Generated { expr: Expr::new(row), storage: GeneratedStorage::Stored };
                self.column.generated = Fact::Known(Some(generated));
                return Ok(());
            }
        }
        let expr = bare(&cursor.parens()?.rest());
        let stored = cursor.eat("STORED") || cursor.eat("PERSISTENT");
        if !stored {
            cursor.eat("VIRTUAL");
        }
        let storage = if stored { GeneratedStorage::Stored } else { GeneratedStorage::Virtual };
        self.column.generated = Fact::Known(Some(Generated { expr, storage }));
        Ok(())
    }
}

/// A collation that says something: PostgreSQL's `"default"` is what every column has.
pub(super) fn chosen_collation(name: Name) -> Option<Name> {
    (name.key() != "default").then_some(name)
}
