//! Operations that are not Alembic's own: those of plug-ins whose meaning is known, and what others may have changed.

use crate::model::{EnumType, Facet, Kind, ObjectPath};
use crate::snapshot::Span;
use crate::source::python::eval::Operation;
use crate::source::python::rules::EnumStyle;
use crate::source::python::value::{Call, Value};

use super::Replay;
use super::arguments::text;
use super::unsure::EVERYTHING;

impl<'a> Replay<'a> {
    /// Carries out an operation of a plug-in; `None` where it is not known what it does.
    pub(super) fn of_plug_in(&mut self, operation: &Operation<'a>, at: &Span) -> Option<()> {
        match operation.verb.as_str() {
            "sync_enum_values" => self.sync_enum_values(&operation.call),
            "create_entity" | "replace_entity" => self.entity(&operation.call, at),
            "drop_entity" => self.drop_entity(&operation.call, at),
            _ => None,
        }
    }

    /// `op.sync_enum_values(schema, name, …)`: in alembic-postgresql-enum the values that hold from now on come third,
    /// then the columns that have the type; in alembic-autogenerate-enums the old values, then the new ones.
    fn sync_enum_values(&mut self, call: &Call<'a>) -> Option<()> {
        let schema = call.arg(0, "enum_schema").and_then(text);
        let name = call.arg(1, "enum_name").and_then(text)?;
        let third = call.arg(2, "new_values").and_then(texts)?;
        let fourth = call.args.get(3).and_then(Value::items).unwrap_or_default();
        let values = match fourth.iter().map(text).collect::<Option<Vec<String>>>() {
            Some(new) if !new.is_empty() => new,
            Some(_) | None => third,
        };
        let name = self.session.table_name(schema.as_deref(), &name);
        let comment = self.session.database().enums.get(&name)?.comment.clone();
        self.session.put_enum(EnumType { name, values, comment });
        Some(())
    }

    /// `op.create_entity(PGView(schema=…, signature=…, definition=…))` of alembic_utils.
    fn entity(&mut self, call: &Call<'a>, at: &Span) -> Option<()> {
        let Value::Call(entity) = call.args.first()? else { return None };
        let part = |position: usize, name: &str| entity.arg(position, name).and_then(text);
        let (schema, signature) = (part(0, "schema")?, part(1, "signature")?);
        let schema = self.models.quoted(&schema);
        let named = |name: &str| format!("{schema}.{name}");
        let quoted = self.models.quoted(&signature);
        let sql = match entity.callee_name() {
            "PGView" => format!("CREATE OR REPLACE VIEW {} AS {}", named(&quoted), part(2, "definition")?),
            "PGMaterializedView" => {
                format!("CREATE MATERIALIZED VIEW {} AS {}", named(&quoted), part(2, "definition")?)
            }
            "PGFunction" | "PGProcedure" => {
                let kind = if entity.callee_name() == "PGFunction" { "FUNCTION" } else { "PROCEDURE" };
                format!("CREATE OR REPLACE {kind} {} {}", named(&signature), part(2, "definition")?)
            }
            "PGTrigger" => format!("CREATE TRIGGER {quoted} {}", entity.kwarg("definition").and_then(text)?),
            "PGPolicy" => {
                format!("CREATE POLICY {quoted} ON {} {}", part(3, "on_entity")?, part(2, "definition")?)
            }
            "PGExtension" => format!("CREATE EXTENSION {quoted} WITH SCHEMA {schema}"),
            _ => return None,
        };
        if entity.callee_name() == "PGMaterializedView" {
            self.session.run(&format!("DROP MATERIALIZED VIEW IF EXISTS {}", named(&quoted)), at);
        }
        self.session.run(sql.trim_end().trim_end_matches(';'), at);
        Some(())
    }

    fn drop_entity(&mut self, call: &Call<'a>, at: &Span) -> Option<()> {
        let Value::Call(entity) = call.args.first()? else { return None };
        let part = |position: usize, name: &str| entity.arg(position, name).and_then(text);
        let (schema, signature) = (part(0, "schema")?, part(1, "signature")?);
        let (schema, quoted) = (self.models.quoted(&schema), self.models.quoted(&signature));
        let sql = match entity.callee_name() {
            "PGView" => format!("DROP VIEW {schema}.{quoted}"),
            "PGMaterializedView" => format!("DROP MATERIALIZED VIEW {schema}.{quoted}"),
            "PGFunction" => format!("DROP FUNCTION {schema}.{signature}"),
            "PGProcedure" => format!("DROP PROCEDURE {schema}.{signature}"),
            "PGTrigger" => format!("DROP TRIGGER {quoted} ON {}", entity.kwarg("on_entity").and_then(text)?),
            "PGPolicy" => format!("DROP POLICY {quoted} ON {}", part(3, "on_entity")?),
            "PGExtension" => format!("DROP EXTENSION {quoted}"),
            _ => return None,
        };
        self.session.run(&sql, at);
        Some(())
    }

    /// What an operation of which nothing is known may have changed: objects that it names, of the kind that its own
    /// name says; where that says none, of any; and where it names none, all of them.
    pub(super) fn foreign(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        let kinds = kinds_in(&operation.verb);
        let all = kinds.is_empty();
        let kinds = if all { &EVERYTHING[..] } else { kinds };
        let creates = operation.verb.starts_with("create_") || operation.verb.starts_with("add_");
        self.may_hold(kinds, reason, Some(at));
        let mut words = Vec::new();
        let arguments = operation.call.args.iter().chain(operation.call.kwargs.iter().map(|(_, value)| value));
        arguments.for_each(|value| collect_texts(value, &mut words, 0));
        let standing = self.standing_alone(kinds);
        let named: Vec<ObjectPath> = standing.iter().filter(|path| mentions(&words, path)).cloned().collect();
        let changed = match (named.is_empty(), creates && !all) {
            (false, _) => named,
            (true, true) => Vec::new(),
            (true, false) => standing,
        };
        for path in changed {
            let facet = Facet::of(path.kind);
            self.undecide(path, facet, reason, at);
        }
    }

