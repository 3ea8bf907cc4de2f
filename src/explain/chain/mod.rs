//! The project's migrations, beside the errors of the tools that run them.
//!
//! This module must not know how a history is read. What is wrong with one stands in the problems that it was given.

mod answer;

use crate::report::{ChainProblem, ChainStanding, DeclaredAt};

use super::kind::ErrorKind;
use super::reference::Reference;
use super::tool::MigrationTool;

pub(super) use answer::{Answer, Differences, answer};

/// The project's migrations.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Whose words and commands apply, where that is one of the tools whose errors are known.
    pub tool: Option<MigrationTool>,
    /// Each of them, in an order in which they can run.
    pub revisions: Vec<Link>,
    /// The heads, what is wrong with the chain, and, where the records of a database were read, where it stands.
    pub standing: ChainStanding,
    /// Whether the records of a database were read.
    pub is_recorded: bool,
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its identifier.
    pub id: String,
    /// Its words.
    pub name: String,
    /// Its file.
    pub at: DeclaredAt,
}

impl Chain {
    /// The migration that a tool's message means: by its identifier, by its file, or by both together as tools write
    /// them, with or without the zeros that a number begins with.
    pub(super) fn find(&self, wanted: &str) -> Option<&Link> {
        let bare = wanted.rsplit(['/', '.']).find(|part| !matches!(*part, "sql" | "py" | "java" | "up" | "down"));
        let stem = |link: &Link| {
            let file = link.at.file.rsplit('/').next().unwrap_or_default();
            file.split('.').next().unwrap_or_default().to_owned()
        };
        let number = |text: &str| text.parse::<u128>().ok();
        let is_it = |link: &&Link| {
            let folder = link.at.file.rsplit('/').nth(1).unwrap_or_default();
            let leads = |text: &str| {
                let rest = text.trim_start_matches(['V', 'U']).strip_prefix(link.id.as_str());
                rest.is_some_and(|rest| rest.starts_with(['_', '-']))
            };
            link.id == wanted
                || (number(&link.id).is_some() && number(&link.id) == number(wanted))
                || stem(link) == wanted
                || folder == wanted
                || bare.is_some_and(|bare| {
                    stem(link) == bare
                        || link.id == bare
                        || (leads(bare) && stem(link).contains(bare.trim_start_matches(['V', 'U'])))
                })
        };
        self.revisions.iter().find(is_it)
    }

    fn before(&self, link: &Link) -> Option<&Link> {
        let at = self.revisions.iter().position(|known| known.id == link.id)?;
        at.checked_sub(1).and_then(|before| self.revisions.get(before))
    }

    /// Problems of the history that are about what is there already: it is made twice, or a migration ran in part.
    pub(super) fn about(&self, reference: &Reference, names: &[Option<&str>]) -> Vec<&ChainProblem> {
        let mentions = |problem: &ChainProblem| {
            let words = |name: &str| {
                let is_part = |c: char| !(c.is_alphanumeric() || c == '_');
                problem.message.split(is_part).any(|word| word.eq_ignore_ascii_case(name))
            };
            names.iter().flatten().any(|name| words(name))
                || reference.revisions.iter().any(|revision| problem.message.contains(revision.as_str()))
                || problem.code != "history.added_twice"
        };
        let problems = self.standing.problems.iter();
        problems.filter(|one| codes(reference.kind).contains(&one.code.as_str()) && mentions(one)).collect()
    }

    /// Problems that answer an error: of its codes, and about one of its revisions where they name any.
    fn problems(&self, reference: &Reference) -> Vec<&ChainProblem> {
        let codes = codes(reference.kind);
        let fits = |problem: &&ChainProblem| codes.contains(&problem.code.as_str());
        let of_kind: Vec<&ChainProblem> = self.standing.problems.iter().filter(fits).collect();
        let names = |problem: &&ChainProblem| {
            let says = |revision: &String| {
                problem.message.contains(revision.as_str())
                    || problem.at.iter().any(|at| at.file.contains(revision.as_str()))
            };
            reference.revisions.iter().any(says)
        };
        let named: Vec<&ChainProblem> = of_kind.iter().copied().filter(names).collect();
        if named.is_empty() { of_kind } else { named }
    }
}

