//! Fills a migrated database as fast as its engine takes rows, safely: what is in is always known.
//!
//! The way of a load: record what is going to happen, park what slows it down, send the portions, put back what
//! was parked, look at what the engine did not, and record what is in. Each step is recorded before or together
//! with its doing, so that a load that was killed anywhere can be finished (`resume`) or taken back (`discard`).
//! Invariant: rows of others are never touched, unless the caller asks to replace them.

mod abreast;
mod begin;
mod discard;
mod error;
mod names;
mod ours;
mod outline;
mod portion;
mod recorded;
mod restore;
mod shift;
mod state;
mod steps;
mod tell;
mod timed;
mod verify;
mod waiting;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::Serialize;

use crate::database::{Engine, Target};
use crate::edition::{Edition, Rows};
use crate::run;
use crate::sink::digest::Digest;
use crate::sink::mysql::MysqlBulk;
use crate::sink::postgres::PostgresBulk;
use crate::sink::sqlite::SqliteBulk;

pub use discard::{Discarded, Stranger};
pub use error::LoadError;
pub(crate) use error::Result;
pub use names::free_suffix;
pub use ours::Ours;
pub use outline::{Outline, OutlinedTable};
pub use recorded::{Altered, Counted, Recorded, RecordedTable, altered, recorded, recounted};
pub use shift::Offsets;
pub use state::{DataSet, Interrupted, Phase, interrupted, is_recorded};

/// What to do about rows that are in the tables already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The tables must be empty.
    Fresh,
    /// They are emptied first.
    Replace,
    /// The rows go beside those that are there.
    Append,
    /// Go on where an interrupted load stopped.
    Resume,
}

/// How to load; the rows do not depend on it.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    pub mode: Mode,
    /// Producing threads.
    pub threads: usize,
    /// How long to wait for another load or migration.
    pub lock_timeout: Duration,
    /// Set from anywhere (a signal handler): the load stops within a second, and can be resumed.
    pub stop: &'a AtomicBool,
    pub observer: &'a dyn Observer,
}

/// Sees how a load goes on, from the threads that do it.
pub trait Observer: run::Observer {
    /// A phase begins; `steps` is how many things it has to do, if it counts them.
    fn phase(&self, _phase: Phase, _steps: usize) {}
    /// An interrupted run has already loaded `rows` rows of a table; `all` if the table is complete. Called before any new
    /// rows.
    fn already(&self, _table: &'static str, _rows: u64, _all: bool) {}
    /// The steps of the phase that read rows, each by its table: they take the time of the phase.
    fn long_steps(&self, _tables: &[&str]) {}
    /// A step begins; a long one names the table whose rows it reads.
    fn step_begins(&self, _what: &str, _table: Option<&str>) {}
    /// One of them is done.
    fn step(&self, _what: &str) {}
    /// A table that goes in as a whole begins or has ended: cut off between, all of it is made again.
    fn whole(&self, _table: &'static str, _under_way: bool) {}
    /// Something that the user ought to know.
    fn note(&self, _text: &str) {}
}

impl Observer for () {}

/// What a load did.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub tables: Vec<TableSummary>,
    /// Rows of an earlier run of the same load, which was interrupted.
    pub rows_before: u64,
    pub seconds: f64,
    /// Of the time of loading rows: how much the engine was at work while we waited for it, 0 to 1.
    pub engine_share: f64,
    pub phases: Vec<(Phase, f64)>,
    /// The database, as large as the engine says that it is.
    pub megabytes: Option<f64>,
    #[serde(skip)]
    pub digests: Vec<Digest>,
}

/// What is in a table now by this load.
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

/// Loads the rows of a data set. What they are and what the data set says of itself must agree: on
/// [`Mode::Resume`] the caller makes the rows from what [`interrupted`] tells.
pub fn load<R: Rows>(target: &Target, data: &DataSet, rows: &R, options: Options<'_>) -> Result<Summary> {
    match target.engine() {
        Engine::Sqlite => steps::load::<SqliteBulk, R>(target, data, rows, options),
        Engine::Mysql => steps::load::<MysqlBulk, R>(target, data, rows, options),
        Engine::Postgres => steps::load::<PostgresBulk, R>(target, data, rows, options),
    }
}

/// How a load's time is spent, about: enough for a progress bar to begin with. What is seen of the load at hand then
/// counts more.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The share of each phase in the whole.
    pub phases: [(Phase, f64); 5],
    /// The share of a table's time that is over when its last row has been handed to the engine.
    pub handed_in: f64,
}

