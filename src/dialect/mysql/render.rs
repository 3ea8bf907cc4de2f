//! The engine's DDL (MySQL manual, 15.1; MariaDB, "Data Definition").

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, DataType, Engine, Expr, Fact, Index, Kind, Name, RelationName, Sequence, SequenceOptions,
    TypeKind, View,
};
use crate::plan::{Commented, Frame, Op, Position, Render, RenderStyle, becomes_required, must_be_given};
use crate::sql::Syntax;

use super::definition::default_text;
use super::narrow::{longest_text, needs_text};
use super::{MySql, names};

impl Render for MySql {
    fn render(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        let (exists, missing) = if style.idempotent { ("IF EXISTS ", "IF NOT EXISTS ") } else { ("", "") };
        match op {
            Op::CreateTable(table) => vec![self.create_table(table, missing)],
            Op::DropTable(table) => vec![format!("DROP TABLE {exists}{}", self.quote_relation(&table.name))],
            Op::AlterTable(tables) => self.alter_table(tables),
            Op::AddColumn(table, column, position) if must_be_given(column) => {
                self.add_required(table, column, "", position.as_ref(), style)
            }
            Op::AlterColumn(table, columns, _) => {
                let todo = becomes_required(columns.as_ref().as_ref()).then(|| self.backfill(table, &columns.to));
                let before = self.through_text(table, columns.as_ref().as_ref());
                before.into_iter().chain(self.alter(table, &self.clauses(op, style), todo)).collect()
            }
            Op::AddColumn(table, ..)
            | Op::DropColumn(table, _)
            | Op::AddConstraint(table, _)
            | Op::DropConstraint(table, _)
            | Op::CreateIndex(table, _)
            | Op::DropIndex(table, _)
            | Op::AlterIndex(table, _)
            | Op::RenameConstraint(table, _) => self.alter(table, &self.clauses(op, style), None),
            Op::Together(table, ops) => self.together(table, ops, style),
            Op::CreateSequence(sequence) => {
                let options = sequence_options(&sequence.options);
                vec![format!("CREATE SEQUENCE {missing}{}{options}", self.quote_relation(&sequence.name))]
            }
            Op::DropSequence(sequence) => {
                vec![format!("DROP SEQUENCE {exists}{}", self.quote_relation(&sequence.name))]
            }
            Op::AlterSequence(sequences) => self.alter_sequence(sequences),
            Op::Comment(commented, comments) => self.comment(commented, comments.to.as_deref()),
            Op::CreateView(view) => vec![self.create_view(view, style)],
            Op::DropView(view) => vec![format!("DROP VIEW {exists}{}", self.quote_relation(&view.name))],
            Op::CreateSchema(name) => vec![format!("CREATE SCHEMA {missing}{}", self.quote(name))],
            Op::DropSchema(name) => vec![format!("DROP SCHEMA {exists}{}", self.quote(name))],
            // The engine has no such objects, so no source of its dialect holds any; only SQLite rebuilds tables.
            Op::CreateEnum(_)
            | Op::DropEnum(_)
            | Op::ExtendEnum(_)
            | Op::ReplaceEnum { .. }
            | Op::CreateDomain(_)
            | Op::CreateOther(_)
            | Op::OwnSequence(_)
            | Op::HandSequence(..)
            | Op::RebuildTable(_) => Vec::new(),
        }
    }

    fn default_value(&self, expr: &Expr) -> String {
        default_text(expr)
    }

    /// DDL commits by itself (MySQL manual, 15.3.3).
    fn transactional(&self, _op: &Op) -> bool {
        false
    }

    fn frame(&self, _ops: &[&Op]) -> Frame {
        Frame::default()
    }

    fn setting(&self, statements: &[&str]) -> Option<[String; 2]> {
        statements.iter().any(|statement| names::has_escapes(statement, self.engine)).then(|| {
            [
                "SET @drift_sql_mode = @@SESSION.sql_mode, \
                 SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')"
                    .to_owned(),
                "SET SESSION sql_mode = @drift_sql_mode".to_owned(),
            ]
        })
    }
}

impl MySql {
    pub(super) fn alter(&self, table: &RelationName, clauses: &[String], comment: Option<String>) -> Vec<String> {
        if clauses.is_empty() {
            return Vec::new();
        }
        let separator = if clauses.len() > 1 { ",\n    " } else { ", " };
        let space = if clauses.len() > 1 { "\n    " } else { " " };
        let statement = format!("ALTER TABLE {}{space}{}", self.quote_relation(table), clauses.join(separator));
        vec![match comment {
            Some(comment) => format!("{comment}\n{statement}"),
            None => statement,
        }]
    }

