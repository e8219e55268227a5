//! Runs pieces of work on several threads, and returns the results in the order of the pieces. For callers that judge many
//! answers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does each piece once. Each thread starts with a separate state. Of several errors, that of the first piece is returned.
pub(crate) fn each<P: Sync, S, R: Send, E: Send>(
    threads: usize,
    pieces: &[P],
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &P) -> Result<R, E> + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<R>, E> {
    let (next, finished, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let results: Mutex<Vec<(usize, Result<R, E>)>> = Mutex::default();
    let run = || {
        let mut state = begin();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(at).filter(|_| !failed.load(Ordering::Relaxed)) else { return };
            let result = work(&mut state, piece);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
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

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_are_in_the_order_of_the_pieces() {
        let pieces: Vec<usize> = (0..100).collect();
        for threads in [0, 1, 3, 200] {
            let work = |_: &mut (), piece: &usize| Ok::<usize, String>(piece * 2);
            let found = each(threads, &pieces, || (), work, |_| {}).expect("no error");
            assert!(found.iter().enumerate().all(|(at, result)| *result == at * 2), "{found:?}");
        }
        let fails = |_: &mut (), piece: &usize| if *piece < 7 { Ok(()) } else { Err(*piece) };
        assert_eq!(each(1, &pieces, || (), fails, |_| {}), Err(7));
        assert_eq!(each(4, &[], || (), fails, |_| {}), Ok(Vec::new()));
    }
}
