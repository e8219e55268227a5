//! Looks, over a connection of its own, for whom a statement waits, while the statement waits.
//!
//! The connection that waits cannot be asked, and once its wait has ended nobody knows for whom it was.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;

use super::Observer;
use super::lock::Holder;
use super::session::{Session, session};
use crate::database::{Db, Target};

/// Statements that end sooner are not worth a second connection.
const SILENT: Duration = Duration::from_millis(700);
const PAUSE: Duration = Duration::from_secs(1);

/// Where the connection of a run leads, and who it is there.
#[derive(Default)]
pub(crate) struct Watch<'a> {
    pub target: Option<&'a Target>,
    pub connection: Option<i64>,
}

impl Watch<'_> {
    /// Runs a statement. Answers with it who was in the way when it was last looked.
    pub(crate) fn run(
        &self,
        waiting: &mut dyn Session,
        sql: &str,
        observer: &mut dyn Observer,
    ) -> (QueryResult<()>, Vec<Holder>) {
        let (Some(target), Some(connection)) = (self.target, self.connection) else {
            return (waiting.batch(sql), Vec::new());
        };
        let mut seen = Vec::new();
        let ran = thread::scope(|scope| {
            let (tell, ended) = channel();
            let work = scope.spawn(move || {
                let ran = waiting.batch(sql);
                // Whoever listened is gone only when this thread's work is of no more interest.
                let _ = tell.send(());
                ran
            });
            let begun = Instant::now();
            let mut eyes = None;
            let mut pause = SILENT;
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PAUSE;
                if eyes.is_none() {
                    eyes = Db::connect(target).ok();
                }
                let Some(eyes) = &mut eyes else { continue };
                let Ok(found) = session(eyes).in_the_way_of(connection) else { continue };
                if let Some(first) = found.first() {
                    observer.blocked(first, begun.elapsed());
                }
                seen = found;
            }
            work.join()
        });
        match ran {
            Ok(ran) => (ran, seen),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
