//! What `setup`, `reset` and `seed` show while the library works on a database as a whole, and what a signal does to
//! that work.

use super::load::LoadProgress;
use super::migration::MigrationProgress;
use super::phases::Phases;
use crate::args::SourceArgs;
use crate::failure::Failure;
use crate::interrupt::{self, Work};
use crate::losses;
use crate::output::Output;
use crate::summary;
use instaseed::database::Target;
use instaseed::deployment::{Activity, Deployment, DeploymentError, Loading, Observer, Options};
use instaseed::edition::Edition;
use instaseed::load;
use instaseed::migration::{self, MigrationError, Plan, Source, Status};
use instaseed::world::World;
use std::sync::Arc;
use std::time::Duration;

/// How long a load that is to stop may take to reach a safe point.
const PATIENCE: Duration = Duration::from_millis(800);

/// The database that a verb works on, with the options that were typed; Ctrl-C stops its work.
pub fn deployment(target: &Target, source: Source, args: &SourceArgs, threads: Option<usize>) -> Deployment {
    let migration::Options { lock_timeout, allow_out_of_order, .. } = args.options();
    let mut options = Options {
        lock_timeout,
        allow_out_of_order,
        stop: interrupt::flag(),
        abandon_after: Some(PATIENCE),
        ..Options::default()
    };
    if let Some(threads) = threads {
        options.threads = threads;
    }
    Deployment { target: target.clone(), source, options }
}

impl MigrationProgress<'_> {
    /// With a note for a folder of own migrations that has none.
    pub fn with_note(mut self, source: &Source) -> Self {
        self.deploying.empty_folder = source.empty_folder().map(|folder| folder.display().to_string());
        self
    }

    /// The failure that an error of the work is, with what it has left.
    pub fn failure(&mut self, error: DeploymentError) -> Failure {
        self.deploying.stopped.take().unwrap_or_else(|| error.into())
    }
}

impl Observer for MigrationProgress<'_> {
    fn begins(&mut self, activity: Activity) {
        let work = match activity {
            Activity::Whole => Work::AtOnce,
            Activity::Migrating => {
                self.forget();
                Work::Migrating { goes_on: true }
            }
        };
        self.deploying.work = Some(interrupt::begin(work));
    }

    fn ends(&mut self) {
        self.deploying.work = None;
    }

    fn makes(&mut self, world: &World, edition: Edition) {
        if !self.deploying.announced {
            summary::begins(world, edition, self.out);
            self.deploying.announced = true;
        }
    }

    fn created(&mut self, target: &Target) {
        self.out.say(format_args!("Created {target}."));
    }

    fn connected(&mut self) {
        if let Some(folder) = &self.deploying.empty_folder {
            note_empty(folder, self.out);
        }
    }

    fn raises(&mut self, plan: &Plan) {
        losses::report(plan, self.out);
    }

    fn halted(&mut self, error: &MigrationError, status: Result<Status, MigrationError>) {
        if let Some(left) = self.halted_at(error, status, true) {
            self.deploying.stopped = Some(left);
        }
    }

    fn loads(&mut self, load: Loading<'_>) -> Arc<dyn load::Observer> {
        self.makes(load.world, load.edition);
        let progress = Arc::new(LoadProgress::new(load.world, load.edition, load.target.engine(), self.out));
        let trace = Arc::clone(load.trace);
        self.deploying.work = Some(interrupt::begin_telling(Work::Loading, move || trace.stopped().into()));
        self.deploying.load = Some(Arc::clone(&progress));
        progress
    }

    fn loaded(&mut self, is_whole: bool) {
        if is_whole {
            // The verbs that load change nothing after it.
            interrupt::done();
        }
        if let Some(progress) = self.deploying.load.take() {
            progress.clear();
        }
        self.deploying.work = None;
    }

    fn frees(&mut self) -> Arc<dyn load::Observer> {
        Arc::new(Phases::new(self.out))
    }
}

/// Says that the folder of own migrations has none: perhaps it is the wrong one.
pub fn note_empty_folder(source: &Source, out: &Output) {
    if let Some(folder) = source.empty_folder() {
        note_empty(&folder.display().to_string(), out);
    }
}

fn note_empty(folder: &str, out: &Output) {
    out.note(format_args!("{folder} contains no migrations"));
}
