//! An interruption that a test can aim.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use instaseed::load;
use instaseed::plan::Part;

/// Sets a flag after so many delivered chunks.
pub struct StopAfter {
    pub chunks: AtomicU64,
    pub stop: Arc<AtomicBool>,
}

impl instaseed::run::Observer for StopAfter {
    fn delivered(&self, _: &Part, _: u64, _: u64) {
        if self.chunks.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl load::Observer for StopAfter {}
