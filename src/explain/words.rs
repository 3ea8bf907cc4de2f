//! The sentences of an answer, and what mends an error for which no difference has a statement.

use super::extension;
use super::kind::{About, ErrorKind};
use super::reference::Reference;
use super::subject::Subject;
use super::verdict::{Found, Knowledge, Verdict};

/// The answer in one sentence.
pub(super) fn sentence(
    reference: &Reference,
    subject: &Subject,
    found: &Found<'_>,
    verdict: Verdict,
    knowledge: Knowledge<'_>,
) -> String {
    if let Some(sentence) = of_extension(found) {
        return sentence;
    }
    let what = what(reference, subject);
    if let Some(sentence) = in_the_way(reference, subject, &what, knowledge) {
        return sentence;
    }
    if reference.text.contains("cast automatically") && verdict != Verdict::MissingInDatabase {
        let is_default = reference.text.contains("default for");
        let of = if is_default { "the default of " } else { "" };
        let wanted = reference.type_name.as_deref().unwrap_or("the new type");
        return format!("{of}{what} does not become {wanted} by itself");
    }
    if let Some(elsewhere) = subject.elsewhere.as_ref() {
        return match (&reference.schema, verdict) {
            (None, Verdict::InSync) => elsewhere_sentence(reference, elsewhere),
            (_, _) => format!("{what} is not there; there is {elsewhere}"),
        };
    }
    match (verdict, reference.kind) {
        (
            Verdict::MissingInDatabase,
            ErrorKind::TypeMismatch | ErrorKind::ValueTooLong | ErrorKind::ValueOutOfRange,
        ) => {
            format!("{what} has another type in the database than is declared")
        }
        (Verdict::MissingInDatabase, ErrorKind::NotNull) => {
            format!("{what} is stricter in the database than is declared")
        }
        (Verdict::MissingInDatabase, ErrorKind::GeneratedColumn) => {
            format!("{what} is computed otherwise in the database than is declared")
        }
        (Verdict::MissingInDatabase, ErrorKind::MissingEnumValue) => {
            format!("{what} does not know the value in the database{}", value(reference))
        }
        (Verdict::MissingInDatabase, _) => format!("{what} is missing in the database{}", others(subject, knowledge)),
        (Verdict::NotDeclared, ErrorKind::NotNull) => {
            format!("{what} wants a value, and the code does not know the column")
        }
        (Verdict::NotDeclared, kind) if kind.is_presence() => {
            format!("{what} is in the database already, and nothing declares it")
        }
        (Verdict::NotDeclared, ErrorKind::MissingUnique) if subject.column.is_some() => {
            format!("{what} is neither in the database nor declared, and the statement needs it")
        }
        (Verdict::NotDeclared, _) => format!("{what} is not declared anywhere"),
        (Verdict::InSync, kind) if kind.is_presence() => match subject.live {
            Some(false) => format!("{what} is not in the database any more"),
            _ => format!("{what} is in the database already{}", as_declared(subject)),
        },
        (Verdict::InSync, kind) if kind.is_absence() => {
            format!("{what} is there by now: the declared and the live schema agree about it")
        }
        (Verdict::InSync, _) => {
            format!("{what} is in the database as it is declared: the data or the statement is at fault")
        }
        (Verdict::Unresolved | Verdict::BrokenHistory, _) => format!("{what}: nothing that could be read tells more"),
    }
}

fn as_declared(subject: &Subject) -> &'static str {
    if subject.declared == Some(true) { ", as it is declared: the statement makes it once more" } else { "" }
}

fn elsewhere_sentence(reference: &Reference, elsewhere: &crate::model::RelationName) -> String {
    let kind = match reference.kind.about() {
        About::Sequence => "sequence",
        About::Type => "type",
        _ => "table",
    };
    let wanted = reference.table.as_deref().or(reference.type_name.as_deref()).unwrap_or_default();
    match &elsewhere.schema {
        Some(schema) if elsewhere.name.as_str() == wanted => format!(
            "{kind} {} is in schema {}, where a name without a schema is not looked for",
            elsewhere.name.as_str(),
            schema.as_str()
        ),
        _ => format!("there is no {kind} {wanted}, but {elsewhere}: in quotes, letters keep their case"),
    }
}

fn of_extension(found: &Found<'_>) -> Option<String> {
    let missed = found.missed.as_ref()?;
    let brings = if missed.thing == missed.name {
        format!("extension {}", missed.name)
    } else {
        format!("{} comes with the extension {}, which", missed.thing, missed.name)
    };
    Some(match (missed.live, missed.declared) {
        (Some(true), _) => format!("{brings} is in the database: its schema is not where names are looked for"),
        (_, Some(true)) => format!("{brings} is declared, and missing in the database"),
        (Some(false), _) => format!("{brings} is missing in the database"),
        (None, _) => format!("{brings} is not in the database, by the error"),
    })
}

