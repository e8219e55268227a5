//! The steps of a load, each of them safe to repeat: what is done already is found in the database, not remembered.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use super::begin::{self, Begun};
use super::ours::Ours;
use super::portion::Portions;
use super::recorded::{self, Recorded};
use super::shift::Shifted;
use super::state::{self, DataSet, Interrupted, Phase};
use super::tell::Tell;
use super::timed::Timed;
use super::waiting;
use super::{LoadError, Mode, Observer, Options, Summary, TableSummary, abreast, restore, verify};
use crate::database::Target;
use crate::edition::{Edition, Rows, Table};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load::Result;
use crate::plan::{self, Shard};
use crate::run;
use crate::sink::bulk::{Bulk, BulkError, Strange, number};
use crate::sink::digest::Digest;

const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// A load under way: its connections, and what is recorded of it.
pub(super) struct Load<'a, B> {
    lanes: Vec<B>,
    pub tables: Vec<&'static Table>,
    pub observer: &'a dyn Observer,
    phases: Vec<(Phase, f64)>,
    since: Instant,
    /// Tables of up to so many chunks go in whole.
    pub whole_chunks: u64,
    /// How long to wait for others.
    pub patience: Duration,
    pub target: Target,
    /// There is a record of it: it can be gone on with.
    pub under_way: bool,
}

pub(super) fn load<B: Bulk, R: Rows>(
    target: &Target,
    data: &DataSet,
    rows: &R,
    options: Options<'_>,
) -> Result<Summary> {
    let begun = Instant::now();
    let mut load = Load::<B>::open(target, data.edition, options.lock_timeout, options.observer)?;
    load.lock()?;
    load.expect_tables()?;
    let found = admitted(options.mode, state::find(load.control())?)?;
    load.expect_room(options.mode)?;
    load.choose_portions(options.mode, found.as_ref())?;
    let portions = load.portions(rows, options)?;
    let rows_before = found.as_ref().map_or(0, Interrupted::rows_in);
    let start = match found {
        Some(found) => {
            load.under_way = true;
            let counts = found.rows.clone();
            let start = begin::resumed(found, &load.tables, rows, &portions)?;
            let done = state::done(load.control())?;
            for table in &load.tables {
                let count = counts.get(table.name).copied().unwrap_or(0);
                load.observer.already(table.name, count, portions.are_in(table.name, &done));
            }
            if start.phase == Phase::Emptying {
                load.tell(Phase::Emptying, load.tables.len());
                load.empty_again(&start.ours)?;
            }
            start
        }
        None => load.begin(data, rows, &portions, options.mode)?,
    };
    load.under_way = true;
    match &start.offsets {
        None => load.go(data, rows, &portions, &start, options),
        Some(offsets) => load.go(data, &Shifted { rows, offsets }, &portions, &start, options),
    }
    .map(|summary| Summary { seconds: begun.elapsed().as_secs_f64(), rows_before, ..summary })
}

/// The interrupted load that is gone on with; an error where there is one and none is wanted, or the other way round.
pub(super) fn admitted(mode: Mode, found: Option<Interrupted>) -> Result<Option<Interrupted>, LoadError> {
    match (mode, found) {
        (Mode::Resume, None) => Err(LoadError::NothingToResume),
        (Mode::Resume, Some(found)) if found.phase == Phase::Discarding => Err(unfinished(&found)),
        (Mode::Resume, Some(found)) if found.data.generator_version != GENERATOR_VERSION => {
            let theirs = found.data.generator_version;
            Err(LoadError::OtherGenerator { theirs, ours: GENERATOR_VERSION })
        }
        (Mode::Resume, found) => Ok(found),
        (_, Some(found)) => Err(unfinished(&found)),
        (_, None) => Ok(None),
    }
}

fn unfinished(found: &Interrupted) -> LoadError {
    LoadError::Unfinished {
        what: found.world(),
        phase: found.phase,
        done: found.done,
        portions: found.portions,
    }
}

