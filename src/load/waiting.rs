//! Waits for other sessions, for as long as the caller allows, and reports it.

use std::thread;
use std::time::{Duration, Instant};

use super::Observer;
use crate::database::Target;
use crate::sink::Hint;
use crate::sink::bulk::{Bulk, BulkError, Problem};

/// Shorter waits are not reported.
pub(super) const SHORT: Duration = Duration::from_secs(1);

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// A wait for other sessions, reported once if it lasts.
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

    pub(super) fn report(&mut self, observer: &dyn Observer, words: &str) {
        if !self.told && self.begun.elapsed() >= SHORT {
            self.told = true;
            observer.note(words);
        }
    }
}

/// Connects. Waits for other sessions where connecting locks the database.
pub(super) fn open<B: Bulk>(
    target: &Target,
    patience: Duration,
    observer: &dyn Observer,
) -> Result<B, BulkError> {
    let mut waiting = Waiting::new(patience);
    loop {
        match B::open(target) {
            Err(error) if error.problem == Problem::Busy && waiting.goes_on() => {
                waiting.report(observer, "waiting for other connections to leave the file");
                waiting.pause();
            }
            Err(error) if error.problem == Problem::Busy => {
                return Err(error.with_way_out(Hint::CloseOtherProgram));
            }
            opened => return opened,
        }
    }
}