    /// Several clauses of one ALTER TABLE. A column's own checks stand behind the operation on it.
    fn together(&self, table: &RelationName, ops: &[Op], style: RenderStyle) -> Vec<String> {
        if let Some((Op::AddColumn(_, column, position), checks)) = ops.split_first()
            && must_be_given(column)
            && let (checks, []) = self.own_checks(column, checks)
        {
            return self.add_required(table, column, &checks, position.as_ref(), style);
        }
        let mut clauses = Vec::new();
        let mut out = Vec::new();
        let mut todo = None;
        let mut rest = ops;
        while let Some((op, after)) = rest.split_first() {
            rest = after;
            let (column, position) = match op {
                Op::AlterColumn(_, columns, position) => (&columns.to, position),
                Op::AddColumn(_, column, position) => (&**column, position),
                other => {
                    clauses.extend(self.clauses(other, style));
                    continue;
                }
            };
            let (checks, after) = self.own_checks(column, rest);
            rest = after;
            let word = match op {
                Op::AlterColumn(_, columns, _) => {
                    out.extend(self.through_text(table, columns.as_ref().as_ref()));
                    if becomes_required(columns.as_ref().as_ref()) {
                        todo = Some(self.backfill(table, column));
                    }
                    "MODIFY COLUMN ".to_owned()
                }
                _ => format!("ADD COLUMN {}", self.lenient(style).1),
            };
            clauses.push(format!("{word}{}{checks}{}", self.column(column), self.place(position.as_ref())));
        }
        out.extend(self.alter(table, &clauses, todo));
        out
    }

    /// The step between two types that only turn into each other by their text.
    fn through_text(&self, table: &RelationName, columns: Pair<&Column>) -> Option<String> {
        let kinds = columns.map(|column| column.ty.known().map(|ty| &ty.kind)).both()?;
        if self.engine != Engine::MariaDb || !needs_text(kinds) {
            return None;
        }
        let length = longest_text(kinds.from);
        let kind = TypeKind::Builtin { name: "varchar".to_owned(), args: vec![length.to_string()] };
        let text = Column {
            ty: Fact::Known(DataType::new(kind, format!("varchar({length})"))),
            default: Fact::Known(None),
            generation: Fact::Known(None),
            ..columns.from.clone()
        };
        Some(format!("ALTER TABLE {} MODIFY COLUMN {}", self.quote_relation(table), self.column(&text)))
    }

