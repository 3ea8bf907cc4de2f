//! The report for people: findings by table, with what is there, what is declared, and where.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table as Grid, presets};

use super::group::{self, change, groups, one_line};
use super::{Comparison, DeclaredAt, Finding, Outcome, Report, Reporter, Style, Verdict};
use crate::diff::Severity;
use crate::message::{visible, visible_line};

/// How many lines of a section are shown unless everything is asked for.
const SHOWN: usize = 12;

/// The longest value that is shown in full.
const LONGEST: usize = 72;

const BOLD: Ansi = Ansi::new().bold();
const DIM: Ansi = Ansi::new().dimmed();
const RED: Ansi = AnsiColor::Red.on_default().bold();
const GREEN: Ansi = AnsiColor::Green.on_default().bold();

/// Aligned columns, coloured on a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Table;

impl Reporter for Table {
    fn write(&self, outcomes: &[Outcome], style: Style, out: &mut dyn Write) -> io::Result<()> {
        for (position, outcome) in outcomes.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            match outcome {
                Outcome::Compared(comparison) => compared(comparison, style, out)?,
                Outcome::Failed { target, message } => {
                    let target = target.as_deref().unwrap_or("the database");
                    let first = message.lines().next().unwrap_or_default();
                    let (target, first) = (visible_line(target), visible_line(first));
                    writeln!(out, "{RED}{target} could not be compared{RED:#}: {first}")?;
                }
            }
        }
        Ok(())
    }
}

fn compared(comparison: &Comparison, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let report = &comparison.report;
    if let Some(target) = &report.target {
        writeln!(out, "{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", visible_line(target), visible_line(&report.from))?;
        writeln!(out)?;
    }
    findings(report, style, out)?;
    undecided(report, style, out)?;
    not_compared(report, style, out)?;
    causes(report, style, out)?;
    history(report, out)?;
    summary(report, style, out)
}

