//! ALTER COLUMN: from one definition to another (PostgreSQL manual, "ALTER TABLE").

use crate::diff::Pair;
use crate::model::{Column, Expr, Fact, Generation, Name, RelationName, SequenceOptions, TypeKind};
use crate::plan::becomes_required;
use crate::sql::Syntax;

use super::Postgres;
use super::casts::{has_assignment_cast, using};
use super::definition::{identity_mode, written};

impl Postgres {
    /// The statements that bring a column from one definition to the other. Computed columns that have to be made anew
    /// do not come here.
    pub(super) fn alter_column(&self, table: &RelationName, columns: &Pair<Column>) -> Vec<String> {
        let alter = Alter { dialect: self, table, columns, name: self.quote(&columns.to.name) };
        let mut out = Vec::new();
        alter.expression(&mut out);
        alter.generation_goes(&mut out);
        alter.type_and_default(&mut out);
        alter.nullable(&mut out);
        alter.generation_comes(&mut out);
        alter.comment(&mut out);
        out
    }

    /// Changes the sequence behind a serial column, by whatever name it goes.
    pub(super) fn alter_serial(&self, table: &RelationName, column: &Name, change: &str) -> String {
        let table = self.string_literal(&self.relation(table));
        let column = self.string_literal(column.as_str());
        format!(
            "DO $$\nBEGIN\n    EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence({table}, {column}) || ' {change}';\nEND\n$$"
        )
    }

    /// The options of a serial column's sequence that `serial` does not choose by itself.
    pub(super) fn serial_options(&self, table: &RelationName, column: &Column) -> Option<String> {
        let Some(Some(Generation::Serial(options))) = column.generation.known() else { return None };
        let options = self.sequence_options(options);
        (!options.is_empty()).then(|| self.alter_serial(table, &column.name, &options))
    }

    /// `COMMENT ON` with the text, or with NULL where there is none.
    pub(super) fn comment_on(&self, object: &str, comment: Option<&str>) -> String {
        let text = comment.map_or_else(|| "NULL".to_owned(), |comment| self.string_literal(comment));
        format!("COMMENT ON {object} IS {text}")
    }
}

struct Alter<'a> {
    dialect: &'a Postgres,
    table: &'a RelationName,
    columns: &'a Pair<Column>,
    name: String,
}

