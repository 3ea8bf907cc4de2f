//! Errors as people read them: what, where, and what to do.

use std::fmt;
use std::io::Write;

use crate::cli::Color;
use crate::config::ConfigError;
use crate::message::{Excerpt, mask_secrets, offset_of, visible};
use crate::snapshot::{Span, Warning};
use crate::source::SourceError;
use crate::text::decode;

use super::output::color_choice;

/// How many warnings are shown unless everything is asked for.
const SHOWN_WARNINGS: usize = 10;

/// What a command itself has to say against going on.
#[derive(Debug)]
struct Advice {
    what: String,
    help: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.what, self.help)
    }
}

impl std::error::Error for Advice {}

/// An error with a remedy.
pub(super) fn advice(what: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    Advice { what: what.into(), help: help.into() }.into()
}

/// Writes an error to standard error. A closed standard error is nothing to complain about.
pub(super) fn show(error: &anyhow::Error, color: Color) {
    let mut stream = anstream::AutoStream::new(std::io::stderr(), color_choice(color));
    let _ = writeln!(stream, "{}", render(error, true));
}

/// An error's text, without passwords.
pub(super) fn render(error: &anyhow::Error, styled: bool) -> String {
    if let Some(config) = error.downcast_ref::<ConfigError>() {
        return config.render(styled);
    }
    if let Some(SourceError::Syntax { at, message }) = error.downcast_ref::<SourceError>()
        && let Some(shown) = excerpt(at, message, styled)
    {
        return shown;
    }
    let title = if styled { "\x1b[1m\x1b[91merror\x1b[0m" } else { "error" };
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    // A library error that wraps another mostly repeats it; what is said once is enough.
    let mut text = chain.first().cloned().unwrap_or_default();
    for cause in chain.iter().skip(1).filter(|cause| !chain[0].contains(cause.as_str())) {
        text += &format!("\n  cause: {cause}");
    }
    format!("{title}: {}", visible(&mask_secrets(&text)))
}

/// The message with the line that it speaks about, if the file can still be read.
fn excerpt(at: &Span, message: &str, styled: bool) -> Option<String> {
    let text = decode(std::fs::read(&at.file).ok()?).text;
    let start = offset_of(&text, at.line, at.column);
    let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
    let file = at.file.display().to_string();
    let (title, label, help) =
        (format!("this file cannot be read: {message}"), "here", Some("correct or simplify what stands there"));
    Some(Excerpt { title: &title, file: &file, text: &text, span: start..end, label, help }.render(styled))
}

/// Writes warnings to standard error.
pub(super) fn show_warnings<'a>(warnings: impl Iterator<Item = &'a Warning>, color: Color, all: bool) {
    let mut stream = anstream::AutoStream::new(std::io::stderr(), color_choice(color));
    let mut hidden = 0;
    for (position, warning) in warnings.enumerate() {
        if position >= SHOWN_WARNINGS && !all {
            hidden += 1;
            continue;
        }
        let _ = writeln!(stream, "\x1b[1m\x1b[33mwarning\x1b[0m: {}", visible(&mask_secrets(&warning.to_string())));
    }
    if hidden > 0 {
        let _ = writeln!(stream, "\x1b[1m\x1b[33mwarning\x1b[0m: {hidden} more warnings; -v shows them all");
    }
}
