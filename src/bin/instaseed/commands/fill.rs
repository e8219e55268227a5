//! Filling a migrated database: what `seed`, `setup` and `reset` share.
//!
//! It makes the world of a profile, hands it to the library's loader, and shows how it goes: a bar for each table,
//! one for the whole, the phases by name.

use crate::commands::Failure;
use crate::interrupt;
use crate::output::{Bar, Output, Progress, thousands};
use instaseed::database::Target;
use instaseed::edition::{Edition, Fact, WorldRows};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, DataSet, Mode, Outline, Phase, Summary};
use instaseed::plan::Part;
use instaseed::run;
use instaseed::world::World;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
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
        let stop = interrupt::flag()?;
        let profile = self.world.profile().clone();
        let data = DataSet {
            edition: self.edition,
            generator_version: GENERATOR_VERSION,
            profile: profile.to_record(),
        };
        let board = Arc::new(Board::new(&self.world, self.edition, out));
        let summary = self.load_until(data, Arc::clone(&board), stop);
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
                Ok(Err(instaseed::Error::Run(run::RunError::Stopped))) => return Err(board.stopped()),
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
        let stop = interrupt::flag()?;
        let rows = WorldRows::new(&self.world, self.edition)?;
        let board = Board::new(&self.world, self.edition, out);
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
        let Summary { seconds, engine_share, megabytes, rows_before, .. } = &self.summary;
        if *rows_before > 0 {
            out.say(format_args!(
                "Resumed: {} rows now, {} were in already.",
                thousands(self.rows_now),
                thousands(*rows_before)
            ));
        }
        out.say(format_args!(
            "Loaded {} rows in {seconds:.2} s: {} rows/s; {:.0} % of the time of loading the engine was at work{}.",
            thousands(self.rows_now),
            thousands(self.rows_per_second),
            engine_share * 100.0,
            megabytes.map_or_else(String::new, |megabytes| format!("; the database has {megabytes:.1} MB")),
        ));
        let phases = self.summary.phases.iter().filter(|(_, seconds)| *seconds >= 0.05);
        let phases: Vec<_> = phases.map(|(phase, seconds)| format!("{phase} {seconds:.1} s")).collect();
        if phases.len() > 1 {
            out.say(format_args!("Phases: {}.", phases.join(", ")));
        }
    }
}

/// The bars of a load.
struct Board {
    progress: Progress,
    whole: Bar,
    tables: Vec<(&'static str, Bar)>,
    talk: bool,
    /// Whether the load is recorded.
    begun: AtomicBool,
    /// The tables under way that go in as a whole.
    whole_tables: Mutex<BTreeSet<&'static str>>,
}

impl Board {
    fn new(world: &World, edition: Edition, out: &Output) -> Board {
        let profile = world.profile();
        let photos = world.photo_count() as f64;
        let about = |fact: Fact| match fact {
            Fact::User => u64::from(world.user_count()),
            Fact::Photo => world.photo_count(),
            Fact::Media => (photos * 1.4) as u64,
            Fact::Comment => (photos * profile.comments_per_photo) as u64,
            Fact::Like => (photos * profile.likes_per_photo) as u64,
            Fact::Follow => profile.follows(),
            Fact::Tag => u64::from(world.tag_count()),
            Fact::PhotoTag => (photos * profile.tags_per_photo) as u64,
        };
        let progress = out.progress();
        let tables = edition.tables().iter();
        let whole = progress.bar("all", Some(tables.clone().map(|table| about(table.fact)).sum()));
        let tables = tables.map(|table| (table.name, progress.bar(table.name, Some(about(table.fact)))));
        Board {
            tables: tables.collect(),
            whole,
            progress,
            talk: out.wants_talk(),
            begun: AtomicBool::new(false),
            whole_tables: Mutex::default(),
        }
    }

    /// What a stop at this moment leaves.
    fn stopped(&self) -> Failure {
        if !self.begun.load(Ordering::Relaxed) {
            return Failure::StoppedEarly;
        }
        let under_way = self.whole_tables.lock().unwrap_or_else(PoisonError::into_inner);
        Failure::LoadStopped { again: under_way.iter().copied().collect() }
    }

    fn clear(&self) {
        for (_, bar) in &self.tables {
            bar.finish();
        }
        self.whole.finish();
    }
}

impl run::Observer for Board {
    fn delivered(&self, part: &Part, _units: u64, rows: u64) {
        self.whole.add(rows);
        if let Some((_, bar)) = self.tables.iter().find(|(name, _)| *name == part.table.name) {
            bar.add(rows);
        }
    }
}

impl load::Observer for Board {
    fn phase(&self, phase: Phase, _steps: usize) {
        self.begun.store(true, Ordering::Relaxed);
        self.progress.say(phase.name());
    }

    fn step(&self, what: &str) {
        self.progress.say(what);
    }

    fn whole(&self, table: &'static str, under_way: bool) {
        let mut tables = self.whole_tables.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way {
            true => tables.insert(table),
            false => tables.remove(table),
        };
    }

    fn note(&self, text: &str) {
        if self.talk {
            self.progress.note(text);
        }
    }
}
