//! Errors of the tools that run migrations: which file, which head, which revision nobody has, and the command.

use crate::explain::kind::ErrorKind;
use crate::explain::reference::Reference;
use crate::explain::tool::MigrationTool;
use crate::explain::verdict::Verdict;
use crate::message::nearest;
use crate::report::DeclaredAt;

use super::{Chain, Link};

/// What is to be said of an error of a tool.
pub(in crate::explain) struct Answer {
    pub(in crate::explain) verdict: Verdict,
    pub(in crate::explain) message: String,
    pub(in crate::explain) at: Option<DeclaredAt>,
    pub(in crate::explain) commands: Vec<String>,
    pub(in crate::explain) similar: Vec<String>,
    pub(in crate::explain) notes: Vec<String>,
}

/// The answer to an error of a tool. `unwritten` and `unrecorded` are the differences that no migration mends or made,
/// where a database and a declaration were compared.
pub(in crate::explain) fn answer(reference: &Reference, chain: Option<&Chain>, differences: &Differences) -> Answer {
    let tool = reference.tool.or(chain.and_then(|chain| chain.tool));
    let asked = Asked { reference, chain, tool, revision: reference.revisions.first().map(String::as_str) };
    let mut answer = match reference.kind {
        ErrorKind::UnknownRevision => asked.unknown_revision(),
        ErrorKind::SeveralHeads => asked.several_heads(),
        ErrorKind::PendingMigrations => asked.pending(),
        ErrorKind::UnwrittenChanges => asked.differences("no migration makes", &differences.unwritten),
        ErrorKind::UnrecordedChanges => asked.differences("no migration made", &differences.unrecorded),
        ErrorKind::FailedMigration => asked.failed(),
        ErrorKind::OutOfOrder => asked.out_of_order(),
        ErrorKind::ChangedMigration => asked.changed(),
        ErrorKind::MissingBaseline => asked.baseline(),
        ErrorKind::MigrationLock => asked.lock(),
        _ => asked.of_the_files(),
    };
    if let Some(chain) = chain {
        for problem in chain.problems(reference) {
            answer.notes.push(format!("{}; {}", problem.message, problem.help));
            if let Some(command) = problem.command.as_ref().filter(|command| !answer.commands.contains(command)) {
                match answer.commands.first_mut() {
                    // What is recorded wrongly comes first, and what is left runs after it.
                    Some(run) if reference.kind == ErrorKind::PendingMigrations => {
                        *run = format!("{command} && {run}");
                    }
                    Some(_) | None => answer.commands.insert(0, command.clone()),
                }
            }
            answer.at = answer.at.or_else(|| problem.at.first().cloned());
        }
    } else {
        answer.notes.push(
            "no migrations were read: name their folder with --history, or write a drift.toml with `drift init`; then the \
             answer says which files, heads and revisions are meant"
                .to_owned(),
        );
    }
    if chain.is_some_and(|chain| !chain.is_recorded) && asks_the_records(reference.kind) {
        answer.notes.push("what the database records was not read: give --url to see how far it is".to_owned());
    }
    answer
}

/// Differences between the database and the declaration, as sentences.
#[derive(Default)]
pub(in crate::explain) struct Differences {
    /// Those that no migration mends.
    pub(in crate::explain) unwritten: Option<Vec<String>>,
    /// Those that no migration made.
    pub(in crate::explain) unrecorded: Option<Vec<String>>,
}

/// Whether what the database records would tell more.
fn asks_the_records(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnknownRevision
            | ErrorKind::PendingMigrations
            | ErrorKind::FailedMigration
            | ErrorKind::OutOfOrder
            | ErrorKind::WrongRecord
            | ErrorKind::ChangedMigration
            | ErrorKind::MissingBaseline
    )
}

struct Asked<'a> {
    reference: &'a Reference,
    chain: Option<&'a Chain>,
    tool: Option<MigrationTool>,
    revision: Option<&'a str>,
}

