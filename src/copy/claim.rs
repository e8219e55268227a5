//! The lock of a target, from the first query to the end: if two copies go into one database, one of them waits. The lock ends
//! with its connection or process, even if that is killed.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{CopyError, Observer, Result, readers};
use crate::database::{Db, Pauses, Target, is_at};
use crate::deployment::Deployment;

/// Shorter waits are not reported.
const SILENT: Duration = Duration::from_millis(500);

/// The lock of a target, which is released when it is dropped.
pub(super) struct Claim {
    target: Target,
    held: Held,
}

enum Held {
    Server { db: Box<Db>, has: String },
    File { file: File, path: PathBuf },
}

impl Claim {
    /// Waits for the lock of a target.
    pub(super) fn take(to: &Deployment, observer: &mut dyn Observer) -> Result<Claim> {
        let begun = Instant::now();
        let mut pauses = Pauses::new();
        let mut is_reported = false;
        loop {
            if let Some(held) = attempt(&to.target)? {
                return Ok(Claim { target: to.target.clone(), held });
            }
            let waited = begun.elapsed();
            if to.options.stop.load(Ordering::Relaxed) {
                return Err(CopyError::Stopped);
            }
            if waited >= to.options.lock_timeout {
                let (target, waited_seconds) = (to.target.to_string(), waited.as_secs());
                return Err(CopyError::Locked { target, waited_seconds });
            }
            if waited >= SILENT && !is_reported {
                is_reported = true;
                observer.waits();
            }
            pauses.sleep(to.options.lock_timeout.saturating_sub(waited));
        }
    }

    /// Refuses to continue if the lock was lost with its session, because others may have changed the target since.
    pub(super) fn expect_held(&mut self) -> Result<()> {
        match &mut self.held {
            Held::File { .. } => Ok(()),
            Held::Server { db, has } => match db.number(has) {
                Ok(1) => Ok(()),
                _ => Err(CopyError::LockLost { target: self.target.to_string() }),
            },
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Held::File { file, path } = &self.held
            && is_at(file, path)
        {
            // Another process that waits for it finds out, and makes a new one.
            let _ = fs::remove_file(path);
        }
    }
}

fn attempt(target: &Target) -> Result<Option<Held>> {
    if let Some(lock) = readers::words(target.engine()).lock {
        let lock = lock();
        let mut db = Box::new(Db::connect(target)?);
        db.batch(lock.prepare)?;
        return Ok((db.number(&lock.take)? == 1).then_some(Held::Server { db, has: lock.has }));
    }
    let path = target.path().expect("an engine without a server has a file");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let path = path.with_file_name(format!(".{name}.copying"));
    let failed = |source| CopyError::Write { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, &path).then_some(Held::File { file, path })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
