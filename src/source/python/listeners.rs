//! `event.listen(table, "after_create", DDL("CREATE INDEX …"))`: SQL that `create_all` sends beside the tables' own.

use std::rc::Rc;

use crate::model::{Facet, Kind, ObjectPath};
use crate::snapshot::{Snapshot, Span};
use crate::source::LoadContext;
use crate::source::sql::Session;

use super::models::Models;
use super::value::{Call, Value};

impl<'a> Models<'a> {
    /// The snapshot with the indexes and constraints that listeners add to its tables. What else they make, such as
    /// triggers, models say nothing about.
    pub(super) fn run_listeners(&mut self, snapshot: Snapshot, context: &LoadContext<'_>) -> Snapshot {
        let mut statements = Vec::new();
        for call in std::mem::take(&mut self.interp.listeners) {
            statements.extend(self.listened_statement(&call));
        }
        if statements.is_empty() {
            return snapshot;
        }
        let scope = snapshot.scope.clone();
        let base = LoadContext { base: Some(&snapshot), ..*context };
        let mut session = Session::new(&base);
        for (sql, at) in &statements {
            session.run(sql, at);
        }
        Snapshot { scope, ..session.snapshot() }
    }

    /// The statement that a listener sends on this engine, where it changes a table.
    fn listened_statement(&mut self, call: &Rc<Call<'a>>) -> Option<(String, Span)> {
        let event = call.arg(1, "identifier").and_then(Value::as_str)?;
        if !matches!(&*event, "after_create" | "after-create") {
            return None;
        }
        let ddl = self.sent_ddl(call.arg(2, "fn")?)?;
        let text = ddl.arg(0, "statement").and_then(Value::as_str)?;
        let table = call.arg(0, "target").and_then(|target| self.table_of(target));
        let sql = self.filled(&text, table)?;
        let words: Vec<String> = sql.split_whitespace().take(3).map(str::to_uppercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["CREATE", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX"] | ["ALTER", "TABLE", _] => {
                Some((sql, self.interp.span(ddl.site)?))
            }
            _ => None,
        }
    }

    /// The `DDL(…)` of a listener, where it is meant for this engine.
    fn sent_ddl(&mut self, value: &Value<'a>) -> Option<Rc<Call<'a>>> {
        if let Some(ddl) = value.call_of("sa.DDL") {
            return Some(ddl.clone());
        }
        let Value::Call(call) = value else { return None };
        let Value::Attr(attr) = &call.callee else { return None };
        let ddl = attr.0.call_of("sa.DDL").filter(|_| &*attr.1 == "execute_if")?.clone();
        let wanted = match call.arg(0, "dialect") {
            None | Some(Value::None) => Vec::new(),
            Some(one) => one.items().unwrap_or_else(|| vec![one.clone()]),
        };
        if call.arg(1, "callable_").is_some_and(|rule| !matches!(rule, Value::None)) {
            let reason = "whether a listener's DDL is sent is decided when it runs";
            self.undecided(None::<ObjectPath>, Facet::of(Kind::Index), reason, ddl.site);
            return None;
        }
        let is_meant = wanted.is_empty() || wanted.iter().filter_map(Value::as_str).any(|name| self.is_dialect(&name));
        is_meant.then_some(ddl)
    }

    /// The text with the table's names, as `DDL` fills them in.
    fn filled(&self, text: &str, table: Option<usize>) -> Option<String> {
        if !text.contains('%') {
            return Some(text.to_owned());
        }
        let draft = &self.tables[table?];
        let name = self.quoted(&draft.name);
        let schema = draft.schema.as_deref().map(|schema| self.quoted(schema));
        let full = schema.as_ref().map_or_else(|| name.clone(), |schema| format!("{schema}.{name}"));
        let filled = text
            .replace("%(table)s", &name)
            .replace("%(fullname)s", &full)
            .replace("%(schema)s", schema.as_deref().unwrap_or_default());
        Some(filled.replace("%%", "%"))
    }
}
