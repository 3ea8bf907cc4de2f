//! SQL files: plain ones, or those of a migration tool, which differ in what stands around the statements.

use std::fmt::Write;

use crate::message::visible;
use crate::plan::{Frame, Note, Plan, Step};

use super::framing::{Framing, Reverse, Transactions, Without};
use super::{Migration, OutputContext, OutputForm, hazards, labels};

/// Plain SQL files that the engine's own client runs: one file there, one file back.
#[derive(Clone, Copy, Debug, Default)]
pub struct SqlFiles;

impl OutputForm for SqlFiles {
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration {
        Framing::PLAIN.write(plan, context)
    }
}

impl OutputForm for Framing {
    fn write(&self, plan: &Plan, context: OutputContext<'_>) -> Migration {
        let there = Way { steps: &plan.steps, notes: &plan.notes, frame: &plan.frame };
        let back = Way { steps: &plan.reverse, notes: &[], frame: &plan.reverse_frame };
        // One setting stands for both ways.
        let leaves = there.leaves_transaction() || (self.reverse != Reverse::Comment && back.leaves_transaction());
        let without = match self.transactions {
            Transactions::Written => None,
            Transactions::Tools(without) => Some(without),
        };
        let wrapped = without.is_some() && !leaves;
        let without = without.filter(|_| leaves);
        let file = || {
            let mut writer = Writer { out: String::new(), context, framing: *self, wrapped, without, in_block: false };
            writer.head();
            writer
        };
        let mut up = file();
        let mut down = None;
        match self.reverse {
            Reverse::File => {
                up.way(&there);
                let mut other = file();
                other.way(&back);
                down = Some(other.out);
            }
            Reverse::Sections([up_head, down_head]) => {
                up.section(up_head, &there);
                up.section(down_head, &back);
            }
            Reverse::Comment => {
                up.way(&there);
                up.commented(&back);
            }
        }
        let mut settings = Vec::new();
        if let Some(Without::Setting(setting)) = without {
            settings.push(setting);
        }
        if let Some((mark, setting)) = self.placeholder {
            let has_mark = up.out.contains(mark) || down.as_ref().is_some_and(|down| down.contains(mark));
            settings.extend(has_mark.then_some(setting));
        }
        let settings = settings.iter().fold(String::new(), |text, line| text + line + "\n");
        Migration { up: up.out, down, settings: (!settings.is_empty()).then_some(settings) }
    }
}

/// The statements of one direction.
struct Way<'a> {
    steps: &'a [Step],
    notes: &'a [Note],
    frame: &'a Frame,
}

impl Way<'_> {
    /// Whether some of it has to run outside of the transaction that holds the rest.
    fn leaves_transaction(&self) -> bool {
        let mut live = self.steps.iter().filter(|step| !step.withheld).peekable();
        let around = live.peek().is_some() && !self.frame.before.is_empty();
        self.frame.transaction && (around || live.any(|step| !step.transactional))
    }
}

struct Writer<'a> {
    out: String,
    context: OutputContext<'a>,
    framing: Framing,
    /// Whether the tool opens the transaction.
    wrapped: bool,
    /// How the tool is told that it does not.
    without: Option<Without>,
    /// Whether the tool takes what is being written for one statement.
    in_block: bool,
}

