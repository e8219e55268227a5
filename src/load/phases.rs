//! The phases of a load after its start. Each is safe to repeat: what is already done is read from
//! the database, not remembered.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::begin::Begun;
use super::portion::Portions;
use super::session::Load;
use super::state::Phase;
use super::tell::Tell;
use super::timed::Timed;
use super::verify::{self, holds_exactly};
use super::{LoadError, Options, restore, task_queue};
use crate::edition::{Edition, Rows};
use crate::load::Result;
use crate::run;
use crate::sink::bulk::{Bulk, Parked};
use crate::sink::digest::Digest;

impl<B: Bulk> Load<'_, B> {
    /// What is parked, or will be.
    pub(super) fn recorded_parked(&mut self) -> Result<Vec<Parked>> {
        let tables = self.tables.clone();
        self.journal().parked(&tables)
    }

    /// Parks what was recorded, in reverse order.
    pub(super) fn park(&mut self) -> Result<()> {
        let parked = self.recorded_parked()?;
        if parked.iter().all(|parked| parked.drop.is_empty()) {
            self.enter_phase(Phase::Parking, parked.len());
            return Ok(());
        }
        // Park everything in one transaction if the engine can roll it back; otherwise each change is separate.
        if B::ROLLS_BACK_DDL {
            // The foreign keys of other tables are parked too. Locking those tables one by one
            // later could deadlock with an application.
            let tables = self.tables.clone();
            let others = self.control().referring(&tables)?;
            self.hold(&others, &others, true)?;
        }
        self.enter(Phase::Parking, parked.len())?;
        for parked in parked.iter().rev().filter(|parked| !parked.drop.is_empty()) {
            let what = parked.described();
            self.observer.step_begins(&what, None);
            if !self.control().rows(&parked.present)?.is_empty() {
                self.control().run_one(&parked.drop)?;
            }
            self.observer.step(&what);
        }
        if B::ROLLS_BACK_DDL {
            self.control().release()?;
        }
        Ok(())
    }

    /// Sends what is not in yet. Returns the share of the time that was spent waiting for the engine.
    pub(super) fn send<R: Rows>(
        &mut self,
        portions: &Portions,
        rows: &R,
        start: &Begun,
        options: &Options<'_>,
    ) -> Result<f64> {
        let done = &start.done;
        self.enter(Phase::Loading, (portions.count() - (done.len() as u64).min(portions.count())) as usize)?;
        let beside = start.offsets.is_some();
        let tables = self.tables.clone();
        let mut lanes = self.lanes.len();
        for lane in &mut self.lanes {
            // Where the server checks the references of each row, the rows they point at must
            // already be in: load one table after another.
            if beside && !lane.look_ourselves(&tables, true)? {
                lanes = 1;
            }
        }
        let hands = portions.assign(lanes, done);
        let begun = Instant::now();
        let mut timed: Vec<_> = self.lanes.iter_mut().take(lanes).map(Timed::new).collect();
        let lanes = timed.iter_mut().zip(&hands).map(|(sink, hand)| {
            sink.expect(hand.coming.clone());
            run::Lane { parts: &hand.parts, sink }
        });
        let tell = Tell::new(&*options.observer, portions);
        let run = run::Options { threads: options.threads, stop: &options.stop, observer: &tell };
        run::run_lanes(rows, lanes.collect(), run)?;
        let busy: Duration = timed.iter().map(|sink| sink.busy).sum();
        let wall = begun.elapsed().as_secs_f64() * timed.len() as f64;
        if beside {
            self.lanes.iter_mut().try_for_each(|lane| lane.look_ourselves(&tables, false).map(drop))?;
        }
        Ok(busy.as_secs_f64() / wall.max(f64::MIN_POSITIVE))
    }

    pub(super) fn restore(&mut self) -> Result<()> {
        let parked = self.recorded_parked()?;
        self.enter(Phase::Restoring, parked.len())?;
        Ok(restore::restore_all(&mut self.lanes, &parked, self.observer)?)
    }

    /// Checks that what was parked can be put back. Call this before deleting rows.
    pub(super) fn expect_restorable(&mut self) -> Result<()> {
        self.recorded_parked().map(drop)
    }

    /// Puts back what was parked, without recording how far the load is.
    pub(super) fn put_back(&mut self) -> Result<()> {
        let parked = self.recorded_parked()?;
        self.enter_phase(Phase::Restoring, parked.len());
        Ok(restore::restore_all(&mut self.lanes, &parked, self.observer)?)
    }

    pub(super) fn verify(
        &mut self,
        edition: Edition,
        portions: &Portions,
        done: &BTreeMap<u64, Digest>,
        start: &Begun,
    ) -> Result<()> {
        self.enter(Phase::Verifying, self.tables.len())?;
        let observer = self.observer;
        observer.long_steps(&self.tables.iter().map(|table| table.name).collect::<Vec<_>>());
        let beside = start.offsets.is_some();
        let expected = self.tables.iter().map(|table| {
            let counted = |lane: &mut B| if beside { lane.rows_put_in(table) } else { lane.counted(table) };
            let counted = self.lanes.iter_mut().find_map(counted);
            (*table, portions.sum(table.name, done).rows, counted)
        });
        let mut expected: Vec<_> = expected.collect();
        expected.sort_by_key(|(_, rows, _)| Reverse(*rows));
        let (alone, mixed) = (AtomicBool::new(!beside), &start.ours);
        task_queue::run(
            &mut self.lanes,
            &expected,
            |_| None,
            |lane, &(table, expected, counted)| {
                let what = format!("rows and statistics of {}", table.name);
                observer.step_begins(&what, Some(table.name));
                if !holds_exactly(lane, table, expected, counted, beside, mixed)? {
                    alone.store(false, Ordering::Relaxed);
                }
                lane.analyze(table)?;
                observer.step(&what);
                Ok::<_, LoadError>(())
            },
        )?;
        if beside || !B::VALIDATES {
            let counts = expected.iter().map(|(table, rows, _)| (table.name, *rows)).collect();
            let ours = if alone.into_inner() { None } else { Some(&start.ours) };
            verify::references(self.control(), edition, &counts, ours)?;
        }
        Ok(())
    }
}