    /// The column's own checks that stand at the front, as they follow its definition, and what is left.
    pub(super) fn own_checks<'o>(&self, column: &Column, mut ops: &'o [Op]) -> (String, &'o [Op]) {
        let mut text = String::new();
        while let Some((Op::AddConstraint(_, constraint @ Constraint::Check(check)), after)) = ops.split_first()
            && check.of_column.as_ref() == Some(&column.name)
        {
            text.extend(self.constraint(constraint).map(|check| format!(" {check}")));
            ops = after;
        }
        (text, ops)
    }

    /// `IF EXISTS` and `IF NOT EXISTS` inside ALTER TABLE, which only MariaDB knows.
    fn lenient(&self, style: RenderStyle) -> (&'static str, &'static str) {
        let is_lenient = style.idempotent && self.engine == Engine::MariaDb;
        if is_lenient { ("IF EXISTS ", "IF NOT EXISTS ") } else { ("", "") }
    }

    /// What stands behind ALTER TABLE; empty for what is no clause of it.
    fn clauses(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        let (exists, missing) = self.lenient(style);
        match op {
            Op::AddColumn(_, column, position) => {
                vec![format!("ADD COLUMN {missing}{}{}", self.column(column), self.place(position.as_ref()))]
            }
            Op::DropColumn(_, column) => vec![format!("DROP COLUMN {exists}{}", self.quote(&column.name))],
            Op::AlterColumn(_, columns, position) => {
                vec![format!("MODIFY COLUMN {}{}", self.column(&columns.to), self.place(position.as_ref()))]
            }
            Op::AddConstraint(_, constraint) => {
                self.constraint(constraint).map(|text| format!("ADD {text}")).into_iter().collect()
            }
            Op::DropConstraint(_, constraint) => self.drop_constraint(constraint, exists).into_iter().collect(),
            Op::RenameConstraint(_, constraints) => {
                let drop = self.drop_constraint(&constraints.from, exists);
                let add = self.constraint(&constraints.to).map(|text| format!("ADD {text}"));
                drop.into_iter().chain(add).collect()
            }
            Op::CreateIndex(_, index) => vec![format!("ADD {}", self.index(index, missing))],
            Op::DropIndex(_, index) => vec![format!("DROP INDEX {exists}{}", self.quote(&index.name))],
            Op::AlterIndex(_, indexes) => self.alter_index(indexes),
            Op::CreateSchema(_)
            | Op::DropSchema(_)
            | Op::CreateEnum(_)
            | Op::DropEnum(_)
            | Op::ExtendEnum(_)
            | Op::ReplaceEnum { .. }
            | Op::CreateDomain(_)
            | Op::CreateOther(_)
            | Op::CreateSequence(_)
            | Op::DropSequence(_)
            | Op::AlterSequence(_)
            | Op::OwnSequence(_)
            | Op::HandSequence(..)
            | Op::CreateTable(_)
            | Op::DropTable(_)
            | Op::AlterTable(_)
            | Op::Comment(..)
            | Op::CreateView(_)
            | Op::DropView(_)
            | Op::RebuildTable(_)
            | Op::Together(..) => Vec::new(),
        }
    }

    fn place(&self, position: Option<&Position>) -> String {
        match position {
            Some(Position::First) => " FIRST".to_owned(),
            Some(Position::After(name)) => format!(" AFTER {}", self.quote(name)),
            None => String::new(),
        }
    }

    fn drop_constraint(&self, constraint: &Constraint, exists: &str) -> Option<String> {
        let quoted = |name: &Name| self.quote(name);
        match constraint {
            Constraint::PrimaryKey(_) => Some("DROP PRIMARY KEY".to_owned()),
            Constraint::Unique(unique) => unique.name.name().map(|name| format!("DROP INDEX {exists}{}", quoted(name))),
            Constraint::ForeignKey(key) => {
                key.name.name().map(|name| format!("DROP FOREIGN KEY {exists}{}", quoted(name)))
            }
            Constraint::Check(check) => {
                let word = if self.engine == Engine::MariaDb { "CONSTRAINT" } else { "CHECK" };
                check.name.name().map(|name| format!("DROP {word} {exists}{}", quoted(name)))
            }
            Constraint::Exclusion(_) => None,
        }
    }

    fn alter_index(&self, indexes: &Pair<Index>) -> Vec<String> {
        let mut out = Vec::new();
        if indexes.from.name != indexes.to.name {
            let names = indexes.as_ref().map(|index| self.quote(&index.name));
            out.push(format!("RENAME INDEX {} TO {}", names.from, names.to));
        }
        if indexes.from.invisible != indexes.to.invisible {
            out.push(format!(
                "ALTER INDEX {} {}",
                self.quote(&indexes.to.name),
                self.hidden_index(indexes.to.invisible)
            ));
        }
        out
    }

    /// Without the detour a strict server fails on rows, and a lax one fills them with zeroes.
    fn add_required(
        &self,
        table: &RelationName,
        column: &Column,
        checks: &str,
        position: Option<&Position>,
        style: RenderStyle,
    ) -> Vec<String> {
        let open = self.column(&Column { nullable: Fact::Known(true), ..column.clone() });
        let add = format!("ADD COLUMN {}{open}{checks}{}", self.lenient(style).1, self.place(position));
        let close = format!("MODIFY COLUMN {}{checks}", self.column(column));
        let mut out = self.alter(table, &[add], None);
        out.extend(self.alter(table, &[close], Some(self.backfill(table, column))));
        out
    }

    /// The comment that asks for values before a column becomes NOT NULL.
    fn backfill(&self, table: &RelationName, column: &Column) -> String {
        let name = self.quote(&column.name);
        let value = column.default.known().and_then(Option::as_ref).map_or("…", |expr| &expr.text);
        format!("-- TODO backfill: UPDATE {} SET {name} = {value} WHERE {name} IS NULL;", self.quote_relation(table))
    }

    fn alter_sequence(&self, sequences: &Pair<Sequence>) -> Vec<String> {
        let Pair { from, to } = sequences.as_ref().map(|sequence| &sequence.options);
        let number = |changed: bool, value: Option<i64>, word: &str, implied: &str| {
            changed.then(|| value.map_or_else(|| implied.to_owned(), |value| format!("{word} {value}")))
        };
        let options = [
            number(from.increment != to.increment, to.increment, "INCREMENT BY", "INCREMENT BY 1"),
            number(from.min != to.min, to.min, "MINVALUE", "NO MINVALUE"),
            number(from.max != to.max, to.max, "MAXVALUE", "NO MAXVALUE"),
            number(from.start != to.start, to.start, "START WITH", "START WITH 1"),
            number(from.cache != to.cache, to.cache, "CACHE", "CACHE 1000"),
            (from.cycle != to.cycle).then(|| if to.cycle { "CYCLE" } else { "NOCYCLE" }.to_owned()),
        ];
        let options: Vec<String> = options.into_iter().flatten().collect();
        if options.is_empty() {
            return Vec::new();
        }
        vec![format!("ALTER SEQUENCE {} {}", self.quote_relation(&sequences.to.name), options.join(" "))]
    }

    /// Only tables carry comments.
    fn comment(&self, commented: &Commented, comment: Option<&str>) -> Vec<String> {
        if commented.kind != Kind::Table {
            return Vec::new();
        }
        let clause = format!("COMMENT = {}", self.string_literal(comment.unwrap_or_default()));
        self.alter(&commented.name, &[clause], None)
    }

    fn create_view(&self, view: &View, style: RenderStyle) -> String {
        let columns = if view.columns.is_empty() { String::new() } else { format!(" ({})", self.names(&view.columns)) };
        let replace = if style.idempotent { "OR REPLACE " } else { "" };
        format!("CREATE {replace}VIEW {}{columns} AS\n{}", self.quote_relation(&view.name), view.query.text.trim())
    }
}

fn sequence_options(options: &SequenceOptions) -> String {
    let numbers = [
        ("START WITH", options.start),
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.min),
        ("MAXVALUE", options.max),
        ("CACHE", options.cache),
    ];
    let mut out: String =
        numbers.iter().filter_map(|(word, value)| value.map(|value| format!(" {word} {value}"))).collect();
    if options.cycle {
        out.push_str(" CYCLE");
    }
    out
}
