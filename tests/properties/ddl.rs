//! A described schema as the engine's DDL, written without any help of `drift`.

use std::fmt::Write;

use drift::model::Engine;

use crate::schema::{
    Body, Column, ColumnType, DefaultValue, Index, KeyColumns, Part, Reference, Schema, Spellings, Table, Template,
};
use crate::vocabulary::is_mysql;

/// The statements that build `schema`; each thing that may be written in several ways is written in the way that
/// `spelling` stands for.
pub fn script(schema: &Schema, engine: Engine, spelling: usize) -> String {
    let mut writer = Writer { engine, spelling, out: String::new() };
    writer.schema(schema);
    writer.out
}

/// A name in the engine's quotes.
pub fn quoted(name: &str, engine: Engine) -> String {
    let quote = if is_mysql(engine) { '`' } else { '"' };
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

struct Writer {
    engine: Engine,
    spelling: usize,
    out: String,
}

impl Writer {
    fn is_postgres(&self) -> bool {
        self.engine == Engine::Postgres
    }

    fn is_sqlite(&self) -> bool {
        self.engine == Engine::Sqlite
    }

    fn is_mysql(&self) -> bool {
        is_mysql(self.engine)
    }

    fn pick(&self, spellings: Spellings) -> &'static str {
        spellings[self.spelling % spellings.len()]
    }

    fn name(&self, name: &str) -> String {
        quoted(name, self.engine)
    }

    fn names(&self, names: &[String]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ")
    }

    fn string(&self, text: &str) -> String {
        let text = if self.is_mysql() { text.replace('\\', "\\\\") } else { text.to_owned() };
        format!("'{}'", text.replace('\'', "''"))
    }

    fn template(&self, template: &Template) -> String {
        let mut text = self.pick(template.spellings).to_owned();
        for (at, column) in template.columns.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), &self.name(column));
        }
        text
    }

    fn statement(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text};");
    }

    fn schema(&mut self, schema: &Schema) {
        for found in &schema.enums {
            let labels: Vec<String> = found.labels.iter().map(|label| self.string(label)).collect();
            self.statement(&format!("CREATE TYPE {} AS ENUM ({})", self.name(&found.name), labels.join(", ")));
            self.comment("TYPE", &self.name(&found.name), found.comment);
        }
        for found in &schema.domains {
            self.statement(&format!("CREATE DOMAIN {} {}", self.name(&found.name), self.pick(found.definition)));
        }
        for found in &schema.sequences {
            self.statement(&format!("CREATE SEQUENCE {} {}", self.name(&found.name), self.pick(found.options)));
            self.comment("SEQUENCE", &self.name(&found.name), found.comment);
        }
        for table in &schema.tables {
            self.table(table);
        }
        if !self.is_sqlite() {
            for table in &schema.tables {
                self.later(table);
            }
        }
        for view in &schema.views {
            let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
            let query = self.template(&view.query).replace("{t}", &self.name(&view.table));
            self.statement(&format!("CREATE {kind} {} AS {query}", self.name(&view.name)));
            self.comment(kind, &self.name(&view.name), view.comment);
        }
    }

    fn comment(&mut self, kind: &str, name: &str, comment: Option<&str>) {
        if let (true, Some(comment)) = (self.is_postgres(), comment) {
            self.statement(&format!("COMMENT ON {kind} {name} IS {}", self.string(comment)));
        }
    }

    fn table(&mut self, table: &Table) {
        let mut lines: Vec<String> = table.columns.iter().map(|column| self.column(column, table)).collect();
        for part in &table.parts {
            lines.extend(self.constraint(part, table));
        }
        let option = |word: &str| table.options.iter().any(|option| option.spellings[0] == word);
        let unlogged = if option("UNLOGGED") { "UNLOGGED " } else { "" };
        let options: Vec<&str> = table
            .options
            .iter()
            .filter(|option| option.spellings[0] != "UNLOGGED")
            .map(|option| self.pick(option.spellings))
            .collect();
        let mut options = options.join(if self.is_sqlite() { ", " } else { " " });
        if let (true, Some(comment)) = (self.is_mysql(), table.comment) {
            let _ = write!(options, " COMMENT = {}", self.string(comment));
        }
        let name = self.name(&table.name);
        let body = lines.join(",\n    ");
        self.statement(&format!("CREATE {unlogged}TABLE {name} (\n    {body}\n) {options}"));
        self.comment("TABLE", &name, table.comment);
        for column in &table.columns {
            self.comment("COLUMN", &format!("{name}.{}", self.name(&column.name)), column.comment);
        }
        for part in &table.parts {
            if let Body::Index(index) = &part.body {
                let index_name = part.name.clone().unwrap_or_default();
                self.index(table, &index_name, index, part.comment);
            }
        }
    }

    /// What needs other tables, or rows that it does not look at.
    fn later(&mut self, table: &Table) {
        for part in &table.parts {
            let added = match &part.body {
                Body::Reference(reference) => self.reference(reference),
                Body::Check { condition, suffix } if self.pick(suffix) == "NOT VALID" => {
                    format!("CHECK ({}) NOT VALID", self.template(condition))
                }
                Body::Check { .. } | Body::Key(_) | Body::Unique(_) | Body::Index(_) => continue,
            };
            let named = self.named(part);
            self.statement(&format!("ALTER TABLE {} ADD {named}{added}", self.name(&table.name)));
        }
    }

    fn named(&self, part: &Part) -> String {
        part.name.as_ref().map(|name| format!("CONSTRAINT {} ", self.name(name))).unwrap_or_default()
    }

    fn column(&self, column: &Column, table: &Table) -> String {
        let ty = match &column.ty {
            ColumnType::Builtin(ty) => self.pick(ty.spellings).to_owned(),
            ColumnType::Enum(name) | ColumnType::Domain(name) => self.name(name),
        };
        let mut text = format!("{} {ty}", self.name(&column.name));
        if let Some(collation) = column.collation {
            let _ = write!(text, " {}", self.pick(collation));
        }
        if let Some(generated) = &column.generated {
            let storage = if generated.stored { "STORED" } else { "VIRTUAL" };
            let _ = write!(text, " GENERATED ALWAYS AS ({}) {storage}", self.template(&generated.expression));
        }
        match &column.default {
            Some(DefaultValue::Written(written)) => {
                let _ = write!(text, " DEFAULT {}", self.pick(written));
            }
            Some(DefaultValue::Label(label)) => {
                let _ = write!(text, " DEFAULT {}", self.string(label));
            }
            Some(DefaultValue::Next(name)) => {
                let name = self.name(name);
                let next = if self.is_postgres() { self.string(&name) } else { name };
                let _ = write!(text, " DEFAULT nextval({next})");
            }
            None => {}
        }
        if column.not_null {
            text.push_str(" NOT NULL");
        } else if self.is_mysql() && column.generated.is_none() {
            text.push_str(" NULL");
        }
        if let Some(counter) = column.counter {
            if self.is_sqlite() {
                let key = table.parts.iter().find(|part| matches!(part.body, Body::Key(_)));
                let named = key.map(|key| self.named(key)).unwrap_or_default();
                text.push_str(&format!(" {named}PRIMARY KEY"));
            }
            let _ = write!(text, " {}", self.pick(counter));
        }
        if let Some(on_update) = column.on_update {
            let _ = write!(text, " {}", self.pick(on_update));
        }
        if column.invisible {
            text.push_str(" INVISIBLE");
        }
        if let (true, Some(comment)) = (self.is_mysql(), column.comment) {
            let _ = write!(text, " COMMENT {}", self.string(comment));
        }
        text
    }

    /// A constraint that stands in the body of CREATE TABLE.
    fn constraint(&self, part: &Part, table: &Table) -> Option<String> {
        let named = self.named(part);
        let text = match &part.body {
            // AUTOINCREMENT stands behind the column's own PRIMARY KEY alone.
            Body::Key(_) if self.is_sqlite() && table.columns.iter().any(|column| column.counter.is_some()) => {
                return None;
            }
            Body::Key(key) => self.key("PRIMARY KEY", key),
            Body::Unique(key) => self.key("UNIQUE", key),
            Body::Reference(reference) if self.is_sqlite() => self.reference(reference),
            Body::Check { suffix, .. } if self.pick(suffix) == "NOT VALID" => return None,
            Body::Check { condition, suffix } => {
                format!("CHECK ({}) {}", self.template(condition), self.pick(suffix))
            }
            Body::Reference(_) | Body::Index(_) => return None,
        };
        Some(format!("{named}{text}"))
    }

    fn key(&self, words: &str, key: &KeyColumns) -> String {
        let mut text = format!("{words} {} ({})", self.pick(key.prefix), self.names(&key.columns));
        if !key.include.is_empty() {
            let _ = write!(text, " INCLUDE ({})", self.names(&key.include));
        }
        format!("{text} {}", self.pick(key.suffix))
    }

    fn reference(&self, reference: &Reference) -> String {
        let Reference { columns, table, targets, on_delete, on_update, matching, deferrable } = reference;
        let words = [matching, on_delete, on_update, deferrable].map(|words| self.pick(words)).join(" ");
        let (columns, targets) = (self.names(columns), self.names(targets));
        format!("FOREIGN KEY ({columns}) REFERENCES {} ({targets}) {words}", self.name(table))
    }

    fn index(&mut self, table: &Table, name: &str, index: &Index, comment: Option<&str>) {
        let keys: Vec<String> =
            index.keys.iter().map(|key| format!("{} {}", self.template(&key.target), self.pick(key.suffix))).collect();
        let unique = if index.unique { "UNIQUE " } else { "" };
        let kind = if index.kind.is_empty() { String::new() } else { format!("{} ", index.kind) };
        let quoted = self.name(name);
        let mut text = format!("CREATE {unique}{kind}INDEX {quoted} ON {}", self.name(&table.name));
        if !index.method[0].is_empty() {
            let _ = write!(text, " USING {}", self.pick(index.method));
        }
        let _ = write!(text, " ({})", keys.join(", "));
        if !index.include.is_empty() {
            let _ = write!(text, " INCLUDE ({})", self.names(&index.include));
        }
        let _ = write!(text, " {}", self.pick(index.options));
        if let Some(predicate) = &index.predicate {
            let _ = write!(text, " WHERE {}", self.template(predicate));
        }
        if let (true, Some(comment)) = (self.is_mysql(), comment) {
            let _ = write!(text, " COMMENT {}", self.string(comment));
        }
        if index.ignored {
            text.push_str(if self.engine == Engine::MariaDb { " IGNORED" } else { " INVISIBLE" });
        }
        self.statement(&text);
        self.comment("INDEX", &quoted, comment);
    }
}
