//! Runs pieces of work on several threads, and returns the results in the order of the pieces.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::Result;

/// Does each piece once. Each thread starts with a separate state; the first error stops all of them.
pub(super) fn each<P: Sync, S, R: Send>(
    threads: usize,
    pieces: &[P],
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &P) -> Result<R> + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<R>> {
    let (next, finished, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let results: Mutex<Vec<(usize, Result<R>)>> = Mutex::default();
    let run = || {
        let mut state = begin();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(at).filter(|_| !failed.load(Ordering::Relaxed)) else { return };
            let result = work(&mut state, piece);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            lock(&results).push((at, result));
            done(finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.clamp(1, pieces.len().max(1)) {
            scope.spawn(run);
        }
        run();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
