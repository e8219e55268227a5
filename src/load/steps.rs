//! A load from its lock to its record: how it starts, then phase by phase.

use std::time::Instant;

use super::begin::{Begun, Stale, begin, resumed};
use super::portion::Portions;
use super::record::NewLoad;
use super::recorded::{self, Recorded};
use super::session::Load;
use super::shift::Shifted;
use super::state::{DataSet, Interrupted, Phase};
use super::{LoadError, Mode, Options, Summary, TableSummary, journal};
use crate::database::Target;
use crate::edition::Rows;
use crate::load::Result;
use crate::run;
use crate::sink::Nowhere;
use crate::sink::bulk::Bulk;

pub(super) fn load<B: Bulk, R: Rows>(
    target: &Target,
    data: &DataSet,
    rows: &R,
    options: &Options<'_>,
) -> Result<Summary> {
    let started = Instant::now();
    let mut load = Load::<B>::open(target, data.edition, options.lock_timeout, &*options.observer)?;
    load.lock()?;
    load.expect_tables()?;
    let found = journal::find(load.control())?;
    let suits = load.control().whole_chunks()?;
    refuse_other_source(found.as_ref(), data, options.mode)?;
    let start = begin(options.mode, found, suits)?;
    load.expect_room(options.mode)?;
    let portions = load.portions(rows, options, start.whole_chunks)?;
    let rows_before = start.found.as_ref().map_or(0, Interrupted::rows_in);
    let begun = match start.found {
        Some(found) => load.resume(found, rows, &portions, options)?,
        None => {
            let (mode, whole_chunks) = (options.mode, start.whole_chunks);
            load.begin(rows, &NewLoad { data, portions: &portions, mode, whole_chunks })?
        }
    };
    load.under_way = true;
    match &begun.offsets {
        None => load.go(data, rows, &portions, &begun, options),
        Some(offsets) => load.go(data, &Shifted { rows, offsets }, &portions, &begun, options),
    }
    .map(|summary| Summary { seconds: started.elapsed().as_secs_f64(), rows_before, ..summary })
}

/// A load is resumed with rows of the source that it began with, generated or copied.
fn refuse_other_source(found: Option<&Interrupted>, data: &DataSet, mode: Mode) -> Result<()> {
    let from = |data: &DataSet| data.origin.as_ref().map(|origin| origin.from.clone());
    match found.filter(|found| mode == Mode::Resume && from(&found.data) != from(data)) {
        Some(found) => Err(LoadError::OtherSource { what: found.world() }),
        None => Ok(()),
    }
}

impl<B: Bulk> Load<'_, B> {
    /// Continues an interrupted load.
    fn resume<R: Rows>(
        &mut self,
        found: Interrupted,
        rows: &R,
        portions: &Portions,
        options: &Options<'_>,
    ) -> Result<Begun> {
        self.under_way = true;
        let counts = found.rows.clone();
        let (is_copy, before) = (found.data.origin.is_some(), found.ours.clone());
        let done = self.journal().done()?;
        let mut begun = resumed(found, &self.tables, rows, portions, done)?;
        if is_copy {
            self.compare(&mut begun, rows, portions, options)?;
            if begun.ours != before {
                self.hold(&[], &[], false)?;
                self.reserve(&begun.ours)?;
                self.journal().set_ours(&begun.ours)?;
                self.control().release()?;
            }
        }
        for table in &self.tables {
            let count = counts.get(table.name).copied().unwrap_or(0);
            self.observer.already(table.name, count, portions.are_in(table.name, &begun.done));
        }
        if begun.phase == Phase::Emptying {
            self.enter_phase(Phase::Emptying, self.tables.len());
            self.empty_again(&begun.ours)?;
        }
        Ok(begun)
    }

    /// Finds the portions of a copy whose rows have changed at the source since they were loaded.
    fn compare<R: Rows>(
        &mut self,
        begun: &mut Begun,
        rows: &R,
        portions: &Portions,
        options: &Options<'_>,
    ) -> Result<()> {
        let loaded = portions.loaded(&begun.done);
        let parts: Vec<_> = loaded.iter().map(|(_, part)| (*part).clone()).collect();
        let run = run::Options { threads: options.threads, stop: &options.stop, observer: &() };
        let sums = run::run(rows, &parts, &mut Nowhere, run)?;
        for ((portion, part), sum) in loaded.into_iter().zip(sums) {
            if begun.done.get(&portion) == Some(&sum) {
                continue;
            }
            if let Some(condition) = rows.condition(part.table, part.units.clone()) {
                begun.done.remove(&portion);
                begun.stale.push(Stale { portion, table: part.table.name, condition });
            }
        }
        if begun.done.len() as u64 != portions.count() || !begun.stale.is_empty() {
            begun.phase = begun.phase.min(Phase::Parking);
        }
        Ok(())
    }

    fn go<R: Rows>(
        mut self,
        data: &DataSet,
        rows: &R,
        portions: &Portions,
        begun: &Begun,
        options: &Options<'_>,
    ) -> Result<Summary> {
        let tables = self.tables.clone();
        for note in self.control().notes() {
            self.observer.note(&note);
        }
        self.open_lanes()?;
        let (mut engine_share, mut done) = (0.0, None);
        if begun.phase <= Phase::Loading {
            if begun.phase < Phase::Loading {
                self.park()?;
            }
            for stale in &begun.stale {
                self.journal().undo(stale.portion, stale.table, &stale.condition)?;
            }
            engine_share = self.send(portions, rows, begun, options)?;
            done = Some(self.journal().done()?);
        }
        let done = done.as_ref().unwrap_or(&begun.done);
        if begun.phase <= Phase::Restoring {
            self.restore()?;
        }
        self.verify(data.edition, portions, done, begun)?;
        let sums: Vec<_> = tables.iter().map(|table| portions.sum(table.name, done)).collect();
        self.enter(Phase::Finishing, 0)?;
        self.control().finish_tables(&tables)?;
        let by_table = tables.iter().zip(&sums);
        let recorded = Recorded {
            data: data.clone(),
            tables: by_table.clone().map(|(table, sum)| (table.name.to_owned(), sum.into())).collect(),
            ours: begun.ours.clone(),
            schema: None,
        };
        // What is known about copied rows comes with them.
        match &data.origin {
            Some(_) => self.journal().drop_tables()?,
            None => recorded::finish(self.control(), recorded, begun.offsets.is_some())?,
        }
        let megabytes = self.control().size().ok().flatten().map(|bytes| bytes as f64 / 1e6);
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
            phases: self.end_phases(),
            megabytes,
            digests: sums,
        })
    }
}
