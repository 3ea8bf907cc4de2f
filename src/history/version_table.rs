//! The version tables, in which migration tools record how far a database is, and what their rows say of a history.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crc::{CRC_32_ISO_HDLC, Crc};
use sha2::{Digest, Sha256, Sha384};

use crate::model::{Name, RelationName};

use super::History;
use super::problem::{Gravity, Problem};
use super::revision::{Revision, Tool};
use super::sql;

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
    /// Those that failed halfway, by the tool's own word.
    pub failed: Vec<usize>,
    /// The versions that no file has.
    pub unknown: Vec<String>,
    /// What is wrong with the records.
    pub problems: Vec<Problem>,
    /// The table that would have the records, where it is not there.
    pub absent: Option<RelationName>,
}

/// One record, whichever tool wrote it.
struct Entry {
    id: String,
    /// Whether the tool says that it ran to its end.
    complete: bool,
    /// Of the file as it was when it ran, as the tool writes it.
    checksum: Option<String>,
    /// Whether it stands for everything up to it: Flyway's baseline, which has no file.
    covers: bool,
}

impl History {
    /// Where the tools whose layout this is keep their records, the likeliest first; empty for files that no tool runs.
    pub fn version_tables(&self) -> Vec<VersionTable> {
        let tools: &[Tool] = match self.tool {
            Tool::Numbered => &[Tool::Sqlx],
            Tool::GolangMigrate | Tool::Sqlx => &[Tool::Sqlx, Tool::GolangMigrate],
            Tool::Unordered => &[],
            ref one @ (Tool::Alembic
            | Tool::Flyway
            | Tool::Dbmate
            | Tool::Diesel
            | Tool::Prisma
            | Tool::Goose
            | Tool::Supabase) => std::slice::from_ref(one),
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
                let columns = &[
                    ("version", false),
                    ("description", false),
                    ("success", false),
                    ("type", false),
                    ("checksum", false),
                ];
                ("flyway_schema_history", columns, "installed_rank")
            }
            Tool::Dbmate => ("schema_migrations", &[("version", false)], "version"),
            Tool::Supabase => {
                let schema = Some(Name::exact("supabase_migrations"));
                let name = RelationName::new(schema, Name::exact("schema_migrations"));
                return Some(VersionTable { tool, name, columns: &[("version", false)], order: "version" });
            }
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
        let table = || self.version_table_of(self.tool).map(|table| table.name);
        let absent = if rows.is_none() { table() } else { None };
        let entries = entries(self.tool, rows.unwrap_or_default());
        let mut recorded = Recorded { absent, ..Recorded::default() };
        let mut known = Vec::new();
        let mut failed = None;
        for entry in &entries {
            match self.position(&entry.id) {
                _ if entry.covers => known.extend(self.covered(&entry.id)),
                // What runs again whenever it changes waits for that now.
                Some(at) if self.graph.revision(at).repeatable && self.differs(entry, at) => {}
                // What failed halfway has to run again.
                Some(at) if !entry.complete => failed = Some(at),
                Some(at) => known.push(at),
                None => {
                    recorded.problems.push(self.unknown(&entry.id));
                    recorded.unknown.push(entry.id.clone());
                }
            }
            if !entry.complete {
                let at = self.position(&entry.id);
                recorded.failed.extend(at);
                recorded.problems.push(self.incomplete(&entry.id, at, None, &[]));
            }
        }
        recorded.problems.extend(self.changed(&entries));
        recorded.applied = match self.tool {
            // One row says how far it is.
            Tool::Alembic => self.graph.upto(&known),
            Tool::GolangMigrate => {
                let last = known.last().copied();
                let has_run = |at: &usize| last.is_some_and(|last| *at <= last) || failed.is_some_and(|bad| *at < bad);
                self.whole().into_iter().take_while(has_run).collect()
            }
            Tool::Numbered
            | Tool::Unordered
            | Tool::Flyway
            | Tool::Dbmate
            | Tool::Sqlx
            | Tool::Diesel
            | Tool::Prisma
            | Tool::Goose
            | Tool::Supabase => {
                let known: BTreeSet<usize> = known.iter().copied().collect();
                self.whole().into_iter().filter(|at| known.contains(at)).collect()
            }
        };
        // Only Alembic's history has branches, of which each has its own row.
        recorded.stands_at = if self.tool == Tool::Alembic {
            entries.into_iter().map(|entry| entry.id).collect()
        } else {
            recorded.applied.last().map(|at| self.graph.revision(*at).id.clone()).into_iter().collect()
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
            Tool::Numbered
            | Tool::Unordered
            | Tool::Dbmate
            | Tool::GolangMigrate
            | Tool::Sqlx
            | Tool::Diesel
            | Tool::Prisma
            | Tool::Goose
            | Tool::Supabase => by_number(),
        })
    }

    /// Everything up to a baseline: it was there before the tool came.
    fn covered(&self, id: &str) -> Vec<usize> {
        let is_covered = |at: &usize| {
            let revision = self.graph.revision(*at);
            !revision.repeatable && sql::natural(&revision.id, id) != Ordering::Greater
        };
        (0..self.graph.revisions().len()).filter(is_covered).collect()
    }

    /// Files that are no longer what ran.
    fn changed(&self, entries: &[Entry]) -> Vec<Problem> {
        let changed = entries.iter().filter_map(|entry| {
            let at = self.position(&entry.id).filter(|at| self.differs(entry, *at))?;
            Some(self.graph.revision(at)).filter(|revision| !revision.repeatable)
        });
        let problem = |revision: &Revision| Problem {
            code: "history.changed_file",
            gravity: Gravity::Error,
            message: format!("the file of {} was changed after it ran", revision.id),
            at: vec![revision.span.clone()],
            help: "undo the change, and write what it adds as a new migration".to_owned(),
        };
        changed.map(problem).collect()
    }

    /// Whether a file is no longer what ran, by the checksum that the tool wrote then.
    fn differs(&self, entry: &Entry, at: usize) -> bool {
        let revision = self.graph.revision(at);
        let Some(checksum) = &entry.checksum else { return false };
        let Ok(bytes) = std::fs::read(self.root.join(&revision.file)) else { return false };
        let now = match self.tool {
            Tool::Sqlx => hexadecimal(&Sha384::digest(&bytes)),
            Tool::Prisma => hexadecimal(&Sha256::digest(&bytes)),
            // What it puts in the place of `${...}` counts for scripts that run again.
            Tool::Flyway if revision.repeatable && bytes.windows(2).any(|two| two == b"${") => return false,
            Tool::Flyway => flyway_checksum(&bytes).to_string(),
            Tool::Alembic
            | Tool::Numbered
            | Tool::Unordered
            | Tool::Dbmate
            | Tool::GolangMigrate
            | Tool::Diesel
            | Tool::Goose
            | Tool::Supabase => return false,
        };
        !now.eq_ignore_ascii_case(checksum)
    }
}

