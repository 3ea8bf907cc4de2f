//! What is being done, on a terminal's standard error.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Global;

/// A line that says what is being done, until it is dropped.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Says that something is being done, if anybody watches.
    pub(super) fn start(global: &Global, what: String) -> Self {
        tracing::info!("{what}");
        let watched = std::io::stderr().is_terminal() && !global.quiet && !global.no_progress && global.verbose == 0;
        Progress(watched.then(|| {
            let bar = ProgressBar::new_spinner().with_message(what);
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed:.dim}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
