//! A revision of Alembic: `upgrade` and `downgrade` with the planned statements, each in its `op.execute`.
//! <https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.execute>

use std::fmt::Write;
use std::sync::LazyLock;

use fancy_regex::Regex;

use crate::message::visible;
use crate::plan::{Frame, Note, Plan, Step};

use super::{Migration, OutputContext, OutputForm, hazards, labels};

/// A revision and its place in the chain.
#[derive(Clone, Debug)]
pub struct AlembicRevision {
    /// Its identifier.
    pub id: String,
    /// The revisions that it follows: none for a base, several where it joins branches.
    pub parents: Vec<String>,
    /// What it is called.
    pub message: String,
}

impl AlembicRevision {
    /// A revision that does nothing but join its parents.
    pub fn merge(&self) -> String {
        let head = self.head(&[], false);
        format!("{head}\n\ndef upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n")
    }

    fn head(&self, header: &[String], executes: bool) -> String {
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
        let import = if executes { "from alembic import op\n\n" } else { "" };
        let _ = write!(
            out,
            "\"\"\"\n{import}revision = {}\ndown_revision = {parents}\nbranch_labels = None\ndepends_on = None\n",
            string(&self.id)
        );
        out
    }
}

impl OutputForm for AlembicRevision {
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration {
        let mut out = self.head(context.header, true);
        for (name, steps, notes, frame) in [
            ("upgrade", &plan.steps, plan.notes.as_slice(), &plan.frame),
            ("downgrade", &plan.reverse, &[], &plan.reverse_frame),
        ] {
            let acts = steps.iter().any(|step| !step.withheld);
            let pass = if acts { "" } else { "    pass\n" };
            let body = Body { out: String::new(), context }.of(steps, notes, frame);
            let _ = write!(out, "\n\ndef {name}() -> None:\n{pass}{body}");
        }
        Migration { up: out, down: None, settings: None }
    }
}

/// The body of a function.
struct Body<'a> {
    out: String,
    context: OutputContext<'a>,
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
            if step.transactional || !frame.transaction {
                self.statements(&step.sql);
                continue;
            }
            self.out.push_str("    with op.get_context().autocommit_block():\n");
            for statement in &step.sql {
                let _ = write!(self.out, "        {}", call(statement));
            }
        }
        if !live.is_empty() {
            self.statements(&frame.checks);
            self.statements(&frame.after);
            self.statements(take_back);
        }
        for step in withheld {
            self.comments(&labels(&step.causes, self.context));
            self.comments(&step.reason.iter().map(|reason| format!("withheld: {reason}")).collect::<Vec<_>>());
            self.comments(&step.sql.iter().map(|statement| call(statement)).collect::<Vec<_>>());
        }
        self.out
    }

    fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s String>) {
        for statement in statements {
            let _ = write!(self.out, "    {}", call(statement));
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
fn call(statement: &str) -> String {
    let statement = PARAMETER.replace_all(statement, r"\:");
    format!("op.execute({})\n", string(&statement))
}

/// A Python string literal.
fn string(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push('\n'),
            c if c.is_control() => drop(write!(escaped, "\\x{:02x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    if escaped.contains('\n') { format!("\"\"\"{escaped}\"\"\"") } else { format!("\"{escaped}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_python_strings_without_parameters() {
        assert_eq!(call("SELECT 'a'::text"), "op.execute(\"SELECT 'a'::text\")\n");
        assert_eq!(call("SELECT ' :b', 'a:b'"), "op.execute(\"SELECT ' \\\\:b', 'a:b'\")\n");
        assert_eq!(
            call("CREATE TABLE \"t\" (\n    a int\n)"),
            "op.execute(\"\"\"CREATE TABLE \\\"t\\\" (\n    a int\n)\"\"\")\n"
        );
        assert_eq!(string("a\\b\u{1}"), "\"a\\\\b\\x01\"");
    }

    #[test]
    fn a_merge_names_its_parents() {
        let revision = AlembicRevision {
            id: "abc".to_owned(),
            parents: vec!["one".to_owned(), "two".to_owned()],
            message: "merge heads".to_owned(),
        };
        let text = revision.merge();
        assert!(text.starts_with("\"\"\"merge heads\n\nRevision ID: abc\nRevises: one, two\n\"\"\"\n"), "{text}");
        assert!(text.contains("down_revision = (\"one\", \"two\")") && !text.contains("import op"), "{text}");
    }
}
