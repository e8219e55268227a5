//! Filling a migrated database: what `seed`, `setup` and `reset` share.
//!
//! It makes the world of a profile, hands it to the library's loader, and shows how it goes.

mod board;
mod estimate;
mod phases;

use crate::commands::Failure;
use crate::interrupt::{self, Work};
use crate::output::{Output, thousands};
use board::Board;
use instaseed::database::Target;
use instaseed::edition::{Edition, WorldRows};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, DataSet, LoadError, Mode, Outline, Summary};
use instaseed::run;
use instaseed::world::World;
pub use phases::Phases;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// So long a load that shall stop may take to find a safe place by itself.
const PATIENCE: Duration = Duration::from_millis(800);
const TICK: Duration = Duration::from_millis(20);

/// What is to be filled, and how.
pub struct Fill<'a> {
    pub target: &'a Target,
    pub edition: Edition,
    pub world: World,
    pub mode: Mode,
    pub threads: Option<usize>,
    pub lock_timeout: Duration,
}

/// What came of it, for programs.
#[derive(Debug, Serialize)]
pub struct Filled {
    pub profile: String,
    pub seed: u64,
    pub generator_version: u32,
    pub rows: u64,
    /// Rows that this run sent: fewer, if it went on with an interrupted load.
    pub rows_now: u64,
    pub rows_per_second: u64,
    #[serde(flatten)]
    pub summary: Summary,
}

impl Fill<'_> {
    pub fn load(self, out: &Output) -> Result<Filled, Failure> {
        let stop = interrupt::flag();
        let profile = self.world.profile().clone();
        let data = DataSet {
            edition: self.edition,
            generator_version: GENERATOR_VERSION,
            profile: profile.to_record(),
        };
        let board = Arc::new(Board::new(&self.world, self.edition, self.target.engine(), out));
        let watched = Arc::clone(&board);
        let _work = interrupt::begin_telling(Work::Loading, move || watched.stopped());
        let summary = self.load_until(data, Arc::clone(&board), stop);
        if summary.is_ok() {
            // The verbs that load change nothing after it.
            interrupt::done();
        }
        board.clear();
        let summary = summary?;
        let (rows, rows_now) = (summary.rows(), summary.rows_now());
        Ok(Filled {
            seed: profile.seed,
            profile: profile.name,
            generator_version: GENERATOR_VERSION,
            rows,
            rows_now,
            rows_per_second: (rows_now as f64 / summary.seconds.max(1e-6)) as u64,
            summary,
        })
    }

    /// Waits for the load, but not for an engine that is still at a long statement when the user wants it to stop:
    /// the connection ends with the program, and the statement with it, as if the program had been killed.
    fn load_until(self, data: DataSet, board: Arc<Board>, stop: Arc<AtomicBool>) -> Result<Summary, Failure> {
        let (tell, told) = mpsc::channel();
        let (target, options, wanted) = (self.target.clone(), self.owned_options(), Arc::clone(&stop));
        let (world, watched) = (self.world, Arc::clone(&board));
        let loader = thread::spawn(move || {
            let load = || {
                let rows = WorldRows::new(&world, data.edition)?;
                load::load(&target, &data, &rows, options.with(&wanted, &watched))
            };
            // Nobody listens any more when the program is about to end.
            let _ = tell.send(load());
        });
        let mut patience = PATIENCE;
        loop {
            match told.recv_timeout(TICK) {
                Ok(Ok(summary)) => return Ok(summary),
                Ok(Err(LoadError::Run(run::RunError::Stopped))) => return Err(board.stopped()),
                Ok(Err(error)) => return Err(error.into()),
                Err(RecvTimeoutError::Disconnected) => match loader.join() {
                    Ok(()) => unreachable!("the loader ends with an answer"),
                    Err(panic) => std::panic::resume_unwind(panic),
                },
                Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => {
                    patience = patience.saturating_sub(TICK);
                    if patience.is_zero() {
                        return Err(board.stopped());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    pub fn outline(&self, out: &Output) -> Result<Outline, Failure> {
        // It only reads: a signal ends it at once.
        let stop = AtomicBool::new(false);
        let rows = WorldRows::new(&self.world, self.edition)?;
        let board = Board::new(&self.world, self.edition, self.target.engine(), out);
        Ok(load::outline(self.target, self.edition, &rows, self.owned_options().with(&stop, &board))?)
    }

    fn owned_options(&self) -> OwnedOptions {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        OwnedOptions {
            mode: self.mode,
            threads: self.threads.unwrap_or_else(cores),
            lock_timeout: self.lock_timeout,
        }
    }
}

/// The options of a load that borrow nothing.
struct OwnedOptions {
    mode: Mode,
    threads: usize,
    lock_timeout: Duration,
}

impl OwnedOptions {
    fn with<'a>(&self, stop: &'a AtomicBool, board: &'a Board) -> load::Options<'a> {
        let OwnedOptions { mode, threads, lock_timeout } = *self;
        load::Options { mode, threads, lock_timeout, stop, observer: board }
    }
}

impl Filled {
    /// The lines that end a load.
    pub fn say(&self, out: &Output) {
        let Summary { seconds, megabytes, rows_before, .. } = &self.summary;
        let size = megabytes.map_or_else(String::new, |size| format!("; the database has {size:.1} MB"));
        if self.rows_now == 0 && *rows_before > 0 {
            out.say(format_args!(
                "Resumed: all {} rows were in already; the rest of the load was done in {seconds:.2} s{size}.",
                thousands(*rows_before)
            ));
            return;
        }
        if *rows_before > 0 {
            out.say(format_args!(
                "Resumed: {} rows now, {} were in already.",
                thousands(self.rows_now),
                thousands(*rows_before)
            ));
        }
        out.say(format_args!(
            "Loaded {} rows in {seconds:.2} s, {} rows/s{size}.",
            thousands(self.rows_now),
            thousands(self.rows_per_second),
        ));
    }
}
