//! A revision of Alembic: `upgrade` and `downgrade` with its operations, and the planned statements in `op.execute` where
//! it has none that do just that: <https://alembic.sqlalchemy.org/en/latest/ops.html>

use std::fmt::Write;
use std::sync::LazyLock;

use fancy_regex::Regex;

use crate::diff::Pair;
use crate::message::visible;
use crate::plan::{Frame, Note, Plan, Step};

use super::{Migration, OutputContext, OutputForm, hazards, labels};

mod batch;
mod column;
mod constraint;
mod index;
mod operations;
mod python;
mod types;

pub use operations::Operations;

use python::string;

/// A revision and its place in the chain.
#[derive(Clone)]
pub struct AlembicRevision<'a> {
    /// Its identifier.
    pub id: String,
    /// The revisions that it follows: none for a base, several where it joins branches.
    pub parents: Vec<String>,
    /// What it is called.
    pub message: String,
    /// What finds operations in place of statements; without it, all statements stand as they are.
    pub operations: Option<Operations<'a>>,
}

impl AlembicRevision<'_> {
    /// A revision that does nothing but join its parents.
    pub fn merge(&self) -> String {
        let head = self.head(&[], "");
        format!("{head}\n\ndef upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n")
    }

    /// The top of the file, with what `bodies` have to import.
    fn head(&self, header: &[String], bodies: &str) -> String {
        let quoted = |text: &str| visible(text).replace('\\', "\\\\").replace('"', "'");
        let mut out = format!(
            "\"\"\"{}\n\nRevision ID: {}\nRevises: {}\n",
            quoted(&self.message),
            quoted(&self.id),
            quoted(&self.parents.join(", "))
        );
        if !header.is_empty() {
            out.push('\n');
        }
        for line in header {
            let _ = writeln!(out, "{}", quoted(line));
        }
        let parents: Vec<String> = self.parents.iter().map(|parent| string(parent)).collect();
        let parents = match parents.as_slice() {
            [] => "None".to_owned(),
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        let imports = [
            ("sa.", "import sqlalchemy as sa\n"),
            ("op.", "from alembic import op\n"),
            ("mysql.", "from sqlalchemy.dialects import mysql\n"),
            ("postgresql.", "from sqlalchemy.dialects import postgresql\n"),
        ];
        let imports: String =
            imports.iter().filter(|(name, _)| names_module(bodies, name)).map(|(_, line)| *line).collect();
        let gap = if imports.is_empty() { "" } else { "\n" };
        let _ = write!(
            out,
            "\"\"\"\n{imports}{gap}revision = {}\ndown_revision = {parents}\nbranch_labels = None\ndepends_on = None\n",
            string(&self.id)
        );
        out
    }
}

impl OutputForm for AlembicRevision<'_> {
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration {
        let mut bodies = String::new();
        let back = self.operations.map(|Operations { dialect, databases }| Operations {
            dialect,
            databases: Pair::new(databases.to, databases.from),
        });
        for (name, steps, notes, frame, operations) in [
            ("upgrade", &plan.steps, plan.notes.as_slice(), &plan.frame, self.operations),
            ("downgrade", &plan.reverse, &[], &plan.reverse_frame, back),
        ] {
            let acts = steps.iter().any(|step| !step.withheld);
            let pass = if acts { "" } else { "    pass\n" };
            let body = Body { out: String::new(), context, operations }.of(steps, notes, frame);
            let _ = write!(bodies, "\n\ndef {name}() -> None:\n{pass}{body}");
        }
        Migration { up: self.head(context.header, &bodies) + &bodies, ..Migration::default() }
    }
}

/// Whether a function's body has a call of this module, beside what stands in comments.
fn names_module(bodies: &str, module: &str) -> bool {
    let code = bodies.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut calls = code.flat_map(|line| line.match_indices(module).map(move |(at, _)| (line, at)));
    calls.any(|(line, at)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '.'))
}

/// The body of a function.
struct Body<'a> {
    out: String,
    context: OutputContext<'a>,
    operations: Option<Operations<'a>>,
}

