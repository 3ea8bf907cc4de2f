//! `drift history`: the migration chain itself.

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::cli::{HistoryArgs, HistoryFormat};
use crate::dialect::dialect;
use crate::history::problem::{Gravity, Problem};
use crate::history::{History, Revision, Tool};
use crate::source::LoadContext;

use super::Exit;
use super::context::Context;
use super::failure::{self, advice, show_warnings};
use super::files;
use super::output::emit;
use super::revision;
use super::standing::{self, Records};

/// The folders in which migrations usually stand, where neither a flag nor the configuration names one.
pub(super) const USUAL: [&str; 7] =
    [".", "migrations", "alembic", "db/migrations", "sql/migrations", "prisma/migrations", "supabase/migrations"];

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
    let mut history = history;
    let mut targets = Vec::new();
    let mut of_targets: Vec<Problem> = Vec::new();
    let mut engine = context.dialects(args.dialect).flag;
    for target in context.named_targets()? {
        let side = context.live_side(&target)?;
        if let Some(server) = side.server() {
            engine = engine.or(Some(server.engine()));
            let mut records = standing::records(context, &mut history, server)?;
            of_targets.extend(standing::beside_schema(context, &history, &side, &mut records)?);
            targets.push((target.name.unwrap_or_else(|| side.shown.clone()), records));
        }
    }
    let mut problems = history.problems();
    problems.extend(of_targets);
    problems.extend(engine.and_then(|engine| history.wrong_provider(engine)));
    if let Some(engine) = engine.or_else(|| context.configured_engine()).or_else(|| history.engine()) {
        let dialect = dialect(engine, None);
        let load = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: &context.root, base: None };
        match history.replay(&history.whole(), &load, &|_| false) {
            Ok(steps) => problems.extend(history.premises(&steps)),
            Err(error) => failure::show(&error.into(), context.global.color),
        }
    }
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.gravity));
    let shown = Shown { history: &history, problems: &problems, targets: &targets };
    emit(&context.global, args.output.as_deref(), |out| match args.format {
        HistoryFormat::Text => shown.text(out),
        HistoryFormat::Json => shown.json(out),
    })?;
    let is_sound = problems.iter().all(|problem| problem.gravity == Gravity::Note) && history.warnings.is_empty();
    Ok(if is_sound { Exit::InSync } else { Exit::Drift })
}

/// The history that the argument or the configuration names, else the one in a usual folder.
fn load(args: &HistoryArgs, context: &Context) -> anyhow::Result<History> {
    if let Some(place) = context.history_place(args.path.as_deref(), context.named_targets()?.first())? {
        return Ok(History::load(&place, &context.root)?);
    }
    let found = USUAL.iter().find_map(|place| History::load(Path::new(place), &context.root).ok());
    found.ok_or_else(|| {
        advice("there are no migrations in the usual folders", "name their folder: drift history db/migrations")
    })
}

/// What is shown of a history.
struct Shown<'a> {
    history: &'a History,
    problems: &'a [Problem],
    /// The targets that were asked for, each with what it records.
    targets: &'a [(String, Records)],
}

impl Shown<'_> {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let history = self.history;
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
        for (name, records) in self.targets {
            writeln!(out, "  {name}  {}", stands(records))?;
        }
        for problem in self.problems {
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

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let graph = &self.history.graph;
        let heads = graph.heads();
        let revision = |at: usize| {
            let Revision { id, name, parents, file, .. } = graph.revision(at);
            RevisionJson { id, name, parents, file }
        };
        let target = |(name, records): &'_ (String, Records)| TargetJson {
            name: name.clone(),
            stands_at: records.recorded.as_ref().map(|recorded| recorded.stands_at.clone()),
            pending: records.pending.clone(),
            run: records.run.clone(),
        };
        let shown = HistoryJson {
            version: 1,
            tool: self.history.tool,
            heads: graph.ids(&heads),
            revisions: self.history.whole().into_iter().map(revision).collect(),
            targets: self.targets.iter().map(target).collect(),
            problems: self.problems,
        };
        serde_json::to_writer_pretty(&mut *out, &shown)?;
        writeln!(out)
    }
}

/// Where a target stands, in words.
fn stands(records: &Records) -> String {
    let Some(recorded) = &records.recorded else {
        return "keeps no record of what has run: `drift check` tells it by what is there".to_owned();
    };
    let at = standing::stands(Some(recorded));
    match (records.pending.len(), &records.run) {
        (0, _) => format!("{at}, nothing pending"),
        (count, Some(run)) => format!("{at}, {count} pending (run `{run}`)"),
        (count, None) => format!("{at}, {count} pending"),
    }
}

#[derive(Serialize)]
struct HistoryJson<'a> {
    version: u32,
    tool: Tool,
    heads: Vec<&'a str>,
    revisions: Vec<RevisionJson<'a>>,
    targets: Vec<TargetJson>,
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct RevisionJson<'a> {
    id: &'a str,
    name: &'a str,
    parents: &'a [String],
    file: &'a Path,
}

#[derive(Serialize)]
struct TargetJson {
    name: String,
    /// Null where no tool keeps records.
    stands_at: Option<Vec<String>>,
    pending: Vec<String>,
    run: Option<String>,
}
