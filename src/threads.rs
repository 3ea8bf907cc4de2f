//! Threads whose stack is deep, and work that is shared out among the processors.
//!
//! SQL, Python and what is made of them nest. How deep is limited where they are read, and the trees within those limits
//! are walked by functions that call themselves.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism};
use std::{io, iter};

/// The size of a deep stack, of which the system gives what is used.
const STACK_BYTES: usize = 256 << 20;

/// The part of a deep stack that is kept for what does not ask whether there is room.
const RESERVE_BYTES: usize = STACK_BYTES / 4;

/// What is taken to be left of a stack whose size is not known.
const LEFT_BYTES: usize = 512 << 10;

thread_local! {
    /// The address that functions which call themselves may reach down to; 0 where nobody set it.
    static LOWEST: Cell<usize> = const { Cell::new(0) };
}

/// Whether functions that call themselves may go on here: false once most of the stack is used. What depends on a text
/// that others wrote asks this, however it is bounded otherwise.
pub fn has_room() -> bool {
    here() > LOWEST.get()
}

/// An address on the stack, at about its end.
fn here() -> usize {
    let local = 0_u8;
    std::ptr::from_ref(&local).addr()
}

/// How many items a processor takes at once. Fewer are not worth a thread.
const PORTION: usize = 64;

/// Starts `work` beside the caller.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let run = || {
        LOWEST.set(here().saturating_sub(STACK_BYTES - RESERVE_BYTES));
        work()
    };
    Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, run)
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
        (None, Some(work)) => {
            LOWEST.set(here().saturating_sub(LEFT_BYTES));
            work()
        }
        (None, None) => unreachable!("what was started has an outcome"),
    }
}

/// Shares many items out among the processors: what `work` makes of each portion, in the order of the items. A processor
/// takes the next portion when it has done one, since they are not equally fast.
pub fn shared<T: Sync, R: Send>(name: &str, items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let portions: Vec<&[T]> = items.chunks(PORTION).collect();
    let begun = AtomicUsize::new(0);
    let take = || {
        let next = || {
            let at = begun.fetch_add(1, Ordering::Relaxed);
            portions.get(at).map(|portion| (at, work(portion)))
        };
        iter::from_fn(next).collect::<Vec<_>>()
    };
    let processors = available_parallelism().map_or(1, NonZero::get);
    let mut done = std::thread::scope(|scope| {
        let others = 1..processors.min(portions.len());
        // A thread that cannot be had leaves its portions to the others.
        let others: Vec<_> = others.filter_map(|_| spawn(scope, name, take).ok()).collect();
        let mut done = take();
        done.extend(others.into_iter().flat_map(joined));
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back_in_their_order() {
        for count in [0, 1, PORTION, PORTION * 7 + 1] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(shared("test", &items, <[usize]>::to_vec).concat(), items);
        }
    }
}
