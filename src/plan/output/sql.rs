//! Plain SQL: one file there, one file back.

use std::fmt::Write;

use crate::message::visible;
use crate::plan::{Frame, Note, Plan, Step};

use super::{Migration, OutputContext, OutputForm, hazards, labels};

/// Plain SQL files that the engine's own client runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct SqlFiles;

impl OutputForm for SqlFiles {
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration {
        let up = Writer { out: String::new(), context }.file(&plan.steps, &plan.notes, &plan.frame);
        let down = Writer { out: String::new(), context }.file(&plan.reverse, &[], &plan.reverse_frame);
        Migration { up, down: Some(down) }
    }
}

struct Writer<'a> {
    out: String,
    context: OutputContext<'a>,
}

impl Writer<'_> {
    fn file(mut self, steps: &[Step], notes: &[Note], frame: &Frame) -> String {
        for line in self.context.header {
            self.comment(line);
        }
        for note in notes {
            self.gap();
            self.comments(&labels(note.cause.as_slice(), self.context));
            self.comment(&format!("no statement: {}", note.text));
        }
        let (set, take_back) = frame.setting.as_ref().map(|[set, take_back]| (set, take_back)).unzip();
        self.statements(set);
        let (live, withheld): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| !step.withheld);
        self.live(&live, frame);
        if !withheld.is_empty() {
            self.gap();
            self.comment("Withheld: the statements below do not run. Each says why; uncomment what you want.");
        }
        for step in withheld {
            self.withheld(step);
        }
        self.statements(take_back);
        self.out
    }

    /// The steps that run. Runs of transactional steps stand between BEGIN and COMMIT.
    fn live(&mut self, steps: &[&Step], frame: &Frame) {
        if steps.is_empty() {
            return;
        }
        self.statements(&frame.before);
        let mut open = false;
        for (position, step) in steps.iter().enumerate() {
            let wanted = frame.transaction && step.transactional;
            if wanted != open {
                self.gap();
                self.out.push_str(if wanted { "BEGIN;\n" } else { "COMMIT;\n" });
                open = wanted;
            }
            self.step(step);
            if position + 1 == steps.len() {
                self.statements(&frame.checks);
            }
        }
        if open {
            self.gap();
            self.out.push_str("COMMIT;\n");
        }
        self.statements(&frame.after);
    }

    fn step(&mut self, step: &Step) {
        self.gap();
        self.comments(&labels(&step.causes, self.context));
        self.comments(&hazards(step));
        for statement in &step.sql {
            let _ = writeln!(self.out, "{statement};");
        }
    }

    fn withheld(&mut self, step: &Step) {
        self.gap();
        self.comments(&labels(&step.causes, self.context));
        if let Some(reason) = &step.reason {
            self.comment(&format!("withheld: {reason}"));
        }
        for statement in &step.sql {
            self.comment(&format!("{statement};"));
        }
    }

    fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s String>) {
        for (position, statement) in statements.into_iter().enumerate() {
            if position == 0 {
                self.gap();
            }
            let _ = writeln!(self.out, "{statement};");
        }
    }

    fn comments(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.comment(line));
    }

    /// A lone carriage return would end the comment for PostgreSQL, and the rest of the line would run.
    fn comment(&mut self, text: &str) {
        for line in visible(text).lines() {
            let _ = writeln!(self.out, "{}", format!("-- {line}").trim_end());
        }
    }

    fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}
