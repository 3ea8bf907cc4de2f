//! The migration that a folder's tool would run next: one function for each layout says what its files are called and
//! what stands around their statements.
//!
//! This module must not know what the migration does.

use std::path::{Path, PathBuf};

use crate::history::revision::{Backward, Revision, Tool};
use crate::model::Engine;
use crate::plan::output::{Framing, Reverse, Transactions, Without};

/// A migration that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The file that goes there.
    pub up: PathBuf,
    /// The file that goes back, where the framing has one.
    pub down: PathBuf,
    /// The files that tell the tool what the framing's settings say.
    pub settings: Vec<PathBuf>,
    /// What stands around the statements.
    pub framing: Framing,
}

/// What there is to go on from.
pub struct Folder<'a> {
    /// Where the files stand.
    pub place: &'a Path,
    /// Whose they are.
    pub tool: Tool,
    /// The migrations that are there, in their order.
    pub revisions: &'a [Revision],
    /// The engine that they are for.
    pub engine: Engine,
    /// Seconds since 1970.
    pub now: u64,
}

impl Folder<'_> {
    /// The next migration, called `name`; `None` for tools whose migrations are no SQL.
    pub fn next(&self, name: &str) -> Option<Next> {
        Some(match self.tool {
            Tool::Alembic => return None,
            Tool::Numbered => self.numbered(name),
            Tool::Unordered => self.unordered(name),
            Tool::Flyway => self.flyway(name),
            Tool::Dbmate => self.dbmate(name),
            Tool::GolangMigrate => self.golang_migrate(name),
            Tool::Sqlx => self.sqlx(name),
            Tool::Diesel => self.diesel(name),
            Tool::Prisma => self.prisma(name),
            Tool::Goose => self.goose(name),
            Tool::Supabase => self.supabase(name),
        })
    }

    /// Files that a person or a script of the project's own runs: the reverse has a file where others have theirs.
    fn numbered(&self, name: &str) -> Next {
        let version = match self.last() {
            Some(last) => self.after(digits(&last)),
            None => "0001".to_owned(),
        };
        let separator = self.last().and_then(|last| last[digits(&last).len()..].chars().next()).unwrap_or('_');
        let stem = format!("{version}{separator}{name}");
        let up = if self.has_up_suffix() { format!("{stem}.up.sql") } else { format!("{stem}.sql") };
        self.files(&up, &format!("{stem}.down.sql"), Framing { reverse: self.reverse(), ..Framing::PLAIN })
    }

    /// Files whose names say no order.
    fn unordered(&self, name: &str) -> Next {
        let framing = Framing { reverse: Reverse::Comment, ..Framing::PLAIN };
        self.files(&format!("{name}.sql"), &format!("{name}.down.sql"), framing)
    }

    /// <https://documentation.red-gate.com/flyway/flyway-concepts/migrations/naming>; what stands beside a script:
    /// <https://documentation.red-gate.com/flyway/reference/configuration/script-configuration-files>.
    fn flyway(&self, name: &str) -> Next {
        // Repeatable scripts come last and have no version.
        let versioned = self.revisions.iter().rev().find(|revision| !revision.repeatable).map(entry);
        let version = match versioned.as_deref().and_then(|last| last.get(1..)?.split("__").next()) {
            Some(version) => {
                let head = version.trim_end_matches(|c: char| c.is_ascii_digit());
                format!("{head}{}", self.after(&version[head.len()..]))
            }
            None => "1".to_owned(),
        };
        let [up, down] = ['V', 'U'].map(|letter| format!("{letter}{version}__{name}.sql"));
        let framing = Framing {
            transactions: Transactions::Tools(Without::Setting("executeInTransaction=false")),
            reverse: self.reverse(),
            one_message: false,
            block: None,
            placeholder: Some(("${", "placeholderReplacement=false")),
        };
        let has_undo = framing.reverse == Reverse::File;
        let settings = [Some(&up), has_undo.then_some(&down)].into_iter().flatten();
        let settings = settings.map(|file| self.place.join(format!("{file}.conf"))).collect();
        Next { settings, ..self.files(&up, &down, framing) }
    }

    /// <https://supabase.com/docs/guides/deployment/database-migrations>; there is no way back.
    fn supabase(&self, name: &str) -> Next {
        let framing = Framing { reverse: Reverse::Comment, ..Framing::PLAIN };
        self.files(&format!("{}_{name}.sql", self.number()), "", framing)
    }

    /// <https://github.com/amacneil/dbmate#creating-migrations>
    fn dbmate(&self, name: &str) -> Next {
        let framing = Framing {
            transactions: Transactions::Tools(Without::Words("transaction:false")),
            reverse: Reverse::Sections(["-- migrate:up", "-- migrate:down"]),
            one_message: true,
            block: None,
            placeholder: None,
        };
        self.files(&format!("{}_{name}.sql", self.number()), "", framing)
    }

    /// <https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md>; SQLite's driver alone opens a transaction.
    fn golang_migrate(&self, name: &str) -> Next {
        let transactions = match self.engine {
            Engine::Sqlite => Transactions::Tools(Without::Ended),
            Engine::Postgres | Engine::MySql | Engine::MariaDb => Transactions::Written,
        };
        let stem = format!("{}_{name}", self.number());
        let framing = Framing { transactions, one_message: true, ..Framing::PLAIN };
        self.files(&format!("{stem}.up.sql"), &format!("{stem}.down.sql"), framing)
    }

    /// <https://docs.rs/sqlx/latest/sqlx/macro.migrate.html>
    fn sqlx(&self, name: &str) -> Next {
        let stem = format!("{}_{name}", self.number());
        let framing = Framing {
            transactions: Transactions::Tools(Without::Line("-- no-transaction")),
            reverse: if self.has_up_suffix() { Reverse::File } else { Reverse::Comment },
            one_message: true,
            ..Framing::PLAIN
        };
        let up = if self.has_up_suffix() { format!("{stem}.up.sql") } else { format!("{stem}.sql") };
        self.files(&up, &format!("{stem}.down.sql"), framing)
    }

    /// <https://docs.rs/diesel_migrations/latest/diesel_migrations/>
    fn diesel(&self, name: &str) -> Next {
        let last = self.last().unwrap_or_default();
        let version = last.split('_').next().unwrap_or_default();
        let version = match digits(version).len() == version.len() && version.len() < TIMESTAMP {
            true => self.after(version),
            // 2024-01-31-235959, which newer versions continue with -0000.
            false => {
                let next = self.after_timestamp(&version.replace('-', "")).to_string();
                let rest = version.get(DASHED..).filter(|_| version.contains('-')).unwrap_or_default();
                format!("{}-{}-{}-{}{rest}", &next[..4], &next[4..6], &next[6..8], &next[8..])
            }
        };
        let folder = format!("{version}_{name}");
        let framing = Framing {
            transactions: Transactions::Tools(Without::Setting("run_in_transaction = false")),
            one_message: true,
            ..Framing::PLAIN
        };
        let settings = vec![self.place.join(&folder).join("metadata.toml")];
        Next { settings, ..self.files(&format!("{folder}/up.sql"), &format!("{folder}/down.sql"), framing) }
    }

    /// <https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories>
    fn prisma(&self, name: &str) -> Next {
        let last = self.last().unwrap_or_default();
        let version = self.after_timestamp(digits(&last));
        let framing = Framing { reverse: Reverse::Comment, one_message: true, ..Framing::PLAIN };
        self.files(&format!("{version}_{name}/migration.sql"), "", framing)
    }

    /// <https://pressly.github.io/goose/documentation/annotations/>
    fn goose(&self, name: &str) -> Next {
        let framing = Framing {
            transactions: Transactions::Tools(Without::Line("-- +goose NO TRANSACTION")),
            reverse: Reverse::Sections(["-- +goose Up", "-- +goose Down"]),
            one_message: false,
            block: Some(["-- +goose StatementBegin", "-- +goose StatementEnd"]),
            placeholder: None,
        };
        self.files(&format!("{}_{name}.sql", self.number()), "", framing)
    }

    fn files(&self, up: &str, down: &str, framing: Framing) -> Next {
        Next { up: self.place.join(up), down: self.place.join(down), settings: Vec::new(), framing }
    }

    /// The file or folder of the last migration.
    fn last(&self) -> Option<String> {
        self.revisions.last().map(entry)
    }

    /// The number after that of the last migration.
    fn number(&self) -> String {
        let last = self.last().unwrap_or_default();
        self.after(digits(&last))
    }

    /// A file of its own for the reverse where any migration has one, or where there is none yet to go by.
    fn reverse(&self) -> Reverse {
        let has_file = |revision: &Revision| matches!(revision.backward, Backward::File(_));
        if self.revisions.is_empty() || self.revisions.iter().any(has_file) { Reverse::File } else { Reverse::Comment }
    }

    fn has_up_suffix(&self) -> bool {
        let is_up = |revision: &Revision| entry(revision).to_ascii_lowercase().ends_with(".up.sql");
        self.revisions.iter().any(is_up)
    }

    /// What follows a number: the next one, as wide; where numbers are times, the present.
    fn after(&self, number: &str) -> String {
        let Ok(value) = number.parse::<u64>() else { return self.after_timestamp("").to_string() };
        let next = value.saturating_add(1);
        let present = match number.len() {
            TIMESTAMP => timestamp(self.now),
            12 if is_time(value, 100_000_000) => timestamp(self.now) / 100,
            8 if is_time(value, 10_000) => timestamp(self.now) / 1_000_000,
            10 if value > 1_000_000_000 => self.now,
            _ => 0,
        };
        format!("{:0width$}", next.max(present), width = number.len())
    }

    /// The present as a timestamp of fourteen digits, after `number` where that is one as well.
    fn after_timestamp(&self, number: &str) -> u64 {
        let last = number.get(..TIMESTAMP).and_then(|number| number.parse::<u64>().ok()).unwrap_or_default();
        timestamp(self.now).max(last.saturating_add(1))
    }
}

