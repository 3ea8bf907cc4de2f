//! Markdown, for a comment on a pull request.

use std::io::{self, Write};

use crate::diff::Severity;
use crate::message::{visible, visible_line};

use super::group::{self, change, groups, one_line};
use super::{Comparison, Finding, Outcome, Report, Reporter, Style};

/// The longest value that is shown in full.
const LONGEST: usize = 120;

/// A heading, one table of findings, and the rest folded away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

impl Reporter for Markdown {
    fn write(&self, outcomes: &[Outcome], _style: Style, out: &mut dyn Write) -> io::Result<()> {
        for (position, outcome) in outcomes.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            match outcome {
                Outcome::Compared(comparison) => compared(comparison, out)?,
                Outcome::Failed { target, message } => {
                    writeln!(out, "### {} could not be compared", escape(target.as_deref().unwrap_or("the database")))?;
                    writeln!(out, "\n{}", block("text", message))?;
                }
            }
        }
        Ok(())
    }
}

fn compared(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let report = &comparison.report;
    let name = report.target.as_deref().map(|target| format!("{}: ", escape(target))).unwrap_or_default();
    writeln!(out, "### {name}{}", report.headline())?;
    writeln!(out, "\n{} → {}", code(&report.from), code(&report.to))?;
    for line in report.wanted_not_compared() {
        writeln!(out, "\nNot compared: {}", escape(&line))?;
    }
    if let Some(causes) = report.causes() {
        writeln!(out, "\n**{}**", escape(&causes))?;
    }
    let problems = report.history.iter().flat_map(|chain| &chain.problems);
    let problems: Vec<String> = problems
        .filter(|problem| problem.severity != Severity::Info)
        .map(|problem| format!("- {}: {} ({})", code(&problem.code), escape(&problem.message), escape(&problem.help)))
        .collect();
    section("History", &problems, out)?;
    if !report.findings.is_empty() {
        findings(report, out)?;
        folded("Migration", &block("sql", &comparison.migration.up), out)?;
    }
    let undecided = group::undecided(report).into_iter().map(|open| {
        let place = open.fact.declared_at.as_ref().map(|at| format!(" ({})", code(&at.to_string())));
        let reason = escape(&open.fact.reason);
        format!("- {} {}: {reason}{}", code(&open.object), open.facets, place.unwrap_or_default())
    });
    let undecided: Vec<String> = undecided.collect();
    section("Undecided", &undecided, out)?;
    let not_compared: Vec<String> = report
        .not_compared
        .iter()
        .map(|left_out| {
            let reason = left_out.shown(report.default_schema.as_deref());
            format!("- {} {}: {}", left_out.count, left_out.kind, escape(&reason))
        })
        .collect();
    section("Not compared", &not_compared, out)?;
    let warnings: Vec<String> = report
        .warnings
        .iter()
        .map(|warning| {
            let place = warning.at.as_ref().map(|at| format!("{}: ", code(&at.to_string())));
            format!("- {}{}", place.unwrap_or_default(), escape(&one_line(&warning.message, LONGEST)))
        })
        .collect();
    section("Warnings", &warnings, out)
}

fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n| | Object | Finding | From → to | Declared at |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for group in groups(report) {
        for finding in group.findings {
            let place = finding.declared_at.as_ref().map(|at| code(&at.to_string())).unwrap_or_default();
            writeln!(
                out,
                "| {} | {} | {} | {} | {place} |",
                finding.severity,
                code(&finding.object.shown(report.default_schema.as_deref())),
                code(&finding.code),
                value(finding),
            )?;
        }
    }
    Ok(())
}

fn value(finding: &Finding) -> String {
    match change(finding, LONGEST) {
        empty if empty.is_empty() => empty,
        text => code(&text),
    }
}

fn section(title: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    match lines.len() {
        0 => Ok(()),
        count => folded(&format!("{title} ({count})"), &lines.join("\n"), out),
    }
}

fn folded(title: &str, body: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n<details><summary>{title}</summary>\n\n{body}\n\n</details>")
}

/// Text as a code span that also holds inside a table: the fence is longer than any run of backticks in the text.
fn code(text: &str) -> String {
    let text = visible_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text as a block whose fence no line of it can close.
fn block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", visible(text.trim_end()))
}

/// Text on one line whose characters mean nothing to Markdown or HTML. A mention of somebody stays text.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in visible_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '`' | '*' | '_' | '|' | '[' | ']' | '\\' | '~' | '#' => escaped.extend(['\\', c]),
            other => escaped.push(other),
        }
    }
    escaped
}
