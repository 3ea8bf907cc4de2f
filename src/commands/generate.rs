//! `drift generate`: the migration that brings a target to what is declared, and its reverse, as files.

use std::path::{Path, PathBuf};

use crate::cli::{GenerateArgs, MigrationFormat};
use crate::diff::Pair;
use crate::history::{History, Tool};
use crate::plan::Plan;
use crate::report::{Report, Voice};

use super::Exit;
use super::compare::{self, Compared, Task};
use super::context::Context;
use super::failure::advice;
use super::files;
use super::output::{emit, emit_exactly};
use super::revision;

/// Compares, and writes the migration where there is drift.
pub(super) fn run(args: &GenerateArgs, context: &Context) -> anyhow::Result<Exit> {
    let targets = context.targets()?;
    let [target] = targets.as_slice() else {
        let names: Vec<&str> = targets.iter().filter_map(|target| target.name.as_deref()).collect();
        return Err(advice(
            format!("there are {} targets, and a migration is for one", targets.len()),
            format!("say which: --target {}", names.join(" or --target ")),
        ));
    };
    let declared = context.declared_side(&args.declared)?;
    let history = context.history(&args.declared)?;
    let live = context.live_side(target)?;
    let task = Task {
        sides: Pair::new(&live, &declared),
        target: target.name.clone(),
        voice: Voice::Check,
        dialects: context.dialects(args.declared.dialect),
        history: history.as_ref(),
        migration: args.migration,
    };
    let compared = compare::compare(context, task)?;
    let report = &compared.comparison.report;
    if report.in_sync {
        let words = report.in_sync_words();
        let text = format!("{words}: {} matches {}; nothing to generate\n", report.from, report.to);
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::InSync);
    }
    if let (MigrationFormat::Alembic, Some(history)) = (format(args, context, history.as_ref())?, &history) {
        return alembic(args, context, &compared, history);
    }
    if let Some(text) = nothing_to_write(report) {
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Drift);
    }
    let (plan, migration) = compared.without_pending();
    let Some(place) = Place::choose(args, context)? else {
        emit_exactly(None, &migration.up)?;
        return Ok(Exit::Drift);
    };
    place.write(&migration.up, migration.down.as_deref(), args.force)?;
    let words = report.causes().unwrap_or_else(|| report.summary.words());
    let mut text = format!("{words}\n  wrote {}\n", place.up.display());
    if migration.down.is_some() {
        text += &format!("  wrote {} (the way back)\n", place.down.display());
    }
    text += &remarks(&plan);
    emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Drift)
}

/// The form that the arguments or the configuration name, else the history's own.
fn format(args: &GenerateArgs, context: &Context, history: Option<&History>) -> anyhow::Result<MigrationFormat> {
    let set = context.config.generate_format.as_deref().map(|word| match word {
        "alembic" => MigrationFormat::Alembic,
        _ => MigrationFormat::Sql,
    });
    // A file that is named says its form by its name.
    let names_sql = args.out.as_ref().is_some_and(|out| out.extension().is_some_and(|extension| extension == "sql"));
    match (args.format.or(set), history) {
        (Some(MigrationFormat::Alembic), None) => Err(advice(
            "a revision of Alembic needs the history that it belongs to",
            "give --history with the folder of alembic.ini, or set history.path in drift.toml",
        )),
        (Some(format), _) => Ok(format),
        (None, Some(history)) if history.tool == Tool::Alembic && !names_sql => Ok(MigrationFormat::Alembic),
        (None, _) => Ok(MigrationFormat::Sql),
    }
}

/// Writes the next revision for what nobody has written a migration for.
fn alembic(args: &GenerateArgs, context: &Context, compared: &Compared, history: &History) -> anyhow::Result<Exit> {
    let report = &compared.comparison.report;
    let words = report.causes().unwrap_or_else(|| report.summary.words());
    let name = slug(&args.name);
    let Some(mut revision) = revision::unwritten(context, compared, history, &name)? else {
        let repair = match report.is_all_pending() {
            true => "",
            false => "; --format sql writes what repairs this database",
        };
        let text = format!("{words}; no migration is missing{repair}\n");
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Drift);
    };
    match &args.out {
        Some(out) if out.as_os_str() == "-" => {
            emit_exactly(None, &revision.text)?;
            return Ok(Exit::Drift);
        }
        Some(out) if out.extension().is_some_and(|extension| extension == "py") => revision.file.clone_from(out),
        Some(out) => revision.file = out.join(revision.file.file_name().unwrap_or_default()),
        None => {}
    }
    files::create(&[(&revision.file, &revision.text)], args.force, OCCUPIED)?;
    let text = format!("{words}\n  wrote {}\n{}", revision.file.display(), remarks(&revision.plan));
    emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Drift)
}

