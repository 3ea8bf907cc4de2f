//! The commands: one file for each, which calls the stages in their order and decides nothing itself.
//!
//! What they share stands beside them: the context that a command runs in, loading, comparing, output and messages.

mod check;
mod compare;
mod completions;
mod context;
mod diff;
mod explain;
mod failure;
mod files;
mod generate;
mod history;
mod init;
mod inspect;
mod interrupt;
mod load;
mod output;
mod progress;
mod revision;
mod select;
mod standing;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Color, Command, Global};
use crate::message::mask_secrets;
use crate::threads;

pub use compare::{between, between_asking};

use context::Context;
use output::color_choice;

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// In sync, or nothing to compare.
    InSync,
    /// The comparison could not be made.
    Failed,
    /// Drift found.
    Drift,
    /// In sync as far as it could be compared, where `--strict` asks for more.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::InSync => 0,
            Exit::Failed => 1,
            Exit::Drift => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Runs what the arguments ask for. Every message has been written when this returns.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    interrupt::listen();
    start_logging(cli.global.verbose, cli.global.color);
    let color = cli.global.color;
    threads::deep("main", || {
        execute(cli).unwrap_or_else(|error| {
            failure::show(&error, color);
            Exit::Failed
        })
    })
}

fn execute(Cli { global, command }: Cli) -> anyhow::Result<Exit> {
    // These two work without a configuration, and where it is broken.
    match command {
        Command::Completions(args) => completions::run(args),
        Command::Init(args) => init::run(&args, &global),
        Command::Check(args) => check::run(&args, &context(global)?),
        Command::Diff(args) => diff::run(&args, &context(global)?),
        Command::Generate(args) => generate::run(&args, &context(global)?),
        Command::Explain(args) => explain::run(&args, &context(global)?),
        Command::History(args) => history::run(&args, &context(global)?),
        Command::Inspect(args) => inspect::run(&args, &context(global)?),
    }
}

fn context(global: Global) -> anyhow::Result<Context> {
    Context::new(global)
}

/// The command line as clap knows it, for completions and the reference page.
pub fn command_line() -> clap::Command {
    Cli::command()
}

/// Shows help, the version, or what is wrong with the arguments. clap's own exit code for the last is 2, which means
/// drift here.
fn refuse(error: &clap::Error) -> Exit {
    let text = error.render();
    if error.use_stderr() {
        // An argument in the wrong place is repeated in the message, and may be a URL.
        let _ = write!(std::io::stderr(), "{}", mask_secrets(&text.to_string()));
        Exit::Failed
    } else {
        let _ = write!(anstream::stdout(), "{}", text.ansi());
        Exit::InSync
    }
}

/// Logs of drift itself; drivers may log what they send, which may be secret.
fn start_logging(verbose: u8, color: Color) {
    let level = match verbose {
        0 => return,
        1 => "drift=info",
        2 => "drift=debug",
        _ => "drift=trace",
    };
    let choice = color_choice(color);
    let ansi = anstream::AutoStream::new(std::io::stderr(), choice).current_choice() != anstream::ColorChoice::Never;
    let filter = tracing_subscriber::EnvFilter::new(level);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    // A second start in one process, as in tests, keeps the first subscriber.
    let _ = builder.without_time().with_target(false).try_init();
}
