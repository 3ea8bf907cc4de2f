//! A program whose standard output is SQL.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::message::mask_secrets;
use crate::snapshot::Snapshot;
use crate::text::{Decoded, decode};

use super::{LoadContext, SourceError, sql};

/// How many lines of a failed program's standard error are shown.
const SHOWN_LINES: usize = 5;

/// Runs `command` by the shell in `folder` and reads what it prints.
///
/// # Errors
/// When the program cannot be started or fails.
pub fn load(command: &str, folder: &Path, context: &LoadContext<'_>) -> Result<Snapshot, SourceError> {
    let shown = mask_secrets(command).into_owned();
    let failed = |message: String| SourceError::Program { command: shown.clone(), message };
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut process = Command::new(shell);
    process.arg(flag).arg(command).stdin(Stdio::null());
    if !folder.as_os_str().is_empty() {
        process.current_dir(folder);
    }
    let output = process.output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("{}{}", output.status, tail(&output.stderr))));
    }
    let Decoded { text, foreign: None } = decode(output.stdout) else {
        return Err(failed("its output is not UTF-8".to_owned()));
    };
    if text.trim().is_empty() {
        return Err(failed(format!("it printed no SQL to its standard output{}", tail(&output.stderr))));
    }
    Ok(sql::load_text(&text, Path::new(&format!("exec:{shown}")), context))
}

/// The last lines of a standard error, each on a line of its own.
fn tail(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
    shown.iter().map(|line| format!("\n  | {}", mask_secrets(line))).collect()
}