    /// `op.execute(…)` of SQL that is not known: rows, where it begins with a word about rows, else anything.
    pub(super) fn unknown_sql(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        let statement = operation.call.args.first().or_else(|| operation.call.kwarg("sqltext"));
        if statement.and_then(beginning).is_some_and(|text| is_about_rows(&text)) {
            return;
        }
        self.may_hold(&EVERYTHING, reason, Some(at));
        self.change_all(&EVERYTHING, reason, Some(at));
    }

    /// `….create(bind)` and its like of what is not known.
    pub(super) fn unknown_by_itself(&mut self, operation: &Operation<'a>, reason: &str, at: &Span) {
        let call = match &operation.subject {
            Some(Value::Call(call)) => Some(call.clone()),
            Some(_) | None => None,
        };
        let name = |position: usize| {
            let call = call.as_ref()?;
            let name = call.arg(position, "name").and_then(text)?;
            Some(self.session.table_name(call.kwarg("schema").and_then(text).as_deref(), &name))
        };
        let (kind, named) = match call.as_ref().and_then(|call| call.key()) {
            _ if operation.verb == "create_all" => {
                return self.may_hold(&[Kind::Table, Kind::Enum, Kind::Sequence, Kind::Index], reason, Some(at));
            }
            _ if operation.verb == "drop_all" => {
                return self.change_all(&[Kind::Table, Kind::Enum, Kind::Sequence], reason, Some(at));
            }
            // Elsewhere an enum is part of its column.
            Some("sa.Enum" | "postgresql.ENUM") if self.models.rules.enums != EnumStyle::Type => return,
            Some("sa.Enum" | "postgresql.ENUM") => {
                let call = call.as_ref();
                let class = call.and_then(|call| call.args.first()).and_then(class_name);
                let class = class.map(|class| self.session.table_name(None, &class.to_lowercase()));
                (Kind::Enum, name(usize::MAX).or(class))
            }
            Some("sa.Sequence") => (Kind::Sequence, name(0)),
            Some("sa.Table") => (Kind::Table, name(0)),
            Some("sa.Index") => (Kind::Index, None),
            _ => return self.may_hold(&EVERYTHING, reason, Some(at)),
        };
        match named {
            Some(name) => self.undecide(ObjectPath::relation(kind, &name), Facet::of(kind), reason, at),
            None => self.may_hold(&[kind], reason, Some(at)),
        }
    }
}

/// The kinds of object that the words of an operation's name mean; none where they say nothing.
fn kinds_in(verb: &str) -> &'static [Kind] {
    let mut words = verb.split('_').map(|word| word.trim_end_matches('s'));
    let kinds = |word: &str| -> Option<&'static [Kind]> {
        Some(match word {
            "view" => &[Kind::View],
            "function" | "procedure" | "aggregate" | "sp" => &[Kind::Routine],
            "trigger" => &[Kind::Trigger],
            "policy" | "policie" | "rl" => &[Kind::Policy],
            "sequence" => &[Kind::Sequence],
            "enum" => &[Kind::Enum],
            "type" => &[Kind::Enum, Kind::Type, Kind::Domain],
            "extension" => &[Kind::Extension],
            "grant" | "revoke" | "privilege" => &[Kind::Grant],
            "schema" => &[Kind::Schema],
            _ => return None,
        })
    };
    words.find_map(kinds).unwrap_or(&[])
}

/// The name of an enum's class that is not known otherwise.
fn class_name(value: &Value<'_>) -> Option<String> {
    match value {
        Value::External(name) => Some(name.last().to_owned()),
        Value::Class(class) => Some(class.name.clone()),
        _ => None,
    }
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    value.items()?.iter().map(text).collect()
}

/// Every text in a value.
fn collect_texts(value: &Value<'_>, words: &mut Vec<String>, depth: u32) {
    if depth > 8 {
        return;
    }
    if let Some(text) = text(value) {
        words.push(text);
        return;
    }
    match value {
        Value::Call(call) => {
            let arguments = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value));
            arguments.for_each(|value| collect_texts(value, words, depth + 1));
        }
        Value::Dict(pairs) => pairs.borrow().iter().for_each(|(key, value)| {
            collect_texts(key, words, depth + 1);
            collect_texts(value, words, depth + 1);
        }),
        value => value.items().into_iter().flatten().for_each(|item| collect_texts(&item, words, depth + 1)),
    }
}

/// Whether one of the texts is an object's name, with or without its schema.
fn mentions(words: &[String], path: &ObjectPath) -> bool {
    words.iter().any(|word| word.rsplit('.').next() == Some(path.name.as_str()))
}

/// How a text begins of which the rest is not known.
fn beginning(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Op(op) => op.operands.first().and_then(beginning),
        Value::Call(call) => match &call.callee {
            // `"UPDATE …".format(…)`, `text("…").bindparams(…)`
            Value::Attr(attr) => beginning(&attr.0),
            _ => call.args.first().and_then(beginning),
        },
        Value::Choice(choice) => choice.values.first().and_then(beginning),
        value => text(value),
    }
}

fn is_about_rows(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        first.as_str(),
        "update" | "insert" | "delete" | "select" | "merge" | "analyze" | "vacuum" | "lock" | "copy"
    )
}
