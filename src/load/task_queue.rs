//! Runs many tasks on several connections: a free connection takes the first task that may run.
//! Callers put the longest first, so that the connections finish at about the same time.
//!
//! A task may need a table for itself. Two such tasks never run on the same table at once: the second
//! would only wait for the first one's lock, while another task could have used its connection.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What is left to do and what is being done.
struct Queue<'t, T, E> {
    waiting: Vec<&'t T>,
    /// Tables that a running task has for itself.
    taken: Vec<&'t str>,
    failure: Option<E>,
}

/// Runs every task once. Returns the first failure; tasks that have not begun by then are skipped.
pub(super) fn run<B: Send, T: Sync, E: Send>(
    connections: &mut [B],
    tasks: &[T],
    alone_on: impl Fn(&T) -> Option<&str> + Sync,
    work: impl Fn(&mut B, &T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let queue = Mutex::new(Queue { waiting: tasks.iter().collect(), taken: Vec::new(), failure: None });
    let freed = Condvar::new();
    let (queue, freed, alone_on, work) = (&queue, &freed, &alone_on, &work);
    thread::scope(|scope| {
        for connection in connections {
            scope.spawn(move || {
                while let Some(task) = next(queue, freed, alone_on) {
                    let done = work(connection, task);
                    let mut queue = lock(queue);
                    if let Some(table) = alone_on(task) {
                        queue.taken.retain(|taken| *taken != table);
                    }
                    if let Err(error) = done {
                        queue.waiting.clear();
                        queue.failure.get_or_insert(error);
                    }
                    freed.notify_all();
                }
            });
        }
    });
    let failure = lock(queue).failure.take();
    failure.map_or(Ok(()), Err)
}

/// Waits for a task that may run; `None` when there are no more.
fn next<'t, T, E>(
    queue: &Mutex<Queue<'t, T, E>>,
    freed: &Condvar,
    alone_on: impl Fn(&T) -> Option<&str>,
) -> Option<&'t T> {
    let mut queue = lock(queue);
    loop {
        if queue.waiting.is_empty() {
            return None;
        }
        let may_run = |task: &&T| alone_on(task).is_none_or(|table| !queue.taken.contains(&table));
        if let Some(at) = queue.waiting.iter().position(may_run) {
            let task = queue.waiting.remove(at);
            queue.taken.extend(alone_on(task));
            return Some(task);
        }
        queue = freed.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
}

fn lock<Q>(queue: &Mutex<Q>) -> MutexGuard<'_, Q> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_task_is_done_once_and_in_order_on_one_connection() {
        for connections in 1..4 {
            let mut logs = vec![Vec::new(); connections];
            let tasks: Vec<u32> = (0..100).collect();
            let work = |log: &mut Vec<u32>, task: &u32| {
                log.push(*task);
                Ok::<_, ()>(())
            };
            run(&mut logs, &tasks, |_| None, work).unwrap();
            assert!(logs.iter().all(|log| log.is_sorted()));
            let mut all = logs.concat();
            all.sort_unstable();
            assert_eq!(all, tasks);
        }
    }

    #[test]
    fn tasks_that_want_a_table_for_themselves_never_meet_on_it() {
        let tables = ["a", "b", "a", "a", "b", "a"];
        let inside = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let work = |_: &mut (), table: &&str| {
            let here = &inside[usize::from(*table == "b")];
            assert_eq!(here.fetch_add(1, Ordering::SeqCst), 0);
            thread::sleep(Duration::from_millis(2));
            here.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, ()>(())
        };
        run(&mut [(), (), ()], &tables, |table| Some(table), work).unwrap();
    }

    #[test]
    fn a_failure_leaves_what_has_not_begun() {
        let begun = AtomicUsize::new(0);
        let tasks: Vec<u32> = (0..1000).collect();
        let work = |_: &mut (), task: &u32| {
            begun.fetch_add(1, Ordering::SeqCst);
            if *task == 3 { Err("three") } else { Ok(()) }
        };
        assert_eq!(run(&mut [(), ()], &tasks, |_| None, work), Err("three"));
        assert!(begun.into_inner() < 1000);
    }
}
