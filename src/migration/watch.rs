//! Finds out, over a separate connection, which session a statement waits for, while it waits.
//!
//! The waiting connection cannot be asked, and once its wait has ended nobody knows which session it waited for.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;

use super::Observer;
use super::engines::session;
use super::holder::Holder;
use super::session::Session;
use crate::database::{Db, Target};

/// Statements that end sooner are not worth a second connection.
const SILENT: Duration = Duration::from_millis(700);
const PAUSE: Duration = Duration::from_secs(1);

/// When to look for the first time, and the pause between two looks.
#[derive(Clone, Copy)]
pub(crate) struct Rhythm {
    pub first: Duration,
    pub then: Duration,
}

/// The address of a run's connection, and its id there.
#[derive(Default)]
pub(crate) struct Watch<'a> {
    pub target: Option<&'a Target>,
    pub connection: Option<i64>,
}

impl Watch<'_> {
    /// Runs a statement. Also returns the sessions that blocked it when last seen.
    pub(crate) fn run(
        &self,
        waiting: &mut dyn Session,
        sql: &str,
        observer: &mut dyn Observer,
    ) -> (QueryResult<()>, Vec<Holder>) {
        let (Some(target), Some(connection)) = (self.target, self.connection) else {
            return (waiting.batch(sql), Vec::new());
        };
        let work = move || waiting.batch(sql);
        watched(target, connection, Rhythm { first: SILENT, then: PAUSE }, work, |first, waited| {
            if let Some(first) = first {
                observer.blocked(first, waited);
            }
        })
    }
}

/// Does the work of a connection and meanwhile looks repeatedly for the sessions that block it, which it
/// passes to `told` (none if they cannot be seen). Returns the result of the work, and the sessions seen last.
pub(crate) fn watched<T: Send>(
    target: &Target,
    connection: i64,
    rhythm: Rhythm,
    work: impl FnOnce() -> T + Send,
    mut told: impl FnMut(Option<&Holder>, Duration),
) -> (T, Vec<Holder>) {
    let mut seen = Vec::new();
    let done = thread::scope(|scope| {
        let (tell, ended) = channel();
        let work = scope.spawn(move || {
            let done = work();
            // The receiver is gone only if nobody needs this thread's result any more.
            let _ = tell.send(());
            done
        });
        let begun = Instant::now();
        let mut eyes = None;
        let mut pause = rhythm.first;
        while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            pause = rhythm.then;
            if eyes.is_none() {
                eyes = Db::connect(target).ok();
            }
            let found = eyes.as_mut().and_then(|eyes| session(eyes).blockers(connection).ok());
            let found = found.unwrap_or_default();
            told(found.first(), begun.elapsed());
            if !found.is_empty() {
                seen = found;
            }
        }
        work.join()
    });
    match done {
        Ok(done) => (done, seen),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