/// The sentences of errors in which nothing is missing.
fn in_the_way(reference: &Reference, subject: &Subject, what: &str, knowledge: Knowledge<'_>) -> Option<String> {
    match reference.kind {
        ErrorKind::DependentObjects => {
            let what = match (&reference.object, &subject.column, &subject.table) {
                (Some(object), None, _) => object.clone(),
                (_, Some(_), _) => what.to_owned(),
                (None, None, Some(table)) => format!("table {table}"),
                (None, None, None) => "it".to_owned(),
            };
            Some(match reference.dependents.as_slice() {
                [] => format!("other objects depend on {what}: they have to be dropped before, and made anew after"),
                [one] => format!("{one} depends on {what}: it has to be dropped before, and made anew after"),
                several => {
                    format!(
                        "{} depend on {what}: they have to be dropped before, and made anew after",
                        several.join(", ")
                    )
                }
            })
        }
        ErrorKind::PermissionDenied => {
            let what = match (&reference.object, &subject.table, &subject.schema) {
                (Some(object), _, _) => object.clone(),
                (None, Some(_), _) => format!("table {}", subject.table.clone().unwrap_or_default()),
                (None, None, Some(schema)) => format!("schema {schema}"),
                (None, None, None) => "that".to_owned(),
            };
            let owner = if reference.text.contains("must be owner") { "does not own" } else { "has no right on" };
            let there = if subject.live == Some(true) { ", which is there" } else { "" };
            Some(format!("the role that the code connects as {owner} {what}{there}"))
        }
        ErrorKind::StalePlan => {
            let of = subject.table.as_ref().map(|table| format!(" of {table}")).unwrap_or_default();
            let _ = knowledge;
            Some(format!(
                "a connection holds a statement that was prepared before the columns{of} changed: nothing is missing"
            ))
        }
        _ => None,
    }
}

/// What mends an error for which no difference has a statement.
pub(super) fn fix(
    reference: &Reference,
    subject: &Subject,
    found: &Found<'_>,
    verdict: Verdict,
    knowledge: Knowledge<'_>,
) -> Vec<String> {
    if let Some(missed) = &found.missed {
        return if missed.live == Some(true) { Vec::new() } else { vec![extension::create(&missed.name)] };
    }
    let wanted = reference.table.as_deref().or(reference.type_name.as_deref());
    let elsewhere = subject.elsewhere.as_ref().filter(|elsewhere| Some(elsewhere.name.as_str()) == wanted);
    let schema_elsewhere = elsewhere.and_then(|elsewhere| elsewhere.schema.as_ref());
    match (reference.kind, schema_elsewhere) {
        (ErrorKind::MissingUnique, _) if verdict == Verdict::NotDeclared => {
            let Some(table) = &subject.table else { return Vec::new() };
            (knowledge.unique_key)(subject.schema.as_deref(), table, &reference.columns)
        }
        (_, Some(schema)) if reference.schema.is_none() && verdict == Verdict::InSync => {
            let default = knowledge.sides.from.and_then(|live| live.default_schema.as_ref());
            let default = default.map(|name| format!(", {}", name.as_str())).unwrap_or_default();
            vec![format!("SET search_path TO {}{default};", schema.as_str())]
        }
        (ErrorKind::PermissionDenied, _) => grant(reference, subject).into_iter().collect(),
        (_, _) => Vec::new(),
    }
}

/// The GRANT that the error asks for; the role is the user's to name.
fn grant(reference: &Reference, subject: &Subject) -> Option<String> {
    if reference.text.contains("must be owner") || reference.text.contains("to create") {
        return None;
    }
    match (&subject.table, &subject.schema) {
        (Some(table), schema) => {
            let right =
                ["SELECT", "INSERT", "UPDATE", "DELETE"].into_iter().find(|right| reference.text.starts_with(right));
            let right = right.unwrap_or("SELECT, INSERT, UPDATE, DELETE");
            let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            Some(format!("GRANT {right} ON {schema}{table} TO <role>;"))
        }
        (None, Some(schema)) if reference.object.is_none() && reference.code == "42501" => {
            Some(format!("GRANT USAGE ON SCHEMA {schema} TO <role>;"))
        }
        (None, _) => None,
    }
}

fn value(reference: &Reference) -> String {
    reference.value.as_ref().map(|value| format!(": '{value}'")).unwrap_or_default()
}

