//! Table constraints, as CREATE TABLE and ADD CONSTRAINT write them.

use crate::model::{
    CheckConstraint, Constraint, ConstraintName, Deferrability, ExclusionConstraint, ExclusionElement, Fact,
    ForeignKey, IndexKey, IndexTarget, Kind, MatchType, Name, ObjectPath, PrimaryKey, ReferentialAction, RelationName,
    UniqueConstraint,
};

use super::column::Parts;
use super::cursor::{Cursor, Read};
use super::index::method;
use super::key_clause::nulls_not_distinct;
use super::reader::{Reader, bare, constraint_name, unnamed_index};

impl Reader<'_> {
    /// Whether a constraint or, in MySQL, an index stands here, and not a column.
    pub fn at_constraint(&self, cursor: &Cursor<'_>) -> bool {
        let indexes = ["KEY", "INDEX", "FULLTEXT", "SPATIAL"];
        cursor.at_any(&["CONSTRAINT", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK", "NOT NULL"])
            || (cursor.at("EXCLUDE") && !self.grammar.inline_indexes && cursor.mentions(&["WITH"]))
            || (self.grammar.inline_indexes && cursor.at_any(&indexes))
    }

    /// Reads one table constraint or inline index.
    pub fn constraint(&self, cursor: &mut Cursor<'_>, table: &RelationName, parts: &mut Parts) -> Read<()> {
        let span = self.span(cursor);
        let mut name = None;
        if cursor.eat("CONSTRAINT") {
            cursor.eat("IF NOT EXISTS");
            if !cursor.at_any(&["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"]) {
                name = Some(self.name(cursor)?);
            }
        }
        if cursor.eat("NOT NULL") {
            parts.not_null.push(self.name(cursor)?);
            let column = parts.not_null.last().cloned();
            for word in ["NO INHERIT", "NOT VALID"] {
                if let Some(column) = column.clone().filter(|_| cursor.eat(word)) {
                    self.beyond(ObjectPath::of_table(Kind::Column, table, column), &format!("NOT NULL {word}"), "");
                }
            }
            return if cursor.is_done() { Ok(()) } else { Err(cursor.problem("the end of the constraint")) };
        }
        let constraint = if cursor.eat("PRIMARY KEY") {
            Constraint::PrimaryKey(self.primary_key(cursor, table, name)?)
        } else if self.grammar.inline_indexes && !cursor.at_any(&["FOREIGN", "CHECK"]) {
            parts.indexes.push((self.inline_index(cursor, table, name)?, span));
            return Ok(());
        } else if cursor.eat("UNIQUE") {
            Constraint::Unique(self.unique(cursor, table, name)?)
        } else if cursor.eat("FOREIGN KEY") {
            Constraint::ForeignKey(self.foreign_key(cursor, table, name)?)
        } else if cursor.eat("CHECK") {
            Constraint::Check(self.check(cursor, constraint_name(name))?)
        } else if cursor.eat("EXCLUDE") {
            Constraint::Exclusion(self.exclusion(cursor, table, name)?)
        } else {
            return Err(cursor.problem("a constraint"));
        };
        if !cursor.is_done() {
            return Err(cursor.problem("the end of the constraint"));
        }
        parts.constraints.push((constraint, span));
        Ok(())
    }

    fn primary_key(&self, cursor: &mut Cursor<'_>, table: &RelationName, name: Option<Name>) -> Read<PrimaryKey> {
        method(cursor);
        if !cursor.at_symbol(b'(') {
            // MySQL accepts an index name here and ignores it.
            self.name(cursor)?;
            method(cursor);
        }
        let (keys, without_overlaps) = self.constraint_keys(cursor)?;
        if !self.grammar.unique_is_index {
            self.unusual_keys(table, "PRIMARY KEY", &keys);
        }
        let mut columns = Vec::new();
        let mut prefix_lengths = Vec::new();
        let mut descending = Vec::new();
        for key in keys {
            match key.target {
                IndexTarget::Column(column) => {
                    descending.extend((key.descending && self.grammar.unique_is_index).then(|| column.clone()));
                    columns.push(column);
                }
                IndexTarget::Expr(_) => return Err(cursor.problem("columns in the primary key")),
            }
            prefix_lengths.push(key.prefix_length);
        }
        if prefix_lengths.iter().all(Option::is_none) {
            prefix_lengths.clear();
        }
        let include = self.include(cursor)?;
        self.conflict(cursor, ObjectPath::table(table), "PRIMARY KEY")?;
        self.index_parameters(cursor, table, &columns)?;
        let mut index = unnamed_index();
        if self.grammar.inline_indexes {
            self.index_options(cursor, &mut index)?;
            index
                .options
                .extend(index.method.filter(|method| method != "btree").map(|method| ("using".into(), method)));
            index.options.sort();
        }
        // MySQL's primary keys are all called PRIMARY, whatever the constraint's name.
        let name = if self.grammar.unique_is_index { ConstraintName::None } else { constraint_name(name) };
        let deferrability = deferrability(cursor);
        Ok(PrimaryKey {
            without_overlaps,
            prefix_lengths,
            include,
            deferrability,
            descending,
            comment: index.comment,
            options: index.options,
            ..PrimaryKey::new(name, columns)
        })
    }

    fn unique(&self, cursor: &mut Cursor<'_>, table: &RelationName, name: Option<Name>) -> Read<UniqueConstraint> {
        let nulls_not_distinct = nulls_not_distinct(cursor);
        let mut columns = Vec::new();
        let (keys, without_overlaps) = self.constraint_keys(cursor)?;
        self.unusual_keys(table, "UNIQUE", &keys);
        for key in keys {
            match key.target {
                IndexTarget::Column(column) => columns.push(column),
                IndexTarget::Expr(_) => return Err(cursor.problem("columns in the unique constraint")),
            }
        }
        let include = self.include(cursor)?;
        self.key_options(cursor, table, &format!("UNIQUE ({})", shown(&columns)), &columns)?;
        let (name, deferrability) = (constraint_name(name), deferrability(cursor));
        Ok(UniqueConstraint { name, columns, without_overlaps, include, nulls_not_distinct, deferrability })
    }

    /// The keys of a constraint, and whether WITHOUT OVERLAPS stands behind the last.
    fn constraint_keys(&self, cursor: &mut Cursor<'_>) -> Read<(Vec<IndexKey>, bool)> {
        let mut without_overlaps = false;
        let keys = cursor.parens()?.items().into_iter().map(|mut item| {
            let key = self.index_key(&mut item)?;
            without_overlaps = self.grammar.period_keys && item.eat("WITHOUT OVERLAPS");
            if item.is_done() { Ok(key) } else { Err(item.problem("the end of the index key")) }
        });
        let keys = keys.collect::<Read<Vec<_>>>()?;
        Ok((keys, without_overlaps))
    }

    /// `INCLUDE (…)`.
    pub fn include(&self, cursor: &mut Cursor<'_>) -> Read<Vec<Name>> {
        if cursor.eat("INCLUDE") { self.names(cursor) } else { Ok(Vec::new()) }
    }

    fn key_options(&self, cursor: &mut Cursor<'_>, table: &RelationName, what: &str, columns: &[Name]) -> Read<()> {
        self.conflict(cursor, ObjectPath::table(table), what)?;
        self.index_parameters(cursor, table, columns)
    }

    /// Keys of a constraint sort upwards and by their column's collation; the model has no place for others.
    fn unusual_keys(&self, table: &RelationName, what: &str, keys: &[IndexKey]) {
        for key in keys {
            let IndexTarget::Column(column) = &key.target else { continue };
            if key.descending {
                self.beyond(ObjectPath::table(table), &format!("{what} by {column} DESC"), "");
            }
            if let Some(collation) = &key.collation {
                self.beyond(ObjectPath::table(table), &format!("{what} by {column} COLLATE"), collation.as_str());
            }
        }
    }

    fn foreign_key(&self, cursor: &mut Cursor<'_>, table: &RelationName, name: Option<Name>) -> Read<ForeignKey> {
        cursor.eat("IF NOT EXISTS");
        let mut name = name;
        if !cursor.at_symbol(b'(') {
            // MySQL's index name; MariaDB takes it for the constraint's where none was given.
            let index = self.name(cursor)?;
            name = name.or(self.grammar.check_named_after_column.then_some(index));
        }
        let (columns, period) = self.columns_and_period(cursor)?;
        let key = self.references(cursor, table, constraint_name(name), columns)?;
        Ok(ForeignKey { period, ..key })
    }

    /// Columns of a foreign key, and whether PERIOD stands before the last.
    fn columns_and_period(&self, cursor: &mut Cursor<'_>) -> Read<(Vec<Name>, bool)> {
        let mut period = false;
        let columns = cursor.parens()?.items().into_iter().map(|mut item| {
            let start = item.mark();
            period = self.grammar.period_keys && item.eat("PERIOD") && !item.is_done();
            if !period {
                // A column may be called so.
                item.back_to(start);
            }
            self.name(&mut item)
        });
        let columns = columns.collect::<Read<Vec<_>>>()?;
        Ok((columns, period))
    }

    /// `REFERENCES table [(columns)] [MATCH …] [ON DELETE …] [ON UPDATE …] [DEFERRABLE …] [NOT VALID]`.
    pub fn references(
        &self,
        cursor: &mut Cursor<'_>,
        table: &RelationName,
        name: ConstraintName,
        columns: Vec<Name>,
    ) -> Read<ForeignKey> {
        cursor.expect("REFERENCES")?;
        let written = self.written(cursor)?;
        let references = if self.grammar.search_path || written.schema.is_some() {
            self.names.found(written, |name| name == table || self.database.tables.contains_key(name))
        } else {
            RelationName::new(table.schema.clone(), written.name)
        };
        let mut key = ForeignKey {
            name,
            columns,
            references,
            referenced_columns: if cursor.at_symbol(b'(') { self.columns_and_period(cursor)?.0 } else { Vec::new() },
            period: false,
            on_delete: ReferentialAction::default(),
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::default(),
            match_type: MatchType::default(),
            deferrability: Deferrability::default(),
            validated: true,
            enforced: true,
        };
        loop {
            if cursor.eat("MATCH") {
                key.match_type = match_type(cursor)?;
            } else if cursor.eat("ON DELETE") {
                key.on_delete = self.action(cursor)?;
                if cursor.at_symbol(b'(') {
                    key.on_delete_columns = self.names(cursor)?;
                }
            } else if cursor.eat("ON UPDATE") {
                key.on_update = self.action(cursor)?;
            } else if cursor.eat("NOT VALID") {
                key.validated = false;
            } else if let Some(enforced) = enforced(cursor) {
                key.enforced = enforced;
            } else if at_deferrability(cursor) {
                key.deferrability = deferrability(cursor);
            } else {
                key.validated |= !key.enforced;
                return Ok(key);
            }
        }
    }

    fn action(&self, cursor: &mut Cursor<'_>) -> Read<ReferentialAction> {
        let action = if cursor.eat("NO ACTION") {
            ReferentialAction::NoAction
        } else if cursor.eat("RESTRICT") {
            if self.grammar.restrict_is_no_action { ReferentialAction::NoAction } else { ReferentialAction::Restrict }
        } else if cursor.eat("CASCADE") {
            ReferentialAction::Cascade
        } else if cursor.eat("SET NULL") {
            ReferentialAction::SetNull
        } else if cursor.eat("SET DEFAULT") {
            ReferentialAction::SetDefault
        } else {
            return Err(cursor.problem("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT"));
        };
        Ok(action)
    }

    /// A check from its opening parenthesis, with its attributes.
    pub fn check(&self, cursor: &mut Cursor<'_>, name: ConstraintName) -> Read<CheckConstraint> {
        let expr = bare(&cursor.parens()?.rest());
        let mut check = CheckConstraint::new(name, Fact::Known(expr));
        loop {
            if cursor.eat("NO INHERIT") {
                check.no_inherit = true;
            } else if cursor.eat("NOT VALID") {
                check.validated = false;
            } else if let Some(enforced) = enforced(cursor) {
                check.enforced = enforced;
            } else if cursor.eat("ON CONFLICT") {
                // SQLite reads it here and does nothing with it ("The ON CONFLICT Clause").
                cursor.skip();
            } else {
                check.validated |= !check.enforced;
                return Ok(check);
            }
        }
    }

    fn exclusion(
        &self,
        cursor: &mut Cursor<'_>,
        table: &RelationName,
        name: Option<Name>,
    ) -> Read<ExclusionConstraint> {
        let method = method(cursor).unwrap_or_else(|| "btree".to_owned());
        let mut elements = Vec::new();
        for mut item in cursor.parens()?.items() {
            let key = self.index_key(&mut item)?;
            item.expect("WITH")?;
            let operator = if item.eat("OPERATOR") { item.parens()?.rest() } else { item.rest() };
            elements.push(ExclusionElement { key, operator: operator.replace(' ', "") });
        }
        for column in self.include(cursor)? {
            self.beyond(ObjectPath::table(table), &format!("EXCLUDE INCLUDE ({column})"), "");
        }
        self.index_parameters(cursor, table, &excluded(&elements))?;
        let predicate = if cursor.eat("WHERE") { Some(bare(&cursor.parens()?.rest())) } else { None };
        let deferrability = deferrability(cursor);
        Ok(ExclusionConstraint { name: constraint_name(name), method, elements, predicate, deferrability })
    }
}

fn shown(columns: &[Name]) -> String {
    columns.iter().map(Name::to_string).collect::<Vec<_>>().join(", ")
}

/// The columns of an exclusion constraint's elements, as the catalog lists them.
fn excluded(elements: &[ExclusionElement]) -> Vec<Name> {
    let columns = elements.iter().filter_map(|element| match &element.key.target {
        IndexTarget::Column(column) => Some(column.clone()),
        IndexTarget::Expr(_) => None,
    });
    columns.collect()
}

fn match_type(cursor: &mut Cursor<'_>) -> Read<MatchType> {
    if cursor.eat("SIMPLE") {
        Ok(MatchType::Simple)
    } else if cursor.eat("FULL") {
        Ok(MatchType::Full)
    } else if cursor.eat("PARTIAL") {
        Ok(MatchType::Partial)
    } else {
        Err(cursor.problem("SIMPLE, FULL or PARTIAL"))
    }
}

/// `[NOT] ENFORCED`.
pub(super) fn enforced(cursor: &mut Cursor<'_>) -> Option<bool> {
    if cursor.eat("NOT ENFORCED") { Some(false) } else { cursor.eat("ENFORCED").then_some(true) }
}

fn at_deferrability(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["DEFERRABLE", "NOT DEFERRABLE", "INITIALLY"])
}

/// `[NOT] DEFERRABLE` and `INITIALLY …` in any order.
pub(super) fn deferrability(cursor: &mut Cursor<'_>) -> Deferrability {
    let mut found = Deferrability::NotDeferrable;
    while at_deferrability(cursor) {
        if cursor.eat("NOT DEFERRABLE") {
            found = Deferrability::NotDeferrable;
        } else if cursor.eat("INITIALLY DEFERRED") {
            found = Deferrability::InitiallyDeferred;
        } else if cursor.eat("INITIALLY IMMEDIATE") {
            // `NOT DEFERRABLE INITIALLY IMMEDIATE` is allowed too and says nothing new.
        } else {
            cursor.skip();
            if found == Deferrability::NotDeferrable {
                found = Deferrability::InitiallyImmediate;
            }
        }
    }
    found
}