/// Flyway's checksum: the CRC-32 of the lines without what ends them, as a signed number
/// (<https://github.com/flyway/flyway/blob/main/flyway-core/src/main/java/org/flywaydb/core/internal/resolver/ChecksumCalculator.java>).
fn flyway_checksum(bytes: &[u8]) -> i32 {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let mut digest = crc.digest();
    let text = String::from_utf8_lossy(bytes);
    let lines = text.trim_start_matches('\u{feff}').split(['\n', '\r']);
    lines.for_each(|line| digest.update(line.as_bytes()));
    digest.finalize().cast_signed()
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
        let entry = |id: String, complete| Entry { id, complete, checksum: None, covers: false };
        let at = |at: usize| row.get(at).cloned().flatten();
        match tool {
            Tool::Flyway => {
                let kind = at(3).unwrap_or_default();
                // The row of a schema that Flyway created has no file; a repeatable script has words alone.
                let id = first.or_else(|| at(1)).filter(|_| kind != "SCHEMA");
                let Some(id) = id.filter(|id| !id.starts_with("<<")) else { continue };
                // The last row of each counts: a script ran again, or was undone.
                entries.retain(|known| known.id != id);
                if !kind.starts_with("UNDO") && kind != "DELETE" {
                    let covers = kind.ends_with("BASELINE");
                    entries.push(Entry { checksum: at(4), covers, ..entry(id, is_true(row.get(2))) });
                }
            }
            Tool::GolangMigrate => entries.extend(first.map(|id| entry(id, !is_true(row.get(1))))),
            Tool::Sqlx => entries.extend(
                first.map(|id| Entry { checksum: row.get(2).cloned().flatten(), ..entry(id, is_true(row.get(1))) }),
            ),
            Tool::Prisma => {
                // One that was rolled back is tried again under a new row.
                if at(2).is_none() {
                    entries.extend(first.map(|id| Entry { checksum: at(3), ..entry(id, at(1).is_some()) }));
                }
            }
            Tool::Goose => drop(first.map(|id| last.insert(id, is_true(row.get(1))))),
            Tool::Alembic | Tool::Dbmate | Tool::Diesel | Tool::Supabase | Tool::Numbered | Tool::Unordered => {
                entries.extend(first.map(|id| entry(id, true)));
            }
        }
    }
    // Its row 0 says that the table is there.
    let standing = last.into_iter().filter(|(id, applied)| *applied && id != "0");
    entries.extend(standing.map(|(id, _)| Entry { id, complete: true, checksum: None, covers: false }));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flyway_takes_no_notice_of_how_lines_end() {
        // CRC-32 of "123456789" is 0xCBF43926.
        for text in ["123456789", "123\n456\n789\n", "123\r\n456\r\n789", "\u{feff}123456789"] {
            assert_eq!(flyway_checksum(text.as_bytes()), -873_187_034, "{text:?}");
        }
        assert_ne!(flyway_checksum(b"123456780"), -873_187_034);
    }
}