/// The subject with its kind.
fn what(reference: &Reference, subject: &Subject) -> String {
    let table = || subject.table.clone().unwrap_or_else(|| "of an unknown table".to_owned());
    let object = || reference.object.clone().unwrap_or_else(|| "that the message does not name".to_owned());
    match (reference.kind.about(), &subject.column) {
        (About::Relation, _) => match &reference.schema {
            Some(schema) if subject.elsewhere.is_some() => format!("table {schema}.{}", table()),
            Some(_) | None => format!("table {}", table()),
        },
        (About::Sequence, _) => format!("sequence {}", table()),
        (About::Schema, _) => format!("schema {}", subject.schema.clone().unwrap_or_default()),
        (About::Type, _) => format!("type {}", reference.type_name.clone().unwrap_or_default()),
        (About::Function, _) => format!("function {}", reference.function.clone().unwrap_or_default()),
        (About::Index, _) => format!("index {}", object()),
        (About::Extension, _) => format!("extension {}", object()),
        (About::Object, _) => match &subject.table {
            Some(table) => format!("{} of {table}", reference.object.clone().unwrap_or_else(|| "an object".to_owned())),
            None => object(),
        },
        (About::Key, Some(column)) if reference.kind == ErrorKind::MissingUnique => {
            let columns = if reference.columns.len() > 1 { reference.columns.join(", ") } else { column.clone() };
            match &subject.table {
                Some(table) => format!("a unique key on {table} ({columns})"),
                None => format!("a unique key on ({columns})"),
            }
        }
        (About::Key, None) if reference.kind == ErrorKind::MissingUnique => match &subject.table {
            Some(table) => format!("a unique key on {table}"),
            None => "a unique key that the statement names".to_owned(),
        },
        (About::Key, _) if reference.kind == ErrorKind::UnknownConstraint => {
            let of = subject.table.as_ref().map(|table| format!(" of {table}")).unwrap_or_default();
            format!("constraint {}{of}", reference.constraint.clone().unwrap_or_default())
        }
        (About::Column | About::Value | About::Key | About::History, Some(column)) => match &subject.table {
            Some(table) => format!("column {table}.{column}"),
            None => format!("column {column} of an unknown table"),
        },
        (About::Column | About::Value | About::Key | About::History, None) => {
            match (&reference.constraint, &subject.table) {
                (Some(constraint), Some(table)) => format!("constraint {constraint} of {table}"),
                (Some(constraint), None) => format!("constraint {constraint}"),
                (None, Some(table)) => format!("a column of {table}"),
                (None, None) => "a column that the message does not name".to_owned(),
            }
        }
    }
}

/// How many of the table's columns are missing beside this one.
fn others(subject: &Subject, knowledge: Knowledge<'_>) -> String {
    let Some(report) = knowledge.report else { return String::new() };
    let lacks = report.findings.iter().filter(|finding| {
        let is_column = finding.code == "column.missing";
        is_column && finding.object.table.is_some() && finding.object.table == subject.table
    });
    match (subject.column.is_some(), lacks.count()) {
        (true, count) if count > 1 => format!(" (1 of {count} columns that this table lacks)"),
        (_, _) => String::new(),
    }
}

/// What limits the answer, and what helps.
pub(super) fn notes(reference: &Reference, subject: &Subject, knowledge: Knowledge<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    match (knowledge.sides.from.is_some(), knowledge.sides.to.is_some()) {
        (true, true) => {}
        (false, true) => notes.push("the database was not read: give --url to see what it has".to_owned()),
        (true, false) => notes.push("no declaration was read: give --declared to see what the code expects".to_owned()),
        (false, false) => notes.push(
            "neither the database nor a declaration was read: give --url and --declared, or write a drift.toml with \
             `drift init`; then the answer says where it is declared, why it is missing, and the statement that mends it"
                .to_owned(),
        ),
    }
    if knowledge.migrations.is_some_and(|migrations| migrations.stands_in) {
        notes.push("no declaration was read, so what the migrations build stands for it: give --declared".to_owned());
    }
    if let Some(hint) = &reference.hint {
        notes.push(format!("the server says: {hint}"));
    }
    if let (Some(revision), false) = (reference.revisions.first(), reference.kind.about() == About::History) {
        notes.push(format!("it was met in migration {revision}"));
    }
    if let Some(chain) = knowledge.chain.filter(|_| reference.kind.is_presence()) {
        let names = [subject.column.as_deref().or(subject.table.as_deref()), reference.object.as_deref()];
        let problems = chain.about(reference, &names).into_iter();
        notes.extend(problems.map(|problem| format!("{}; {}", problem.message, problem.help)));
    }
    if let Some(elsewhere) = subject.elsewhere.as_ref().filter(|_| reference.schema.is_none()) {
        notes.push(format!("or write {elsewhere} in the statement"));
    }
    if reference.text.contains("cast automatically") {
        let column = subject.column.as_deref().unwrap_or("column");
        let wanted = reference.type_name.as_deref().unwrap_or("type");
        notes.push(if reference.text.contains("default for") {
            format!("drop the default, change the type with USING {column}::{wanted}, and set the default anew")
        } else {
            format!("say how the values become it: ALTER COLUMN {column} TYPE {wanted} USING {column}::{wanted}")
        });
    }
    match reference.kind {
        ErrorKind::UnknownColumn if reference.text.contains('"') && reference.text.starts_with("no such column") => {
            notes.push("SQLite reads \"text\" in double quotes as a name: a string needs single quotes".to_owned());
        }
        ErrorKind::StalePlan => {
            notes.push(
                "close the connections of the pool, or restart the application, after the schema changes".to_owned(),
            );
        }
        ErrorKind::DependentObjects => {
            notes.push("`drift generate` and `drift diff --format sql` write all of it in its order".to_owned());
        }
        _ => {}
    }
    notes
}
