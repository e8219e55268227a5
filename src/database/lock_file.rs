//! A file that is locked by a process, and how long to pause before another try to take a lock.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Whether an open file is still the one at its path. Whoever has the lock of a file may remove the file, so the lock of a
/// file that is gone is worth nothing.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let there = fs::metadata(path).ok().zip(file.metadata().ok());
    there.is_some_and(|(there, ours)| (there.dev(), there.ino()) == (ours.dev(), ours.ino()))
}

/// The pauses of a wait for a lock: short at first, because most locks are free soon.
pub(crate) struct Pauses {
    next: Duration,
}

impl Pauses {
    const FIRST: Duration = Duration::from_millis(20);
    const LONGEST: Duration = Duration::from_millis(250);

    pub(crate) fn new() -> Pauses {
        Pauses { next: Self::FIRST }
    }

    /// Sleeps, but no longer than this.
    pub(crate) fn sleep(&mut self, most: Duration) {
        thread::sleep(self.next.min(most));
        self.next = (self.next * 2).min(Self::LONGEST);
    }
}
