//! The version tables, in which migration tools record how far a database is, and what their rows say of a history.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256, Sha384};

use crate::model::{Name, RelationName};

use super::History;
use super::problem::{Gravity, Problem};
use super::revision::Tool;

/// Where a tool keeps its records, and what to read of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionTable {
    /// The tool.
    pub tool: Tool,
    /// The table; without a schema it is the one that a session finds.
    pub name: RelationName,
    /// The columns, each with whether it holds bytes.
    pub columns: &'static [(&'static str, bool)],
    /// The column whose order is that of the records.
    pub order: &'static str,
}

/// How far a database is, by its own records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The revisions that have run, in an order in which they could.
    pub applied: Vec<usize>,
    /// The last of them, as the records name them.
    pub stands_at: Vec<String>,
    /// What is wrong with the records.
    pub problems: Vec<Problem>,
}

/// One record, whichever tool wrote it.
struct Entry {
    id: String,
    /// Whether the tool says that it ran to its end.
    complete: bool,
    /// Of the file as it was when it ran, in hexadecimal digits.
    checksum: Option<String>,
}

impl History {
    /// Where the tools whose layout this is keep their records, the likeliest first; empty for files that no tool runs.
    pub fn version_tables(&self) -> Vec<VersionTable> {
        let tools: &[Tool] = match self.tool {
            Tool::Numbered => &[Tool::Sqlx],
            Tool::GolangMigrate | Tool::Sqlx => &[Tool::Sqlx, Tool::GolangMigrate],
            Tool::Unordered => &[],
            ref one => std::slice::from_ref(one),
        };
        tools.iter().filter_map(|tool| self.version_table_of(*tool)).collect()
    }

    fn version_table_of(&self, tool: Tool) -> Option<VersionTable> {
        let (table, columns, order): (&str, &'static [(&'static str, bool)], _) = match tool {
            Tool::Alembic => {
                let name = self.alembic.as_ref()?.version_table();
                return Some(VersionTable { tool, name, columns: &[("version_num", false)], order: "version_num" });
            }
            Tool::Flyway => {
                let columns = &[("version", false), ("description", false), ("success", false)];
                ("flyway_schema_history", columns, "installed_rank")
            }
            Tool::Dbmate => ("schema_migrations", &[("version", false)], "version"),
            Tool::GolangMigrate => ("schema_migrations", &[("version", false), ("dirty", false)], "version"),
            Tool::Sqlx => {
                ("_sqlx_migrations", &[("version", false), ("success", false), ("checksum", true)], "version")
            }
            Tool::Diesel => ("__diesel_schema_migrations", &[("version", false)], "version"),
            Tool::Prisma => {
                let columns = &[
                    ("migration_name", false),
                    ("finished_at", false),
                    ("rolled_back_at", false),
                    ("checksum", false),
                ];
                ("_prisma_migrations", columns, "started_at")
            }
            Tool::Goose => ("goose_db_version", &[("version_id", false), ("is_applied", false)], "id"),
            Tool::Numbered | Tool::Unordered => return None,
        };
        Some(VersionTable { tool, name: RelationName::new(None, Name::exact(table)), columns, order })
    }

    /// What the rows of [`History::version_tables`] say; without a table, nothing has run.
    pub fn recorded(&self, rows: Option<Vec<Vec<Option<String>>>>) -> Recorded {
        let entries = entries(self.tool, rows.unwrap_or_default());
        let mut recorded = Recorded::default();
        let mut known = Vec::new();
        for entry in &entries {
            match self.position(&entry.id) {
                Some(at) => known.push(at),
                None => recorded.problems.push(self.unknown(&entry.id)),
            }
            if !entry.complete {
                recorded.problems.push(self.incomplete(entry));
            }
        }
        recorded.problems.extend(self.changed(&entries));
        recorded.applied = match self.tool {
            // One row says how far it is.
            Tool::Alembic => self.graph.upto(&known),
            Tool::GolangMigrate => {
                let last = known.last().copied();
                self.whole().into_iter().take_while(|at| last.is_some_and(|last| *at <= last)).collect()
            }
            _ => {
                let known: BTreeSet<usize> = known.iter().copied().collect();
                self.whole().into_iter().filter(|at| known.contains(at)).collect()
            }
        };
        recorded.stands_at = match self.tool {
            Tool::Alembic => entries.into_iter().map(|entry| entry.id).collect(),
            _ => recorded.applied.last().map(|at| self.graph.revision(*at).id.clone()).into_iter().collect(),
        };
        recorded
    }

    /// Every revision, in an order in which they can run.
    pub fn whole(&self) -> Vec<usize> {
        self.graph.upto(&(0..self.graph.revisions().len()).collect::<Vec<_>>())
    }

    /// The revision that a record names: numbers are recorded without the zeros that files begin with.
    fn position(&self, id: &str) -> Option<usize> {
        let number = |text: &str| text.parse::<u128>().ok();
        let by_number = || {
            let wanted = number(id)?;
            self.graph.revisions().iter().position(|revision| number(&revision.id) == Some(wanted))
        };
        self.graph.revisions().iter().position(|revision| revision.id == id).or_else(|| match self.tool {
            Tool::Alembic => None,
            // A repeatable script is recorded by its words.
            Tool::Flyway => self.graph.revisions().iter().position(|one| one.repeatable && one.name == id),
            _ => by_number(),
        })
    }

    fn unknown(&self, id: &str) -> Problem {
        let known = self.graph.revisions().iter().map(|revision| revision.id.as_str());
        let help = match crate::message::nearest(id, known) {
            Some(near) => format!("did you mean {near}? Else restore its file, or record the right one"),
            None => "restore its file: it may stand on another branch, or have been deleted".to_owned(),
        };
        Problem {
            code: "history.unknown_version",
            gravity: Gravity::Error,
            message: format!("the database records {id}, which no file has"),
            at: Vec::new(),
            help,
        }
    }

    fn incomplete(&self, entry: &Entry) -> Problem {
        Problem {
            code: "history.incomplete",
            gravity: Gravity::Error,
            message: format!("the database records that {} failed halfway", entry.id),
            at: self.position(&entry.id).map(|at| self.graph.revision(at).span.clone()).into_iter().collect(),
            help: match self.tool {
                Tool::Flyway => "mend what it left, then: flyway repair",
                Tool::GolangMigrate => "mend what it left, then: migrate force VERSION",
                Tool::Prisma => "mend what it left, then: prisma migrate resolve",
                _ => "mend what it left, then let the tool run it again",
            }
            .to_owned(),
        }
    }

    /// Files that are no longer what ran.
    fn changed(&self, entries: &[Entry]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for entry in entries {
            let (Some(checksum), Some(at)) = (&entry.checksum, self.position(&entry.id)) else { continue };
            let revision = self.graph.revision(at);
            let Ok(text) = std::fs::read(self.root.join(&revision.file)) else { continue };
            let now = match self.tool {
                Tool::Sqlx => hexadecimal(&Sha384::digest(&text)),
                Tool::Prisma => hexadecimal(&Sha256::digest(&text)),
                _ => continue,
            };
            if !now.eq_ignore_ascii_case(checksum) {
                problems.push(Problem {
                    code: "history.changed_file",
                    gravity: Gravity::Error,
                    message: format!("the file of {} was changed after it ran", revision.id),
                    at: vec![revision.span.clone()],
                    help: "undo the change, and write what it adds as a new migration".to_owned(),
                });
            }
        }
        problems
    }
}

