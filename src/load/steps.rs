//! The steps of a load, each of them safe to repeat: what is done already is found in the database, not remembered.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::portion::Portions;
use super::recorded::{self, Recorded};
use super::shift::{Offsets, Shifted};
use super::state::{self, DataSet, Interrupted, Phase};
use super::timed::Timed;
use super::{LoadError, Mode, Observer, Options, Summary, TableSummary, abreast, restore, verify};
use crate::Result;
use crate::database::Target;
use crate::edition::{Edition, Fact, Rows, Table};
use crate::fingerprint::GENERATOR_VERSION;
use crate::plan::{self, Shard};
use crate::run;
use crate::sink::bulk::{Bulk, BulkError, Parked, Strange, number};
use crate::sink::digest::Digest;

const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// A load under way: its connections, and what is recorded of it.
struct Load<'a, B> {
    lanes: Vec<B>,
    tables: Vec<&'static Table>,
    observer: &'a dyn Observer,
    phases: Vec<(Phase, f64)>,
    since: Instant,
    /// Tables of up to so many chunks go in whole.
    whole_chunks: u64,
}

pub(super) fn load<B: Bulk, R: Rows>(
    target: &Target,
    data: &DataSet,
    rows: &R,
    options: Options<'_>,
) -> Result<Summary> {
    let begun = Instant::now();
    let mut load = Load::<B>::open(target, data.edition, options.observer)?;
    load.lock(options.lock_timeout)?;
    load.expect_tables()?;
    let found = state::find(load.control())?;
    let (phase, offsets, whole_chunks) = match (options.mode, found) {
        (Mode::Resume, None) => return Err(LoadError::NothingToResume.into()),
        (Mode::Resume, Some(found)) if found.phase == Phase::Discarding => {
            return Err(unfinished(&found).into());
        }
        (Mode::Resume, Some(found)) if found.data.generator_version != GENERATOR_VERSION => {
            let theirs = found.data.generator_version;
            return Err(LoadError::OtherGenerator { theirs, ours: GENERATOR_VERSION }.into());
        }
        (Mode::Resume, Some(found)) => (found.phase, found.offsets, found.whole_chunks),
        (_, Some(found)) => return Err(unfinished(&found).into()),
        (Mode::Append, None) => (Phase::Parking, Some(load.offsets(rows)?), 0),
        (Mode::Replace, None) => {
            load.expect_unreferenced()?;
            (Phase::Emptying, None, load.control().whole_chunks()?)
        }
        (Mode::Fresh, None) => {
            load.expect_empty()?;
            (Phase::Parking, None, load.control().whole_chunks()?)
        }
    };
    load.whole_chunks = whole_chunks;
    match &offsets {
        None => load.go(target, data, rows, options, phase, None),
        Some(offsets) => {
            let shifted = Shifted { rows, offsets };
            load.go(target, data, &shifted, options, phase, Some(offsets))
        }
    }
    .map(|summary| Summary { seconds: begun.elapsed().as_secs_f64(), ..summary })
}

fn unfinished(found: &Interrupted) -> LoadError {
    LoadError::Unfinished {
        what: format!("the {} edition", found.data.edition.name()),
        phase: found.phase,
        done: found.done,
        portions: found.portions,
    }
}

pub(super) fn discard<B: Bulk>(
    target: &Target,
    edition: Edition,
    lock_timeout: Duration,
    observer: &dyn Observer,
) -> Result<()> {
    let mut load = Load::<B>::open(target, edition, observer)?;
    load.lock(lock_timeout)?;
    let Some(found) = state::find(load.control())? else { return Err(LoadError::NothingToResume.into()) };
    load.expect_tables()?;
    // What cannot be put back is found before the rows go.
    state::parked(&mut load.lanes[0], &load.tables)?;
    load.enter(Phase::Discarding, 0)?;
    match &found.offsets {
        None => {
            let tables = load.tables.clone();
            load.control().empty(&tables)?;
        }
        Some(offsets) => load.remove_behind(offsets)?,
    }
    load.open_lanes(target)?;
    load.restore()?;
    let drop = state::drop_tables();
    Ok(load.control().run(&drop)?)
}

