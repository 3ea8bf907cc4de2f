//! Threads whose stack is deep, and work that is shared out among the processors.
//!
//! SQL, Python and what is made of them nest. How deep is limited where they are read, and the trees within those limits
//! are walked by functions that call themselves.

use std::io;
use std::num::NonZero;
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism};

/// The size of a deep stack, of which the system gives what is used.
const STACK_BYTES: usize = 256 << 20;

/// Less items than this are not worth a thread.
const LEAST_SHARE: usize = 100;

/// Starts `work` beside the caller.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, work)
}

/// What `work` on such a thread comes to; where it panics, so does the caller.
pub fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Runs `work` on a deep stack; where there is no thread to spare, the stack at hand has to do.
pub fn deep<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> T {
    let mut work = Some(work);
    let done = std::thread::scope(|scope| {
        let run = || work.take().map(|work| work());
        spawn(scope, name, run).ok().and_then(joined)
    });
    match (done, work) {
        (Some(outcome), _) => outcome,
        (None, Some(work)) => work(),
        (None, None) => unreachable!("what was started has an outcome"),
    }
}

/// Shares many items out among the processors: what `work` makes of each share, in the order of the items.
pub fn shared<T: Sync, R: Send>(name: &str, items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let mut shares = items.chunks(items.len().div_ceil(processors).max(LEAST_SHARE));
    let (first, work) = (shares.next(), &work);
    std::thread::scope(|scope| {
        let begun: Vec<_> = shares.map(|share| (share, spawn(scope, name, move || work(share)))).collect();
        let here = first.map(work);
        let beside = begun.into_iter().map(|(share, thread)| thread.map_or_else(|_| work(share), joined));
        here.into_iter().chain(beside).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back_in_their_order() {
        for count in [0, 1, LEAST_SHARE, LEAST_SHARE * 7 + 1] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(shared("test", &items, <[usize]>::to_vec).concat(), items);
        }
    }
}