impl Writer<'_> {
    /// The top of a file.
    fn head(&mut self) {
        if let Some(Without::Line(line)) = self.without {
            let _ = writeln!(self.out, "{line}");
        }
        for line in self.context.header {
            self.comment(line);
        }
    }

    fn section(&mut self, head: &str, way: &Way<'_>) {
        let words = match self.without {
            Some(Without::Words(words)) => format!(" {words}"),
            Some(Without::Line(_) | Without::Setting(_) | Without::Ended) | None => String::new(),
        };
        self.gap();
        let _ = writeln!(self.out, "{head}{words}");
        self.way(way);
    }

    fn way(&mut self, way: &Way<'_>) {
        for note in way.notes {
            self.gap();
            self.comments(&labels(note.cause.as_slice(), self.context));
            self.comment(&format!("no statement: {}", note.text));
        }
        let (set, take_back) = way.frame.setting.as_ref().map(|[set, take_back]| (set, take_back)).unzip();
        self.statements(set);
        let (live, withheld): (Vec<&Step>, Vec<&Step>) = way.steps.iter().partition(|step| !step.withheld);
        self.live(&live, way.frame);
        if !withheld.is_empty() {
            self.gap();
            self.comment("Withheld: the statements below do not run. Each says why; uncomment what you want.");
        }
        for step in withheld {
            self.withheld(step);
        }
        self.statements(take_back);
    }

    /// The way back as a comment.
    fn commented(&mut self, way: &Way<'_>) {
        let framing = Framing::PLAIN;
        let mut back = Writer {
            out: String::new(),
            context: self.context,
            framing,
            wrapped: false,
            without: None,
            in_block: false,
        };
        back.way(way);
        if !back.out.is_empty() {
            self.gap();
            self.comment("The way back, for which there is no file here:");
            self.out.push_str("--\n");
            self.comment(&back.out);
        }
    }

    /// The steps that run. Runs of transactional steps stand between BEGIN and COMMIT, unless the tool sees to that.
    fn live(&mut self, steps: &[&Step], frame: &Frame) {
        if steps.is_empty() {
            return;
        }
        let is_ended = self.without == Some(Without::Ended);
        // What a session is set to must not be said on another connection than what follows.
        let is_one = self.without.is_some() && !frame.before.is_empty();
        if is_one {
            self.open_block();
        }
        self.statements(is_ended.then_some("COMMIT"));
        self.statements(&frame.before);
        let mut open = false;
        for (position, step) in steps.iter().enumerate() {
            let written = frame.transaction && !self.wrapped;
            let alone = written && !step.transactional && self.framing.one_message;
            let wanted = written && step.transactional;
            if wanted != open {
                self.transaction(wanted, !is_one);
                open = wanted;
            }
            if alone {
                self.transaction(true, !is_one);
            }
            self.step(step);
            if alone {
                self.transaction(false, !is_one);
            }
            if position + 1 == steps.len() {
                self.statements(&frame.checks);
            }
        }
        if open {
            self.transaction(false, !is_one);
        }
        self.statements(&frame.after);
        self.statements(is_ended.then_some("BEGIN"));
        if is_one {
            self.close_block();
        }
    }

    /// The begin or the end of a transaction, which a tool that splits files has to run as one.
    fn transaction(&mut self, begins: bool, is_block: bool) {
        if begins && is_block {
            self.open_block();
        }
        self.gap();
        self.out.push_str(if begins { "BEGIN;\n" } else { "COMMIT;\n" });
        if !begins && is_block {
            self.close_block();
        }
    }

    fn open_block(&mut self) {
        if let Some([open, _]) = self.framing.block {
            self.gap();
            let _ = writeln!(self.out, "{open}");
            self.in_block = true;
        }
    }

    fn close_block(&mut self) {
        if let (Some([_, close]), true) = (self.framing.block, self.in_block) {
            let _ = writeln!(self.out, "{close}");
            self.in_block = false;
        }
    }

    fn step(&mut self, step: &Step) {
        self.gap();
        self.comments(&labels(&step.causes, self.context));
        self.comments(&hazards(step));
        for statement in &step.sql {
            self.statement(statement);
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

    fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s (impl AsRef<str> + ?Sized + 's)>) {
        for (position, statement) in statements.into_iter().enumerate() {
            if position == 0 {
                self.gap();
            }
            self.statement(statement.as_ref());
        }
    }

    fn statement(&mut self, statement: &str) {
        match self.framing.block {
            Some([open, close]) if statement.contains(';') && !self.in_block => {
                let _ = writeln!(self.out, "{open}\n{statement};\n{close}");
            }
            Some(_) | None => drop(writeln!(self.out, "{statement};")),
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
