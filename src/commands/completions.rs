//! `drift completions`: what a shell needs to complete arguments.

use crate::cli::{CompletionsArgs, Global};

use super::output::emit;
use super::{Exit, command_line};

/// Prints the completions of a shell.
pub(super) fn run(args: CompletionsArgs) -> anyhow::Result<Exit> {
    // clap panics when its stream is closed, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command_line(), "drift", &mut text);
    emit(&Global::default(), None, |out| out.write_all(&text))?;
    Ok(Exit::InSync)
}