impl Asked<'_> {
    fn answer(&self, verdict: Verdict, message: String) -> Answer {
        Answer { verdict, message, at: None, commands: Vec::new(), similar: Vec::new(), notes: Vec::new() }
    }

    /// The revision in words.
    fn shown(&self) -> String {
        self.revision
            .map_or_else(|| "a revision that the message does not name".to_owned(), |id| format!("revision {id}"))
    }

    fn link(&self) -> Option<&Link> {
        self.chain?.find(self.revision?)
    }

    fn with_file(&self, mut answer: Answer) -> Answer {
        answer.at = self.link().map(|link| link.at.clone());
        answer
    }

    fn unknown_revision(&self) -> Answer {
        let Some(chain) = self.chain else {
            return self.answer(
                Verdict::Unresolved,
                format!("{} is in none of the migration files that the tool has", self.shown()),
            );
        };
        if let Some(link) = self.link() {
            let mut answer =
                self.answer(Verdict::InSync, format!("{} is there by now, in {}", self.shown(), link.at.file));
            answer.at = Some(link.at.clone());
            answer.notes.push(
                "the tool saw other files than these: another branch, another folder, or an older build".to_owned(),
            );
            return answer;
        }
        let mut answer = self.answer(Verdict::NotDeclared, format!("no migration file has {}", self.shown()));
        let wanted = self.revision.unwrap_or_default();
        // Versions are numbers, not names to guess.
        if wanted.contains(|c: char| c.is_alphabetic()) {
            let known = chain.revisions.iter().map(|link| link.id.as_str());
            answer.similar.extend(nearest(wanted, known).map(str::to_owned));
        }
        if !chain.standing.heads.is_empty() {
            answer.notes.push(format!("the history ends with {}", chain.standing.heads.join(", ")));
        }
        if chain.problems(self.reference).is_empty() {
            answer.notes.push(match self.tool {
                Some(MigrationTool::Alembic) => format!(
                    "where the database records it: restore its file, or, if the schema is that of another revision, record that \
                     one: alembic stamp --purge REVISION{}",
                    if wanted.is_empty() { String::new() } else { format!(" (git log --all -- '*{wanted}*' finds the file)") }
                ),
                Some(MigrationTool::Flyway) => {
                    "restore its file; if it was removed on purpose, `flyway repair` marks it as deleted".to_owned()
                }
                Some(_) | None => "restore its file: it may stand on another branch, or have been deleted or renamed".to_owned(),
            });
        }
        answer
    }

    fn several_heads(&self) -> Answer {
        let heads = self.chain.map(|chain| chain.standing.heads.clone()).unwrap_or_default();
        let named = |id: &String| match self.chain.and_then(|chain| chain.find(id)) {
            Some(link) => format!("{id} ({})", link.at.file),
            None => id.clone(),
        };
        if let [only] = heads.as_slice() {
            return self.answer(Verdict::InSync, format!("the history has one head by now: {}", named(only)));
        }
        let heads = if heads.is_empty() { self.reference.revisions.clone() } else { heads };
        let message = match heads.len() {
            0 => "the history has several heads".to_owned(),
            count => {
                format!("the history has {count} heads: {}", heads.iter().map(named).collect::<Vec<_>>().join(", "))
            }
        };
        let mut answer = self.answer(Verdict::BrokenHistory, message);
        answer.at = heads.first().and_then(|id| self.chain?.find(id)).map(|link| link.at.clone());
        if self.tool == Some(MigrationTool::Alembic) && self.chain.is_some() {
            answer.commands.push("drift history --merge".to_owned());
        }
        answer.commands.extend(self.tool.and_then(MigrationTool::merge).map(str::to_owned));
        answer
    }

    fn pending(&self) -> Answer {
        let standing = self.chain.filter(|chain| chain.is_recorded).map(|chain| &chain.standing);
        let command = || self.tool.map(|tool| tool.run().to_owned());
        match standing {
            Some(standing) if standing.pending.is_empty() => {
                self.answer(Verdict::InSync, "every migration has run by now".to_owned())
            }
            Some(standing) => {
                let count = standing.pending.len();
                let shown: Vec<&str> = standing.pending.iter().take(5).map(String::as_str).collect();
                let more = if count > shown.len() { ", …" } else { "" };
                let verb = if count == 1 { "migration has" } else { "migrations have" };
                let mut answer = self
                    .answer(Verdict::MissingInDatabase, format!("{count} {verb} not run: {}{more}", shown.join(", ")));
                answer.at = self.chain.and_then(|chain| chain.find(shown[0])).map(|link| link.at.clone());
                answer.commands.extend(standing.run.clone().or_else(command));
                answer
            }
            None => {
                let message = match self.revision {
                    Some(id) => format!("migration {id} has not run"),
                    None => "the database is behind its migrations".to_owned(),
                };
                let mut answer = self.with_file(self.answer(Verdict::MissingInDatabase, message));
                answer.commands.extend(command());
                answer
            }
        }
    }

    fn differences(&self, what: &str, found: &Option<Vec<String>>) -> Answer {
        let is_unwritten = self.reference.kind == ErrorKind::UnwrittenChanges;
        let object = match (&self.reference.table, self.reference.columns.first()) {
            (Some(table), Some(column)) => format!("{table}.{column}"),
            (Some(table), None) => table.clone(),
            (None, _) => String::new(),
        };
        let verdict = if is_unwritten { Verdict::MissingInDatabase } else { Verdict::NotDeclared };
        let mut answer = match found {
            Some(found) if found.is_empty() => {
                self.answer(Verdict::InSync, format!("there is nothing by now that {what}"))
            }
            Some(found) => {
                let things = if found.len() == 1 { "difference" } else { "differences" };
                let mut answer = self.answer(verdict, format!("{} {things} that {what}: {}", found.len(), found[0]));
                answer.notes.extend(found.iter().skip(1).take(5).cloned());
                answer
            }
            None if is_unwritten => {
                let object = if object.is_empty() { String::new() } else { format!(": {object}") };
                self.answer(verdict, format!("the models declare what {what}{object}"))
            }
            None => self.answer(verdict, format!("the database has what {what}: it was changed by hand")),
        };
        if answer.verdict != Verdict::InSync && is_unwritten {
            answer.commands.extend(self.chain.map(|_| "drift generate".to_owned()));
            answer.commands.extend(self.tool.and_then(MigrationTool::write).map(str::to_owned));
        } else if answer.verdict != Verdict::InSync {
            answer.commands.push("drift check".to_owned());
        }
        answer
    }

    fn failed(&self) -> Answer {
        let file = self.link().map(|link| format!(" ({})", link.at.file)).unwrap_or_default();
        let what = match self.revision {
            Some(id) => format!("migration {id}{file} failed, and may have run in part"),
            None => "a migration failed, and may have run in part".to_owned(),
        };
        let mut answer = self.with_file(self.answer(Verdict::BrokenHistory, what));
        let before = self.link().and_then(|link| self.chain?.before(link)).map(|link| link.id.as_str());
        let is_answered = self
            .chain
            .is_some_and(|chain| chain.problems(self.reference).iter().any(|problem| problem.command.is_some()));
        if let (Some(tool), Some(id), false) = (self.tool, self.revision, is_answered) {
            answer.commands.extend(tool.forget_failed(id, before));
            answer.notes.push(match tool {
                MigrationTool::GolangMigrate => format!(
                    "mend what {id} left behind first; where all of it is there, `migrate force {id}` records that{}",
                    if before.is_none() && self.link().is_some() {
                        "; where nothing is, `migrate force -1` does, since it is the first"
                    } else {
                        ""
                    }
                ),
                MigrationTool::Prisma => format!(
                    "mend what {id} left behind first; where all of it is there: prisma migrate resolve --applied {id}"
                ),
                _ => format!("mend what {id} left behind first, then let the tool run it again"),
            });
        }
        answer
    }

    fn out_of_order(&self) -> Answer {
        let late = self.reference.revisions.join(", ");
        let behind = self.reference.other.as_ref().map(|other| format!(" {other}")).unwrap_or_default();
        let verb = if self.reference.revisions.len() > 1 { "have" } else { "has" };
        let late = if late.is_empty() { "a migration".to_owned() } else { late };
        let message = format!(
            "{late} {verb} not run and stands before{}, which has",
            if behind.is_empty() { " another" } else { &behind }
        );
        let message = if verb == "have" { message.replace("stands before", "stand before") } else { message };
        let mut answer = self.with_file(self.answer(Verdict::BrokenHistory, message));
        answer.commands.extend(self.tool.and_then(MigrationTool::run_out_of_order).map(str::to_owned));
        answer.notes.push("run it all the same where nothing after it stands in its way, or give it a number after the last one that has run".to_owned());
        answer
    }

    fn changed(&self) -> Answer {
        let mut answer = self.with_file(
            self.answer(Verdict::BrokenHistory, format!("the file of {} was changed after it ran", self.shown())),
        );
        if let Some(link) = self.link() {
            answer.commands.push(format!("git log -p -- {}", link.at.file));
        }
        answer.notes.push("undo the change, and write what it adds as a new migration".to_owned());
        if self.tool == Some(MigrationTool::Flyway) {
            answer
                .notes
                .push("where only the spelling changed, `flyway repair` records the file as it is now".to_owned());
        }
        answer
    }

    fn baseline(&self) -> Answer {
        let first = self.chain.and_then(|chain| chain.revisions.first()).map(|link| link.id.as_str());
        let mut answer = self.answer(
            Verdict::BrokenHistory,
            "the database has tables, and no record of which migrations made them".to_owned(),
        );
        let revision = first.unwrap_or("REVISION");
        answer.commands.extend(self.tool.and_then(|tool| tool.baseline(revision)));
        answer
            .notes
            .push("record the migrations whose effect is there; `drift check` says of which that is so".to_owned());
        answer
    }

    fn lock(&self) -> Answer {
        let tool = self.tool.map_or("the tool", MigrationTool::words);
        let mut answer = self.answer(
            Verdict::Unresolved,
            format!("another run of {tool} holds the lock, or one that was killed left it behind"),
        );
        answer.commands.extend(self.tool.and_then(MigrationTool::unlock).map(str::to_owned));
        answer.notes.push("see that no other run goes on before you give the lock up".to_owned());
        answer
    }

    /// What only the files have to do with.
    fn of_the_files(&self) -> Answer {
        let ids = self.reference.revisions.join(", ");
        let message = match (self.reference.kind, &self.reference.other) {
            (ErrorKind::DuplicateRevision, _) => format!("several files have {}", self.shown()),
            (ErrorKind::MissingParent, Some(other)) => {
                format!("{other} follows {}, which no file has", self.revision.unwrap_or("a revision"))
            }
            (ErrorKind::MissingParent, None) => format!("a revision follows {ids}, which no file has"),
            (ErrorKind::RevisionCycle, _) => format!("revisions follow each other in a circle: {ids}"),
            (ErrorKind::IrreversibleMigration, _) => match self.revision {
                Some(id) => format!("migration {id} does not say how to go back"),
                None => "the migration does not say how to go back".to_owned(),
            },
            (ErrorKind::ProviderMismatch, _) => {
                "migration_lock.toml says that the migrations are written for another engine than the schema names"
                    .to_owned()
            }
            (ErrorKind::WrongRecord, Some(other)) => {
                format!(
                    "the records name both {} and {other}, of which one leads to the other",
                    self.revision.unwrap_or("one")
                )
            }
            (_, _) => format!("the records of {} do not fit what was asked for", self.shown()),
        };
        // A parent that is there by now, or twins that are gone, are no fault any more.
        let mended = self.reference.kind == ErrorKind::MissingParent && self.link().is_some();
        let verdict = if mended { Verdict::InSync } else { Verdict::BrokenHistory };
        let message = if mended { format!("{} is there by now", self.shown()) } else { message };
        let mut answer = self.with_file(self.answer(verdict, message));
        if let (ErrorKind::MissingParent, Some(other)) = (self.reference.kind, &self.reference.other) {
            answer.at = self.chain.and_then(|chain| chain.find(other)).map(|link| link.at.clone()).or(answer.at);
        }
        if let (ErrorKind::WrongRecord, Some(MigrationTool::Alembic), Some(other)) =
            (self.reference.kind, self.tool, &self.reference.other)
        {
            answer.commands.push(format!("alembic stamp --purge {}", other.trim_end_matches([',', ';'])));
        }
        answer
    }
}
