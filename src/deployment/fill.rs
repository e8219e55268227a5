//! One load: the world of a profile goes into the tables of an edition.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::observer::Loading;
use super::trace::{LoadTrace, Traced};
use super::{Deployment, Observer, Result};
use crate::edition::{self, Edition, WorldRows};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load::{self, DataSet, LoadError, Mode, Summary};
use crate::profile::Profile;
use crate::run::RunError;
use crate::world::World;

const TICK: Duration = Duration::from_millis(20);

/// What a load did.
#[derive(Clone, Debug, Serialize)]
pub struct Seeded {
    pub profile: String,
    pub users: u32,
    pub seed: u64,
    pub generator_version: u32,
    /// Rows that were expected before the load.
    pub rows_about: u64,
    pub rows: u64,
    /// Rows that this run sent: fewer, if it resumed an interrupted load.
    pub rows_now: u64,
    pub rows_per_second: u64,
    #[serde(flatten)]
    pub summary: Summary,
}

impl Seeded {
    fn new(profile: Profile, rows_about: u64, summary: Summary) -> Self {
        let (rows, rows_now) = (summary.rows(), summary.rows_now());
        Self {
            users: profile.users,
            seed: profile.seed,
            profile: profile.name,
            generator_version: GENERATOR_VERSION,
            rows_about,
            rows,
            rows_now,
            rows_per_second: (rows_now as f64 / summary.seconds.max(1e-6)) as u64,
            summary,
        }
    }
}

impl Deployment {
    /// Loads a world, and waits for it: no longer than [`Options::abandon_after`](super::Options) after a stop.
    pub(super) fn fill(
        &self,
        edition: Edition,
        world: World,
        mode: Mode,
        observer: &mut dyn Observer,
    ) -> Result<Seeded> {
        let trace = Arc::new(LoadTrace::default());
        let inner = observer.loads(Loading { target: &self.target, world: &world, edition, trace: &trace });
        let traced = Arc::new(Traced { inner, trace: Arc::clone(&trace) });
        let profile = world.profile().clone();
        let rows_about = edition::all_rows_about(&world, edition);
        let summary = self.load_until(edition, world, self.load_options(mode, traced), &trace);
        observer.loaded(summary.is_ok());
        Ok(Seeded::new(profile, rows_about, summary?))
    }

    pub(super) fn load_options(
        &self,
        mode: Mode,
        observer: Arc<dyn load::Observer>,
    ) -> load::Options<'static> {
        let super::Options { threads, lock_timeout, .. } = self.options;
        load::Options { mode, threads, lock_timeout, stop: Arc::clone(&self.options.stop), observer }
    }

    /// Waits for the load, but after a stop not for an engine that is still at a long statement: the connection ends with
    /// the program, and the statement with it, as if the program had been killed.
    fn load_until(
        &self,
        edition: Edition,
        world: World,
        options: load::Options<'static>,
        trace: &LoadTrace,
    ) -> Result<Summary> {
        let profile = world.profile().to_record();
        let data = DataSet { edition, generator_version: GENERATOR_VERSION, profile, origin: None };
        let target = self.target.clone();
        let (send, receive) = mpsc::channel();
        let loader = thread::spawn(move || {
            let load = || {
                let rows = WorldRows::new(&world, edition)?;
                load::load(&target, &data, &rows, options)
            };
            // Nobody receives it any more when the load was abandoned.
            let _ = send.send(load());
        });
        let mut patience = self.options.abandon_after;
        loop {
            match receive.recv_timeout(TICK) {
                Ok(Ok(summary)) => return Ok(summary),
                Ok(Err(LoadError::Run(RunError::Stopped))) => return Err(trace.stopped()),
                Ok(Err(error)) => return Err(error.into()),
                Err(RecvTimeoutError::Disconnected) => match loader.join() {
                    Ok(()) => unreachable!("the loader ends with an answer"),
                    Err(panic) => std::panic::resume_unwind(panic),
                },
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(left) =
                        patience.as_mut().filter(|_| self.options.stop.load(Ordering::Relaxed))
                    {
                        *left = left.saturating_sub(TICK);
                        if left.is_zero() {
                            return Err(trace.stopped());
                        }
                    }
                }
            }
        }
    }
}
