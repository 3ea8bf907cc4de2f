//! What the migration history says of a comparison: where the database stands, and why each difference is there.

use std::path::Path;

use crate::dialect::{Dialect, dialect_where};
use crate::diff::{Diff, Pair, Severity};
use crate::history::cause::{Cause, Misrecorded};
use crate::history::command::{run_pending, stamp_command};
use crate::history::problem::{Gravity, Problem};
use crate::history::{History, Recorded, Standing, Tool};
use crate::model::RelationName;
use crate::report::{self, ChainProblem, ChainStanding, DeclaredAt, Report};
use crate::snapshot::Snapshot;
use crate::source::LoadContext;

use super::context::Context;
use super::failure;
use super::load::{self, Server, Side};
use super::select::{self, Ignore};

/// What all migrations build, and whose they are by the records.
pub(super) struct Head {
    /// The schema.
    pub(super) schema: Snapshot,
    /// The tool.
    pub(super) tool: Tool,
}

/// Gives each finding of `report` its cause, says where the database stands, and returns what all migrations build.
/// Records that cannot be read leave the causes open, with a warning; they do not spoil the comparison.
pub(super) fn explain(
    context: &Context,
    history: &History,
    server: Option<&Server>,
    found: &Diff,
    sides: Pair<&Snapshot>,
    dialect: &dyn Dialect,
    report: &mut Report,
) -> anyhow::Result<Option<Head>> {
    let mut history = history.clone();
    let recorded = match server.map(|server| recorded(context, &mut history, server)).transpose() {
        Ok(recorded) => recorded.flatten(),
        Err(error) => {
            failure::show(&error, context.global.color);
            return Ok(None);
        }
    };
    let default_schema = sides.from.default_schema.as_ref().or(sides.to.default_schema.as_ref());
    let load = LoadContext { dialect, default_schema, root: &context.root, base: None };
    let standing = Standing::of(&history, recorded.as_ref(), sides.from, &load)?;
    let mut wrong = standing.misrecorded(sides.from);
    let causes = standing.causes(found, sides.to, &wrong, dialect);
    // Where the records name what no file has, nothing follows from what they leave out.
    if standing.matched.is_some() || recorded.as_ref().is_some_and(|recorded| !recorded.problems.is_empty()) {
        wrong.clear();
    }
    for (finding, cause) in report.findings.iter_mut().zip(causes) {
        finding.cause = in_words(&cause, &finding.code, &standing, recorded.as_ref(), &wrong);
    }
    let undeclared = standing.undeclared(sides.to, found, dialect);
    let mut chain = chain(&standing, recorded.as_ref(), &wrong, dialect.client());
    chain.problems.extend(standing.unrecorded_part().iter().chain(&undeclared).map(problem));
    report.history = Some(chain);
    Ok(Some(Head { schema: standing.head, tool: history.tool }))
}

/// How far a database is by its own records, beside the whole history.
pub(super) struct Records {
    /// What it records; `None` where it may be that no tool does.
    pub(super) recorded: Option<Recorded>,
    /// The revisions that are not recorded.
    pub(super) pending: Vec<String>,
    /// The command that runs them.
    pub(super) run: Option<String>,
}

/// Reads the records of `server`, which tell whose the history is where several tools share its layout.
pub(super) fn records(context: &Context, history: &mut History, server: &Server) -> anyhow::Result<Records> {
    let recorded = recorded(context, history, server)?;
    let Some(known) = &recorded else { return Ok(Records { recorded, pending: Vec::new(), run: None }) };
    let pending: Vec<usize> = history.whole().into_iter().filter(|at| !known.applied.contains(at)).collect();
    let client = crate::dialect::dialect(server.engine(), None);
    let run = run_pending(history, Some(known), client.client(), &pending);
    let pending = history.graph.ids(&pending).into_iter().map(str::to_owned).collect();
    Ok(Records { recorded, pending, run })
}