impl<'a, B: Bulk> Load<'a, B> {
    /// Connects; waits for others as long as `patience` says.
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
            whole_chunks: 0,
            patience,
            target: target.clone(),
            under_way: false,
        })
    }

    /// The connection for everything that is done once.
    pub(super) fn control(&mut self) -> &mut B {
        &mut self.lanes[0]
    }

    /// Waits for the lock: also a killed load holds it until the server has seen its end and undone its portion.
    pub(super) fn lock(&mut self) -> Result<()> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        while !self.control().try_lock()? {
            if begun.elapsed() >= self.patience {
                return Err(LoadError::Locked { waited_seconds: begun.elapsed().as_secs() });
            }
            if pause == LONGEST_PAUSE {
                self.observer.note("waiting for another load or migration in this database");
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE + Duration::from_millis(1));
        }
        Ok(())
    }

    pub(super) fn open_lanes(&mut self) -> Result<(), BulkError> {
        while self.lanes.len() < B::LANES {
            let mut lane = B::open(&self.target)?;
            lane.attend()?;
            self.lanes.push(lane);
        }
        Ok(())
    }

    /// Records a phase and tells of it.
    fn enter(&mut self, phase: Phase, steps: usize) -> Result<(), BulkError> {
        self.control().run(&state::enter(phase))?;
        self.tell(phase, steps);
        Ok(())
    }

    pub(super) fn tell(&mut self, phase: Phase, steps: usize) {
        let now = Instant::now();
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = (now - self.since).as_secs_f64();
        }
        self.since = now;
        self.phases.push((phase, 0.0));
        self.observer.phase(phase, steps);
    }

    /// Only ordinary tables that are ours alone can be filled, emptied and counted by their names.
    pub(super) fn expect_tables(&mut self) -> Result<()> {
        let tables = self.tables.clone();
        match self.control().strange(&tables)?.into_iter().next() {
            None => Ok(()),
            Some(Strange { table, what }) => Err(LoadError::Strange { table, what }),
        }
    }

    /// Whether tables go in whole: as the load began, or as suits the engine.
    pub(super) fn choose_portions(
        &mut self,
        mode: Mode,
        found: Option<&Interrupted>,
    ) -> Result<(), BulkError> {
        self.whole_chunks = match found {
            Some(found) => found.whole_chunks,
            None if mode == Mode::Append => 0,
            None => self.control().whole_chunks()?,
        };
        Ok(())
    }

    pub(super) fn portions<R: Rows>(&mut self, rows: &R, options: Options<'_>) -> Result<Portions> {
        let mut parts = plan::plan(rows, &self.tables, Shard::WHOLE)?;
        let run = run::Options { threads: options.threads, stop: options.stop, observer: &() };
        run::number(rows, &mut parts, run)?;
        Ok(Portions::of(rows, &parts, self.whole_chunks))
    }

    fn go<R: Rows>(
        mut self,
        data: &DataSet,
        rows: &R,
        portions: &Portions,
        start: &Begun,
        options: Options<'_>,
    ) -> Result<Summary> {
        let tables = self.tables.clone();
        for note in self.control().notes() {
            self.observer.note(&note);
        }
        self.open_lanes()?;
        let mut engine_share = 0.0;
        if start.phase <= Phase::Loading {
            if start.phase < Phase::Loading {
                self.park()?;
            }
            engine_share = self.send(portions, rows, start, options)?;
        }
        let done = state::done(self.control())?;
        if start.phase <= Phase::Restoring {
            self.restore()?;
        }
        self.verify(data.edition, portions, &done, start)?;
        let sums: Vec<_> = tables.iter().map(|table| portions.sum(table.name, &done)).collect();
        self.enter(Phase::Finishing, 0)?;
        self.control().settle(&tables)?;
        let by_table = tables.iter().zip(&sums);
        let recorded = Recorded {
            data: data.clone(),
            tables: by_table.clone().map(|(table, sum)| (table.name.to_owned(), sum.into())).collect(),
            ours: start.ours.clone(),
            schema: None,
        };
        recorded::finish(self.control(), recorded, start.offsets.is_some())?;
        let megabytes = self.control().size().ok().flatten().map(|bytes| bytes as f64 / 1e6);
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = self.since.elapsed().as_secs_f64();
        }
        let summaries = by_table.map(|(table, sum)| TableSummary {
            table: table.name,
            rows: sum.rows,
            digest: sum.to_string(),
        });
        Ok(Summary {
            tables: summaries.collect(),
            rows_before: 0,
            seconds: 0.0,
            engine_share,
            phases: self.phases,
            megabytes,
            digests: sums,
        })
    }

    /// Takes away what was recorded, the last first.
    fn park(&mut self) -> Result<()> {
        let parked = state::parked(&mut self.lanes[0], &self.tables)?;
        if parked.iter().all(|parked| parked.drop.is_empty()) {
            self.tell(Phase::Parking, parked.len());
            return Ok(());
        }
        // All of it at once, where the engine can roll it back; elsewhere each change stands by itself.
        if B::ROLLS_BACK_DDL {
            // Their keys go too: a lock for each of them, taken later one by one, could meet an application's.
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

    /// Sends what is not in yet; the share of the time for which the engine kept us waiting.
    fn send<R: Rows>(
        &mut self,
        portions: &Portions,
        rows: &R,
        start: &Begun,
        options: Options<'_>,
    ) -> Result<f64> {
        let done = state::done(self.control())?;
        self.enter(Phase::Loading, (portions.count() - (done.len() as u64).min(portions.count())) as usize)?;
        let beside = start.offsets.is_some();
        let tables = self.tables.clone();
        let mut lanes = self.lanes.len();
        for lane in &mut self.lanes {
            // Where the server looks at each row, what it points at has to be in: one table after another.
            if beside && !lane.look_ourselves(&tables, true)? {
                lanes = 1;
            }
        }
        let hands = portions.deal(lanes, &done);
        let begun = Instant::now();
        let mut timed: Vec<_> = self.lanes.iter_mut().take(lanes).map(Timed::new).collect();
        let lanes = timed.iter_mut().zip(&hands).map(|(sink, hand)| {
            sink.expect(hand.coming.clone());
            run::Lane { parts: &hand.parts, sink }
        });
        let tell = Tell::new(options.observer, portions);
        let run = run::Options { threads: options.threads, stop: options.stop, observer: &tell };
        run::run_lanes(rows, lanes.collect(), run)?;
        let busy: Duration = timed.iter().map(|sink| sink.busy).sum();
        let wall = begun.elapsed().as_secs_f64() * timed.len() as f64;
        if beside {
            self.lanes.iter_mut().try_for_each(|lane| lane.look_ourselves(&tables, false).map(drop))?;
        }
        Ok(busy.as_secs_f64() / wall.max(f64::MIN_POSITIVE))
    }

    pub(super) fn restore(&mut self) -> Result<()> {
        let parked = state::parked(&mut self.lanes[0], &self.tables)?;
        self.enter(Phase::Restoring, parked.len())?;
        Ok(restore::all(&mut self.lanes, &parked, self.observer)?)
    }

    /// Whether what was parked can be put back: to be known before rows go.
    pub(super) fn expect_restorable(&mut self) -> Result<()> {
        state::parked(&mut self.lanes[0], &self.tables).map(|_| ())
    }

    /// Puts back what was parked, without a word about how far the load is.
    pub(super) fn put_back(&mut self) -> Result<()> {
        let parked = state::parked(&mut self.lanes[0], &self.tables)?;
        self.tell(Phase::Restoring, parked.len());
        Ok(restore::all(&mut self.lanes, &parked, self.observer)?)
    }

    fn verify(
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
        let (alone, mixed) = (std::sync::atomic::AtomicBool::new(!beside), &start.ours);
        abreast::run(
            &mut self.lanes,
            &expected,
            |_| None,
            |lane, &(table, expected, counted)| {
                let what = format!("rows and statistics of {}", table.name);
                observer.step_begins(&what, Some(table.name));
                if !holds_exactly(lane, table, expected, counted, beside, mixed)? {
                    alone.store(false, std::sync::atomic::Ordering::Relaxed);
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

/// Whether a table holds the rows of the load and no others; an error where some of the load's are missing.
fn holds_exactly<B: Bulk>(
    lane: &mut B,
    table: &'static Table,
    expected: u64,
    counted: Option<u64>,
    beside: bool,
    ours: &Ours,
) -> Result<bool> {
    let mut count = |condition: &str| {
        let sql = format!("SELECT count(*) FROM {}{condition}", table.name);
        Ok::<u64, BulkError>(number(lane, &sql)?.unwrap_or(0))
    };
    if !beside {
        let found = match counted {
            Some(rows) => rows,
            None => count("")?,
        };
        if found == expected {
            return Ok(true);
        }
    } else if counted == Some(expected) {
        return Ok(false);
    }
    // Others write too: only what can be ours counts.
    match count(&format!(" WHERE {}", ours.condition(table)))? {
        found if found == expected => Ok(false),
        found => Err(LoadError::Rows { table: table.name, expected, found }),
    }
}
