//! Answers for people: the answer first, then where it is declared, why, and what mends it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::report::Cause;

use super::verdict::{Explanation, Verdict};

const STRONG: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// Writes each answer, with an empty line between two.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(answers: &[Explanation], out: &mut dyn Write) -> io::Result<()> {
    for (position, answer) in answers.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        one(answer, out)?;
    }
    Ok(())
}

fn one(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let style = match answer.verdict {
        Verdict::InSync => GOOD,
        Verdict::MissingInDatabase | Verdict::NotDeclared | Verdict::Unresolved | Verdict::BrokenHistory => STRONG,
    };
    writeln!(out, "{style}{}{style:#}", answer.message)?;
    if let Some(place) = &answer.declared_at {
        let place = format!("{place}   ");
        line(out, "declared", place.trim_end(), answer.declared.as_deref())?;
    }
    if let Some(cause) = answer.cause.as_ref().filter(|cause| **cause != Cause::Unknown) {
        line(out, "cause", &cause.to_string(), None)?;
    }
    // Commands come first, each of which does it; the statements that would do the same follow them together.
    for (position, fix) in answer.fix.iter().enumerate() {
        let label = match position {
            0 => "fix",
            later if later <= answer.commands => "or",
            _ => "",
        };
        let mut lines = fix.lines();
        line(out, label, lines.next().unwrap_or_default(), None)?;
        for rest in lines {
            line(out, "", rest, None)?;
        }
    }
    if !answer.similar.is_empty() {
        line(out, "similar", &answer.similar.join(", "), None)?;
    }
    if !answer.candidates.is_empty() {
        line(out, "may be", &answer.candidates.join(", "), None)?;
    }
    if answer.count > 1 {
        line(out, "seen", &format!("{} times, first on line {}", answer.count, answer.line), None)?;
    }
    for note in &answer.notes {
        writeln!(out, "  {FAINT}note      {note}{FAINT:#}")?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, label: &str, text: &str, more: Option<&str>) -> io::Result<()> {
    let more = more.map(|more| format!("   {more}")).unwrap_or_default();
    writeln!(out, "  {FAINT}{label:<8}{FAINT:#}  {text}{more}")
}
