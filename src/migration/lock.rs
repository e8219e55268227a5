//! One run at a time: wait for the lock of the engine, tell for whom, give up in time.
//!
//! The lock always belongs to a connection (PostgreSQL, MySQL) or to a process (SQLite), never to a row, so that
//! a killed holder leaves none behind.

use std::fmt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::session::{Session, session};
use super::state::State;
use super::{MigrationError, Observer};
use crate::database::Db;
use crate::migration::Result;

/// Who holds the lock, as far as the engine tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// `process 4711` or `connection 12`.
    pub id: String,
    /// The program, the account, the host.
    pub who: Option<String>,
    pub since: Option<String>,
    /// The statement that ends it, where it is a connection to a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

impl Holder {
    pub(crate) fn unknown() -> Self {
        Self { id: "another connection".into(), who: None, since: None, end: None }
    }
}

impl Holder {
    /// For an administrator: the statement that ends the connection.
    pub(crate) fn how_to_end(&self) -> Option<&str> {
        self.end.as_deref()
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
    mut attempt: impl FnMut(&mut dyn Session) -> std::result::Result<Option<T>, MigrationError>,
) -> std::result::Result<T, MigrationError> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut seen: Option<Holder> = None;
    loop {
        if let Some(value) = attempt(session)? {
            return Ok(value);
        }
        if observer.is_stopped() {
            return Err(MigrationError::Stopped);
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
) -> std::result::Result<Held, MigrationError> {
    let held = wait(session, timeout, observer, |session| {
        session.try_lock().map_err(MigrationError::engine("cannot take the lock"))
    })?;
    session.bound_waits(timeout).map_err(MigrationError::engine("cannot bound the waits of the run"))?;
    Ok(held)
}

/// Waits until another program lets the database be read, which on SQLite a run of migrations or a load does not; then
/// no statement of this connection waits longer by itself either.
pub fn wait_until_readable(db: &mut Db, timeout: Duration, observer: &mut dyn Observer) -> Result<()> {
    let session = session(db);
    let Some(_) = session.patience().map_err(cannot_wait())? else { return Ok(()) };
    wait(session, timeout, observer, |session| match State::read(session) {
        Ok(_) => Ok(Some(())),
        Err(error) if session.is_busy(&error) => Ok(None),
        Err(error) => Err(cannot_wait()(error)),
    })?;
    let patience = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX).min(i64::from(i32::MAX));
    session.set_patience(patience).map_err(cannot_wait())
}

/// Waits until no other run of migrations is under way. A load takes the same lock, so it is waited for as well.
pub fn wait_until_settled(db: &mut Db, timeout: Duration, observer: &mut dyn Observer) -> Result<()> {
    wait(session(db), timeout, observer, |session| {
        let holder = session.run_under_way().map_err(MigrationError::engine("cannot look for other runs"))?;
        Ok(holder.is_none().then_some(()))
    })?;
    Ok(())
}

fn cannot_wait() -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot read what is applied")
}
