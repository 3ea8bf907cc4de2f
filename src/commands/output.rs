//! Where results go: standard output, or a file.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{Color, Global};
use crate::message::visible;
use crate::report::Style;

use super::files;

/// What `--color` asks for.
pub(super) fn color_choice(color: Color) -> anstream::ColorChoice {
    match color {
        Color::Auto => anstream::AutoStream::choice(&io::stderr()),
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
}

/// What a reporter has to know about the place that it writes to.
pub(super) fn style(global: &Global, file: Option<&Path>) -> Style {
    let width = match file {
        None if io::stdout().is_terminal() => comfy_table::Table::new().width(),
        None | Some(_) => None,
    };
    Style { width, hints: !global.quiet, all: global.verbose > 0 }
}

/// Writes a result that `fill` makes to `file`, or to standard output. Its colours go where there is no terminal.
///
/// # Errors
/// When it cannot be written. A reader that has gone away, such as `head`, is no error.
pub(super) fn emit(
    global: &Global,
    file: Option<&Path>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    fill(&mut bytes)?;
    match file {
        Some(path) => files::replace(path, &anstream::adapter::strip_bytes(&bytes).into_vec()),
        None => {
            let choice = match global.color {
                Color::Auto => anstream::AutoStream::choice(&io::stdout()),
                Color::Always => anstream::ColorChoice::Always,
                Color::Never => anstream::ColorChoice::Never,
            };
            to_standard_output(anstream::AutoStream::new(io::stdout(), choice), &bytes)
        }
    }
}

/// Writes text that another program reads, such as SQL, byte for byte: an escape in it is part of a name or a value.
/// Only a terminal is shown it in visible form, lest it obey.
///
/// # Errors
/// As [`emit`].
pub(super) fn emit_exactly(file: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match file {
        Some(path) => files::replace(path, text.as_bytes()),
        None if io::stdout().is_terminal() => to_standard_output(io::stdout(), visible(text).as_bytes()),
        None => to_standard_output(io::stdout(), text.as_bytes()),
    }
}

fn to_standard_output(mut stream: impl Write, bytes: &[u8]) -> anyhow::Result<()> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}
