//! One run at a time: waits for the engine's lock, reports who holds it, and gives up in time.
//!
//! The lock always belongs to a connection (PostgreSQL, MySQL) or a process (SQLite), never to a
//! row, so a killed holder leaves no lock behind.

use std::time::{Duration, Instant};

use super::engines::session;
use super::holder::{Holder, LockGuard};
use super::session::Session;
use super::state::State;
use super::{MigrationError, Observer};
use crate::database::{Db, Pauses};
use crate::migration::Result;

/// Shorter waits are not reported.
const SILENT: Duration = Duration::from_millis(200);

/// Retries until `attempt` succeeds; `None` means that another session holds the lock.
pub(crate) fn wait<T>(
    session: &mut dyn Session,
    timeout: Duration,
    observer: &mut dyn Observer,
    mut attempt: impl FnMut(&mut dyn Session) -> std::result::Result<Option<T>, MigrationError>,
) -> std::result::Result<T, MigrationError> {
    let begun = Instant::now();
    let mut pauses = Pauses::new();
    let mut seen: Option<Holder> = None;
    loop {
        if let Some(value) = attempt(session)? {
            return Ok(value);
        }
        if observer.is_stopped() {
            return Err(MigrationError::Stopped);
        }
        // The holder may be gone by the time we ask: then report the last one seen.
        seen = session.holder().ok().flatten().or(seen);
        let holder = seen.clone().unwrap_or_else(Holder::unknown);
        let waited = begun.elapsed();
        if waited >= timeout {
            return Err(MigrationError::Locked { holder, waited_seconds: waited.as_secs() });
        }
        if waited >= SILENT {
            observer.waiting(&holder, waited);
        }
        pauses.sleep(timeout - waited);
    }
}

pub(crate) fn acquire(
    session: &mut dyn Session,
    timeout: Duration,
    observer: &mut dyn Observer,
) -> std::result::Result<LockGuard, MigrationError> {
    let held = wait(session, timeout, observer, |session| {
        session.try_lock().map_err(MigrationError::engine("cannot take the lock"))
    })?;
    session.bound_waits(timeout).map_err(MigrationError::engine("cannot bound the waits of the run"))?;
    Ok(held)
}

/// Waits until another program lets the database be read; on SQLite a migration run or a load
/// blocks readers. Afterwards no statement of this connection waits longer by itself, either.
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

/// Waits until no other migration run is in progress. A load takes the same lock, so it waits for loads too.
pub fn wait_until_settled(db: &mut Db, timeout: Duration, observer: &mut dyn Observer) -> Result<()> {
    wait(session(db), timeout, observer, |session| {
        let holder =
            session.current_holder().map_err(MigrationError::engine("cannot look for other runs"))?;
        Ok(holder.is_none().then_some(()))
    })?;
    Ok(())
}

fn cannot_wait() -> impl FnOnce(diesel::result::Error) -> MigrationError {
    MigrationError::engine("cannot read what is applied")
}