/// The problems of a history that answer an error of a kind.
fn codes(kind: ErrorKind) -> &'static [&'static str] {
    match kind {
        ErrorKind::UnknownRevision => &["history.unknown_version", "history.missing_parent"],
        ErrorKind::SeveralHeads => &["history.several_heads"],
        ErrorKind::PendingMigrations => {
            &["history.out_of_order", "history.misrecorded", "history.incomplete", "history.partial"]
        }
        ErrorKind::FailedMigration => &["history.incomplete", "history.partial", "history.misrecorded"],
        ErrorKind::OutOfOrder => &["history.out_of_order"],
        ErrorKind::WrongRecord => &["history.misrecorded", "history.unknown_version"],
        ErrorKind::ChangedMigration => &["history.changed_file"],
        ErrorKind::DuplicateRevision => &["history.duplicate_id"],
        ErrorKind::MissingParent => &["history.missing_parent"],
        ErrorKind::RevisionCycle => &["history.cycle"],
        ErrorKind::MissingBaseline => &["history.misrecorded"],
        ErrorKind::IrreversibleMigration => &["history.no_downgrade"],
        ErrorKind::DuplicateColumn | ErrorKind::DuplicateTable | ErrorKind::DuplicateObject => {
            &["history.added_twice", "history.partial", "history.incomplete"]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::record;

    fn chain(tool: MigrationTool, files: &[&str], standing: ChainStanding, is_recorded: bool) -> Chain {
        let link = |file: &&str| {
            let stem = file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file);
            let id = stem.trim_start_matches('V').split('_').next().unwrap_or(stem).to_owned();
            Link { id, name: String::new(), at: DeclaredAt { file: (*file).to_owned(), line: 1, column: 1 } }
        };
        Chain { tool: Some(tool), revisions: files.iter().map(link).collect(), standing, is_recorded }
    }

    fn answered(chain: &Chain, text: &str) -> String {
        let mut found = record::read(text).into_iter().map(|record| Reference::of(record, 1));
        let reference = found.next().expect("an error");
        let answer = answer(&reference, Some(chain), &Differences::default());
        let at = answer.at.map(|at| format!(" [{}]", at.file)).unwrap_or_default();
        format!("{}{at} {}", answer.message, answer.commands.join(" | "))
    }

    #[test]
    fn errors_of_tools_are_answered_from_the_chain() {
        let heads = |heads: &[&str]| ChainStanding {
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            ..ChainStanding::default()
        };
        let alembic = |standing, is_recorded| {
            chain(MigrationTool::Alembic, &["versions/aaaa_first.py", "versions/bbbb_second.py"], standing, is_recorded)
        };
        let dirty = chain(
            MigrationTool::GolangMigrate,
            &["migrations/0001_first.up.sql", "migrations/0002_second.up.sql"],
            ChainStanding::default(),
            true,
        );
        let behind = ChainStanding {
            pending: vec!["bbbb".to_owned()],
            run: Some("alembic upgrade head".to_owned()),
            ..ChainStanding::default()
        };
        for (chain, text, expected) in [
            (
                alembic(heads(&["bbbb"]), false),
                "Can't locate revision identified by 'cccc'",
                "no migration file has revision cccc ",
            ),
            (
                alembic(heads(&["bbbb"]), false),
                "Can't locate revision identified by 'aaaa'",
                "revision aaaa is there by now, in versions/aaaa_first.py [versions/aaaa_first.py] ",
            ),
            (
                alembic(heads(&["aaaa", "bbbb"]), false),
                "Multiple head revisions are present for given argument 'head'",
                "the history has 2 heads: aaaa (versions/aaaa_first.py), bbbb (versions/bbbb_second.py) \
                 [versions/aaaa_first.py] drift history --merge | alembic merge heads",
            ),
            (
                alembic(behind, true),
                "Target database is not up to date.",
                "1 migration has not run: bbbb [versions/bbbb_second.py] alembic upgrade head",
            ),
            (
                alembic(ChainStanding::default(), true),
                "Target database is not up to date.",
                "every migration has run by now ",
            ),
            (
                dirty,
                "error: Dirty database version 2. Fix and force version.",
                "migration 2 (migrations/0002_second.up.sql) failed, and may have run in part \
                 [migrations/0002_second.up.sql] migrate force 1",
            ),
            (
                chain(
                    MigrationTool::Flyway,
                    &["sql/V1__first.sql", "sql/V2__second.sql"],
                    ChainStanding::default(),
                    false,
                ),
                "Migration checksum mismatch for migration version 2",
                "the file of revision 2 was changed after it ran [sql/V2__second.sql] git log -p -- sql/V2__second.sql",
            ),
        ] {
            assert_eq!(answered(&chain, text), expected, "{text}");
        }
    }
}