/// What is said where a migration that mends everything is written already.
fn nothing_to_write(report: &Report) -> Option<String> {
    if !report.is_all_pending() {
        return None;
    }
    Some(format!("{}; nothing to generate\n", report.causes()?))
}

/// What the user should look at before running the migration.
fn remarks(plan: &Plan) -> String {
    let withheld = plan.steps.iter().filter(|step| step.withheld).count();
    let cautions = plan.steps.iter().filter(|step| !step.withheld && !step.hazards.is_empty()).count();
    let mut text = String::new();
    for (count, words) in [
        (withheld, "withheld as a comment, each with its reason; --allow-drop lets destructive ones run"),
        (cautions, "with a remark to read before it runs"),
        (plan.notes.len(), "that no statement mends; the file says why"),
    ] {
        if count > 0 {
            let noun = if words.starts_with("that") { "difference" } else { "step" };
            text += &format!("  {count} {noun}{} {words}\n", if count == 1 { "" } else { "s" });
        }
    }
    text
}

/// Where a migration is written.
struct Place {
    up: PathBuf,
    down: PathBuf,
}

impl Place {
    /// The files that the arguments or the configuration name; `None` means standard output.
    fn choose(args: &GenerateArgs, context: &Context) -> anyhow::Result<Option<Place>> {
        let folder = match &args.out {
            Some(out) if out.as_os_str() == "-" => return Ok(None),
            Some(out) if out.extension().is_some_and(|extension| extension == "sql") && !out.is_dir() => {
                return Ok(Some(Place { up: out.clone(), down: out.with_extension("down.sql") }));
            }
            Some(out) => out.clone(),
            None => context.migrations_folder()?,
        };
        let name = slug(&args.name);
        let name = if name.is_empty() { "migration".to_owned() } else { name };
        let stem = format!("{}_{name}", next_version(&folder));
        let up = if uses_up_suffix(&folder) { "up.sql" } else { "sql" };
        Ok(Some(Place { up: folder.join(format!("{stem}.{up}")), down: folder.join(format!("{stem}.down.sql")) }))
    }

    /// Writes both files, or neither where one exists.
    fn write(&self, up: &str, down: Option<&str>, force: bool) -> anyhow::Result<()> {
        let down = down.map(|down| (self.down.as_path(), down));
        let files: Vec<(&Path, &str)> = [(self.up.as_path(), up)].into_iter().chain(down).collect();
        files::create(&files, force, OCCUPIED)
    }
}

/// What to do about a file that is there.
const OCCUPIED: &str = "choose another --name or --out, or give --force";

/// The names of the SQL files of a folder.
fn sql_files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.ends_with(".sql")).collect()
}

fn uses_up_suffix(folder: &Path) -> bool {
    sql_files(folder).iter().any(|name| name.ends_with(".up.sql"))
}

/// The number after the highest of the folder, as wide as that one; a folder without numbers starts at 0001.
fn next_version(folder: &Path) -> String {
    let digits = |name: &String| name.chars().take_while(char::is_ascii_digit).collect::<String>();
    let highest =
        sql_files(folder).iter().map(digits).filter_map(|text| Some((text.parse::<u64>().ok()?, text.len()))).max();
    let (number, width) = highest.unwrap_or((0, 4));
    let next = number.saturating_add(1);
    // Fourteen digits are a point in time.
    let next = if width == TIMESTAMP_DIGITS { next.max(timestamp()) } else { next };
    format!("{next:0width$}")
}

/// How many digits `20240131235959` has.
const TIMESTAMP_DIGITS: usize = 14;

/// The present, in UTC, as `20240131235959`.
fn timestamp() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
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

/// A name as file names have it.
fn slug(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    plain.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_as_the_folder_has_them() {
        for (files, expected) in [
            (&[][..], "0001"),
            (&["000_a.sql", "003_b.sql"][..], "004"),
            (&["99990101120000_a.up.sql"][..], "99990101120001"),
            (&["0009_a.sql", "readme.md"][..], "0010"),
            (&["schema.sql"][..], "0001"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for file in files {
                std::fs::write(folder.path().join(file), "").unwrap();
            }
            assert_eq!(next_version(folder.path()), expected, "{files:?}");
        }
        let now = timestamp().to_string();
        assert!(now.len() == TIMESTAMP_DIGITS && now.starts_with("20"), "{now}");
        assert_eq!(slug("Add users: e-mail!"), "add_users_e_mail");
    }
}
