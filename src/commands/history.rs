//! `drift history`: the migration chain itself.

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::cli::{HistoryArgs, HistoryFormat};
use crate::history::problem::{Gravity, Problem};
use crate::history::{History, Revision, Tool};

use super::Exit;
use super::context::Context;
use super::failure::{advice, show_warnings};
use super::files;
use super::output::emit;
use super::revision;

/// The folders in which migrations usually stand, where neither a flag nor the configuration names one.
const USUAL: [&str; 6] = [".", "migrations", "alembic", "db/migrations", "sql/migrations", "prisma/migrations"];

/// Reads the chain and says what is wrong with it.
pub(super) fn run(args: &HistoryArgs, context: &Context) -> anyhow::Result<Exit> {
    let history = load(args, context)?;
    if !context.global.quiet {
        show_warnings(history.warnings.iter(), context.global.color, true);
    }
    if args.merge {
        let text = match revision::merge(&history)? {
            Some((file, text)) => {
                files::create(&[(&file, &text)], false, "remove it first")?;
                format!("wrote {}\n", file.display())
            }
            None => "there is nothing to join: the history has one head\n".to_owned(),
        };
        emit(&context.global, None, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::InSync);
    }
    let problems = history.problems();
    emit(&context.global, args.output.as_deref(), |out| match args.format {
        HistoryFormat::Text => text(&history, &problems, out),
        HistoryFormat::Json => json(&history, &problems, out),
    })?;
    let is_sound = problems.iter().all(|problem| problem.gravity == Gravity::Note) && history.warnings.is_empty();
    Ok(if is_sound { Exit::InSync } else { Exit::Drift })
}

/// The history that the argument or the configuration names, else the one in a usual folder.
fn load(args: &HistoryArgs, context: &Context) -> anyhow::Result<History> {
    if let Some(place) = context.history_place(args.path.as_deref())? {
        return Ok(History::load(&place, &context.root)?);
    }
    let found = USUAL.iter().find_map(|place| History::load(Path::new(place), &context.root).ok());
    found.ok_or_else(|| {
        advice("there are no migrations in the usual folders", "name their folder: drift history db/migrations")
    })
}

fn text(history: &History, problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    let graph = &history.graph;
    let (heads, count) = (graph.heads(), graph.revisions().len());
    let revisions = if count == 1 { "1 revision".to_owned() } else { format!("{count} revisions") };
    writeln!(out, "{}  {revisions}", history.tool.words())?;
    for (label, positions) in [("base", graph.bases()), ("head", heads)] {
        if history.tool == Tool::Unordered {
            continue;
        }
        for at in positions {
            let Revision { id, name, file, .. } = graph.revision(at);
            let name = if name.is_empty() { String::new() } else { format!("  {name}") };
            writeln!(out, "  {label}  {id}{name}  {}", file.display())?;
        }
    }
    for problem in problems {
        let (word, style) = match problem.gravity {
            Gravity::Error => ("error", AnsiColor::Red.on_default().bold()),
            Gravity::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
            Gravity::Note => ("note", Style::new().dimmed()),
        };
        writeln!(out, "\n{style}{word}{style:#}  {}  {}", problem.code, problem.message)?;
        for at in problem.at.iter().take(8) {
            writeln!(out, "  {at}")?;
        }
        if problem.at.len() > 8 {
            writeln!(out, "  and {} more", problem.at.len() - 8)?;
        }
        writeln!(out, "  help: {}", problem.help)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Shown<'a> {
    version: u32,
    tool: Tool,
    heads: Vec<&'a str>,
    revisions: Vec<ShownRevision<'a>>,
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct ShownRevision<'a> {
    id: &'a str,
    name: &'a str,
    parents: &'a [String],
    file: &'a Path,
}

fn json(history: &History, problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    let graph = &history.graph;
    let heads = graph.heads();
    let order = graph.upto(&(0..graph.revisions().len()).collect::<Vec<_>>());
    let revision = |at: usize| {
        let Revision { id, name, parents, file, .. } = graph.revision(at);
        ShownRevision { id, name, parents, file }
    };
    let shown = Shown {
        version: 1,
        tool: history.tool,
        heads: graph.ids(&heads),
        revisions: order.into_iter().map(revision).collect(),
        problems,
    };
    serde_json::to_writer_pretty(&mut *out, &shown)?;
    writeln!(out)
}