/// What is wrong with the records of a target, or with what ran there, by the schema that is there; where that tells
/// otherwise than the records do what is pending, so do `records` afterwards. A schema that cannot be read is none.
pub(super) fn beside_schema(
    context: &Context,
    history: &History,
    side: &Side,
    records: &mut Records,
) -> anyhow::Result<Vec<Problem>> {
    let Some(recorded) = &records.recorded else { return Ok(Vec::new()) };
    let is_asked = history.tool == Tool::GolangMigrate
        || !(recorded.unknown.is_empty() && recorded.failed.is_empty() && records.pending.is_empty());
    let by_themselves = || recorded.problems.iter().cloned().chain(history.out_of_order(recorded)).collect();
    if !is_asked {
        return Ok(by_themselves());
    }
    let mut live = match load::one(context, side, context.dialects(None)) {
        Ok(live) => live,
        Err(error) => {
            failure::show(&error, context.global.color);
            return Ok(by_themselves());
        }
    };
    let books: Vec<RelationName> = history.version_tables().into_iter().map(|table| table.name).collect();
    select::leave_out(&mut live, &books);
    Ignore::new(&context.config.ignore)?.apply(&mut live);
    let dialect = dialect_where(live.engine, live.version, live.letter_case);
    let default_schema = live.default_schema.as_ref();
    let load = LoadContext { dialect: dialect.as_ref(), default_schema, root: &context.root, base: None };
    let standing = Standing::of(history, Some(recorded), &live, &load)?;
    let pending: Vec<usize> = standing.pending.iter().map(|step| step.revision).collect();
    let problems = standing.of_records(recorded);
    let run = standing.run(Some(recorded), dialect.client(), &pending);
    records.pending = history.graph.ids(&pending).into_iter().map(str::to_owned).collect();
    records.run = run;
    Ok(problems)
}

/// What the database records, by the first table that is there of those in which the history's tool would keep it;
/// the table tells the tool where several share a layout. Without one, a tool that keeps records has not run; `None`
/// where it may be that no tool does.
fn recorded(context: &Context, history: &mut History, server: &Server) -> anyhow::Result<Option<Recorded>> {
    for table in history.version_tables() {
        if let Some(rows) = load::records(server, context, &table)? {
            history.tool = table.tool;
            return Ok(Some(history.recorded(Some(rows))));
        }
    }
    Ok(history.tool.keeps_records().then(|| history.recorded(None)))
}

/// A cause with the sentence that says it.
fn in_words(
    cause: &Cause,
    code: &str,
    standing: &Standing<'_>,
    recorded: Option<&Recorded>,
    wrong: &[Misrecorded],
) -> report::Cause {
    let revision = |at: usize| standing.history.graph.revision(at);
    let at = stands(recorded);
    let upto = match recorded.map(|recorded| recorded.stands_at.as_slice()) {
        None | Some([]) => "nothing".to_owned(),
        Some(ids) => ids.join(", "),
    };
    match cause {
        Cause::Pending(position) => report::Cause::Pending {
            revision: revision(*position).id.clone(),
            detail: match recorded {
                Some(_) => {
                    format!("{} {} it; the database {at}", revision(*position).file.display(), verb(code))
                }
                None => format!("{} {} it, and has not run", revision(*position).file.display(), verb(code)),
            },
        },
        Cause::Unwritten => report::Cause::Unwritten { detail: format!("no migration {} it", verb(code)) },
        Cause::Unrecorded => report::Cause::Unrecorded {
            detail: match recorded {
                Some(_) => format!("the migrations up to {upto} leave it otherwise: the database was changed by hand"),
                None => "the migrations leave it otherwise: the database was changed by hand".to_owned(),
            },
        },
        Cause::Misrecorded(position) => report::Cause::Misrecorded {
            revision: revision(*position).id.clone(),
            detail: match wrong.iter().find(|wrong| wrong.revisions.contains(position)) {
                Some(wrong) => sentence(wrong, standing),
                None => format!("the records are wrong about {}", revision(*position).id),
            },
        },
        Cause::Unknown => report::Cause::Unknown,
    }
}

/// What a migration does that mends a finding.
fn verb(code: &str) -> &'static str {
    match code.rsplit('.').next() {
        Some("missing" | "value_missing") => "adds",
        Some("extra" | "value_extra") => "drops",
        Some(_) | None => "changes",
    }
}

