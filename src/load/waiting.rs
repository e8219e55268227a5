//! Waiting for others, as long as the caller is willing to, and not without a word.

use std::thread;
use std::time::{Duration, Instant};

use super::Observer;
use crate::database::Target;
use crate::sink::bulk::{Bulk, BulkError, Problem};

/// A wait that is over sooner needs no word.
const SHORT: Duration = Duration::from_secs(1);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// A wait for others that is told of once, when it lasts.
pub(super) struct Waiting {
    begun: Instant,
    patience: Duration,
    told: bool,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, told: false }
    }

    pub(super) fn goes_on(&self) -> bool {
        self.begun.elapsed() < self.patience
    }

    pub(super) fn pause(&self) {
        thread::sleep(PAUSE);
    }

    pub(super) fn tell(&mut self, observer: &dyn Observer, words: &str) {
        if !self.told && self.begun.elapsed() >= SHORT {
            self.told = true;
            observer.note(words);
        }
    }
}

/// Connects; waits for others where connecting takes the database.
pub(super) fn open<B: Bulk>(
    target: &Target,
    patience: Duration,
    observer: &dyn Observer,
) -> Result<B, BulkError> {
    let mut waiting = Waiting::new(patience);
    loop {
        match B::open(target) {
            Err(error) if error.problem == Problem::Busy && waiting.goes_on() => {
                waiting.tell(observer, "waiting for other connections to leave the file");
                waiting.pause();
            }
            opened => return opened,
        }
    }
}