/// Bytes as hexadecimal digits in lower case, as tools write their checksums.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The records that stand, in their order.
fn entries(tool: Tool, rows: Vec<Vec<Option<String>>>) -> Vec<Entry> {
    let is_true = |value: Option<&Option<String>>| {
        value.and_then(Option::as_deref).is_some_and(|text| matches!(text, "1" | "t" | "true"))
    };
    let mut entries: Vec<Entry> = Vec::new();
    // goose adds a row for each way: the last one counts.
    let mut last: BTreeMap<String, bool> = BTreeMap::new();
    for row in &rows {
        let first = row.first().cloned().flatten();
        let entry = |id: String, complete| Entry { id, complete, checksum: None };
        match tool {
            Tool::Flyway => {
                // A schema's own row and baselines have no file; a repeatable script has words alone.
                let id = first.or_else(|| row.get(1).cloned().flatten()).filter(|id| !id.starts_with("<<"));
                entries.extend(id.map(|id| entry(id, is_true(row.get(2)))));
            }
            Tool::GolangMigrate => entries.extend(first.map(|id| entry(id, !is_true(row.get(1))))),
            Tool::Sqlx => entries.extend(
                first.map(|id| Entry { checksum: row.get(2).cloned().flatten(), ..entry(id, is_true(row.get(1))) }),
            ),
            Tool::Prisma => {
                let at = |at: usize| row.get(at).cloned().flatten();
                // One that was rolled back is tried again under a new row.
                if at(2).is_none() {
                    entries.extend(first.map(|id| Entry { checksum: at(3), ..entry(id, at(1).is_some()) }));
                }
            }
            Tool::Goose => drop(first.map(|id| last.insert(id, is_true(row.get(1))))),
            Tool::Alembic | Tool::Dbmate | Tool::Diesel | Tool::Numbered | Tool::Unordered => {
                entries.extend(first.map(|id| entry(id, true)));
            }
        }
    }
    // Its row 0 says that the table is there.
    let standing = last.into_iter().filter(|(id, applied)| *applied && id != "0");
    entries.extend(standing.map(|(id, _)| Entry { id, complete: true, checksum: None }));
    entries
}
