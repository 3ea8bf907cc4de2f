//! Where results go: standard output, or a file.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{Color, Global};
use crate::report::Style;

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

/// Writes a result that `fill` makes to `file`, or to standard output.
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
        Some(path) => {
            let plain = anstream::adapter::strip_bytes(&bytes).into_vec();
            std::fs::write(path, plain).with_context(|| format!("cannot write {}", path.display()))
        }
        None => {
            let choice = match global.color {
                Color::Auto => anstream::AutoStream::choice(&io::stdout()),
                Color::Always => anstream::ColorChoice::Always,
                Color::Never => anstream::ColorChoice::Never,
            };
            let mut stream = anstream::AutoStream::new(io::stdout(), choice);
            match stream.write_all(&bytes).and_then(|()| stream.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                other => other.context("cannot write to standard output"),
            }
        }
    }
}
