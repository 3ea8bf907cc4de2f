//! Ctrl-C: an end at once, with the exit code that shells give to it, a clean line on the terminal, and no file that is
//! half written.

use std::future::poll_fn;
use std::io::{IsTerminal, Write};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::task::Poll;

/// What shells say of a program that SIGINT ended: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

/// Held while files are being replaced, which takes a moment.
static WRITING: Mutex<()> = Mutex::new(());

/// Begins to listen for Ctrl-C, on a thread of its own: reading is mostly computing, which no future would interrupt.
pub(super) fn listen() {
    let (listening, listens) = mpsc::channel();
    let thread = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        if runtime.is_ok_and(|runtime| runtime.block_on(interrupted(listening))) {
            let _whole = hold();
            let mut stream = std::io::stderr();
            // The line that says what is being done would stay.
            let clear = if stream.is_terminal() { "\r\x1b[2K" } else { "" };
            let _ = writeln!(stream, "{clear}interrupted");
            std::process::exit(INTERRUPTED);
        }
    });
    // Without a thread or a handler, the system ends the program as it would have done anyway.
    if thread.is_ok() {
        let _ = listens.recv();
    }
}

/// Waits for Ctrl-C, and says when it has begun to: the first poll is what sets the handler.
async fn interrupted(listening: mpsc::Sender<()>) -> bool {
    let mut signal = pin!(tokio::signal::ctrl_c());
    let first = poll_fn(|context| Poll::Ready(signal.as_mut().poll(context))).await;
    let _ = listening.send(());
    match first {
        Poll::Ready(heard) => heard.is_ok(),
        Poll::Pending => signal.await.is_ok(),
    }
}

/// Keeps Ctrl-C waiting until the value is dropped.
pub(super) fn hold() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}