impl Alter<'_> {
    fn statement(&self, action: &str) -> String {
        format!("ALTER TABLE {} ALTER COLUMN {} {action}", self.dialect.relation(self.table), self.name)
    }

    fn expression(&self, out: &mut Vec<String>) {
        let generated = self.columns.as_ref().map(|column| column.generated.known().is_some_and(Option::is_some));
        if generated.from && !generated.to {
            out.push(self.statement("DROP EXPRESSION"));
        }
    }

    fn generations(&self) -> Pair<Option<&Generation>> {
        self.columns.as_ref().map(|column| column.generation.known().and_then(Option::as_ref))
    }

    fn generation_goes(&self, out: &mut Vec<String>) {
        let generations = self.generations();
        match (generations.from, generations.to) {
            (Some(Generation::Identity { .. }), Some(Generation::Identity { .. })) => {}
            (Some(Generation::Identity { .. }), _) => out.push(self.statement("DROP IDENTITY")),
            (Some(Generation::Serial(_)), Some(Generation::Serial(_))) => {}
            (Some(Generation::Serial(_)), _) => self.drop_serial(out),
            (Some(Generation::AutoIncrement) | None, _) => {}
        }
    }

    /// The sequence goes by whatever name it has; it has to go while the column still owns it.
    fn drop_serial(&self, out: &mut Vec<String>) {
        let table = self.dialect.string_literal(&self.dialect.relation(self.table));
        let column = self.dialect.string_literal(self.columns.to.name.as_str());
        out.push(format!(
            "DO $$\nDECLARE\n    owned text := pg_get_serial_sequence({table}, {column});\nBEGIN\n    {};\n    \
             IF owned IS NOT NULL THEN\n        EXECUTE 'DROP SEQUENCE ' || owned;\n    END IF;\nEND\n$$",
            self.statement("DROP DEFAULT")
        ));
    }

    fn type_and_default(&self, out: &mut Vec<String>) {
        let types = self.columns.as_ref().map(|column| column.ty.known());
        let defaults = self.columns.as_ref().map(default_of);
        let changed = !types.is_same() || self.columns.from.collation != self.columns.to.collation;
        let default_changed = !defaults.map(|expr| expr.map(|expr| &expr.text)).is_same();
        let kinds = types.map(|ty| ty.map(|ty| &ty.kind)).both();
        let casts = kinds.is_none_or(has_assignment_cast);
        // A default that has no automatic cast to the new type stops the statement, so it steps aside.
        let steps_aside = changed && defaults.from.is_some() && (!casts || default_changed);
        if steps_aside {
            out.push(self.statement("DROP DEFAULT"));
        }
        if changed {
            out.push(self.type_statement(kinds));
            self.widen_serial(out);
        }
        match defaults.to {
            Some(default) if default_changed || steps_aside => {
                out.push(self.statement(&format!("SET DEFAULT {}", default.text.trim())));
            }
            None if default_changed && !steps_aside => out.push(self.statement("DROP DEFAULT")),
            Some(_) | None => {}
        }
    }

    fn type_statement(&self, kinds: Option<Pair<&TypeKind>>) -> String {
        let to = &self.columns.to;
        let mut action = format!("TYPE {}", written(to));
        if let Some(collation) = &to.collation {
            action.push_str(&format!(" COLLATE {}", self.dialect.collation(collation)));
        }
        if let Some(kinds) = kinds.filter(|kinds| !has_assignment_cast(*kinds)) {
            action.push_str(&format!(" USING {}", using(&self.name, kinds, written(to))));
        }
        self.statement(&action)
    }

    /// The sequence of a serial column keeps its own integer type, which has to follow.
    fn widen_serial(&self, out: &mut Vec<String>) {
        if self.columns.from.is_serial() && self.columns.to.is_serial() {
            let change = format!("AS {}", written(&self.columns.to));
            out.push(self.dialect.alter_serial(self.table, &self.columns.to.name, &change));
        }
    }

    fn nullable(&self, out: &mut Vec<String>) {
        let nullable = self.columns.as_ref().map(|column| &column.nullable);
        if nullable.is_same() {
            return;
        }
        match nullable.to {
            Fact::Known(false) => {
                let set = self.statement("SET NOT NULL");
                let todo = self.dialect.backfill(self.table, &self.columns.to);
                out.push(if becomes_required(self.columns.as_ref()) { format!("{todo}\n{set}") } else { set });
            }
            Fact::Known(true) => out.push(self.statement("DROP NOT NULL")),
            Fact::Unknown(_) => {}
        }
    }

    fn generation_comes(&self, out: &mut Vec<String>) {
        let generations = self.generations();
        match (generations.from, generations.to) {
            (
                Some(Generation::Identity { mode: from, options: before }),
                Some(Generation::Identity { mode, options }),
            ) => {
                let mut actions = Vec::new();
                if from != mode {
                    actions.push(format!("SET GENERATED {}", identity_mode(*mode)));
                }
                actions.extend(
                    changed_options(Pair::new(before, options)).into_iter().map(|option| format!("SET {option}")),
                );
                if !actions.is_empty() {
                    out.push(self.statement(&actions.join(" ")));
                }
            }
            (_, Some(Generation::Identity { mode, options })) => {
                let options = self.dialect.sequence_options(options);
                let options = if options.is_empty() { options } else { format!(" ({options})") };
                out.push(self.statement(&format!("ADD GENERATED {} AS IDENTITY{options}", identity_mode(*mode))));
                out.push(self.continue_counting());
            }
            (Some(Generation::Serial(from)), Some(Generation::Serial(to))) => {
                let changes = changed_options(Pair::new(from, to));
                if !changes.is_empty() {
                    out.push(self.dialect.alter_serial(self.table, &self.columns.to.name, &changes.join(" ")));
                }
            }
            (_, Some(Generation::Serial(options))) => self.add_serial(options, out),
            (_, Some(Generation::AutoIncrement) | None) => {}
        }
    }

    fn add_serial(&self, options: &SequenceOptions, out: &mut Vec<String>) {
        let name = self.sequence_name();
        let sequence = self.dialect.relation(&name);
        let column = format!("{}.{}", self.dialect.relation(self.table), self.name);
        let ty = written(&self.columns.to);
        let options = self.dialect.sequence_options(options);
        let options = if options.is_empty() { options } else { format!(" {options}") };
        out.push(format!("CREATE SEQUENCE {sequence} AS {ty}{options} OWNED BY {column}"));
        let literal = self.dialect.string_literal(&sequence);
        out.push(self.statement(&format!("SET DEFAULT nextval({literal}::regclass)")));
        out.push(self.continue_counting());
    }

    /// The name that `serial` would have chosen.
    fn sequence_name(&self) -> RelationName {
        let text = format!("{}_{}_seq", self.table.name, self.columns.to.name);
        RelationName::new(self.table.schema.clone(), self.dialect.relation_name(&text, true))
    }

    /// New numbers begin above those in use.
    fn continue_counting(&self) -> String {
        let table = self.dialect.relation(self.table);
        format!(
            "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE((SELECT max({}) FROM {table}), 0) + 1, false)",
            self.dialect.string_literal(&table),
            self.dialect.string_literal(self.columns.to.name.as_str()),
            self.name
        )
    }

    fn comment(&self, out: &mut Vec<String>) {
        let comments = self.columns.as_ref().map(|column| column.comment.known().and_then(Option::as_deref));
        if !comments.is_same() {
            let object = format!("COLUMN {}.{}", self.dialect.relation(self.table), self.name);
            out.push(self.dialect.comment_on(&object, comments.to));
        }
    }
}