/// What the database records, in words that follow "the database".
pub(super) fn stands(recorded: Option<&Recorded>) -> String {
    match recorded {
        None => "records nothing".to_owned(),
        Some(Recorded { absent: Some(table), .. }) => format!("has no table {table}, so that nothing is recorded"),
        Some(recorded) if recorded.stands_at.is_empty() => "records nothing".to_owned(),
        Some(recorded) => format!("stands at {}", recorded.stands_at.join(", ")),
    }
}

fn sentence(wrong: &Misrecorded, standing: &Standing<'_>) -> String {
    let ids = standing.history.graph.ids(&wrong.revisions);
    let verb = |one: &'static str, several: &'static str| if ids.len() == 1 { one } else { several };
    match wrong.is_there {
        true => format!(
            "{} {} not recorded as applied, and all that {} there",
            ids.join(", "),
            verb("is", "are"),
            verb("it makes is", "they make is"),
        ),
        false => format!(
            "{} {} recorded as applied, and nothing of what {} there",
            ids.join(", "),
            verb("is", "are"),
            verb("it makes is", "they make is"),
        ),
    }
}

fn chain(standing: &Standing<'_>, recorded: Option<&Recorded>, wrong: &[Misrecorded], client: &str) -> ChainStanding {
    let history = standing.history;
    let graph = &history.graph;
    let ids = |positions: &[usize]| graph.ids(positions).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let pending: Vec<usize> = standing.pending.iter().map(|step| step.revision).collect();
    let is_there = |at: &usize| wrong.iter().any(|wrong| wrong.is_there && wrong.revisions.contains(at));
    let to_run: Vec<usize> = pending.iter().copied().filter(|at| !is_there(at)).collect();
    let mut problems: Vec<ChainProblem> = wrong.iter().map(|wrong| misrecorded(wrong, standing)).collect();
    problems.extend(recorded.iter().flat_map(|recorded| standing.of_records(recorded)).map(|one| problem(&one)));
    // What has run did not fail.
    let files: Vec<&Path> = pending.iter().map(|at| graph.revision(*at).file.as_path()).collect();
    let waits = |problem: &&Problem| match problem.code {
        "history.transaction" | "history.added_twice" => problem.at.last().is_some_and(|at| files.contains(&&*at.file)),
        _ => true,
    };
    let of_chain = history.problems().into_iter().chain(standing.premises.iter().filter(waits).cloned());
    problems.extend(of_chain.filter(|problem| problem.gravity != Gravity::Note).map(|one| problem(&one)));
    let present = || standing.applied.last().map(|at| ids(&[*at])).unwrap_or_default();
    ChainStanding {
        tool: history.tool.words().to_owned(),
        stands_at: recorded.map_or_else(present, |recorded| recorded.stands_at.clone()),
        heads: ids(&graph.heads()),
        run: standing.run(recorded, client, &to_run),
        pending: ids(&pending),
        problems,
    }
}

fn misrecorded(wrong: &Misrecorded, standing: &Standing<'_>) -> ChainProblem {
    let graph = &standing.history.graph;
    let stamp = graph.ids(&wrong.stamp);
    let command = stamp_command(standing.history.tool, &stamp);
    let help = match (&command, stamp.as_slice()) {
        (Some(command), _) => format!("correct the record: {command}"),
        (None, []) => "empty the record".to_owned(),
        (None, ids) => format!("correct the record, so that it ends with {}", ids.join(", ")),
    };
    ChainProblem {
        code: "history.misrecorded".to_owned(),
        severity: Severity::Warning,
        message: sentence(wrong, standing),
        at: wrong.revisions.iter().map(|at| DeclaredAt::from(&graph.revision(*at).span)).collect(),
        help,
        command,
    }
}

pub(super) fn problem(problem: &Problem) -> ChainProblem {
    ChainProblem {
        code: problem.code.to_owned(),
        severity: match problem.gravity {
            Gravity::Note => Severity::Info,
            Gravity::Warning => Severity::Warning,
            Gravity::Error => Severity::Error,
        },
        message: problem.message.clone(),
        at: problem.at.iter().map(DeclaredAt::from).collect(),
        help: problem.help.clone(),
        command: None,
    }
}
