//! How far a load is, as far as a stop is concerned: known at any time, from any thread.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::DeploymentError;
use crate::load::{self, Phase};
use crate::plan::Part;
use crate::run;

/// How far a load is, as far as a stop is concerned.
#[derive(Debug, Default)]
pub struct LoadTrace {
    /// Whether the load is recorded.
    begun: AtomicBool,
    /// The tables under way that go in as a whole.
    whole_tables: Mutex<BTreeSet<&'static str>>,
}

impl LoadTrace {
    /// What a stop at this moment leaves.
    pub fn stopped(&self) -> DeploymentError {
        if !self.begun.load(Ordering::Relaxed) {
            return DeploymentError::StoppedEarly;
        }
        let under_way = self.whole_tables.lock().unwrap_or_else(PoisonError::into_inner);
        DeploymentError::LoadStopped { again: under_way.iter().copied().collect() }
    }
}

/// Keeps the trace of a load, and passes on what happens.
pub(super) struct Traced {
    pub inner: Arc<dyn load::Observer>,
    pub trace: Arc<LoadTrace>,
}

impl run::Observer for Traced {
    fn begin(&self, part: &Part) {
        self.inner.begin(part);
    }

    fn delivered(&self, part: &Part, units: u64, rows: u64) {
        self.inner.delivered(part, units, rows);
    }

    fn end(&self, part: &Part) {
        self.inner.end(part);
    }
}

impl load::Observer for Traced {
    fn phase(&self, phase: Phase, steps: usize) {
        self.trace.begun.store(true, Ordering::Relaxed);
        self.inner.phase(phase, steps);
    }

    fn already(&self, table: &'static str, rows: u64, all: bool) {
        self.inner.already(table, rows, all);
    }

    fn long_steps(&self, tables: &[&str]) {
        self.inner.long_steps(tables);
    }

    fn step_begins(&self, what: &str, table: Option<&str>) {
        self.inner.step_begins(what, table);
    }

    fn step(&self, what: &str) {
        self.inner.step(what);
    }

    fn whole(&self, table: &'static str, under_way: bool) {
        let mut tables = self.trace.whole_tables.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way {
            true => tables.insert(table),
            false => tables.remove(table),
        };
        drop(tables);
        self.inner.whole(table, under_way);
    }

    fn note(&self, text: &str) {
        self.inner.note(text);
    }
}
