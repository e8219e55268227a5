//! Loads a migrated database as fast as its engine takes rows, and always knows what is in it.
//!
//! A load records what it is going to do, parks what would slow it down, sends the portions, puts back what
//! it parked, verifies what the engine did not, and records what is in. Each step is recorded before it is
//! done or together with it, so a load that was killed at any point can be finished (`resume`) or undone
//! (`discard`). Invariant: other people's rows are never touched unless the caller asks to replace them.

mod append;
mod begin;
mod discard;
mod engines;
mod error;
mod hint;
mod hold;
mod journal;
mod names;
mod ours;
mod outline;
mod phases;
mod portion;
mod record;
mod recorded;
mod restore;
mod room;
mod session;
mod shift;
mod state;
mod steps;
mod task_queue;
mod tell;
mod timed;
mod verify;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use crate::database::{Engine, Target};
use crate::edition::{Edition, Rows};
use crate::run;
use crate::sink::digest::Digest;

use engines::{Paced, on_bulk};

pub use discard::{Discarded, Stranger};
pub use engines::Pace;
pub use error::LoadError;
pub(crate) use error::Result;
pub use hint::Hint;
pub use journal::{interrupted, is_recorded};
pub(crate) use names::free_suffix;
pub use ours::Ours;
pub use outline::{Outline, OutlinedTable};
pub use recorded::{Altered, Counted, Recorded, RecordedTable, altered, recorded, recounted};
pub(crate) use recorded::{schema_line, translate_records};
pub use shift::Offsets;
pub use state::{DataSet, Interrupted, Origin, Phase};

/// What to do about rows that are already in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The tables must be empty.
    Fresh,
    /// Empty the tables first.
    Replace,
    /// Add the rows to those that are there.
    Append,
    /// Continue an interrupted load.
    Resume,
}

/// How to load. The rows do not depend on these options. If the observer borrows nothing, the load
/// can run on a separate thread.
#[derive(Clone)]
pub struct Options<'a> {
    pub mode: Mode,
    /// Threads that generate rows.
    pub threads: usize,
    /// How long to wait for another load or migration.
    pub lock_timeout: Duration,
    /// Set from anywhere (a signal handler): the load stops within a second and can be resumed.
    pub stop: Arc<AtomicBool>,
    pub observer: Arc<dyn Observer + 'a>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            mode: Mode::Fresh,
            threads: thread::available_parallelism().map_or(1, usize::from),
            lock_timeout: Duration::from_secs(60),
            stop: Arc::default(),
            observer: Arc::new(()),
        }
    }
}

/// Watches a load. Called from the threads that do the work.
pub trait Observer: run::Observer + Send {
    /// A phase begins. `steps` is the number of steps in it, if the phase counts them.
    fn phase(&self, _phase: Phase, _steps: usize) {}
    /// An interrupted run has already loaded `rows` rows of a table; `all` if the table is
    /// complete. Called before any new rows.
    fn already(&self, _table: &'static str, _rows: u64, _all: bool) {}
    /// The steps of the phase that read rows, each named by its table: they take nearly all the time of the phase.
    fn long_steps(&self, _tables: &[&str]) {}
    /// A step begins; a long one names the table whose rows it reads.
    fn step_begins(&self, _what: &str, _table: Option<&str>) {}
    /// A step is done.
    fn step(&self, _what: &str) {}
    /// A table that is loaded in one portion begins or has ended. If it is interrupted in between,
    /// all of it is loaded again.
    fn whole(&self, _table: &'static str, _under_way: bool) {}
    /// Something the user should know.
    fn note(&self, _text: &str) {}
}

impl Observer for () {}

/// What a load did.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub tables: Vec<TableSummary>,
    /// Rows that an earlier, interrupted run of the same load had sent.
    pub rows_before: u64,
    pub seconds: f64,
    /// The share of the loading time that was spent waiting for the engine, 0 to 1.
    pub engine_share: f64,
    pub phases: Vec<(Phase, f64)>,
    /// The size of the database, as the engine reports it.
    pub megabytes: Option<f64>,
    #[serde(skip)]
    pub digests: Vec<Digest>,
}

/// What this load has put into a table.
#[derive(Clone, Debug, Serialize)]
pub struct TableSummary {
    pub table: &'static str,
    pub rows: u64,
    pub digest: String,
}

impl Summary {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Rows that this run sent.
    pub fn rows_now(&self) -> u64 {
        self.rows() - self.rows_before.min(self.rows())
    }
}

/// Loads the rows of a data set. `rows` must be the rows that `data` describes: on [`Mode::Resume`]
/// the caller generates them from what [`interrupted`] returns.
pub fn load<R: Rows>(target: &Target, data: &DataSet, rows: &R, options: Options<'_>) -> Result<Summary> {
    on_bulk!(target.engine(), B => steps::load::<B, R>(target, data, rows, &options))
}

/// How the time of a load is spent on an engine.
pub fn pace(engine: Engine) -> Pace {
    on_bulk!(engine, B => <B as Paced>::pace())
}

/// Undoes an interrupted load: its rows are deleted, and what was parked is put back. Other
/// people's rows stay. If any of them point at rows that would be deleted, nothing is changed.
pub fn discard(
    target: &Target,
    edition: Edition,
    lock_timeout: Duration,
    observer: &dyn Observer,
) -> Result<Discarded> {
    on_bulk!(target.engine(), B => discard::discard::<B>(target, edition, lock_timeout, observer))
}

/// Empties the tables of an edition and ends the interrupted load, whatever its record says. For
/// callers that are about to rebuild the tables. Refuses while other people's rows point at the tables.
pub fn clear(target: &Target, edition: Edition, lock_timeout: Duration) -> Result<()> {
    on_bulk!(target.engine(), B => discard::clear::<B>(target, edition, lock_timeout))
}

/// Checks that a connection for a load can be opened right now. Changes nothing.
pub fn ready(target: &Target, lock_timeout: Duration) -> Result<()> {
    Ok(on_bulk!(target.engine(), B => waiting::open::<B>(target, lock_timeout, &()).map(drop))?)
}

/// Checks that the tables of all editions can be changed right now; the error names the sessions
/// that use them. Changes nothing. Does nothing on an engine that rolls back a schema change as a
/// whole: on the others a run must not find out half-way that it cannot have a table.
pub(crate) fn expect_free(target: &Target, lock_timeout: Duration, observer: &dyn Observer) -> Result<()> {
    on_bulk!(target.engine(), B => hold::expect_free::<B>(target, lock_timeout, observer))
}

/// What a load would do, without doing it. Returns an error if the load would be refused.
pub fn outline<R: Rows>(
    target: &Target,
    edition: Edition,
    rows: &R,
    options: Options<'_>,
) -> Result<Outline> {
    on_bulk!(target.engine(), B => outline::outline::<B, R>(target, edition, rows, &options))
}
