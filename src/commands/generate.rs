//! `drift generate`: the migration that brings a target to what is declared, and its reverse, as files.

use std::path::Path;

use crate::cli::{GenerateArgs, MigrationFormat};
use crate::diff::Pair;
use crate::history::sql::{self, Folder, Next};
use crate::history::{History, Tool};
use crate::model::Engine;
use crate::plan::Plan;
use crate::plan::output::Framing;
use crate::report::{Report, Verdict, Voice};

use super::Exit;
use super::compare::{self, Compared, Task};
use super::context::Context;
use super::failure::advice;
use super::files;
use super::output::{emit, emit_exactly};
use super::revision::{self, File};

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
    let declared = context.declared_side(&args.declared, Some(target))?;
    let history = context.history(&args.declared, Some(target))?;
    let live = context.live_side(target)?.without_records_of(history.as_ref());
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
    if report.verdict != Verdict::Drift {
        let words = report.in_sync_words();
        let text = format!("{words}: {} matches {}; nothing to generate\n", report.from, report.to);
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::InSync);
    }
    if let (Form::History, Some(history)) = (form(args, context, history.as_ref())?, &history) {
        return next(args, context, &compared, history);
    }
    if let Some(text) = nothing_to_write(report) {
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Drift);
    }
    let place = place(args, context, compared.engine())?;
    let framing = place.as_ref().map_or(Framing::PLAIN, |place| place.framing);
    let (plan, migration) = compared.without_pending(&framing);
    match place {
        Some(place) => write(args, context, report, &revision::files(migration, place), &plan),
        None => {
            emit_exactly(None, &migration.up)?;
            Ok(Exit::Drift)
        }
    }
}

/// What is to be written.
enum Form {
    /// What mends this database, as SQL.
    Sql,
    /// The history's next migration.
    History,
}

/// The form that the arguments or the configuration name, else the history's own.
fn form(args: &GenerateArgs, context: &Context, history: Option<&History>) -> anyhow::Result<Form> {
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
        (Some(MigrationFormat::Alembic), Some(history)) => {
            revision::of_alembic(history)?;
            Ok(Form::History)
        }
        (Some(MigrationFormat::Sql), _) | (None, None) => Ok(Form::Sql),
        (None, Some(_)) => Ok(if names_sql { Form::Sql } else { Form::History }),
    }
}

/// Writes the history's next migration: what nobody has written one for.
fn next(args: &GenerateArgs, context: &Context, compared: &Compared, history: &History) -> anyhow::Result<Exit> {
    let report = &compared.comparison.report;
    let Some(mut revision) = revision::unwritten(context, compared, history, &name(args))? else {
        let words = report.causes().unwrap_or_else(|| report.headline());
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
            emit_exactly(None, revision.files.first().map_or("", |file| &file.text))?;
            return Ok(Exit::Drift);
        }
        Some(out) => {
            for file in &mut revision.files {
                let below = file.path.strip_prefix(&revision.folder).unwrap_or(&file.path);
                file.path = if out.extension().is_some_and(|one| one == "py") { out.clone() } else { out.join(below) };
            }
        }
        None => {}
    }
    write(args, context, report, &revision.files, &revision.plan)
}

/// Writes all files, or none where one exists, and says so.
fn write(args: &GenerateArgs, context: &Context, report: &Report, files: &[File], plan: &Plan) -> anyhow::Result<Exit> {
    let texts: Vec<(&Path, &str)> = files.iter().map(|file| (file.path.as_path(), file.text.as_str())).collect();
    files::create(&texts, args.force, "choose another --name or --out, or give --force")?;
    let mut text = report.causes().unwrap_or_else(|| report.headline()) + "\n";
    for file in files {
        text += &format!("  wrote {}{}\n", file.path.display(), file.words);
    }
    text += &remarks(plan);
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

/// The files that the arguments or the configuration name, as the others of their folder; `None` means standard output.
fn place(args: &GenerateArgs, context: &Context, engine: Engine) -> anyhow::Result<Option<Next>> {
    let place = match &args.out {
        Some(out) if out.as_os_str() == "-" => return Ok(None),
        Some(out) if out.extension().is_some_and(|extension| extension == "sql") && !out.is_dir() => {
            let (up, down) = (out.clone(), out.with_extension("down.sql"));
            return Ok(Some(Next { up, down, settings: Vec::new(), framing: Framing::PLAIN }));
        }
        Some(out) => out.clone(),
        None => context.migrations_folder()?,
    };
    // Files without an order, such as the schema itself, are no example.
    let known = sql::read(&context.root.join(&place), &place).ok().flatten();
    let (tool, revisions) = known.filter(|(tool, _)| *tool != Tool::Unordered).unwrap_or((Tool::Numbered, Vec::new()));
    let folder = Folder { place: &place, tool, revisions: &revisions, engine, now: revision::now() };
    Ok(folder.next(&name(args)))
}

/// What the files are called beside their number.
fn name(args: &GenerateArgs) -> String {
    let name = slug(&args.name);
    if name.is_empty() { "migration".to_owned() } else { name }
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
    fn names_are_words_with_underscores() {
        assert_eq!(slug("Add users: e-mail!"), "add_users_e_mail");
    }
}