fn findings(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[String; 5]> = report.findings.iter().map(cells).collect();
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let room = style.width.map_or(usize::MAX, usize::from);
    // Two spaces stand before each column.
    let stacked = widths.iter().map(|width| width + 2).sum::<usize>() > room;
    for group in groups(report) {
        writeln!(out, "{BOLD}{}{BOLD:#}", visible_line(&group.name))?;
        let rows = group.findings.iter().map(|finding| {
            let [severity, code, object, change, place] = cells(finding);
            let texts = match stacked {
                false => vec![severity, code, object, change, place],
                true => vec![severity, code, [object, change, place].map(lines).concat().trim_end().to_owned()],
            };
            row(finding.severity, texts, &widths)
        });
        print(rows.collect(), stacked.then_some(room), out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Severity, code, object, change and place of a finding.
fn cells(finding: &Finding) -> [String; 5] {
    let object = match &finding.object.table {
        Some(_) => visible_line(&finding.object.name).into_owned(),
        None => format!("({})", finding.object.kind.replace('_', " ")),
    };
    let severity = finding.severity.key().to_owned();
    [severity, finding.code.clone(), object, change(finding, LONGEST), place(finding.declared_at.as_ref())]
}

fn lines(text: String) -> String {
    if text.is_empty() { text } else { text + "\n" }
}

fn place(at: Option<&DeclaredAt>) -> String {
    at.map(|at| visible_line(&at.to_string()).into_owned()).unwrap_or_default()
}

fn row(severity: Severity, texts: Vec<String>, widths: &[usize; 5]) -> Vec<Cell> {
    let colour = match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Cyan,
    };
    let last = texts.len() - 1;
    texts
        .into_iter()
        .enumerate()
        .map(|(column, text)| {
            // Every group is a grid of its own; padding aligns their columns.
            let text = if column < last { format!("{text:width$}", width = widths[column]) } else { text };
            match column {
                0 => Cell::new(text).fg(colour),
                2 => Cell::new(text).add_attribute(Attribute::Bold),
                4 => Cell::new(text).add_attribute(Attribute::Dim),
                _ => Cell::new(text),
            }
        })
        .collect()
}

/// Prints rows as aligned columns, two spaces apart, broken where a width is given.
fn print(rows: Vec<Vec<Cell>>, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).enforce_styling();
    match width.and_then(|width| u16::try_from(width).ok()) {
        Some(width) => grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => grid.set_content_arrangement(ContentArrangement::Disabled),
    };
    grid.add_rows(rows);
    for column in grid.column_iter_mut() {
        column.set_padding((2, 0));
    }
    for line in grid.lines() {
        writeln!(out, "{}", trim_styled(&line))?;
    }
    Ok(())
}

/// The line without the spaces that fill its last cell up, which stand before the escapes that end a colour.
fn trim_styled(line: &str) -> String {
    let (mut text, mut escapes) = (line.trim_end(), String::new());
    while let Some((before, escape)) = text.rsplit_once('\x1b').filter(|_| text.ends_with('m')) {
        if escape.trim_start_matches('[').trim_end_matches('m').contains(|c: char| !c.is_ascii_digit() && c != ';') {
            break;
        }
        escapes.insert_str(0, &format!("\x1b{escape}"));
        text = before.trim_end();
    }
    format!("{text}{escapes}")
}

fn undecided(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rows = group::undecided(report).into_iter().map(|open| {
        let reason = one_line(&open.fact.reason, 2 * LONGEST);
        [visible_line(&open.object).into_owned(), open.facets, reason, place(open.fact.declared_at.as_ref())]
    });
    section("undecided: neither drift nor in sync", rows.collect(), style, out)
}

fn not_compared(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rows = report.not_compared.iter().map(|left_out| {
        let reason = visible(&left_out.shown(report.default_schema.as_deref())).into_owned();
        [left_out.kind.replace('_', " "), left_out.count.to_string(), reason, String::new()]
    });
    section("not compared", rows.collect(), style, out)
}

fn section(title: &str, rows: Vec<[String; 4]>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{DIM}{title}{DIM:#}")?;
    let shown = if style.all { rows.len() } else { SHOWN };
    let more = rows.len().saturating_sub(shown);
    let widths: [usize; 4] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let room = style.width.map_or(usize::MAX, usize::from);
    let stacked = widths.iter().map(|width| width + 2).sum::<usize>() > room;
    let cells = rows.into_iter().take(shown).map(|[what, which, reason, place]| {
        let texts = match stacked {
            false => vec![what, which, reason, place],
            true => vec![what, which, [reason, place].map(lines).concat().trim_end().to_owned()],
        };
        texts.into_iter().map(Cell::new).collect()
    });
    print(cells.collect(), stacked.then_some(room), out)?;
    if more > 0 {
        writeln!(out, "  {DIM}and {more} more; -v shows them all{DIM:#}")?;
    }
    writeln!(out)
}

/// Each cause once, with the findings that it is the cause of.
fn causes(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if report.history.is_none() || report.findings.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<(String, usize)> = Vec::new();
    for finding in &report.findings {
        let line = finding.cause.to_string();
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => lines.push((line, 1)),
        }
    }
    writeln!(out, "{BOLD}cause{BOLD:#}")?;
    let shown = if style.all { lines.len() } else { SHOWN };
    for (line, count) in lines.iter().take(shown) {
        let findings = if *count == 1 { "finding" } else { "findings" };
        writeln!(out, "  {} {DIM}({count} {findings}){DIM:#}", visible_line(line))?;
    }
    if lines.len() > shown {
        writeln!(out, "  {DIM}and {} more{DIM:#}", lines.len() - shown)?;
    }
    writeln!(out)
}

/// What is wrong with the migrations or with what the database records of them.
fn history(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let problems = report.history.iter().flat_map(|chain| &chain.problems);
    let problems: Vec<&super::ChainProblem> = problems.filter(|problem| problem.severity != Severity::Info).collect();
    if problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "{BOLD}history{BOLD:#}")?;
    for problem in problems {
        writeln!(out, "  {}  {}  {}", problem.severity.key(), problem.code, visible_line(&problem.message))?;
        for at in &problem.at {
            writeln!(out, "    {DIM}{}{DIM:#}", visible_line(&at.to_string()))?;
        }
        for (position, line) in problem.help.lines().enumerate() {
            let label = if position == 0 { "help: " } else { "" };
            writeln!(out, "    {label}{}", visible_line(line))?;
        }
    }
    writeln!(out)
}

fn summary(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let colour = match (report.gravest(), report.verdict) {
        (Some(Severity::Error), _) => RED,
        (Some(Severity::Warning | Severity::Info), _) | (None, Verdict::NothingDiffers) => BOLD,
        (None, Verdict::InSync | Verdict::Drift) => GREEN,
    };
    let words = report.headline();
    let (from, to) = (visible_line(&report.from), visible_line(&report.to));
    match report.verdict {
        Verdict::InSync | Verdict::NothingDiffers => {
            let tables = if report.summary.tables == 1 { "table" } else { "tables" };
            let mut compared = format!("{} {tables} compared", report.summary.tables);
            if report.summary.undecided > 0 {
                compared = format!("{compared}; {} undecided", report.summary.undecided);
            }
            let default_schema = report.default_schema.as_deref();
            let wanted: Vec<String> =
                report.not_compared.iter().filter_map(|left_out| left_out.wanted(default_schema)).collect();
            if !wanted.is_empty() {
                compared = format!("{compared}; not compared: {}", visible_line(&wanted.join(", ")));
            }
            let words = report.in_sync_words();
            writeln!(out, "{colour}{words}{colour:#}: {from} matches {to} ({compared})")?;
        }
        Verdict::Drift => {
            if let Some(causes) = report.causes() {
                writeln!(out, "{BOLD}{}{BOLD:#}", visible_line(&causes))?;
            }
            writeln!(out, "{colour}{words}{colour:#}  {DIM}{from} → {to}{DIM:#}")?;
        }
    }
    match &report.next {
        Some(next) if style.hints => writeln!(out, "{DIM}next: {next}{DIM:#}"),
        Some(_) | None => Ok(()),
    }
}
