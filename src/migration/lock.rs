//! One run at a time: wait for the lock of the engine, tell for whom, give up in time.
//!
//! The lock always belongs to a connection (PostgreSQL, MySQL) or to a process (SQLite), never to a row, so that
//! a killed holder leaves none behind.

use std::fmt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::session::Session;
use super::{MigrationError, Observer};

/// Who holds the lock, as far as the engine tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// `process 4711` or `connection 12`.
    pub id: String,
    /// The program, the account, the host.
    pub who: Option<String>,
    pub since: Option<String>,
}

impl Holder {
    pub(crate) fn unknown() -> Self {
        Self { id: "another connection".into(), who: None, since: None }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(who) = &self.who {
            write!(f, " ({who})")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", since {since}")?;
        }
        Ok(())
    }
}

/// The lock, and what the session was like before it was taken.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub foreign_keys: bool,
}

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// Short waits are not worth a word.
const SILENT: Duration = Duration::from_millis(200);

/// Asks again and again until `attempt` succeeds; its `None` means that another one is in the way.
pub(crate) fn wait<T>(
    session: &mut dyn Session,
    timeout: Duration,
    observer: &mut dyn Observer,
    mut attempt: impl FnMut(&mut dyn Session) -> Result<Option<T>, MigrationError>,
) -> Result<T, MigrationError> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut seen: Option<Holder> = None;
    loop {
        if let Some(value) = attempt(session)? {
            return Ok(value);
        }
        // The holder can be gone by the time we ask for it: then the last one seen is the truth to tell.
        seen = session.holder().ok().flatten().or(seen);
        let holder = seen.clone().unwrap_or_else(Holder::unknown);
        let waited = begun.elapsed();
        if waited >= timeout {
            return Err(MigrationError::Locked { holder, waited_seconds: waited.as_secs() });
        }
        if waited >= SILENT {
            observer.waiting(&holder, waited);
        }
        sleep(pause.min(timeout - waited));
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

pub(crate) fn acquire(
    session: &mut dyn Session,
    timeout: Duration,
    observer: &mut dyn Observer,
) -> Result<Held, MigrationError> {
    wait(session, timeout, observer, |session| {
        session.try_lock().map_err(MigrationError::engine("cannot take the lock"))
    })
}
