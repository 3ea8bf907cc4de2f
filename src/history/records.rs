//! What is wrong with a tool's records, and what that tool wants to have done about it.

use crate::snapshot::Span;

use super::command::{record_absent, record_applied};
use super::problem::{Gravity, Problem};
use super::revision::{Revision, Tool};
use super::{Extent, History, Recorded};

impl History {
    /// The database records a version that no file has. A version is no name to be guessed; Alembic's alone are typed.
    pub(super) fn unknown(&self, id: &str) -> Problem {
        let known = self.graph.revisions().iter().map(|revision| revision.id.as_str());
        let near = crate::message::nearest(id, known).filter(|_| self.tool == Tool::Alembic);
        let restore = "restore its file: it may stand on another branch, or have been deleted";
        let otherwise = match self.tool {
            Tool::Flyway => "; if it was deleted on purpose, `flyway repair` marks it as such",
            Tool::Sqlx => "; if it was deleted on purpose, `sqlx migrate run --ignore-missing` runs the others",
            Tool::GolangMigrate => "; if it was deleted on purpose, `migrate force` records the version that is there",
            Tool::Supabase => {
                "; if it was deleted on purpose, `supabase migration repair --status reverted` takes it out of the records"
            }
            Tool::Alembic
            | Tool::Numbered
            | Tool::Unordered
            | Tool::Dbmate
            | Tool::Diesel
            | Tool::Prisma
            | Tool::Goose => "",
        };
        let help = match near {
            Some(near) => format!("did you mean {near}? Else restore its file, or record the right one"),
            None => format!("{restore}{otherwise}"),
        };
        Problem {
            code: "history.unknown_version",
            gravity: Gravity::Error,
            message: format!("the database records {id}, which no file has"),
            at: Vec::new(),
            help,
        }
    }

    /// The same where the schema is that of a known revision.
    pub(super) fn unknown_at(&self, ids: &[String], at: usize) -> Problem {
        let revision = self.graph.revision(at);
        let id = &revision.id;
        let command = match self.tool {
            // What is recorded cannot be followed, so it has to be thrown away.
            Tool::Alembic => format!("alembic stamp --purge {id}"),
            tool => record_applied(tool, id).unwrap_or_else(|| format!("record {id} in its place")),
        };
        Problem {
            code: "history.unknown_version",
            gravity: Gravity::Error,
            message: format!(
                "the database records {}, which no file has; its schema is the one that {id} leaves",
                ids.join(", ")
            ),
            at: vec![revision.span.clone()],
            help: format!("record what is there: {command}"),
        }
    }

    /// The database records that a revision failed; `extent` is how much of it is there, where that is known, and
    /// `wrong` are the places of its file that cannot be read.
    pub(super) fn incomplete(
        &self,
        id: &str,
        at: Option<usize>,
        extent: Option<&Extent>,
        wrong: &[Problem],
    ) -> Problem {
        let revision = at.map(|at| self.graph.revision(at));
        let mut spans: Vec<Span> = revision.map(|revision| revision.span.clone()).into_iter().collect();
        let before = at.and_then(|at| self.before(at));
        let applied = || record_applied(self.tool, id).unwrap_or_else(|| format!("record {id} as applied"));
        let absent = || record_absent(self.tool, id, before).unwrap_or_else(|| "let the tool run it again".to_owned());
        let mut message = format!("the database records that {id} failed halfway");
        let help = match extent {
            Some(Extent::Nothing) => {
                message += "; nothing of it is there";
                let mend = if wrong.is_empty() { "mend what made it fail, then" } else { "correct the file, then" };
                format!("{mend}: {}", absent())
            }
            Some(Extent::Whole) => {
                message += "; all that it does to the schema is there";
                format!("record it as applied: {}", applied())
            }
            Some(Extent::Part(part)) => {
                message += &format!("; it ran as far as {} ({})", part.last, part.what);
                spans = vec![part.last.clone()];
                finish(part, &applied())
            }
            None => format!("mend what it left, then: {}", absent()),
        };
        for one in wrong {
            message += &format!("; {}", one.message);
            spans.extend(one.at.iter().cloned());
        }
        Problem { code: "history.incomplete", gravity: Gravity::Error, message, at: spans, help }
    }

    /// A revision that is not recorded, and of which the first operations are there.
    pub(super) fn partial(&self, at: usize, part: &super::Part) -> Problem {
        let Revision { id, .. } = self.graph.revision(at);
        let applied = record_applied(self.tool, id).unwrap_or_default();
        Problem {
            code: "history.partial",
            gravity: Gravity::Error,
            message: format!("{id} has run in part, as far as {} ({})", part.last, part.what),
            at: vec![part.last.clone()],
            help: finish(part, &applied),
        }
    }