/// What a load would do.
#[derive(Clone, Debug, Serialize)]
pub struct Outline {
    /// Connections side by side.
    pub connections: usize,
    /// By table: how many portions its rows are committed in.
    pub tables: Vec<(&'static str, usize)>,
    /// What is taken away before the rows and brought back after them: kind, table, name.
    pub parked: Vec<(&'static str, String, String)>,
    /// Who looks at the references when the rows are in.
    pub references: &'static str,
    pub notes: Vec<String>,
}

pub(super) fn outline<B: Bulk, R: Rows>(
    target: &Target,
    edition: Edition,
    rows: &R,
    options: Options<'_>,
) -> Result<Outline> {
    let mut load = Load::<B>::open(target, edition, options.observer)?;
    load.expect_tables()?;
    if options.mode != Mode::Append {
        load.whole_chunks = load.control().whole_chunks()?;
    }
    let portions = load.portions(rows, options)?;
    let tables = load.tables.clone();
    let parked =
        load.control().parked(&portions.divided)?.into_iter().filter(|parked| !parked.drop.is_empty());
    Ok(Outline {
        connections: B::LANES,
        parked: parked.map(|Parked { kept, .. }| (kept.stage.name(), kept.table, kept.name)).collect(),
        tables: tables.iter().map(|table| (table.name, portions.of_table(table.name))).collect(),
        references: if B::VALIDATES {
            "the server validates every foreign key"
        } else {
            "every foreign key is looked at by queries of ours"
        },
        notes: load.control().notes(),
    })
}

impl<'a, B: Bulk> Load<'a, B> {
    fn open(target: &Target, edition: Edition, observer: &'a dyn Observer) -> Result<Self> {
        let control = B::open(target)?;
        let tables = edition.tables().iter().collect();
        let (phases, since) = (Vec::new(), Instant::now());
        Ok(Self { lanes: vec![control], tables, observer, phases, since, whole_chunks: 0 })
    }

    /// The connection for everything that is done once.
    fn control(&mut self) -> &mut B {
        &mut self.lanes[0]
    }

    /// Waits for the lock: also a killed load holds it until the server has seen its end and undone its portion.
    fn lock(&mut self, patience: Duration) -> Result<()> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        while !self.control().try_lock()? {
            if begun.elapsed() >= patience {
                return Err(LoadError::Locked { waited_seconds: begun.elapsed().as_secs() }.into());
            }
            if pause == LONGEST_PAUSE {
                self.observer.note("waiting for another load or migration in this database");
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE + Duration::from_millis(1));
        }
        Ok(())
    }

    fn open_lanes(&mut self, target: &Target) -> Result<(), BulkError> {
        while self.lanes.len() < B::LANES {
            let mut lane = B::open(target)?;
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

    fn tell(&mut self, phase: Phase, steps: usize) {
        let now = Instant::now();
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = (now - self.since).as_secs_f64();
        }
        self.since = now;
        self.phases.push((phase, 0.0));
        self.observer.phase(phase, steps);
    }

    /// Only ordinary tables that are ours alone can be filled, emptied and counted by their names.
    fn expect_tables(&mut self) -> Result<()> {
        let tables = self.tables.clone();
        match self.control().strange(&tables)?.into_iter().next() {
            None => Ok(()),
            Some(Strange { table, what }) => Err(LoadError::Strange { table, what }.into()),
        }
    }

    fn expect_empty(&mut self) -> Result<()> {
        for table in self.tables.clone() {
            if !self.control().rows(&format!("SELECT 1 FROM {} LIMIT 1", table.name))?.is_empty() {
                return Err(LoadError::NotEmpty { table: table.name }.into());
            }
        }
        Ok(())
    }

    /// Rows of an application that point at ours would be left alone in the world.
    fn expect_unreferenced(&mut self) -> Result<()> {
        let tables = self.tables.clone();
        for table in self.control().referring(&tables)? {
            if !self.control().rows(&format!("SELECT 1 FROM {table} LIMIT 1"))?.is_empty() {
                return Err(LoadError::Referenced { table }.into());
            }
        }
        Ok(())
    }

    /// The keys in use, behind which a second world goes.
    fn offsets<R: Rows>(&mut self, rows: &R) -> Result<Offsets> {
        let mut offsets = Offsets::default();
        for table in self.tables.clone() {
            if table.has_id() {
                let sql = format!("SELECT max({}) FROM {}", table.columns[0].name, table.name);
                let most = number(self.control(), &sql)?.unwrap_or(0);
                offsets.keys.insert(table.name.to_owned(), most.max(0));
            }
            if table.fact == Fact::Tag {
                let sql = format!(
                    "SELECT {}, {} FROM {}",
                    table.columns[1].name, table.columns[0].name, table.name
                );
                let known = self.control().rows(&sql)?.into_iter().filter_map(|row| {
                    let [name, key] = <[Option<String>; 2]>::try_from(row).ok()?;
                    Some((name?, key?.parse().ok()?))
                });
                offsets.number_tags(rows, table, &known.collect());
            }
        }
        Ok(offsets)
    }

    fn portions<R: Rows>(&mut self, rows: &R, options: Options<'_>) -> Result<Portions> {
        let mut parts = plan::plan(rows, &self.tables, Shard::WHOLE)?;
        let run = run::Options { threads: options.threads, stop: options.stop, observer: &() };
        run::number(rows, &mut parts, run)?;
        Ok(Portions::of(rows, &parts, self.whole_chunks))
    }

    fn go<R: Rows>(
        mut self,
        target: &Target,
        data: &DataSet,
        rows: &R,
        options: Options<'_>,
        phase: Phase,
        offsets: Option<&Offsets>,
    ) -> Result<Summary> {
        let portions = self.portions(rows, options)?;
        let tables = self.tables.clone();
        if options.mode != Mode::Resume {
            let parked = self.control().parked(&portions.divided)?;
            let state = Interrupted {
                data: data.clone(),
                phase,
                portions: portions.count(),
                done: 0,
                offsets: offsets.cloned(),
                whole_chunks: self.whole_chunks,
            };
            let (create, record) = (state::create::<B>(), state::record::<B>(&state, &parked));
            self.control().run(&if B::ROLLS_BACK_DDL {
                format!("BEGIN; {create}; {record} COMMIT")
            } else {
                format!("{create}; BEGIN; {record} COMMIT")
            })?;
        }
        for note in self.control().notes() {
            self.observer.note(&note);
        }
        if phase <= Phase::Emptying {
            self.tell(Phase::Emptying, tables.len());
            recorded::forget(self.control())?;
            self.control().empty(&tables)?;
        }
        self.open_lanes(target)?;
        let mut engine_share = 0.0;
        if phase <= Phase::Loading {
            if phase < Phase::Loading {
                self.park()?;
            }
            engine_share = self.send(&portions, rows, options)?;
        }
        let done = state::done(self.control())?;
        if phase <= Phase::Restoring {
            self.restore()?;
        }
        self.verify(data.edition, &portions, &done, offsets)?;
        let sums: Vec<_> = tables.iter().map(|table| portions.sum(table.name, &done)).collect();
        self.enter(Phase::Finishing, 0)?;
        self.control().settle(&tables)?;
        let recorded = Recorded {
            data: data.clone(),
            tables: tables
                .iter()
                .zip(&sums)
                .map(|(table, sum)| (table.name.to_owned(), sum.into()))
                .collect(),
        };
        recorded::finish(self.control(), recorded, offsets.is_some())?;
        let megabytes = self.control().size().ok().flatten().map(|bytes| bytes as f64 / 1e6);
        if let Some((_, seconds)) = self.phases.last_mut() {
            *seconds = self.since.elapsed().as_secs_f64();
        }
        let summaries = tables.iter().zip(&sums).map(|(table, sum)| TableSummary {
            table: table.name,
            rows: sum.rows,
            digest: sum.to_string(),
        });
        Ok(Summary {
            tables: summaries.collect(),
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
        self.control().run("BEGIN")?;
        self.enter(Phase::Parking, parked.len())?;
        for parked in parked.iter().rev().filter(|parked| !parked.drop.is_empty()) {
            let what = parked.described();
            self.observer.step_begins(&what, None);
            if !self.control().rows(&parked.present)?.is_empty() {
                self.control().run_one(&parked.drop)?;
            }
            self.observer.step(&what);
        }
        Ok(self.control().run("COMMIT")?)
    }

    /// Sends what is not in yet; the share of the time for which the engine kept us waiting.
    fn send<R: Rows>(&mut self, portions: &Portions, rows: &R, options: Options<'_>) -> Result<f64> {
        let done = state::done(self.control())?;
        for table in &self.tables {
            match portions.sum(table.name, &done).rows {
                0 => {}
                rows => self.observer.already(table.name, rows),
            }
        }
        self.enter(Phase::Loading, (portions.count() - done.len() as u64) as usize)?;
        let hands = portions.deal(self.lanes.len(), &done);
        let begun = Instant::now();
        let mut timed: Vec<_> = self.lanes.iter_mut().map(Timed::new).collect();
        let lanes = timed.iter_mut().zip(&hands).map(|(sink, hand)| {
            sink.expect(hand.coming.clone());
            run::Lane { parts: &hand.parts, sink }
        });
        let run = run::Options { threads: options.threads, stop: options.stop, observer: options.observer };
        run::run_lanes(rows, lanes.collect(), run)?;
        let busy: Duration = timed.iter().map(|sink| sink.busy).sum();
        let wall = begun.elapsed().as_secs_f64() * timed.len() as f64;
        Ok(busy.as_secs_f64() / wall.max(f64::MIN_POSITIVE))
    }

    fn restore(&mut self) -> Result<()> {
        let parked = state::parked(&mut self.lanes[0], &self.tables)?;
        self.enter(Phase::Restoring, parked.len())?;
        Ok(restore::all(&mut self.lanes, &parked, self.observer)?)
    }

    fn verify(
        &mut self,
        edition: Edition,
        portions: &Portions,
        done: &BTreeMap<u64, Digest>,
        offsets: Option<&Offsets>,
    ) -> Result<()> {
        self.enter(Phase::Verifying, self.tables.len())?;
        let observer = self.observer;
        observer.long_steps(&self.tables.iter().map(|table| table.name).collect::<Vec<_>>());
        let expected = self.tables.iter().map(|table| {
            let counted = self.lanes.iter().find_map(|lane| lane.counted(table));
            (*table, portions.sum(table.name, done).rows, counted)
        });
        let mut expected: Vec<_> = expected.collect();
        expected.sort_by_key(|(_, rows, _)| Reverse(*rows));
        abreast::run(
            &mut self.lanes,
            &expected,
            |_| None,
            |lane, &(table, expected, counted)| {
                let what = format!("rows and statistics of {}", table.name);
                observer.step_begins(&what, Some(table.name));
                if offsets.is_none() {
                    let found = match counted {
                        Some(rows) => rows,
                        None => number(lane, &format!("SELECT count(*) FROM {}", table.name))?.unwrap_or(0),
                    };
                    if found != expected {
                        return Err(LoadError::Rows { table: table.name, expected, found }.into());
                    }
                }
                lane.analyze(table)?;
                observer.step(&what);
                Ok::<_, crate::Error>(())
            },
        )?;
        if !B::VALIDATES {
            let known = if offsets.is_none() { &expected[..] } else { &[] };
            let counts = known.iter().map(|(table, rows, _)| (table.name, *rows)).collect();
            verify::references(self.control(), edition, &counts)?;
        }
        Ok(())
    }

    /// Removes the rows of an appended world: all that hold a key behind the largest of before.
    fn remove_behind(&mut self, offsets: &Offsets) -> Result<(), BulkError> {
        for table in self.tables.clone().into_iter().rev() {
            let behind = table.columns.iter().enumerate().find_map(|(i, column)| {
                let keys = if i == 0 && table.has_id() { Some(table.name) } else { column.references };
                Some(format!("{} > {}", column.name, offsets.keys.get(keys?)?))
            });
            if let Some(behind) = behind {
                self.control().run(&format!("DELETE FROM {} WHERE {behind}", table.name))?;
            }
        }
        Ok(())
    }
}