/// The pace of a load on an engine, measured with ten and twenty thousand users.
pub fn pace(engine: Engine) -> Pace {
    let ([parking, loading, restoring, verifying, finishing], handed_in) = match engine {
        Engine::Sqlite => ([0.01, 0.46, 0.50, 0.01, 0.02], 1.0),
        Engine::Mysql => ([0.005, 0.97, 0.005, 0.005, 0.015], 0.9),
        Engine::Postgres => ([0.02, 0.25, 0.65, 0.07, 0.01], 1.0),
    };
    let phases = [
        (Phase::Parking, parking),
        (Phase::Loading, loading),
        (Phase::Restoring, restoring),
        (Phase::Verifying, verifying),
        (Phase::Finishing, finishing),
    ];
    Pace { phases, handed_in }
}

/// Takes an interrupted load back: its rows go, and what was parked comes back. Rows of others stay; where they point at
/// rows that would go, nothing is changed.
pub fn discard(
    target: &Target,
    edition: Edition,
    lock_timeout: Duration,
    observer: &dyn Observer,
) -> Result<Discarded> {
    match target.engine() {
        Engine::Sqlite => discard::discard::<SqliteBulk>(target, edition, lock_timeout, observer),
        Engine::Mysql => discard::discard::<MysqlBulk>(target, edition, lock_timeout, observer),
        Engine::Postgres => discard::discard::<PostgresBulk>(target, edition, lock_timeout, observer),
    }
}

/// Empties the tables of an edition and ends the interrupted load, whatever its record says: for who is about to build
/// them anew. Refuses while rows of others point at the tables.
pub fn clear(target: &Target, edition: Edition, lock_timeout: Duration) -> Result<()> {
    match target.engine() {
        Engine::Sqlite => discard::clear::<SqliteBulk>(target, edition, lock_timeout),
        Engine::Mysql => discard::clear::<MysqlBulk>(target, edition, lock_timeout),
        Engine::Postgres => discard::clear::<PostgresBulk>(target, edition, lock_timeout),
    }
}

/// Whether a load could begin right now, as far as the connection is concerned; changes nothing.
pub fn ready(target: &Target, lock_timeout: Duration) -> Result<()> {
    match target.engine() {
        Engine::Sqlite => waiting::open::<SqliteBulk>(target, lock_timeout, &()).map(drop)?,
        Engine::Mysql => waiting::open::<MysqlBulk>(target, lock_timeout, &()).map(drop)?,
        Engine::Postgres => waiting::open::<PostgresBulk>(target, lock_timeout, &()).map(drop)?,
    }
    Ok(())
}

/// Makes sure that the tables of all editions can be changed right now; the error names who is using them. Changes nothing,
/// and does nothing where an engine rolls a change of the schema back as a whole: elsewhere a run must not find out
/// half-way that it cannot have a table.
pub fn expect_free(target: &Target, lock_timeout: Duration, observer: &dyn Observer) -> Result<()> {
    match target.engine() {
        Engine::Sqlite => waiting::expect_free::<SqliteBulk>(target, lock_timeout, observer),
        Engine::Mysql => waiting::expect_free::<MysqlBulk>(target, lock_timeout, observer),
        Engine::Postgres => waiting::expect_free::<PostgresBulk>(target, lock_timeout, observer),
    }
}

/// What a load would do, without doing any of it; an error where it would be refused.
pub fn outline<R: Rows>(
    target: &Target,
    edition: Edition,
    rows: &R,
    options: Options<'_>,
) -> Result<Outline> {
    match target.engine() {
        Engine::Sqlite => outline::outline::<SqliteBulk, R>(target, edition, rows, options),
        Engine::Mysql => outline::outline::<MysqlBulk, R>(target, edition, rows, options),
        Engine::Postgres => outline::outline::<PostgresBulk, R>(target, edition, rows, options),
    }
}