    /// The revision before another one, as a tool without branches counts.
    fn before(&self, at: usize) -> Option<&str> {
        at.checked_sub(1).map(|before| self.graph.revision(before).id.as_str())
    }

    /// Revisions that wait although later ones have run, and what the tool makes of that.
    pub fn out_of_order(&self, recorded: &Recorded) -> Option<Problem> {
        let late = self.late(recorded);
        let (first, last) = (late.first()?, recorded.applied.last()?);
        let ids = self.graph.ids(&late).join(", ");
        let is_one = late.len() == 1;
        let (verb, it) = if is_one { ("waits", "it") } else { ("wait", "them") };
        let after = &self.graph.revision(*last).id;
        let run = self.run_out_of_order();
        let renumber = format!("give {it} a number after {after}");
        let (gravity, help) = match self.tool {
            Tool::Goose | Tool::Flyway | Tool::Supabase => {
                (Gravity::Error, format!("{} refuses {it}: {run}, or {renumber}", self.tool.words()))
            }
            Tool::GolangMigrate => {
                let passes = "golang-migrate passes over what stands before the version that it records";
                (Gravity::Error, format!("{passes}: {renumber}, or run {it} by hand"))
            }
            Tool::Dbmate | Tool::Sqlx | Tool::Diesel | Tool::Prisma => (
                Gravity::Note,
                format!("{} runs {it} all the same: see that the order does no harm", self.tool.words()),
            ),
            Tool::Alembic | Tool::Numbered | Tool::Unordered => return None,
        };
        Some(Problem {
            code: "history.out_of_order",
            gravity,
            message: format!("{ids} {verb}, although {after} has run"),
            at: vec![self.graph.revision(*first).span.clone()],
            help,
        })
    }

    /// Revisions that stand before the one that is recorded, and that came after it had run.
    pub(super) fn passed_over(&self, skipped: &[usize], recorded: &Recorded) -> Option<Problem> {
        let (first, at) = (skipped.first()?, recorded.stands_at.last()?);
        let it = if skipped.len() == 1 { "it" } else { "them" };
        Some(Problem {
            code: "history.out_of_order",
            gravity: Gravity::Error,
            message: format!(
                "{} stands before {at}, which is recorded, and nothing of it is there",
                self.graph.ids(skipped).join(", ")
            ),
            at: vec![self.graph.revision(*first).span.clone()],
            help: format!(
                "{} passes over what stands before its version: give {it} a number after {at}, or run {it} by hand",
                self.tool.words()
            ),
        })
    }

    /// The revisions that have not run although one after them has.
    pub(super) fn late(&self, recorded: &Recorded) -> Vec<usize> {
        if matches!(self.tool, Tool::Alembic | Tool::Numbered | Tool::Unordered) {
            return Vec::new();
        }
        let last = recorded.applied.iter().copied().filter(|at| !self.graph.revision(*at).repeatable).max();
        let is_late = |at: &usize| {
            last.is_some_and(|last| *at < last)
                && !self.graph.revision(*at).repeatable
                && !recorded.applied.contains(at)
                && !recorded.failed.contains(at)
        };
        (0..self.graph.revisions().len()).filter(is_late).collect()
    }

    /// The command that runs what is out of order.
    pub(super) fn run_out_of_order(&self) -> &'static str {
        match self.tool {
            Tool::Goose => "goose up -allow-missing",
            Tool::Flyway => "flyway migrate -outOfOrder=true",
            Tool::Supabase => "supabase db push --include-all",
            Tool::Dbmate => "dbmate up",
            Tool::Sqlx => "sqlx migrate run",
            Tool::Diesel => "diesel migration run",
            Tool::Prisma => "prisma migrate deploy",
            Tool::Alembic | Tool::Numbered | Tool::Unordered | Tool::GolangMigrate => "",
        }
    }
}

/// How a migration that ran in part is brought to its end.
fn finish(part: &super::Part, record: &str) -> String {
    let mut help =
        String::from(if record.is_empty() { "run what is left:" } else { "run what is left, then record it:" });
    for statement in &part.rest {
        let lines: Vec<&str> = statement.lines().collect();
        help += &format!("\n    {};", lines.join("\n    ").trim_end_matches(';'));
    }
    if !part.rows.is_empty() {
        let places: Vec<String> = part.rows.iter().map(ToString::to_string).collect();
        help += &format!("\n    -- what it does to rows cannot be seen: look at {}", places.join(", "));
    }
    if record.is_empty() { help } else { format!("{help}\n    {record}") }
}
