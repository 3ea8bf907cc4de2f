//! What listeners of `after_create` send beside the tables' own SQL: `event.listen(table, "after_create", DDL("CREATE INDEX
//! …"))`, and functions that execute statements on the connection that they are given.

use crate::model::{Facet, Kind, ObjectPath};
use crate::snapshot::{Snapshot, Span};
use crate::source::LoadContext;
use crate::source::sql::Session;

use super::classes::ancestors;
use super::eval::{Found, Recording};
use super::migration::{Before, is_row_statement};
use super::models::Models;
use super::shared::Rc;
use super::value::{Call, Class, Function, Value};

/// The events at which models are mapped, made or put together: what listens to them may declare something.
const DECLARING: [&str; 13] = [
    "after_configured",
    "after_mapper_constructed",
    "after_parent_attach",
    "attribute_instrument",
    "before_configured",
    "before_create",
    "before_mapper_configured",
    "before_parent_attach",
    "class_instrument",
    "column_reflect",
    "instrument_class",
    "mapper_configured",
    "mapper_constructed",
];

impl<'a> Models<'a> {
    /// Calls what listens to the mapper for what it adds to mapped classes, and states what other listeners may declare.
    pub(super) fn follow_declaring_listeners(&mut self, classes: &[Rc<Class<'a>>]) {
        for (call, listener) in self.interp.listeners.clone() {
            let event = call.arg(1, "identifier").and_then(Value::as_str);
            let Some(event) = event.filter(|event| DECLARING.contains(&&**event)) else { continue };
            match (&listener, &*event) {
                (Some(Value::Function(function)), "after_configured" | "before_configured") => {
                    self.interp.call_function(function, Vec::new(), Vec::new());
                }
                (
                    Some(Value::Function(function)),
                    "mapper_configured" | "instrument_class" | "after_mapper_constructed" | "before_mapper_configured",
                ) => {
                    let target = call.arg(0, "target").cloned().unwrap_or(Value::None);
                    for class in classes.iter().filter(|class| concerns(&target, class)) {
                        if self.mappings.contains_key(&Rc::as_ptr(class)) {
                            let of = vec![Value::Class(class.clone())];
                            let mapper = Value::external("sqlalchemy.orm.class_mapper");
                            let mapper = self.interp.call_with(mapper, of, Vec::new(), None, class.site);
                            let args = vec![mapper, Value::Class(class.clone())];
                            self.interp.call_function(function, args, Vec::new());
                        }
                    }
                }
                (Some(Value::Function(function)), _) => self.interp.leave_out_listener(function, &event),
                (Some(other), _) => {
                    let is_ddl =
                        matches!(other, Value::Call(_) | Value::Attr(_)) && self.sent_ddl(other, None).is_some();
                    if let Some(why) = self.interp.why_unknown(other).filter(|_| !is_ddl) {
                        let reason = format!("what listens to `{event}` is not followed: {why}");
                        self.undecided(None, Facet::of(Kind::Table), &reason, call.site);
                    }
                }
                (None, _) => {}
            }
        }
    }

    /// The snapshot with the indexes and constraints that listeners add to its tables. What else they make, such as
    /// triggers, models say nothing about.
    pub(super) fn run_listeners(&mut self, mut snapshot: Snapshot, context: &LoadContext<'a>) -> Snapshot {
        let mut statements = Vec::new();
        for (call, listener) in std::mem::take(&mut self.interp.listeners) {
            let event = call.arg(1, "identifier").and_then(Value::as_str);
            if !event.is_some_and(|event| matches!(&*event, "after_create" | "after-create")) {
                continue;
            }
            let draft = call.arg(0, "target").and_then(|target| self.table_of(target));
            let table = draft.map(|draft| ObjectPath::table(&self.full_name(draft, snapshot.default_schema.as_ref())));
            match listener {
                Some(Value::Function(function)) => {
                    statements.extend(self.executed(&call, &function, table.as_ref(), context));
                }
                Some(ddl) => statements.extend(self.listened_statement(draft, &ddl, table.as_ref())),
                None => {}
            }
        }
        snapshot.undecided.append(&mut self.undecided);
        statements.retain(|(sql, _)| changes_table(sql));
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

    /// What a listener executes that is called with its target and a connection.
    fn executed(
        &mut self,
        listens: &Call<'a>,
        function: &Rc<Function<'a>>,
        table: Option<&ObjectPath>,
        context: &LoadContext<'a>,
    ) -> Vec<(String, Span)> {
        let nothing = LoadContext { base: None, ..*context };
        let before = Before::new(Session::new(&nothing), &nothing);
        self.interp.recording = Some(Recording::new(Found::new(before)));
        let target = listens.arg(0, "target").cloned().unwrap_or(Value::None);
        let bind = Value::external("alembic.op.get_bind");
        let connection = self.interp.make_call(bind, Vec::new(), Vec::new(), listens.site);
        self.interp.call_function(function, vec![target, connection], Vec::new());
        let Some(recording) = self.interp.recording.take() else { return Vec::new() };
        let mut statements = Vec::new();
        let mut open = recording.cut_off.into_iter().collect::<Vec<_>>();
        for operation in recording.operations.iter().filter(|operation| operation.verb == "execute") {
            if operation.is_read || is_row_statement(&operation.call) {
                continue;
            }
            let statement = operation.call.args.first();
            let sql = statement.map_or(Err("it executes nothing".to_owned()), |statement| self.sql_or_text(statement));
            match (sql, &operation.unsure) {
                (Ok(sql), None) => statements.extend(self.interp.span(operation.call.site).map(|at| (sql, at))),
                (Ok(sql), Some(_)) if !changes_table(&sql) => {}
                (Ok(_), Some(reason)) => open.push((reason.clone(), operation.call.site)),
                (Err(reason), _) => open.push((reason.into(), operation.call.site)),
            }
        }
        for (reason, site) in open {
            let reason = format!("what `{}` executes is not known: {reason}", function.name);
            self.undecided(table.cloned(), Facet::of(Kind::Index), &reason, site);
        }
        statements
    }

    /// The statement that a listener sends on this engine.
    fn listened_statement(
        &mut self,
        draft: Option<usize>,
        ddl: &Value<'a>,
        table: Option<&ObjectPath>,
    ) -> Option<(String, Span)> {
        let ddl = self.sent_ddl(ddl, table)?;
        let text = ddl.arg(0, "statement").and_then(Value::as_str)?;
        let sql = self.filled(&text, draft)?;
        Some((sql, self.interp.span(ddl.site)?))
    }

    /// The `DDL(…)` of a listener, where it is meant for this engine.
    fn sent_ddl(&mut self, value: &Value<'a>, table: Option<&ObjectPath>) -> Option<Rc<Call<'a>>> {
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
            self.undecided(table.cloned(), Facet::of(Kind::Index), reason, ddl.site);
            return None;
        }
        let is_meant = wanted.is_empty() || wanted.iter().filter_map(Value::as_str).any(|name| self.is_dialect(&name));
        is_meant.then_some(ddl)
    }

    /// The text with the table's names, as `DDL` fills them in.
    fn filled(&self, text: &str, draft: Option<usize>) -> Option<String> {
        if !text.contains('%') {
            return Some(text.to_owned());
        }
        let draft = &self.tables[draft?];
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

/// Whether a listener to a mapper's events is called for a class.
fn concerns<'a>(target: &Value<'a>, class: &Rc<Class<'a>>) -> bool {
    match target {
        Value::Class(target) => ancestors(class).iter().any(|one| one.is(target)),
        // The mapper's own class or function stands for all.
        _ => true,
    }
}

/// Whether a statement adds an index or a constraint to a table.
fn changes_table(sql: &str) -> bool {
    let words: Vec<String> = sql.split_whitespace().take(3).map(str::to_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["CREATE", "INDEX", _] | ["CREATE", "UNIQUE", "INDEX"] | ["ALTER", "TABLE", _])
}