impl Body<'_> {
    fn of(mut self, steps: &[Step], notes: &[Note], frame: &Frame) -> String {
        for note in notes {
            self.comments(&labels(note.cause.as_slice(), self.context));
            self.comments(&[format!("no statement: {}", note.text)]);
        }
        let (live, withheld): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| !step.withheld);
        let (set, take_back) = frame.setting.as_ref().map(|[set, take_back]| (set, take_back)).unzip();
        if !live.is_empty() {
            self.statements(set);
            self.statements(&frame.before);
        }
        for step in &live {
            self.comments(&labels(&step.causes, self.context));
            self.comments(&hazards(step));
            let calls = self.calls(step);
            if step.transactional || !frame.transaction {
                self.lines("    ", &calls);
                continue;
            }
            self.out.push_str("    with op.get_context().autocommit_block():\n");
            self.lines("        ", &calls);
        }
        if !live.is_empty() {
            self.statements(&frame.checks);
            self.statements(&frame.after);
            self.statements(take_back);
        }
        for step in withheld {
            self.comments(&labels(&step.causes, self.context));
            self.comments(&step.reason.iter().map(|reason| format!("withheld: {reason}")).collect::<Vec<_>>());
            self.comments(&self.calls(step));
        }
        self.out
    }

    /// What does a step: operations, or its statements.
    fn calls(&self, step: &Step) -> Vec<String> {
        let operations = self.operations.and_then(|operations| operations.calls(step));
        operations.unwrap_or_else(|| step.sql.iter().map(|statement| execute(statement)).collect())
    }

    fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s String>) {
        let calls: Vec<String> = statements.into_iter().map(|statement| execute(statement)).collect();
        self.lines("    ", &calls);
    }

    fn lines(&mut self, indent: &str, calls: &[String]) {
        for call in calls {
            // The lines of a statement are its own; those of an operation stand below it.
            let is_statement = call.contains("\"\"\"");
            let call = if is_statement { call.clone() } else { call.replace('\n', &format!("\n{indent}")) };
            let _ = writeln!(self.out, "{indent}{call}");
        }
    }

    fn comments(&mut self, lines: &[String]) {
        for line in lines.iter().flat_map(|line| line.lines()) {
            let _ = writeln!(self.out, "    {}", format!("# {}", visible(line)).trim_end());
        }
    }
}

/// What SQLAlchemy's `text()` would take for a bound parameter.
static PARAMETER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?<![:\w\\]):(?=\w+(?!:))").unwrap_or_else(|error| unreachable!("{error}")));

/// `op.execute(…)` with one statement.
fn execute(statement: &str) -> String {
    format!("op.execute({})", string(&without_parameters(statement)))
}

/// SQL in which `text()` finds no parameter.
fn without_parameters(sql: &str) -> std::borrow::Cow<'_, str> {
    PARAMETER.replace_all(sql, r"\:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_python_strings_without_parameters() {
        assert_eq!(execute("SELECT 'a'::text"), "op.execute(\"SELECT 'a'::text\")");
        assert_eq!(execute("SELECT ' :b', 'a:b'"), "op.execute(\"SELECT ' \\\\:b', 'a:b'\")");
        assert_eq!(
            execute("CREATE TABLE \"t\" (\n    a int\n)"),
            "op.execute(\"\"\"CREATE TABLE \\\"t\\\" (\n    a int\n)\"\"\")"
        );
    }

    #[test]
    fn a_merge_names_its_parents() {
        let revision = AlembicRevision {
            id: "abc".to_owned(),
            parents: vec!["one".to_owned(), "two".to_owned()],
            message: "merge heads".to_owned(),
            operations: None,
        };
        let text = revision.merge();
        assert!(text.starts_with("\"\"\"merge heads\n\nRevision ID: abc\nRevises: one, two\n\"\"\"\n"), "{text}");
        assert!(text.contains("down_revision = (\"one\", \"two\")") && !text.contains("import op"), "{text}");
    }
}
