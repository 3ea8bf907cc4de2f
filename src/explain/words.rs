//! The sentences of an answer.

use super::kind::ErrorKind;
use super::reference::Reference;
use super::verdict::{Knowledge, Subject, Verdict};

/// The answer in one sentence.
pub(super) fn sentence(reference: &Reference, subject: &Subject, verdict: Verdict, knowledge: Knowledge<'_>) -> String {
    let what = what(reference, subject);
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
        (Verdict::MissingInDatabase, ErrorKind::MissingEnumValue) => {
            format!("{what} does not know the value in the database{}", value(reference))
        }
        (Verdict::MissingInDatabase, _) => format!("{what} is missing in the database{}", others(subject, knowledge)),
        (Verdict::NotDeclared, ErrorKind::NotNull) => {
            format!("{what} wants a value, and the code does not know the column")
        }
        (Verdict::NotDeclared, _) => format!("{what} is not declared anywhere"),
        (Verdict::InSync, kind) if kind.is_absence() => {
            format!("{what} is there by now: the declared and the live schema agree about it")
        }
        (Verdict::InSync, _) => {
            format!("{what} is in the database as it is declared: the data or the statement is at fault")
        }
        (Verdict::Unresolved, _) => format!("{what}: nothing that could be read tells more"),
    }
}

fn value(reference: &Reference) -> String {
    reference.value.as_ref().map(|value| format!(": '{value}'")).unwrap_or_default()
}

/// The subject with its kind.
fn what(reference: &Reference, subject: &Subject) -> String {
    let table = || subject.table.clone().unwrap_or_else(|| "of an unknown table".to_owned());
    match (reference.kind, &subject.column) {
        (ErrorKind::UnknownTable, _) => format!("table {}", table()),
        (ErrorKind::MissingSequence, _) => format!("sequence {}", table()),
        (ErrorKind::UnknownSchema, _) => format!("schema {}", subject.schema.clone().unwrap_or_default()),
        (ErrorKind::MissingType, _) => format!("type {}", reference.type_name.clone().unwrap_or_default()),
        (ErrorKind::MissingFunction, _) => format!("function {}", reference.function.clone().unwrap_or_default()),
        (ErrorKind::MissingUnique, Some(column)) => format!("a unique constraint on {}.{column}", table()),
        (ErrorKind::MissingUnique, None) => format!("a unique constraint on {}", table()),
        (_, Some(column)) => match &subject.table {
            Some(table) => format!("column {table}.{column}"),
            None => format!("column {column} of an unknown table"),
        },
        (_, None) => match (&reference.constraint, &subject.table) {
            (Some(constraint), Some(table)) => format!("constraint {constraint} of {table}"),
            (Some(constraint), None) => format!("constraint {constraint}"),
            (None, Some(table)) => format!("a column of {table}"),
            (None, None) => "a column that the message does not name".to_owned(),
        },
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

/// What limits the answer.
pub(super) fn notes(reference: &Reference, knowledge: Knowledge<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    match (knowledge.sides.from.is_some(), knowledge.sides.to.is_some()) {
        (true, true) => {}
        (false, true) => notes.push("the database was not read: give --url to see what it has".to_owned()),
        (true, false) => notes.push("no declaration was read: give --declared to see what the code expects".to_owned()),
        (false, false) => {
            notes.push("neither the database nor a declaration was read: give --url and --declared".to_owned());
        }
    }
    if knowledge.migrations.is_some_and(|migrations| migrations.stands_in) {
        notes.push("no declaration was read, so what the migrations build stands for it: give --declared".to_owned());
    }
    if let Some(hint) = &reference.hint {
        notes.push(format!("the server says: {hint}"));
    }
    if reference.kind == ErrorKind::UnknownColumn
        && reference.text.contains("\"")
        && reference.text.starts_with("no such column")
    {
        notes.push("SQLite reads \"text\" in double quotes as a name: a string needs single quotes".to_owned());
    }
    notes
}
