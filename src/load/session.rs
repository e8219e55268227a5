//! A load under way: its connections, its lock, and how long its phases take.

use std::time::{Duration, Instant};

use super::journal::Journal;
use super::portion::Portions;
use super::state::Phase;
use super::{LoadError, Observer, Options, waiting};
use crate::database::{Pauses, Target};
use crate::edition::{Edition, Rows, Table};
use crate::load::Result;
use crate::plan::{self, Shard};
use crate::run;
use crate::sink::bulk::{Bulk, BulkError, Strange};

/// Shorter waits are not reported.
const SILENT: Duration = Duration::from_millis(300);

/// A load under way.
pub(super) struct Load<'a, B> {
    pub lanes: Vec<B>,
    pub tables: Vec<&'static Table>,
    pub observer: &'a dyn Observer,
    phases: Vec<(Phase, f64)>,
    since: Instant,
    /// How long to wait for others.
    pub patience: Duration,
    pub target: Target,
    /// The load is recorded, so it can be resumed.
    pub under_way: bool,
}

impl<'a, B: Bulk> Load<'a, B> {
    /// Connects. Waits for other sessions for up to `patience`.
    pub(super) fn open(
        target: &Target,
        edition: Edition,
        patience: Duration,
        observer: &'a dyn Observer,
    ) -> Result<Self> {
        let control = waiting::open(target, patience, observer)?;
        let tables = edition.tables().iter().collect();
        Ok(Self {
            lanes: vec![control],
            tables,
            observer,
            phases: Vec::new(),
            since: Instant::now(),
            patience,
            target: target.clone(),
            under_way: false,
        })
    }

    /// The connection for everything that is done only once.
    pub(super) fn control(&mut self) -> &mut B {
        &mut self.lanes[0]
    }

    /// Waits for the lock. A killed load also holds it until the server has noticed its end and
    /// rolled back its portion.
    pub(super) fn lock(&mut self) -> Result<()> {
        let begun = Instant::now();
        let mut pauses = Pauses::new();
        let mut is_reported = false;
        while !self.control().try_lock()? {
            let waited = begun.elapsed();
            if waited >= self.patience {
                return Err(LoadError::Locked { waited_seconds: waited.as_secs() });
            }
            if waited >= SILENT && !is_reported {
                is_reported = true;
                self.observer.note("waiting for another load or migration in this database");
            }
            pauses.sleep(self.patience - waited);
        }
        Ok(())
    }

    pub(super) fn open_lanes(&mut self) -> Result<(), BulkError> {
        while self.lanes.len() < B::LANES {
            let mut lane = B::open(&self.target)?;
            lane.hold_helper_lock()?;
            self.lanes.push(lane);
        }
        Ok(())
    }

    /// The load's records in the database.
    pub(super) fn journal(&mut self) -> Journal<'_, B> {
        Journal::new(self.control())
    }

    /// Records a phase and reports it.
    pub(super) fn enter(&mut self, phase: Phase, steps: usize) -> Result<(), BulkError> {
        self.journal().enter(phase)?;
        self.enter_phase(phase, steps);
        Ok(())
    }

    pub(super) fn enter_phase(&mut self, phase: Phase, steps: usize) {
        let now = Instant::now();
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = (now - self.since).as_secs_f64();
        }
        self.since = now;
        self.phases.push((phase, 0.0));
        self.observer.phase(phase, steps);
    }

    /// Refuses tables that are not ordinary ones of our own: only those can be filled, emptied and counted by name.
    pub(super) fn expect_tables(&mut self) -> Result<()> {
        let tables = self.tables.clone();
        match self.control().strange(&tables)?.into_iter().next() {
            None => Ok(()),
            Some(Strange { table, kind, what }) => Err(LoadError::Strange { table, kind, what }),
        }
    }

    /// Ends the last phase and returns how long each took.
    pub(super) fn end_phases(&mut self) -> Vec<(Phase, f64)> {
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = self.since.elapsed().as_secs_f64();
        }
        std::mem::take(&mut self.phases)
    }

    /// The portions of a load. Each table of up to `whole_chunks` chunks is a single portion.
    pub(super) fn portions<R: Rows>(
        &self,
        rows: &R,
        options: &Options<'_>,
        whole_chunks: u64,
    ) -> Result<Portions> {
        let mut parts = plan::plan(rows, &self.tables, Shard::WHOLE)?;
        let run = run::Options { threads: options.threads, stop: &options.stop, observer: &() };
        run::number(rows, &mut parts, run)?;
        Ok(Portions::of(rows, &parts, whole_chunks))
    }
}