/// How many digits `20240131235959` has, and with Diesel's dashes.
const TIMESTAMP: usize = 14;
const DASHED: usize = 17;

/// Whether a number begins with a year of these centuries; `behind` is what its other digits make.
fn is_time(number: u64, behind: u64) -> bool {
    (1_970..2_200).contains(&(number / behind))
}

/// The digits at the start of a name.
fn digits(name: &str) -> &str {
    &name[..name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len())]
}

/// What stands in the history's folder for a migration: its file, or the folder of it.
fn entry(revision: &Revision) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_in_folder = ["up.sql", "migration.sql"].iter().any(|file| revision.file.ends_with(file));
    let of = if is_in_folder { revision.file.parent().and_then(name) } else { name(&revision.file) };
    of.unwrap_or_default()
}

/// A moment in UTC, as `20240131235959`.
fn timestamp(seconds: u64) -> u64 {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the Gregorian calendar, counted in eras of 400 years from 1 March of the year 0
    // (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let date = (year * 100 + month) * 100 + day;
    ((date * 100 + second / 3_600) * 100 + second / 60 % 60) * 100 + second % 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::sql::read;

    /// 2024-01-31 23:59:59.
    const NOW: u64 = 1_706_745_599;

    /// The next files of a folder, without its own path.
    fn next(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (tool, revisions) = read(folder.path(), Path::new("")).unwrap().unwrap_or((Tool::Numbered, Vec::new()));
        let folder = Folder { place: Path::new(""), tool, revisions: &revisions, engine: Engine::Postgres, now: NOW };
        let next = folder.next("add_phone").unwrap();
        let down =
            if next.framing.reverse == Reverse::File { format!(" {}", next.down.display()) } else { String::new() };
        format!("{}{down}", next.up.display())
    }

    #[test]
    fn names_go_on_as_the_folder_has_them() {
        const DBMATE: &str = "-- migrate:up\n";
        const GOOSE: &str = "-- +goose Up\n";
        for (files, expected) in [
            (&[][..], "0001_add_phone.sql 0001_add_phone.down.sql"),
            (&[("000_a.sql", ""), ("003_b.sql", "")], "004_add_phone.sql"),
            (&[("9-a.sql", "")], "10-add_phone.sql"),
            (&[("001_a.sql", ""), ("001_a.down.sql", "")], "002_add_phone.sql 002_add_phone.down.sql"),
            (&[("20240101_a.sql", "")], "20240131_add_phone.sql"),
            (&[("20240131_a.sql", "")], "20240132_add_phone.sql"),
            (&[("add_users.sql", "")], "add_phone.sql"),
            (&[("V1__a.sql", ""), ("V2__b.sql", ""), ("R__v.sql", "")], "V3__add_phone.sql"),
            (&[("V009__a.sql", ""), ("U009__a.sql", "")], "V010__add_phone.sql U010__add_phone.sql"),
            (&[("V1_9__a.sql", ""), ("V1_10__b.sql", "")], "V1_11__add_phone.sql"),
            (&[("V2.0__a.sql", "")], "V2.1__add_phone.sql"),
            (&[("V20240101000000__a.sql", "")], "V20240131235959__add_phone.sql"),
            (&[("20240101000000_a.sql", DBMATE)], "20240131235959_add_phone.sql"),
            (&[("99990101120000_a.sql", DBMATE)], "99990101120001_add_phone.sql"),
            (&[("000009_a.up.sql", "")], "000010_add_phone.up.sql 000010_add_phone.down.sql"),
            (&[("1700000000_a.up.sql", "")], "1706745599_add_phone.up.sql 1706745599_add_phone.down.sql"),
            (&[("00001_a.sql", GOOSE)], "00002_add_phone.sql"),
            (
                &[("2024-01-01-000000_a/up.sql", "")],
                "2024-01-31-235959_add_phone/up.sql 2024-01-31-235959_add_phone/down.sql",
            ),
            (
                &[("00000000000000_diesel_initial_setup/up.sql", "")],
                "2024-01-31-235959_add_phone/up.sql 2024-01-31-235959_add_phone/down.sql",
            ),
            (
                &[("2024-01-01-000000-0000_a/up.sql", "")],
                "2024-01-31-235959-0000_add_phone/up.sql 2024-01-31-235959-0000_add_phone/down.sql",
            ),
            (&[("0_init/migration.sql", "")], "20240131235959_add_phone/migration.sql"),
        ] {
            assert_eq!(next(files), expected, "{files:?}");
        }
    }
}