impl Postgres {
    /// The comment that asks for values before a column becomes NOT NULL.
    pub(super) fn backfill(&self, table: &RelationName, column: &Column) -> String {
        let name = self.quote(&column.name);
        let value = default_of(column).map_or("…", |expr| &expr.text);
        format!("-- TODO backfill: UPDATE {} SET {name} = {value} WHERE {name} IS NULL;", self.relation(table))
    }
}

fn default_of(column: &Column) -> Option<&Expr> {
    column.default.known().and_then(Option::as_ref)
}

fn descends(options: &SequenceOptions) -> bool {
    options.increment.is_some_and(|increment| increment < 0)
}

/// Whether a sequence is to count the other way.
pub(super) fn turns(options: Pair<&SequenceOptions>) -> bool {
    !options.map(descends).is_same()
}

/// The options that ALTER SEQUENCE and SET have to name; what goes back to the implied value is spelt out.
pub(super) fn changed_options(options: Pair<&SequenceOptions>) -> Vec<String> {
    let Pair { from, to } = options;
    let number = |changed: bool, value: Option<i64>, word: &str, implied: &str| {
        changed.then(|| value.map_or_else(|| implied.to_owned(), |value| format!("{word} {value}")))
    };
    let descending = descends(to);
    // The implied bounds of a sequence that counts the other way are others, and what is not named stays as it is.
    let turns = turns(options);
    let start = match (descending, to.min, to.max) {
        (false, Some(min), _) => format!("START WITH {min}"),
        (true, _, Some(max)) => format!("START WITH {max}"),
        (false, None, _) => "START WITH 1".to_owned(),
        (true, _, None) => "START WITH -1".to_owned(),
    };
    let numbers = [
        number(from.increment != to.increment, to.increment, "INCREMENT BY", "INCREMENT BY 1"),
        number(turns || from.min != to.min, to.min, "MINVALUE", "NO MINVALUE"),
        number(turns || from.max != to.max, to.max, "MAXVALUE", "NO MAXVALUE"),
        number(turns || from.start != to.start, to.start, "START WITH", &start),
        number(from.cache != to.cache, to.cache, "CACHE", "CACHE 1"),
        (from.cycle != to.cycle).then(|| if to.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned()),
    ];
    numbers.into_iter().flatten().collect()
}
